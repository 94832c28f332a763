"""When people of the shop are there: its weekly hours, holidays and time zone."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field

from tradewind.base import Record, Time
from tradewind.datafile import read_data
from tradewind.handover import WEEKDAYS, Hours
from tradewind.people import Tenant

LOOKED_AHEAD = 60
"""Days in which the next opening is looked for; a shop that is away longer names no day."""


class InboxRules(Record):
    """The shipped rules of the inbox: `data/handover/inbox.toml`."""

    version: int
    since: date
    source: str
    lease_minutes: int = Field(ge=1)
    reopened_days: int = Field(ge=1)
    longest_reply: int = Field(ge=1)
    hours: Hours


def read_inbox_rules(path: Path) -> InboxRules:
    """Raises SpecError naming the file."""
    return read_data(path, InboxRules)


def is_open(hours: Hours, zone: str, at: Time) -> bool:
    """Whether somebody is there."""
    here = at.astimezone(ZoneInfo(zone))
    return any(start <= here < end for start, end in _spans(hours, here.date(), ZoneInfo(zone)))


def next_opening(hours: Hours, zone: str, at: Time) -> datetime | None:
    """When somebody is there next, in the shop's own time; None for no day soon."""
    there = ZoneInfo(zone)
    today = at.astimezone(there).date()
    for days in range(LOOKED_AHEAD):
        for start, _ in _spans(hours, today + timedelta(days=days), there):
            if start > at:
                return start
    return None


def hours_of(tenant: Tenant, rules: InboxRules) -> Hours:
    """The shop's own hours, else the shipped ones."""
    return tenant.hours or rules.hours


def _spans(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The spans of a day, as points in time."""
    if day in hours.holidays:
        return []
    told: list[tuple[datetime, datetime]] = []
    for start, end in hours.week.get(WEEKDAYS[day.weekday()], ()):
        last = day + timedelta(days=1) if end == time() else day
        told.append((datetime.combine(day, start, zone), datetime.combine(last, end, zone)))
    return told
