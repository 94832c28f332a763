"""`tradewind disputes prevent`: the weekly view as the command's JSON, and in lines."""

from collections.abc import Iterator
from typing import Any

from agents.chargeback.parcels import Risky
from agents.chargeback.prevention import Prevention
from agents.engines.survey import Seen
from tradewind.people import Session
from wiring.platform import Platform


async def prevention(platform: Platform, session: Session) -> Seen:
    """The view over the tenant's records as they are now."""
    return await platform.assistant.survey(session, platform.shop(session.tenant.id))


def told(seen: Seen) -> dict[str, Any]:
    """The view with every record that it names, and the drafts."""
    rest = seen.model_dump(mode="json", include={"drafts", "evidence"})
    return {**seen.view.model_dump(mode="json"), **rest}


def lines(seen: Seen) -> Iterator[str]:
    """The view for a terminal."""
    view = seen.view
    yield "Rate by network and month (disputes / settled card payments)"
    for counts in view.counts:
        if counts.settled or counts.disputes:
            rate = f"{counts.disputes / counts.settled:.2%}" if counts.settled else "cannot tell"
            so_far = "" if counts.ended else "  so far"
            yield (f"  {counts.month}  {counts.network or '?':11} {counts.disputes:>5} / "
                   f"{counts.settled:<7} {rate:>8}{so_far}")  # fmt: skip
    yield "Programmes"
    for meter in view.meters:
        floor = "  at least: fraud reports are not told of all payments" if meter.floor else ""
        yield (f"  {meter.month}  {meter.title}: {meter.ratio:.2%} of {meter.limit:.2%}, "
               f"{meter.count} of {meter.least} cases: {meter.state}{floor}")  # fmt: skip
    left = view.left_out
    if left != type(left)():
        yield (f"Not counted: {left.no_network} payments without a network, "
               f"{left.undated_payments} without a date, {left.undated_disputes} disputes without "
               "a date")  # fmt: skip
    yield from _lines_of_weeks(view)
    yield from _lines_of_causes(view)
    yield from _lines_of_parcels(view)


def _lines_of_weeks(view: Prevention) -> Iterator[str]:
    words = {"more": "more than before, beyond chance", "fewer": "fewer than before, beyond chance",
             "chance": "no more than chance", "few": "too few to tell"}  # fmt: skip
    yield f"Disputes opened by week; trend: {words[view.trend]}"
    for week in view.weeks:
        amounts = ", ".join(map(str, week.amounts))
        yield f"  {week.begins}  {week.disputes:>4}  {amounts}{'' if week.ended else '  so far'}"


def _lines_of_causes(view: Prevention) -> Iterator[str]:
    causes = view.causes
    yield f"Orders of the last {causes.days} days: {causes.orders}, disputed {causes.disputed}"
    yield f"  by category: {', '.join(f'{k} {n}' for k, n in causes.kinds.items()) or '-'}"
    yield f"  by code: {', '.join(f'{k} {n}' for k, n in causes.codes.items()) or '-'}"
    if not causes.named:
        yield "  no group has more disputes than chance would bring, or there are too few to tell"
    for cause in causes.named:
        yield (f"  {cause.dimension} {cause.name}: {cause.disputed} of {cause.orders} disputed, "
               f"elsewhere {cause.rest_disputed} of {cause.rest_orders} "
               f"(chance {cause.chance:.1g})")  # fmt: skip
    few = sum(cause.verdict == "few" for cause in causes.groups)
    if few:
        yield f"  too few to tell: {few} groups"


def _lines_of_parcels(view: Prevention) -> Iterator[str]:
    parcels = view.parcels
    yield (f"Parcels under way: {parcels.open}, of {parcels.no_history} nothing usual is known; "
           f"at risk {len(parcels.risky)}")  # fmt: skip
    yield from map(_line, parcels.risky)


def _line(parcel: Risky) -> str:
    usual = "usual: cannot tell" if parcel.usual is None else f"usual {parcel.usual} days"
    return (f"  {parcel.order:12} {parcel.tracking_no:24} {parcel.age:>3} days, {usual}: "
            f"{', '.join(parcel.reasons)}")  # fmt: skip
