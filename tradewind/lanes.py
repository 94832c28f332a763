"""How long parcels take, from the shop's own parcels: pure counting, no clock and no store.

A day is a calendar day: the date of delivery less the date of shipping, both in UTC. Calendar days
carry the weekends in their spread and need no table of each country's working week.

Parcels that are under way count as "not within so many days", and lost ones as "never": to count
only what has arrived would make a lane look faster than it is (Kaplan and Meier 1958). A share is
told for the next parcel, not for those counted alone: of n parcels the share q is read at place
(n + 1) q, and what n parcels cannot tell is None.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import floor
from typing import Literal, Self

from pydantic import model_validator

from tradewind.base import Record

_BETWEEN = re.compile(r"[\W_]+")

LevelName = Literal["service", "carrier_lane", "lane", "carrier", "all"]
_PARTS: dict[LevelName, tuple[str, ...]] = {
    "service": ("carrier", "service", "destination"), "carrier_lane": ("carrier", "destination"),
    "lane": ("destination",), "carrier": ("carrier",), "all": (),
}  # fmt: skip
"""What parcels of a level have in common, beside the origin and, where no destination is named,
whether they cross a border."""
Share = Literal[50, 80, 95]
"""Of a hundred parcels."""


class Lane(Record):
    """From where to where, by whom; an empty part is not told. Names compare by their words
    ("China Post", "china-post").

    Parcels whose origin is not told are like each other; without the other parts of a level there
    is none.
    """

    carrier: str = ""
    service: str = ""
    origin: str = ""
    destination: str = ""

    def key(self, level: LevelName) -> tuple[str, ...] | None:
        """What parcels of one level have in common; None where the lane does not tell it."""
        parts = _PARTS[level]
        key = [_folded(getattr(self, part)) for part in parts]
        if "destination" not in parts:
            key.append(self._reach())
        return (*key, _folded(self.origin)) if all(key) else None

    def _reach(self) -> str:
        """Domestic parcels say nothing of those that cross a border."""
        if not (self.origin and self.destination):
            return ""
        at_home = _folded(self.origin) == _folded(self.destination)
        return "domestic" if at_home else "abroad"


class Course(Record):
    """One parcel's course. Without `delivered_on` it was under way on `seen_on`, or is lost."""

    lane: Lane
    shipped_on: date
    delivered_on: date | None = None
    seen_on: date
    lost: bool = False

    @model_validator(mode="after")
    def _forward(self) -> Self:
        end = self.delivered_on or self.seen_on
        if end < self.shipped_on:
            raise ValueError(f"a parcel shipped on {self.shipped_on} cannot end on {end}")
        return self

    @property
    def days(self) -> int | None:
        """In transit; None where it has not arrived."""
        return (self.delivered_on - self.shipped_on).days if self.delivered_on else None

    @property
    def waited(self) -> int:
        """Days after which it is known to have been there, or not."""
        return ((self.delivered_on or self.seen_on) - self.shipped_on).days


class Level(Record):
    """`least`: delivered parcels without which nothing is told; `late`: those that took as long
    as a late parcel already does, without which nothing is told of it. 0: not told by this level.
    """

    name: LevelName
    least: int
    late: int


class LaneRules(Record):
    """`data/logistics/lanes.toml`, finest level first."""

    version: int
    as_of: date
    source: str
    window_days: int
    level: tuple[Level, ...]


class Estimate(Record):
    """Days in transit of parcels like this one, counted from shipping.

    `n` delivered parcels stand behind it, shipped from `first` to `last`, and `open` that have not
    arrived. `after`: only those that were not there before that day. `by`: so many of a hundred
    arrive within that many days; `usual`: eight of ten arrive from the first to the second day.
    None: so few parcels cannot tell.
    """

    level: LevelName
    n: int
    open: int
    first: date
    last: date
    after: int = 0
    by50: int | None
    by80: int | None
    by95: int | None
    usual: tuple[int, int] | None

    def by(self, share: Share) -> int | None:
        return {50: self.by50, 80: self.by80, 95: self.by95}[share]

    def day(self, shipped_on: date, share: Share) -> date | None:
        """The day by which so many of a hundred such parcels have arrived."""
        days = self.by(share)
        return None if days is None else shipped_on + timedelta(days=days)

    def span(self, shipped_on: date) -> tuple[date, date] | None:
        """The days between which eight of ten such parcels arrive."""
        if self.usual is None:
            return None
        return shipped_on + timedelta(days=self.usual[0]), shipped_on + timedelta(
            days=self.usual[1]
        )


def estimate(
    courses: Iterable[Course], lane: Lane, rules: LaneRules, today: date, after: int = 0
) -> Estimate | None:
    """How long a parcel on this lane takes, by the finest level that has enough delivered ones.

    `after`: the parcel was shipped so many days ago and is not there; it is then compared with
    those alone that took as long at the least, and only by levels of its own lane. None: the
    shop's parcels cannot tell.
    """
    recent = [c for c in courses if 0 <= (today - c.shipped_on).days <= rules.window_days]
    for level in rules.level:
        key = lane.key(level.name)
        if key is None or (after and not level.late):
            continue
        like = [c for c in recent if c.lane.key(level.name) == key]
        known = [c for c in like if c.lost or c.waited >= after]
        enough = not after or _delivered(known) >= level.late
        if _delivered(like) >= level.least and enough:
            return _of(level.name, known, after)
    return None


def _of(level: LevelName, like: Sequence[Course], after: int) -> Estimate:
    shares = arrived(like)
    low, high = _earliest(shares, len(like)), _place(shares, len(like), 90)
    shipped = [c.shipped_on for c in like]
    delivered = _delivered(like)
    return Estimate(
        level=level, n=delivered, open=len(like) - delivered, first=min(shipped),
        last=max(shipped), after=after, by50=_place(shares, len(like), 50),
        by80=_place(shares, len(like), 80), by95=_place(shares, len(like), 95),
        usual=None if low is None or high is None else (low, high),
    )  # fmt: skip


def arrived(courses: Sequence[Course]) -> list[tuple[int, Fraction]]:
    """The share of parcels that arrive within so many days, ascending, by Kaplan and Meier: a
    parcel that is under way counts up to the day before it was last seen to be, a lost one always.
    """
    deliveries = Counter(c.days for c in courses if c.days is not None)
    leaving = Counter(deliveries) + Counter(
        c.waited for c in courses if c.days is None and not c.lost
    )
    at_risk, missing = len(courses), Fraction(1)
    shares: list[tuple[int, Fraction]] = []
    for day in sorted(leaving):
        under_way = leaving[day] - deliveries[day]
        if deliveries[day]:
            missing *= 1 - Fraction(deliveries[day], at_risk - under_way)
            shares.append((day, 1 - missing))
        at_risk -= leaving[day]
    return shares


def _place(shares: Sequence[tuple[int, Fraction]], n: int, percent: int) -> int | None:
    """The first day within which the share arrives, counted for the next parcel: (n + 1) places."""
    wanted = Fraction(percent * (n + 1), 100 * n) if n else Fraction(2)
    return next((day for day, share in shares if share >= wanted), None)


def _earliest(shares: Sequence[tuple[int, Fraction]], n: int) -> int | None:
    """The first of the days that eight of ten keep to: at most a tenth arrives before it."""
    place = floor(Fraction(n + 1, 10))
    return next((day for day, share in shares if share * n >= place), None)


def _delivered(courses: Iterable[Course]) -> int:
    return sum(c.delivered_on is not None for c in courses)


@cache
def _folded(name: str) -> str:
    return " ".join(_BETWEEN.split(name.casefold())).strip()
