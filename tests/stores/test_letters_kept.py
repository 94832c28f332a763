"""Messages from outside in the store: newest first, by their writer's address, and erased."""

from datetime import UTC, datetime, timedelta

from stores.open import SqlDatabase
from tradewind.base import Money
from tradewind.commerce import Message, Order, SourceRow
from tradewind.letters import Letter
from tradewind.trace import ERASED_TEXT

AT = datetime(2026, 11, 1, tzinfo=UTC)
ANNA = "anna@example.com"


def mail(n: int, address: str = ANNA) -> Message:
    return Message(
        id=f"m{n}", at=AT + timedelta(days=n), sender="buyer", text=f"text {n}",
        letter=Letter(
            channel="review", address=address, name="Anna", stars=2, product="p1", subject="Hi",
            attachments=("photo.jpg",), ref="<x>",
        ),
    )  # fmt: skip


def rows(*records: Message | Order) -> list[SourceRow]:
    return [SourceRow(record=record, raw={"from": ANNA}, source="test") for record in records]


def test_messages_come_newest_first(database: SqlDatabase, tenant: str) -> None:
    shop = database.shop(tenant)
    shop.put(rows(mail(1), mail(3), mail(2)))
    assert [m.id for m in shop.messages(2)] == ["m3", "m2"]
    found = shop.message("m1")
    assert found is not None
    assert found.letter is not None
    assert found.letter.stars == 2
    assert shop.message("none") is None


def test_orders_are_found_by_their_address(database: SqlDatabase, tenant: str) -> None:
    shop = database.shop(tenant)
    total = Money(minor=1, currency="USD")
    shop.put(rows(Order(id="#1", email="Anna@Example.com", total=total)))
    assert [order.id for order in shop.orders_by(ANNA)] == ["#1"]
    assert shop.orders_by("") == ()


def test_who_is_erased_leaves_their_letters_bare(database: SqlDatabase, tenant: str) -> None:
    shop = database.shop(tenant)
    shop.put(rows(mail(1), mail(2, "ben@example.com")))
    done = database.erasure(tenant).erase(ANNA, AT + timedelta(days=90))
    assert done.records == {"message": 1}
    kept = shop.message("m1")
    assert kept is not None
    assert kept.text == ERASED_TEXT
    assert kept.letter == Letter(channel="review", stars=2, product="p1")
    assert shop.raw("message", "m1") == {}
    other = shop.message("m2")
    assert other is not None
    assert other.text == "text 2"


def test_what_comes_in_again_stays_without_its_writer(database: SqlDatabase, tenant: str) -> None:
    shop = database.shop(tenant)
    shop.put(rows(mail(1)))
    database.erasure(tenant).erase(ANNA, AT + timedelta(days=90))
    assert shop.put(rows(mail(1))).erased == 1
    kept = shop.message("m1")
    assert kept is not None
    assert kept.text == ERASED_TEXT
