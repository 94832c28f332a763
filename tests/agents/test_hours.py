"""Office hours: weekly spans, holidays, zones, the change of the clock."""

from datetime import UTC, date, datetime, time

import pytest
from pydantic import ValidationError

from agents.hours import InboxRules, is_open, next_opening, read_inbox_rules
from tradewind.handover import Hours
from wiring.kit import INBOX

DAY = ((time(9), time(17)),)
WEEK = Hours(week={"mon": DAY, "tue": DAY, "fri": ((time(9), time(12)), (time(13), time(0)))})
BERLIN = "Europe/Berlin"


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("at", "there"), [
    (utc(23, 7, 59), False), (utc(23, 8), True), (utc(23, 15, 59), True), (utc(23, 16), False),
    (utc(25, 10), False), (utc(27, 11, 30), False), (utc(27, 22, 59), True), (utc(27, 23), False),
])  # fmt: skip
def test_spans_are_in_the_shops_own_time(at: datetime, there: bool) -> None:
    assert is_open(WEEK, BERLIN, at) is there


def test_the_next_opening_skips_days_off() -> None:
    assert next_opening(WEEK, BERLIN, utc(23, 16)) == utc(24, 8)
    off = WEEK.model_copy(update={"holidays": (date(2026, 11, 24), date(2026, 11, 27))})
    assert next_opening(off, BERLIN, utc(23, 16)) == utc(30, 8)
    assert not is_open(off, BERLIN, utc(24, 9))


def test_the_clock_is_changed_with_the_season() -> None:
    assert next_opening(WEEK, BERLIN, utc(23, 16, month=10)) == utc(26, 8, month=10)
    assert is_open(WEEK, BERLIN, utc(23, 7, month=10))  # a Friday of summer time


def test_who_is_never_there_names_no_day() -> None:
    assert next_opening(Hours(), BERLIN, utc(23, 8)) is None
    assert not is_open(Hours(), BERLIN, utc(23, 8))


@pytest.mark.parametrize("spans", [
    ((time(17), time(9)),), ((time(9), time(9)),), ((time(9), time(12)), (time(11), time(13))),
    ((time(9), time(0)), (time(10), time(11))),
])  # fmt: skip
def test_spans_that_cannot_be(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValidationError, match="overlap or end"):
        Hours(week={"mon": spans})


def test_the_shipped_rules_are_read() -> None:
    rules: InboxRules = read_inbox_rules(INBOX)
    assert (rules.lease_minutes, rules.reopened_days) == (30, 7)
    assert is_open(rules.hours, "UTC", utc(23, 9))
