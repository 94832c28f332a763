"""A model's words are taken when the records carry them, mended once, else not said."""

import asyncio
import json
from datetime import date

import pytest
from agent_world import FailingChat, Talk, drafted, model, new_run, session_of

from agents.choosing import choose, ranked
from agents.kit import Kit
from agents.run import Run
from agents.wording import Wording, word
from models.scripted import ScriptedChat
from tradewind.base import Language, Money
from tradewind.errors import BackendError, BackendTimeout, RateLimited
from tradewind.evidence import DateFact, Evidence, MoneyFact
from tradewind.ports.models import Completion
from wiring.platform import Platform

RULES = Evidence.of(
    "policy", "policy/returns", "Returns",
    "You can return goods within 30 days of delivery. Opened goods are not accepted. "
    "The return label costs 5.00 EUR. The rule holds since 3 March 2026.",
    (
        MoneyFact(name="label_money", value=Money(minor=500, currency="EUR")),
        DateFact(name="since", value=date(2026, 3, 3)),
    ),
)  # fmt: skip
SHIPPING = Evidence.of("policy", "policy/shipping", "Shipping", "Parcels leave within 2 days.")
RIGHT = "You can return goods within 30 days of delivery."
QUESTION = "How can I return something?"


@pytest.fixture
def run(house: Platform) -> Run:
    return new_run(house.shop("sample"), session_of("buyer"))


def worded(house: Platform, chat: ScriptedChat, language: Language = "en") -> tuple[Wording, Run]:
    run = new_run(house.shop("sample"), session_of("buyer"), chat)
    told = asyncio.run(word(run, "base", "Records", QUESTION, [RULES, SHIPPING], language))
    return told, run


def test_a_sentence_that_the_records_carry_is_taken(house: Platform) -> None:
    chat = model(drafted((RIGHT, [1])))
    told, _ = worded(house, chat)
    assert [(c.text, c.evidence) for c in told.claims] == [(RIGHT, (RULES.id,))]
    assert not told.repaired
    assert chat.requests[0].json_schema is not None


WRONG = {
    "number": "You can return goods within 60 days of delivery.",
    "unit": "You can return goods within 30 weeks of delivery.",
    "amount": "The return label costs 50.00 EUR.",
    "currency": "The return label costs 5.00 USD.",
    "date": "The rule holds since 4 March 2026.",
    "negation": "Opened goods are accepted.",
    "promise": "We will return the goods within 30 days for free.",
    "id": "Order #W2611340 can be returned within 30 days.",
    "invention": "Courteous unicorns personally retrieve unwanted merchandise tomorrow.",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_goes_back_once_with_the_reason(house: Platform, wrong: str) -> None:
    chat = model(drafted((WRONG[wrong], [1])), drafted((RIGHT, [1])))
    told, _ = worded(house, chat)
    assert [claim.text for claim in told.claims] == [RIGHT]
    assert told.repaired
    complaint = chat.requests[1].messages[-1].content
    assert WRONG[wrong] in complaint


@pytest.mark.parametrize("wrong", WRONG)
def test_what_stays_wrong_is_not_said(house: Platform, wrong: str) -> None:
    chat = model(drafted((WRONG[wrong], [1])), drafted((WRONG[wrong], [1])))
    told, _ = worded(house, chat)
    assert told.claims == ()
    assert told.reason == "refused"
    assert told.problems[0].sentence == WRONG[wrong]
    assert len(chat.requests) == 2


@pytest.mark.parametrize("sources", [[], [0], [7], [-1]])
def test_a_sentence_must_name_a_record_that_was_shown(house: Platform, sources: list[int]) -> None:
    told, _ = worded(house, model(*[drafted((RIGHT, sources))] * 2))
    assert told.reason == "refused"
    assert told.problems[0].reason == "cites no record"


def test_the_record_that_is_named_must_be_the_one_that_says_it(house: Platform) -> None:
    told, _ = worded(house, model(*[drafted((RIGHT, [2]))] * 2))
    assert told.reason == "refused"


def test_one_wrong_sentence_spoils_the_draft(house: Platform) -> None:
    told, _ = worded(house, model(*[drafted((RIGHT, [1]), (WRONG["amount"], [1]))] * 2))
    assert told.claims == ()


@pytest.mark.parametrize(
    "answer",
    [
        "not json", "", "[]", "null", '{"answerable": true}', '{"answerable": true, "sentences": ',
        drafted((RIGHT, [1]))[:-9], '{"answerable": true, "sentences": [{"text": 3}]}',
        json.dumps({"answerable": True, "sentences": [], "note": "x"}),
        Completion(text=drafted((RIGHT, [1])), model="m", finish="length"),
        Completion(text="", model="m", finish="tool_calls"),
    ],
)  # fmt: skip
def test_a_broken_or_cut_answer_is_never_used(house: Platform, answer: str | Completion) -> None:
    told, _ = worded(house, model(answer))
    assert told.claims == ()
    assert told.reason == "refused"


def test_a_model_may_say_that_the_records_do_not_answer(house: Platform) -> None:
    told, _ = worded(house, model(drafted(answerable=False)))
    assert told.reason == "unanswerable"


@pytest.mark.parametrize("error", [BackendTimeout, RateLimited, BackendError])
def test_a_model_that_fails_is_journaled_and_not_heard(
    house: Platform, error: type[BackendError]
) -> None:
    told, run = worded(house, FailingChat(error("it broke.", "Wait.")))
    assert told.claims == ()
    assert told.reason == "model failed: it broke."
    (span,) = run.journal.spans
    assert span.kind == "model"
    assert span.error is not None
    assert span.error.startswith(error.__name__)


def test_a_model_speaks_only_languages_in_which_it_is_trusted(house: Platform) -> None:
    chat = model(drafted((RIGHT, [1])), trusted=("en",))
    told, _ = worded(house, chat, "de")
    assert told.reason == "no_model"
    assert chat.requests == []


# ---- the whole turn


def turn(house: Platform, kit: Kit, chat: ScriptedChat, thread: str) -> tuple[str, Talk]:
    buyer = Talk(house.shop("sample"), kit, "buyer", chat)
    answer = asyncio.run(buyer.say("How can I return a parcel?", thread))
    assert answer.citations
    return answer.text, buyer


@pytest.mark.parametrize(
    "answers",
    [["not json"] * 9, [drafted((WRONG["number"], [1]))] * 9, ['{"answers": "all"}'] * 9],
)
def test_a_reviewed_reply_stands_in_for_bad_words(
    house: Platform, keyword_kit: Kit, answers: list[str]
) -> None:
    text, _ = turn(house, keyword_kit, model(*answers), f"bad{answers[0][:20]}")
    assert "You can send goods back within 30 days of delivery." in text
    assert "60" not in text


def test_a_reviewed_reply_stands_in_for_a_model_that_fails(
    house: Platform, keyword_kit: Kit
) -> None:
    chat = FailingChat(BackendTimeout("no answer in 60 s."))
    text, buyer = turn(house, keyword_kit, chat, "timeout")
    assert "You can send goods back within 30 days of delivery." in text
    errors = [span.error for span in buyer.spans() if span.kind == "model"]
    assert errors
    assert all(error and "BackendTimeout: no answer in 60 s." in error for error in errors)


def test_tokens_of_all_calls_are_counted(house: Platform, keyword_kit: Kit) -> None:
    usage = {"input_tokens": 7, "output_tokens": 5, "cost_micros": 11}
    answer = Completion.model_validate({"text": "no", "model": "m", "usage": usage})
    _, buyer = turn(house, keyword_kit, model(*[answer] * 9), "tokens")
    calls = [span for span in buyer.spans() if span.kind == "model"]
    stored = buyer.shop.runs.run(buyer.run)
    assert stored is not None
    assert stored.tokens == 12 * len(calls) > 0
    assert stored.cost_micros == 11 * len(calls)


# ---- choosing instead of wording


ASKED = "What does the label cost?"


def chosen(house: Platform, kit: Kit, answer: str | Completion) -> str | None:
    run = new_run(house.shop("sample"), session_of("buyer"), model(answer))
    borne = asyncio.run(choose(run, kit, "base", ASKED, ASKED, [RULES, SHIPPING]))
    assert not borne.judged
    return borne.passage.text if borne.passage else None


def test_a_chosen_sentence_is_said_letter_for_letter(house: Platform, kit: Kit) -> None:
    candidates = [text for _, text in ranked(ASKED, [RULES, SHIPPING])]
    assert chosen(house, kit, '{"answers": [1]}') == candidates[0]
    assert candidates[0] == "The return label costs 5.00 EUR."


@pytest.mark.parametrize(
    "answer",
    ['{"answers": []}', '{"answers": [99]}', '{"answers": [0]}', '{"answers": [-1]}', "junk",
     '{"answers": 3}', '{"answers": [[1]]}', "{}", "[1]",
     Completion(text='{"answers": [1', model="m", finish="length")],
)  # fmt: skip
def test_a_choice_of_nothing_that_is_there_is_none(
    house: Platform, kit: Kit, answer: str | Completion
) -> None:
    assert chosen(house, kit, answer) is None
