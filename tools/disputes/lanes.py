"""The shop's parcels by lane, ready for `tradewind.lanes`: those alike put together once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from tools.disputes.parcels import Parcel
from tradewind.datafile import read_data
from tradewind.lanes import Course, Estimate, Lane, LaneRules, LevelName, estimate

_FILE = Path(__file__).parents[2] / "data" / "logistics" / "lanes.toml"
_GONE = frozenset(("lost", "returned", "returning"))


@cache
def lane_rules() -> LaneRules:
    return read_data(_FILE, LaneRules)


class Lanes:
    """What parcels of each lane took; an estimate of a lane is made once."""

    def __init__(self, parcels: Iterable[Parcel], today: date) -> None:
        self._today = today
        self._like: dict[tuple[LevelName, tuple[str, ...]], list[Course]] = defaultdict(list)
        self._made: dict[Lane, Estimate | None] = {}
        for course in filter(None, map(course_of, parcels)):
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
        carrier=parcel.carrier.replace("-", " "), service=parcel.service, origin=parcel.origin,
        destination=parcel.destination,
    )  # fmt: skip


def course_of(parcel: Parcel) -> Course | None:
    """None for a parcel that was not handed over, and for one whose records contradict each other
    on when. One under way is known to have been so at its last scan, not since."""
    if parcel.shipped_at is None:
        return None
    shipped = parcel.shipped_at.date()
    came = parcel.delivered_at.date() if parcel.delivered_at else None
    seen = max(shipped, parcel.scanned_at.date()) if parcel.scanned_at else shipped
    if came is not None and came < shipped:
        return None
    return Course(
        lane=lane_of(parcel), shipped_on=shipped, delivered_on=came, seen_on=came or seen,
        lost=parcel.state in _GONE,
    )  # fmt: skip
