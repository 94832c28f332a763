import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import identify
from tradewind.base import LANGUAGES

SAID = {
    "en": ["where is my order?", "refund", "PLEASE CANCEL", "fight the chargeback", "hi"],
    "es": ["¿Dónde está mi pedido #W2611340?", "hola", "cuando llega", "quiero devolver esto"],
    "pt": ["cadê minha encomenda", "oi", "quero um reembolso", "quando chega meu pacote"],
    "de": ["Wo ist meine Bestellung?", "hallo", "Rückgabe", "ich möchte mein Geld zurück"],
    "fr": ["où est ma commande ?", "bonjour", "je veux un remboursement", "colis"],
    "it": ["dov'è il mio ordine?", "ciao", "vorrei un rimborso", "pacco"],
    "tr": ["siparişim nerede", "merhaba", "iade etmek istiyorum", "kargom nerede kaldı"],
    "ko": ["내 주문 어디 있어요?", "환불", "order W123 어디"],
    "ja": ["注文はどこですか", "返品したい", "キャンセル"],
    "zh": ["我的订单在哪里", "退款", "订单号 W123", "我的訂單在哪裡"],
    "ru": ["где мой заказ", "возврат", "Хочу вернуть деньги"],
    "ar": ["أين طلبي؟", "استرجاع", "متى يصل الطلب"],
}
FOREIGN = [
    "Gdzie jest moje zamówienie, proszę o pomoc",
    "Waar is mijn bestelling gebleven, ik wacht al twee weken",
    "Де моє замовлення, будь ласка",
    "سفارش من کجاست چرا نرسیده",
]


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, v in SAID.items() for t in v])
def test_our_languages_also_in_very_short_messages(language: str, text: str) -> None:
    found, confidence = identify(text)
    assert found == language
    assert 0 < confidence <= 1


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_unknown(text: str) -> None:
    assert identify(text)[0] == "unknown"


@pytest.mark.parametrize(
    "text", ["", " \n", "123", "#W2611340", "😀", "\x00\x01", "\ud800", "a@b.co"]
)
def test_nothing_to_read_is_unknown(text: str) -> None:
    assert identify(text) == ("unknown", 0.0)


def test_ids_addresses_and_noise_do_not_sway() -> None:
    text = "https://shop.example/de/bestellung wo@ist.de \ud800\x07 ¿dónde está mi pedido? #W1"
    assert identify(text)[0] == "es"


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_gets_one_of_our_languages_or_unknown(text: str) -> None:
    language, confidence = identify(text)
    assert language in (*LANGUAGES, "unknown")
    assert 0 <= confidence <= 1
    assert identify(text) == (language, confidence)
