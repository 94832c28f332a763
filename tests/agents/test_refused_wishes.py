"""A buyer's wish that the shop's rules refuse, and one before the order is proven: the rules first,
with their records, then why not, or how to go on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from agent_world import NOON, Talk
from buying_world import Buyer, offered, some_order
from effect_world import World

from agents.buying import offer_in
from agents.events import Answer
from agents.kit import Kit
from agents.saying import say
from tradewind.base import Language
from tradewind.commerce import SourceRow
from wiring.platform import Platform

_threads = count(1)
WISH = "I want to return something from it"
FREE: dict[str, Any] = {"audiences": ("merchant", "buyer"), "cap_count": 50}


def arrived(world: World, days: int) -> Buyer:
    """A buyer whose order arrived so many days ago."""
    order, records = some_order(world, "delivered"), world.hands.records
    assert records is not None
    at = NOON - timedelta(days=days)
    told = {"delivered_at": at, "tracking_no": ""}
    for parcel in world.shop.reader.shipments_of(order.id):
        records.put([SourceRow(record=parcel.model_copy(update=told), raw={}, source="test")])
    return Buyer(world, order)


def test_past_the_window_the_rules_come_first_and_then_why_not(world: World) -> None:
    buyer = arrived(world, 200)
    answer = buyer.says(WISH)
    why = say(world.assistant.kit, "en", "refusal.days")
    person = say(world.assistant.kit, "en", "effect.person")
    assert answer.text.index("30 days") < answer.text.index(why) < answer.text.index(person)
    assert [citation.source for citation in answer.citations] == ["policy/returns"]
    assert answer.details["rule"] == "return.days"
    assert answer.intent == "return_refund"
    assert answer.grounded
    assert not {"form", "offer"} & answer.details.keys()
    assert world.effects() == []


def test_within_the_window_there_is_a_form_and_no_refusal(world: World) -> None:
    answer = arrived(world, 2).says(WISH)
    assert "form" in answer.details
    assert "30 days" not in answer.text


@pytest.mark.parametrize("guard", ["carry_out", "wish"])
def test_it_is_grounded_where_both_halves_are(
    world: World, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    """Planted: an engine that says of its answer that not all of it passed the verifier."""
    from agents import service

    right: Callable[..., Awaitable[Answer]] = getattr(service, guard)

    async def doubtful(*given: object) -> Answer:
        return (await right(*given)).model_copy(update={"grounded": False})

    monkeypatch.setattr(service, guard, doubtful)
    answer = arrived(world, 200).says(WISH)
    assert "30 days" in answer.text
    assert answer.details["rule"] == "return.days"
    assert not answer.grounded


@pytest.mark.parametrize(
    "text", ["I want to send it back, cancel it", "I want to send it back, or is it cancelled?"]
)
def test_what_can_be_done_beside_a_refused_wish_is_not_done(world: World, text: str) -> None:
    """The message is taken for a cancellation, which could be had; what it wishes for is a return,
    which could not."""
    world.grant("orders.cancel", "auto", **FREE)
    order = some_order(world, "pending", 1)
    assert offered(Buyer(world, order, "first").says("Please cancel it")).tool == "orders.cancel"
    answer = Buyer(world, order, "second").says(text)
    assert answer.intent == "cancel_order"
    assert answer.details["rule"] == "return.states"
    assert answer.citations == ()
    assert "orders.cancel" not in str(world.shop.runs.spans(world.run))
    assert offer_in(answer) is None
    assert world.effects() == []


# ---- before the order is proven


@pytest.fixture(scope="module")
def stranger(house: Platform, kit: Kit) -> Talk:
    return Talk(house.shop("sample"), kit, "buyer")


def ask(stranger: Talk, text: str) -> Answer:
    return asyncio.run(stranger.say(text, f"wish{next(_threads)}"))


WISHES: dict[Language, str] = {
    "en": "I want to send the shoes back",
    "de": "Ich möchte die Schuhe zurückschicken",
    "ko": "신발을 반품하고 싶어요",
    "tr": "ayakkabıyı iade etmek istiyorum",
}
"""Wishes for a return."""
ALSO: dict[Language, str] = {
    "en": "I want to return the shoes, and how long do refunds take?",
    "de": "Ich möchte die Schuhe zurückschicken, wie lange dauert die Erstattung?",
    "ko": "신발을 반품하고 싶은데 환불은 얼마나 걸리나요?",
    "tr": "Ayakkabıyı iade etmek istiyorum, iade kaç gün sürer?",
}
"""The same beside a question that a sentence of the shop's rules answers."""
QUESTIONS: dict[Language, str] = {
    "en": "How long do refunds take?",
    "de": "Wie lange dauert eine Rückerstattung?",
    "ko": "환불은 얼마나 걸리나요?",
    "tr": "İade kaç gün sürer?",
    "zh": "退货寄回之后多久能退款？",
}


@pytest.mark.parametrize("language", WISHES)
@pytest.mark.parametrize("texts", [WISHES, ALSO], ids=["wish", "wish and question"])
def test_a_wish_is_told_the_rules_and_how_to_go_on(
    stranger: Talk, texts: dict[Language, str], language: Language
) -> None:
    answer = ask(stranger, texts[language])
    assert answer.text.endswith(say(stranger.assistant.kit, language, "common.need_identity"))
    assert answer.asks == "identity"
    assert [citation.source for citation in answer.citations] == ["policy/returns"]
    assert answer.language == language


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_alone_asks_for_no_proof(stranger: Talk, language: Language) -> None:
    answer = ask(stranger, QUESTIONS[language])
    assert answer.asks is None
    assert "within 7 days" in answer.text
    assert [citation.source for citation in answer.citations] == ["policy/returns"]


@pytest.mark.parametrize(
    "text",
    ["请问退货要多久？", "我想问一下退货寄回后多久能退款？", "不需要退货，多久能退款？",
     "不是要退货，只想知道多久能退款", "退货运费谁付？", "退款要多久？", "请问可以换货吗？",
     "Return shipping: who pays?"],
)  # fmt: skip
def test_a_question_about_a_wish_is_none(stranger: Talk, text: str) -> None:
    assert ask(stranger, text).asks is None
