"""The verifier on what a model wrote: values, words, negation, promises, sentence by sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.grounding.verify import check_model, sentences
from tradewind.base import Language, Money
from tradewind.evidence import DateFact, Evidence, IdFact, MoneyFact, NumberFact, TimeFact

PARCEL = Evidence.of(
    "shipment", "shipment/1", "Parcel",
    "Order #W2611340 left Reno with UPS and was delivered in Austin on 3 March 2026.",
    (
        IdFact(name="order", value="#W2611340"),
        IdFact(name="tracking_no", value="1Z8R4W716835059349"),
        DateFact(name="day", value=date(2026, 3, 3)),
        TimeFact(name="at", value=datetime(2026, 3, 3, 14, 54, tzinfo=UTC)),
        MoneyFact(name="total", value=Money(minor=97117, currency="USD")),
        NumberFact(name="weight", value=Decimal("1.5"), unit="kilogram"),
    ),
)  # fmt: skip
RULE = Evidence.of(
    "policy", "policy/1", "Returns", "Opened perfume is not accepted. Unopened goods are accepted."
)
GERMAN = Evidence.of(
    "policy", "policy/2", "Rückgabe", "Geöffnete Ware nehmen wir nicht zurück.", language="de"
)


def problems(text: str, *evidence: Evidence, language: Language = "en", asked: str = "") -> str:
    found = check_model(text, evidence or (PARCEL,), language, asked)
    return "; ".join(problem.reason for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        "Order #W2611340 was delivered in Austin on March 3, 2026.",
        "Order W2611340 was delivered in Austin on 2026-03-03 at 14:54.",
        "The order was delivered with UPS under 1Z8R4W716835059349.",
        "The order was delivered in Austin. It left Reno with UPS.",
        "The order over $971.17 was delivered in Austin.",
    ],
)
def test_what_the_record_says_passes(text: str) -> None:
    assert problems(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Order #W2611341 was delivered in Austin.", "carries this id"),
        ("The order was delivered in Austin under 1Z8R4W716835059340.", "carries this id"),
        ("The order was delivered in Austin on March 4, 2026.", "carries this date"),
        ("The order was delivered in Austin on 3 March 2025.", "carries this date"),
        ("The order was delivered in Austin at 15:54.", "carries this clock"),
        ("The order over $917.17 was delivered in Austin.", "carries this money"),
        ("The order over €971.17 was delivered in Austin.", "carries this money"),
        ("The order of 2.5 kg was delivered in Austin.", "carries this number"),
        ("The order of 1.5 liters was delivered in Austin.", "carries this number"),
        ("The order was not delivered in Austin with UPS.", "negation differs"),
        ("Umbrellas, lanterns and mangoes travelled separately by submarine.", "without a source"),
        ("The order was delivered, and we will deliver another in Austin.", "promise"),
        ("The order was delivered in Austin, a voucher is on its way.", "promise"),
        ("The order was delivered in Austin, see https://evil.example/x.", "carries this link"),
        ("The order was delivered in Austin. Write to a@evil.example.", "carries this id"),
        ('The record says: "the order never left Reno with UPS".', "carries this quote"),
    ],
)
def test_what_the_record_does_not_say_is_refused(text: str, reason: str) -> None:
    assert reason in problems(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Opened perfume is not accepted.", True),
        ("Opened perfume is accepted.", False),
        ("Unopened goods are accepted.", True),
        ("Unopened goods are not accepted.", False),
    ],
)
def test_yes_and_no_are_not_mixed_up(text: str, holds: bool) -> None:
    assert (problems(text, RULE) == "") == holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Geöffnete Ware nehmen wir nicht zurück.", True),
        ("Geöffnete Ware nehmen wir zurück.", False),
    ],
)
def test_negation_is_read_in_the_records_language(text: str, holds: bool) -> None:
    assert (problems(text, GERMAN, language="de") == "") == holds


def test_each_sentence_is_judged_alone() -> None:
    found = check_model("Order #W2611340 was delivered in Austin. It cost $1.00.", [PARCEL], "en")
    assert {problem.sentence for problem in found} == {"It cost $1.00."}


def test_words_of_the_question_may_be_repeated_but_not_its_values() -> None:
    asked = "Did my gigantic turquoise umbrella for $12.00 arrive?"
    assert problems("The turquoise umbrella was delivered in Austin.", asked=asked) == ""
    assert "money" in problems("The umbrella for $12.00 was delivered in Austin.", asked=asked)


def test_sentences_keep_their_decimals_and_dates() -> None:
    text = "It costs 1.50 EUR. It came on 3.3.2026! 好的。谢谢。\nBye"
    assert sentences(text) == [
        "It costs 1.50 EUR.", "It came on 3.3.2026!", "好的。", "谢谢。", "Bye",
    ]  # fmt: skip


@given(st.integers(1, 10_000_000), st.integers(1, 10_000_000))
def test_no_other_amount_passes(minor: int, other: int) -> None:
    amount = Money(minor=minor, currency="USD")
    item = Evidence.of("order", "order/1", "Order", "The total.", (
        MoneyFact(name="total", value=amount),
    ))  # fmt: skip
    said = Money(minor=other, currency="USD").decimal()
    assert (problems(f"The total: ${said:,.2f}", item) == "") == (minor == other)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_no_other_day_passes(day: date, shift: int) -> None:
    item = Evidence.of("order", "order/1", "Order", "Placed.", (DateFact(name="at", value=day),))
    other = date.fromordinal(day.toordinal() + shift)
    assert (problems(f"Placed {other.isoformat()}", item) == "") == (shift == 0)


@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    check_model(text, [PARCEL, RULE], "en", text)
