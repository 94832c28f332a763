"""The scorers themselves: they must catch what is false, and let pass what is true."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.shopview import disclosed
from evals.truth import Truth, digit_runs, unsaid, wrong_facts
from tradewind.base import Money
from tradewind.commerce import Order, OrderLine, Policy, Shipment
from tradewind.errors import SpecError

ORDER = Order(
    id="#W7777777",
    placed_at=datetime(2026, 10, 2, 9, 30, tzinfo=UTC),
    total=Money(minor=123450, currency="USD"),
    lines=(OrderLine(title="Tea Kettle", price=Money(minor=123450, currency="USD")),),
)
PARCEL = Shipment(
    id="s1", tracking_no="1Z8R4W711284232566", delivered_at=datetime(2026, 10, 9, 14, 5, tzinfo=UTC)
)
POLICY = Policy(
    id="returns", topic="returns", title="Returns", text="You have 30 days.",
    facts={"refund_days": "7", "label_money": "6.90 USD"},
)  # fmt: skip
TRUTH = Truth([ORDER, PARCEL, POLICY])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Order #W7777777 was delivered on October 9, 2026 at 2:05 pm; total $1,234.50."),
        ("de", "Die Bestellung #W7777777 wurde am 9. Oktober 2026 zugestellt, 1.234,50 USD."),
        ("ko", "주문 #W7777777 건은 2026년 10월 9일 14:05에 배송 완료되었습니다."),
        ("zh", "订单 #W7777777 已于2026年10月9日送达。"),
        ("es", "Tiene 30 días; el reembolso tarda 7 días y la etiqueta cuesta 6,90 US$."),
        ("ar", "تم تسليم الطلب رقم #W7777777 في 9 أكتوبر 2026."),
    ],
)
def test_true_sentences_pass(language: str, text: str):
    assert wrong_facts(text, language, TRUTH) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Order #W7777778 was delivered."),
        ("en", "It was delivered on October 10, 2026."),
        ("en", "The total is $1,243.50."),
        ("de", "Die Bestellung wurde am 9. November 2026 zugestellt."),
        ("zh", "您可以在31天内退货。"),
        ("es", "El reembolso tarda 8 días."),
        ("ar", "يمكنكم الإرجاع خلال ٤٥ يومًا."),
        ("fr", "Le colis 1Z8R4W711284232567 est en route."),
    ],
)
def test_false_sentences_are_caught(language: str, text: str):
    assert wrong_facts(text, language, TRUTH)


@given(st.integers(min_value=32, max_value=10**9).filter(lambda n: n not in TRUTH.runs))
def test_a_number_that_stands_nowhere_is_caught(number: int):
    assert wrong_facts(f"You have {number} days.", "en", TRUTH)


def test_digits_of_any_script_are_read():
    assert digit_runs("٣٠ 日 3０ 007") == {30, 7}


def test_typed_facts_that_are_said_in_another_form_count_as_said():
    text = "Entregado el 9 de octubre de 2026; la etiqueta cuesta 6,90 US$ y hay 30 días."
    wanted = ["date:2026-10-09", "money:6.90 USD", "number:30 day", "word:enviado|Entregado"]
    assert unsaid(wanted, text, "es") == []


def test_what_is_not_said_is_named():
    wanted = ["date:2026-10-09", "id:#W1", "word:lost"]
    assert unsaid(wanted, "Delivered on October 8, 2026.", "en") == wanted


def test_a_fact_of_an_unknown_type_is_refused():
    with pytest.raises(SpecError, match="colour"):
        unsaid(["colour:red"], "red", "en")


def test_a_secret_counts_unless_the_asker_wrote_it():
    secrets = {"ann@example.com", "Austin"}
    assert disclosed(secrets, "It went to AUSTIN.", "I am Ann") == ["Austin"]
    assert disclosed(secrets, "Sent to ann@example.com", "ann@example.com here") == []
