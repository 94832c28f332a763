"""What comes next for a parcel that stands still (`data/logistics/steps.toml`)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from tradewind.base import Record
from tradewind.commerce import Shipment, TrackingEvent, TrackingState
from tradewind.datafile import read_data
from tradewind.disputes import Confidence
from tradewind.evidence import DateFact, Fact, NameFact

_FILE = Path(__file__).parents[2] / "data" / "logistics" / "steps.toml"

Cause = Literal[
    "nobody", "security", "moved", "address", "refused", "customs", "documents", "payment_due",
    "delayed", "not_collected", "damaged", "destroyed", "cancelled",
]  # fmt: skip
Next = Literal["arrange", "tell_address", "shop", "customs", "wait", "collect"]
"""Who acts: the buyer (arrange, tell_address, customs, collect), the shop, nobody but the
carrier (wait)."""


class Keep(Record):
    """How many days a carrier keeps a parcel in a state."""

    carriers: frozenset[str]
    state: TrackingState
    days: int
    not_services: frozenset[str]
    source: str
    read: date
    confidence: Confidence


class Claim(Record):
    """Within how many days of shipping a carrier takes a claim."""

    carriers: frozenset[str]
    days: int
    source: str
    read: date
    confidence: Confidence


class Steps(Record):
    """See the file."""

    version: int
    as_of: date
    source: str
    words: Mapping[str, Cause]
    next: Mapping[Cause | TrackingState, Next]
    keep: tuple[Keep, ...]
    claim: tuple[Claim, ...]


@cache
def steps() -> Steps:
    return read_data(_FILE, Steps)


def step_facts(
    parcel: Shipment, state: TrackingState, events: Sequence[TrackingEvent]
) -> tuple[Fact, ...]:
    """`cause`, `next`, `keep_until`, `claim_by`, as far as they are told: nothing of them for a
    parcel that is simply on its way."""
    cause = _cause(state, events)
    step = steps().next.get(cause) if cause else steps().next.get(state)
    if step is None:
        return ()
    facts: list[Fact] = [NameFact(name="cause", value=cause)] if cause else []
    facts.append(NameFact(name="next", value=step))
    days = {"keep_until": _keep_until(parcel, state, events)}
    if state in ("lost", "stale"):
        days["claim_by"] = _claim_by(parcel)
    facts += [DateFact(name=name, value=day) for name, day in days.items() if day is not None]
    return tuple(facts)


def _cause(state: TrackingState, events: Sequence[TrackingEvent]) -> Cause | None:
    """What the newest scan says, where it is the one that made the state."""
    last = events[-1] if events else None
    return steps().words.get(last.source_state) if last and last.state == state else None


def _keep_until(
    parcel: Shipment, state: TrackingState, events: Sequence[TrackingEvent]
) -> date | None:
    carrier, service = parcel.carrier.casefold(), parcel.service.casefold()
    came = next((event.at.date() for event in events if event.state == state), None)
    for keep in steps().keep:
        fits = carrier in keep.carriers and service and service not in keep.not_services
        if came is not None and fits and keep.state == state:
            return came + timedelta(days=keep.days)
    return None


def _claim_by(parcel: Shipment) -> date | None:
    days = [c.days for c in steps().claim if parcel.carrier.casefold() in c.carriers]
    shipped = parcel.shipped_at
    return shipped.date() + timedelta(days=days[0]) if days and shipped else None
