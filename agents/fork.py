"""Forking a run: its first effects as they were, then live, with another model or prompt."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from agents.assistant import Assistant, new_run_id
from agents.journal import StepMismatch
from agents.player import Player
from agents.recording import FORMAT, read_recording
from agents.run import Road
from agents.turns import Shop
from tradewind.errors import InvalidInput, NotFound, PlatformError, ReplayMismatch
from tradewind.people import Tenant
from tradewind.ports.models import ChatModel
from tradewind.trace import Run as RunRecord
from tradewind.trace import Span


async def fork(
    assistant: Assistant, tenant: Tenant, shop: Shop, source: RunRecord, spans: Iterable[Span],
    at: int, chat: ChatModel | None = None, prompt: str = "",
) -> RunRecord:  # fmt: skip
    """The fork as it was stored: a run of its own, on a thread of its own.

    `chat` stands in for the models of all tiers, `prompt` ("service/answer@2") for that prompt's
    other versions. What would write or spend is left out. Raises InvalidInput for `at` beyond the
    journal, NotFound for an unknown prompt, ReplayMismatch when the first effects are not as
    recorded; what fails later makes a run that failed.
    """
    recording = read_recording(source, spans)
    known = len(recording.effects())
    if not 0 <= at <= known:
        raise InvalidInput(
            f"run {source.id} has {known} effects, it cannot be forked at {at}.", f"0 to {known}."
        )
    if prompt and prompt not in assistant.kit.prompts:
        raise NotFound(f"prompt {prompt!r} does not exist.", "See prompts/ for names@versions.")
    player = Player(recording, at)
    road = _forked(assistant.road, player, len(recording.asked.reach), chat, prompt)
    asked = recording.asked.model_copy(update={"reach": (*recording.asked.reach, road.reach)})
    record = _record(source, at)
    session = recording.session(tenant).model_copy(update={"thread": record.thread})
    accepted = await assistant.begin(record, session, shop, asked)
    try:
        async with assistant.recorded(accepted, lambda _: None, road) as turn:
            made = await assistant.perform(turn.run, asked)
            left = player.left_over()
            if left is not None:
                raise StepMismatch(left)
    except ReplayMismatch:
        raise
    except PlatformError:
        return shop.runs.run(record.id) or record
    done = turn.done(made)
    await turn.finish(done)
    return done


def _forked(road: Road, player: Player, number: int, chat: ChatModel | None, prompt: str) -> Road:
    return replace(
        road, played=player, stubbed=True, marks={"reach": number},
        chats=road.chats if chat is None else {"base": chat},
        prompts={prompt.partition("@")[0]: prompt} if prompt else {},
    )  # fmt: skip


def _record(source: RunRecord, at: int) -> RunRecord:
    """A new run; its thread is nobody's conversation."""
    id = new_run_id()
    return source.model_copy(update={
        "id": id, "thread": f"fork_{id}", "status": "running", "answer": None, "error": None,
        "started_at": datetime.now(UTC), "seconds": 0.0, "tokens": 0, "cost_micros": None,
        "unpriced": (), "journal": FORMAT, "forked_from": source.id, "forked_at": at,
    })  # fmt: skip
