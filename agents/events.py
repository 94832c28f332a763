"""What a turn tells the outside while it runs, and what it ends with."""

from typing import Literal

from pydantic import Field, JsonValue

from tradewind.base import Language, Record, Time
from tradewind.plan import Plan


class Citation(Record):
    """Evidence that an answer leans on; `excerpt` is what a reader sees when they open it."""

    id: str
    source: str
    excerpt: str


class Action(Record):
    """An effect that a turn proposed or carried out."""

    tool: str
    effect: str
    status: str


class ApprovalCard(Record):
    id: str
    summary: str


class Answer(Record):
    """The end of a turn. `grounded` is true only when every sentence passed the verifier.

    `handover` says why a person is needed; None when none is. `asks` names what the buyer is
    asked for.
    """

    text: str
    language: str
    citations: tuple[Citation, ...] = ()
    intent: str | None = None
    actions: tuple[Action, ...] = ()
    approvals: tuple[ApprovalCard, ...] = ()
    handover: str | None = None
    asks: Literal["identity"] | None = None
    grounded: bool = True
    details: dict[str, JsonValue] = Field(default_factory=dict)


class Offer(Record):
    """What a buyer was shown and may say yes to, until `expires_at`.

    `hash` is that of the tool and its complete arguments (`consent_hash`), `text` all that they
    read, `policy` the rules by which it is offered, `run` the one that put it, `turn` that of the
    thread: a yes in words counts only right after it.
    """

    tool: str
    arguments: dict[str, JsonValue]
    hash: str
    text: str
    policy: str
    language: Language
    run: str
    turn: int
    expires_at: Time


class PlanReady(Record):
    type: Literal["plan"] = "plan"
    plan: Plan


class StepBegan(Record):
    type: Literal["step_began"] = "step_began"
    index: int
    scenario: str


class StepEnded(Record):
    type: Literal["step_ended"] = "step_ended"
    index: int
    scenario: str


class TextPiece(Record):
    """A piece of text that has passed the verifier; never the model's raw stream."""

    type: Literal["text"] = "text"
    text: str


class TurnEnded(Record):
    type: Literal["ended"] = "ended"
    run: str
    thread: str
    answer: Answer
    seconds: float


TurnEvent = PlanReady | StepBegan | StepEnded | TextPiece | TurnEnded
