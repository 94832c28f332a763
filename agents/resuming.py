"""Runs that go on: whose worker died, or whose question people have answered.

A run is begun anew and finds its own journal: what was recorded is answered from it, at the same
places, so that its effects are found in the ledger under the same ids. Then it goes on live. What
was carried out is known from the ledger and the outside, never from where the run stood.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from agents.assistant import Assistant, Said, heard, tell
from agents.events import Answer, TurnEnded
from agents.kit import ThreadState
from agents.measures.marking import mark_of
from agents.player import Player
from agents.recording import Asked, Recording, read_request
from agents.run import Road
from agents.saying import say
from agents.turns import LEASE, Accepted, Shop
from tradewind.base import Record
from tradewind.errors import Busy, InvalidInput, NotFound, PlatformError
from tradewind.people import Tenant
from tradewind.trace import Run as RunRecord

MOST_TRIES = 4
"""A run that has ended so many workers is given up."""


class Recovered(Record):
    """What a pass over a tenant's unfinished work did."""

    resumed: int = 0
    given_up: int = 0
    expired: int = 0
    settled: int = 0
    parked: int = 0


async def resume(assistant: Assistant, tenant: Tenant, shop: Shop, run_id: str) -> TurnEnded | None:
    """Carry a run on; None for one that came to its end without an answer.

    Raises NotFound; InvalidInput for a run that has ended, Busy while its thread is at work.
    """
    record, fence = await _take_over(assistant, shop, run_id)
    spans = await assistant.off(shop.runs.spans, run_id)
    try:
        asked = read_request(record, spans)
    except InvalidInput as error:
        await _give_up(assistant, shop, record, fence, str(error))
        return None
    recording = Recording(record, asked, tuple(spans))
    session = recording.session(tenant)
    accepted = Accepted(record, fence, session, shop, asked)
    if asked.memory is None:
        accepted = replace(accepted, asked=await assistant.informed(accepted))
    accepted, road = _road_on(assistant, accepted, recording)
    try:
        return await _go_on(assistant, accepted, road, _heard_of(record))
    except PlatformError:
        return None


async def _give_up(
    assistant: Assistant, shop: Shop, record: RunRecord, fence: int, why: str
) -> None:
    """End a run that nobody can carry on; what it proposed is never sent."""
    if shop.hands:
        drop = shop.hands.under(fence).drop_unsent
        await assistant.off(drop, record.id, "its run has ended")
    failed = record.model_copy(update={"status": "failed", "error": why})
    await assistant.off(shop.runs.finish, failed, (), None, fence)


async def _take_over(assistant: Assistant, shop: Shop, run_id: str) -> tuple[RunRecord, int]:
    """The run under a lease of ours; a try after a worker that died is counted before anything
    else is done. People who answer end no worker."""
    now = datetime.now(UTC)
    fence = await assistant.off(shop.runs.take_over, run_id, now, now + LEASE)
    record = await assistant.off(shop.runs.run, run_id)
    if record is None:
        raise NotFound(f"there is no run {run_id}.", "List the stale ones.")
    tries = record.tries + (record.status == "running")
    tried = record.model_copy(update={"status": "running", "tries": tries})
    await assistant.off(shop.runs.keep, tried, (), fence, now + LEASE)
    return tried, fence


def _road_on(
    assistant: Assistant, accepted: Accepted, recording: Recording
) -> tuple[Accepted, Road]:
    """The road on: first the journal, then the world; what it leads to now is noted."""
    player = Player(recording, len(recording.effects()))
    road, asked = replace(assistant.road, played=player, resumed=True), accepted.asked
    if road.reach != asked.reach[-1]:
        marks = {**road.marks, "reach": len(asked.reach)}
        asked = asked.model_copy(update={"reach": (*asked.reach, assistant.road.reach)})
        return replace(accepted, asked=asked), replace(road, marks=marks)
    if len(asked.reach) > 1:
        road = replace(road, marks={**road.marks, "reach": len(asked.reach) - 1})
    return accepted, road


async def _go_on(
    assistant: Assistant, accepted: Accepted, road: Road, before: str | None
) -> TurnEnded | None:
    """The rest of the run, and its end. `before` is what its thread has heard of it."""
    asked, record = accepted.asked, accepted.record
    apology = _apology(assistant, asked)
    sorry = _unheard(asked.text, apology, before) if apology else ()
    async with assistant.recorded(accepted, lambda _: None, road, sorry) as turn:
        if record.tries > MOST_TRIES:
            raise InvalidInput(
                f"run {record.id} was begun {record.tries} times.",
                "See its journal; what it sent is in the ledger.",
            )
        made, memory = await assistant.carry_out(turn.run, asked)
    end, mark = None, None
    if isinstance(made, Answer) and memory is not None:
        mark = mark_of(assistant.kit, record.audience, asked.text, made, memory)
    done = turn.done(made, mark)
    if isinstance(made, Answer) and memory is not None:
        state = await _state(assistant, accepted, memory, before is not None)
        end = heard(done, state, *_unheard(asked.text, made.text, before))
    await turn.finish(done, end)
    return tell(turn, done, made) if isinstance(made, Answer) else None


def _heard_of(record: RunRecord) -> str | None:
    """The last answer of a run that its thread has heard; None before the first."""
    return None if record.answer is None else str(record.answer.get("text"))


def _unheard(text: str, answer: str, before: str | None) -> tuple[Said, ...]:
    """What the thread has not heard yet: a run that still waits says nothing twice."""
    if before is None:
        return ("user", text), ("assistant", answer)
    return () if answer == before else (("assistant", answer),)


async def _state(
    assistant: Assistant, accepted: Accepted, memory: ThreadState, answered: bool
) -> ThreadState:
    """What the thread knows: where it has gone on meanwhile, that stands."""
    if not answered:
        return memory
    stored = await assistant.off(accepted.shop.threads.state, accepted.session.thread)
    return ThreadState.model_validate(stored) if stored else ThreadState()


def _apology(assistant: Assistant, asked: Asked) -> str:
    """What a thread hears of a run that could not be carried on; nothing where there is none."""
    if asked.dispute or asked.undo:
        return ""
    return say(assistant.kit, asked.known.language, "common.failed")


async def has_work(assistant: Assistant, shop: Shop, *, again: bool) -> bool:
    """Whether a pass over a tenant would find something; the shop's search is not needed.

    `again`: what is unknown counts, it may be known by now.
    """
    now, hands = datetime.now(UTC), shop.hands
    if hands is not None:
        await assistant.off(hands.ledger.expire, now)
        unsent = await assistant.off(hands.ledger.waiting, now)
        if any(again or effect.status != "unknown" for effect in unsent):
            return True
    stale = await assistant.off(shop.runs.stale, now)
    return bool(stale or await _answered(assistant, shop))


async def recover(assistant: Assistant, tenant: Tenant, shop: Shop) -> Recovered:
    """One pass over a tenant's unfinished work: questions whose time is over, runs whose worker
    died, runs that people have answered, effects that nobody carries on."""
    now = datetime.now(UTC)
    hands = shop.hands
    expired = await assistant.off(hands.ledger.expire, now) if hands else ()
    stale = await assistant.off(shop.runs.stale, now)
    ready = [*stale, *await _answered(assistant, shop)]
    resumed = [await _try(assistant, tenant, shop, run.id) for run in ready]
    settled = await _settle(assistant, shop) if hands else []
    return Recovered(
        resumed=resumed.count("resumed"), given_up=resumed.count("given up"),
        expired=len(expired), settled=settled.count(True), parked=settled.count(False),
    )  # fmt: skip


async def _answered(assistant: Assistant, shop: Shop) -> Sequence[RunRecord]:
    """Waiting runs that people have answered: no question is open, or something was approved."""
    waiting, hands = await assistant.off(shop.runs.waiting), shop.hands
    if not waiting or hands is None:
        return ()
    open_ = {asked.run for asked in await assistant.off(hands.ledger.pending)}
    unsent = await assistant.off(hands.ledger.waiting, datetime.now(UTC))
    approved = {effect.run for effect in unsent if effect.status == "approved"}
    return [run for run in waiting if run.id not in open_ or run.id in approved]


async def _try(assistant: Assistant, tenant: Tenant, shop: Shop, run_id: str) -> str:
    try:
        ended = await resume(assistant, tenant, shop, run_id)
    except (Busy, InvalidInput, NotFound):  # another worker has it, or has ended it
        return "left"
    except Exception:  # noqa: BLE001 a fault of ours, kept with the run: the others must go on
        return "given up"
    return "given up" if ended is None else "resumed"


async def _settle(assistant: Assistant, shop: Shop) -> list[bool]:
    """Find out what became of effects whose run has ended; whether each came to an end."""
    hands, now = shop.hands, datetime.now(UTC)
    found: list[bool] = []
    for effect in await assistant.off(hands.ledger.waiting, now) if hands else ():
        run = await assistant.off(shop.runs.run, effect.run)
        if hands is None or (run is not None and run.status in ("running", "waiting")):
            continue
        if effect.status == "approved":
            after = await assistant.off(hands.drop, effect, "its run has ended")
        else:
            after = await assistant.off(hands.settle, effect)
        found.append(after.status != "unknown")
    return found
