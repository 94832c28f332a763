"""One dispute as its evidence tells it: a typed view; nothing is read that is not evidence."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from agents.chargeback.facts import folded, money_of, text_of, time_of
from agents.chargeback.stated import Stated, read_stated
from tradewind.base import Money, Record
from tradewind.commerce import DisputeCategory
from tradewind.evidence import Evidence, EvidenceKind, Trust

OUTSIDE: frozenset[EvidenceKind] = frozenset(("message", "tracking", "upload"))
"""Kinds that outsiders write: people, carriers. A scan's typed facts are the carrier's record; it
counts with a parcel that the shop's own records name."""


PROVES: tuple[Trust, ...] = ("record",)
"""What the case is read from. What people stated chooses among it and is none of it."""


class Case(Record):
    """A dispute with what was gathered on it, by kind, oldest first where it has a time.

    `payment` and `order` are those that the dispute names; `priors` are other payments of the same
    credential or customer. `uploads` are files that the merchant attached, `written` is the text
    found in them. Evidence of outsiders stays marked as such. `stated` is what people of the shop
    said of it; `whole` is the case with the records that they called wrong, where they did: what
    is at odds there stays at odds.
    """

    dispute: Evidence
    payment: Evidence | None
    order: Evidence | None
    orders: tuple[Evidence, ...]
    shipments: tuple[Evidence, ...]
    scans: tuple[Evidence, ...]
    messages: tuple[Evidence, ...]
    priors: tuple[Evidence, ...]
    refunds: tuple[Evidence, ...]
    returns: tuple[Evidence, ...]
    listings: tuple[Evidence, ...]
    policies: tuple[Evidence, ...]
    accesses: tuple[Evidence, ...]
    uploads: tuple[Evidence, ...]
    written: tuple[Evidence, ...] = ()
    stated: Stated = Stated()
    whole: "Case | None" = None

    @property
    def category(self) -> DisputeCategory:
        """The processor's; where it tells none, what a person stated."""
        found = self.own_category
        stated = self.stated.of("category")
        if found != "unknown":
            return found
        return next((name for name in get_args(DisputeCategory) if name == stated), "unknown")

    @property
    def own_category(self) -> DisputeCategory:
        """The processor's alone."""
        found = text_of(self.dispute, "category")
        return next((name for name in get_args(DisputeCategory) if name == found), "unknown")

    @property
    def network(self) -> str:
        """As the record names it; the card's brand where the dispute names none."""
        own = text_of(self.dispute, "network") or text_of(self.payment, "brand")
        return self.stated.of("network") or own

    @property
    def code(self) -> str:
        return self.stated.of("code") or text_of(self.dispute, "reason_code")

    @property
    def amount(self) -> Money | None:
        return money_of(self.dispute, "amount")

    @property
    def paid(self) -> Money | None:
        return money_of(self.payment, "amount")

    @property
    def paid_at(self) -> datetime | None:
        return time_of(self.payment, "paid_at") or time_of(self.order, "placed_at")

    @property
    def opened_at(self) -> datetime | None:
        return time_of(self.dispute, "opened_at")

    @property
    def due_by(self) -> datetime | None:
        return time_of(self.dispute, "due_by")

    @property
    def order_ids(self) -> frozenset[str]:
        """The orders that dispute and payment name, as they are compared; where they name none,
        the one that a person stated."""
        named = (text_of(self.dispute, "order"), text_of(self.payment, "order"))
        told = frozenset(order_key(name) for name in named if name)
        stated = self.stated.of("order")
        return told or frozenset([order_key(stated)] if stated else ())


def order_key(order_id: str) -> str:
    """An order's number for comparing: with or without the leading sign."""
    return folded(order_id).lstrip("#")


def read_case(evidence: Sequence[Evidence]) -> Case | None:
    """The case; None where the evidence holds no dispute."""
    dispute = _first(evidence, "dispute")
    if dispute is None:
        return None
    named = read_stated(evidence, dispute, None, None)  # order and payment need no figures
    payment = _named(evidence, "payment", named.of("payment") or text_of(dispute, "payment"))
    orders = _all(evidence, "order")
    linked = text_of(dispute, "order") or text_of(payment, "order")
    order = _order(orders, named.of("order") or linked)
    files = _all(evidence, "upload")
    return _proving(Case(
        dispute=dispute,
        payment=payment,
        order=order,
        orders=orders,
        shipments=_all(evidence, "shipment"),
        scans=_in_time(_all(evidence, "tracking")),
        messages=_in_time(_all(evidence, "message")),
        priors=_in_time(_all(evidence, "prior"), "processed_at"),
        refunds=_all(evidence, "refund"),
        returns=_all(evidence, "return"),
        listings=_all(evidence, "listing"),
        policies=_all(evidence, "policy"),
        accesses=_in_time(_all(evidence, "access")),
        uploads=tuple(e for e in files if not text_of(e, "part")),
        written=tuple(e for e in files if text_of(e, "part")),
        stated=read_stated(evidence, dispute, payment, order),
    ))  # fmt: skip


def split_by_time(
    evidence: Sequence[Evidence], now: datetime
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """What can have happened, and what tells of a time that has not come. The case's own records
    stay, whatever time they tell; a day is given for clocks that differ."""
    late = now + timedelta(days=1)
    ahead = [e for e in evidence if e.kind not in HEADS and (at := _when(e)) and at > late]
    return tuple(e for e in evidence if e not in ahead), tuple(ahead)


def _when(item: Evidence) -> datetime | None:
    """When it happened: a parcel when it left, whatever its last scan says."""
    return time_of(item, "shipped_at") if item.kind == "shipment" else item.observed_at


HEADS: frozenset[EvidenceKind] = frozenset(("dispute", "payment", "order", "statement"))


def _proving(whole: Case) -> Case:
    """The case without the records that a person called wrong: they prove nothing. With an order
    go its parcels, which would else be held against their own labels."""
    wrong = {source for source, right in whole.stated.records.items() if not right}
    less: dict[str, object] = {}
    if whole.payment and whole.payment.source in wrong:
        less |= {"payment": None, "priors": ()}
    if whole.order and whole.order.source in wrong:
        less |= {"order": None, "orders": (), "shipments": (), "scans": (), "accesses": ()}
    return whole.model_copy(update={**less, "whole": whole}) if less else whole


def _order(orders: Sequence[Evidence], named: str) -> Evidence | None:
    """The order that was named; the only one where none was."""
    if not named:
        return orders[0] if len(orders) == 1 else None
    return next((o for o in orders if order_key(text_of(o, "id")) == order_key(named)), None)


def _named(evidence: Sequence[Evidence], kind: EvidenceKind, id_: str) -> Evidence | None:
    found = _all(evidence, kind)
    return next((e for e in found if not id_ or text_of(e, "id") == id_), None)


def _first(evidence: Sequence[Evidence], kind: EvidenceKind) -> Evidence | None:
    return next(iter(_all(evidence, kind)), None)


def _all(evidence: Sequence[Evidence], kind: EvidenceKind) -> tuple[Evidence, ...]:
    """Each record once. An outsider's counts only where it is one by nature."""
    return tuple({
        item.id: item for item in evidence
        if item.kind == kind and (item.trust in PROVES or kind in OUTSIDE)
    }.values())  # fmt: skip


def _in_time(items: Sequence[Evidence], name: str = "at") -> tuple[Evidence, ...]:
    """Oldest first; those without a time last."""
    return tuple(sorted(items, key=lambda e: time_of(e, name) or _NEVER))


_NEVER = datetime.max.replace(tzinfo=UTC)
