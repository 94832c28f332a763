"""What the records of goods and rules say, through the buyer's door, without any model."""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from agent_world import Talk

from agents import goods
from agents.events import Answer
from agents.kit import Kit
from agents.questions import Questions
from tradewind.base import LANGUAGES, Language
from wiring.platform import ROOT, Platform

_threads = count(1)
BACKPACK, BOTTLE, T_SHIRT = "product/2524789262", "product/8310926033", "product/9523456873"
MOUSE, HELMET = "product/5713490933", "product/7765186836"

WEIGHT: dict[Language, str] = {
    "en": "How much does the gaming mouse weigh?", "zh": "游戏鼠标有多重？",
    "es": "¿Cuánto pesa el ratón gaming?", "pt": "Quanto pesa o mouse gamer?",
    "ko": "게이밍 마우스 무게가 어떻게 되나요?", "ja": "ゲーミングマウスの重さは？",
    "ru": "Сколько весит игровая мышь?", "ar": "كم وزن ماوس ألعاب؟",
    "de": "Wie viel wiegt die Gaming-Maus?", "fr": "Combien pèse la souris gaming ?",
    "it": "Quanto pesa il mouse da gaming?", "tr": "Oyuncu faresi kaç gram?",
}  # fmt: skip


@pytest.fixture(scope="module")
def buyer(house: Platform, kit: Kit) -> Talk:
    return Talk(house.shop("sample"), kit, "buyer")


def ask(buyer: Talk, text: str, thread: str = "", **given: str) -> Answer:
    return asyncio.run(buyer.say(text, thread or f"goods{next(_threads)}", **given))


def sources(answer: Answer) -> set[str]:
    return {citation.source for citation in answer.citations}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_attribute_is_quoted_and_cited(buyer: Talk, language: Language) -> None:
    answer = ask(buyer, WEIGHT[language])
    assert "weight: 78 g" in answer.text
    assert sources(answer) == {MOUSE}
    assert answer.handover is None


def test_what_the_record_does_not_tell_is_not_told(buyer: Talk) -> None:
    answer = ask(buyer, "How tall is the water bottle?")
    assert "do not tell this" in answer.text
    assert sources(answer) == {BOTTLE}
    assert answer.handover is not None


def test_all_that_was_asked_must_be_carried(buyer: Talk) -> None:
    """The bottle has colours, and no record tells of its inside."""
    assert ask(buyer, "What colours does the water bottle come in?").handover is None
    assert ask(buyer, "What colour is the inside of the water bottle?").handover is not None


def test_one_thing_left_out_is_a_bug(buyer: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: only what is carried is looked at."""
    right = goods._told  # pyright: ignore[reportPrivateUsage]

    async def partly(question: goods.Question, matters: tuple[object, ...]) -> Answer:
        return await right(question, matters[:1])  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(goods, "_told", partly)
    with pytest.raises(AssertionError):
        test_all_that_was_asked_must_be_carried(buyer)


def test_a_version_that_is_not_sold_has_no_price(buyer: Talk) -> None:
    answer = ask(buyer, "What is the price of the left-handed version of the gaming mouse?")
    assert "$" not in answer.text
    assert answer.handover is not None


def test_a_price_is_narrowed_to_the_options(buyer: Talk) -> None:
    answer = ask(buyer, "What's the price of the 7 ft black patio umbrella?")
    assert "$300.24" in answer.text
    assert "Number in stock: 43." in answer.text


def test_goods_that_are_not_there(buyer: Talk) -> None:
    answer = ask(buyer, "Do you sell guitars?")
    assert "no such product" in answer.text
    assert not answer.citations
    assert answer.handover is not None


# ---- does it fit, does it work with


def test_only_what_is_named_works(buyer: Talk) -> None:
    assert "macOS 13 or later" in ask(buyer, "Does the gaming mouse work with a Mac?").text
    unnamed = ask(buyer, "Does the gaming mouse work with a PlayStation?")
    assert "do not tell this" in unnamed.text
    assert unnamed.handover is not None


def test_a_thing_may_be_another_product(buyer: Talk) -> None:
    answer = ask(buyer, "Does a 17 inch laptop fit into the backpack?")
    assert "laptop size: up to 16 inches" in answer.text
    assert sources(answer) == {BACKPACK}


# ---- sizes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("What size of the cycling helmet for a head of 57 cm?", "size M is for"),
        ("What size of the cycling helmet for a head of 62,5 cm?", "size L is for"),
        ("What size t-shirt for a chest of 98 cm?", "size M is for"),
        ("I wear EU 42.5, what size of the running shoes?", "size 9 is for European size: 42.5"),
        ("What size of the running shoes for a foot of 26.95 cm?", "size 10 is for"),
    ],
)
def test_a_measure_gives_its_size(buyer: Talk, text: str, size: str) -> None:
    answer = ask(buyer, text)
    assert size in answer.text
    assert len(answer.citations) == 1


@pytest.mark.parametrize("size", ["40", "90"])
def test_outside_the_chart_is_no_size(buyer: Talk, size: str) -> None:
    answer = ask(buyer, f"What size of the cycling helmet for a head of {size} cm?")
    assert "size M" not in answer.text
    assert answer.handover is not None


def test_a_border_gives_both_sizes(buyer: Talk) -> None:
    answer = ask(buyer, "What size of the cycling helmet for a head of 59 cm?")
    assert "size M is" in answer.text
    assert "size L is" in answer.text


def test_a_whole_chart(buyer: Talk) -> None:
    answer = ask(buyer, "Do you have a size chart for the t-shirt?")
    assert all(f"size {size} is for chest" in answer.text for size in ("S", "M", "L", "XL", "XXL"))


# ---- two products


def test_a_comparison_tells_both(buyer: Talk) -> None:
    answer = ask(buyer, "Headphones or wireless earbuds: which battery lasts longer?")
    assert "35 hours" in answer.text
    assert "8 hours" in answer.text
    assert len(sources(answer)) == 2


def test_a_comparison_with_one_side_silent_tells_nothing(buyer: Talk) -> None:
    answer = ask(buyer, "Which is louder, the vacuum cleaner or the desk lamp?")
    assert "72 dB" not in answer.text
    assert answer.handover is not None


# ---- the shop's rules


def test_a_rule_is_quoted_where_one_speaks_of_it(buyer: Talk) -> None:
    answer = ask(buyer, "Can you deliver to a PO box?")
    assert "We do not deliver to PO boxes." in answer.text
    assert sources(answer) == {"policy/shipping"}
    assert ask(buyer, "Do you offer gift wrapping?").handover is not None


def test_a_period_is_that_of_the_market(buyer: Talk) -> None:
    told = ask(buyer, "Quantos dias tenho para me arrepender da compra no Brasil?")
    assert sources(told) == {"policy/returns-br"}
    assert "7 days" in told.text


def test_a_list_that_lacks_a_language_is_refused(tmp_path: Path) -> None:
    from tradewind.errors import SpecError

    text = (ROOT / "data" / "questions.toml").read_text(encoding="utf-8")
    lacking = "".join(line for line in text.splitlines(True) if not line.startswith("tr = "))
    (tmp_path / "questions.toml").write_text(lacking, encoding="utf-8")
    with pytest.raises(SpecError, match="lacks \\['tr'\\]"):
        Questions.read(tmp_path / "questions.toml")
