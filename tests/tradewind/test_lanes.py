"""Days in transit from the shop's own parcels: what holds of every history, and what cannot be
told."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tradewind import lanes
from tradewind.datafile import read_data
from tradewind.lanes import Course, Estimate, Lane, LaneRules, estimate

RULES = read_data(Path("data/logistics/lanes.toml"), LaneRules)
LANE = Lane(carrier="YunExpress", service="Economy", origin="CN", destination="KR")
TODAY = date(2026, 11, 20)
SHARES: tuple[lanes.Share, ...] = (50, 80, 95)

spans = st.lists(st.integers(0, 60), min_size=20, max_size=120)
waits = st.lists(st.integers(0, 60), max_size=40)


def arrived(*days: int, lane: Lane = LANE) -> list[Course]:
    """Parcels delivered after so many days each, shipped two months ago."""
    start = TODAY - timedelta(days=70)
    return [
        Course(lane=lane, shipped_on=start, delivered_on=start + timedelta(days=d), seen_on=TODAY)
        for d in days
    ]


def open_since(*days: int) -> list[Course]:
    return [Course(lane=LANE, shipped_on=TODAY - timedelta(days=d), seen_on=TODAY) for d in days]


def told(courses: list[Course], after: int = 0, lane: Lane = LANE) -> Estimate:
    found = estimate(courses, lane, RULES, TODAY, after)
    assert found is not None
    return found


def later(new: int | None, old: int | None) -> bool:
    """Not earlier; a share that cannot be told is later than any day."""
    return new is None or (old is not None and new >= old)


@given(spans, waits)
def test_the_days_ascend_with_the_share(days: list[int], waiting: list[int]) -> None:
    found = told([*arrived(*days), *open_since(*waiting)])
    assert later(found.by80, found.by50)
    assert later(found.by95, found.by80)
    if found.usual is not None:
        assert found.usual[0] <= found.usual[1]
        assert later(found.usual[1], found.by80)


@given(spans, waits, st.integers(1, 20))
def test_more_late_parcels_never_make_an_estimate_earlier(
    days: list[int], waiting: list[int], more: int
) -> None:
    before = told([*arrived(*days), *open_since(*waiting)])
    for late in (arrived(*[61] * more), open_since(*[62] * more)):
        after = told([*arrived(*days), *open_since(*waiting), *late])
        assert all(later(after.by(share), before.by(share) or 0) for share in SHARES)
        assert all(before.by(s) is not None or later(after.by(s), 61) for s in SHARES)


@given(spans, st.integers(1, 30))
def test_waiting_longer_never_brings_a_parcel_nearer(days: list[int], after: int) -> None:
    first, then = (estimate(arrived(*days), LANE, RULES, TODAY, after + more) for more in (0, 1))
    if first is not None and then is not None:
        assert all(later(then.by(share), first.by(share)) for share in SHARES)
        assert then.by50 is None or then.by50 >= after + 1


@given(spans)
def test_without_parcels_under_way_the_shares_are_counted(days: list[int]) -> None:
    """Of n parcels at least the share (n + 1) q are there by the day that is told."""
    found = told(arrived(*days))
    for share in SHARES:
        day = found.by(share)
        if day is not None:
            assert sum(d <= day for d in days) * 100 >= share * (len(days) + 1)
            assert sum(d < day for d in days) * 100 < share * (len(days) + 1)


def test_parcels_under_way_are_no_reason_for_haste() -> None:
    """Twenty that came fast and twenty that have been out for a month."""
    fast = arrived(*[5] * 20)
    assert told(fast).by50 == 5
    found = told([*fast, *open_since(*[30] * 20)])
    assert (found.n, found.open, found.by50, found.by80) == (20, 20, None, None)


def test_a_lost_parcel_never_arrives() -> None:
    lost = [course.model_copy(update={"lost": True}) for course in open_since(*[9] * 10)]
    assert told([*arrived(*[5] * 80), *lost]).by80 == 5
    assert told([*arrived(*[5] * 80), *lost]).by95 is None


@pytest.mark.parametrize(
    ("lane", "level"),
    [
        ({}, "service"),
        ({"service": "Express"}, "carrier_lane"),
        ({"carrier": "4PX"}, "lane"),
        ({"destination": "BR"}, "carrier"),
        ({"carrier": "4PX", "destination": "BR"}, "all"),
        ({"carrier": " yunexpress", "destination": "kr"}, "service"),
    ],
)
def test_the_finest_level_that_has_enough_tells(lane: dict[str, str], level: str) -> None:
    found = told(arrived(*range(100)[::-1]), lane=LANE.model_copy(update=lane))
    assert found.level == level


@pytest.mark.parametrize("lane", [{"destination": "CN"}, {"origin": "VN"}, {"origin": ""}])
def test_other_lanes_do_not_stand_in(lane: dict[str, str]) -> None:
    """Parcels at home say nothing of those abroad, nor those from elsewhere."""
    other = LANE.model_copy(update=lane)
    assert estimate(arrived(*range(60), lane=other), LANE, RULES, TODAY) is None


def test_too_few_cannot_tell() -> None:
    assert estimate([], LANE, RULES, TODAY) is None
    assert estimate(arrived(*[5] * 19), LANE, RULES, TODAY) is None
    assert told(arrived(*[5] * 20)).n == 20


def test_old_parcels_do_not_count() -> None:
    then = TODAY - timedelta(days=RULES.window_days + 1)
    old = [c.model_copy(update={"shipped_on": then, "delivered_on": then}) for c in arrived(5)]
    assert estimate(old * 50, LANE, RULES, TODAY) is None


def test_a_late_parcel_is_compared_with_late_ones_of_its_lane() -> None:
    history = arrived(*[5] * 90, *[20] * 10)
    assert told(history).by80 == 5
    late = told(history, after=8)
    assert (late.after, late.n, late.by50, late.level) == (8, 10, 20, "service")
    assert estimate(history, LANE, RULES, TODAY, after=21) is None
    elsewhere = LANE.model_copy(update={"destination": "BR"})
    assert estimate(history, elsewhere, RULES, TODAY, after=8) is None


def test_days_are_counted_from_shipping() -> None:
    found = told(arrived(*range(1, 21)))
    assert found.day(date(2026, 11, 3), 50) == date(2026, 11, 14)
    assert found.span(date(2026, 11, 3)) == (date(2026, 11, 5), date(2026, 11, 22))


def test_a_parcel_cannot_arrive_before_it_left() -> None:
    with pytest.raises(ValidationError):
        Course(lane=LANE, shipped_on=TODAY, delivered_on=TODAY - timedelta(days=1), seen_on=TODAY)


def test_a_count_that_forgets_parcels_under_way_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = lanes.arrived

    def hasty(courses: Sequence[Course]) -> list[tuple[int, Fraction]]:
        return honest([course for course in courses if course.delivered_on])

    monkeypatch.setattr(lanes, "arrived", hasty)
    with pytest.raises(AssertionError):
        test_parcels_under_way_are_no_reason_for_haste()
