"""A recorded run as it is replayed: what was asked, and its steps by their place.

Two formats are read. Format 2 keeps with the run's row all that a turn knows before it begins.
Format 1 kept the text alone: such a run is taken for the first turn of its thread, of a buyer
who had proven the order that the run read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import Field, JsonValue, ValidationError

from agents.events import ApprovalCard
from agents.journal import ModelFacts, Place, Reach
from agents.kit import ThreadState
from tradewind.base import Language, Record
from tradewind.errors import InvalidInput, PlatformError
from tradewind.handover import Reception
from tradewind.people import Actor, Session, Tenant
from tradewind.trace import Run, Span, is_erased

FORMAT = 2
"""What `Run.journal` says of the runs that are recorded now."""


class Undoing(Record):
    """The effect that a person wants undone, and what undoes it by the same tool."""

    effect: str
    tool: str
    arguments: dict[str, JsonValue]
    language: Language = "en"


class Doing(Record):
    """What the session's person filled into a form: a tool that writes, and its arguments."""

    tool: str
    arguments: dict[str, JsonValue]
    language: Language = "en"


class Replying(Record):
    """A buyer's word on what was put to them, by the button: `hash` is that of the offer, `offered`
    the run that put it."""

    offered: str
    hash: str
    yes: bool


class Asked(Record):
    """What a run was asked and what it knew before it began, as `Run.request` keeps it.

    `given` was typed beside the text, `memory` is the thread's before this turn (None: the run
    has not begun), `pending` the questions that its runs wait for, `proven` what the session
    brought, `desk` what is known of the shop's people. `dispute` is that of a defence, with
    `filing` the scenario that files it, `undo` that of an undo, `doing` a form's, `letter` the
    message that a reply is drafted to: these are no turns of a thread; a buyer's `form`, and their
    `reply` to what it came to, are. A fork, and a run that went on elsewhere, has one more `reach`
    than before: that of its own steps.
    """

    text: str
    given: dict[str, str] = Field(default_factory=dict)
    memory: ThreadState | None = None
    pending: tuple[ApprovalCard, ...] = ()
    proven: dict[str, str] = Field(default_factory=dict)
    dispute: str = ""
    filing: str = ""
    undo: Undoing | None = None
    doing: Doing | None = None
    form: Doing | None = None
    reply: Replying | None = None
    letter: str = ""
    reach: tuple[Reach, ...] = (Reach(),)
    desk: Reception | None = None

    @property
    def known(self) -> ThreadState:
        """What the thread knew, and what was typed."""
        return (self.memory or ThreadState()).model_copy(update=self.given)

    def words(self) -> tuple[str, ...]:
        """What was said, typed, and spoken of before, by who speaks; of a command that only lacked
        an input, what it gave."""
        before = self.known
        open_ = [step for step in before.asked.steps if step.instructed] if before.asked else []
        told = [value for step in open_ for value in step.inputs.values()]
        return (self.text, *self.given.values(), before.order_id, before.dispute_id, *told)


@dataclass(frozen=True)
class Recording:
    """A run that has ended or waits, with its steps in the order in which they began."""

    run: Run
    asked: Asked
    spans: tuple[Span, ...]

    def effects(self) -> list[Span]:
        """The steps that asked the world."""
        return [span for span in self.spans if span.kind != "step"]

    def first(self, count: int) -> dict[Place, Span]:
        """The first `count` effects by place, with the steps of our own before them. What a
        client that left did not wait for is none."""
        last: dict[str, int] = {}
        for span in self.effects()[:count]:
            last[span.path] = max(span.ordinal, last.get(span.path, 0))
        return {
            place: span
            for place, span in self.by_place().items()
            if place[1] <= last.get(place[0], -1) and not broken_off(span)
        }

    def by_place(self) -> dict[Place, Span]:
        return {(span.path, span.ordinal): span for span in self.spans}

    def session(self, tenant: Tenant) -> Session:
        """The session that asked."""
        actor = Actor(id=self.run.actor, audience=self.run.audience)
        told = {"tenant": tenant, "actor": actor, "thread": self.run.thread, **self.asked.proven}
        return Session.model_validate(told)


def read_recording(run: Run, spans: Iterable[Span]) -> Recording:
    """The run as it can be replayed.

    Raises InvalidInput for a run that is at work, of a format that this version cannot read, or
    with a person in it who was erased.
    """
    if run.status == "running":
        raise InvalidInput(f"run {run.id} is {run.status}.", "Replay it when it has ended.")
    told = tuple(spans)
    return Recording(run, read_request(run, told), told)


def read_request(run: Run, spans: Sequence[Span]) -> Asked:
    """What a run was asked. Raises InvalidInput as `read_recording` does."""
    if is_erased(run.request):
        raise InvalidInput(f"a person in run {run.id} was erased.", "What they said is gone.")
    reader = _READERS.get(run.journal)
    if reader is None:
        raise InvalidInput(
            f"run {run.id} has a journal of format {run.journal}, {FORMAT} is the newest read.",
            "Replay it with the version of the platform that recorded it.",
        )
    try:
        return reader(run, spans)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise InvalidInput(
            f"run {run.id} keeps no readable request: {field}: {first['msg']}.", "It was altered."
        ) from error


def broken_off(span: Span) -> bool:
    """Whether the step was ended from outside: its client left, or another branch failed."""
    return (span.error or "").startswith("CancelledError")


def _read_2(run: Run, spans: Sequence[Span]) -> Asked:
    return Asked.model_validate(run.request)


def _read_1(run: Run, spans: Sequence[Span]) -> Asked:
    """Texts of defences were "defend <id>"; a wording's schema tells a trusted model."""
    text = str(run.request.get("text", ""))
    planned = any(span.kind == "step" and span.name == "plan" for span in spans)
    defends = text.startswith("defend ") and run.audience == "merchant" and not planned
    order = next(filter(None, map(_order_of, spans)), "") if run.audience == "buyer" else ""
    return Asked(
        text=text, memory=ThreadState(order_id=order, verified_order=order),
        dispute=text.removeprefix("defend ") if defends else "", reach=(_reach_1(run, spans),),
    )  # fmt: skip


def _order_of(span: Span) -> str:
    asked = span.request if span.kind == "tool" and isinstance(span.request, dict) else {}
    return str(asked.get("order_id", ""))


def _reach_1(run: Run, spans: Sequence[Span]) -> Reach:
    calls = [span for span in spans if span.kind == "model"]
    features = next((span.name for span in calls if isinstance(span.request, str)), None)
    chat = next((span.name for span in calls if isinstance(span.request, dict)), None)
    worded = any(_words(span.request) for span in calls)
    language = str((run.answer or {}).get("language", "en"))
    facts = ModelFacts(name=chat or "", trusted_languages=(language,) if worded else ())
    return Reach(chats={"base": facts} if chat else {}, features=features)


def _words(request: JsonValue) -> bool:
    return isinstance(request, dict) and "answerable" in str(request.get("json_schema"))


_READERS: dict[int, Callable[[Run, Sequence[Span]], Asked]] = {1: _read_1, 2: _read_2}


class End(Record):
    """How a run ended: its answer, or its error."""

    status: str
    answer: dict[str, JsonValue] | None = None
    error: str | None = None


def told_error(error: Exception) -> str:
    """What a run's row says of the error that ended it."""
    return str(error) if isinstance(error, PlatformError) else f"{type(error).__name__}: {error}"
