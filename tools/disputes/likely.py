"""Parcels under way, with what tells whether they may become disputes over goods not received."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tools.disputes.counting import counted, figure, order_key, rules
from tools.disputes.lanes import Lanes
from tools.disputes.parcels import Parcel, read_parcels
from tools.outsiders import as_name
from tradewind.base import Money, Time
from tradewind.commerce import Dispute, Message, Order, Payment, Refund
from tradewind.evidence import (
    Evidence,
    Fact,
    IdFact,
    MoneyFact,
    NameFact,
    TimeFact,
)  # fmt: skip
from tradewind.lanes import Estimate
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool

_OVER = frozenset(("cancelled", "refunded"))


class _Orders(NamedTuple):
    """What became of orders, by key."""

    orders: dict[str, Order]
    settled: set[str]
    """Cancelled, refunded in full, or disputed: nothing of them is at risk any more."""
    wrote: dict[str, Message]
    """The buyer's last message."""


@tool("disputes.likely", effect="read", bulk=True)
def list_likely(context: ToolContext, at: Time, order_id: str = "") -> ToolResult:
    """List the parcels that are under way at a time, beside what their lane took before, the
    carrier's own day and the buyer's last message. Orders that were refunded, cancelled or disputed
    are left out. With an order, its parcels alone."""
    parcels = list(read_parcels(context.shop, at))
    lanes, known = Lanes(parcels, at.date()), _read_orders(context.shop, at)
    wanted, left = order_key(order_id), Counter[str]()
    mine = [p for p in parcels if not wanted or order_key(p.order_id) == wanted]
    told = [_parcel(p, known, lanes.of(p), at) for p in mine if _is_open(p, known, left, at)]
    return ToolResult(evidence=(_summary(parcels, told, left), *told))


def _read_orders(shop: ShopReader, at: Time) -> _Orders:
    orders = {order_key(o.id): o for o in shop.all("order") if isinstance(o, Order)}
    inner = {order_key(o.source_id): key for key, o in orders.items() if o.source_id}
    payments, back = _payments(shop, orders, inner)
    settled = {key for key, o in orders.items() if o.status in _OVER or _is_back(o, back.get(key))}
    for dispute in shop.all("dispute"):
        if isinstance(dispute, Dispute):
            key = order_key(dispute.order_id)
            settled.add(key if key in orders else payments.get(dispute.payment_id, ""))
    return _Orders(orders, settled, _messages(shop, at))


def _payments(
    shop: ShopReader, orders: dict[str, Order], inner: dict[str, str]
) -> tuple[dict[str, str], dict[str, Counter[str]]]:
    """The orders of payments, and what went back of each order: as payments tell and as refunds
    do, whichever is more, for one is often the other again."""
    names: dict[str, str] = {}
    by_payment: dict[str, Counter[str]] = {}
    by_refund: dict[str, Counter[str]] = {}
    for payment in shop.all("payment"):
        if isinstance(payment, Payment):
            key = order_key(payment.order_id)
            key = key if key in orders else inner.get(key, "")
            names |= {id_: key for id_ in (payment.id, payment.intent) if id_ and key}
            _add(by_payment, key, payment.refunded)
    for refund in shop.all("refund"):
        if isinstance(refund, Refund) and refund.status != "failed":
            key = order_key(refund.order_id)
            key = key if key in orders else names.get(refund.payment_id, inner.get(key, ""))
            _add(by_refund, key, refund.amount)
    merged = {
        key: by_payment.get(key, Counter[str]()) | by_refund.get(key, Counter[str]())
        for key in by_payment.keys() | by_refund.keys()
    }
    return names, merged


def _add(sums: dict[str, Counter[str]], key: str, amount: Money | None) -> None:
    if key and amount and amount.minor:
        sums.setdefault(key, Counter())[amount.currency] += amount.minor


def _is_back(order: Order, back: Counter[str] | None) -> bool:
    return bool(back) and back[order.total.currency] >= order.total.minor > 0


def _messages(shop: ShopReader, at: Time) -> dict[str, Message]:
    wrote: dict[str, Message] = {}
    for message in shop.all("message"):
        if isinstance(message, Message) and message.sender == "buyer" and message.at <= at:
            key = order_key(message.order_id)
            if key and (key not in wrote or wrote[key].at < message.at):
                wrote[key] = message
    return wrote


def _is_open(parcel: Parcel, known: _Orders, left: Counter[str], at: Time) -> bool:
    """Whether it is under way and may still be disputed; notes why it is not looked at."""
    key = order_key(parcel.order_id)
    if parcel.delivered_at or parcel.state == "delivered":
        return False
    if key not in known.orders:
        left["no_order"] += 1
    elif key in known.settled:
        left["settled"] += 1
    elif parcel.shipped_at is None:
        left["not_sent"] += 1
    elif (at - parcel.shipped_at).days > rules().parcels.latest_days:
        left["too_old"] += 1
    else:
        return True
    return False


def _parcel(parcel: Parcel, known: _Orders, lane: Estimate | None, at: Time) -> Evidence:
    key = order_key(parcel.order_id)
    order, wrote = known.orders[key], known.wrote.get(key)
    shipped = parcel.shipped_at
    since = wrote if wrote and shipped and wrote.at > shipped else None
    age = (at.date() - shipped.date()).days if shipped else 0
    facts: list[Fact] = [
        NameFact(name="count", value="parcel"), IdFact(name="id", value=parcel.id),
        IdFact(name="order", value=order.id), NameFact(name="state", value=parcel.state),
        counted("age", age, "day"), MoneyFact(name="total", value=order.total),
    ]  # fmt: skip
    if parcel.tracking_no:
        facts.append(IdFact(name="tracking_no", value=parcel.tracking_no))
    names = {"carrier": parcel.carrier, "origin": parcel.origin, "city": parcel.city,
             "destination": parcel.destination, "language": order.language}  # fmt: skip
    facts += [NameFact(name=k, value=v) for k, v in names.items() if as_name(v)]
    times = {"shipped_at": shipped, "estimated_at": parcel.estimated_at,
             "scanned_at": parcel.scanned_at, "wrote_at": since.at if since else None}  # fmt: skip
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    if since:
        facts.append(IdFact(name="message", value=since.id))
    facts += _lane_facts(lane)
    return Evidence.of(
        "shipment", f"shipment/{parcel.id}", f"Parcel {parcel.tracking_no or parcel.id}",
        f"Order {order.id}, {parcel.carrier or 'carrier not told'} {parcel.tracking_no}: "
        f"{parcel.state}, on its way for {age} days. {_lane_words(lane)}",
        tuple(facts), observed_at=parcel.scanned_at or shipped,
    )  # fmt: skip


def _lane_facts(lane: Estimate | None) -> list[Fact]:
    if lane is None:
        return []
    days = {"by50": lane.by50, "by80": lane.by80, "by95": lane.by95}
    share, usual = _usual(lane)
    return [
        NameFact(name="lane_level", value=lane.level), counted("lane_parcels", lane.n),
        *(counted(name, day, "day") for name, day in days.items() if day is not None),
        *([] if usual is None else [counted("usual", usual, "day"), counted("share", share)]),
    ]  # fmt: skip


def _usual(lane: Estimate) -> tuple[int, int | None]:
    """Within how many days nearly all are there: 95 of 100, or 80 where so many of the lane are
    lost that 95 never are."""
    return (95, lane.by95) if lane.by95 is not None else (80, lane.by80)


def _lane_words(lane: Estimate | None) -> str:
    if lane is None:
        return "The shop's own parcels cannot tell how long such a one takes."
    share, usual = _usual(lane)
    if usual is None:
        return f"{lane.n} such parcels ({lane.level}) are too few to tell."
    return f"Of {lane.n} such parcels ({lane.level}) {share} of 100 took {usual} days at most."


def _summary(parcels: Iterable[Parcel], told: Sequence[Evidence], left: Counter[str]) -> Evidence:
    """What was looked at, and what was not."""
    names = ("settled", "not_sent", "no_order", "too_old")
    facts: list[Fact] = [
        NameFact(name="count", value="parcels"), counted("open", len(told)),
        *(counted(name, left[name]) for name in names),
    ]  # fmt: skip
    return figure(
        "parcels", "Parcels under way",
        f"{len(told)} parcels are under way. Not looked at: {left['settled']} of orders that were "
        f"cancelled, refunded or disputed, {left['not_sent']} not handed to a carrier yet, "
        f"{left['no_order']} of no known order, {left['too_old']} too old to be disputed.",
        facts, [parcel.id for parcel in parcels],
    )  # fmt: skip
