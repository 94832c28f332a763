"""The sample shop's own lanes, back-tested by time: what was known against what followed."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from home_settings import house_over_copy

from tools.logistics.courses import courses_of, lane_rules
from tradewind.lanes import Course, estimate
from wiring.platform import Platform

AS_OF, FIRST = date(2026, 11, 20), date(2026, 9, 1)


@pytest.fixture(scope="module")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("lanes") / "home") as platform:
        yield platform


def on(courses: list[Course], today: date) -> list[Course]:
    """What the records said on that day."""
    told: list[Course] = []
    for course in courses:
        came = course.delivered_on if course.delivered_on and course.delivered_on <= today else None
        if course.shipped_on <= today:
            told.append(course.model_copy(update={"delivered_on": came, "seen_on": today}))
    return told


def test_parcels_have_a_lane(house: Platform) -> None:
    courses = courses_of(house.shop("sample").reader, AS_OF)
    assert len(courses) > 200
    assert {course.lane.origin for course in courses} == {"US", "CN", "DE", "KR"}
    assert all(course.lane.destination and course.lane.carrier for course in courses)


def test_eight_of_ten_keep_to_what_was_told(house: Platform) -> None:
    courses = courses_of(house.shop("sample").reader, AS_OF)
    kept: list[bool] = []
    for week in range((AS_OF - FIRST).days // 7 - 3):  # later parcels have not all arrived
        today = FIRST + timedelta(days=7 * week)
        known = on(courses, today)
        for course in courses:
            if course.days is None or not 0 < (course.shipped_on - today).days <= 7:
                continue
            told = estimate(known, course.lane, lane_rules(), today)
            if told is not None and told.usual is not None:
                kept.append(told.usual[0] <= course.days <= told.usual[1])
    assert len(kept) >= 30
    assert 0.7 <= sum(kept) / len(kept) <= 1.0, (sum(kept), len(kept))
