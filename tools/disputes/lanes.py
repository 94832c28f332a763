"""The shop's parcels by lane, ready for `tradewind.lanes`: those alike put together once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from tools.disputes.parcels import Parcel
from tradewind.datafile import read_data
from tradewind.lanes import Course, Estimate, Lane, LaneRules, LevelName, estimate

_FILE = Path(__file__).parents[2] / "data" / "logistics" / "lanes.toml"
_TURNED = frozenset(("returned", "returning"))
"""Parcels that turned round say nothing of how long the way there takes."""


@cache
def lane_rules() -> LaneRules:
    return read_data(_FILE, LaneRules)


class Lanes:
    """What parcels of each lane took; an estimate of a lane is made once."""

    def __init__(self, parcels: Sequence[Parcel], today: date) -> None:
        self._today = today
        days = [day for parcel in parcels for day in days_of(parcel) if day <= today]
        known = max(days, default=today)
        self._like: dict[tuple[LevelName, tuple[str, ...]], list[Course]] = defaultdict(list)
        self._made: dict[Lane, Estimate | None] = {}
        for course in filter(None, (course_of(parcel, known) for parcel in parcels)):
            for level in lane_rules().level:
                if (key := course.lane.key(level.name)) is not None:
                    self._like[level.name, key].append(course)

    def of(self, parcel: Parcel) -> Estimate | None:
        """How long parcels like this one take; None where the shop's parcels cannot tell."""
        lane = lane_of(parcel)
        if lane not in self._made:
            self._made[lane] = self._estimate(lane)
        return self._made[lane]

    def _estimate(self, lane: Lane) -> Estimate | None:
        """As `estimate` over all parcels, level by level over those that are alike on it."""
        for level in lane_rules().level:
            key = lane.key(level.name)
            like = self._like.get((level.name, key), ()) if key is not None else ()
            alone = lane_rules().model_copy(update={"level": (level,)})
            if like and (found := estimate(like, lane, alone, self._today)) is not None:
                return found
        return None


def lane_of(parcel: Parcel) -> Lane:
    return Lane(
        carrier=parcel.carrier, service=parcel.service, origin=parcel.origin,
        destination=parcel.destination,
    )  # fmt: skip


def course_of(parcel: Parcel, known: date) -> Course | None:
    """None for a parcel that was not handed over, that turned round, or whose records contradict
    each other on when. One that has not arrived is known to have been under way on the newest day
    that any parcel's record tells of: what came in later nobody has told us."""
    shipped = parcel.shipped_at.date() if parcel.shipped_at else None
    came = parcel.delivered_at.date() if parcel.delivered_at else None
    if shipped is None or shipped > known or parcel.state in _TURNED:
        return None
    if came is not None and came < shipped:
        return None
    return Course(
        lane=lane_of(parcel), shipped_on=shipped, delivered_on=came, seen_on=came or known,
        lost=parcel.state == "lost",
    )  # fmt: skip


def days_of(parcel: Parcel) -> Iterator[date]:
    times = (parcel.shipped_at, parcel.delivered_at, parcel.scanned_at)
    return (at.date() for at in times if at is not None)
