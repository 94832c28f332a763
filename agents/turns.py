"""A turn's bookkeeping: the shop's handles, the lease, the row and the journal of a run."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from pydantic import JsonValue

from agents.cpu import PROCESS
from agents.delivery import Hands
from agents.journal import Journal
from agents.packets import PacketRoom
from agents.recording import Asked
from agents.run import Change, Emit, Road, Run
from tradewind.base import Record
from tradewind.errors import BackendError, LeaseLost
from tradewind.measures import Mark
from tradewind.orders import OrderPolicy
from tradewind.people import Audience, Session
from tradewind.ports.filing import Predictions
from tradewind.ports.inbox import InboxStore
from tradewind.ports.measures import MeasureStore
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import Heard, RunStore, ShopReader, ThreadStore
from tradewind.tool import Photos, ToolContext
from tradewind.trace import Run as RunRecord
from tradewind.trace import RunStatus

LEASE = timedelta(seconds=30)
"""How long a run that says nothing more is taken to be at work."""
RENEWAL = 10.0
"""Seconds after which a run at work says that it still is."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Shop:
    """One tenant's handles. Without `hands` nothing can be changed, without `orders` no order,
    without `packets` no evidence filed, without `inbox` no person takes part in a conversation,
    without `measures` nothing is counted, without `photos` a buyer shows none."""

    reader: ShopReader
    search: SearchIndex | None
    runs: RunStore
    threads: ThreadStore
    hands: Hands | None = None
    packets: PacketRoom | None = None
    predictions: Predictions | None = None
    inbox: InboxStore | None = None
    orders: OrderPolicy | None = None
    measures: MeasureStore | None = None
    photos: Photos | None = None

    def context(self, session: Session) -> ToolContext:
        past = self.hands.ledger if self.hands else None
        return ToolContext(
            session=session, shop=self.reader, search=self.search, past=past, orders=self.orders,
            photos=self.photos,
            clock=self.hands.clock if self.hands else now, predictions=self.predictions,
            history=None if session.audience == "buyer" else self.runs,
        )  # fmt: skip


def now() -> datetime:
    """The clock of a shop that changes nothing."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Accepted:
    """A request whose run is committed: from here on it is not lost."""

    record: RunRecord
    fence: int
    session: Session
    shop: Shop
    asked: Asked

    @property
    def audience(self) -> Audience:
        return self.record.audience

    def knowing(self, asked: Asked) -> "Accepted":
        """The same, with what its thread knows."""
        return Accepted(self.record, self.fence, self.session, self.shop, asked)


class TurnUnderWay:
    """A run under way: its row, its journal, its lease, when it began."""

    def __init__(self, accepted: Accepted, road: Road, emit: Emit) -> None:
        self.record = accepted.record.model_copy(
            update={"request": accepted.asked.model_dump(mode="json")}
        )
        self.shop = accepted.shop
        self.fence = accepted.fence
        self.journal = Journal(self.record.id)
        self.off_loop = road.off_loop
        self._began = time.perf_counter()
        self._before = accepted.record.seconds
        self.cpu_seconds = accepted.record.cpu_seconds
        self.hands = accepted.shop.hands and accepted.shop.hands.under(accepted.fence)
        packets = accepted.shop.packets
        change = Change(self.hands, self.keep, packets) if self.hands else None
        self.run = Run(
            self.journal, road, accepted.shop.context(accepted.session), emit,
            said=accepted.asked.words(), change=change,
        )  # fmt: skip

    def done(self, answer: Record, mark: Mark | None = None) -> RunRecord:
        """The row of a run that has come to its answer, or to people's."""
        told: dict[str, JsonValue] = answer.model_dump(mode="json")
        ended = self.ended("waiting" if self.journal.waiting else "done", answer=told)
        return ended if mark is None else ended.model_copy(update={"mark": mark})

    def ended(
        self, status: RunStatus, error: str | None = None,
        answer: dict[str, JsonValue] | None = None,
    ) -> RunRecord:  # fmt: skip
        seconds = self._before + time.perf_counter() - self._began
        return self.record.model_copy(update={
            "status": status, "answer": answer or self.record.answer, "error": error,
            "seconds": round(seconds, 4), "tokens": self.journal.tokens,
            "cost_micros": self.journal.cost_micros,
            "unpriced": tuple(sorted(self.journal.unpriced)), "cpu_seconds": self.cpu_seconds,
        })  # fmt: skip

    async def keep(self) -> None:
        """Commit what the run did so far. Raises LeaseLost."""
        until = datetime.now(UTC) + LEASE
        keep, spans = self.shop.runs.keep, self.journal.spans
        await self.off(keep, self.ended("running"), spans, self.fence, until)

    async def off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a store's call: in place when embedded, in a thread when it crosses a network."""
        if self.off_loop:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)

    async def finish(self, done: RunRecord, heard: Heard | None = None) -> None:
        """Commit the run's end; what it proposed and will not carry on is closed first."""
        if done.status == "done" and self.journal.changed:
            await self.off(self.drop_effects)
        finish = self.shop.runs.finish
        await self.off(finish, done, self.journal.spans, heard, self.fence)

    def drop_effects(self) -> None:
        """Close what the run proposed and nobody sent. Raises LeaseLost."""
        if self.hands:
            self.hands.drop_unsent(self.record.id, "its run has ended")


class Counting:
    """Counts a run's CPU time for as long as the block around it runs, on top of what it took
    before."""

    def __init__(self, turn: TurnUnderWay) -> None:
        self._turn = turn

    def __enter__(self) -> None:
        self._began = PROCESS.begin()

    def __exit__(self, *_: object) -> None:
        told = PROCESS.end(self._began) + (self._turn.cpu_seconds or 0.0)
        self._turn.cpu_seconds = round(told, 6)


class Renewal:
    """Holds a run's lease for as long as the block around it runs."""

    def __init__(self, turn: TurnUnderWay) -> None:
        self._turn = turn
        self._next: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._over = False

    def __enter__(self) -> None:
        self._wait()

    def __exit__(self, *_: object) -> None:
        self._over = True
        if self._next is not None:
            self._next.cancel()

    def _wait(self) -> None:
        if not self._over:
            self._next = asyncio.get_running_loop().call_later(RENEWAL, self._begin)

    def _begin(self) -> None:
        self._renewing = asyncio.ensure_future(self._renew())

    async def _renew(self) -> None:
        turn = self._turn
        try:
            renew, thread = turn.shop.runs.renew, turn.record.thread
            await turn.off(renew, thread, turn.fence, datetime.now(UTC) + LEASE)
        except LeaseLost:
            return  # the run learns it at its next commit
        except BackendError:
            pass  # the store may come back before the lease ends
        self._wait()
