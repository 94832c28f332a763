"""One turn from request to answer: run row first, then the work, then one journal commit."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from agents.acting import fill_in, remind, reverse
from agents.chargeback.advice import Advice
from agents.engines.dossier import Dossier, assess_dispute, make_dossier
from agents.engines.ending import stopped, with_faults
from agents.events import Answer, ApprovalCard, TextPiece, TurnEnded
from agents.journal import Journal
from agents.kit import Kit, Request, ThreadState
from agents.outgoing import outgoing, outgoing_claims
from agents.reading import buyer_intent, clean
from agents.recording import FORMAT, Asked, Doing, Undoing, told_error
from agents.run import Emit, Road, Run
from agents.saying import say
from agents.service import serve, translate
from agents.turns import LEASE, Accepted, Renewal, Shop, TurnUnderWay
from tradewind.base import Record
from tradewind.errors import NotFound, RunLimit
from tradewind.people import Session
from tradewind.plan import Intent, Plan
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import Run as RunRecord

if TYPE_CHECKING:
    from agents.planner import Planner

DEFEND = "chargeback.defend"
"""The scenario behind `tradewind disputes defend`."""

Said = tuple[Literal["user", "assistant"], str]
"""Who said what."""

P = ParamSpec("P")
T = TypeVar("T")


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
        self, session: Session, shop: Shop, text: str, emit: Emit | None = None,
        given: dict[str, str] | None = None, run_id: str | None = None,
    ) -> TurnEnded:  # fmt: skip
        """Accept a message and answer it; see `accept` and `answer`."""
        return await self.answer(await self.accept(session, shop, text, given, run_id), emit)

    async def accept(
        self, session: Session, shop: Shop, text: str, given: dict[str, str] | None = None,
        run_id: str | None = None,
    ) -> Accepted:  # fmt: skip
        """Commit one message's run, before anybody is told that it was taken.

        `given` are an order number and e-mail typed beside it. Raises InvalidInput for input
        that cannot be taken, Busy while another message of the thread is being answered.
        """
        asked = Asked(
            text=clean(text), given=_typed(given or {}), proven=_proven(session),
            reach=(self.road.reach,),
        )  # fmt: skip
        return await self.begin(_open_record(session, run_id or new_run_id()), session, shop, asked)

    async def answer(self, accepted: Accepted, emit: Emit | None = None) -> TurnEnded:
        """Answer an accepted message. A failed run is journaled first."""
        asked = await self.informed(accepted)
        accepted = accepted.knowing(asked)
        async with self.recorded(accepted, emit or _ignore) as turn:
            answer, memory = await self._answer(turn.run, asked)
        done = turn.done(answer)
        end = heard(done, memory, ("user", asked.text), ("assistant", answer.text))
        await turn.finish(done, end)
        return tell(turn, done, answer)

    async def defend(self, session: Session, shop: Shop, dispute_id: str) -> Dossier:
        """Assess, gather, draft and check one dispute as a recorded run. Raises NotFound."""
        asked = Asked(
            text=f"defend {dispute_id}", dispute=dispute_id, memory=ThreadState(),
            proven=_proven(session), reach=(self.road.reach,),
        )  # fmt: skip
        accepted = await self.begin(_open_record(session, new_run_id()), session, shop, asked)
        async with self.recorded(accepted, _ignore) as turn:
            made = await self._dossier(turn.run, dispute_id)
        await turn.finish(turn.done(made))
        return made

    async def undo(self, session: Session, shop: Shop, undoing: Undoing) -> TurnEnded:
        """Undo an effect as a run of its own."""
        asked = Asked(
            text=f"undo {undoing.effect}", undo=undoing, memory=ThreadState(),
            proven=_proven(session), reach=(self.road.reach,),
        )  # fmt: skip
        accepted = await self.begin(_open_record(session, new_run_id()), session, shop, asked)
        async with self.recorded(accepted, _ignore) as turn:
            answer = await outgoing(turn.run, await reverse(turn.run, self.kit, undoing))
        done = turn.done(answer)
        await turn.finish(done)
        return tell(turn, done, answer)

    async def do(self, session: Session, shop: Shop, doing: Doing) -> TurnEnded:
        """Do what a form asks for, as a run of its own: under the same policy as a message, with
        values that the session's person has typed."""
        asked = Asked(
            text=f"form {doing.tool}", doing=doing, memory=ThreadState(),
            proven=_proven(session), reach=(self.road.reach,),
        )  # fmt: skip
        accepted = await self.begin(_open_record(session, new_run_id()), session, shop, asked)
        async with self.recorded(accepted, _ignore) as turn:
            answer = await outgoing(turn.run, await fill_in(turn.run, self.kit, doing))
        done = turn.done(answer)
        await turn.finish(done)
        return tell(turn, done, answer)

    async def perform(self, run: Run, asked: Asked) -> Record:
        """What a recorded request comes to, over the run's road."""
        made, _ = await self.carry_out(run, asked)
        return made

    async def carry_out(
        self, run: Run, asked: Asked
    ) -> tuple[Answer | Dossier, ThreadState | None]:
        """What a request comes to, and what its thread then knows; None for what is no turn."""
        if asked.dispute:
            return await self._dossier(run, asked.dispute), None
        if asked.undo:
            return await outgoing(run, await reverse(run, self.kit, asked.undo)), None
        if asked.doing:
            return await outgoing(run, await fill_in(run, self.kit, asked.doing)), None
        return await self._answer(run, asked)

    async def assess(self, session: Session, shop: Shop, dispute_id: str) -> Advice | None:
        """What is advised on a dispute, without a letter; None where there is no such dispute."""
        run = self._run(session, shop, Journal("assess"), _ignore)
        scenario = self.kit.catalog[DEFEND]
        request = Request(text="", language="en", inputs={"dispute_id": dispute_id})
        return await assess_dispute(run, self.kit, scenario, request)

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
        claims = await outgoing_claims(run, made.claims)
        return made.model_copy(update={"claims": claims, "letter": made.letter.worded(claims)})

    async def begin(
        self, record: RunRecord, session: Session, shop: Shop, asked: Asked
    ) -> Accepted:
        """Commit a run's row and take its thread's lease. Raises Busy."""
        record = record.model_copy(update={"request": asked.model_dump(mode="json")})
        fence = await self.off(shop.runs.start, record, record.started_at + LEASE)
        return Accepted(record, fence, session, shop, asked)

    @asynccontextmanager
    async def recorded(
        self, accepted: Accepted, emit: Emit, road: Road | None = None, sorry: Sequence[Said] = ()
    ) -> AsyncGenerator[TurnUnderWay]:
        """A run under its lease, which is closed if the work fails or the client leaves.

        `sorry` is what the thread hears of a failure that nobody is there to be told.
        """
        turn = TurnUnderWay(accepted, road or self.road, emit)
        finish, spans = accepted.shop.runs.finish, turn.journal.spans
        try:
            with Renewal(turn):
                yield turn
        except Exception as error:  # a fault of ours too: kept like any other end, then raised
            await turn.off(turn.drop_effects)
            ended = turn.ended("failed", told_error(error))
            said = heard(ended, accepted.asked.known, *sorry) if sorry else None
            await turn.off(finish, ended, spans, said, turn.fence)
            raise
        except asyncio.CancelledError:
            turn.drop_effects()
            finish(turn.ended("cancelled", "the client left"), spans, None, turn.fence)
            raise

    async def informed(self, accepted: Accepted) -> Asked:
        """The request with what its thread knows, read under the lease."""
        shop, session = accepted.shop, accepted.session
        stored = await self.off(shop.threads.state, session.thread)
        memory = ThreadState.model_validate(stored) if stored else ThreadState()
        told: dict[str, object] = {"memory": memory}
        if shop.hands and session.audience != "buyer":
            asked = await self.off(shop.hands.ledger.pending, session.thread)
            told["pending"] = tuple(ApprovalCard(id=a.id, summary=a.summary) for a in asked)
        return accepted.asked.model_copy(update=told)

    async def _answer(self, run: Run, asked: Asked) -> tuple[Answer, ThreadState]:
        memory = asked.known
        try:
            answer, after = await self._carried_out(run, asked, memory)
        except RunLimit as stop:
            language = self.kit.buyer_reader.language_of(asked.text, memory.language)
            answer = stopped(run, self.kit, language, stop)
            after = memory.model_copy(update={"language": language, "turns": memory.turns + 1})
        answer = await outgoing(run, with_faults(run, answer))
        if run.session.audience == "buyer" and memory.turns == 0:
            hello = say(self.kit, answer.language, "common.disclosure")
            answer = answer.model_copy(update={"text": f"{hello}\n\n{answer.text}"})
        return answer, after

    async def _carried_out(
        self, run: Run, asked: Asked, memory: ThreadState
    ) -> tuple[Answer, ThreadState]:
        if run.session.audience == "buyer":
            return await serve(run, self.kit, asked.text, memory)
        plan, answer = await self._planner.turn(run, asked.text, memory)
        return remind(self.kit, answer, asked.pending), _after_plan(plan, memory)

    def _run(self, session: Session, shop: Shop, journal: Journal, emit: Emit) -> Run:
        return Run(journal, self.road, shop.context(session), emit)

    async def off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
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


def _open_record(session: Session, run_id: str) -> RunRecord:
    return RunRecord.unchecked(
        id=run_id, tenant=session.tenant.id, thread=session.thread, actor=session.actor.id,
        audience=session.audience, request={}, status="running", answer=None, error=None,
        started_at=datetime.now(UTC), seconds=0.0, tokens=0, cost_micros=None, journal=FORMAT,
        forked_from=None, forked_at=None, tries=1,
    )  # fmt: skip


def heard(run: RunRecord, memory: ThreadState, *said: Said) -> Heard:
    """What a run leaves in its thread."""
    now = datetime.now(UTC)
    turns = tuple(Turn.unchecked(role=role, text=text, run=run.id, at=now) for role, text in said)
    return Heard.unchecked(turns=turns, state=memory.model_dump(mode="json"))


def tell(turn: TurnUnderWay, done: RunRecord, answer: Answer) -> TurnEnded:
    """Stream the answer of a run that is committed."""
    turn.run.emit(TextPiece(text=answer.text))
    ended = TurnEnded(run=done.id, thread=done.thread, answer=answer, seconds=done.seconds)
    turn.run.emit(ended)
    return ended


def _after_plan(plan: Plan, memory: ThreadState) -> ThreadState:
    """What a merchant's thread remembers: the ids spoken of, and a question left open."""
    inputs = {k: v for step in plan.steps for k, v in step.inputs.items()}
    return memory.model_copy(update={
        "language": plan.language, "turns": memory.turns + 1,
        "order_id": inputs.get("order_id", memory.order_id),
        "dispute_id": inputs.get("dispute_id", memory.dispute_id),
        "asked": plan if plan.ask is not None and plan.steps else None,
    })  # fmt: skip


def _ignore(_: object) -> None:
    """No one listens."""
