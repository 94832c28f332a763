"""The only road from an agent to models, tools, clock and journal.

Everything that goes down this road leaves a span with its request and response, so that a
run can be read and replayed. A branch is the same run under another path: parallel branches
count their steps apart, so their order of arrival does not matter.
"""

import asyncio
import time
from array import array
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from agents.events import TurnEvent
from tradewind.base import digest
from tradewind.errors import PlatformError, ToolDenied
from tradewind.people import Session
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, ChatRequest, Completion, EmbeddingModel
from tradewind.tool import Tool, ToolContext, ToolResult
from tradewind.trace import EffectLevel, Span, SpanKind

Emit = Callable[[TurnEvent], None]

FEATURE_BYTES = 600
"""UTF-8 bytes of a message whose hidden states are read; a second of time on two cores."""


@dataclass(frozen=True)
class Road:
    """What a run may reach: tools by name, chat models by tier, the classifier's features."""

    tools: Mapping[str, Tool]
    chats: Mapping[Tier, ChatModel]
    features: EmbeddingModel | None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    off_loop: bool = False


@dataclass
class Journal:
    """Spans of one run, in memory until the turn's one commit."""

    run: str
    spans: list[Span] = field(default_factory=list[Span])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    tokens: int = 0
    cost_micros: int | None = None

    def next_ordinal(self, path: str) -> int:
        ordinal = self.counts.get(path, 0)
        self.counts[path] = ordinal + 1
        return ordinal


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
        began = time.perf_counter_ns()
        value = self._road.clock()
        self._record("clock", "now", began, None, value.isoformat())
        return value

    def model(self, tier: Tier) -> ChatModel | None:
        """The chat model of a tier; `base` stands in for one that is not configured."""
        return self._road.chats.get(tier) or self._road.chats.get("base")

    async def call(self, name: str, arguments: dict[str, JsonValue]) -> ToolResult:
        """Call a tool. Raises ToolDenied for a tool that this audience may not use."""
        tool = self._road.tools.get(name)
        if tool is None or self.session.audience not in tool.audiences:
            raise ToolDenied(
                f"tool {name!r} is not open to {self.session.audience}s.",
                "Use one that the scenario lists.",
            )
        async with self._span("tool", name, arguments, tool.effect) as note:
            if self._road.off_loop:
                result = await asyncio.to_thread(tool, self.context, arguments)
            else:
                result = tool(self.context, arguments)
            note(result.model_dump(mode="json"))
        return result

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
        async with self._span("model", model.name, request.model_dump(mode="json")) as note:
            completion = await model.complete(request)
            note(completion.model_dump(mode="json"))
        self._count(completion)
        return completion

    async def features(self, text: str) -> list[float] | None:
        """The classifier's feature vector of a text; None when no local model is there."""
        source = self._road.features
        if source is None:
            return None
        async with self._span("model", source.name, text) as note:
            head = text.encode()[:FEATURE_BYTES].decode(errors="ignore")
            vector = (await asyncio.to_thread(source.embed, [head], "query"))[0]
            note(b64encode(array("f", vector).tobytes()).decode())
        return vector

    @asynccontextmanager
    async def _span(
        self, kind: SpanKind, name: str, request: JsonValue, level: EffectLevel = "read"
    ) -> AsyncGenerator[Callable[[JsonValue], None]]:
        began, box = time.perf_counter_ns(), list[JsonValue]()
        try:
            yield box.append
        except PlatformError as error:
            self._record(
                kind, name, began, request, None, level, f"{type(error).__name__}: {error}"
            )
            raise
        self._record(kind, name, began, request, box[0] if box else None, level)

    def step(self, name: str, began: int, attributes: dict[str, JsonValue] | None = None) -> None:
        """Record a step of our own code that began at `began` (perf_counter_ns)."""
        self._record("step", name, began, None, None, attributes=attributes)

    def _record(
        self, kind: SpanKind, name: str, began: int, request: JsonValue, response: JsonValue,
        level: EffectLevel = "read", error: str | None = None,
        attributes: dict[str, JsonValue] | None = None,
    ) -> None:  # fmt: skip
        duration = time.perf_counter_ns() - began
        started = time.time_ns() - duration
        # All values are ours and typed: checking them again, leaf by leaf, costs a tenth of a turn.
        self.journal.spans.append(Span.model_construct(
            run=self.journal.run, path=self.path, ordinal=self.journal.next_ordinal(self.path),
            kind=kind, name=name, started_us=started // 1000, duration_us=duration // 1000,
            request_hash=digest(request) if request is not None else "", request=request,
            response=response, level=level, error=error, attributes=attributes or {},
        ))  # fmt: skip

    def _count(self, completion: Completion) -> None:
        usage, journal = completion.usage, self.journal
        journal.tokens += usage.input_tokens + usage.output_tokens
        if usage.cost_micros is not None:
            journal.cost_micros = (journal.cost_micros or 0) + usage.cost_micros
