"""One turn from request to answer: run row first, then the work, then one journal commit."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

from agents.acting import fill_in, remind, reverse
from agents.buying import carry_on
from agents.chargeback.advice import Advice
from agents.chargeback.telling import Telling
from agents.engines import carry_out
from agents.engines.dossier import (
    Dossier,
    assess_dispute,
    count_months,
    make_dossier,
)
from agents.engines.ending import stopped, with_faults
from agents.engines.reply import reply_to
from agents.engines.survey import Seen, look
from agents.events import Answer, ApprovalCard, TextPiece, TurnEnded
from agents.journal import Journal
from agents.kit import Kit, Request, ThreadState
from agents.measures.marking import mark_of
from agents.outgoing import outgoing, outgoing_claims
from agents.reading import buyer_intent, clean
from agents.reception import keep_silent, known_holder, opening_of, receive, receive_answer
from agents.recording import FORMAT, Asked, Doing, Replying, Undoing, told_error
from agents.run import Emit, Road, Run
from agents.saying import say
from agents.service import proven_by, serve
from agents.telling import find_points, keep, revoke
from agents.translating import translate
from agents.turns import LEASE, Accepted, Counting, Renewal, Shop, TurnUnderWay
from tradewind.base import Record
from tradewind.commerce import Statement
from tradewind.errors import Forbidden, NotFound, RunLimit
from tradewind.evidence import Evidence
from tradewind.people import Session
from tradewind.plan import Intent, Plan
from tradewind.ports.storage import Heard, ShopStore, Turn
from tradewind.trace import Run as RunRecord

if TYPE_CHECKING:
    from agents.planner import Planner

DEFEND = "chargeback.defend"
"""The scenario behind `tradewind disputes defend`."""
STAGE, SUBMIT = "chargeback.stage", "chargeback.submit"
"""Those behind `tradewind disputes file`."""
PREVENT = "chargeback.prevent"
"""The scenario behind `tradewind disputes prevent`."""

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
        run_id: str | None = None, form: Doing | None = None, reply: Replying | None = None,
    ) -> Accepted:  # fmt: skip
        """Commit one message's run, before anybody is told that it was taken.

        `given` was typed beside it; `form` is what a buyer has filled in, `reply` their word on an
        offer. Raises InvalidInput for what cannot be taken, Busy while another message is answered.
        """
        asked = Asked(
            text=clean(text), given=_typed(given or {}), proven=_proven(session),
            form=form, reply=reply, reach=(self.road.reach,),
        )  # fmt: skip
        return await self.begin(_open_record(session, run_id or new_run_id()), session, shop, asked)

    async def answer(self, accepted: Accepted, emit: Emit | None = None) -> TurnEnded:
        """Answer an accepted message. A failed run is journaled first."""
        asked = await self.informed(accepted)
        accepted = accepted.knowing(asked)
        async with self.recorded(accepted, emit or _ignore) as turn:
            answer, memory = await self._answer(turn.run, asked)
        done = turn.done(answer, mark_of(self.kit, accepted.audience, asked.text, answer, memory))
        end = heard(done, memory, ("user", asked.text), ("assistant", answer.text))
        await turn.finish(done, end)
        return tell(turn, done, answer)

    async def defend(self, session: Session, shop: Shop, dispute_id: str) -> Dossier:
        """Assess, gather, draft and check one dispute as a recorded run. Raises NotFound."""
        asked = self._alone(session, text=f"defend {dispute_id}", dispute=dispute_id)
        accepted = await self.begin(_open_record(session, new_run_id()), session, shop, asked)
        async with self.recorded(accepted, _ignore) as turn:
            made = await self._dossier(turn.run, dispute_id)
        await turn.finish(turn.done(made))
        return made

    async def file(
        self, session: Session, shop: Shop, dispute_id: str, *, submit: bool = False
    ) -> TurnEnded:
        """Make a dispute's packet and have it staged, or submitted, as a run of its own: people
        are asked like for any other effect."""
        scenario, verb = (SUBMIT, "submit") if submit else (STAGE, "stage")
        text = f"{verb} the evidence for dispute {dispute_id}"
        return await self._by_itself(session, shop, text=text, dispute=dispute_id, filing=scenario)

    async def undo(self, session: Session, shop: Shop, undoing: Undoing) -> TurnEnded:
        """Undo an effect as a run of its own."""
        return await self._by_itself(session, shop, text=f"undo {undoing.effect}", undo=undoing)

    async def do(self, session: Session, shop: Shop, doing: Doing) -> TurnEnded:
        """Do what a form asks for, as a run of its own: under the same policy as a message, with
        values that the session's person has typed."""
        return await self._by_itself(session, shop, text=f"form {doing.tool}", doing=doing)

    async def reply(self, session: Session, shop: Shop, message_id: str) -> TurnEnded:
        """Draft a reply to a message as a run of its own; nothing is sent. Raises NotFound."""
        return await self._by_itself(session, shop, text=f"to {message_id}", letter=message_id)

    def _alone(self, session: Session, **asked: Any) -> Asked:
        """A request that is no turn of a thread."""
        known = {"proven": _proven(session), "reach": (self.road.reach,)}
        return Asked(memory=ThreadState(), **known, **asked)

    async def _by_itself(self, session: Session, shop: Shop, **told: Any) -> TurnEnded:
        """A run that is no turn of a thread, and ends in an answer."""
        asked = self._alone(session, **told)
        accepted = await self.begin(_open_record(session, new_run_id()), session, shop, asked)
        async with self.recorded(accepted, _ignore) as turn:
            answer = await self._acted(turn.run, asked)
        done = turn.done(answer)
        await turn.finish(done)
        return tell(turn, done, answer)

    async def _acted(self, run: Run, asked: Asked) -> Answer:
        """What a form, a dispute's filing, or an undo, comes to."""
        if asked.undo:
            return await outgoing(run, await reverse(run, self.kit, asked.undo))
        if asked.doing:
            return await outgoing(run, await fill_in(run, self.kit, asked.doing))
        if asked.letter:
            return await outgoing(run, await reply_to(run, self.kit, asked.letter))
        inputs = {"dispute_id": asked.dispute}
        request = Request(text=asked.text, language="en", inputs=inputs, instructed=True)
        made = await carry_out(run, self.kit, self.kit.catalog[asked.filing], request)
        return await outgoing(run, made)

    async def perform(self, run: Run, asked: Asked) -> Record:
        """What a recorded request comes to, over the run's road."""
        made, _ = await self.carry_out(run, asked)
        return made

    async def carry_out(
        self, run: Run, asked: Asked
    ) -> tuple[Answer | Dossier, ThreadState | None]:
        """What a request comes to, and what its thread then knows; None for what is no turn."""
        if asked.filing or asked.undo or asked.doing or asked.letter:
            return await self._acted(run, asked), None
        if asked.dispute:
            return await self._dossier(run, asked.dispute), None
        return await self._answer(run, asked)

    async def months(self, session: Session, shop: Shop) -> tuple[Evidence, ...]:
        """The counts by month and network that advice goes by; nothing is stored."""
        run = self._run(session, shop, Journal("months"), _ignore)
        return await count_months(run, run.now())

    async def assess(
        self, session: Session, shop: Shop, dispute_id: str, months: Sequence[Evidence] = ()
    ) -> Advice | None:
        """What is advised on a dispute, without a letter; None where there is no such dispute.
        `months` were counted once for several disputes."""
        run = self._run(session, shop, Journal("assess"), _ignore)
        scenario = self.kit.catalog[DEFEND]
        request = Request(text="", language="en", inputs={"dispute_id": dispute_id})
        return await assess_dispute(run, self.kit, scenario, request, months)

    async def survey(self, session: Session, shop: Shop) -> Seen:
        """The weekly view of disputes, with drafts to buyers; nothing is stored or sent."""
        run = self._run(session, shop, Journal("survey"), _ignore)
        return await look(run, self.kit, self.kit.catalog[PREVENT])

    async def tell(
        self, session: Session, shop: Shop, dispute_id: str, telling: Telling
    ) -> tuple[Statement, ...]:
        """Keep what a person states of a dispute. Raises NotFound, InvalidInput."""
        run = self._run(session, shop, Journal("tell"), _ignore)
        points = await find_points(run, self.kit, self.kit.catalog[DEFEND], dispute_id, telling)
        now, mark = run.now(), secrets.token_hex(8)
        by, records = session.actor.id, _records(shop)
        return await self.off(keep, records, points, dispute_id, by, now, mark)

    async def revoke(
        self, session: Session, shop: Shop, dispute_id: str, statement_id: str
    ) -> Statement:
        """Take back what was stated. Raises NotFound."""
        now, by = datetime.now(UTC), session.actor.id
        return await self.off(revoke, _records(shop), dispute_id, statement_id, by, now)

    def glance(self, session: Session, shop: Shop) -> Run:
        """A run that only reads and is not kept."""
        return self._run(session, shop, Journal("glance"), _ignore)

    async def translate(self, session: Session, shop: Shop, text: str) -> str:
        """A text in English, for searching only; empty when no model can do it."""
        run = self._run(session, shop, Journal("translate"), _ignore)
        text = clean(text)
        return await translate(run, self.kit, text, self.kit.buyer_reader.language_of(text, "en"))

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
        return buyer_intent(reading, self.kit.catalog.values())

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
            with Renewal(turn), Counting(turn):
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
        if session.audience == "buyer":
            told["desk"] = await self.off(receive, self.kit, session, shop, datetime.now(UTC))
        elif shop.hands:
            asked = await self.off(shop.hands.ledger.pending, session.thread)
            told["pending"] = tuple(ApprovalCard(id=a.id, summary=a.summary) for a in asked)
        return accepted.asked.model_copy(update=told)

    async def _answer(self, run: Run, asked: Asked) -> tuple[Answer, ThreadState]:
        memory, desk = asked.known, asked.desk
        if desk and desk.holding:
            return keep_silent(self.kit, asked.text, memory, desk)
        try:
            answer, after = await self._carried_out(run, asked, memory)
        except RunLimit as stop:
            language = self.kit.buyer_reader.language_of(asked.text, memory.language)
            answer = stopped(run, self.kit, language, stop)
            after = memory.model_copy(update={"language": language, "turns": memory.turns + 1})
        answer = await outgoing(run, with_faults(run, answer))
        answer = receive_answer(self.kit, answer, desk)
        if run.session.audience == "buyer" and memory.turns == 0:
            hello = say(self.kit, answer.language, "common.disclosure")
            answer = answer.model_copy(update={"text": f"{hello}\n\n{answer.text}"})
        return answer, after

    async def _carried_out(
        self, run: Run, asked: Asked, memory: ThreadState
    ) -> tuple[Answer, ThreadState]:
        if asked.form or asked.reply:
            return await carry_on(proven_by(run, memory), self.kit, asked, memory)
        if run.session.audience == "buyer":
            return await serve(run, self.kit, asked.text, memory)
        plan, answer = await self._planner.turn(run, asked.text, memory)
        after = self._planner.after(plan, memory, answer)
        return remind(self.kit, answer, asked.pending), after

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


def _records(shop: Shop) -> ShopStore:
    """Raises Forbidden for handles that change nothing."""
    if shop.hands is None or shop.hands.records is None:
        raise Forbidden("this shop is open for reading only.", "Open it with its hands.")
    return shop.hands.records


def _typed(given: dict[str, str]) -> dict[str, str]:
    """What was typed beside the text, cleaned; what was left empty says nothing."""
    typed = {name: clean(value) for name, value in given.items()}
    return {name: value for name, value in typed.items() if value}


def _proven(session: Session) -> dict[str, str]:
    """What the session brought of proof."""
    told = {"verified_order": session.verified_order, "customer": session.customer}
    return {name: value for name, value in told.items() if value is not None}


def _open_record(session: Session, run_id: str) -> RunRecord:
    return RunRecord.unchecked(
        id=run_id, tenant=session.tenant.id, thread=session.thread, actor=session.actor.id,
        audience=session.audience, request={}, status="running", answer=None, error=None,
        started_at=datetime.now(UTC), seconds=0.0, tokens=0, cost_micros=None, journal=FORMAT,
        forked_from=None, forked_at=None, tries=1, cpu_seconds=None, mark=None,
    )  # fmt: skip


def heard(run: RunRecord, memory: ThreadState, *said: Said) -> Heard:
    """What a run leaves in its thread; who says nothing leaves no turn."""
    now = datetime.now(UTC)
    told = [(role, text) for role, text in said if text or role == "user"]
    turns = tuple(Turn.unchecked(role=role, text=text, run=run.id, at=now) for role, text in told)
    return Heard.unchecked(
        turns=turns, state=memory.model_dump(mode="json"), handover=opening_of(run),
        knows=known_holder(run),
    )  # fmt: skip


def tell(turn: TurnUnderWay, done: RunRecord, answer: Answer) -> TurnEnded:
    """Stream the answer of a run that is committed."""
    turn.run.emit(TextPiece(text=answer.text))
    ended = TurnEnded(run=done.id, thread=done.thread, answer=answer, seconds=done.seconds)
    turn.run.emit(ended)
    return ended


def _ignore(_: object) -> None:
    """No one listens."""
