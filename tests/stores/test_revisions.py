"""Records that are put only if what they rest on stands as it was read; on both back ends."""

import threading

import pytest

from stores import intake
from stores.open import SqlDatabase
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Customer, Order, Refund, SourceRow
from tradewind.ports.storage import ShopStore

TOTAL = Money(minor=1000, currency="USD")
ORDER = Order(id="#W1", total=TOTAL, status="pending")
BUYER = Customer(id="c1", name="A")
DONE = ORDER.model_copy(update={
    "status": "cancelled", "changes": (OrderChange(kind="cancel", effect="ef_1"),), "revision": 1,
})  # fmt: skip
BACK = Refund(id="r1", order_id="#W1", amount=TOTAL)


@pytest.fixture
def shop(database: SqlDatabase, tenant: str) -> ShopStore:
    shop = database.shop(tenant)
    shop.put([SourceRow(record=r, raw={"told": "once"}, source="f") for r in (ORDER, BUYER)])
    return shop


def test_what_stands_as_it_was_read_is_replaced_with_what_is_new(shop: ShopStore) -> None:
    assert shop.revise((ORDER, BUYER), (DONE, BACK), "effect/ef_1")
    assert shop.order("#W1") == DONE
    assert shop.refunds_of("#W1") == (BACK,)
    assert shop.raw("order", "#W1") == {"told": "once"}


@pytest.mark.parametrize("stale", [
    (DONE,), (ORDER, BUYER.model_copy(update={"name": "B"})), (Order(id="#W2", total=TOTAL),),
])  # fmt: skip
def test_what_does_not_stand_changes_nothing(shop: ShopStore, stale: tuple[Order, ...]) -> None:
    assert not shop.revise(stale, (DONE, BACK), "effect/ef_1")
    assert shop.order("#W1") == ORDER
    assert shop.refunds_of("#W1") == ()


def winners(shop: ShopStore) -> int:
    """How many of eight that rest on the same reading are entered."""
    done: list[bool] = []
    start = threading.Barrier(8)

    def enter(n: int) -> None:
        change = OrderChange(kind="address", effect=f"ef_{n}")
        start.wait()
        after = ORDER.model_copy(update={"changes": (change,), "revision": 1})
        done.append(shop.revise((ORDER,), (after,), f"effect/ef_{n}"))

    threads = [threading.Thread(target=enter, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def test_of_many_at_once_one_is_entered(shop: ShopStore) -> None:
    assert winners(shop) == 1


def test_without_the_look_at_what_was_read_all_would_be(
    shop: ShopStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def believe(*_: object) -> bool:
        return True

    monkeypatch.setattr(intake, "_stands", believe)
    assert winners(shop) > 1
