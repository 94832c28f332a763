"""Handovers: where a person of the shop is needed in a conversation, and what became of it."""

from datetime import date, time
from typing import Literal

from pydantic import Field, model_validator

from tradewind.base import Record, Time

HandoverState = Literal["waiting", "taken", "answered", "closed"]
"""waiting: nobody has it; taken: a person owes an answer; answered: the buyer has it; closed."""

StepKind = Literal[
    "opened", "asked_again", "taken", "replied", "buyer_wrote", "lapsed", "given_back", "closed",
]  # fmt: skip

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Contact(Record):
    """How somebody wants to be reached, and what they wrote. Nothing of it is proven."""

    name: str
    email: str
    message: str
    order: str = ""


class Opening(Record):
    """What a run's end says of a person who is needed; `why` is a key, never a sentence."""

    run: str
    why: str
    language: str = "en"
    intent: str = ""


class Handover(Record):
    """One handover; a thread has at most one that is not closed.

    `run` is the run that opened it, empty for a contact form. `held_until` is the end of the
    lease of `taken_by`: until then the assistant is silent in the thread. Times are those of the
    first time; `closed_at` and `reopened_from` (the handover of the same thread that was closed
    shortly before) are for measures.
    """

    id: str
    tenant: str
    thread: str
    run: str
    why: str
    language: str = "en"
    intent: str = ""
    state: HandoverState = "waiting"
    opened_at: Time
    taken_by: str = ""
    held_until: Time | None = None
    taken_at: Time | None = None
    answered_at: Time | None = None
    closed_at: Time | None = None
    reopened_from: str = ""
    contact: Contact | None = None

    def held(self, at: Time) -> bool:
        """Whether a person holds the thread: the assistant says nothing in it."""
        live = self.held_until is not None and self.held_until > at
        return live and self.state in ("taken", "answered")


class HandoverStep(Record):
    """One thing that happened to a handover; steps are never changed. `key` is a client's name for
    a message, `run` that of the run which did it."""

    handover: str
    kind: StepKind
    by: str = ""
    at: Time
    run: str = ""
    key: str = ""


class ShopWord(Record):
    """What a person of the shop wrote to the buyer in this thread."""

    text: str
    at: Time


class Reception(Record):
    """What a buyer's turn knows of the shop's people before it begins.

    `holding` names the hold of the person who has the thread (the handover and since when),
    `back` is when somebody is there again, in the shop's time zone `zone`; None: not told.
    """

    handover: str = ""
    holding: str = ""
    words: tuple[ShopWord, ...] = ()
    there: bool = True
    back: Time | None = None
    zone: str = "UTC"


class Hours(Record):
    """When people of the shop are there, in the shop's time zone.

    `week` has spans of a day (`09:00` to `17:30`, the end no part of it; an end of `00:00` is
    midnight). `name` is what buyers see beside a person's words.
    """

    week: dict[Weekday, tuple[tuple[time, time], ...]] = Field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    name: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        for day, spans in self.week.items():
            ends = [minute for start, end in spans for minute in (_minute(start), _end(end))]
            if ends != sorted(set(ends)):
                raise ValueError(f"the spans of {day} overlap or end before they begin")
        return self


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _end(at: time) -> int:
    return _minute(at) or 24 * 60


FaqStatus = Literal["draft", "published", "removed"]


class FaqDraft(Record):
    """A person's answer on its way to become an FAQ entry; `faq` is the entry's id when it is
    published, `answered_on` the day of the answer."""

    id: str
    tenant: str
    handover: str
    question: str
    answer: str
    language: str
    status: FaqStatus = "draft"
    drafted_by: str
    drafted_at: Time
    decided_by: str = ""
    decided_at: Time | None = None
    answered_on: date
