"""Counts over what was asked: what is missing in which listing, lanes, and nobody's name."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engines.insights import look_over, tell_insights
from agents.events import Answer, Citation
from agents.insights.attributes import Attributes
from agents.insights.counting import AskedCounter
from agents.insights.lanes import read_lanes
from agents.insights.masking import example_of
from agents.insights.naming import Naming
from agents.insights.records import Asked, Insights
from agents.kit import Kit
from agents.reception import NO_RECORD
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import Message, Product
from tradewind.errors import ToolFailed
from tradewind.evidence import Evidence, NameFact, NumberFact
from tradewind.letters import Letter
from tradewind.people import Actor, Audience, Session
from tradewind.trace import Run, erased
from wiring.platform import Platform

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KETTLE = Product(id="p1", title="Electric Kettle")
SECRETS = ("Anna", "Berg", "W2611340", "example.com", "1234567", "王小明", "김민수", "Анна")
INTENTS = ("product_question", "attack")
BOTTLE = Product(id="p2", title="Water Bottle")


def turn(
    text: str, *, intent: str = "product_question", missing: bool = True,
    audience: Audience = "buyer", days: int = 1, cites: str = "", n: int = 0,
) -> Run:  # fmt: skip
    cited = (Citation(id="e", source=cites, excerpt="x"),) if cites else ()
    answer = Answer(
        text="x", language="en", intent=intent, citations=cited,
        handover=NO_RECORD if missing else None,
    )  # fmt: skip
    return Run(
        id=f"r{n}", tenant="t", thread=f"t{n}", actor="b", audience=audience,
        request={"text": text}, answer=answer.model_dump(mode="json"), status="done",
        started_at=NOW - timedelta(days=days),
    )  # fmt: skip


def review(
    stars: int | None, product: str = "p1", text: str = "too small", days: int = 1
) -> Message:
    letter = Letter(channel="review", stars=stars, product=product, name="Anna Berg")
    return Message(
        id=f"m{stars}{product}{days}", at=NOW - timedelta(days=days), sender="buyer", text=text,
        language="en", letter=letter,
    )  # fmt: skip


@pytest.fixture
def counter(kit: Kit) -> AskedCounter:
    naming = Naming([KETTLE, BOTTLE], kit.glossary)
    since = NOW - timedelta(days=28)
    return AskedCounter(kit.insights, kit.attributes, naming, kit.buyer_reader, since, NOW)


def test_a_question_without_a_record_is_a_gap_of_its_product(counter: AskedCounter) -> None:
    for n in range(3):
        counter.take_run(turn("Is the electric kettle dishwasher safe?", n=n))
    counter.take_run(turn("Which material?", missing=False, cites="product/p1"))
    told = counter.result()
    assert (told.questions, told.unanswered) == (4, 3)
    (gap,) = told.gaps
    assert (gap.product, gap.title, gap.attribute) == ("p1", "Electric Kettle", "care")
    assert (gap.count, gap.asked, gap.few) == (3, 4, False)


@pytest.mark.parametrize("intent", ["attack", "off_topic", "human_agent"])
def test_what_asks_nothing_of_records_is_no_question(counter: AskedCounter, intent: str) -> None:
    counter.take_run(turn("give me everything", intent=intent))
    assert counter.result().questions == 0


def test_staff_and_erased_people_are_not_counted(counter: AskedCounter) -> None:
    counter.take_run(turn("Is it blue?", audience="merchant"))
    gone = turn("Is it blue?")
    counter.take_run(gone.model_copy(update={"request": erased()}))
    counter.take_run(gone.model_copy(update={"answer": erased()}))
    assert counter.result().questions == 0


def test_reviews_count_by_their_stars(counter: AskedCounter) -> None:
    for stars in (1, 2, 5, None):
        counter.take_message(review(stars))
    counter.take_message(review(1, days=99))
    (rated,) = counter.result().rated
    assert (rated.reviews, rated.low, rated.title) == (4, 2, "Electric Kettle")
    assert rated.few


def test_a_letter_without_a_draft_tells_its_intent_alone(counter: AskedCounter) -> None:
    counter.take_message(Message(
        id="m", at=NOW, sender="buyer", text="Where is my parcel? Anna Berg",
        letter=Letter(channel="email", address="anna@example.com"),
    ))  # fmt: skip
    told = counter.result()
    assert (told.unread, told.questions, sum(told.intents.values())) == (1, 0, 1)
    assert told.gaps == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My name is Anna Berg, is order #W2611340 waterproof? Mail anna@example.com", "en"),
        ("Is it blue? I am Anna Berg, 12 Elm Street, +49 30 1234567", "en"),
        ("Hello, could Anna Berg have it in red?", "en"),
        ("Ich bin Anna Berg, ist es blau?", "de"),
        ("我叫王小明，这个防水吗？", "zh"),
        ("저는 김민수입니다 방수인가요?", "ko"),
        ("Меня зовут Анна, он синий?", "ru"),
        ("Soy Anna Berg, ¿es azul?", "es"),
    ],
)
def test_an_example_names_nobody(text: str, language: Language) -> None:
    told = example_of(text, language, 120)
    for secret in SECRETS:
        assert secret not in told


def test_what_is_no_question_is_no_example() -> None:
    assert example_of("I live in 12 Elm Street and it broke.", "en", 120) == ""


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["product_question", "attack"])), max_size=40)
)
def test_the_counts_add_up(kit: Kit, turns: list[tuple[bool, str]]) -> None:
    naming = Naming([KETTLE], kit.glossary)
    counter = AskedCounter(
        kit.insights, kit.attributes, naming, kit.buyer_reader, NOW - timedelta(days=28), NOW
    )
    for n, (missing, intent) in enumerate(turns):
        counter.take_run(turn("Is the electric kettle blue?", missing=missing, intent=intent, n=n))
    told = counter.result()
    assert told.unanswered == sum(gap.count for gap in told.gaps) <= told.questions
    assert told.questions == sum(told.intents.values()) == sum(told.languages.values())
    assert sum(sum(week.intents.values()) for week in told.weeks) == told.questions
    assert told.few == (told.questions < kit.insights.few)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_attribute_is_found_by_its_own_words(kit: Kit, language: Language) -> None:
    for name in kit.attributes.names:
        word = kit.attributes.name(name, language)
        assert kit.attributes.find(f"… {word} ?", language) != "other", (language, name, word)


def test_a_product_is_known_by_its_whole_title(kit: Kit) -> None:
    naming = Naming([KETTLE, BOTTLE, Product(id="p3", title="Kettle")], kit.glossary)
    assert naming.product("is the electric kettle blue?", "en") == "p1"
    assert naming.product("is the kettle blue?", "en") == "p3"
    assert naming.product("ist die Wasserflasche blau?", "de") == "p2"
    assert naming.product("is it blue?", "en") == ""


# ---- lanes


def lane(name: str, late: int, parcels: int, rest_late: int, rest: int) -> Evidence:
    counts = {"parcels": parcels, "late": late, "rest": rest, "rest_late": rest_late}
    return Evidence.of(
        "figure", f"figure/{name}", name, "x",
        (NameFact(name="count", value="lane"), NameFact(name="name", value=name),
         *(NumberFact.model_validate({"name": k, "value": v}) for k, v in counts.items())),
    )  # fmt: skip


def test_a_lane_is_named_only_beyond_chance(kit: Kit) -> None:
    lanes = read_lanes(
        [lane("bad", 30, 40, 20, 160), lane("usual", 6, 40, 44, 160), lane("small", 3, 4, 47, 196)],
        kit.insights,
    )
    assert {one.name: one.verdict for one in lanes} == {
        "bad": "late", "usual": "chance", "small": "few",
    }  # fmt: skip


def test_many_lanes_are_corrected_for(kit: Kit) -> None:
    """One lane alone would be named; among a hundred like it chance brings such a one."""
    odd = lane("odd", 12, 40, 26, 160)
    alone = read_lanes([odd], kit.insights)
    among = read_lanes([odd, *(lane(f"l{n}", 0, 1, 38, 199) for n in range(99))], kit.insights)
    assert alone[0].verdict == "late"
    assert among[0].verdict == "chance"


def test_without_the_correction_chance_names_a_lane(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_they_are(chances: list[float], _: int) -> list[float]:
        return chances

    monkeypatch.setattr("agents.insights.lanes.corrected", as_they_are)
    odd = lane("odd", 12, 40, 26, 160)
    among = read_lanes([odd, *(lane(f"l{n}", 0, 1, 38, 199) for n in range(99))], kit.insights)
    assert among[0].verdict == "late"


# ---- told


def seen(asked: Asked) -> Insights:
    return Insights(days=28, asked=asked, lanes=(), parcels=0, late=0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_view_is_told_in_every_language(
    kit: Kit, counter: AskedCounter, language: Language
) -> None:
    for n in range(3):
        counter.take_run(turn("Is the electric kettle dishwasher safe?", n=n))
    counter.take_message(review(1))
    bad = lane("ups, US to BR", 30, 40, 20, 160)
    view = seen(counter.result()).model_copy(update={"lanes": read_lanes([bad], kit.insights)})
    answer = tell_insights(kit, language, view, (bad,))
    assert "left_out" not in answer.details, answer.details["left_out"]
    assert "Electric Kettle" in answer.text
    assert "ups, US to BR" in answer.text
    assert len(answer.text.split("\n")) == 5


def test_the_view_is_counted_over_the_shop(house: Platform) -> None:
    session = Session(
        tenant=house.tenant("sample"), actor=Actor(id="m", audience="merchant"), thread="t"
    )
    run = house.assistant.glance(session, house.shop("sample"))
    view, evidence = asyncio.run(look_over(run, house.kit, 366))
    assert view.parcels >= view.late >= 0
    assert {lane.evidence for lane in view.lanes} <= {item.id for item in evidence}


def test_a_buyer_counts_nothing(house: Platform) -> None:
    session = Session(
        tenant=house.tenant("sample"), actor=Actor(id="b", audience="buyer"), thread="t"
    )
    run = house.assistant.glance(session, house.shop("sample"))
    assert run.context.history is None
    with pytest.raises(ToolFailed):
        asyncio.run(look_over(run, house.kit, 28))


def test_attributes_name_themselves(kit: Kit) -> None:
    assert isinstance(kit.attributes, Attributes)
    assert kit.attributes.name("care", "de") == "Pflege"
