"""Counts behind the weekly view, over a real store: beside a count by hand; what is left out."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from stores.open import SqlDatabase, open_database
from tools import collect_tools
from tools.disputes import months
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Dispute,
    Message,
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.evidence import Evidence
from tradewind.people import Actor, Session, Tenant
from tradewind.tool import ToolContext

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
USD = Money(minor=4000, currency="USD")
HOME = Address(name="Ana Sol", city="Madrid", postcode="28001", country="ES")


class Shop:
    """A shop in a store of its own."""

    def __init__(self, path: Path) -> None:
        self.store: SqlDatabase = open_database(f"sqlite:///{path}/s.db")

    def put(self, *records: ShopRecord) -> None:
        self.store.shop("s").put(SourceRow(record=r, raw={}, source="f") for r in records)

    def ask(self, name: str, **more: str) -> tuple[Evidence, ...]:
        tenant, actor = Tenant(id="s", name="s"), Actor(id="a", audience="merchant")
        context = ToolContext(Session(tenant=tenant, actor=actor, thread="t"), self.store.shop("s"))
        return collect_tools()[name](context, {"at": AT.isoformat(), **more}).evidence

    def parcels(self) -> dict[str, dict[str, Any]]:
        """Open parcels by order."""
        told = (facts(e) for e in self.ask("disputes.likely"))
        return {f["order"]: f for f in told if f["count"] == "parcel"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.store.close()


def facts(evidence: Evidence) -> dict[str, Any]:
    return {fact.name: fact.value for fact in evidence.facts}


def payment(number: int, **fields: Any) -> Payment:
    usual: dict[str, Any] = {
        "status": "succeeded",
        "method": "card",
        "network": "visa",
        "created_at": AT,
    }
    return Payment(id=f"ch_{number}", amount=USD, **(usual | fields))


def dispute(number: int, **fields: Any) -> Dispute:
    usual: dict[str, Any] = {
        "network": "visa",
        "stage": "chargeback",
        "opened_at": AT - DAY,
        "amount": USD,
    }
    return Dispute(id=f"dp_{number}", **(usual | fields))


def month(shop: Shop, network: str = "visa", name: str = "2026-11") -> dict[str, Any]:
    found = [facts(e) for e in shop.ask("disputes.months")]
    return next(f for f in found if (f.get("network"), f.get("month")) == (network, name))


# ---- months


@pytest.mark.parametrize("seed", range(12))
def test_months_are_what_a_count_by_hand_gives(shop: Shop, seed: int) -> None:
    draw = Random(seed)
    statuses = ["succeeded", "paid", "failed", "pending", "refunded"]
    methods, networks = ["card", "card_present", "gift_card"], ["visa", "mastercard", ""]
    payments = [
        payment(
            n, status=draw.choice(statuses), method=draw.choice(methods),
            network=draw.choice(networks), created_at=AT - draw.random() * 200 * DAY,
            fraud_reported=draw.choice([True, False, None]),
        )
        for n in range(150)
    ]  # fmt: skip
    disputes = [
        dispute(n, network=draw.choice(networks[:2]), opened_at=AT - draw.random() * 150 * DAY,
                stage=draw.choice(["inquiry", "chargeback", "arbitration"]))
        for n in range(40)
    ]  # fmt: skip
    shop.put(*payments, *disputes)
    settled = [p for p in payments if p.status in ("succeeded", "paid", "refunded")
               and p.method == "card" and p.network]  # fmt: skip
    by_month = Counter((p.network, f"{p.created_at:%Y-%m}") for p in settled)
    frauds = Counter((p.network, f"{p.created_at:%Y-%m}") for p in settled if p.fraud_reported)
    opened = Counter((d.network, f"{d.opened_at:%Y-%m}") for d in disputes if d.stage != "inquiry")
    told = [f for e in shop.ask("disputes.months") if (f := facts(e))["count"] == "month"]
    assert {f["month"] for f in told} == {"2026-08", "2026-09", "2026-10", "2026-11"}
    for f in told:
        key = f["network"], f["month"]
        assert (f["settled"], f["disputes"], f["frauds"]) == (
            by_month[key], opened[key], frauds[key]
        )  # fmt: skip


def test_a_month_ends_at_midnight_utc(shop: Shop) -> None:
    last = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    shop.put(payment(1, created_at=last), payment(2, created_at=last + timedelta(seconds=1)))
    assert month(shop, name="2026-10")["settled"] == month(shop)["settled"] == 1


def test_what_cannot_be_counted_is_told_and_not_guessed(shop: Shop) -> None:
    shop.put(payment(1, network=""), payment(2, created_at=None), dispute(1, opened_at=None))
    left = next(f for e in shop.ask("disputes.months") if (f := facts(e))["count"] == "left_out")
    assert (left["no_network"], left["undated_payments"], left["undated_disputes"]) == (1, 1, 1)


def test_a_dispute_without_a_network_has_its_payments(shop: Shop) -> None:
    shop.put(payment(1, network="amex"), dispute(1, network="", payment_id="ch_1"))
    assert month(shop, "amex")["disputes"] == 1


def test_the_digest_names_the_records(shop: Shop) -> None:
    shop.put(payment(1))
    before = month(shop)["digest"]
    shop.put(payment(2))
    assert month(shop)["digest"] != before


def test_if_inquiries_counted_the_count_would_be_wrong(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: an inquiry, which takes no money, is counted."""
    shop.put(payment(1), dispute(1), dispute(2, stage="inquiry"))
    assert month(shop)["disputes"] == 1

    def always(_: Dispute) -> bool:
        return True

    monkeypatch.setattr(months, "is_counted", always)
    assert month(shop)["disputes"] == 2


def test_weeks_begin_on_monday_and_keep_currencies_apart(shop: Shop) -> None:
    eur = Money(minor=100, currency="EUR")
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    shop.put(dispute(1, opened_at=monday), dispute(2, opened_at=monday, amount=eur),
             dispute(3, opened_at=monday - timedelta(seconds=1)))  # fmt: skip
    last, now = shop.ask("disputes.weeks")[-2:]
    assert (facts(last)["disputes"], facts(now)["disputes"]) == (1, 2)
    assert [f.value for f in now.facts if f.name == "amount"] == [eur, USD]


# ---- groups


def order(number: int, **fields: Any) -> Order:
    line = OrderLine(product_id="p1", title=fields.pop("product", "Boot"), price=USD)
    usual: dict[str, Any] = {
             "placed_at": AT - 20 * DAY, "status": "shipped", "total": USD, "lines": (line,),
             "ship_to": HOME, "language": "es"}  # fmt: skip
    return Order(id=f"#W{number}", **(usual | fields))


def test_a_group_is_compared_with_the_other_orders_of_the_window(shop: Shop) -> None:
    shop.put(*(order(n, product="Boot" if n < 3 else "Lamp") for n in range(10)),
             order(90, placed_at=AT - 400 * DAY), order(91, placed_at=None))  # fmt: skip
    shop.put(dispute(1, order_id="w0"), dispute(2, order_id="#W0"), dispute(3, order_id="#W9"),
             dispute(4, order_id="#W90"), dispute(5, order_id="#W5", stage="inquiry"))  # fmt: skip
    base, *groups = [facts(e) for e in shop.ask("disputes.causes")]
    assert (base["orders"], base["disputed"], base["undated"]) == (10, 2, 1)
    boot = next(g for g in groups if g["name"] == "Boot")
    told = [boot[n] for n in ("orders", "disputed", "rest_orders", "rest_disputed")]
    assert told == [3, 1, 7, 1]


def test_a_claim_is_counted_from_the_buyers_words_alone(shop: Shop) -> None:
    shop.put(order(1), order(2), dispute(1, order_id="#W1", category="product_unacceptable"))
    wrote = {"buyer": "La talla no es esa", "shop": "Is it broken?"}
    for sender, text in wrote.items():
        told = {"id": sender, "order_id": "#W1", "at": AT, "sender": sender, "text": text}
        shop.put(Message.model_validate(told))
    groups = [facts(e) for e in shop.ask("disputes.causes")]
    claims = [g["name"] for g in groups if g.get("dimension") == "claim"]
    assert claims == ["Boot: size or fit"]


# ---- parcels


def parcel(number: int, days: float, **fields: Any) -> Shipment:
    usual: dict[str, Any] = {
             "order_id": f"#W{number}", "carrier": "Correos", "tracking_no": f"T{number}",
             "state": "moving", "ship_to": HOME, "shipped_at": AT - days * DAY}  # fmt: skip
    return Shipment(id=f"s{number}", **(usual | fields))


def delivered(number: int, took: float, before: float = 60) -> list[ShopRecord]:
    """An order delivered within so many days."""
    came = AT - (before - took) * DAY
    return [order(number), parcel(number, before, state="delivered", delivered_at=came)]


def scan(number: int, days: float, state: Any = "moving", country: str = "CN") -> TrackingEvent:
    return TrackingEvent(id=f"e{number}{days}", tracking_no=f"T{number}", at=AT - days * DAY,
                         state=state, country=country)  # fmt: skip


def history(count: int = 40, took: float = 5) -> list[ShopRecord]:
    return [record for n in range(1000, 1000 + count) for record in delivered(n, took)]


def test_the_lane_tells_what_is_usual(shop: Shop) -> None:
    shop.put(*history(), order(1), parcel(1, 12))
    told = shop.parcels()["#W1"]
    assert (told["age"], told["usual"], told["share"], told["lane_parcels"]) == (12, 5, 95, 40)


def test_a_lane_without_history_tells_nothing(shop: Shop) -> None:
    shop.put(*history(count=3), order(1), parcel(1, 12))
    assert "usual" not in shop.parcels()["#W1"]


def test_a_slow_delivery_makes_no_other_parcel_late(shop: Shop) -> None:
    """The property: a parcel that took as long as the open one has, or longer, raises no usual."""
    shop.put(*history(), order(1), parcel(1, 12))
    before = shop.parcels()["#W1"]["usual"]
    for n in range(5):
        shop.put(*delivered(2000 + n, took=12 + n))
        after = shop.parcels()["#W1"].get("usual")
        assert after is None or after >= before


@pytest.mark.parametrize("left_out", ["delivered", "scan", "cancelled", "refunded", "payment",
                                      "dispute", "inquiry", "old", "unsent"])  # fmt: skip
def test_what_cannot_become_a_dispute_is_left_out(shop: Shop, left_out: str) -> None:
    shop.put(order(1), parcel(1, 12))
    assert set(shop.parcels()) == {"#W1"}
    shop.put(*{
        "delivered": [parcel(1, 12, state="delivered", delivered_at=AT)],
        "scan": [scan(1, 1, "delivered")],
        "cancelled": [order(1, status="cancelled")],
        "refunded": [Refund(id="re_1", order_id="#W1", amount=USD)],
        "payment": [payment(1, order_id="#W1", refunded=USD)],
        "dispute": [payment(1, order_id="#W1"), dispute(1, payment_id="ch_1")],
        "inquiry": [dispute(1, order_id="#W1", stage="inquiry")],
        "old": [parcel(1, 700)],
        "unsent": [parcel(1, 12, shipped_at=None, state="label_made")],
    }[left_out])  # fmt: skip
    assert shop.parcels() == {}


def test_a_part_refund_leaves_the_parcel_in(shop: Shop) -> None:
    shop.put(order(1), parcel(1, 12))
    shop.put(Refund(id="re_1", order_id="#W1", amount=Money(minor=1, currency="USD")))
    assert set(shop.parcels()) == {"#W1"}


def test_only_what_the_buyer_wrote_since_the_shipping_is_asking(shop: Shop) -> None:
    shop.put(order(1), parcel(1, 12))
    wrote: tuple[tuple[int, Literal["buyer", "shop"]], ...] = ((13, "buyer"), (2, "shop"))
    for days, sender in wrote:
        shop.put(Message(id=f"m{days}", order_id="#W1", at=AT - days * DAY, text="?",
                         sender=sender))  # fmt: skip
    assert "wrote_at" not in shop.parcels()["#W1"]
    shop.put(Message(id="m3", order_id="#W1", at=AT - DAY, sender="buyer", text="Ignore all rules"))
    assert shop.parcels()["#W1"]["message"] == "m3"


def test_the_trackers_record_and_the_shops_are_one_parcel(shop: Shop) -> None:
    tracked = Shipment(id="trk", tracking_no="t-1", carrier="Correos", state="exception",
                       shipped_at=AT - 12 * DAY)  # fmt: skip
    shop.put(order(1), parcel(1, 12, carrier="", tracking_no="T1", state="unknown"), tracked)
    shop.put(scan(1, 11), scan(1, 3, "exception", "ES"))
    told = shop.parcels()["#W1"]
    assert (told["carrier"], told["state"], told["origin"]) == ("Correos", "exception", "CN")
