"""When a parcel is likely to arrive, by what the shop's own parcels took."""

from datetime import date
from decimal import Decimal

from tools.access import readable_order_id
from tools.logistics.courses import courses_of, lane_of, lane_rules
from tools.logistics.track import parcels_of
from tradewind.commerce import Shipment
from tradewind.evidence import DateFact, Evidence, Fact, NameFact, NumberFact
from tradewind.lanes import Course, Estimate, Lane, estimate
from tradewind.tool import ToolContext, ToolResult, tool

_NO_MORE = frozenset(("delivered", "returning", "returned", "lost"))
_SHARES = (50, 80, 95)


@tool("logistics.estimate", effect="read", audiences=("merchant", "buyer", "ops"))
def estimate_delivery(
    context: ToolContext, today: str, order_id: str = "", market: str = ""
) -> ToolResult:
    """Tell from the shop's own delivered parcels how long one takes: for the parcel of one order
    that is under way, else to a country (market, ISO code). `today` as YYYY-MM-DD."""
    day = date.fromisoformat(today)
    told = ToolResult(note="Neither an order nor a country is told.")
    if order_id:
        told = _of_order(context, order_id, day)
    if market and not told.evidence:
        told = ToolResult(evidence=(_of_route(courses_of(context.shop, day), market, day),))
    return told


@tool("logistics.due", effect="read", audiences=("merchant", "buyer", "ops"))
def estimate_due(context: ToolContext, order_id: str, today: str, when: str) -> ToolResult:
    """Tell when the parcel of one order that is under way is likely to arrive, where that is
    asked: `when` are the words that ask it. `today` as YYYY-MM-DD."""
    if not when:
        return ToolResult(note="Nobody asks when it comes.")
    return _of_order(context, order_id, date.fromisoformat(today))


def _of_order(context: ToolContext, order_id: str, day: date) -> ToolResult:
    order_id = readable_order_id(context, order_id)
    parcels = [p for p in parcels_of(context.shop, order_id) if p.state not in _NO_MORE]
    parcel = next((p for p in parcels if p.delivered_at is None), None)
    if parcel is None:
        return ToolResult(note=f"No parcel of order {order_id} is under way.")
    return ToolResult(evidence=(_of_parcel(courses_of(context.shop, day), parcel, day),))


def _of_route(courses: list[Course], market: str, today: date) -> Evidence:
    """Before anything was bought: from wherever the shop sends to that country."""
    there = [c for c in courses if c.lane.destination == market]
    anywhere = [c.model_copy(update={"lane": Lane(destination=market)}) for c in there]
    found = estimate(anywhere, Lane(destination=market), lane_rules(), today)
    to: Fact = NameFact(name="to", value=market)
    if found is None or found.usual is None:
        return _nothing(f"to {market}", to)
    return _figure("route", f"to {market}", found, to)


def _of_parcel(courses: list[Course], parcel: Shipment, today: date) -> Evidence:
    lane, name = lane_of(parcel), f"like {parcel.tracking_no or parcel.id}"
    usual = estimate(courses, lane, lane_rules(), today)
    if usual is None or usual.usual is None:
        return _nothing(name)
    if parcel.shipped_at is None or parcel.shipped_at.date() > today:
        return _figure("unshipped", name, usual)
    shipped = parcel.shipped_at.date()
    waited = (today - shipped).days
    left = estimate(courses, lane, lane_rules(), today, after=waited)
    late = usual.by80 is not None and waited > usual.by80
    if left is not None and (span := left.span(shipped)) is not None:
        dates = _dates(left, shipped, span)
        return _figure("late" if late else "parcel", name, left, *dates, *_since(waited))
    if late:
        return _figure("late_unknown", name, usual, *_since(waited))
    first, until = usual.span(shipped) or (today, today)
    return _figure("parcel", name, usual, *_dates(usual, shipped, (max(first, today), until)))


def _dates(found: Estimate, shipped: date, span: tuple[date, date]) -> tuple[Fact, ...]:
    days = {
        "shipped_on": shipped, "from_on": span[0], "until_on": span[1],
        "by50_on": found.day(shipped, 50), "by95_on": found.day(shipped, 95),
    }  # fmt: skip
    return tuple(DateFact(name=name, value=day) for name, day in days.items() if day is not None)


def _since(waited: int) -> tuple[Fact, ...]:
    return (NumberFact(name="waited", value=Decimal(waited), unit="day"),)


def _nothing(name: str, *facts: Fact) -> Evidence:
    return Evidence.of(
        "figure", f"figure/lane {name}", f"Parcels {name}",
        f"Too few parcels {name} have arrived to tell how long one takes.",
        (NameFact(name="tells", value="nothing"), *facts),
    )  # fmt: skip


def _figure(tells: str, name: str, found: Estimate, *facts: Fact) -> Evidence:
    """`share` of `of` parcels took `low` to `high` days; `by50`, `by80`, `by95`: so many of a
    hundred at most so many."""
    low, high = found.usual or (0, 0)
    days = {"low": low, "high": high} | {
        f"by{share}": taken for share in _SHARES if (taken := found.by(share)) is not None
    }  # fmt: skip
    counts = {"n": found.n, "open": found.open, "share": 8, "of": 10, "share95": 95, "of100": 100}
    told: tuple[Fact, ...] = (
        NameFact(name="tells", value=tells), NameFact(name="level", value=found.level),
        *(NumberFact(name=k, value=Decimal(v)) for k, v in counts.items()),
        *(NumberFact(name=k, value=Decimal(v), unit="day") for k, v in days.items()),
        DateFact(name="first", value=found.first), DateFact(name="last", value=found.last),
    )  # fmt: skip
    excerpt = (
        f"{found.n} delivered parcels {name} (level {found.level}), shipped {found.first} to "
        f"{found.last}, and {found.open} that have not arrived: 8 of 10 took {low} to {high} days"
    )
    if found.after:
        excerpt += f", of those that were not there after {found.after} days"
    return Evidence.of(
        "figure", f"figure/lane {name}", f"Parcels {name}", f"{excerpt}.", (*told, *facts)
    )
