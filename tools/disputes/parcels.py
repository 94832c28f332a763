"""Every parcel of the shop, whole: the shop's record, the trackers' and its scans put together."""

from collections.abc import Iterator
from typing import NamedTuple

from tools.outsiders import as_name
from tradewind.base import Time
from tradewind.commerce import Shipment, TrackingEvent, TrackingState
from tradewind.ports.storage import ShopReader

_GIVEN_UP = frozenset(("stale", "lost", "returning", "returned"))
"""States that a tracker gives to the parcel as a whole, after its last scan."""
_NOT_SENT = frozenset(("unknown", "label_made"))


class Parcel(NamedTuple):
    """One parcel. `origin` is the country of its first scan, `destination` that of its address;
    `shipped_at` the carrier's word, else the first scan of a parcel that had been handed over."""

    id: str
    order_id: str
    tracking_no: str
    carrier: str
    service: str
    origin: str
    destination: str
    state: TrackingState
    shipped_at: Time | None
    delivered_at: Time | None
    estimated_at: Time | None
    scanned_at: Time | None
    city: str


class _Scans:
    """What the scans of one parcel come to: the first place, the handing over, the last state."""

    __slots__ = ("city", "handed", "last", "origin", "seen", "state")

    def __init__(self) -> None:
        self.origin, self.city = "", ""
        self.seen: Time | None = None
        self.handed: Time | None = None
        self.last: Time | None = None
        self.state: TrackingState = "unknown"

    def take(self, event: TrackingEvent) -> None:
        if event.country and (self.seen is None or event.at < self.seen):
            self.seen, self.origin = event.at, event.country
        sent = event.state not in _NOT_SENT
        if sent and (self.handed is None or event.at < self.handed):
            self.handed = event.at
        if self.last is None or event.at >= self.last:
            self.last, self.city = event.at, event.city
            self.state = event.state if event.state != "unknown" else self.state


def read_parcels(shop: ShopReader, at: Time) -> Iterator[Parcel]:
    """Each tracking number once, as known at a time; parcels without a number by their record."""
    merged: dict[str, Shipment] = {}
    for record in shop.all("shipment"):
        if isinstance(record, Shipment):
            key = tracking_key(record.tracking_no) or record.id
            merged[key] = _merged(merged[key], record) if key in merged else record
    scans: dict[str, _Scans] = {}
    for event in shop.all("tracking_event"):
        if isinstance(event, TrackingEvent) and event.at <= at:
            scans.setdefault(tracking_key(event.tracking_no), _Scans()).take(event)
    none = _Scans()
    for key, shipment in merged.items():
        yield _parcel(shipment, scans.get(key, none))


def _merged(one: Shipment, other: Shipment) -> Shipment:
    """Two records of a parcel: of each field what is told; an order's number is the shop's."""
    first, second = (one, other) if one.order_id else (other, one)
    empty = ("", None, "unknown", ())
    told = {name: getattr(second, name) for name in _FIELDS}
    return first.model_copy(
        update={n: value for n, value in told.items() if getattr(first, n) in empty}
        | ({"state": second.state} if second.state != "unknown" else {})
    )


_FIELDS = tuple(name for name in Shipment.model_fields if name not in ("kind", "id", "state"))


def _parcel(shipment: Shipment, scans: _Scans) -> Parcel:
    given_up = shipment.state in _GIVEN_UP and scans.state != "delivered"
    state = shipment.state if given_up or scans.state == "unknown" else scans.state
    came = shipment.delivered_at or (scans.last if state == "delivered" else None)
    ship_to = shipment.ship_to
    return Parcel(
        id=shipment.id, order_id=shipment.order_id, tracking_no=shipment.tracking_no,
        carrier=as_name(shipment.carrier), service=as_name(shipment.service),
        origin=as_name(scans.origin), destination=as_name(ship_to.country) if ship_to else "",
        state="delivered" if came else state, shipped_at=shipment.shipped_at or scans.handed,
        delivered_at=came, estimated_at=shipment.estimated_at, scanned_at=scans.last,
        city=as_name(scans.city),
    )  # fmt: skip


def tracking_key(number: str) -> str:
    """One form for a tracking number, however a carrier prints it."""
    return "".join(number.split()).replace("-", "").casefold()
