"""EasyPost trackers, wherever they stand: lists, webhook events, shipments, recordings."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import FieldError, Fields
from connectors.places import country_code
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.tracking import came_from, events_in, reached, scan_id, scan_raw, scan_time, set_off
from connectors.words import doubt_of, tracking_state
from tradewind.commerce import Shipment, TrackingEvent, TrackingState

_WORDS = "easypost"


def find_trackers(document: JsonValue) -> Sequence[JsonObject]:
    """Every Tracker object below the document, the newest state of each id."""
    found: dict[str, JsonObject] = {}
    for number, tracker in enumerate(_trackers(document)):
        key = str(tracker.get("id") or number)
        if key not in found or str(tracker.get("updated_at")) >= str(found[key].get("updated_at")):
            found[key] = tracker
    return list(found.values())


def _trackers(node: JsonValue) -> Iterator[JsonObject]:
    if isinstance(node, list):
        for child in node:
            yield from _trackers(child)
    elif isinstance(node, dict):
        if node.get("object") == "Tracker" and "tracking_code" in node:
            yield node
        else:
            for child in node.values():
                yield from _trackers(child)


def read_tracker(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The shipment and its scans; a faulty scan is set aside alone."""
    number = fields.need("tracking_code")
    carrier = fields.text("carrier")
    signed = fields.text("signed_by")
    scans = [_scan(scan, number, carrier, signed) for scan in fields.children("tracking_details")]
    events = events_in(scans)
    shipment = Shipment(
        id=fields.text("id") or f"easypost/{number}",
        carrier=carrier,
        service=fields.child("carrier_detail").text("service"),
        tracking_no=number,
        state=_state(fields),
        shipped_at=set_off(events),
        estimated_at=fields.time("est_delivery_date"),
        delivered_at=reached(events, "delivered"),
        origin=came_from(events),
    )
    yield Reading(shipment, {k: v for k, v in fields.data.items() if k != "tracking_details"})
    yield from scans


def _state(fields: Fields) -> TrackingState:
    return tracking_state(_WORDS, f"detail:{fields.text('status_detail')}", fields.text("status"))


def _scan(scan: Fields, number: str, carrier: str, signed: str) -> Outcome:
    try:
        return _event(scan, number, carrier, signed)
    except FieldError as error:
        return error


def _event(scan: Fields, number: str, carrier: str, signed: str) -> Reading:
    at, zoned = scan_time(scan, "datetime")
    place = scan.child("tracking_location")
    message, word = scan.text("message"), scan.text("status")
    state = _state(scan)
    event = TrackingEvent(
        id=scan_id(number, at, word, message, place.text("city"), place.text("zip")),
        tracking_no=number,
        carrier=carrier,
        at=at,
        state=state,
        source_state=word,
        message=message,
        city=place.text("city"),
        region=place.text("state"),
        postcode=place.text("zip"),
        country=country_code(place.text("country")),
        signed_by=signed if state == "delivered" else "",
    )
    doubt = doubt_of(_WORDS, f"detail:{scan.text('status_detail')}")
    return Reading(event, scan_raw(scan.data, zoned, doubt))


READER = JsonReader("easypost_tracker", find_trackers, read_tracker)
