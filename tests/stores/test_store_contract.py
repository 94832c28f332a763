"""What every store keeps to, on every back end: shop records."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop_records import IDS, OBJECTS, new_tenant, records
from sqlalchemy import select
from written_runs import AT, say

from stores.kinds import RECORDS
from stores.open import SqlDatabase
from stores.tables import variants
from tradewind.base import Money
from tradewind.commerce import (
    AdStatistic,
    Customer,
    Dispute,
    Faq,
    Message,
    Order,
    Payment,
    Policy,
    Product,
    RecordKind,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    Statement,
    TrackingEvent,
    Variant,
)  # fmt: skip
from tradewind.errors import InvalidInput
from tradewind.ports.storage import ImportEntry, PutCount

USD = Money(minor=4666, currency="USD")
several = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def row(record: ShopRecord, n: int = 1) -> SourceRow:
    return SourceRow(record=record, raw={"id": record.id, "n": n}, source="shop.json", row=n)


def shop_rows() -> list[SourceRow]:
    """A little of every kind."""
    found: Sequence[ShopRecord] = (
        Product(id="p1", title="Boot", variants=(Variant(id="v1", sku="B-1", price=USD),)),
        Customer(id="c1", email="Ana@Example.com"),
        Order(id="#W2611340", customer_id="c1", email="ana@example.com", total=USD),
        Payment(id="ch_1", order_id="w2611340", amount=USD),
        Shipment(id="s1", order_id="W2611340", tracking_no="1Z 999-AA1"),
        TrackingEvent(id="e2", tracking_no="1Z999AA1", at=AT, state="delivered"),
        TrackingEvent(id="e1", tracking_no="1z999aa1", at=AT - timedelta(days=1), state="moving"),
        Dispute(id="d0", amount=USD),
        Dispute(id="d1", amount=USD, due_by=AT + timedelta(days=2)),
        Dispute(id="d2", amount=USD, due_by=AT),
        Policy(id="returns", topic="returns", title="Returns", text="30 days"),
        Faq(id="f1", question="How?", answer="So."),
        AdStatistic(id="a1", day=date(2026, 3, 1), campaign="c", spend=USD, sales=USD),
        Message(id="m1", order_id="#w2611340", at=AT, sender="buyer", text="where is it"),
        Refund(id="re_1", payment_id="ch_1", order_id="w2611340", amount=USD, at=AT),
        Statement(id="st_1", dispute_id="d1", about="order", value="W2611340", by="m", at=AT),
    )
    return [row(record, n) for n, record in enumerate(found, 1)]


def test_every_kind_has_a_table():
    assert set(RECORDS) == set(get_args(RecordKind))


@pytest.mark.parametrize(
    "written", ["#W2611340", "W2611340", "w2611340", " # w2611340 ", "＃Ｗ２６１１３４０"]
)
def test_order_is_found_however_it_is_written(database: SqlDatabase, tenant: str, written: str):
    shop = database.shop(tenant)
    shop.put(shop_rows())
    order = shop.order(written)
    assert order is not None
    assert order.id == "#W2611340"
    assert [p.id for p in shop.payments_of(written)] == ["ch_1"]
    assert [s.id for s in shop.shipments_of(written)] == ["s1"]
    assert [m.id for m in shop.messages_of(written)] == ["m1"]
    assert shop.raw("order", written) == {"id": "#W2611340", "n": 3}


def test_exact_order_id_wins_over_a_like_one(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    shop.put([row(Order(id=id_, total=USD)) for id_ in ("#a1", "A1", "a1")])
    assert [getattr(shop.order(id_), "id", None) for id_ in ("a1", "A1", "#a1")] == [
        "a1",
        "A1",
        "#a1",
    ]


def test_reads_give_what_the_port_promises(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    assert shop.put(shop_rows()) == PutCount(accepted=16)
    assert [o.id for o in shop.orders_of("c1")] == ["#W2611340"]
    assert [e.id for e in shop.events_of("1Z 999 AA1")] == ["e1", "e2"]
    assert [d.id for d in shop.disputes()] == ["d2", "d1", "d0"]
    assert [s.id for s in shop.shipments_with("1z999aa1")] == ["s1"]
    assert [p.id for p in shop.products()] == ["p1"]
    assert [p.id for p in shop.policies()] == ["returns"]
    assert [f.id for f in shop.faqs()] == ["f1"]
    assert [r.id for r in shop.refunds_of("#W2611340")] == ["re_1"]
    assert [r.id for r in shop.refunds_to("ch_1")] == ["re_1"]
    assert [s.id for s in shop.statements_of("d1")] == ["st_1"]
    assert shop.raw("dispute", "d2") == {"id": "d2", "n": 10}
    counts = dict.fromkeys(get_args(RecordKind), 1) | {"tracking_event": 2, "dispute": 3}
    assert shop.counts() == counts


@pytest.mark.parametrize("odd", ["", "#", "   ", "\0", "\ud800", "W\0", "x" * 100_000, "'; --"])
def test_odd_lookups_find_nothing(database: SqlDatabase, tenant: str, odd: str):
    shop = database.shop(tenant)
    shop.put([*shop_rows(), row(Payment(id="ch_2", amount=USD))])
    assert shop.order(odd) is None
    assert shop.customer(odd) is None
    assert not shop.shipments_with(odd)
    assert shop.raw("faq", odd) is None
    assert not shop.payments_of(odd)
    assert not shop.events_of(odd)
    assert not shop.orders_of(odd)


@pytest.mark.parametrize("kind", get_args(RecordKind))
@several
@given(data=st.data())
def test_any_record_comes_back_equal(database: SqlDatabase, kind: RecordKind, data: st.DataObject):
    shop = database.shop(new_tenant())
    source = SourceRow(
        record=data.draw(records(RECORDS[kind], id=IDS)), raw=data.draw(OBJECTS), source="f", row=1
    )
    assert shop.put([source]) == PutCount(accepted=1)
    assert list(shop.all(kind)) == [source.record]
    assert shop.put([source]) == PutCount(unchanged=1)
    if kind != "order":  # an order number may fold to nothing ("#")
        assert shop.raw(kind, source.record.id) == source.raw


@several
@given(
    puts=st.lists(
        st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2)), max_size=8), max_size=4
    )
)
def test_counts_say_what_changed_and_the_last_wins(
    database: SqlDatabase, puts: list[list[tuple[str, int]]]
):
    shop, held = database.shop(new_tenant()), dict[str, int]()
    for put in puts:
        before, held = held, held | dict(put)
        touched = {id_ for id_, _ in put}
        expected = PutCount(
            accepted=len(touched - before.keys()),
            updated=sum(id_ in before and before[id_] != held[id_] for id_ in touched),
            unchanged=sum(before.get(id_) == held[id_] for id_ in touched),
        )
        faqs = [Faq(id=id_, question="?", answer=str(answer)) for id_, answer in put]
        assert shop.put([row(faq) for faq in faqs]) == expected
        assert {faq.id: int(faq.answer) for faq in shop.faqs()} == held


def test_a_changed_source_row_is_an_update(database: SqlDatabase, tenant: str):
    shop, faq = database.shop(tenant), Faq(id="f", question="?", answer="!")
    shop.put([row(faq, 1)])
    assert shop.put([row(faq, 2)]) == PutCount(updated=1)
    assert shop.raw("faq", "f") == {"id": "f", "n": 2}


def test_long_streams_and_pages(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    stream = (row(Faq(id=f"{n % 2100:05}", question=str(n), answer="")) for n in range(2500))
    assert shop.put(stream) == PutCount(accepted=2100)
    faqs = shop.faqs()
    assert [faq.id for faq in faqs] == [f"{n:05}" for n in range(2100)]
    assert faqs[399].question == "2499"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), InvalidInput("broken file")])
def test_an_interrupted_put_changes_nothing(
    database: SqlDatabase, tenant: str, stop: BaseException
):
    def broken() -> Iterator[SourceRow]:
        for n in range(1500):
            yield row(Faq(id=str(n), question="new", answer=""))
        raise stop

    shop = database.shop(tenant)
    shop.put([row(Faq(id="0", question="old", answer=""))])
    with pytest.raises(type(stop)):
        shop.put(broken())
    assert [faq.question for faq in shop.faqs()] == ["old"]
    assert shop.put([row(Faq(id="0", question="new", answer=""))]) == PutCount(updated=1)


def test_other_writers_go_on_while_a_file_is_read(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)

    def slow() -> Iterator[SourceRow]:
        for n in range(2000):
            if n % 1000 == 999:
                say(database, tenant, f"r{n}", str(n))
            yield row(Faq(id=str(n), question="?", answer=""))

    assert shop.put(slow()) == PutCount(accepted=2000)
    assert [turn.text for turn in database.threads(tenant).turns("t1")] == ["999", "1999"]


def variant_table(database: SqlDatabase, tenant: str) -> list[Any]:
    v = variants.c
    wanted = select(v.product_id, v.id, v.sku, v.price_minor, v.currency, v.stock, v.available)
    with database.link.connect() as connection:
        return list(
            connection.execute(wanted.where(v.tenant == tenant).order_by(v.product_id, v.id))
        )


def test_variants_keep_step_with_their_product(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    small = Variant(id="s", sku="S-1", price=USD, stock=3, available=True)
    large = Variant(id="l")
    other = row(Product(id="q", title="Sock", variants=(small,)))
    shop.put([row(Product(id="p", title="Shoe", variants=(small,))), other])
    shop.put([row(Product(id="p", title="Shoe", variants=(small, large))), other])
    kept = ("S-1", 4666, "USD", 3, True)
    assert variant_table(database, tenant) == [
        ("p", "l", "", None, None, None, None), ("p", "s", *kept), ("q", "s", *kept),
    ]  # fmt: skip
    shop.put(
        [row(Product(id="p", title="Shoe", variants=(large,))), row(Product(id="p", title="!"))]
    )
    assert variant_table(database, tenant) == [("q", "s", *kept)]


def test_a_price_beyond_64_bits_is_refused(database: SqlDatabase, tenant: str):
    priced = Variant(id="v", price=Money(minor=10**30, currency="USD"))
    with pytest.raises(InvalidInput, match="variant v of product p"):
        database.shop(tenant).put([row(Product(id="p", title="", variants=(priced,)))])


def test_text_that_is_not_unicode(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    odd = SourceRow(
        record=Faq(id="f", question="", answer=""), raw={"q": "\ud800"}, source="a.json"
    )
    shop.put([odd])
    assert shop.raw("faq", "f") == {"q": "\ud800"}
    with pytest.raises(InvalidInput, match=r"shop\.json row 7"):
        shop.put([row(Faq(id="g", question="\ud800", answer=""), 7)])


def test_tenants_never_see_each_other(database: SqlDatabase, tenant: str):
    other = new_tenant()
    shop = database.shop(tenant)
    shop.put(shop_rows())
    shop.log_import(ImportEntry(
        file="f", kind="k", digest="d", at=AT, accepted=1, updated=2, unchanged=3, rejected=4
    ))  # fmt: skip
    stranger = database.shop(other)
    nothing = [
        stranger.order("#W2611340"), stranger.orders_of("c1"), stranger.customer("c1"),
        stranger.payment("ch_1"), stranger.payments_of("W2611340"),
        stranger.shipments_of("W2611340"), stranger.shipments_with("1Z999AA1"),
        stranger.events_of("1Z999AA1"), stranger.dispute("d1"), stranger.disputes(),
        stranger.product("p1"), stranger.products(), stranger.policies(), stranger.faqs(),
        stranger.messages_of("W2611340"), stranger.imports(), stranger.raw("faq", "f1"),
        *(list(stranger.all(kind)) for kind in RECORDS), sum(stranger.counts().values()),
    ]  # fmt: skip
    assert not any(nothing)
    assert stranger.put(shop_rows()) == PutCount(accepted=16)
    stranger.put([row(Faq(id="f1", question="theirs", answer=""))])
    assert shop.put(shop_rows()) == PutCount(unchanged=16)


def test_imports_are_logged_newest_first(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    entries = [
        ImportEntry(file=f, kind="faq", digest="d", at=AT, accepted=1, updated=0, unchanged=0,
                    rejected=0)
        for f in ("first.csv", "second.csv")
    ]  # fmt: skip
    for entry in entries:
        shop.log_import(entry)
    assert list(shop.imports()) == entries[::-1]
