"""Limits of a run: steps, tokens, seconds, cost; for all branches together, told, recorded and
replayed. Nothing here is slept through: clocks are set by hand or limits are short."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from agent_world import (
    EMAIL,
    ORDER,
    SIGNED,
    TENANT,
    FailingChat,
    WaitingChat,
    drafted,
    model,
    road,
    session_of,
)
from replay_world import RETURNS, Recorded, Recorder

from agents.assistant import Assistant
from agents.fork import fork
from agents.journal import Journal
from agents.kit import Kit
from agents.limits import RunLimits, read_limits, tokens_of
from agents.replay import Replay, replay
from agents.run import Road, Run
from models.scripted import ScriptedChat, ScriptedEmbedding
from prompts.replies import Replies
from tradewind.base import LANGUAGES
from tradewind.errors import BackendTimeout, RunLimit, SpecError, ToolFailed
from tradewind.people import Audience
from tradewind.ports.models import ChatMessage, ChatRequest, Completion, Usage
from tradewind.tool import Tool, ToolContext, ToolResult
from wiring.platform import RUN_LIMITS, Platform

WIDE = RunLimits(steps=10_000, tokens=10_000_000, seconds=3600, cost_micros=10**9)
REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="u" * 30),), max_tokens=100)
QUESTION = "How can I return a parcel?"
BOTH = f"Fight {SIGNED} and where is the parcel of {ORDER}?"


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


class Clock:
    """Monotonic seconds, set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def limited(chat: ScriptedChat | None = None, clock: Clock | None = None, **amounts: int) -> Road:
    limits = WIDE.model_copy(update=amounts)
    table: dict[Audience, RunLimits] = {"buyer": limits, "merchant": limits}
    return replace(road(chat), limits=table, ticks=clock or Clock())


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


def used(tokens: int, cost: int | None = None) -> Completion:
    usage = Usage(input_tokens=tokens - 1, output_tokens=1, cost_micros=cost)
    return Completion(text="a", model="scripted", usage=usage)


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
    result = asyncio.run(run.call("orders.find", {"order_id": ORDER}))
    assert result.note == "late"


# ---- whole turns: told, recorded, replayed


def stopped(
    recorder: Recorder, audience: Audience, text: str, path: Road, **given: str
) -> tuple[Recorded, dict[str, object]]:
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
        assert sum(not span.error for span in told.effects()) <= steps
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
    assert isinstance(kit.replies, Replies)


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


# ---- what writes is never tried again


def writes_twice(recorder: Recorder) -> int:
    """How often a refund is made whose first answer is lost."""
    paid: list[int] = []

    def pay(context: ToolContext, **_: object) -> ToolResult:
        paid.append(1)
        raise BackendTimeout("the receiver did not answer.")

    tools = dict(road().tools)
    tools["orders.find"] = replace(tools["orders.find"], function=pay, effect="spend")
    run = run_on(recorder, replace(road(), tools=tools))
    with pytest.raises((BackendTimeout, ToolFailed)):
        find(run)
    return len(paid)


def test_a_call_that_spends_is_made_once_whatever_comes_of_it(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writes_twice(recorder) == 1
    call = Run.call

    async def again(run: Run, name: str, arguments: dict[str, object]) -> ToolResult:
        """The planted bug: a time-out is taken for "not done"."""
        for _ in range(2):
            try:
                return await call(run, name, arguments)  # pyright: ignore[reportArgumentType]
            except BackendTimeout:
                continue
        return await call(run, name, arguments)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Run, "call", again)
    assert writes_twice(recorder) > 1
