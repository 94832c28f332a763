"""The shop's parcels as courses for `tradewind.lanes`: each tracking number once."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from tools.logistics.track import completed
from tools.outsiders import as_name
from tradewind.commerce import Shipment
from tradewind.datafile import read_data
from tradewind.lanes import Course, Lane, LaneRules
from tradewind.ports.storage import ShopReader

_FILE = Path(__file__).parents[2] / "data" / "logistics" / "lanes.toml"
_TURNED = frozenset(("returning", "returned"))
"""Parcels that turned round say nothing of how long the way there takes."""


@cache
def lane_rules() -> LaneRules:
    return read_data(_FILE, LaneRules)


def courses_of(shop: ShopReader, today: date) -> list[Course]:
    """Every parcel that was handed to a carrier.

    One that has not arrived is known to have been under way on the newest day that any parcel's
    record tells of: what came in later nobody has told us.
    """
    parcels = _parcels(shop)
    days = [day for parcel in parcels for day in _days(parcel) if day <= today]
    known = max(days, default=today)
    return [course for parcel in parcels if (course := _course(parcel, known)) is not None]


def lane_of(parcel: Shipment) -> Lane:
    to = parcel.ship_to.country if parcel.ship_to else ""
    return _lane(parcel.carrier, parcel.service, parcel.origin, to)


@lru_cache(maxsize=1024)
def _lane(*told: str) -> Lane:
    carrier, service, origin, destination = map(as_name, told)
    return Lane(carrier=carrier, service=service, origin=origin, destination=destination)


def _parcels(shop: ShopReader) -> list[Shipment]:
    found: dict[str, Shipment] = {}
    for record in shop.all("shipment"):
        if isinstance(record, Shipment):
            key = record.tracking_no.strip().casefold() or record.id
            found[key] = completed(found[key], record) if key in found else record
    return list(found.values())


def _course(parcel: Shipment, known: date) -> Course | None:
    """None for a parcel that was not handed over, that came back, or whose record contradicts
    itself on when."""
    shipped, *came = _days(parcel) if parcel.shipped_at else (None,)
    if (
        shipped is None
        or shipped > known
        or parcel.state in _TURNED
        or any(d < shipped for d in came)
    ):
        return None
    if not came and parcel.state == "delivered":
        return None
    return Course.unchecked(  # looked at above, and there are as many as parcels
        lane=lane_of(parcel), shipped_on=shipped, delivered_on=came[0] if came else None,
        seen_on=known, lost=parcel.state == "lost",
    )  # fmt: skip


def _days(parcel: Shipment) -> Iterable[date]:
    return [at.date() for at in (parcel.shipped_at, parcel.delivered_at) if at is not None]
