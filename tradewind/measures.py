"""What is kept for measuring the buyers' service: of a turn, of a vote, of a visit. Nothing in it
tells who somebody is; see docs/measures.md."""

from typing import Literal

from pydantic import Field

from tradewind.base import Money, Record, Time

Verdict = Literal["", "helped", "not_helped"]
"""What the buyer says of an answer; "": nothing."""
Arm = Literal["shown", "holdout"]
"""Whether a visitor is shown the chat, or is one of those it is held back from."""


class Mark(Record):
    """What one buyer's turn came to, kept in the clear part of its run.

    `asked`: something was asked, by more than a greeting or thanks. `answered`: every sentence
    carried by records, at least one cited, nothing asked back. `handed`: a person is needed, or
    holds the thread. `said`: the buyer's own words on the answer before. `proven`: an order of
    theirs stood proven at the end.
    """

    asked: bool
    answered: bool
    handed: bool
    said: Verdict = ""
    proven: bool = False
    intent: str = ""
    language: str = "en"


class Vote(Record):
    """A buyer's answer to "Did this help?" about one run of their thread; the newest counts."""

    thread: str
    run: str
    helped: bool
    at: Time


class Visit(Record):
    """A consenting visitor's first page view, under a keyed mark. `share` is the holdout's in per
    cent as it was then: visitors under two shares are never compared."""

    mark: str
    arm: Arm
    share: int
    at: Time


class Measuring(Record):
    """What a merchant says for measuring. None: not told, and then never taken for nothing."""

    holdout: int = Field(default=0, ge=0, le=50)
    cpu_hour: Money | None = None
    wage_hour: Money | None = None
