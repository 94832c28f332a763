"""Whole turns that meet a limit: it is said, recorded, and replayed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from agent_world import (
    EMAIL,
    ORDER,
    SIGNED,
    TENANT,
    drafted,
    model,
)
from limit_world import Clock, limited, used
from pydantic import JsonValue
from replay_world import RETURNS, Recorded, Recorder

from agents.assistant import Assistant
from agents.fork import fork
from agents.kit import Kit
from agents.replay import Replay, replay
from agents.run import Road
from models.scripted import ScriptedEmbedding
from tradewind.base import LANGUAGES
from tradewind.people import Audience
from wiring.platform import Platform

QUESTION = "How can I return a parcel?"
BOTH = f"Fight {SIGNED} and where is the parcel of {ORDER}?"


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


def stopped(
    recorder: Recorder, audience: Audience, text: str, path: Road, **given: str
) -> tuple[Recorded, dict[str, JsonValue]]:
    told = recorder.one(audience, text, assistant=Assistant(recorder.kit, path), **given)
    answer = dict(told.run.answer or {})
    assert told.run.status == "done"
    assert recorder.replay(told).identical
    return told, answer


LIMITS: dict[str, Callable[[], Road]] = {
    "steps": lambda: limited(steps=1),
    "tokens": lambda: limited(model(*[used(900)] * 9), tokens=500),
    "seconds": lambda: limited(clock=_Leaping(), seconds=60),
    "cost_micros": lambda: limited(model(*[used(9, 900)] * 9), cost_micros=500),
}


class _Leaping(Clock):
    """Each look is 70 seconds later."""

    def __call__(self) -> float:
        self.now += 70.0
        return self.now


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("audience", ["buyer", "merchant"])
def test_a_turn_that_meets_a_limit_says_so_and_replays(
    recorder: Recorder, name: str, audience: Audience
) -> None:
    text = QUESTION if audience == "buyer" else f"Fight {SIGNED} and what about a return?"
    told, answer = stopped(recorder, audience, text, LIMITS[name]())
    assert "I stopped before I was done" in str(answer["text"])
    assert f"{name}." in str(answer["details"])
    assert (answer["handover"] is None) == (audience == "merchant")
    assert any((span.error or "").startswith("RunLimit") for span in told.spans)
    turns = recorder.shop.threads.turns(told.run.thread)
    assert [turn.role for turn in turns] == ["user", "assistant"]


def test_a_limit_met_before_the_scenario_is_told_too(recorder: Recorder) -> None:
    """The look-up of the order is the first step."""
    path = limited(steps=1, clock=Clock())
    told, answer = stopped(recorder, "buyer", f"Where is {ORDER}?", path, email=EMAIL)
    assert "I stopped" in str(answer["text"])
    late = replace(path, ticks=_AlwaysLate())
    told, answer = stopped(recorder, "buyer", f"Wo ist {ORDER}? where", late, email=EMAIL)
    assert told.effects()[0].name == "identity"
    assert answer["handover"]


class _AlwaysLate(Clock):
    """An hour has passed at the second look; the first is none."""

    def __call__(self) -> float:
        self.now += 3601.0
        return self.now - 3601.0 if self.now < 3602.0 else self.now


@pytest.mark.parametrize("audience", ["buyer", "merchant"])
def test_a_limit_met_while_reading_is_told_too(
    recorder: Recorder, kit: Kit, audience: Audience
) -> None:
    """The hidden states are the first step; nothing is known of the message then."""
    real = Recorder(recorder.shop, kit)
    path = replace(limited(steps=0), features=ScriptedEmbedding(8))
    told, answer = stopped(real, audience, "¿Dónde está mi pedido de la semana pasada?", path)
    assert answer["language"] == "es"
    assert "Me he detenido antes de terminar" in str(answer["text"])
    assert [span.name for span in told.effects()] == ["scripted"]


def test_one_step_of_a_plan_may_meet_it_and_the_other_still_answers(recorder: Recorder) -> None:
    whole = recorder.one("merchant", BOTH)
    count = len(whole.effects())
    for steps in range(1, count):
        told, answer = stopped(recorder, "merchant", BOTH, limited(steps=steps))
        assert "I stopped" in str(answer["text"])
        assert str(answer["text"]).count("I stopped") == 1
        asked = [span for span in told.effects() if span.kind != "clock"]  # never refused
        assert sum(not span.error for span in asked) <= steps
    told, answer = stopped(recorder, "merchant", BOTH, limited(steps=count))
    assert answer["text"] == (whole.run.answer or {})["text"]


def test_a_replay_is_stopped_where_the_run_was_whatever_the_limits_are(recorder: Recorder) -> None:
    told, _ = stopped(recorder, "buyer", QUESTION, limited(steps=1))
    wide = Assistant(recorder.kit, limited())
    assert asyncio.run(_replayed(wide, told)).identical
    free = recorder.one("buyer", QUESTION)
    narrow = Assistant(recorder.kit, limited(steps=1))
    assert asyncio.run(_replayed(narrow, free)).identical


async def _replayed(assistant: Assistant, recorded: Recorded) -> Replay:
    return await replay(assistant, TENANT, recorded.run, recorded.spans)


def test_a_fork_counts_what_it_repeats(recorder: Recorder) -> None:
    chat = model(*[drafted((RETURNS, [1]))] * 9)
    free = recorder.one("buyer", QUESTION, chat=chat)
    count = len(free.effects())

    def forked(at: int, steps: int) -> Recorded:
        house = Assistant(recorder.kit, limited(chat, steps=steps))
        made = asyncio.run(fork(house, TENANT, recorder.shop, free.run, free.spans, at))
        told = recorder.read(made.id)
        assert recorder.replay(told).identical
        return told

    assert forked(1, count).run.answer == free.run.answer
    assert "I stopped" in str((forked(1, count - 1).run.answer or {})["text"])
    assert "I stopped" in str((forked(count - 1, count - 1).run.answer or {})["text"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_the_readers_language(kit: Kit, language: str) -> None:
    for key in ("common.stopped", "common.stopped_merchant"):
        assert len(kit.replies.say(language, key) or ()) == 2
