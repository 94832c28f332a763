"""Runs and their journal: what happened, in an order that can be replayed."""

from typing import Literal

from pydantic import Field, JsonValue

from tradewind.base import Record, Time
from tradewind.measures import Mark
from tradewind.people import Audience

RunStatus = Literal["running", "waiting", "done", "failed", "cancelled"]
SpanKind = Literal["step", "model", "tool", "search", "human", "clock", "random"]
EffectLevel = Literal["read", "draft", "write", "spend"]

ERASED_TEXT = "erased"
"""What stands where a text was that told of a person who was erased."""


def erased() -> dict[str, JsonValue]:
    """What stands where a value was that told of a person who was erased."""
    return {"text": ERASED_TEXT, "erased": True}


def is_erased(value: JsonValue) -> bool:
    """Whether the value is the mark of an erased one."""
    return value == erased()


class Run(Record):
    """One turn of one thread, from request to answer. `tokens` counts input and output,
    `cost_micros` what the calls of models cost, but for those of `unpriced`, whose price nobody
    knows.

    `journal` is the format of its request and spans; rows without one are of the first. A fork
    names the run it comes from and how many of its effects it repeats. `tries` counts how often
    the run was begun: a worker that died is followed by another. `cpu_seconds` is this process's
    time that fell to the run, None where nobody counted it; `mark` what a buyer's turn came to.
    """

    id: str
    tenant: str
    thread: str
    actor: str
    audience: Audience
    request: dict[str, JsonValue]
    status: RunStatus = "running"
    answer: dict[str, JsonValue] | None = None
    error: str | None = None
    started_at: Time
    seconds: float = 0.0
    tokens: int = 0
    cost_micros: int | None = None
    unpriced: tuple[str, ...] = ()
    journal: int = 1
    forked_from: str | None = None
    forked_at: int | None = None
    tries: int = 1
    cpu_seconds: float | None = None
    mark: Mark | None = None


class Span(Record):
    """One recorded step of a run. `path` is the task's place in the plan, `ordinal` its turn.

    Spans of kind model, tool, search, human, clock and random are the run's effects on or
    from the world: with `request` and `response` they suffice to replay it.
    """

    run: str
    path: str
    ordinal: int
    kind: SpanKind
    name: str
    started_us: int
    duration_us: int
    request_hash: str = ""
    request: JsonValue = None
    response: JsonValue = None
    level: EffectLevel = "read"
    error: str | None = None
    attributes: dict[str, JsonValue] = Field(default_factory=dict)
