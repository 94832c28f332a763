"""The figures of a shop rule: days, amounts, yes and no."""

from datetime import date
from decimal import Decimal, InvalidOperation

from tools.access import readable_order
from tools.policy.force import policies_for
from tradewind.base import Money
from tradewind.commerce import Policy
from tradewind.evidence import Evidence, Fact, FlagFact, MoneyFact, NameFact, NumberFact
from tradewind.tool import ToolContext, ToolResult, tool

_UNITS = {
    "_days": "day", "_hours": "hour", "_percent": "percent", "_months": "month", "_years": "year",
}  # fmt: skip

# The member states of the European Union (european-union.europa.eu, 2026).
_EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


@tool("policy.rules", effect="read", audiences=("merchant", "buyer", "ops"))
def policy_rules(
    context: ToolContext, topic: str, market: str = "", language: str = "en", order_id: str = ""
) -> ToolResult:
    """Read the figures of the shop's rules on a topic (returns, shipping, customs, warranty,
    payment, cancellation), for a market where there is one for it, or as they were in force when
    an order was placed."""
    markets = markets_of(market)
    order = readable_order(context, order_id) if order_id else None
    rules = policies_for(context.shop, order)
    fitting = [p for p in rules if p.topic == topic and p.market in markets]
    fitting.sort(key=lambda p: (markets.index(p.market), p.language != language, -_day(p)))
    return ToolResult(evidence=tuple(map(policy_evidence, fitting[:1])))


def markets_of(country: str) -> list[str]:
    """The markets whose rules hold in a country, the closest first."""
    return [country, "EU", ""] if country in _EU else [country, ""]


def policy_evidence(policy: Policy, more: tuple[Fact, ...] = ()) -> Evidence:
    """A policy with its figures, typed by the ending of their names, and what else is known."""
    facts = (*(_fact(name, value) for name, value in policy.facts.items()), *more)
    title = f"{policy.title} (version {policy.version})"
    return Evidence.of(
        "policy", f"policy/{policy.id}", title, policy.text, facts, language=policy.language
    )  # fmt: skip


def _day(policy: Policy) -> int:
    return (policy.effective_from or date.min).toordinal()


def _fact(name: str, value: str) -> Fact:
    if value in ("true", "false"):
        return FlagFact(name=name, value=value == "true")
    if name.endswith("_money"):
        amount, currency = value.split()
        return MoneyFact(name=name, value=Money.parse(amount, currency))
    try:
        number = Decimal(value)
    except InvalidOperation:
        return NameFact(name=name, value=value)
    unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")
    return NumberFact(name=name, value=number, unit=unit)
