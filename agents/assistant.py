"""One turn from request to answer: run row first, then the work, then one journal commit."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from pydantic import JsonValue, TypeAdapter

from agents.engines.answer import say
from agents.events import Answer, TextPiece, TurnEnded
from agents.kit import Kit, ThreadState
from agents.planner import Planner
from agents.reading import buyer_intent, clean
from agents.run import Emit, Journal, Road, Run
from agents.service import serve
from tradewind.errors import PlatformError
from tradewind.people import Session
from tradewind.plan import Intent, Plan
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import RunStore, ShopReader, ThreadStore
from tradewind.tool import ToolContext
from tradewind.trace import Run as RunRecord

P = ParamSpec("P")
T = TypeVar("T")

_JSON: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


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
        self._kit = kit
        self._road = road
        self._planner = Planner(kit)

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
        text = clean(text)
        began = time.perf_counter()
        record = _open_record(session, text, run_id or new_run_id())
        await self._off(shop.runs.start, record)
        memory = await self._memory(shop, session, given or {})
        journal = Journal(record.id)
        run = self._run(session, shop, journal, emit or _ignore)
        try:
            answer, memory = await self._answer(run, session, text, memory)
        except PlatformError as error:
            failed = record.model_copy(update={"status": "failed", "error": str(error)})
            await self._off(shop.runs.finish, _close(failed, journal, began), journal.spans)
            raise
        except asyncio.CancelledError:
            stopped = record.model_copy(update={"status": "cancelled", "error": "disconnected"})
            shop.runs.finish(_close(stopped, journal, began), journal.spans)
            raise
        told = _JSON.validate_python(answer.model_dump(mode="json"))
        done = record.model_copy(update={"status": "done", "answer": told})
        done = _close(done, journal, began)
        await self._off(_commit, shop, done, journal, text, answer, memory)
        for piece in _pieces(answer.text):
            run.emit(TextPiece(text=piece))
        ended = TurnEnded(run=record.id, thread=session.thread, answer=answer, seconds=done.seconds)
        run.emit(ended)
        return ended

    async def plan(self, session: Session, shop: Shop, text: str) -> Plan:
        """Plan a merchant's message; nothing is carried out or stored."""
        run = self._run(session, shop, Journal("plan"), _ignore)
        return await self._planner.plan(run, clean(text), ThreadState())

    async def intent(self, session: Session, shop: Shop, text: str) -> Intent:
        """Tell a buyer's intent; nothing is carried out or stored."""
        run = self._run(session, shop, Journal("intent"), _ignore)
        reading = await self._kit.buyer_reader.read(run, clean(text))
        if not reading.readable:
            return Intent(
                language=reading.language, intent="off_topic", confidence=0.0, entities={}
            )
        return buyer_intent(reading)

    async def _answer(
        self, run: Run, session: Session, text: str, memory: ThreadState
    ) -> tuple[Answer, ThreadState]:
        first = memory.turns == 0
        if session.audience == "buyer":
            answer, memory = await serve(run, self._kit, text, memory)
            if first:
                hello = say(self._kit, answer.language, "common.disclosure")
                answer = answer.model_copy(update={"text": f"{hello}\n\n{answer.text}"})
            return answer, memory
        plan, answer = await self._planner.turn(run, text, memory)
        return answer, _after_plan(plan, memory)

    def _run(self, session: Session, shop: Shop, journal: Journal, emit: Emit) -> Run:
        context = ToolContext(session=session, shop=shop.reader, search=shop.search)
        return Run(journal, self._road, context, emit)

    async def _memory(self, shop: Shop, session: Session, given: dict[str, str]) -> ThreadState:
        stored = await self._off(shop.threads.state, session.thread)
        memory = ThreadState.model_validate(stored) if stored else ThreadState()
        return memory.model_copy(update={name: value for name, value in given.items() if value})

    async def _off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a store's call: in place when embedded, in a thread when it crosses a network."""
        if self._road.off_loop:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)


def new_run_id() -> str:
    """A fresh run id; never a client's."""
    return f"run_{secrets.token_hex(8)}"


def _open_record(session: Session, text: str, run_id: str) -> RunRecord:
    return RunRecord(
        id=run_id, tenant=session.tenant.id, thread=session.thread,
        actor=session.actor.id, audience=session.audience, request={"text": text},
        started_at=datetime.now(UTC),
    )  # fmt: skip


def _close(record: RunRecord, journal: Journal, began: float) -> RunRecord:
    return record.model_copy(update={
        "seconds": round(time.perf_counter() - began, 4),
        "tokens": journal.tokens, "cost_micros": journal.cost_micros,
    })  # fmt: skip


def _commit(
    shop: Shop, done: RunRecord, journal: Journal, text: str, answer: Answer, memory: ThreadState
) -> None:
    now = datetime.now(UTC)
    shop.threads.append(done.thread, "user", text, done.id, now)
    shop.threads.append(done.thread, "assistant", answer.text, done.id, now)
    shop.threads.put_state(done.thread, _JSON.validate_python(memory.model_dump(mode="json")))
    shop.runs.finish(done, journal.spans)


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
