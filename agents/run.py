"""The only road from an agent to models, tools, records, clock and journal.

Everything that goes down this road leaves a span with its request and response, so that a
run can be read and replayed. A branch is the same run under another path: parallel branches
count their steps apart, so their order of arrival does not matter.
"""

import asyncio
import secrets
import time
from array import array
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar, cast

from pydantic import JsonValue

from agents.events import TurnEvent
from agents.journal import (
    Journal,
    ModelFacts,
    Place,
    Played,
    Reach,
    Step,
    error_notes,
    read_kept,
)
from agents.masking import mask_result
from tradewind.base import Record, digest
from tradewind.errors import ToolDenied
from tradewind.people import Session
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, ChatRequest, Completion, EmbeddingModel
from tradewind.ports.storage import ShopReader
from tradewind.tool import Tool, ToolContext, ToolResult
from tradewind.trace import Span, SpanKind

Emit = Callable[[TurnEvent], None]
Notes = dict[str, JsonValue]

T = TypeVar("T")

FEATURE_BYTES = 600
"""UTF-8 bytes of a message whose hidden states are read; a second of time on two cores."""

STUB = ToolResult(note="Not carried out: this run is a fork, which changes nothing outside.")


@dataclass(frozen=True)
class Road:
    """What a run may reach: tools by name, chat models by tier, the classifier's features.

    A replayed or forked run has a journal that is `played`. In a fork, `prompts` are versions
    put in place of others, `marks` are on each of its own spans, and tools that write or spend
    are `stubbed`.
    """

    tools: Mapping[str, Tool]
    chats: Mapping[Tier, ChatModel]
    features: EmbeddingModel | None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    off_loop: bool = False
    played: Played | None = None
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    marks: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    stubbed: bool = False

    @cached_property
    def reach(self) -> Reach:
        """What this road leads to, as a run's row keeps it."""
        chats: dict[Tier, ModelFacts] = {
            tier: ModelFacts(
                name=chat.name, trusted_languages=tuple(sorted(chat.trusted_languages))
            )
            for tier, chat in self.chats.items()
        }
        features = self.features.name if self.features else None
        return Reach(chats=chats, features=features, prompts=dict(self.prompts))


class Run:
    """One turn under way, or one branch of it."""

    def __init__(
        self, journal: Journal, road: Road, context: ToolContext, emit: Emit, path: str = "0"
    ) -> None:
        self.journal = journal
        self.context = context
        self.emit = emit
        self.path = path
        self._road = road

    @property
    def session(self) -> Session:
        return self.context.session

    def branch(self, name: str) -> "Run":
        """The same run under a path of its own."""
        return Run(self.journal, self._road, self.context, self.emit, f"{self.path}.{name}")

    def bound_to(self, session: Session) -> "Run":
        """The same run with another session, such as one with a proven order."""
        context = replace(self.context, session=session)
        return Run(self.journal, self._road, context, self.emit, self.path)

    def now(self) -> datetime:
        """The clock, recorded."""
        told = self._drawn("clock", "now", lambda: self._road.clock().isoformat())
        return datetime.fromisoformat(told)

    def token(self, size: int = 8) -> str:
        """`size` random bytes in hex, recorded."""
        return self._drawn("random", f"token.{size}", lambda: secrets.token_hex(size))

    def model(self, tier: Tier) -> ModelFacts | None:
        """The chat model of a tier; `base` stands in for one that is not configured."""
        chats = self._reach.chats
        return chats.get(tier) or chats.get("base")

    def prompt(self, name: str) -> str:
        """The version of a prompt ("service/answer@1") to render: a fork may try another."""
        return self._reach.prompts.get(name.partition("@")[0], name)

    async def call(self, name: str, arguments: dict[str, JsonValue]) -> ToolResult:
        """Call a tool. Raises ToolDenied for a tool that this audience may not use."""
        tool = self._road.tools.get(name)
        level = tool.effect if tool else "read"
        stubbed = self._road.stubbed and level in ("write", "spend")

        async def act() -> ToolResult:
            if tool is None or self.session.audience not in tool.audiences:
                raise self._denial(name)
            if stubbed:
                return STUB
            if self._road.off_loop:
                return mask_result(await asyncio.to_thread(tool, self.context, arguments))
            return mask_result(tool(self.context, arguments))

        step = Step(self._next_place(), "tool", name, arguments, digest(arguments), level)
        notes: Notes = {"stubbed": True} if stubbed else {}
        return await self._take(step, act, _dump, ToolResult.model_validate, notes)

    async def look(
        self, name: str, request: dict[str, JsonValue], read: Callable[[ShopReader], JsonValue]
    ) -> JsonValue:
        """A read of the shop's records by our own code, outside any tool; gives plain data."""

        async def act() -> JsonValue:
            if self._road.off_loop:
                return await asyncio.to_thread(read, self.context.shop)
            return read(self.context.shop)

        step = Step(self._next_place(), "search", name, request, digest(request))
        return await self._take(step, act, _same, _same)

    def arguments_for(self, name: str, values: dict[str, str]) -> dict[str, JsonValue] | None:
        """Of these values those that the tool takes; None when a required one is missing."""
        tool = self._road.tools.get(name)
        if tool is None:
            return None
        fields = tool.arguments.model_fields
        if any(field.is_required() and not values.get(n) for n, field in fields.items()):
            return None
        return {n: values[n] for n in fields if values.get(n)}

    async def complete(self, tier: Tier, request: ChatRequest) -> Completion | None:
        """One completion by the tier's model; None when no model is configured."""
        model = self.model(tier)
        if model is None:
            return None

        async def act() -> Completion:
            chats = self._road.chats
            return await (chats.get(tier) or chats["base"]).complete(request)

        told = request.model_dump(mode="json")
        step = Step(self._next_place(), "model", model.name, told, digest(told))
        completion = await self._take(step, act, _dump, Completion.model_validate)
        self._count(completion)
        return completion

    async def features(self, text: str) -> list[float] | None:
        """The classifier's feature vector of a text; None when no local model is there.

        What is kept, 32-bit floats, is also what is given.
        """
        name = self._reach.features
        if name is None:
            return None

        async def act() -> str:
            source = cast(EmbeddingModel, self._road.features)
            head = text.encode()[:FEATURE_BYTES].decode(errors="ignore")
            vector = (await asyncio.to_thread(source.embed, [head], "query"))[0]
            return b64encode(array("f", vector).tobytes()).decode()

        step = Step(self._next_place(), "model", name, text, digest(text))
        return _vector(await self._take(step, act, _same, _packed))

    def step(self, name: str, began: int, attributes: Notes | None = None) -> None:
        """Record a step of our own code that began at `began` (perf_counter_ns)."""
        step, played = Step(self._next_place(), "step", name), self._road.played
        span = played.pass_by(step, attributes or {}) if played else None
        if span is not None:
            return self._repeat(span)
        self._record(step, began, notes=attributes)

    @property
    def _reach(self) -> Reach:
        """What can be reached at the place that comes next."""
        played = self._road.played
        if played is None:
            return self._road.reach
        return played.reach_at((self.path, self.journal.counts.get(self.path, 0))) or (
            self._road.reach
        )

    def _next_place(self) -> Place:
        return self.path, self.journal.next_ordinal(self.path)

    async def _take(
        self, step: Step, act: Callable[[], Awaitable[T]], keep: Callable[[T], JsonValue],
        read: Callable[[JsonValue], T], notes: Notes | None = None,
    ) -> T:  # fmt: skip
        """Take one step: `act` and `keep` what came of it, or `read` what was kept."""
        played = self._road.played
        span = await played.turn(step) if played else None
        if span is not None:
            self._repeat(span)
            return read_kept(step, span, read)
        began = time.perf_counter_ns()
        try:
            value = await act()
        except (Exception, asyncio.CancelledError) as error:
            self._record(step, began, error=error, notes=notes)
            raise
        self._record(step, began, keep(value), notes=notes)
        return value

    def _drawn(self, kind: SpanKind, name: str, draw: Callable[[], str]) -> str:
        """A value from the clock or from chance."""
        step, played = Step(self._next_place(), kind, name), self._road.played
        span = played.take(step) if played else None
        if span is not None:
            self._repeat(span)
            return read_kept(step, span, str)
        began = time.perf_counter_ns()
        value = draw()
        self._record(step, began, value)
        return value

    def _repeat(self, span: Span) -> None:
        """Keep a recorded step as a step of this run."""
        self.journal.spans.append(span.model_copy(update={
            "run": self.journal.run, "started_us": time.time_ns() // 1000,
            "attributes": {**span.attributes, "replayed": True},
        }))  # fmt: skip

    def _record(
        self, step: Step, began: int, response: JsonValue = None,
        error: BaseException | None = None, notes: Notes | None = None,
    ) -> None:  # fmt: skip
        duration = time.perf_counter_ns() - began
        started = time.time_ns() - duration
        path, ordinal = step.place
        told = {**self._road.marks, **(notes or {}), **(error_notes(error) if error else {})}
        # All values are ours and typed: checking them again, leaf by leaf, costs a tenth of a turn.
        self.journal.spans.append(Span.model_construct(
            run=self.journal.run, path=path, ordinal=ordinal, kind=step.kind, name=step.name,
            started_us=started // 1000, duration_us=duration // 1000, request_hash=step.hash,
            request=step.request, response=response, level=step.level, attributes=told,
            error=None if error is None else f"{type(error).__name__}: {error}",
        ))  # fmt: skip

    def _denial(self, name: str) -> ToolDenied:
        return ToolDenied(
            f"tool {name!r} is not open to {self.session.audience}s.",
            "Use one that the scenario lists.",
        )

    def _count(self, completion: Completion) -> None:
        usage, journal = completion.usage, self.journal
        journal.tokens += usage.input_tokens + usage.output_tokens
        if usage.cost_micros is not None:
            journal.cost_micros = (journal.cost_micros or 0) + usage.cost_micros


def _dump(record: Record) -> JsonValue:
    return record.model_dump(mode="json")


def _same(value: T) -> T:
    return value


def _packed(value: JsonValue) -> str:
    """A kept vector. Raises ValueError for what is none."""
    text = str(value)
    _vector(text)
    return text


def _vector(packed: str) -> list[float]:
    return array("f", b64decode(packed, validate=True)).tolist()
