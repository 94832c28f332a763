"""Forms of every kind of change in twelve languages: what may be chosen, by button and by words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import pytest
from buying_world import LANGUAGES, Buyer, offered, some_order
from effect_world import World
from keyword_reader import BUYER_WORDS, with_keywords
from pydantic import BaseModel

from agents.assistant import Assistant
from agents.events import Answer
from agents.fields import Field, Filling, Form, Option
from agents.filling import answered
from agents.wishing import wishes
from api.doing import (
    AddressForm,
    CancelForm,
    PaymentForm,
    RefundForm,
    ReplaceForm,
    ReturnForm,
    SwapForm,
)  # fmt: skip
from tradewind.base import Language, Money
from tradewind.catalog import Catalog
from tradewind.changes import PaymentMethod
from tradewind.commerce import SourceRow
from tradewind.plan import BuyerIntent
from wiring.platform import ROOT

INTENTS: dict[str, BuyerIntent] = {
    "orders.change_address": "change_address", "orders.change_payment": "payment_invoice",
    "orders.cancel": "cancel_order",
}  # fmt: skip
WISHES: dict[str, dict[Language, str]] = {
    "orders.change_address": {
        "en": "I need to change the delivery address of my order",
        "zh": "我想改一下收货地址", "es": "quiero cambiar la dirección del pedido",
        "pt": "quero mudar o endereço de entrega", "ko": "배송지 주소를 바꾸고 싶어요",
        "ja": "届け先の住所を変更したいです", "ru": "хочу поменять адрес доставки",
        "ar": "أريد تغيير العنوان", "de": "Ich möchte die Lieferadresse ändern",
        "fr": "je voudrais changer l'adresse de livraison",
        "it": "vorrei cambiare l'indirizzo di consegna",
        "tr": "teslimat adresimi değiştirmek istiyorum",
    },
    "orders.change_payment": {
        "en": "I want to change the payment method of my order",
        "zh": "我想更换订单的付款方式", "es": "quiero cambiar el método de pago de mi pedido",
        "pt": "quero trocar a forma de pagamento do meu pedido",
        "ko": "주문의 결제 수단을 변경하고 싶어요", "ja": "注文の支払い方法を変更したいです",
        "ru": "хочу изменить способ оплаты заказа", "ar": "أريد تغيير طريقة الدفع لطلبي",
        "de": "Ich möchte die Zahlungsart meiner Bestellung ändern",
        "fr": "je voudrais changer le moyen de paiement de ma commande",
        "it": "vorrei cambiare il metodo di pagamento del mio ordine",
        "tr": "siparişimin ödeme yöntemini değiştirmek istiyorum",
    },
    "orders.cancel": {
        "en": "I want to cancel my order", "zh": "我想取消订单", "es": "quiero cancelar mi pedido",
        "pt": "quero cancelar o meu pedido", "ko": "주문을 취소하고 싶어요",
        "ja": "注文をキャンセルしたいです", "ru": "хочу отменить заказ", "ar": "أريد إلغاء الطلب",
        "de": "Ich möchte meine Bestellung stornieren", "fr": "je voudrais annuler ma commande",
        "it": "vorrei annullare l'ordine", "tr": "siparişimi iptal etmek istiyorum",
    },
}  # fmt: skip
WRITTEN: dict[Language, str] = {
    "en": "12 Elm Street, Austin, TX 78701", "zh": "南京西路1266号 恒隆广场 1502室",
    "es": "Calle Mayor 12, 28013 Madrid", "pt": "Rua Augusta 1500, 01304-001 São Paulo",
    "ko": "서울시 강남구 테헤란로 123 4층", "ja": "東京都千代田区丸の内1-1-1",
    "ru": "ул. Ленина, д. 5, Казань", "ar": "شارع التحرير 12، القاهرة",
    "de": "Lindenstraße 4, 10969 Berlin", "fr": "4 rue de Rivoli, 75001 Paris",
    "it": "Via Roma 4, 20121 Milano", "tr": "Atatürk Cad. 12, Kadıköy İstanbul",
}  # fmt: skip


@pytest.fixture
def spoken(world: World) -> World:
    """The world, whose reader knows what the wishes are about."""
    words = {text.casefold(): (INTENTS[tool],) for tool in WISHES for text in WISHES[tool].values()}
    more = {"can i still": ("change_address",), "elm street": ("change_address",)}
    kit = with_keywords(world.assistant.kit, BUYER_WORDS | words | more)
    world.assistant = Assistant(kit, world.assistant.road)
    return world


def payable(world: World) -> Buyer:
    """Who has left two more means of payment with the shop, for an order that another paid."""
    order, records = some_order(world, "pending", 1), world.hands.records
    customer = world.shop.reader.customer(order.customer_id)
    assert customer is not None
    assert records is not None
    more = (
        PaymentMethod(id="paypal_77", kind="paypal"),
        PaymentMethod(id="card_77", kind="credit_card", brand="visa", last4="4242"),
        PaymentMethod(id="gift_77", kind="gift_card", balance=Money(minor=1, currency="USD")),
    )
    known = customer.model_copy(update={"methods": (*customer.methods[:1], *more)})
    records.put([SourceRow(record=known, raw={}, source="test")])
    return Buyer(world, order)


def rules(world: World, kind: str, **told: Any) -> None:
    """Have the shop's rule say something else."""
    assert world.shop.orders is not None
    action = dict(world.shop.orders.action)
    rule = action[kind].model_copy(update=told)  # pyright: ignore
    world.shop = replace(
        world.shop, orders=world.shop.orders.model_copy(update={"action": action | {kind: rule}})
    )


def form_of(answer: Answer) -> Form:
    assert "form" in answer.details, answer.text
    return Form.model_validate(answer.details["form"])


def test_every_scenario_with_a_form_has_its_words_in_all_languages() -> None:
    for scenario in Catalog.read(ROOT / "scenarios").values():
        if scenario.form:
            assert set(scenario.wishes) == set(LANGUAGES), scenario.id
            assert scenario.act, scenario.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_is_for_its_scenario_first(language: Language) -> None:
    catalog = Catalog.read(ROOT / "scenarios")
    for tool, texts in WISHES.items():
        found = [s.act for s in catalog.values() if s.form and wishes(s, texts[language], language)]
        assert found[0] == tool


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_address_by_form_and_by_words(spoken: World, language: Language) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    shown = buyer.says(WISHES["orders.change_address"][language])
    form = form_of(shown)
    (field,) = form.fields
    country = field.blanks[-1]
    assert shown.language == language
    assert [b.name for b in field.blanks if b.required] == ["line1", "city"]
    assert (country.value, bool(country.fixed), country.options) == ("US", True, ())
    assert buyer.order.ship_to is not None
    assert buyer.order.ship_to.line1 not in str(shown.details)
    parts = {"line1": "12 Elm Street", "city": "Austin"}
    pressed = offered(buyer.fills("orders.change_address", language, address=parts))
    assert pressed.arguments["address"] == {**parts, "country": "US"}
    buyer.says(WISHES["orders.change_address"][language])
    typed = offered(buyer.says(WRITTEN[language], proving=False))
    assert typed.arguments["address"] == WRITTEN[language]
    assert spoken.replay().identical
    assert WRITTEN[language] in typed.text
    assert spoken.effects() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_means_by_form_and_by_words(spoken: World, language: Language) -> None:
    buyer = payable(spoken)
    shown = buyer.says(WISHES["orders.change_payment"][language])
    (field,) = form_of(shown).fields
    (paid,) = spoken.shop.reader.payments_of(buyer.order.id)
    assert paid.method_id not in [option.id for option in field.options]
    ids = {option.id for option in field.options}
    assert {"paypal_77", "card_77"} <= ids
    assert "gift_77" not in ids, "it holds too little"
    for option in field.options:
        assert option.id not in option.label
    pressed = offered(buyer.fills("orders.change_payment", language, method=field.options[0].id))
    buyer.says(WISHES["orders.change_payment"][language])
    typed = offered(buyer.says(field.options[0].label, proving=False))
    assert typed.arguments == pressed.arguments
    assert spoken.effects() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancellation_asks_for_a_reason_where_the_rules_name_some(
    spoken: World, language: Language
) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    text = WISHES["orders.cancel"][language]
    assert offered(buyer.says(text)).tool == "orders.cancel"
    rules(spoken, "cancel", reasons=("no longer needed", "ordered by mistake"), needs_reason=True)
    (field,) = form_of(buyer.says(text)).fields
    assert [option.id for option in field.options] == ["no longer needed", "ordered by mistake"]
    assert len({option.label for option in field.options}) == 2
    typed = offered(buyer.says(field.options[1].label, proving=False))
    assert typed.arguments["reason"] == "ordered by mistake"
    assert field.options[1].label in typed.text


def test_an_instruction_that_lacks_something_comes_to_the_form(spoken: World) -> None:
    rules(spoken, "cancel", reasons=("no longer needed",), needs_reason=True)
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    assert form_of(buyer.says("Please cancel it")).tool == "orders.cancel"


def test_a_reason_in_ones_own_words_where_the_rules_name_none(spoken: World) -> None:
    rules(spoken, "cancel", needs_reason=True)
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    (field,) = form_of(buyer.says("I want to cancel my order")).fields
    assert field.kind == "text"
    typed = offered(buyer.says("my sister has one already", proving=False))
    assert typed.arguments["reason"] == "my sister has one already"


def test_a_reason_may_be_left_out_where_the_rules_only_name_some(spoken: World) -> None:
    rules(spoken, "cancel", reasons=("no longer needed",))
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    assert offered(buyer.says("I want to cancel my order")).arguments.get("reason") is None
    assert offered(buyer.fills("orders.cancel")).arguments.get("reason") is None


def test_a_question_about_it_is_answered_with_the_form_beside(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    answer = buyer.says("Can I still get it sent elsewhere?")
    assert "can still be changed" in answer.text
    assert answer.handover
    assert form_of(answer).tool == "orders.change_address"
    late = Buyer(spoken, some_order(spoken, "delivered"), "late")
    assert "form" not in late.says("Can I still get it sent elsewhere?").details


def test_a_wish_goes_on_once_the_order_is_proven_in_words(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    asked = buyer.says(WISHES["orders.change_address"]["en"], proving=False)
    assert asked.asks == "identity"
    proof = f"It is {buyer.order.id}, {buyer.order.email}"
    assert form_of(buyer.says(proof, proving=False)).tool == "orders.change_address"


# ---- the country


def test_the_country_stays_where_the_rules_say_so(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    abroad = {"line1": "1 King Street", "city": "Toronto", "country": "CA"}
    refused = buyer.fills("orders.change_address", address=abroad)
    assert refused.details["rule"] == "address.country"
    assert "stays in the country" in refused.text
    buyer.says(WISHES["orders.change_address"]["en"])
    typed = buyer.says("1 King Street, Toronto, Canada", proving=False)
    assert "offer" not in typed.details


def test_any_country_where_the_rules_do_not_mind(spoken: World) -> None:
    rules(spoken, "address", same_country=False)
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    country = form_of(buyer.says(WISHES["orders.change_address"]["de"])).fields[0].blanks[-1]
    assert (country.fixed, country.value) == ("", "US")
    known = {option.id: option.label for option in country.options}
    assert known["CA"] == "Kanada"
    assert not {"EU", "ZZ", "UN"} & known.keys()
    abroad = {"line1": "1 King Street", "city": "Toronto", "country": "CA"}
    assert (
        offered(buyer.fills("orders.change_address", address=abroad)).arguments["address"] == abroad
    )


def test_without_its_check_the_order_goes_abroad(
    spoken: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    abroad = {"line1": "1 King Street", "city": "Toronto", "country": "CA"}
    assert "offer" not in buyer.fills("orders.change_address", address=abroad).details
    monkeypatch.setattr("tools.orders.change_address._abroad", lambda *_: None)  # pyright: ignore
    assert "offer" in buyer.fills("orders.change_address", address=abroad).details


# ---- an open form and what is no answer to it


def test_who_has_no_other_means_hears_so(spoken: World) -> None:
    buyer = payable(spoken)
    reader, records = spoken.shop.reader, spoken.hands.records
    customer = reader.customer(buyer.order.customer_id)
    assert customer is not None
    assert records is not None
    (paid,) = reader.payments_of(buyer.order.id)
    kept = tuple(m for m in customer.methods if m.id == paid.method_id)
    poor = customer.model_copy(update={"methods": kept})
    records.put([SourceRow(record=poor, raw={}, source="test")])
    answer = buyer.says(WISHES["orders.change_payment"]["en"])
    assert answer.details["rule"] == "payment.on_file"
    assert "No other means of payment" in answer.text


@pytest.mark.parametrize(
    "text", ["where is my parcel", "gift card?", "", "tell me about the weather"]
)
def test_what_speaks_of_something_else_fills_nothing_in(text: str) -> None:
    options = (Option(id="g1", label="gift card"), Option(id="c1", label="card (visa •••• 4242)"))
    field = Field(name="method", kind="choice", label="Pay by", options=options)
    form = Form(tool="t", order="#1", title="t", send="s", fields=(field,))
    assert answered(Filling(form=form), text, "en") is None


@pytest.mark.parametrize(
    ("text", "id_"), [("gift card", "g1"), ("the card please", "c1"), ("4242", "c1")]
)
def test_a_means_is_named_by_its_kind_or_its_last_figures(text: str, id_: str) -> None:
    options = (Option(id="g1", label="gift card"), Option(id="c1", label="card (visa •••• 4242)"))
    field = Field(name="method", kind="choice", label="Pay by", options=options)
    form = Form(tool="t", order="#1", title="t", send="s", fields=(field,))
    assert answered(Filling(form=form), text, "en") == {"method": id_}


def test_a_form_in_pieces_asks_for_what_is_left(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "delivered"))
    form = form_of(buyer.says("I want to return something from it"))
    first = next(item for field in form.fields for item in field.items)
    answer = buyer.says(first.label.partition(" (")[0], proving=False)
    if len(form.fields) > 1:
        assert form.fields[1].label in answer.text
        option = form.fields[1].options[0]
        assert option.label in answer.text
        answer = buyer.says(option.label, proving=False)
    assert offered(answer).arguments["items"] == [first.id]


def test_a_no_closes_an_open_form(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    buyer.says(WISHES["orders.change_address"]["en"])
    assert "nothing has been done" in buyer.says("no, thanks", proving=False).text
    assert "offer" not in buyer.says(WRITTEN["en"], proving=False).details


def test_a_form_of_an_earlier_turn_is_open_no_more(spoken: World) -> None:
    buyer = Buyer(spoken, some_order(spoken, "pending", 1))
    buyer.says(WISHES["orders.change_address"]["en"])
    buyer.says("where is it", proving=False)
    assert "offer" not in buyer.says("12 Pine Road, Austin", proving=False).details


def test_every_form_fits_its_tool(spoken: World) -> None:
    """No form asks for what its tool does not take."""
    for order in (some_order(spoken, "pending"), some_order(spoken, "delivered")):
        buyer = Buyer(spoken, order, order.id)
        for text in _texts():
            form = buyer.says(text).details.get("form")
            if form:
                _fits(Form.model_validate(form))


def _texts() -> Iterator[str]:
    yield from (texts["en"] for texts in WISHES.values())
    yield "I want to return something from it"
    yield "I want to exchange it for another size"
    yield "It arrived broken, please send a new one"
    yield "I want a refund for it"


FORMS = (
    ReturnForm, SwapForm, ReplaceForm, RefundForm, CancelForm, AddressForm, PaymentForm,
)  # fmt: skip


def tools_of(model: type[BaseModel]) -> tuple[str, ...]:
    return get_args(model.model_fields["tool"].annotation)


def _fits(form: Form) -> None:
    told = {tool: model for model in FORMS for tool in tools_of(model)}
    model = told[form.tool]
    assert {field.name for field in form.fields} <= model.model_fields.keys(), form.tool
