"""The only road from an agent to models, tools, records, clock and journal.

Everything that goes down this road leaves a span with its request and response, so that a
run can be read and replayed. A branch is the same run under another path: parallel branches
count their steps apart, so their order of arrival does not matter.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import ParamSpec, TypeVar, cast

from pydantic import JsonValue

from agents.costs import Prices, count_cost
from agents.delivery import Hands
from agents.events import TurnEvent
from agents.journal import (
    Journal,
    ModelFacts,
    NotYet,
    Place,
    Played,
    Reach,
    Step,
    error_notes,
    read_kept,
)
from agents.limits import LimitTable, RunLimits, count_step, in_time, tokens_of, within
from agents.masking import mask_completion, mask_result
from agents.packets import PacketRoom
from agents.provenance import Sources
from agents.vectors import floats, listed, pack, packed, unpack
from tradewind.base import Record, digest
from tradewind.errors import BackendError, ToolDenied
from tradewind.people import Audience, Session
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, ChatRequest, Completion, EmbeddingModel, Reranker
from tradewind.ports.storage import ShopReader
from tradewind.tool import Tool, ToolContext, ToolResult
from tradewind.trace import EffectLevel, Span, SpanKind

Emit = Callable[[TurnEvent], None]
Notes = dict[str, JsonValue]

Keep = Callable[[], Awaitable[None]]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)

FEATURE_BYTES = 600
"""UTF-8 bytes of a message whose hidden states are read; a second of time on two cores."""


@dataclass(frozen=True)
class Road:
    """What a run may reach: tools by name, chat models by tier, the classifier's features, what
    tells whether a passage answers.

    A replayed or forked run has a journal that is `played`. In a fork, `prompts` are versions
    put in place of others, `marks` are on each of its own spans, and tools that write or spend
    are `stubbed`. A run that is `resumed` plays its own journal. `limits` hold a run of each
    audience that they name; `ticks` counts its seconds. `prices` tell what models cost.
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
    resumed: bool = False
    limits: LimitTable = field(default_factory=dict[Audience, RunLimits])
    ticks: Callable[[], float] = time.monotonic
    prices: Prices | None = None
    reranker: Reranker | None = None

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
        reranker = self.reranker.name if self.reranker else None
        return Reach(chats=chats, features=features, reranker=reranker, prompts=dict(self.prompts))


@dataclass(frozen=True)
class Change:
    """How a run changes the world: `hands`, and `keep`, which commits what it did so far. `packets`
    makes what is filed for a dispute."""

    hands: Hands
    keep: Keep
    packets: PacketRoom | None = None


class Run:
    """One turn under way, or one branch of it. Without `change` it changes nothing outside."""

    def __init__(
        self, journal: Journal, road: Road, context: ToolContext, emit: Emit, path: str = "0",
        *, said: Iterable[str] = (), change: Change | None = None,
    ) -> None:  # fmt: skip
        self.journal = journal
        self.context = context
        self.emit = emit
        self.path = path
        self.change = change
        self.sources = Sources(context.session, said)
        self.acts: frozenset[str] = frozenset()
        self._road = road

    @property
    def session(self) -> Session:
        return self.context.session

    def branch(self, name: str) -> "Run":
        """The same run under a path of its own."""
        return self._with(self.context, f"{self.path}.{name}")

    def bound_to(self, session: Session) -> "Run":
        """The same run with another session, such as one with a proven order."""
        return self._with(self.context.bound_to(session), self.path)

    def asked_for(self, *acts: str) -> "Run":
        """The same run, in which these tools may change the world and no others: what the request
        was understood to ask for, before any record was read."""
        run = self._with(self.context, self.path)
        run.acts = frozenset(filter(None, acts))
        return run

    def _with(self, context: ToolContext, path: str) -> "Run":
        run = Run(self.journal, self._road, context, self.emit, path, change=self.change)
        run.sources = self.sources.of(context.session)
        run.acts = self.acts
        return run

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

        async def act() -> ToolResult:
            if tool is None or self.session.audience not in tool.audiences:
                who = self.session.audience
                raise ToolDenied(f"tool {name!r} is not open to {who}s.", "Use one of the listed.")
            if tool.effect in ("write", "spend"):
                raise ToolDenied(f"tool {name!r} changes the world.", "Propose it as an effect.")
            if tool.bulk:
                return mask_result(await asyncio.to_thread(tool, self.context, arguments))
            return mask_result(await self.off(tool, self.context, arguments))

        step = Step(self._next_place(), "tool", name, arguments, digest(arguments))
        result = await self._take(step, act, _dump, ToolResult.model_validate)
        self.sources.add(result.evidence)
        return result

    async def take(
        self, kind: SpanKind, name: str, request: JsonValue, level: EffectLevel,
        act: Callable[[Place], Awaitable[R]], model: type[R],
    ) -> R:  # fmt: skip
        """Take a step that has consequences outside: `act` is told its place in the run."""
        step = Step(self._next_place(), kind, name, request, digest(request), level)
        notes: Notes = {"stubbed": True} if self.stubbed else {}
        return await self._take(step, lambda: act(step.place), _dump, model.model_validate, notes)

    @property
    def stubbed(self) -> bool:
        """Whether this run is a fork, which changes nothing outside."""
        return self._road.stubbed

    def tool(self, name: str) -> Tool | None:
        return self._road.tools.get(name)

    async def off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a store: in place when embedded, in a thread when it crosses a network."""
        if self._road.off_loop:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)

    async def look(
        self, name: str, request: dict[str, JsonValue], read: Callable[[ShopReader], JsonValue]
    ) -> JsonValue:
        """A read of the shop's records by our own code, outside any tool; gives plain data."""

        async def act() -> JsonValue:
            return await self.off(read, self.context.shop)

        step = Step(self._next_place(), "search", name, request, digest(request))
        return await self._take(step, act, _same, _same)

    async def complete(self, tier: Tier, request: ChatRequest) -> Completion | None:
        """One completion by the tier's model; None when no model is configured."""
        model = self.model(tier)
        if model is None:
            return None

        notes: Notes = {}

        async def act() -> Completion:
            chat = self._road.chats.get(tier) or self._road.chats["base"]
            if self._limits is None:
                return self._received(request, await chat.complete(request))
            with within(self.journal, self._limits, request) as asked:
                if asked is not request:
                    notes["max_tokens"] = asked.max_tokens
                return self._received(asked, await chat.complete(asked))

        told = request.model_dump(mode="json")
        step = Step(self._next_place(), "model", model.name, told, digest(told))
        completion = await self._take(step, act, _dump, Completion.model_validate, notes)
        self._count(request, completion)
        return completion

    def go_without(self, part: str, why: BackendError | str) -> None:
        """Note that a part of the turn goes on without its model, whose last call here failed or
        brought what cannot be used. The call's span says so, and the answer's details."""
        told = type(why).__name__ if isinstance(why, BackendError) else why
        self.journal.note_without(self.path, part, told)

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
            return pack(vector)

        step = Step(self._next_place(), "model", name, text, digest(text))
        return unpack(await self._take(step, act, _same, packed))

    async def bearing(self, asked: str, lines: Sequence[str], english: str) -> list[float] | None:
        """How surely each line answers what is asked, see Reranker; None without one."""
        name = self._reach.reranker
        if name is None:
            return None

        async def act() -> list[float]:
            reranker = cast(Reranker, self._road.reranker)
            return await asyncio.to_thread(reranker.score, asked, lines, english)

        told: JsonValue = {"question": asked, "english": english, "passages": list(lines)}
        step = Step(self._next_place(), "model", name, told, digest(told))
        return await self._take(step, act, listed, floats)

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

    @property
    def _limits(self) -> RunLimits | None:
        return self._road.limits.get(self.session.audience)

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
            value = await self._bounded(step, act)
        except NotYet:
            raise
        except (Exception, asyncio.CancelledError) as error:
            self._record(step, began, error=error, notes=notes)
            raise
        self._record(step, began, keep(value), notes=notes)
        return value

    async def _bounded(self, step: Step, act: Callable[[], Awaitable[T]]) -> T:
        """`act` within the limits of the run, all its branches together. Raises RunLimit.

        What writes or spends is refused before it begins, never cut: its outcome would be
        unknown.
        """
        limits = self._limits
        if limits is None:
            return await act()
        left = count_step(self.journal, limits, self._road.ticks())
        waits = step.kind == "model" or self._road.off_loop
        if not waits or step.level in ("write", "spend"):
            return await act()
        return await in_time(act, left, limits)

    def _drawn(self, kind: SpanKind, name: str, draw: Callable[[], str]) -> str:
        """A value from the clock or from chance. It counts as a step and is never refused: an
        effect under way needs it to its end."""
        step, played = Step(self._next_place(), kind, name), self._road.played
        span = played.take(step) if played else None
        if span is not None:
            self._repeat(span)
            return read_kept(step, span, str)
        began = time.perf_counter_ns()
        self.journal.asked += 1
        value = draw()
        self._record(step, began, value)
        return value

    def _repeat(self, span: Span) -> None:
        """Keep a recorded step as a step of this run, which counts as one."""
        self.journal.asked += span.kind != "step"
        if self._road.resumed:
            self.journal.spans.append(span)
            return
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
        self.journal.spans.append(Span.unchecked(
            run=self.journal.run, path=path, ordinal=ordinal, kind=step.kind, name=step.name,
            started_us=started // 1000, duration_us=duration // 1000, request_hash=step.hash,
            request=step.request, response=response, level=step.level,
            error=None if error is None else f"{type(error).__name__}: {error}", attributes=told,
        ))  # fmt: skip

    def _received(self, request: ChatRequest, completion: Completion) -> Completion:
        """What a model said, as it is kept: without card numbers, with its cost."""
        masked, prices = mask_completion(completion), self._road.prices
        return masked if prices is None else prices.priced(request, masked)

    def _count(self, request: ChatRequest, completion: Completion) -> None:
        self.journal.tokens += tokens_of(request, completion)
        count_cost(self.journal, self._road.prices, request, completion)


def _dump(record: Record) -> JsonValue:
    return record.model_dump(mode="json")


def _same(value: T) -> T:
    return value
