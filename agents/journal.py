"""The journal: the steps of a run, what it could reach, and how a recorded step is read again."""

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import Field, JsonValue

from tradewind import errors
from tradewind.base import Record, canonical
from tradewind.errors import PlatformError, ReplayMismatch
from tradewind.plan import Tier
from tradewind.trace import EffectLevel, Span, SpanKind

SHOWN = 400
"""Characters of a request that a mismatch shows."""

Place = tuple[str, int]
"""Where a step stands in a run: its path and its ordinal there."""

T = TypeVar("T")


class ModelFacts(Record):
    """A chat model as it says of itself; see ChatModel."""

    name: str
    trusted_languages: tuple[str, ...] = ()


class Reach(Record):
    """What a run can reach: chat models by tier, the features' model, the reranker, and in a fork
    the prompts put in place of others ("service/answer" to "service/answer@2")."""

    chats: dict[Tier, ModelFacts] = Field(default_factory=dict)
    features: str | None = None
    reranker: str | None = None
    prompts: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A step that a run is about to take; `hash` is the request's digest, "" for no request."""

    place: Place
    kind: SpanKind
    name: str
    request: JsonValue = None
    hash: str = ""
    level: EffectLevel = "read"


class Played(Protocol):
    """A journal that answers in place of the world, for a whole run or for its first steps.

    A step that it holds is answered from it alone; None means: ask the world. Raises
    ReplayMismatch for a step that was not recorded so.
    """

    def reach_at(self, place: Place) -> Reach | None:
        """What the recorded run could reach at a place."""
        ...

    def take(self, step: Step) -> Span | None: ...
    async def turn(self, step: Step) -> Span | None:
        """As `take`, where parallel branches of the recorded run may have gone first."""
        ...

    def pass_by(self, step: Step, attributes: Mapping[str, JsonValue]) -> Span | None:
        """A step of our own code, which was carried out again."""
        ...


@dataclass
class Journal:
    """Spans of one run, in memory until the turn's one commit, and what it has taken so far.

    `asked` counts the steps that asked the world, `held` tokens that models may still write in
    calls under way; `began` is in monotonic seconds. `without` are the parts of the turn that
    went on without their model.
    """

    run: str
    spans: list[Span] = field(default_factory=list[Span])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    tokens: int = 0
    cost_micros: int | None = None
    cost_bound: int = 0
    """What the calls may have cost at most, those of unknown price by the dearest known."""
    unpriced: set[str] = field(default_factory=set[str])
    """The models that were called and whose price nobody knows."""
    waiting: list[str] = field(default_factory=list[str])
    """The questions that branches of the run wait for."""
    changed: bool = False
    """Whether something was proposed."""
    asked: int = 0
    held: int = 0
    began: float | None = None
    without: set[str] = field(default_factory=set[str])

    def next_ordinal(self, path: str) -> int:
        ordinal = self.counts.get(path, 0)
        self.counts[path] = ordinal + 1
        return ordinal

    def note_without(self, path: str, part: str, why: str) -> None:
        """Write on the last model call of a path that `part` went on without it.

        A recorded call says itself whether that was told: older journals did not.
        """
        calls = (n for n in range(len(self.spans) - 1, -1, -1) if self.spans[n].path == path)
        number = next(n for n in calls if self.spans[n].kind == "model")
        span = self.spans[number]
        if not span.attributes.get("replayed"):
            noted = {**span.attributes, "without": {"part": part, "why": why}}
            self.spans[number] = span = span.model_copy(update={"attributes": noted})
        if "without" in span.attributes:
            self.without.add(part)

    def executed(self) -> int:
        """How many steps asked the world: none in a replay."""
        return sum(
            span.kind != "step" and not span.attributes.keys() & {"replayed", "stubbed"}
            for span in self.spans
        )


class Mismatch(Record):
    """Where a replay and its journal part, and what each says there, as JSON text cut short.

    Kind "end" compares how the runs ended: the answer, or the error.
    """

    path: str
    ordinal: int
    kind: str
    name: str
    why: str
    recorded: str = ""
    asked: str = ""

    def __str__(self) -> str:
        place = "the end" if self.kind == "end" else f"step {self.path}/{self.ordinal}"
        told = f"{place} ({self.kind} {self.name}): {self.why}"
        return f"{told}; recorded {self.recorded or 'nothing'}, now {self.asked or 'nothing'}"


class StepMismatch(ReplayMismatch):
    """A replayed step asked for something else than was recorded."""

    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__(f"{mismatch}.", "Replay with the code and prompts of the recording.")
        self.mismatch = mismatch


class ClientLeft(Exception):
    """The recorded run was cancelled at this step."""


class NotYet(Exception):
    """People have not answered: the branch of the run that asked them waits here, unrecorded."""


def mismatch_at(
    step: Step, why: str, recorded: JsonValue = None, asked: JsonValue = None
) -> StepMismatch:
    path, ordinal = step.place
    before, now = show_both(recorded, asked)
    return StepMismatch(Mismatch(
        path=path, ordinal=ordinal, kind=step.kind, name=step.name, why=why,
        recorded=before, asked=now,
    ))  # fmt: skip


def show_both(recorded: JsonValue, asked: JsonValue) -> tuple[str, str]:
    """Two values as JSON text, cut to SHOWN characters around where they first differ."""
    before, now = (
        "" if value is None else canonical(value).decode() for value in (recorded, asked)
    )
    same = next((n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), 0)
    start = max(0, same - SHOWN // 4)
    return _cut(before, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    end = start + SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def read_kept(step: Step, span: Span, read: Callable[[JsonValue], T]) -> T:
    """What came of a recorded step: its error raised again, or its response read.

    Raises ReplayMismatch for a response that cannot be read.
    """
    if span.error is not None:
        raise error_of(span, span.error)
    try:
        return read(span.response)
    except (ValueError, TypeError) as error:
        why = "the recorded response cannot be read"
        raise mismatch_at(step, why, span.response, step.request) from error


class _Again(Exception):
    """An error of Python's own raised again: whatever its class takes, it is told as it was."""

    def __init__(self, told: str) -> None:
        self.told = told

    def __str__(self) -> str:
        return self.told


def error_notes(error: BaseException) -> dict[str, JsonValue]:
    """What a span's attributes keep of an error beside its text: its parts, and of a model's the
    tries before the last."""
    if not isinstance(error, PlatformError):
        return {}
    told: dict[str, JsonValue] = {"message": error.message, "hint": error.hint}
    if tries := list[JsonValue](getattr(error, "__notes__", ())):
        told["tries"] = tries
    return {"error": told}


def error_of(span: Span, told: str) -> Exception:
    """The recorded error ("Class: text"): of the same class where it is ours or Python's, always
    of its name and text."""
    name, _, text = told.partition(": ")
    if name == "CancelledError":
        return ClientLeft()
    kept = span.attributes.get("error")
    words = kept if isinstance(kept, dict) else {"message": text, "hint": ""}
    known = getattr(errors, name, PlatformError if isinstance(kept, dict) else None)
    if isinstance(known, type) and issubclass(known, PlatformError):
        named = known if known.__name__ == name else type(name, (known,), {})
        return named(str(words["message"]), str(words["hint"]))
    base = getattr(builtins, name, Exception)
    usual = base if isinstance(base, type) and issubclass(base, Exception) else Exception
    return type(name, (_Again, usual), {})(text)
