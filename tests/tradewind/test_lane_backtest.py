"""Back-test: estimates made on a day from what was known that day, held against what came after.

Split by time, never by chance: parcels of the week that follows are judged by the estimate of the
day, which knows neither them nor the end of those under way. `--log-cli-level=info` prints them.
"""

import logging
import math
import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tradewind.datafile import read_data
from tradewind.lanes import Course, Estimate, Lane, LaneRules, estimate

_figures = logging.getLogger(__name__)
RULES = read_data(Path("data/logistics/lanes.toml"), LaneRules)
FIRST, DAYS, SPLIT = date(2025, 1, 1), 400, 150
TOLERANCE = {"usual": (0.78, 0.93), "by50": (0.48, 0.68), "by80": (0.78, 0.92),
             "by95": (0.93, 1.0)}  # fmt: skip
"""Whole days: what arrives on the day that is named counts, so shares lie above their names."""

Take = Callable[[random.Random, date], float]


def weekly(rng: random.Random, day: date) -> float:
    """No delivery on Sundays, slow at the weekend."""
    end = day + timedelta(days=round(rng.lognormvariate(math.log(8), 0.3)))
    return (end - day).days + (end.weekday() == 6)


LANES: dict[str, Take] = {
    "steady": lambda rng, _: rng.lognormvariate(math.log(9), 0.25),
    "two ways": lambda rng, _: rng.gauss(7, 1) if rng.random() < 0.8 else rng.gauss(20, 4),
    "long tail": lambda rng, _: 4 + rng.expovariate(1 / 6),
    "weekly": weekly,
}
"""Days in transit by lane; all stay as they are over time."""


def parcels(take: Take, seed: int, a_day: float = 1.5) -> list[tuple[date, int]]:
    """When each parcel left, and how many days it took."""
    rng = random.Random(seed)
    found: list[tuple[date, int]] = []
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        for _ in range(int(a_day) + (rng.random() < a_day % 1)):
            found.append((day, max(1, round(take(rng, day)))))
    return found


def known(sent: Iterable[tuple[date, int]], lane: Lane, on: date) -> list[Course]:
    """What the shop's records say on a day."""
    courses: list[Course] = []
    for day, took in sent:
        came = day + timedelta(days=took)
        if day <= on:
            end = came if came <= on else None
            courses.append(Course(lane=lane, shipped_on=day, delivered_on=end, seen_on=on))
    return courses


def shares(sent: list[tuple[date, int]]) -> dict[str, float]:
    """How many parcels of the following weeks kept to what was told."""
    lane, kept, judged = (
        Lane(carrier="c", service="s", destination="KR"),
        dict.fromkeys(TOLERANCE, 0),
        0,
    )
    for n in range(SPLIT, DAYS - 7, 7):
        today = FIRST + timedelta(days=n)
        told = estimate(known(sent, lane, today), lane, RULES, today)
        assert told is not None
        for day, took in sent:
            if 0 < (day - today).days <= 7:
                judged += 1
                for name, right in kept_by(told, took).items():
                    kept[name] += right
    return {name: count / judged for name, count in kept.items()}


def kept_by(told: Estimate, took: int) -> dict[str, bool]:
    low, high = told.usual or (0, 10**6)
    by = {"by50": told.by50, "by80": told.by80, "by95": told.by95}
    return {"usual": low <= took <= high} | {
        name: day is None or took <= day for name, day in by.items()
    }


@pytest.mark.parametrize("name", sorted(LANES))
def test_what_is_told_holds_for_the_parcels_that_follow(name: str) -> None:
    runs = [shares(parcels(LANES[name], seed)) for seed in range(4)]
    for share, (least, most) in TOLERANCE.items():
        mean = sum(run[share] for run in runs) / len(runs)
        _figures.info("%s: %s %.3f", name, share, mean)
        assert least <= mean <= most, f"{name} {share}: {mean:.3f}"


def test_a_parcel_that_waits_keeps_to_what_it_is_told() -> None:
    """Under way for twelve days on a lane of two ways: nearly all are of the slow one."""
    lane, inside, judged = Lane(carrier="c", service="s", destination="KR"), 0, 0
    for seed in range(4):
        sent = parcels(LANES["two ways"], seed)
        for n in range(SPLIT, DAYS - 60, 7):
            today = FIRST + timedelta(days=n)
            told = estimate(known(sent, lane, today), lane, RULES, today, after=12)
            late = [took for day, took in sent if (today - day).days == 12 and took >= 12]
            if told is None or told.usual is None:
                continue
            judged += len(late)
            inside += sum(told.usual[0] <= took <= told.usual[1] for took in late)
    _figures.info("late: %.3f of %d", inside / judged, judged)
    assert judged >= 20
    assert 0.65 <= inside / judged <= 1.0


def test_without_parcels_under_way_too_few_keep_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that counting them mends: a young shop whose slow parcels have not arrived yet."""
    sent = [(day, took) for day, took in parcels(LANES["two ways"], 1) if (day - FIRST).days < 25]
    lane, today = Lane(carrier="c", service="s", destination="KR"), FIRST + timedelta(days=22)
    honest = known(sent, lane, today)
    whole = estimate(honest, lane, RULES, today)
    hasty = estimate([c for c in honest if c.delivered_on], lane, RULES, today)
    assert whole is not None
    assert hasty is not None
    assert hasty.by80 is not None
    assert whole.by80 is None or whole.by80 > hasty.by80
