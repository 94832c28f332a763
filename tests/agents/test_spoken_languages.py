"""A buyer's wish for another language in a conversation; sentences joined as a language joins them;
what is proven is not asked for again; days in every language."""

import asyncio
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from agent_world import EMAIL, ORDER, TRACKING, WHERE, Talk

from agents.events import Answer
from agents.kit import Kit
from agents.saying import join
from models.language import identify
from prompts.replies import Replies
from tradewind.base import LANGUAGES
from tradewind.evidence import Evidence, NumberFact
from wiring.platform import Platform

DAYS = {
    "en": "30 days", "zh": "30天", "es": "30 días", "pt": "30 dias", "ko": "30일", "ja": "30日",
    "ru": "30 дней", "ar": "30 يومًا", "de": "30 Tage", "fr": "30 jours", "it": "30 giorni",
    "tr": "30 gün",
}  # fmt: skip
_threads = count(1)


@pytest.fixture
def thread() -> str:
    return f"tongue{next(_threads)}"


@pytest.fixture(scope="module")
def buyer(house: Platform, keyword_kit: Kit) -> Talk:
    return Talk(house.shop("sample"), keyword_kit, "buyer")


def ask(buyer: Talk, text: str, thread: str, **given: str) -> Answer:
    return asyncio.run(buyer.say(text, thread, **given))


def test_a_wish_is_obeyed_until_another_language_is_spoken(buyer: Talk, thread: str) -> None:
    first = ask(buyer, WHERE["de"].format(ORDER), thread, email=EMAIL)
    wished = ask(buyer, "Können wir bitte auf Englisch weiterschreiben?", thread)
    again = ask(buyer, WHERE["de"].format(ORDER), thread)
    other = ask(buyer, WHERE["ko"].format(ORDER), thread)
    assert [a.language for a in (first, wished, again, other)] == ["de", "en", "en", "ko"]
    assert "English" in wished.text
    assert wished.handover is None
    assert TRACKING in again.text
    assert identify(again.text)[0] == "en"


def test_the_wish_may_come_with_a_question_and_at_first(buyer: Talk, thread: str) -> None:
    answer = ask(buyer, f"English please. {WHERE['en'].format(ORDER)}", thread, email=EMAIL)
    assert answer.language == "en"
    assert TRACKING in answer.text
    assert "AI" in answer.text


def test_a_proof_that_was_given_is_not_asked_for_again(buyer: Talk, thread: str) -> None:
    before = ask(buyer, "How can I return a parcel?", thread)
    ask(buyer, WHERE["en"].format(ORDER), thread, email=EMAIL)
    after = ask(buyer, "How can I return a parcel?", thread)
    assert "send me the order number" in before.text
    assert "send me the order number" not in after.text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "已发货。请等待。"), ("ja", "発送済みです。お待ちください。"),
        ("ko", "발송했습니다. 기다려 주세요."), ("en", "It is sent. Please wait."),
    ],
)  # fmt: skip
def test_sentences_are_joined_as_the_language_does(language: str, text: str) -> None:
    mark = "。" if language in ("zh", "ja") else ". "
    first, second = text.removesuffix(mark.strip()).split(mark)
    assert join(language, [first + mark.strip(), second + mark.strip(), ""]) == text


def test_japanese_sets_latin_sentences_apart() -> None:
    assert join("ja", ["It is 14 days.", "返品できます。"]) == "It is 14 days. 返品できます。"


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_said_in_every_language(tmp_path: Path, language: str) -> None:
    (tmp_path / "days.toml").write_text("[rule]\nlost = '{{ rule.days | days }}'\n", "utf-8")
    fact = NumberFact(name="days", value=Decimal(30), unit="day")
    rule = Evidence.of("rule", "policy/shipping", "Shipping", "", (fact,))
    replies = Replies.read_one(tmp_path / "days.toml", language)
    said = replies.say(language, "rule.lost", {"rule": rule})
    assert [claim.text for claim in said or ()] == [DAYS[language]]
