"""What the tracking sources have in common: scans with honest times and stable ids."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.fields import FieldError, Fields
from connectors.reader import Outcome, Reading
from connectors.times import parse_time
from tradewind.base import Json, digest
from tradewind.commerce import TrackingEvent, TrackingState

_AFOOT = frozenset(
    {"moving", "customs", "out_for_delivery", "attempt_failed", "pickup", "delivered"}
)


def scan_time(fields: Fields, *names: str) -> tuple[datetime, bool]:
    """When a scan was made, and whether the zone is told. Raises FieldError when there is no time.

    Some carriers give local time without a zone. It is taken as UTC, so the day may be off by
    one near midnight; `scan_raw` marks such scans.
    """
    name, found = fields.value(*names)
    if not name:
        raise FieldError(fields.path + names[0], "", "is missing")
    if isinstance(found, bool | list | dict) or found is None:
        raise FieldError(fields.path + name, found, "is not a time")
    try:
        return parse_time(found)
    except (ValueError, OverflowError, OSError) as error:
        raise FieldError(fields.path + name, found, str(error)) from error


def scan_raw(data: Json, zoned: bool, doubt: str = "") -> Json:
    """The scan as read; one without zone carries `_assumed_zone`, one whose word is understood
    otherwise by others `_doubtful_state`."""
    marks: dict[str, JsonValue] = {} if zoned else {"_assumed_zone": "UTC"}
    if doubt:
        marks["_doubtful_state"] = doubt
    return {**data, **marks} if marks else data


def scan_id(tracking_no: str, at: datetime, *parts: str) -> str:
    """An id that is the same at each import: sources give scans none."""
    return f"{tracking_no}/{digest([at.isoformat(), *parts])[:12]}"


def reached(events: Sequence[TrackingEvent], state: TrackingState) -> datetime | None:
    """When a parcel first came into a state, by its scans."""
    return min((event.at for event in events if event.state == state), default=None)


def set_off(events: Sequence[TrackingEvent]) -> datetime | None:
    """The first scan after the label."""
    return min((event.at for event in events if event.state in _AFOOT), default=None)


def came_from(events: Sequence[TrackingEvent]) -> str:
    """The country of the first scan that names one."""
    placed = [event for event in events if event.country]
    return min(placed, key=lambda event: event.at).country if placed else ""


def events_in(outcomes: Sequence[Outcome]) -> list[TrackingEvent]:
    """The scans among outcomes that were read without fault."""
    readings = [item.record for item in outcomes if isinstance(item, Reading)]
    return [record for record in readings if isinstance(record, TrackingEvent)]
