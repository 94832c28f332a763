"""Which charges wait at the border of a country, and who pays them by the shop's terms."""

from datetime import date
from functools import cache
from pathlib import Path

from tools.access import readable_order
from tools.policy.rules import markets_of
from tradewind.base import Money
from tradewind.commerce import Policy
from tradewind.customs import Area, Customs, Payer, Row, read_customs
from tradewind.evidence import (
    DateFact,
    Evidence,
    Fact,
    FlagFact,
    MoneyFact,
    NameFact,
    NumberFact,
)
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool

_FOLDER = Path(__file__).parents[2] / "data" / "customs"


@cache
def customs() -> Customs:
    return read_customs(_FOLDER)


@tool("customs.rules", effect="read", audiences=("merchant", "buyer", "ops"))
def customs_rules(
    context: ToolContext, today: str, market: str = "", order_id: str = ""
) -> ToolResult:
    """Tell which import charges there are for a country (market, ISO code) or an order's
    destination, from which value of the goods, and who pays them by the shop's delivery terms.
    Computes no sum. `today` as YYYY-MM-DD."""
    total: Money | None = None
    if order_id:
        order = readable_order(context, order_id)
        to = order.ship_to.country if order.ship_to else ""
        market, total = market or to, order.total if market in ("", to) else None
    if not market:
        return ToolResult(note="No country is told.")
    area, day = customs().of(market), date.fromisoformat(today)
    rows = area.rows(day) if area else ()
    if area is None or not rows:
        return ToolResult(evidence=(_nothing(market),))
    terms = _terms(context.shop, market)
    return ToolResult(evidence=(_known(market, area, rows, day, terms, total),))


def _terms(shop: ShopReader, market: str) -> tuple[Fact, ...]:
    """The shop's delivery term there and who pays by it, from the closest of its rules; nothing
    where that one contradicts itself."""
    policies = [p for p in shop.policies() if p.topic == "customs" and "incoterm" in p.facts]
    for place in markets_of(market):
        for policy in (p for p in policies if p.market == place):
            payer = _payer(policy)
            told = NameFact(name="incoterm", value=policy.facts["incoterm"])
            return (told, NameFact(name="payer", value=payer)) if payer else ()
    return ()


def _payer(policy: Policy) -> Payer | None:
    by_term = customs().payer(policy.facts["incoterm"])
    said = policy.facts.get("duties_paid_by", by_term)
    return by_term if said == by_term else None


def _known(
    market: str, area: Area, rows: tuple[Row, ...], day: date, terms: tuple[Fact, ...],
    total: Money | None,
) -> Evidence:  # fmt: skip
    facts: list[Fact] = [
        NameFact(name="tells", value="known"), NameFact(name="to", value=market),
        DateFact(name="as_of", value=min(row.read for row in rows)), *terms,
    ]  # fmt: skip
    for row in rows:
        facts += _row_facts(row, total)
    if any(row.unsure for row in rows):
        facts.append(FlagFact(name="unsure", value=True))
    if (change := area.changes_on(day)) is not None:
        facts.append(DateFact(name="changes_on", value=change))
    told = " ".join(f"{row.charge}: {_said(row)} ({row.source}; {row.confidence})." for row in rows)
    return Evidence.of(
        "rule", f"rule/customs {market}", f"Import rules of {market}", told, tuple(facts)
    )


def _row_facts(row: Row, total: Money | None) -> list[Fact]:
    """`<charge>_any`, or `<charge>_up_to`, `_below`, `_above`; `_side` of the order's total where
    it is in the same currency."""
    charge = row.charge
    facts: list[Fact] = [NameFact(name="tax_name", value=row.name)] if row.name else []
    if row.percent is not None:
        facts.append(NumberFact(name=f"{charge}_percent", value=row.percent, unit="percent"))
    if row.flat is not None:
        facts.append(MoneyFact(name=f"{charge}_flat", value=row.flat))
    if row.up_to is None or row.above is None:
        return [*facts, NameFact(name=f"{charge}_any", value=row.below)]
    facts += [
        MoneyFact(name=f"{charge}_up_to", value=row.up_to),
        NameFact(name=f"{charge}_below", value=row.below),
        NameFact(name=f"{charge}_above", value=row.above),
    ]
    if total is not None and total.currency == row.up_to.currency:
        side = "above" if total.minor > row.up_to.minor else "below"
        facts.append(NameFact(name=f"{charge}_side", value=side))
    return facts


def _said(row: Row) -> str:
    return row.below if row.up_to is None else f"{row.below} up to {row.up_to}, then {row.above}"


def _nothing(market: str) -> Evidence:
    return Evidence.of(
        "rule", f"rule/customs {market}", f"Import rules of {market}",
        f"No import rules of {market} are in our data.",
        (NameFact(name="tells", value="nothing"), NameFact(name="to", value=market)),
    )  # fmt: skip
