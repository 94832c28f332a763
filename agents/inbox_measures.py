"""What the inbox came to in a span of time: counts, and medians in seconds. See docs/inbox.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median

from tradewind.base import Record, Time
from tradewind.handover import Handover, HandoverStep

Told = tuple[Handover, Sequence[HandoverStep]]


class Measures(Record):
    """Of handovers opened from `since` on and before `until`; `closed` and `reopened` are of those
    that ended in that time. A median is None where nothing was counted."""

    since: Time
    until: Time
    opened: int
    taken: int
    answered: int
    unanswered: int
    lapsed: int
    reasons: dict[str, int]
    seconds_to_taken: float | None
    seconds_to_reply: float | None
    seconds_to_close: float | None
    closed: int
    reopened: int
    reopened_days: int


def measure(all: Iterable[Told], since: Time, until: Time, reopened_days: int) -> Measures:
    """Count and take medians over what is kept of each handover."""
    told = list(all)
    here = [(one, steps) for one, steps in told if since <= one.opened_at < until]
    ended = [one for one, _ in told if one.closed_at and since <= one.closed_at < until]
    again = _reopened([one for one, _ in told], timedelta(days=reopened_days))
    return Measures(
        since=since, until=until, opened=len(here),
        taken=sum(one.taken_at is not None for one, _ in here),
        answered=sum(one.answered_at is not None for one, _ in here),
        unanswered=sum(
            one.answered_at is None and one.state == "closed" for one, _ in here
        ),
        lapsed=sum(step.kind == "lapsed" for _, steps in here for step in steps),
        reasons=dict(Counter(one.why for one, _ in here)),
        seconds_to_taken=_median(here, "taken_at"), seconds_to_reply=_median(here, "answered_at"),
        seconds_to_close=_median(here, "closed_at"), closed=len(ended),
        reopened=sum(one.id in again for one in ended), reopened_days=reopened_days,
    )  # fmt: skip


def _reopened(all: Sequence[Handover], within: timedelta) -> set[str]:
    """Those after whose end a new one was opened in the same thread in time."""
    ends = {one.id: one.closed_at for one in all}
    found: set[str] = set()
    for one in all:
        end = ends.get(one.reopened_from)
        if end is not None and one.opened_at - end <= within:
            found.add(one.reopened_from)
    return found


def _median(here: Iterable[Told], until: str) -> float | None:
    spans = [
        (end - one.opened_at).total_seconds()
        for one, _ in here
        if (end := getattr(one, until)) is not None
    ]
    return round(median(spans), 3) if spans else None
