"""What proves an order to be a buyer's own, and what counts as a try."""

import asyncio

import pytest
from agent_world import ORDER, TRACKING, Talk, session_of, told
from hypothesis import given
from hypothesis import strategies as st

from agents.entities import order_key
from agents.kit import Kit
from agents.service import attempted_order, postcode_key, verify
from tools.access import told_order
from tradewind.errors import ToolDenied
from tradewind.tool import ToolContext
from wiring.platform import Platform

POSTCODE, CUSTOMER = "10083", "james_li_5688"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SW1A 1AA", "sw1a1aa"), ("10083-4410", "10083"), ("〒150-0001", "1500001"),
        ("01310-100", "01310100"), ("１００８３", "10083"), ("١٠٠٨٣", "10083"),
        (" K1A 0B1 ", "k1a0b1"),
    ],
)  # fmt: skip
def test_a_postcode_however_it_is_written(one: str, other: str) -> None:
    assert postcode_key(one) == postcode_key(other)


def test_other_postcodes_stay_apart() -> None:
    codes = ["10083", "10084", "1008", "100834410", "01310-100", "01310-101", "", "SW1A1AB"]
    assert len({postcode_key(code) for code in codes}) == len(codes)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nothing_but_the_right_proof_verifies(email: str, postcode: str, customer: str) -> None:
    class OneOrder:
        """An order without any of the three, as some sources have them."""

        def order(self, order_id: str) -> object:
            from tradewind.base import Money
            from tradewind.commerce import Address, Order

            total = Money(minor=1, currency="USD")
            return Order(id=order_id, total=total, ship_to=Address(postcode=" - "))

        def customer(self, customer_id: str) -> None:
            del customer_id

    assert verify(OneOrder(), "#1", email, postcode, customer) == ""  # pyright: ignore[reportArgumentType]


def test_each_proof_alone_opens_the_order(house: Platform) -> None:
    shop = house.database.shop("sample")
    assert verify(shop, ORDER, "", POSTCODE) == ORDER
    assert verify(shop, ORDER, "", "", CUSTOMER) == ORDER
    for proof in (("", "10084"), ("", "", "james_li"), ("", "", CUSTOMER.upper()), ("", "")):
        assert verify(shop, ORDER, *proof) == ""
        assert verify(shop, "#W0000000", *proof) == ""


def test_a_wrong_postcode_is_remembered_as_a_failed_proof(
    house: Platform, keyword_kit: Kit
) -> None:
    buyer = Talk(house.shop("sample"), keyword_kit, "buyer")
    failed = asyncio.run(buyer.say(f"Where is {ORDER}? zip 10084", "proofs"))
    assert failed.asks == "identity"
    right = asyncio.run(buyer.say(f"Where is {ORDER}? zip {POSTCODE}", "proofs"))
    assert TRACKING in told(right)


def test_an_order_is_read_once_to_prove_it_and_tell_of_it(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = house.shop("sample")
    buyer, read = Talk(shop, keyword_kit, "buyer"), list[str]()
    once = type(shop.reader).order

    def counted(reader: object, order_id: str) -> object:
        read.append(order_id)
        return once(reader, order_id)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(type(shop.reader), "order", counted)
    first = asyncio.run(buyer.say(f"Where is {ORDER}? zip {POSTCODE}", "once"))
    assert TRACKING in told(first)
    assert read == [ORDER]
    assert TRACKING in told(asyncio.run(buyer.say("Where is it now?", "once")))
    assert read == [ORDER, ORDER]  # a later turn looks at the records of then


def test_an_order_read_for_a_proof_is_told_to_nobody_else(house: Platform) -> None:
    shop = house.database.shop("sample")
    order = shop.order(ORDER)
    assert order
    for verified in (None, "#W0000000"):
        context = ToolContext(session_of("buyer", verified=verified), shop)
        context.proving[ORDER] = order
        with pytest.raises(ToolDenied):
            told_order(context, ORDER)
    context = ToolContext(session_of("buyer", verified=ORDER), shop, proving={ORDER: order})
    assert told_order(context, ORDER) is order
    assert told_order(context, ORDER) is not order


NAMED = {"order_id": ORDER, "email": "a@b.co", "verified_order": ""}


@pytest.mark.parametrize(
    ("text", "given", "memory", "counts"),
    [
        ("Where is it?", {}, NAMED, False), ("It is c@d.co", {}, NAMED, True),
        ("It is c@d.co", {}, {}, False), (f"{ORDER} c@d.co", {}, {}, True),
        (ORDER, {}, {"email": "a@b.co"}, True), (ORDER, {}, {}, False),
        ("hi", {"order_id": ORDER, "postcode": "1"}, {}, True),
        ("hi", {"order_id": ORDER}, {}, False),
        ("zip 10084", {}, {"order_id": ORDER}, True), ("W26\u200b11340 a@b.co", {}, NAMED, True),
        ("c@d.co", {}, NAMED | {"verified_order": ORDER}, False),
        ("c@d.co #W4817420", {}, NAMED | {"verified_order": ORDER}, True),
        ("x" * 9000, {"order_id": ORDER, "email": "a@b.co"}, {}, False),
    ],
)  # fmt: skip
def test_what_is_a_try(
    text: str, given: dict[str, str], memory: dict[str, object], counts: bool
) -> None:
    assert bool(attempted_order(text, given, lambda: memory)) is counts


def test_a_try_names_the_order_that_it_is_for() -> None:
    assert attempted_order("c@d.co #W4817420", {}, lambda: NAMED) == order_key("#w4817420")
