"""Buyers have things done: a form, what would happen, their own yes, and a person's where the shop
wants one. Nothing without it, nothing twice, nothing else than what they were shown."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from buying_world import Buyer, offered, some_order, with_photos
from effect_world import World

from agents.kit import Kit
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import SourceRow
from tradewind.effects import consent_hash
from tradewind.errors import InvalidInput
from wiring.platform import Platform

PHOTO = "a" * 64
FREE: dict[str, Any] = {"audiences": ("merchant", "buyer"), "cap_count": 50}


@pytest.fixture
def delivered(world: World) -> Buyer:
    return Buyer(world, some_order(world, "delivered"))


@pytest.fixture
def pending(world: World) -> Buyer:
    return Buyer(world, some_order(world, "pending", 1))


def nothing(*_: object) -> None:
    """Looks at nothing."""


def units(buyer: Buyer) -> list[str]:
    return [line.variant_id for line in buyer.order.lines]


def card_of(buyer: Buyer) -> str:
    customer = buyer.world.shop.reader.customer(buyer.order.customer_id)
    return customer.methods[0].id if customer and customer.methods else ""


def stock(buyer: Buyer, variant: str, count: int) -> None:
    """Have the shop hold so many of a variant."""
    world = buyer.world
    line = next(line for line in buyer.order.lines)
    product = world.shop.reader.product(line.product_id)
    assert product is not None
    assert world.hands.records is not None
    held = {"stock": count, "available": True}
    variants = tuple(v.model_copy(update=held) if v.id == variant else v for v in product.variants)
    record = product.model_copy(update={"variants": variants})
    world.hands.records.put([SourceRow(record=record, raw={}, source="test")])


# ---- from words to what is done


def test_words_come_to_a_form_with_the_orders_items(delivered: Buyer) -> None:
    answer = delivered.says("I want to return something from it")
    form: Any = answer.details["form"]
    assert (form["tool"], form["order"]) == ("orders.return", delivered.order.id)
    (items, *_) = form["fields"]
    assert [item["id"] for item in items["items"]] == units(delivered)
    assert delivered.world.effects() == []


def test_a_form_a_yes_and_a_person_of_the_shop(delivered: Buyer) -> None:
    world = delivered.world
    shown = delivered.fills("orders.return", items=[units(delivered)[0]])
    offer = offered(shown)
    assert delivered.order.lines[0].title in shown.text
    assert "version 2" in shown.text
    assert "$" in shown.text
    assert world.effects() == []
    assert world.hands.ledger.pending(world.thread) == ()
    asked = delivered.replies(offer)
    assert [a.status for a in asked.actions] == ["proposed"]
    assert asked.handover == "effect.asked_shop"
    effect = world.effect()
    assert effect.consent is not None
    assert (effect.consent.hash, effect.consent.way) == (offer.hash, "button")
    assert effect.consent.hash == consent_hash(effect.tool, effect.arguments)
    assert world.outside.sent == []
    world.decide(by="mia")
    done = world.effect()
    assert (done.status, done.consent) == ("done", effect.consent)
    assert (done.allowed_by or "").startswith("ap_")
    assert world.replay().identical


def test_where_a_rule_lets_it_act_the_buyers_yes_is_all(pending: Buyer) -> None:
    pending.world.grant("orders.cancel", "auto", **FREE)
    shown = pending.says("Please cancel it")
    assert pending.world.effects() == []
    assert "as soon as you say yes" in shown.text
    assert [a.status for a in pending.says("Yes, please!", proving=False).actions] == ["done"]
    effect = pending.world.effect()
    assert effect.consent is not None
    assert effect.consent.way == "words"


@pytest.mark.parametrize("text", ["yes but only the lamp", "yes?", "ok", "sure, if it is free"])
def test_what_is_no_plain_yes_does_nothing_and_asks_again(pending: Buyer, text: str) -> None:
    pending.world.grant("orders.cancel", "auto", **FREE)
    pending.says("Please cancel it")
    again = pending.says(text, proving=False)
    assert pending.world.effects() == []
    assert "plain yes or no" in again.text
    assert [a.status for a in pending.says("yes", proving=False).actions] == ["done"]


def test_a_no_closes_the_question(pending: Buyer) -> None:
    pending.world.grant("orders.cancel", "auto", **FREE)
    offer = offered(pending.says("Please cancel it"))
    pending.says("no, thanks", proving=False)
    assert "no longer open" in pending.replies(offer).text
    assert pending.world.effects() == []


def test_a_yes_after_something_else_is_asked_about_again(pending: Buyer) -> None:
    """What a bare yes answers then nobody knows."""
    pending.world.grant("orders.cancel", "auto", **FREE)
    pending.says("Please cancel it")
    pending.says("where is it", proving=False)
    asked = pending.says("yes", proving=False)
    assert pending.world.effects() == []
    assert "plain yes or no" in asked.text
    assert [a.status for a in pending.says("yes", proving=False).actions] == ["done"]


# ---- only what was shown, only now, only once


def test_a_yes_to_an_older_offer_is_refused(delivered: Buyer) -> None:
    first = offered(delivered.fills("orders.return", items=units(delivered)[:1]))
    offered(delivered.fills("orders.return", items=units(delivered)))
    assert "no longer open" in delivered.replies(first).text
    assert delivered.world.effects() == []


def test_a_forged_hash_is_refused(delivered: Buyer) -> None:
    offer = offered(delivered.fills("orders.return", items=units(delivered)[:1]))
    forged = offer.model_copy(update={"hash": "0" * 64})
    assert "no longer open" in delivered.replies(forged).text
    assert delivered.world.effects() == []


def test_an_expired_offer_is_refused(delivered: Buyer) -> None:
    world = delivered.world
    short = world.hands.policy.model_copy(update={"offer_minutes": 0})
    world.hands = replace(world.hands, policy=short)
    world.shop = replace(world.shop, hands=world.hands)
    offer = offered(delivered.fills("orders.return", items=units(delivered)[:1]))
    assert "no longer open" in delivered.replies(offer).text
    assert world.effects() == []


def test_an_order_that_changed_since_is_not_touched(delivered: Buyer) -> None:
    world = delivered.world
    offer = offered(delivered.fills("orders.return", items=units(delivered)[:1]))
    later = delivered.order.model_copy(update={"revision": delivered.order.revision + 1})
    assert world.hands.records is not None
    known = world.shop.reader.order(delivered.order.id)
    assert known is not None
    world.hands.records.put([SourceRow(
        record=known.model_copy(update={"revision": later.revision}), raw={}, source="test"
    )])  # fmt: skip
    answer = delivered.replies(offer)
    assert "changed since" in answer.text
    assert answer.details["rule"] == "version"
    assert world.effects() == []


def test_a_double_click_and_two_tabs_do_it_once(world: World) -> None:
    order = some_order(world, "pending", 1)
    one, two = Buyer(world, order, "tab-1"), Buyer(world, order, "tab-2")
    world.grant("orders.cancel", "auto", **FREE)
    first, second = (offered(tab.fills("orders.cancel")) for tab in (one, two))
    assert [a.status for a in one.replies(first).actions] == ["done"]
    assert one.replies(first).actions == ()
    told = two.replies(second)
    assert told.actions == ()
    assert told.details["rule"]
    assert len(set(world.outside.sent)) == 1


def test_the_same_run_is_accepted_once(pending: Buyer) -> None:
    pending.world.grant("orders.cancel", "auto", **FREE)
    offer = offered(pending.fills("orders.cancel"))
    pending.replies(offer, run="run_of_this_yes")
    with pytest.raises(InvalidInput):
        pending.replies(offer, run="run_of_this_yes")
    assert len(pending.world.outside.sent) == 1


def test_a_worker_that_dies_after_the_yes_does_it_once(
    pending: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill campaign (`tests/wiring/test_kills.py`) dies at every point of this course."""
    world = pending.world
    world.grant("orders.cancel", "auto", **FREE)
    offer = offered(pending.fills("orders.cancel"))
    world.outside.mood = "loses all answers"
    pending.replies(offer)
    assert world.effect().status == "unknown"
    world.outside.mood = ""
    assert world.recover().settled == 1
    assert (world.effect().status, len(set(world.outside.sent))) == ("done", 1)


# ---- attacks


def test_another_buyers_order_is_out_of_reach(delivered: Buyer) -> None:
    delivered.says("I want to return something from it")
    foreign = some_order(delivered.world, "pending")
    for tool in ("orders.cancel", "orders.return", "refunds.ask"):
        answer = delivered.fills(tool, order_id=foreign.id, items=["1"], reason="damaged")
        assert "offer" not in answer.details
        assert answer.handover
        assert foreign.lines[0].title not in answer.text
    assert delivered.world.effects() == []


def test_prices_and_versions_come_from_no_form(delivered: Buyer) -> None:
    items = units(delivered)[:1]
    cheap = {"prices": [{"minor": 1, "currency": "USD"}],
             "difference": {"minor": -99999, "currency": "USD"}}  # fmt: skip
    tried: list[dict[str, Any]] = [{"seen": {}}, {"terms": cheap}]
    for forged in tried:
        answer = delivered.fills("orders.exchange", items=items, new_items=items, **forged)
        assert "offer" not in answer.details
        assert answer.details["rule"] == "denied"


def test_a_buyer_cannot_pay_themself(delivered: Buyer) -> None:
    money = {"minor": 100000, "currency": "USD"}
    assert "offer" not in delivered.fills("refunds.pay", amount=money).details


def test_staff_cannot_put_something_else_under_a_buyers_yes(delivered: Buyer) -> None:
    offer = offered(delivered.fills("orders.return", items=units(delivered)[:1]))
    delivered.replies(offer)
    with pytest.raises(InvalidInput, match="nothing else"):
        delivered.world.decide(items=[*units(delivered)])
    assert delivered.world.effect().status == "proposed"


def test_an_erased_buyer_has_said_yes_to_nothing(
    platform: Platform, keyword_kit: Kit, world: World
) -> None:
    order = some_order(world, "pending", 1)
    buyer = Buyer(world, order)
    world.grant("orders.cancel", "auto", **FREE)
    offer = offered(buyer.says("Please cancel it"))
    platform.database.erasure(world.session().tenant.id).erase(order.email, datetime.now(UTC))
    answer = buyer.replies(offer)
    assert answer.actions == ()
    assert world.outside.sent == []
    assert order.email not in str(world.shop.threads.state(world.thread))


def test_only_a_photo_of_this_order_counts(delivered: Buyer) -> None:
    told: dict[str, Any] = {"items": units(delivered)[:1], "reason": "damaged", "photo": PHOTO}
    unknown = delivered.fills("orders.replace", **told)
    assert unknown.details["rule"] == "replacement.photo"
    with_photos(delivered.world, PHOTO)
    stock(delivered, units(delivered)[0], 5)
    offer = offered(delivered.fills("orders.replace", **told))
    assert offer.arguments["photo"] == PHOTO
    delivered.replies(offer)
    assert delivered.world.effect().arguments["photo"] == PHOTO


# ---- stock


def test_the_last_piece_is_promised_once(world: World) -> None:
    order = some_order(world, "delivered")
    line = order.lines[0]
    product = world.shop.reader.product(line.product_id)
    assert product is not None
    assert world.hands.records is not None
    other = next(v for v in product.variants if v.id != line.variant_id)
    stock(Buyer(world, order), other.id, 1)
    copy = order.model_copy(update={"id": "#W0000001"})
    world.hands.records.put([SourceRow(record=copy, raw={}, source="test")])
    for payment in world.shop.reader.payments_of(order.id):
        mine = payment.model_copy(update={"id": f"{payment.id}x", "order_id": copy.id})
        world.hands.records.put([SourceRow(record=mine, raw={}, source="test")])
    told: dict[str, Any] = {"items": [line.variant_id], "new_items": [other.id]}
    one, two = Buyer(world, order, "one"), Buyer(world, copy, "two")
    early = offered(two.fills("orders.exchange", method=card_of(one), **told))
    one.replies(offered(one.fills("orders.exchange", method=card_of(one), **told)))
    assert world.effect().status == "proposed"
    late = two.fills("orders.exchange", method=card_of(one), **told)
    assert late.details["rule"] == "exchange.available"
    two.fills("orders.exchange", method=card_of(one), **told)
    assert "no longer open" in two.replies(early).text


# ---- a way to a person, in every language


def refusals(world: World) -> list[tuple[Buyer, str, dict[str, Any]]]:
    done, open_ = some_order(world, "delivered"), some_order(world, "pending", 1)
    late, early = Buyer(world, done, "late"), Buyer(world, open_, "early")
    one, other = units(late)[:1], units(early)[0]
    return [
        (late, "orders.cancel", {}),
        (late, "orders.change_address", {"address": {"line1": "1 Elm St", "city": "York"}}),
        (early, "orders.change_address", {"address": {"line1": "1 Elm St"}}),
        (late, "orders.change_payment", {"method": "x"}),
        (early, "orders.change_payment", {"method": "nobodys"}),
        (late, "orders.change_items", {"items": one, "new_items": one}),
        (early, "orders.change_items", {"items": [other], "new_items": [other]}),
        (early, "orders.change_items", {"items": [other], "new_items": ["none"]}),
        (early, "orders.return", {"items": [other]}),
        (late, "orders.return", {"items": ["none"]}),
        (late, "orders.return", {"items": one * 9}),
        (late, "orders.return", {"items": one, "method": "nobodys"}),
        (early, "orders.exchange", {"items": [other], "new_items": [other]}),
        (late, "orders.exchange", {"items": one, "new_items": []}),
        (late, "orders.replace", {"items": one, "reason": "damaged"}),
        (late, "orders.replace", {"items": one, "reason": "bored"}),
        (early, "orders.replace", {"items": [other], "reason": "damaged", "photo": PHOTO}),
        (late, "refunds.ask", {"reason": "bored"}),
        (late, "refunds.ask", {"reason": ""}),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_names_its_rule_and_the_way_to_a_person(
    world: World, language: Language
) -> None:
    for buyer in (Buyer(world, some_order(world, "delivered"), "late"),
                  Buyer(world, some_order(world, "pending", 1), "early")):  # fmt: skip
        buyer.says("hello")
    person = world.assistant.kit.replies.say(language, "effect.person")
    assert person is not None
    for buyer, tool, told in refusals(world):
        answer = buyer.fills(tool, language, **told)
        assert "offer" not in answer.details, (tool, told)
        assert person[0].text in answer.text, (tool, told, answer.text)
        assert re.search(r"\w", answer.text.replace(person[0].text, "")), (tool, told)
        assert answer.details["rule"], (tool, told)
        assert answer.language == language
    assert world.hands.ledger.latest() == ()


def test_legal_refusals_call_a_person(world: World) -> None:
    order = some_order(world, "pending", 1)
    assert order.ship_to is not None
    assert world.hands.records is not None
    german = order.model_copy(
        update={"ship_to": order.ship_to.model_copy(update={"country": "DE"})}
    )
    world.hands.records.put([SourceRow(record=german, raw={}, source="test")])
    early = Buyer(world, german)
    refused = early.fills("orders.return", items=units(early))
    assert refused.handover == "effect.person"


# ---- planted bugs


def test_without_the_check_of_the_yes_staff_words_alone_would_do(
    pending: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A buyer's `Assistant.do` has no yes: refused, and done where nobody looks for it."""
    from agents.recording import Doing

    world = pending.world
    world.grant("orders.cancel", "auto", **FREE)
    session = world.session("visitor", "buyer").model_copy(
        update={"verified_order": pending.order.id}
    )
    doing = Doing(tool="orders.cancel", arguments={"order_id": pending.order.id})

    def do() -> list[str]:
        ended = asyncio.run(world.assistant.do(session, world.shop, doing))
        return [action.status for action in ended.answer.actions]

    assert do() == ["denied"]
    monkeypatch.setattr("agents.effect.check_consent", nothing)
    assert do() == ["done"]
