"""Limits of a run: steps, tokens, seconds, cost; for all branches together, told, recorded and
replayed. Nothing here is slept through: clocks are set by hand or limits are short."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from agent_world import (
    ORDER,
    FailingChat,
    WaitingChat,
    model,
    road,
    session_of,
)
from limit_world import Clock, limited, used
from replay_world import Recorder

from agents.journal import Journal
from agents.kit import Kit
from agents.limits import read_limits, tokens_of
from agents.run import Road, Run
from models.scripted import ScriptedChat
from tradewind.errors import BackendTimeout, RunLimit, SpecError
from tradewind.people import Audience
from tradewind.ports.models import ChatMessage, ChatRequest, Completion
from tradewind.tool import Tool, ToolContext, ToolResult
from wiring.platform import RUN_LIMITS, Platform

REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="u" * 30),), max_tokens=100)


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


def run_on(recorder: Recorder, path: Road, audience: Audience = "merchant") -> Run:
    context = ToolContext(session=session_of(audience), shop=recorder.shop.reader)
    return Run(Journal("run_limits"), path, context, lambda _: None)


def find(run: Run) -> None:
    asyncio.run(run.call("orders.find", {"order_id": ORDER}))


def errors(run: Run) -> list[str]:
    return [span.error for span in run.journal.spans if span.error]


# ---- the table


def test_the_shipped_table_holds_every_audience(house: Platform) -> None:
    table = read_limits(RUN_LIMITS)
    assert table.keys() == {"buyer", "merchant", "ops"}
    assert house.road.limits == table
    assert table["buyer"].steps < table["merchant"].steps


@pytest.mark.parametrize(
    ("old", "new"),
    [("amount = 40", "amount = 0"), ('name = "tokens"', 'name = "steps"'), ("[[limit]]", "[[x]]")],
)
def test_a_table_that_lacks_something_names_its_file(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "runs.toml"
    path.write_text(RUN_LIMITS.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SpecError, match=r"runs\.toml"):
        read_limits(path)


# ---- steps


def test_a_step_beyond_the_limit_is_refused_and_recorded(recorder: Recorder) -> None:
    run = run_on(recorder, limited(steps=2))
    find(run)
    run.now()
    with pytest.raises(RunLimit, match="2 of 2 steps"):
        find(run)
    assert [span.kind for span in run.journal.spans] == ["tool", "clock", "tool"]
    assert errors(run) == [
        "RunLimit: the run has taken 2 of 2 steps. Ask for less at once, or try again."
    ]


def test_clock_and_chance_are_counted_and_never_refused(recorder: Recorder) -> None:
    run = run_on(recorder, limited(steps=1))
    run.now()
    run.token()
    with pytest.raises(RunLimit):
        find(run)


def spends_alone(recorder: Recorder) -> int:
    """Steps that two branches and their run take of three."""
    run = run_on(recorder, limited(steps=3))
    for n in range(6):
        try:
            find(run.branch(f"step{n % 2}") if n % 3 else run)
        except RunLimit:
            continue
    return len(run.journal.spans) - len(errors(run))


def test_branches_count_together(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert spends_alone(recorder) == 3
    branch = Run.branch

    def apart(run: Run, name: str) -> Run:
        """A branch that starts to count anew: the planted bug."""
        made = branch(run, name)
        made.journal = replace(made.journal, asked=0, spans=made.journal.spans)
        return made

    monkeypatch.setattr(Run, "branch", apart)
    assert spends_alone(recorder) > 3


# ---- tokens and cost


def complete(run: Run) -> Completion | None:
    return asyncio.run(run.complete("base", REQUEST))


def test_what_is_left_bounds_the_answer_and_then_the_call(recorder: Recorder) -> None:
    chat = model(*[used(60)] * 9)
    run = run_on(recorder, limited(chat, tokens=150))
    complete(run)
    complete(run)
    complete(run)
    assert [request.max_tokens for request in chat.requests] == [100, 90, 30]
    with pytest.raises(RunLimit, match="180 of 150 tokens"):
        complete(run)
    requests = [span.request for span in run.journal.spans]
    assert all(asked == REQUEST.model_dump(mode="json") for asked in requests)
    assert [span.attributes.get("max_tokens") for span in run.journal.spans] == [None, 90, 30, None]
    find(run)  # what takes no token is still done


def test_branches_hold_tokens_for_one_another(recorder: Recorder) -> None:
    class Slow(ScriptedChat):
        """Answers when all have asked."""

        async def complete(self, request: ChatRequest) -> Completion:
            self.requests.append(request)
            for _ in range(20):
                await asyncio.sleep(0)
            return used(2)

    chat = Slow(())
    run = run_on(recorder, limited(chat, tokens=150))

    async def both() -> list[object]:
        calls = [run.branch(f"step{n}").complete("base", REQUEST) for n in range(3)]
        return list(await asyncio.gather(*calls, return_exceptions=True))

    done = asyncio.run(both())
    assert [request.max_tokens for request in chat.requests] == [100, 50]
    assert isinstance(done[2], RunLimit)
    assert run.journal.held == 0


def test_a_call_that_failed_holds_nothing_back(recorder: Recorder) -> None:
    run = run_on(recorder, limited(FailingChat(BackendTimeout("slow.")), tokens=150))
    with pytest.raises(BackendTimeout):
        complete(run)
    assert run.journal.held == 0


def test_a_back_end_that_counts_nothing_is_counted(recorder: Recorder) -> None:
    run = run_on(recorder, limited(model("b" * 60), tokens=1000))
    complete(run)
    assert run.journal.tokens == tokens_of(REQUEST, Completion(text="b" * 60, model="m")) == 30


def test_cost_is_bounded(recorder: Recorder) -> None:
    run = run_on(recorder, limited(model(*[used(2, 600)] * 9), cost_micros=1000))
    complete(run)
    complete(run)
    with pytest.raises(RunLimit, match="1200 of 1000 cost_micros"):
        complete(run)


# ---- seconds


def test_time_that_is_over_refuses_the_next_step(recorder: Recorder) -> None:
    clock = Clock()
    run = run_on(recorder, limited(clock=clock, seconds=60))
    find(run)
    clock.now = 61.5
    with pytest.raises(RunLimit, match="61 of 60 seconds"):
        find(run)


def nearly_over(recorder: Recorder, path: Road) -> Run:
    """A run that has 50 ms left."""
    clock = Clock()
    run = run_on(recorder, replace(path, ticks=clock))
    run.journal.began = 0.0
    clock.now = 59.95
    return run


def test_a_model_that_hangs_is_ended(recorder: Recorder) -> None:
    run = nearly_over(recorder, limited(WaitingChat(), seconds=60))
    with pytest.raises(RunLimit, match="60 of 60 seconds"):
        complete(run)
    assert run.journal.held == 0
    assert len(errors(run)) == 1


def hanging(level: str, release: threading.Event, done: threading.Event) -> dict[str, Tool]:
    """The tools, of which one waits in its thread until it is released."""

    def wait(context: ToolContext, **_: object) -> ToolResult:
        release.wait(20)
        done.set()
        return ToolResult(note="late")

    tools = dict(road().tools)
    tools["orders.find"] = replace(
        tools["orders.find"], function=wait, effect=level  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    return tools


def test_a_tool_that_hangs_in_a_thread_is_left_and_its_late_result_dropped(
    recorder: Recorder,
) -> None:
    release, done = threading.Event(), threading.Event()
    path = replace(limited(seconds=60), tools=hanging("read", release, done), off_loop=True)
    run = nearly_over(recorder, path)

    async def leave() -> None:
        with pytest.raises(RunLimit, match="seconds"):
            await run.call("orders.find", {"order_id": ORDER})
        release.set()
        await asyncio.to_thread(done.wait, 20)

    asyncio.run(leave())
    assert done.is_set()
    (span,) = run.journal.spans
    assert span.response is None


def test_what_writes_is_refused_in_time_but_never_cut(recorder: Recorder) -> None:
    release, done = threading.Event(), threading.Event()
    path = replace(limited(seconds=60), tools=hanging("write", release, done), off_loop=True)
    run = nearly_over(recorder, path)
    threading.Timer(0.2, release.set).start()

    async def act(_: object) -> ToolResult:
        return await run.off(path.tools["orders.find"], run.context, {"order_id": ORDER})

    result = asyncio.run(run.take("tool", "orders.find", {}, "write", act, ToolResult))
    assert result.note == "late"


# ---- run-aways


async def obey(run: Run) -> None:
    """An agent that does what its model says, for as long as it says so."""
    while True:
        completion = await run.complete("base", REQUEST)
        assert completion is not None
        for call in completion.tool_calls or range(1):
            assert call is not None
            await run.call("orders.find", {"order_id": ORDER})


@pytest.mark.parametrize("audience", ["buyer", "merchant", "ops"])
def test_a_model_that_always_asks_for_one_more_step_is_stopped(
    recorder: Recorder, audience: Audience
) -> None:
    chat = ScriptedChat(lambda _: "one more")
    path = replace(road(chat), limits=read_limits(RUN_LIMITS), ticks=Clock())
    actor = session_of(audience, verified=ORDER)
    run = Run(
        Journal("loop"), path, ToolContext(session=actor, shop=recorder.shop.reader), lambda _: None
    )
    with pytest.raises(RunLimit):
        asyncio.run(obey(run))
    allowed = read_limits(RUN_LIMITS)[audience]
    assert run.journal.asked <= allowed.steps
    assert run.journal.tokens <= allowed.tokens + REQUEST.max_tokens


def test_without_the_limits_it_goes_on(recorder: Recorder) -> None:
    """The loop would not end by itself: the script does."""
    chat = model(*["one more"] * 500)
    run = run_on(recorder, road(chat))
    with pytest.raises(Exception, match="no answer left"):
        asyncio.run(obey(run))
    assert run.journal.asked == 0
    assert len(run.journal.spans) > 900
