"""Replay: every kind of run comes out as it was, nothing outside is touched, changes are named."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_world import EMAIL, ORDER, SIGNED, TENANT, drafted, model, new_run, road, session_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue
from replay_world import KINDS, RETURNS, Recorded, Recorder

from agents.assistant import Assistant
from agents.events import Answer
from agents.journal import Mismatch
from agents.kit import Kit
from agents.player import Player
from agents.recording import FORMAT
from agents.replay import replay
from tradewind.base import digest
from tradewind.errors import InvalidInput, ToolDenied
from tradewind.trace import Run, Span
from wiring.platform import Platform

JOURNALS = Path(__file__).parent / "journals"


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


@pytest.fixture(scope="module")
def parcel(recorder: Recorder) -> Recorded:
    """A buyer's turn: identity, order, parcel."""
    return recorder.one("buyer", f"Where is {ORDER}?", email=EMAIL)


@pytest.fixture(scope="module")
def worded(recorder: Recorder) -> Recorded:
    """A buyer's turn in a model's words."""
    return recorder.one("buyer", "How can I return a parcel?", chat=model(drafted((RETURNS, [1]))))


@pytest.fixture(scope="module")
def parallel(recorder: Recorder) -> Recorded:
    """A merchant's turn of two steps in branches."""
    return recorder.one("merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?")


# ---- identical


@pytest.mark.parametrize("kind", KINDS)
def test_a_replay_is_the_run_again(recorder: Recorder, kind: str) -> None:
    runs = KINDS[kind](recorder)
    assert runs
    for recorded in runs:
        done = recorder.replay(recorded)
        assert done.mismatch is None, str(done.mismatch)
        assert done.identical
        assert done.effects_executed == 0
        assert done.source == recorded.run.id
        assert done.run != recorded.run.id


def test_the_kinds_reach_every_end_and_every_error(recorder: Recorder) -> None:
    """What is replayed above is what its names say."""

    def ends(kind: str) -> list[str]:
        return [one.run.status for one in KINDS[kind](recorder)]

    def errors(kind: str) -> set[str]:
        return {str(s.error).partition(":")[0] for r in KINDS[kind](recorder) for s in r.spans}

    assert ends("cancelled") == ends("cancelled in branches") == ["cancelled"]
    for kind in ("failed by a tool", "failed by a fault of ours", "failed beside another step",
                 "failed beside one that waits", "denied", "dossier of no dispute"):  # fmt: skip
        assert ends(kind) == ["failed"]
    assert "ToolDenied" in errors("denied")
    assert "ZeroDivisionError" in errors("failed by a fault of ours")
    assert "BackendTimeout" in errors("buyer, model failed")
    assert "CancelledError" in errors("cancelled in branches")
    assert {"CancelledError", "ToolFailed"} <= errors("failed beside one that waits")
    paths = {s.path for r in KINDS["failed beside another step"](recorder) for s in r.effects()}
    assert {"0.step0", "0.step1"} <= paths


def test_a_run_says_of_what_format_its_journal_is(parcel: Recorded) -> None:
    assert parcel.run.journal == FORMAT


def test_all_that_a_turn_knew_before_it_began_is_kept(recorder: Recorder) -> None:
    *_, last = recorder.turns("buyer", f"Where is {ORDER}?", f"Where? {EMAIL}", "And now?")
    memory = last.run.request["memory"]
    assert isinstance(memory, dict)
    assert memory["verified_order"] == ORDER
    assert memory["turns"] == 2


def test_the_identity_look_up_is_a_recorded_read(parcel: Recorded) -> None:
    (look,) = [span for span in parcel.spans if span.kind == "search"]
    assert look.request == {"order_id": ORDER}
    assert isinstance(look.response, dict)
    assert look.response["email"] == EMAIL


def test_clock_and_chance_are_replayed(recorder: Recorder, parcel: Recorded) -> None:
    run = new_run(recorder.shop, session_of("merchant"))
    drawn = (run.now(), run.token(), run.token(4))
    kept = Recorded(parcel.run, tuple(run.journal.spans))
    again = new_run(recorder.shop, session_of("merchant"))
    again._road = replayed_road(kept)  # pyright: ignore[reportPrivateUsage]
    assert (again.now(), again.token(), again.token(4)) == drawn
    assert again.journal.executed() == 0


def replayed_road(recorded: Recorded):
    from dataclasses import replace

    from agents.recording import Asked, Recording

    return replace(
        road(), clock=None, played=Player(Recording(recorded.run, Asked(text=""), recorded.spans))
    )  # pyright: ignore[reportArgumentType]


def test_a_denied_call_leaves_its_span(recorder: Recorder) -> None:
    run = new_run(recorder.shop, session_of("buyer"))
    with pytest.raises(ToolDenied):
        asyncio.run(run.call("disputes.find", {"dispute_id": SIGNED}))
    (span,) = run.journal.spans
    assert span.request == {"dispute_id": SIGNED}
    assert str(span.error).startswith("ToolDenied: ")


# ---- what was changed is named


def named(recorder: Recorder, changed: Recorded) -> Mismatch:
    done = recorder.replay(changed)
    assert not done.identical
    assert done.mismatch is not None
    return done.mismatch


def place(span: Span | Mismatch) -> tuple[str, int]:
    return span.path, span.ordinal


@pytest.mark.parametrize("which", ["parcel", "worded", "parallel"])
def test_a_changed_request_is_named_at_its_step(
    recorder: Recorder, which: str, request: pytest.FixtureRequest
) -> None:
    recorded: Recorded = request.getfixturevalue(which)
    for number, span in enumerate(recorded.spans):
        if span.request is None:
            continue
        other: JsonValue = {"altered": True}
        for changes in ({"request": other}, {"request_hash": digest(other)},
                        {"request": other, "request_hash": digest(other)}):  # fmt: skip
            found = named(recorder, recorded.with_span(number, **changes))
            assert place(found) == place(span)
            assert (found.kind, found.name) == (span.kind, span.name)


def test_both_requests_are_shown_around_their_difference(
    recorder: Recorder, worded: Recorded
) -> None:
    number = next(n for n, span in enumerate(worded.spans) if span.kind == "model")
    asked = json.loads(json.dumps(worded.spans[number].request))
    asked["messages"][0]["content"] += " Sing it."
    changed = worded.with_span(number, request=asked, request_hash=digest(asked))
    found = named(recorder, changed)
    assert "Sing it." in found.recorded
    assert "Sing it." not in found.asked
    assert found.asked
    assert len(found.recorded) < 500
    assert str(found).startswith(f"step {found.path}/{found.ordinal} (model ")


def test_a_step_left_out_or_left_over_is_named(recorder: Recorder, parallel: Recorded) -> None:
    for span in parallel.effects():
        without = Recorded(parallel.run, tuple(s for s in parallel.spans if s is not span))
        assert place(named(recorder, without)) == place(span)
    last = max(parallel.effects(), key=lambda s: (s.path == "0.step1", s.ordinal))
    extra = last.model_copy(update={"ordinal": last.ordinal + 1})
    found = named(recorder, Recorded(parallel.run, (*parallel.spans, extra)))
    assert place(found) == place(extra)
    assert "not taken" in found.why


def test_another_end_is_a_mismatch(recorder: Recorder, parcel: Recorded) -> None:
    assert parcel.run.answer is not None
    answer = parcel.run.answer | {"text": f"{parcel.run.answer['text']} "}
    run = parcel.run.model_copy(update={"answer": answer})
    assert named(recorder, Recorded(run, parcel.spans)).kind == "end"
    (failed,) = KINDS["failed by a tool"](recorder)
    run = failed.run.model_copy(update={"error": "something else"})
    assert named(recorder, Recorded(run, failed.spans)).kind == "end"


def test_another_name_or_another_kind_is_a_mismatch(recorder: Recorder, parcel: Recorded) -> None:
    for number, span in enumerate(parcel.spans):
        assert place(named(recorder, parcel.with_span(number, name="other"))) == place(span)
        assert place(named(recorder, parcel.with_span(number, kind="human"))) == place(span)


def test_a_plan_that_comes_out_otherwise_is_a_mismatch(
    recorder: Recorder, parallel: Recorded
) -> None:
    number = next(n for n, span in enumerate(parallel.spans) if span.name == "plan")
    plan = parallel.spans[number].attributes | {"ask": "altered"}
    found = named(recorder, parallel.with_span(number, attributes=plan))
    assert (found.kind, found.name) == ("step", "plan")


def leaves(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths to every scalar of a JSON value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path


def altered(value: JsonValue, path: tuple[str | int, ...], to: JsonValue) -> JsonValue:
    """A copy with the scalar at a path replaced."""
    if not path:
        return to
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return copy


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_any_change_of_a_response_changes_nothing_that_was_said_or_is_named(
    recorder: Recorder, parcel: Recorded, worded: Recorded, parallel: Recorded, data: st.DataObject
) -> None:
    recorded = data.draw(st.sampled_from([parcel, worded, parallel]))
    answered = [n for n, s in enumerate(recorded.spans) if s.response is not None]
    number = data.draw(st.sampled_from(answered))
    span = recorded.spans[number]
    path = data.draw(st.sampled_from(list(leaves(span.response))))
    to = data.draw(st.sampled_from(["Atlantis", "#W9999999", "", 7, None, True, "2031-01-01"]))
    changed = recorded.with_span(number, response=altered(span.response, path, to))
    done = recorder.replay(changed)
    assert done.effects_executed == 0
    if done.mismatch is None:
        assert done.identical
        return
    found = done.mismatch
    assert found.kind == "end" or found.path != span.path or found.ordinal >= span.ordinal


# ---- what cannot be replayed


def test_a_run_at_work_is_refused(recorder: Recorder, parcel: Recorded) -> None:
    run = parcel.run.model_copy(update={"status": "running"})
    with pytest.raises(InvalidInput, match="running"):
        recorder.replay(Recorded(run, parcel.spans))


def test_a_journal_of_a_newer_format_is_refused(recorder: Recorder, parcel: Recorded) -> None:
    run = parcel.run.model_copy(update={"journal": 99})
    with pytest.raises(InvalidInput, match="format 99"):
        recorder.replay(Recorded(run, parcel.spans))


def test_a_request_that_was_altered_is_refused(recorder: Recorder, parcel: Recorded) -> None:
    run = parcel.run.model_copy(update={"request": {"text": "x", "memory": 3}})
    with pytest.raises(InvalidInput, match="memory"):
        recorder.replay(Recorded(run, parcel.spans))


# ---- journals of every format


@pytest.mark.parametrize("file", sorted(p.name for p in JOURNALS.glob("*.json")))
def test_a_journal_of_every_format_is_read(recorder: Recorder, file: str) -> None:
    kept = json.loads((JOURNALS / file).read_text(encoding="utf-8"))
    run = Run.model_validate(kept["run"])
    assert file.startswith(f"format{run.journal}-")
    spans = tuple(Span.model_validate(span) for span in kept["spans"])
    done = recorder.replay(Recorded(run, spans))
    assert done.mismatch is None, str(done.mismatch)
    assert done.identical
    assert Answer.model_validate(run.answer).text
    assert {span.kind for span in spans} >= {"tool"}


def test_there_is_a_journal_of_every_format() -> None:
    formats = {int(path.name[len("format")]) for path in JOURNALS.glob("format*.json")}
    assert formats == set(range(1, FORMAT + 1))


def test_a_replay_writes_nothing(recorder: Recorder, parcel: Recorded) -> None:
    before = [run.id for run in recorder.shop.runs.runs(1000)]
    state = recorder.shop.threads.state(parcel.run.thread)
    asyncio.run(replay(Assistant(recorder.kit, road()), TENANT, parcel.run, parcel.spans))
    assert [run.id for run in recorder.shop.runs.runs(1000)] == before
    assert recorder.shop.threads.state(parcel.run.thread) == state
