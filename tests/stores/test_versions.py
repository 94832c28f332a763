"""What a listing or a policy said over time."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from written_runs import AT, KEY

from stores.open import SqlDatabase, open_database
from tradewind.base import Money
from tradewind.commerce import Policy, Product, ShopRecord, SourceRow, Variant

DAY = timedelta(days=1)
USD = Money(minor=4000, currency="USD")


class Clock:
    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(empty_url: str, clock: Clock) -> Iterator[SqlDatabase]:
    opened = open_database(empty_url, key=KEY, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def put(store: SqlDatabase, clock: Clock) -> Callable[..., None]:
    def at(days: float, *records: ShopRecord, said: float | None = None) -> None:
        clock.now = AT + days * DAY
        told = None if said is None else AT + said * DAY
        rows = [SourceRow(record=r, raw={}, source="f", at=told) for r in records]
        store.shop("s").put(rows)

    return at


def boot(text: str, stock: int = 1) -> Product:
    return Product(id="p1", title="Boot", description=text,
                   variants=(Variant(id="v1", price=USD, stock=stock),))  # fmt: skip


def spans(store: SqlDatabase, product: str = "p1") -> list[tuple[str, float, float]]:
    return [
        (getattr(v.record, "description", ""), (v.seen_from - AT) / DAY, (v.seen_to - AT) / DAY)
        for v in store.shop("s").listings(product)
    ]


def test_a_wording_stands_from_its_first_to_its_last_seeing(
    store: SqlDatabase, put: Callable[..., None]
):
    put(0, boot("wool"))
    put(5, boot("wool"))
    put(9, boot("cotton"))
    assert spans(store) == [("wool", 0, 5), ("cotton", 9, 9)]
    first, second = store.shop("s").listings("p1")
    assert first.stood(AT + 3 * DAY)
    assert not any(v.stood(AT + 7 * DAY) for v in (first, second))


def test_stock_is_no_wording_and_the_price_is(store: SqlDatabase, put: Callable[..., None]):
    put(0, boot("wool", stock=5))
    put(1, boot("wool", stock=0))
    assert spans(store) == [("wool", 0, 1)]
    dearer = boot("wool").model_copy(update={"variants": (Variant(id="v1", price=None),)})
    put(2, dearer)
    assert len(spans(store)) == 2


def test_a_source_that_tells_when_it_changed_is_believed_where_it_fits(
    store: SqlDatabase, put: Callable[..., None]
):
    put(0, boot("wool"), said=-30)
    put(10, boot("wool"), said=-30)
    put(12, boot("cotton"), said=11)
    put(20, boot("silk"), said=3)  # before what was seen of the last one
    put(22, boot("linen"), said=99)  # in the future
    assert spans(store) == [
        ("wool", -30, 10), ("cotton", 11, 12), ("silk", 20, 20), ("linen", 22, 22),
    ]  # fmt: skip


def test_what_comes_back_is_a_version_of_its_own(store: SqlDatabase, put: Callable[..., None]):
    for days, text in enumerate(("wool", "cotton", "wool")):
        put(days, boot(text))
    assert [text for text, _, _ in spans(store)] == ["wool", "cotton", "wool"]


def test_two_in_one_moment_follow_each_other(store: SqlDatabase, put: Callable[..., None]):
    for text in ("wool", "cotton", "silk"):
        put(0, boot(text))
    assert [text for text, _, _ in spans(store)] == ["wool", "cotton", "silk"]


def test_policies_keep_what_they_said(store: SqlDatabase, put: Callable[..., None]):
    old = Policy(id="returns", topic="returns", title="R", text="30 days", version="1")
    put(0, old)
    put(3, old.model_copy(update={"text": "14 days", "version": "2"}))
    assert [v.record.model_dump()["text"] for v in store.shop("s").policy_versions("returns")] == [
        "30 days", "14 days",
    ]  # fmt: skip
    assert store.shop("s").listings("returns") == ()


def test_other_tenants_and_other_products_stay(store: SqlDatabase, put: Callable[..., None]):
    put(0, boot("wool"), Product(id="p2", title="Hat"))
    store.shop("t").put([SourceRow(record=boot("theirs"), raw={}, source="f")])
    put(4, boot("wool"))
    assert spans(store) == [("wool", 0, 4)]
    assert spans(store, "p2") == [("", 0, 0)]
    kinds = {row["record"]["id"] for row in store.archive("s").rows("version")}  # pyright: ignore
    assert kinds == {"p1", "p2"}
