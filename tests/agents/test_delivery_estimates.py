"""How long it takes, through the buyer's door: by the shop's own parcels, or not at all."""

from collections.abc import Iterable
from typing import Any

import pytest
from agent_world import NOON
from babel.dates import format_date
from lane_world import DAY, LaneShop, history, order, parcel
from test_where_and_when import WHEN

from agents.kit import Kit
from agents.saying import say
from models.language import identify
from tools.logistics import estimate as tool
from tradewind import lanes
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import TrackingState
from tradewind.lanes import Course, Lane
from wiring.platform import Platform

STEADY = (6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 10)


@pytest.fixture
def shop(platform: Platform, kit: Kit) -> LaneShop:
    return LaneShop(platform, kit)


def test_before_the_sale_parcels_to_the_country_tell(shop: LaneShop) -> None:
    shop.put(*history((*STEADY, *STEADY), to="CA"))
    answer = shop.ask("How long does delivery to Canada take?")
    assert "Parcels to Canada: 8 of 10 took 6 to 9 days" in answer.text
    assert "Counted from 40 of our own parcels" in answer.text
    assert "not a promise" in answer.text
    assert "figure/lane to CA" in {c.source for c in answer.citations}
    assert answer.handover is None


def test_without_parcels_only_the_shops_rules_speak(shop: LaneShop) -> None:
    answer = shop.ask("How long does delivery to Canada take?")
    assert say(shop.kit, "en", "delivery_estimate.nothing") in answer.text
    assert "What our shipping rules (Shipping and delivery (version 6)) say:" in answer.text
    assert "7 to 21 days" in answer.text
    assert "8 of 10" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parcel_under_way_is_told_in_the_buyers_language(
    shop: LaneShop, language: Language
) -> None:
    shipped = NOON - 3 * DAY
    shop.put(*history(STEADY), order(), parcel(1, shipped, order=order().id))
    answer = shop.ask_of_order(WHEN[language][-1])
    assert answer.intent == "delivery_estimate"
    assert answer.language == language
    assert identify(answer.text)[0] == language
    locale = {"zh": "zh_Hans_CN", "pt": "pt_BR", "ar": "ar_AE"}.get(language, language)
    for days in (6, 9):
        told = format_date(shipped + days * DAY, "long", locale=locale)
        assert " ".join(told.split()) in answer.text


def test_an_order_that_has_not_left_is_told_days_not_dates(shop: LaneShop) -> None:
    waiting = parcel(1, None, order=order().id, state="label_made")
    shop.put(*history(STEADY), order(), waiting)
    answer = shop.ask_of_order("If I order today, how long will it take?")
    assert "Parcels like that of order #L1000001: 8 of 10 took 6 to 9 days" in answer.text
    assert "should arrive" not in answer.text


def test_when_will_it_come_is_answered_by_the_lane(shop: LaneShop) -> None:
    due = NOON + 9 * DAY
    shop.put(*history(STEADY), order(), parcel(1, NOON - 3 * DAY, order=order().id, due=due))
    answer = shop.ask_of_order("Where is my order and when will it come?")
    assert answer.intent == "order_status"
    assert "between November 23, 2026 and November 26, 2026" in answer.text
    assert "8 of 10" in answer.text
    assert "The carrier expects delivery by November 29, 2026." in answer.text


def test_a_late_parcel_is_told_what_late_ones_took(shop: LaneShop) -> None:
    """Ninety took a week, twenty three weeks and more: after fifteen days it is one of these."""
    late = parcel(1, NOON - 15 * DAY, order=order().id)
    shop.put(*history((*[7] * 90, *range(21, 41))), order(), late)
    answer = shop.ask_of_order("Where is my order and when will it come?")
    assert "It has been on its way for 15 days, longer than usual." in answer.text
    assert "between November 27, 2026 and December 14, 2026" in answer.text


def test_what_late_parcels_cannot_tell_is_left_to_a_person(shop: LaneShop) -> None:
    shop.put(*history(STEADY), order(), parcel(1, NOON - 30 * DAY, order=order().id))
    answer = shop.ask_of_order("If I order today, how long will it take?")
    assert "has been on its way for 30 days, longer than usual: 8 of 10 such parcels" in answer.text
    assert "our own parcels cannot tell" in answer.text
    assert answer.handover == "delivery_estimate.late_unknown"


@pytest.mark.parametrize("state", ["delivered", "lost", "returning"])
def test_what_does_not_come_any_more_is_not_expected(shop: LaneShop, state: TrackingState) -> None:
    came = 5 if state == "delivered" else None
    sent = parcel(1, NOON - 9 * DAY, came, order=order().id, state=state)
    shop.put(*history(STEADY), order(), sent)
    assert "should arrive" not in shop.ask_of_order("Where is my order and when will it come?").text


def test_an_estimate_that_forgets_how_long_it_waits_is_caught(
    shop: LaneShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty(courses: Iterable[Course], lane: Lane, *rest: Any, after: int = 0) -> object:
        return lanes.estimate(courses, lane, *rest)

    monkeypatch.setattr(tool, "estimate", hasty)
    with pytest.raises(AssertionError):
        test_a_late_parcel_is_told_what_late_ones_took(shop)


def test_who_only_asks_where_costs_no_counting(shop: LaneShop) -> None:
    shop.put(*history(STEADY), order(), parcel(1, NOON - 3 * DAY, order=order().id))
    answer = shop.ask_of_order("Where is my order?")
    assert "is on its way" in answer.text
    assert {c.source.partition("/")[0] for c in answer.citations} == {"order", "shipment"}


WHEN_COMES: dict[Language, str] = {
    "en": "When will my order arrive?", "zh": "我的快递到哪了，什么时候能到？",
    "es": "¿Cuándo llega mi pedido?", "pt": "Quando chega o meu pedido?",
    "ko": "제 주문 언제 와요?", "ja": "注文した商品はいつ届きますか？",
    "ru": "Когда придёт мой заказ?", "ar": "متى يصل طلبي؟", "de": "Wann kommt meine Bestellung an?",
    "fr": "Quand arrive ma commande ?", "it": "Quando arriva il mio ordine?",
    "tr": "Siparişim ne zaman gelir?",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_it_comes_is_told_in_all_languages(shop: LaneShop, language: Language) -> None:
    shop.put(*history(STEADY), order(), parcel(1, NOON - 3 * DAY, order=order().id))
    answer = shop.ask_of_order(WHEN_COMES[language])
    assert "figure/lane like YT0000000000000001" in {c.source for c in answer.citations}


def test_nobody_else_learns_of_a_parcel(shop: LaneShop) -> None:
    shop.put(*history(STEADY), order(), parcel(1, NOON - 3 * DAY, order=order().id))
    answer = shop.ask("How long will my order #L1000001 take?")
    assert answer.asks == "identity" or "November" not in answer.text
    assert not any("like YT" in c.source for c in answer.citations)
