"""17TRACK answers of API v2.x: gettrackinfo and the TRACKING_UPDATED webhook."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.document import JsonObject, objects_below
from connectors.fields import FieldError, Fields
from connectors.places import address_of, country_code
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.tracking import came_from, events_in, reached, scan_id, scan_raw, scan_time, set_off
from connectors.words import tracking_state
from tradewind.commerce import Shipment, TrackingEvent

_WORDS = "seventeentrack"


def find_parcels(document: JsonValue) -> Sequence[JsonObject]:
    """Accepted parcels with their track_info, then rejected numbers with their error."""
    parts = objects_below(document, "data")
    found = [item for part in parts for item in _parcels(part)]
    known = any("track_info" in item for item in found)
    return found if known or _only_rejected(found) else []


def _parcels(part: JsonObject) -> list[JsonObject]:
    lists = [part.get(name) for name in ("accepted", "rejected")]
    inside = [item for held in lists if isinstance(held, list) for item in held]
    return [item for item in inside or [part] if isinstance(item, dict) and "number" in item]


def _only_rejected(found: list[JsonObject]) -> bool:
    return bool(found) and all(isinstance(item.get("error"), dict) for item in found)


def read_parcel(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The shipment and its scans; no scans at all is no fault, an error instead of them is."""
    number = fields.need("number")
    if "track_info" not in fields.data:
        reason = fields.child("error").text("message") or "has no track_info"
        raise FieldError("number", number, reason)
    info = fields.child("track_info")
    scans = [scan for provider in info.child("tracking").children("providers")
             for scan in _scans(provider, number)]  # fmt: skip
    yield Reading(_shipment(fields, info, number, events_in(scans)), _head(fields))
    yield from scans


def _head(fields: Fields) -> dict[str, JsonValue]:
    """The parcel without its scans, which are kept one by one."""
    info = {k: v for k, v in fields.child("track_info").data.items() if k != "tracking"}
    return {**fields.data, "track_info": info}


def _shipment(fields: Fields, info: Fields, number: str, events: list[TrackingEvent]) -> Shipment:
    status = info.child("latest_status")
    metrics, misc = info.child("time_metrics"), info.child("misc_info")
    estimate = metrics.child("estimated_delivery_date")
    to = info.child("shipping_info").child("recipient_address")
    return Shipment(
        id=f"17track/{number}",
        order_id=fields.text("order_no"),
        carrier=_carrier(info) or fields.text("carrier"),
        service=misc.text("service_type"),
        tracking_no=number,
        state=tracking_state(_WORDS, status.text("sub_status"), status.text("status")),
        shipped_at=set_off(events),
        estimated_at=estimate.time("to", "from"),
        delivered_at=reached(events, "delivered"),
        ship_to=address_of(to),
        origin=came_from(events),
    )


def _carrier(info: Fields) -> str:
    providers = info.child("tracking").children("providers")
    return providers[0].child("provider").text("name") if providers else ""


def _scans(provider: Fields, number: str) -> Iterator[Outcome]:
    carrier = provider.child("provider").text("name", "alias", "key")
    for scan in provider.children("events"):
        try:
            yield _event(scan, number, carrier)
        except FieldError as error:
            yield error


def _event(scan: Fields, number: str, carrier: str) -> Reading:
    at, zoned = _time(scan)
    place = scan.child("address")
    message = scan.text("description")
    word = scan.text("sub_status", "stage")
    city = place.text("city") or scan.text("location")
    event = TrackingEvent(
        id=scan_id(number, at, word, message, city),
        tracking_no=number,
        carrier=carrier,
        at=at,
        state=tracking_state(_WORDS, word, scan.text("stage")),
        source_state=word,
        message=message,
        city=city,
        region=place.text("state"),
        postcode=place.text("postal_code"),
        country=country_code(place.text("country")),
    )
    return Reading(event, scan_raw(scan.data, zoned))


def _time(scan: Fields) -> tuple[datetime, bool]:
    """UTC, else ISO with zone, else the carrier's own date, time and zone as they came."""
    if scan.text("time_utc", "time_iso"):
        return scan_time(scan, "time_utc", "time_iso")
    parts = scan.child("time_raw")
    day, clock, zone = (parts.text(name) for name in ("date", "time", "timezone"))
    joined = f"{day} {clock or '00:00'} {zone}".strip() if day else ""
    return scan_time(Fields({"time_raw": joined}, scan.path), "time_raw")


READER = JsonReader("seventeentrack_tracking", find_parcels, read_parcel)
