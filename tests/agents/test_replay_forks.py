"""Forks: the first effects as they were, then live; two runs side by side."""

import asyncio
from dataclasses import replace

import pytest
from agent_world import FOREIGN, ORDER, SIGNED, TENANT, drafted, model, road
from replay_world import RETURNS, Recorded, Recorder

from agents.assistant import Assistant
from agents.compare import Comparison, compare
from agents.fork import fork
from agents.kit import Kit
from models.scripted import ScriptedChat
from prompts.texts import Prompts
from tradewind.errors import BackendError, InvalidInput, NotFound, ReplayMismatch
from tradewind.ports.models import ChatModel
from wiring.platform import Platform

QUESTION = "How can I return a parcel?"
EN = frozenset({"en"})
UNUSED = "Returns are free within 30 days of delivery."


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


@pytest.fixture(scope="module")
def worded(recorder: Recorder) -> Recorded:
    return recorder.one("buyer", QUESTION, chat=model(drafted((RETURNS, [1]))))


def forked(
    recorder: Recorder, source: Recorded, at: int, chat: ChatModel | None = None,
    prompt: str = "", assistant: Assistant | None = None,
) -> Recorded:  # fmt: skip
    made = asyncio.run(fork(
        assistant or Assistant(recorder.kit, road(model(drafted((RETURNS, [1]))))), TENANT,
        recorder.shop, source.run, source.spans, at, chat, prompt,
    ))  # fmt: skip
    return recorder.read(made.id)


def same(a: Recorded, b: Recorded) -> Comparison:
    return compare(a.run, a.spans, b.run, b.spans)


def marks(recorded: Recorded) -> list[bool]:
    return [bool(span.attributes.get("replayed")) for span in recorded.effects()]


def test_a_fork_at_any_place_with_nothing_changed_says_the_same(
    recorder: Recorder, worded: Recorded
) -> None:
    for at in range(len(worded.effects()) + 1):
        made = forked(recorder, worded, at)
        assert made.run.answer == worded.run.answer
        assert marks(made) == [n < at for n in range(len(worded.effects()))]
        assert same(worded, made).same


def test_a_fork_is_a_run_of_its_own(recorder: Recorder, worded: Recorded) -> None:
    made = forked(recorder, worded, 1)
    assert (made.run.forked_from, made.run.forked_at) == (worded.run.id, 1)
    assert made.run.id != worded.run.id
    assert made.run.thread != worded.run.thread
    assert recorder.shop.threads.turns(made.run.thread) == ()
    assert [run.id for run in recorder.shop.runs.runs(9, worded.run.thread)] == [worded.run.id]


def test_another_model_is_asked_only_after_the_fork(recorder: Recorder, worded: Recorded) -> None:
    calls = [n for n, span in enumerate(worded.effects()) if span.kind == "model"]
    other = ScriptedChat([drafted(answerable=False), '{"answers": [1]}'], "other",
                         frozenset({"en"}))  # fmt: skip
    made = forked(recorder, worded, calls[0], other)
    names = [span.name for span in made.effects() if span.kind == "model"]
    assert names == ["other", "other"]
    assert made.run.answer != worded.run.answer
    found = same(worded, made)
    assert not found.same
    assert {row.aspect for row in found.rows if not row.same} >= {"call", "answer"}
    late = forked(recorder, worded, calls[-1] + 1, ScriptedChat([], "never", frozenset({"en"})))
    assert late.run.answer == worded.run.answer


def test_a_run_without_a_model_can_be_forked_to_one(recorder: Recorder) -> None:
    plain = recorder.one("buyer", QUESTION)
    at = len(plain.effects())
    made = forked(recorder, plain, at, model(drafted((UNUSED, [1])), '{"answers": [1]}'))
    assert [span.kind for span in made.effects()].count("model") > 0
    assert marks(made)[:at] == [True] * at


def test_another_prompt_is_rendered_only_after_the_fork(
    recorder: Recorder, worded: Recorded
) -> None:
    texts = {"service/answer@1": "Old.", "service/answer@2": "New.", "service/choose@1": "C."}
    kit = replace(recorder.kit, prompts=Prompts(texts))
    old = Recorder(recorder.shop, kit)
    source = old.one("buyer", QUESTION, chat=model(drafted((RETURNS, [1]))))
    call = next(n for n, span in enumerate(source.effects()) if span.kind == "model")

    def asked(at: int) -> str:
        house = Assistant(kit, road(model(drafted((RETURNS, [1])))))
        made = forked(old, source, at, prompt="service/answer@2", assistant=house)
        assert old.replay(made).identical
        return str(made.effects()[call].request)

    assert "New." in asked(call)
    assert "Old." in asked(call + 1)


def test_a_fork_is_replayed_and_forked_as_any_run(recorder: Recorder, worded: Recorded) -> None:
    call = next(n for n, span in enumerate(worded.effects()) if span.kind == "model")
    other = ScriptedChat([drafted(answerable=False), '{"answers": [1]}'], "other", EN)
    first = forked(recorder, worded, call, other)
    assert recorder.replay(first).mismatch is None
    third = ScriptedChat(['{"answers": [2]}'], "third", frozenset({"en"}))
    second = forked(recorder, first, call + 1, third)
    assert [s.name for s in second.effects() if s.kind == "model"] == ["other", "third"]
    done = recorder.replay(second)
    assert done.mismatch is None
    assert done.effects_executed == 0


def test_parallel_branches_are_forked_by_their_recorded_order(recorder: Recorder) -> None:
    source = recorder.one("merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?")
    for at in range(len(source.effects()) + 1):
        made = forked(recorder, source, at, assistant=Assistant(recorder.kit, road()))
        assert made.run.answer == source.run.answer
        kept = {(s.path, s.ordinal) for s in made.effects() if s.attributes.get("replayed")}
        assert kept == {(s.path, s.ordinal) for s in source.effects()[:at]}
        assert recorder.replay(made).identical


# ---- what a fork must not do


def test_what_writes_or_spends_is_left_out_and_marked(recorder: Recorder) -> None:
    hands = recorder.shop.hands
    assert hands is not None
    source = recorder.one("merchant", f"refund 20 USD of order {FOREIGN}")
    asked = len(hands.ledger.pending())
    made = forked(recorder, source, 0)
    assert len(hands.ledger.pending()) == asked
    assert hands.ledger.of_run(made.run.id) == ()
    (span,) = [span for span in made.spans if span.name == "refunds.pay"]
    assert span.level == "spend"
    assert span.attributes["stubbed"] is True
    assert recorder.replay(made).identical


def test_a_fork_of_other_first_effects_is_refused(recorder: Recorder, worded: Recorded) -> None:
    changed = worded.with_span(0, request_hash="0" * 64)
    with pytest.raises(ReplayMismatch, match="0/0"):
        forked(recorder, changed, 1)
    assert forked(recorder, changed, 0).run.status == "done"


def test_a_fork_that_fails_live_is_a_run_that_failed(recorder: Recorder) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise BackendError("the index is gone.", "Import again.")

    source = recorder.one("buyer", QUESTION)
    away = replace(recorder.shop, search=Gone())  # pyright: ignore[reportArgumentType]
    made = asyncio.run(fork(
        Assistant(recorder.kit, road()), TENANT, away, source.run, source.spans, 0
    ))  # fmt: skip
    assert (made.status, made.error) == ("failed", "the index is gone. Import again.")
    assert recorder.replay(recorder.read(made.id)).identical


def test_places_and_prompts_that_are_not_there_are_refused(
    recorder: Recorder, worded: Recorded
) -> None:
    with pytest.raises(InvalidInput, match="99"):
        forked(recorder, worded, 99)
    with pytest.raises(InvalidInput):
        forked(recorder, worded, -1)
    with pytest.raises(NotFound, match="service/answer@77"):
        forked(recorder, worded, 0, prompt="service/answer@77")


def test_a_run_that_was_left_can_be_forked(recorder: Recorder) -> None:
    source = recorder.left("buyer", QUESTION)
    made = forked(recorder, source, len(source.effects()))
    assert made.run.status == "done"


# ---- side by side


def test_plans_and_calls_stand_beside_each_other(recorder: Recorder) -> None:
    both = recorder.one("merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?")
    one = recorder.one("merchant", f"Where is the parcel of {ORDER}?")
    found = same(both, one)
    plan = [row for row in found.rows if row.aspect == "plan"]
    assert {(bool(row.a), bool(row.b)) for row in plan} == {(True, True), (True, False)}
    assert any(row.a == row.b and "service.order_status" in row.a for row in plan)
    assert not found.same
    assert same(one, one).same
    assert {row.aspect for row in found.rows} >= {"asked", "answer", "tokens", "seconds"}


def test_a_dossiers_letter_is_compared(recorder: Recorder) -> None:
    made = recorder.defended(SIGNED)
    (row,) = [row for row in same(made, made).rows if row.aspect == "answer"]
    assert SIGNED in row.a
