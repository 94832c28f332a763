"""Whether a shop's policy allows a change to an order, and by which rule it does not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tools.effects import standing, target_of
from tools.policy.rules import markets_of
from tradewind.base import digest
from tradewind.changes import ChangeKind
from tradewind.commerce import Customer, Order, Product
from tradewind.errors import ToolDenied
from tradewind.orders import ActionRule, Market, OrderPolicy
from tradewind.tool import ToolContext, ToolResult

PERSON = "If the buyer wants it all the same, a person of the shop has to look at it."
"""What is said with a refusal that may cost a consumer a right."""

_WITHDRAWALS: frozenset[ChangeKind] = frozenset(("cancel", "return"))
_CLAIMS: frozenset[ChangeKind] = frozenset(
    ("cancel", "return", "exchange", "replacement", "refund")
)


@dataclass(frozen=True)
class Refusal:
    """Why not: the rule's name and what it says of this order."""

    rule: str
    why: str


def policy_of(context: ToolContext) -> OrderPolicy:
    """Raises ToolDenied for a shop without one."""
    if context.orders is None:
        raise ToolDenied("this shop has no rules for changes to orders.", "Open it with them.")
    return context.orders


def rule_of(context: ToolContext, kind: ChangeKind) -> ActionRule:
    """Raises ToolDenied for a kind of change that the policy does not know."""
    rule = policy_of(context).action.get(kind)
    if rule is None:
        raise ToolDenied(f"the shop's rules know no {kind} of an order.", "A person has to do it.")
    return rule


def forbidden(
    context: ToolContext, order: Order, kind: ChangeKind, tool: str, reason: str = ""
) -> Refusal | None:
    """What stands against the change in the order's state, its past, and the reason given."""
    rule = rule_of(context, kind)
    if order.status not in rule.states:
        return Refusal(f"{kind}.states", f"order {order.id} is {order.status.replace('_', ' ')}.")
    closing = [c.kind for c in order.changes if c.kind in rule.not_after]
    if closing:
        return Refusal(
            f"{kind}.not_after", f"the {closing[0]} of order {order.id} were changed: it is closed."
        )
    if rule.times is not None and _times(context, order, kind, tool) >= rule.times:
        return Refusal(f"{kind}.times", f"order {order.id}: {kind} was asked for before.")
    return _reason(rule, kind, reason)


def _times(context: ToolContext, order: Order, kind: ChangeKind, tool: str) -> int:
    """How often it was done, or may yet be; what is entered in the order is not counted twice."""
    entered = {change.effect for change in order.changes}
    waiting = [e for e in standing(context, tool, target_of(order)) if e.id not in entered]
    return sum(change.kind == kind for change in order.changes) + len(waiting)


def _reason(rule: ActionRule, kind: ChangeKind, reason: str) -> Refusal | None:
    known = f"It must be one of: {', '.join(rule.reasons)}." if rule.reasons else "Give one."
    if not reason and rule.needs_reason:
        return Refusal(f"{kind}.needs_reason", f"there is no reason. {known}")
    if reason and rule.reasons and reason not in rule.reasons:
        return Refusal(f"{kind}.reasons", f"{reason!r} is no reason that counts. {known}")
    return None


def too_late(
    context: ToolContext, order: Order, kind: ChangeKind, products: Iterable[Product | None] = ()
) -> Refusal | None:
    """Whether the days since delivery are over: the shop's, or the law's where these are more. A
    delivery that nobody noted begins no time."""
    delivered = delivered_on(context, order)
    days = days_for(context, order, kind, products)
    if delivered is None or days is None:
        return None
    last = delivered + timedelta(days=days)
    if context.clock().date() <= last:
        return None
    return Refusal(
        f"{kind}.days",
        f"order {order.id} was delivered on {delivered:%Y-%m-%d}; the {days} days ended on "
        f"{last:%Y-%m-%d}.",
    )


def days_for(
    context: ToolContext, order: Order, kind: ChangeKind, products: Iterable[Product | None]
) -> int | None:
    """The shop's published days, else its policy's; the law's for a withdrawal, where more."""
    policy = policy_of(context)
    shops = _published(context, order)
    shops = policy.action[kind].days if shops is None else shops
    market = market_of(policy, order)
    legal = market.withdrawal_days if market and kind in _WITHDRAWALS else None
    if market and _excepted(market, products):
        legal = None
    return max((days for days in (shops, legal) if days is not None), default=None)


def _published(context: ToolContext, order: Order) -> int | None:
    """What the shop's own rules on returns say for where the order went."""
    markets = markets_of(order.ship_to.country if order.ship_to else "")
    told = {
        p.market: p.facts["return_window_days"] for p in context.shop.policies()
        if p.topic == "returns" and p.facts.get("return_window_days", "").isdecimal()
    }  # fmt: skip
    return next((int(told[market]) for market in markets if market in told), None)


def _excepted(market: Market, products: Iterable[Product | None]) -> bool:
    return any(p is not None and set(p.tags) & set(market.excepted) for p in products)


def market_of(policy: OrderPolicy, order: Order) -> Market | None:
    return policy.markets.of(order.ship_to.country) if order.ship_to else None


def delivered_on(context: ToolContext, order: Order) -> date | None:
    """The day on which the last parcel arrived."""
    times: list[datetime] = []
    for shipment in context.shop.shipments_of(order.id):
        scans = context.shop.events_of(shipment.tracking_no) if shipment.tracking_no else ()
        at = [shipment.delivered_at, *(e.at for e in scans if e.state == "delivered")]
        times += [time for time in at if time]
    return max(times).date() if times else None


def refusal(context: ToolContext, order: Order, kind: ChangeKind, why: Refusal) -> ToolResult:
    """What is told: the rule, why, and the way to a person where a consumer may have a right."""
    legal = kind in _CLAIMS and _may_claim(policy_of(context), order)
    note = f"{why.why} (rule {why.rule} of {policy_of(context).name})"
    return ToolResult(note=f"{note} {PERSON}" if legal else note, rule=why.rule, legal=legal)


def _may_claim(policy: OrderPolicy, order: Order) -> bool:
    """Whether the law may give the buyer more than the shop; nobody knows where the order went:
    then it may."""
    market = market_of(policy, order)
    return market is None or bool(market.withdrawal_days or market.conformity_months)


def version_of(record: Order | Customer) -> str:
    """A mark of the record as it stands: two that differ have two."""
    return digest(record)[:16]


def seen_of(order: Order, customer: Customer | None = None) -> dict[str, str]:
    """The things that a change rests on, with their versions."""
    seen = {target_of(order): version_of(order)}
    return seen | ({f"customer/{customer.id}": version_of(customer)} if customer else {})


def stale(seen: Mapping[str, str], now: Mapping[str, str]) -> Refusal | None:
    """Whether what was looked at has changed since."""
    changed = [
        thing.replace("/", " ", 1) for thing, version in seen.items() if now.get(thing) != version
    ]
    if not changed:
        return None
    return Refusal("version", f"{', '.join(changed)} has changed since: look at it anew.")
