"""AfterShip trackings: API answers, lists and webhooks of old and new versions."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.places import address_of, country_code
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.tracking import came_from, events_in, reached, scan_id, scan_raw, scan_time, set_off
from connectors.words import doubt_of, tracking_state
from tradewind.commerce import Shipment, TrackingEvent, TrackingState

_WORDS = "aftership"


def find_trackings(document: JsonValue) -> Sequence[JsonObject]:
    """Objects with a tracking number and a list of checkpoints."""
    outer = objects_below(document, "data", "msg")
    found = [item for part in outer for item in objects_below(part, "trackings", "tracking")]
    return mostly(found, lambda item: "tracking_number" in item and "checkpoints" in item)


def read_tracking(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The shipment and its scans; a faulty scan is set aside alone."""
    number, carrier = fields.need("tracking_number"), fields.text("slug")
    signed = fields.text("signed_by")
    scans = [_scan(scan, number, carrier, signed) for scan in fields.children("checkpoints")]
    events = events_in(scans)
    shipment = Shipment(
        id=f"aftership/{fields.text('id') or number}",
        order_id=fields.text("order_number", "order_id"),
        carrier=carrier,
        service=fields.text("shipment_type"),
        tracking_no=number,
        state=_state(fields),
        shipped_at=fields.time("shipment_pickup_date", "pickup_date") or set_off(events),
        estimated_at=_estimate(fields),
        delivered_at=reached(events, "delivered") or fields.time("shipment_delivery_date"),
        ship_to=address_of(_destination(fields), fields.text("customer_name")),
        origin=came_from(events),
    )
    yield Reading(shipment, {k: v for k, v in fields.data.items() if k != "checkpoints"})
    yield from scans


def _state(fields: Fields) -> TrackingState:
    return tracking_state(_WORDS, fields.text("subtag"), fields.text("tag"))


def _estimate(fields: Fields) -> datetime | None:
    estimate = fields.child("courier_estimated_delivery_date")
    return fields.time("expected_delivery") or estimate.time("estimated_delivery_date")


def _destination(fields: Fields) -> Fields:
    names = {"city": "destination_city", "state": "destination_state",
             "postal_code": "destination_postal_code",
             "street": "destination_raw_location"}  # fmt: skip
    parts: dict[str, JsonValue] = {name: fields.text(column) for name, column in names.items()}
    parts["country"] = fields.text("destination_country_iso3", "destination_country_region")
    return Fields({name: value for name, value in parts.items() if value})


def _scan(scan: Fields, number: str, carrier: str, signed: str) -> Outcome:
    try:
        return _event(scan, number, carrier, signed)
    except FieldError as error:
        return error


def _event(scan: Fields, number: str, carrier: str, signed: str) -> Reading:
    at, zoned = scan_time(scan, "checkpoint_time", "created_at")
    message, word = scan.text("message", "subtag_message"), scan.text("subtag", "tag")
    city, postcode = scan.text("city", "location"), scan.text("zip", "postal_code")
    state = _state(scan)
    event = TrackingEvent(
        id=scan_id(number, at, word, message, city, postcode),
        tracking_no=number,
        carrier=scan.text("slug") or carrier,
        at=at,
        state=state,
        source_state=word,
        message=message,
        city=city,
        region=scan.text("state"),
        postcode=postcode,
        country=country_code(scan.text("country_iso3", "country_region", "country_name")),
        signed_by=signed if state == "delivered" else "",
    )
    return Reading(event, scan_raw(scan.data, zoned, doubt_of(_WORDS, word)))


READER = JsonReader("aftership_tracking", find_trackings, read_tracking)
