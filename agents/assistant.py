"""One turn from request to answer: run row first, then the work, then one journal commit."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pydantic import JsonValue

from agents.chargeback import Assessment
from agents.engines.answer import say
from agents.engines.dossier import Dossier, assess_dispute, make_dossier
from agents.engines.ending import stopped, with_faults
from agents.events import Answer, TextPiece, TurnEnded
from agents.journal import Journal
from agents.kit import Kit, Request, ThreadState
from agents.reading import buyer_intent, clean
from agents.recording import FORMAT, Asked, told_error
from agents.run import Emit, Road, Run
from agents.service import serve, translate
from tradewind.base import Record
from tradewind.errors import NotFound, RunLimit
from tradewind.people import Session
from tradewind.plan import Intent, Plan
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import Heard, RunStore, ShopReader, ThreadStore, Turn
from tradewind.tool import ToolContext
from tradewind.trace import Run as RunRecord
from tradewind.trace import RunStatus

if TYPE_CHECKING:
    from agents.planner import Planner

DEFEND = "chargeback.defend"
"""The scenario behind `tradewind disputes defend`."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Shop:
    """One tenant's handles."""

    reader: ShopReader
    search: SearchIndex | None
    runs: RunStore
    threads: ThreadStore


class Assistant:
    """Holds what all tenants share; a turn names its session and its shop's handles."""

    def __init__(self, kit: Kit, road: Road) -> None:
        self.kit = kit
        self.road = road

    @cached_property
    def _planner(self) -> "Planner":
        """Built at the first merchant's turn: buyers never wait for the graph's library."""
        from agents.planner import Planner

        return Planner(self.kit)

    async def turn(
        self,
        session: Session,
        shop: Shop,
        text: str,
        emit: Emit | None = None,
        given: dict[str, str] | None = None,
        run_id: str | None = None,
    ) -> TurnEnded:
        """Answer one message. `given` are an order number and e-mail typed beside it.

        Raises RequestError for input that cannot be taken; a failed run is journaled first.
        """  # fmt: skip
        asked = Asked(
            text=clean(text), given=_typed(given or {}), memory=await self._memory(shop, session),
            proven=_proven(session), reach=(self.road.reach,),
        )  # fmt: skip
        record = _open_record(session, asked, run_id or new_run_id())
        async with self.recorded(record, session, shop, emit or _ignore) as turn:
            answer, memory = await self._answer(turn.run, asked)
        done = turn.done(answer)
        await self._off(_commit, shop, done, turn.journal, asked.text, answer, memory)
        for piece in _pieces(answer.text):
            turn.run.emit(TextPiece(text=piece))
        ended = TurnEnded(run=done.id, thread=session.thread, answer=answer, seconds=done.seconds)
        turn.run.emit(ended)
        return ended

    async def defend(self, session: Session, shop: Shop, dispute_id: str) -> Dossier:
        """Assess, gather, draft and check one dispute as a recorded run. Raises NotFound."""
        asked = Asked(
            text=f"defend {dispute_id}", dispute=dispute_id, proven=_proven(session),
            reach=(self.road.reach,),
        )  # fmt: skip
        record = _open_record(session, asked, new_run_id())
        async with self.recorded(record, session, shop, _ignore) as turn:
            made = await self._dossier(turn.run, dispute_id)
        await self._off(shop.runs.finish, turn.done(made), turn.journal.spans)
        return made

    async def perform(self, run: Run, asked: Asked) -> Record:
        """What a recorded request comes to, over the run's road: an Answer, or a Dossier."""
        if asked.dispute:
            return await self._dossier(run, asked.dispute)
        answer, _ = await self._answer(run, asked)
        return answer

    async def assess(self, session: Session, shop: Shop, dispute_id: str) -> Assessment | None:
        """What the records say for a dispute, without a letter; None where no rule exists yet."""
        run = self._run(session, shop, Journal("assess"), _ignore)
        scenario = self.kit.catalog[DEFEND]
        request = Request(text="", language="en", inputs={"dispute_id": dispute_id})
        return await assess_dispute(run, scenario, request)

    async def translate(self, session: Session, shop: Shop, text: str) -> str:
        """A text in English, for searching only; empty when no model can do it."""
        run = self._run(session, shop, Journal("translate"), _ignore)
        return await translate(run, self.kit, clean(text))

    async def plan(self, session: Session, shop: Shop, text: str) -> Plan:
        """Plan a merchant's message; nothing is carried out or stored."""
        run = self._run(session, shop, Journal("plan"), _ignore)
        return await self._planner.plan(run, clean(text), ThreadState())

    async def intent(self, session: Session, shop: Shop, text: str) -> Intent:
        """Tell a buyer's intent; nothing is carried out or stored."""
        run = self._run(session, shop, Journal("intent"), _ignore)
        reading = await self.kit.buyer_reader.read(run, clean(text))
        if not reading.readable:
            return Intent(
                language=reading.language, intent="off_topic", confidence=0.0, entities={}
            )
        return buyer_intent(reading)

    async def _dossier(self, run: Run, dispute_id: str) -> Dossier:
        request = Request(text="", language="en", inputs={"dispute_id": dispute_id})
        made = await make_dossier(run, self.kit, self.kit.catalog[DEFEND], request)
        if made is None:
            raise NotFound(f"there is no dispute {dispute_id}.", "List the open ones.")
        return made

    @asynccontextmanager
    async def recorded(
        self, record: RunRecord, session: Session, shop: Shop, emit: Emit, road: Road | None = None
    ) -> AsyncGenerator["TurnUnderWay"]:
        """A run whose row is committed before work begins, and which is closed if that fails."""
        turn = TurnUnderWay(record)
        await self._off(shop.runs.start, turn.record)
        context = ToolContext(session=session, shop=shop.reader, search=shop.search)
        turn.run = Run(turn.journal, road or self.road, context, emit)
        try:
            yield turn
        except Exception as error:  # a fault of ours too: kept like any other end, then raised
            ended = turn.ended("failed", told_error(error))
            await self._off(shop.runs.finish, ended, turn.journal.spans)
            raise
        except asyncio.CancelledError:
            shop.runs.finish(turn.ended("cancelled", "the client left"), turn.journal.spans)
            raise

    async def _answer(self, run: Run, asked: Asked) -> tuple[Answer, ThreadState]:
        memory = asked.memory.model_copy(update=asked.given)
        try:
            answer, after = await self._carried_out(run, asked.text, memory)
        except RunLimit as stop:
            language = self.kit.buyer_reader.language_of(asked.text, memory.language)
            answer = stopped(run, self.kit, language, stop)
            after = memory.model_copy(update={"language": language, "turns": memory.turns + 1})
        answer = with_faults(run, answer)
        if run.session.audience == "buyer" and memory.turns == 0:
            hello = say(self.kit, answer.language, "common.disclosure")
            answer = answer.model_copy(update={"text": f"{hello}\n\n{answer.text}"})
        return answer, after

    async def _carried_out(
        self, run: Run, text: str, memory: ThreadState
    ) -> tuple[Answer, ThreadState]:
        if run.session.audience == "buyer":
            return await serve(run, self.kit, text, memory)
        plan, answer = await self._planner.turn(run, text, memory)
        return answer, _after_plan(plan, memory)

    def _run(self, session: Session, shop: Shop, journal: Journal, emit: Emit) -> Run:
        context = ToolContext(session=session, shop=shop.reader, search=shop.search)
        return Run(journal, self.road, context, emit)

    async def _memory(self, shop: Shop, session: Session) -> ThreadState:
        stored = await self._off(shop.threads.state, session.thread)
        return ThreadState.model_validate(stored) if stored else ThreadState()

    async def _off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a store's call: in place when embedded, in a thread when it crosses a network."""
        if self.road.off_loop:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)


def new_run_id() -> str:
    """A fresh run id; never a client's."""
    return f"run_{secrets.token_hex(8)}"


def _typed(given: dict[str, str]) -> dict[str, str]:
    """What was typed beside the text, cleaned; what was left empty says nothing."""
    typed = {name: clean(value) for name, value in given.items()}
    return {name: value for name, value in typed.items() if value}


def _proven(session: Session) -> dict[str, str]:
    """What the session brought of proof."""
    return session.model_dump(exclude={"tenant", "actor", "thread"}, exclude_none=True)


def _open_record(session: Session, asked: Asked, run_id: str) -> RunRecord:
    return RunRecord.model_construct(
        id=run_id, tenant=session.tenant.id, thread=session.thread,
        actor=session.actor.id, audience=session.audience, journal=FORMAT,
        request=asked.model_dump(mode="json"), started_at=datetime.now(UTC),
    )  # fmt: skip


class TurnUnderWay:
    """A run under way: its row, its journal, when it began."""

    run: Run

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self.journal = Journal(record.id)
        self._began = time.perf_counter()

    def done(self, answer: Record) -> RunRecord:
        told: dict[str, JsonValue] = answer.model_dump(mode="json")
        return self.ended("done").model_copy(update={"answer": told})

    def ended(self, status: RunStatus, error: str | None = None) -> RunRecord:
        return self.record.model_copy(update={
            "status": status, "error": error,
            "seconds": round(time.perf_counter() - self._began, 4),
            "tokens": self.journal.tokens, "cost_micros": self.journal.cost_micros,
        })  # fmt: skip


def _commit(
    shop: Shop, done: RunRecord, journal: Journal, text: str, answer: Answer, memory: ThreadState
) -> None:
    now = datetime.now(UTC)
    said = (
        Turn(role="user", text=text, run=done.id, at=now),
        Turn(role="assistant", text=answer.text, run=done.id, at=now),
    )
    heard = Heard(turns=said, state=memory.model_dump(mode="json"))
    shop.runs.finish(done, journal.spans, heard)


def _after_plan(plan: Plan, memory: ThreadState) -> ThreadState:
    """What a merchant's thread remembers: the ids spoken of, and a question left open."""
    inputs = {k: v for step in plan.steps for k, v in step.inputs.items()}
    return memory.model_copy(update={
        "language": plan.language, "turns": memory.turns + 1,
        "order_id": inputs.get("order_id", memory.order_id),
        "dispute_id": inputs.get("dispute_id", memory.dispute_id),
        "asked": plan if plan.ask is not None and plan.steps else None,
    })  # fmt: skip


def _pieces(text: str) -> list[str]:
    """The answer in words, as it is streamed; together they are the text."""
    words = text.split(" ")
    return [word if i == len(words) - 1 else f"{word} " for i, word in enumerate(words)]


def _ignore(_: object) -> None:
    """No one listens."""
