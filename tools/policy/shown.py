"""The shop's rules as they were in force for an order."""

from collections.abc import Iterator
from datetime import date

from tools.access import readable_order
from tools.policy.force import wording_for
from tools.policy.rules import markets_of, policy_evidence
from tradewind.commerce import Order, Policy
from tradewind.evidence import DateFact, Fact, FlagFact, NameFact, TimeFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool


@tool("policy.shown", effect="read")
def policy_shown(context: ToolContext, order_id: str, topic: str = "") -> ToolResult:
    """Read the shop's rules that were in force when an order was placed, in its language and
    market: on one topic (returns, shipping, cancellation, ...), or one rule for each."""
    order = readable_order(context, order_id)
    fitting = [p for p in _in_force(context.shop, order) if topic in ("", p.topic)]
    best: dict[str, Policy] = {}
    for policy in sorted(fitting, key=lambda p: _rank(p, order)):
        best.setdefault(policy.topic, policy)
    found = tuple(policy_evidence(p, _facts(p, order)) for _, p in sorted(best.items()))
    note = "" if found else f"No rule that was in force for order {order.id} is recorded."
    return ToolResult(evidence=found, note=note)


def _in_force(shop: ShopReader, order: Order) -> Iterator[Policy]:
    """Each policy as it stood for the order: the wording with the latest start before it, of those
    that name no start the one that was seen then."""
    markets = markets_of(order.ship_to.country if order.ship_to else "")
    for policy in shop.policies():
        if policy.market in markets:
            yield from wording_for(shop, policy, order)


def _rank(policy: Policy, order: Order) -> tuple[int, bool, bool, int]:
    markets = markets_of(order.ship_to.country if order.ship_to else "")
    started = policy.effective_from or date.min
    return (
        markets.index(policy.market), policy.language != (order.language or "en"),
        policy.language != "en", -started.toordinal(),
    )  # fmt: skip


def _facts(policy: Policy, order: Order) -> tuple[Fact, ...]:
    """When it began, and what the order tells of its being shown: nothing, where it is silent."""
    facts: list[Fact] = [NameFact(name="topic", value=policy.topic)]
    if policy.effective_from:
        facts.append(DateFact(name="effective_from", value=policy.effective_from))
    if order.terms_accepted_at:
        facts.append(FlagFact(name="shown_at_checkout", value=True))
        facts.append(TimeFact(name="accepted_at", value=order.terms_accepted_at))
    return tuple(facts)
