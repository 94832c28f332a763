"""Parcels that took longer than is usual on their own lane: each lane beside all others.

What is usual is told by the parcels that were shipped before the days that are looked at. A parcel
that is still within its lane's time counts for nothing yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tools.disputes.counting import counted, figure, some
from tools.disputes.lanes import Lanes, course_of
from tools.disputes.parcels import Parcel, read_parcels
from tradewind.base import Time
from tradewind.evidence import Evidence, NameFact
from tradewind.lanes import LevelName
from tradewind.tool import ToolContext, ToolResult, tool

_OWN: frozenset[LevelName] = frozenset(("service", "carrier_lane", "lane"))
"""Levels that tell of the lane itself; the coarser ones tell of others."""


class _Decided(NamedTuple):
    order: str
    lane: str
    late: bool


@tool("insights.lanes", effect="read", bulk=True)
def count_late_lanes(context: ToolContext, at: Time, days: int = 28) -> ToolResult:
    """Count the parcels shipped in the last days that took longer than eight of ten parcels of
    their own lane took before, by carrier, origin and destination: each lane beside all others."""
    decided = _decided(list(read_parcels(context.shop, at)), at.date(), days)
    lanes: dict[str, list[_Decided]] = defaultdict(list)
    for one in decided:
        lanes[one.lane].append(one)
    late = sum(one.late for one in decided)
    base = figure(
        "late lanes", "Parcels by lane", f"{len(decided)} parcels, {late} late.",
        (NameFact(name="count", value="base"), counted("parcels", len(decided)),
         counted("late", late), counted("lanes", len(lanes)), counted("days", days, "day")),
        (one.order for one in decided),
    )  # fmt: skip
    return ToolResult(evidence=(base, *(_lane(n, g, decided) for n, g in sorted(lanes.items()))))


def _decided(parcels: Sequence[Parcel], today: date, days: int) -> list[_Decided]:
    """The parcels shipped within the days whose time is known to be kept or not."""
    first = today - timedelta(days=days)
    sent = [(p, p.shipped_at.date()) for p in parcels if p.shipped_at]
    before = Lanes([p for p, on in sent if on < first], first)
    known = max((on for _, on in sent), default=today)
    found: list[_Decided] = []
    for parcel, on in sent:
        course = course_of(parcel, max(known, on, today)) if first <= on <= today else None
        usual = before.of(parcel) if course and parcel.carrier and parcel.destination else None
        if course is None or usual is None or usual.level not in _OWN or usual.by80 is None:
            continue
        late = course.lost or (course.days or course.waited) > usual.by80
        if course.days is not None or late:
            found.append(_Decided(parcel.order_id, _name(parcel), late))
    return found


def _name(parcel: Parcel) -> str:
    carrier = parcel.carrier.casefold().replace("-", " ")
    return f"{carrier}, {parcel.origin or '?'} to {parcel.destination}"


def _lane(name: str, group: Sequence[_Decided], everyone: Sequence[_Decided]) -> Evidence:
    late, all_late = sum(one.late for one in group), sum(one.late for one in everyone)
    rest = len(everyone) - len(group)
    ids = [one.order for one in group if one.late]
    return figure(
        f"late lane {name}", name,
        f"{late} of {len(group)} parcels late, elsewhere {all_late - late} of {rest}: {some(ids)}.",
        (NameFact(name="count", value="lane"), NameFact(name="name", value=name),
         counted("parcels", len(group)), counted("late", late), counted("rest", rest),
         counted("rest_late", all_late - late)), ids,
    )  # fmt: skip
