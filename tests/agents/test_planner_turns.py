"""From a merchant's message to a plan, a question back, or work in parallel branches."""

import asyncio
import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from agent_world import FOREIGN, ORDER, SIGNED, TRACKING, Talk, road, session_of
from keyword_reader import with_keywords

from agents.assistant import Assistant
from agents.events import Answer, PlanReady, StepBegan, StepEnded
from agents.kit import Kit, ThreadState
from agents.matching import Match
from agents.planner import fill, gives_only, make_plan, missing_inputs
from agents.reading import Reading
from agents.saying import say
from tools import collect_tools
from tradewind.base import LANGUAGES, Language
from tradewind.catalog import Catalog
from tradewind.errors import InvalidInput
from tradewind.plan import Plan
from tradewind.tool import ToolContext, ToolResult
from wiring.platform import Platform

MESSAGES = Path(__file__).parents[2] / "data" / "messages" / "merchant"
_threads = count(1)


@pytest.fixture
def thread() -> str:
    return f"merchant{next(_threads)}"


@pytest.fixture(scope="module")
def merchant(house: Platform, keyword_kit: Kit) -> Talk:
    return Talk(house.shop("sample"), keyword_kit, "merchant")


def ask(merchant: Talk, text: str, thread: str) -> Answer:
    return asyncio.run(merchant.say(text, thread))


def plan(merchant: Talk, text: str) -> Plan:
    return asyncio.run(merchant.assistant.plan(session_of("merchant"), merchant.shop, text))


def reading(text: str, language: Language = "en", **entities: str) -> Reading:
    return Reading(text=text, language=language, entities=entities, scores={})


# ---- plans


def test_every_step_of_every_plan_is_in_the_catalogue(house: Platform, kit: Kit) -> None:
    """With the committed classifier, over messages of all authors."""
    lines = [line for path in sorted(MESSAGES.glob("*.jsonl")) for line in path.open()]
    merchant = Talk(house.shop("sample"), kit, "merchant")
    texts = [json.loads(line)["text"] for line in lines[:: len(lines) // 60]]
    made = [plan(merchant, text) for text in texts]
    assert sum(bool(one.steps) for one in made) > len(made) / 2
    for one in made:
        assert one.language in LANGUAGES
        assert one.steps or one.ask
        for number, step in enumerate(one.steps):
            scenario = kit.catalog[step.scenario]
            assert step.agent == scenario.agent
            assert "merchant" in scenario.audiences
            assert step.inputs.keys() <= scenario.inputs.keys()
            assert number not in step.after
            assert all(0 <= before < len(one.steps) for before in step.after)


def test_several_wishes_are_several_steps(merchant: Talk) -> None:
    made = plan(merchant, f"Fight {SIGNED} and tell me where the parcel of {ORDER} is")
    assert {step.scenario: step.inputs for step in made.steps} == {
        "chargeback.defend": {"dispute_id": SIGNED},
        "service.order_status": {"order_id": ORDER},
    }
    assert made.ask is None


def test_planning_carries_nothing_out(merchant: Talk) -> None:
    before = len(merchant.shop.runs.runs(200))
    plan(merchant, f"Fight {SIGNED}")
    assert len(merchant.shop.runs.runs(200)) == before


def test_a_scenario_waits_for_those_that_go_first(keyword_kit: Kit) -> None:
    wanted = ("service.order_status", "service.reply_buyer")
    made = make_plan(
        keyword_kit, reading("x", order_id=ORDER), Match(scenarios=wanted), ThreadState()
    )
    assert [step.after for step in made.steps] == [(), (0,)]


def test_inputs_come_from_the_text_before_the_memory(kit: Kit) -> None:
    scenario = kit.catalog["service.order_status"]
    memory = ThreadState(order_id=FOREIGN)
    assert fill(scenario, reading("x", order_id=ORDER), memory) == {"order_id": ORDER}
    assert fill(scenario, reading("x"), memory) == {"order_id": FOREIGN}
    assert missing_inputs(scenario, {}) == ["order_id"]
    assert missing_inputs(scenario, {"order_id": ORDER}) == []


# ---- asking back


@pytest.mark.parametrize(
    ("text", "key", "then", "scenario"),
    [
        ("Please fight it for me", "planner.need_dispute_id", SIGNED, "chargeback.defend"),
        ("Please fight it for me", "planner.need_dispute_id", f"it is {SIGNED}, thanks",
         "chargeback.defend"),
        ("Where is the parcel?", "planner.need_order_id", ORDER, "service.order_status"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_and_the_next_turn_completes_it(
    merchant: Talk, keyword_kit: Kit, thread: str, text: str, key: str, then: str, scenario: str
) -> None:
    asked = ask(merchant, text, thread)
    assert asked.text == say(keyword_kit, "en", key)
    answer = ask(merchant, then, thread)
    ready = next(event for event in merchant.events if isinstance(event, PlanReady))
    assert [step.scenario for step in ready.plan.steps] == [scenario]
    assert answer.citations != ()


def test_a_new_wish_with_an_id_is_not_the_answer_to_the_old_question(
    merchant: Talk, thread: str
) -> None:
    ask(merchant, "Please fight it for me", thread)
    answer = ask(merchant, f"Never mind, where is the parcel of {ORDER} now?", thread)
    assert TRACKING in answer.text


@pytest.mark.parametrize(
    ("text", "entities", "only"),
    [
        (SIGNED, {"dispute_id": SIGNED}, True),
        (f"the order is {ORDER}", {"order_id": ORDER}, True),
        (f"where is the parcel of {ORDER}", {"order_id": ORDER}, False),
        ("yes", {}, False),
    ],
)
def test_what_counts_as_a_bare_answer(text: str, entities: dict[str, str], only: bool) -> None:
    assert gives_only(reading(text).model_copy(update={"entities": entities})) == only


def test_the_thread_remembers_what_was_spoken_of(merchant: Talk, thread: str) -> None:
    ask(merchant, f"Where is the parcel of {ORDER}?", thread)
    assert TRACKING in ask(merchant, "Where is that parcel now?", thread).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_back_is_in_the_merchants_language(keyword_kit: Kit, language: Language) -> None:
    match = Match(scenarios=("chargeback.defend",))
    made = make_plan(keyword_kit, reading("x", language), match, ThreadState())
    assert made.ask == say(keyword_kit, language, "planner.need_dispute_id")


@pytest.mark.parametrize(
    ("text", "key", "outside"),
    [
        ("help me with this", "planner.vague", False),
        ("write a poem about the sea", "planner.out_of_scope", True),
        ("!!! ???", "planner.vague", False),
        ("\u200b", "planner.vague", False),
        ("", "planner.vague", False),
        ("\x00\x07\ud800", "planner.vague", False),
    ],
)
def test_what_is_no_wish_gets_a_polite_question(
    merchant: Talk, keyword_kit: Kit, thread: str, text: str, key: str, outside: bool
) -> None:
    answer = ask(merchant, text, thread)
    assert answer.text == say(keyword_kit, "en", key)
    ready = next(event for event in merchant.events if isinstance(event, PlanReady))
    assert ready.plan.out_of_scope == outside
    assert ready.plan.steps == ()


def test_a_scenario_that_is_only_planned_says_so(
    merchant: Talk, keyword_kit: Kit, thread: str
) -> None:
    answer = ask(merchant, "make the title longer", thread)
    title = keyword_kit.catalog["studio.title"].title
    assert answer.text == say(keyword_kit, "en", "planner.not_yet", title=title)


def test_a_message_too_long_is_refused_before_anything_is_kept(merchant: Talk, thread: str) -> None:
    before = len(merchant.shop.runs.runs(200))
    with pytest.raises(InvalidInput, match="100000 characters"):
        ask(merchant, "x" * 100_000, thread)
    assert len(merchant.shop.runs.runs(200)) == before


# ---- carrying out


def test_two_steps_run_at_once_in_branches(house: Platform, keyword_kit: Kit) -> None:
    """Both steps look an order up; the lookup waits until two are there."""
    both_here, tools = Barrier(2), collect_tools()
    find = tools["orders.find"]

    def meet(context: ToolContext, order_id: str) -> ToolResult:
        both_here.wait(timeout=10)
        return find.function(context, order_id=order_id)

    tools["orders.find"] = replace(find, function=meet)
    merchant = Talk(house.shop("sample"), keyword_kit, "merchant")
    merchant.assistant = Assistant(keyword_kit, replace(road(off_loop=True), tools=tools))
    answer = ask(merchant, f"Fight {SIGNED} and where is the parcel of {ORDER}?", "barrier")
    assert SIGNED in answer.text
    assert TRACKING in answer.text
    assert answer.text.index(SIGNED) < answer.text.index(TRACKING)
    paths = {span.path for span in merchant.spans() if span.kind == "tool"}
    assert paths == {"0.step0", "0.step1"}
    begun = [event.index for event in merchant.events if isinstance(event, StepBegan)]
    assert sorted(begun) == [0, 1]
    first_end = next(i for i, e in enumerate(merchant.events) if isinstance(e, StepEnded))
    assert sum(isinstance(e, StepBegan) for e in merchant.events[:first_end]) == 2


def test_a_step_that_waits_begins_after_the_one_before(
    house: Platform, kit: Kit, thread: str
) -> None:
    words = {
        "reply": ("agent.service", "scenario.service.reply_buyer"),
        "look": ("agent.chargeback", "scenario.chargeback.list"),
    }
    told = with_keywords(kit, merchant=words)
    after = told.catalog["service.reply_buyer"].model_copy(update={"after": ("chargeback.list",)})
    catalog = Catalog({**told.catalog, "service.reply_buyer": after})
    merchant = Talk(house.shop("sample"), replace(told, catalog=catalog), "merchant")
    ask(merchant, "look and then reply", thread)
    order = [
        (type(event).__name__, event.scenario)
        for event in merchant.events
        if isinstance(event, StepBegan | StepEnded)
    ]
    assert order == [
        ("StepBegan", "chargeback.list"), ("StepEnded", "chargeback.list"),
        ("StepBegan", "service.reply_buyer"), ("StepEnded", "service.reply_buyer"),
    ]  # fmt: skip


def test_open_disputes_come_with_their_deadlines(merchant: Talk, thread: str) -> None:
    answer = ask(merchant, "which disputes are open?", thread)
    assert answer.text.count("dp_") == len(answer.citations) > 5
    assert "November 28, 2026" in answer.text
