"""Replay's guards matter: with one switched off, a changed or broken replay passes for good."""

import asyncio
from dataclasses import replace

import pytest
from agent_world import EMAIL, ORDER, SIGNED, TENANT, Talk, drafted, model, road
from replay_world import RETURNS, Recorded, Recorder

from agents.assistant import Assistant
from agents.journal import Journal, Step
from agents.kit import Kit
from agents.player import Player
from agents.replay import replay
from tradewind.trace import Span
from wiring.platform import Platform


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


# ---- the hash is compared


def _yes(*_: object) -> bool:
    return True


def takes_another_question(recorder: Recorder) -> bool:
    """Whether an answer is played to a question that it was not given to."""
    told = recorder.one("buyer", "How can I return a parcel?", chat=model(drafted((RETURNS, [1]))))
    run = told.run.model_copy(update={
        "request": told.run.request | {"text": "How can I return a parcel to you?"}
    })  # fmt: skip
    return recorder.replay(Recorded(run, told.spans)).identical


def test_without_the_hash_another_question_gets_the_recorded_answer(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not takes_another_question(recorder)
    monkeypatch.setattr("agents.player.same_request", _yes)
    assert takes_another_question(recorder)


# ---- the place is path and ordinal


def swapped(recorder: Recorder) -> bool:
    """Whether a journal whose two equal calls have changed places is taken."""
    told = recorder.one("merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?")
    tools = [n for n, span in enumerate(told.spans) if span.kind == "tool"]
    first, second = tools[0], tools[-1]
    a, b = told.spans[first], told.spans[second]
    spans = list(told.spans)
    spans[first] = a.model_copy(update={"path": b.path, "ordinal": b.ordinal})
    spans[second] = b.model_copy(update={"path": a.path, "ordinal": a.ordinal})
    return recorder.replay(Recorded(told.run, tuple(spans))).identical


def by_name(player: Player, step: Step) -> Span | None:
    """What is found where the ordinal is ignored: any step of this name and request."""
    spans = player._spans  # pyright: ignore[reportPrivateUsage]
    found = [s for s in spans.values() if (s.name, s.request_hash) == (step.name, step.hash)]
    player._unread.clear()  # pyright: ignore[reportPrivateUsage]
    return found[0] if found else None


def test_without_the_ordinal_steps_that_changed_places_pass(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not swapped(recorder)
    monkeypatch.setattr(Player, "take", by_name)
    assert swapped(recorder)


def counts_together(journal: Journal, path: str) -> int:
    """Branches that share one count: the order of arrival decides."""
    journal.counts["all"] = journal.counts.get("all", -1) + 1
    return journal.counts["all"]


def test_branches_that_share_one_count_do_not_replay(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"Fight {SIGNED} and where is the parcel of {ORDER}?"

    def replays() -> bool:
        """Recorded with branches that wait for their model, replayed without waiting."""
        house = Assistant(recorder.kit, replace(road(), off_loop=True))
        told = recorder.one("merchant", text, assistant=house)
        orders = {tuple(sorted((s.path, s.name, s.ordinal) for s in told.effects()))}
        alone = recorder.one("merchant", text)
        orders.add(tuple(sorted((s.path, s.name, s.ordinal) for s in alone.effects())))
        return recorder.replay(told).identical and len(orders) == 1

    assert replays()
    monkeypatch.setattr(Journal, "next_ordinal", counts_together)
    assert not replays()


# ---- the world is not asked


def asks_the_world(recorder: Recorder) -> bool:
    """Whether a journal that lacks a step is filled up from the world."""
    told = recorder.one("buyer", f"Where is {ORDER}?", email=EMAIL)
    track = next(span for span in told.spans if span.name == "logistics.track")
    without = tuple(span for span in told.spans if span is not track)
    done = asyncio.run(replay(Assistant(recorder.kit, road()), TENANT, told.run, without))
    assert not done.identical
    return done.effects_executed > 0


def test_with_a_live_fallback_a_replay_touches_the_world(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not asks_the_world(recorder)
    take = Player.take

    def fall_back(player: Player, step: Step) -> Span | None:
        held = step.place in player._spans  # pyright: ignore[reportPrivateUsage]
        return take(player, step) if held else None

    monkeypatch.setattr(Player, "take", fall_back)
    assert asks_the_world(recorder)


class Raising:
    """Raises whatever of it is touched."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was touched")


def test_a_replay_touches_no_tool_model_or_store(recorder: Recorder) -> None:
    told = recorder.one("buyer", "How can I return a parcel?", chat=model(drafted((RETURNS, [1]))))

    def touch(*_: object, **__: object) -> object:
        raise AssertionError("a tool was touched")

    tools = {
        name: replace(tool, function=touch)  # pyright: ignore[reportArgumentType]
        for name, tool in road().tools.items()
    }
    hot = replace(road(), tools=tools, chats={"base": Raising()}, features=Raising(), clock=touch)  # pyright: ignore[reportArgumentType]
    done = asyncio.run(replay(Assistant(recorder.kit, hot), TENANT, told.run, told.spans))
    assert done.identical
    live = Talk(recorder.shop, recorder.kit, "buyer")
    live.assistant = Assistant(recorder.kit, hot)
    with pytest.raises(AssertionError, match="touched"):
        asyncio.run(live.say("How can I return a parcel?", recorder.thread()))
