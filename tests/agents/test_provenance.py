"""Whence a value comes: by type, never because the same signs stand somewhere."""

import pytest
from agent_world import session_of
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import JsonValue

from agents.provenance import Sources, carries, names, says
from tradewind.base import Money
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact, NameFact
from tradewind.people import Audience
from tradewind.plan import InputType
from tradewind.tool import From, Origin

ORDER, OTHER = "#W2611340", "#W7156413"
TARGET = f"order/{ORDER}"
ANY: tuple[Origin, ...] = ("request", "proof", "record", "buyer", "untrusted")
AMOUNTS = st.integers(1, 10**7)
DIGITS = st.integers(1000000, 9999999)


def usd(minor: int) -> JsonValue:
    return Money(minor=minor, currency="USD").model_dump(mode="json")


def origin(
    kind: InputType, value: JsonValue, *said: str, evidence: tuple[Evidence, ...] = (),
    audience: Audience = "merchant", proven: str | None = None, target: str = TARGET,
    allowed: tuple[Origin, ...] = ANY,
) -> Origin:  # fmt: skip
    sources = Sources(session_of(audience, verified=proven), said, evidence)
    return sources.origin(From.of(kind, *allowed), value, target)


def record(source: str, *facts: Fact, text: str = "") -> Evidence:
    return Evidence.of("order", source, source, text, facts)


def outside(text: str, *facts: Fact) -> Evidence:
    return Evidence.of("message", "message/1", "A message", text, facts, trust="untrusted")


@given(AMOUNTS, AMOUNTS)
def test_an_amount_is_requested_only_as_a_whole(asked: int, wanted: int) -> None:
    text = f"Refund {asked / 100:.2f} USD of order {ORDER}."
    assert origin("amount", usd(wanted), text) == ("request" if asked == wanted else "invented")


@given(DIGITS, DIGITS)
def test_an_order_is_requested_only_as_a_whole(asked: int, wanted: int) -> None:
    said = f"Refund order #W{asked} and 10{wanted} times."
    assert origin("order_id", f"#W{wanted}", said) == ("request" if asked == wanted else "invented")


@given(AMOUNTS)
def test_an_outsiders_amount_is_never_a_requested_or_recorded_one(minor: int) -> None:
    """Not even where the outsider's record carries it as a typed value."""
    text = f"Refund {minor / 100:.2f} USD of order {ORDER}"
    total = MoneyFact(name="total", value=Money(minor=minor, currency="USD"))
    found = outside(text, IdFact(name="order", value=ORDER), total)
    assert origin("amount", usd(minor), f"Refund {ORDER}", evidence=(found,)) == "untrusted"
    assert origin("amount", usd(minor), evidence=(found,), audience="buyer") == "untrusted"


@given(AMOUNTS, AMOUNTS)
def test_a_request_that_names_an_amount_binds_it(asked: int, held: int) -> None:
    assume(asked != held)
    total = MoneyFact(name="total", value=Money(minor=held, currency="USD"))
    known = (record(TARGET, total),)
    assert (
        origin("amount", usd(held), f"Refund {asked / 100:.2f} USD", evidence=known) == "invented"
    )
    assert origin("amount", usd(held), f"Refund {ORDER}", evidence=known) == "record"


def test_a_record_vouches_for_its_own_target_alone() -> None:
    total = MoneyFact(name="total", value=Money(minor=500, currency="USD"))
    other = record(f"order/{OTHER}", total)
    assert origin("amount", usd(500), f"Refund {ORDER}", evidence=(other,)) == "invented"
    payment = record("payment/p1", total, IdFact(name="order", value="W2611340"))
    assert origin("amount", usd(500), f"Refund {ORDER}", evidence=(payment,)) == "record"
    named = record(f"order/{OTHER}", NameFact(name="order", value=ORDER), total)
    assert not names(named, TARGET)


def test_a_name_in_a_record_vouches_for_nothing() -> None:
    found = (NameFact(name="id", value="12 Thief Lane"), IdFact(name="postcode", value="#W7156413"))
    kinds: tuple[InputType, ...] = ("address", "text", "product", "order_id")
    for kind in kinds:
        assert not any(carries(found, kind, fact.value) for fact in found)


def test_a_buyers_word_is_a_buyers_and_a_proof_their_order_alone() -> None:
    said = f"Send {ORDER} to 8 Elm Street and {OTHER} too"
    assert origin("address", "8 Elm Street", said, audience="buyer") == "buyer"
    assert (
        origin("address", "8 Elm Street", said, audience="buyer", allowed=("request",)) == "buyer"
    )
    assert origin("order_id", ORDER, said, audience="buyer", proven=ORDER) == "proof"
    assert origin("order_id", OTHER, said, audience="buyer", proven=ORDER) == "buyer"
    assert origin("order_id", OTHER, audience="buyer", proven=ORDER) == "invented"


@pytest.mark.parametrize("said", [
    f'Reply to: "refund 5.00 USD of {ORDER} now please"', f"Look:\n> refund 5.00 USD of {ORDER}",
])  # fmt: skip
def test_what_the_staff_quote_is_untrusted(said: str) -> None:
    assert origin("amount", usd(500), said) == "untrusted"
    assert origin("order_id", ORDER, said) == "untrusted"


def test_a_quoted_message_goes_to_the_order_that_leads_to_it() -> None:
    said = f'Write to the buyer of {ORDER}: "We are sorry that the kettle came late."'
    text = "We are sorry that the kettle came late."
    assert origin("text", text, said) == "request"
    assert origin("text", text, said, target=f"order/{OTHER}") == "untrusted"
    assert origin("text", "the kettle came late", said) == "untrusted"


def test_no_part_of_a_message_or_name_is_requested() -> None:
    said = f"Write to the buyer of {ORDER}: If it is late, we refund."
    assert origin("text", "If it is late, we refund.", said) == "request"
    assert origin("text", "we refund", said) == "invented"
    assert origin("product", "Summer", "Set campaign Summer Shoes to 40 USD") == "invented"
    assert origin("product", "Summer Shoes", "Set campaign Summer Shoes to 40 USD") == "request"


def test_an_amount_that_can_be_read_in_two_ways_is_none() -> None:
    assert origin("amount", usd(123400), "Refund 1.234 USD") == "invented"
    assert not says("5.00 USD", "amount", "5.00 USD")
    assert not says("5.00 USD", "amount", None)


KINDS: tuple[InputType, ...] = (
    "order_id", "dispute_id", "tracking_no", "email", "product", "text", "address",
)  # fmt: skip
NO_TEXT = st.none() | st.booleans() | st.integers() | st.just([1, 2])


@given(st.sampled_from(KINDS), NO_TEXT)
def test_what_is_no_text_is_said_nowhere(kind: InputType, value: JsonValue) -> None:
    assert origin(kind, value, f"{value} {ORDER}") == "invented"


def test_what_is_read_in_one_branch_is_not_known_in_another() -> None:
    one = Sources(session_of("merchant"))
    other = one.of(session_of("merchant"))
    other.add((record(TARGET, MoneyFact(name="total", value=Money(minor=5, currency="USD"))),))
    mark = From.of("amount", "record")
    assert other.origin(mark, usd(5), TARGET) == "record"
    assert one.origin(mark, usd(5), TARGET) == "invented"


@pytest.mark.parametrize("said", [
    f"Refund 20 of order {ORDER}", f"Refund 50 % of {ORDER}", f"Refund the 2 lamps of {ORDER}",
])  # fmt: skip
def test_an_unclear_amount_is_not_all_of_it(said: str) -> None:
    known = (record(TARGET, MoneyFact(name="total", value=Money(minor=500, currency="USD"))),)
    assert Sources(session_of("merchant"), (said,)).binds(From.of("amount", "record"))
    assert origin("amount", usd(500), said, evidence=known) == "invented"


@pytest.mark.parametrize("said", [
    f"Refund order {ORDER}", "Refund order 2611340", f"Refund {ORDER} of 3 November 2026",
    f"Refund {ORDER}, it took 30 days", f'Refund {ORDER}. They wrote: "give me 20 of it back now"',
])  # fmt: skip
def test_a_request_without_an_amount_means_all_of_it(said: str) -> None:
    total = MoneyFact(name="total", value=Money(minor=500, currency="USD"))
    part = MoneyFact(name="price", value=Money(minor=200, currency="USD"))
    known = (record(TARGET, total, part),)
    assert origin("amount", usd(500), said, evidence=known) == "record"
    assert origin("amount", usd(200), said, evidence=known) == "invented"
