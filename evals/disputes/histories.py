"""Histories of one card, near every edge of Visa's Compelling Evidence 3.0, and their verdicts.

The verdict looks at every pair with conditions of its own, over what was planted: docs/disputes.md
says them; no table is read.
"""

import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from tradewind.base import Money, Record, Time
from tradewind.commerce import Address, Dispute, Order, OrderLine, Payment, ShopRecord, SourceRow

Verdict = Literal["yes", "edge", "no"]
FIRST, LAST, EDGE = 120, 364, 365
DEVICE_LEAST = 15
DEVICE = "device-0123456789abcdef"
HISTORIES = 240
AGES = (118, 119, 120, 120, 121, 150, 200, 300, 363, 364, 364, 365, 365, 365, 366)
HOME, FLAT, ELSEWHERE = "1 Elm Street", "1 Elm Street, flat 4", "9 Harbor Road"


class Sale(Record):
    """One payment. `home` is the street of its address; "" where none is known. What is `by_order`
    stands with the order and not with the payment; `complained`: our records hold a dispute."""

    at: Time
    card: str = "card-1"
    minor: int = 5000
    disputed: bool | None = False
    complained: bool = False
    fraud: bool | None = False
    account: str = "ann"
    ip: str = "192.0.2.7"
    device: str = DEVICE
    home: str = HOME
    goods: str = "Chair"
    by_order: bool = False


class History(Record):
    """A disputed sale and the others of its buyer."""

    id: str
    network: str
    code: str
    this: Sale
    others: tuple[Sale, ...]


NOON = datetime.fromisoformat("2026-10-10T12:00:00+00:00")


def made_histories(count: int = HISTORIES) -> list[History]:
    """Always the same; most conditions hold in each, some just do not."""
    return [*edges(), *(_drawn(n) for n in range(count))]


def edges() -> list[History]:
    """One condition each, on both its sides."""
    ages = [_pair(f"age {age}", {}, age) for age in sorted(set(AGES))]
    poor = {"ip": "", "home": ""}
    marks = [
        _pair("device of 15", {**poor, "device": DEVICE[:DEVICE_LEAST]}),
        _pair("device of 14", {**poor, "device": DEVICE[: DEVICE_LEAST - 1]}),
        _pair("device alone", {**poor, "account": ""}),
        _pair("account and address", {"ip": "", "device": ""}),
        _pair("account alone", {**poor, "device": ""}),
        _pair("ip and account", {"device": "", "home": ""}),
    ]
    return [*ages, *marks]


def _pair(id_: str, told: Mapping[str, str], age: int = 200) -> History:
    """A sale and two before it that tell the same, one of them so many days before."""
    this = Sale.model_validate({"at": NOON, **told})
    others = [this.model_copy(update={"at": NOON - timedelta(days=days)}) for days in (150, age)]
    return History(
        id=id_.replace(" ", "-"), network="visa", code="10.4", this=this, others=tuple(others)
    )  # fmt: skip


def verdict(history: History) -> Verdict:
    """The best that any pair comes to."""
    this = history.this
    usable = history.network == "visa" and history.code == "10.4" and this.card and this.goods
    if not usable:
        return "no"
    pairs = itertools.combinations(history.others, 2)
    told = {_of_pair(this, one, two) for one, two in pairs}
    return "yes" if "yes" in told else "edge" if "edge" in told else "no"


def _of_pair(this: Sale, one: Sale, two: Sale) -> Verdict:
    ages = [(this.at.date() - other.at.date()).days for other in (one, two)]
    if any(age < FIRST or age > EDGE for age in ages):
        return "no"
    for other in (one, two):
        if other.card != this.card or other.disputed is not False or other.complained:
            return "no"
        if other.fraud or other.minor <= 0 or not other.goods:
            return "no"
    three = (this, one, two)
    strong = [
        this.ip != "" and len({s.ip for s in three}) == 1,
        len(this.device) >= DEVICE_LEAST and len({s.device for s in three}) == 1,
    ]
    other_marks = [
        this.account != "" and len({s.account for s in three}) == 1,
        this.home != "" and len({s.home for s in three}) == 1,
    ]
    if not any(strong) or sum((*strong, *other_marks)) < 2:
        return "no"
    return "edge" if EDGE in ages else "yes"


def _drawn(seed: int) -> History:
    dice = random.Random(f"history {seed}")
    rare = dice.choice((0.0, 0.0, 0.02, 0.04, 0.1))

    def perhaps(usual: object, *odd: object) -> object:
        return dice.choice(odd) if dice.random() < rare else usual

    device = dice.choice(
        ("device-0123456789abcdef",) * 3 + ("short", "device-01234567", "device-0123456")
    )
    ip, home = (
        dice.choice(("192.0.2.7", "192.0.2.7", "192.0.2.7", "")),
        dice.choice((HOME, HOME, "")),
    )

    def sale(at: datetime) -> Sale:
        return Sale.model_validate({
            "at": at, "card": perhaps("card-1", "card-2"), "minor": perhaps(5000, 0, 1),
            "disputed": perhaps(False, True, None), "complained": perhaps(False, True),
            "fraud": perhaps(False, True, None), "account": perhaps("ann", "bob"),
            "ip": perhaps(ip, "203.0.113.9", ""),
            "device": perhaps(device, "device-fedcba9876543210", ""),
            "home": perhaps(home, "", FLAT, ELSEWHERE), "goods": perhaps("Chair", ""),
            "by_order": dice.random() < 0.4,
        })  # fmt: skip

    this = sale(NOON + timedelta(minutes=dice.randint(-719, 719)))
    this = this.model_copy(update={"minor": 5000})  # what the dispute is over
    ages = [dice.choice(AGES) for _ in range(dice.choice((1, 2, 2, 3, 3, 5)))]
    others = [sale(this.at - timedelta(days=age, minutes=dice.randint(-700, 700))) for age in ages]
    network, code = dice.choice(
        (("visa", "10.4"),) * 14 + (("visa", "10.3"), ("mastercard", "4837"))
    )
    return History(
        id=f"history-{seed}", network=network, code=code, this=this, others=tuple(others)
    )  # fmt: skip


# ---- as records

DISPUTE = "dp_history"


def history_rows(history: History) -> list[SourceRow]:
    """The history as a shop's records."""
    return [SourceRow(record=r, raw={}, source="planted") for r in _records(history)]


def _records(history: History) -> Iterator[ShopRecord]:
    yield from _sale_records("this", history.this)
    for n, other in enumerate(history.others):
        yield from _sale_records(str(n), other)
        if other.complained:
            yield Dispute(
                id=f"dp_{n}", payment_id=f"ch_{n}", amount=_usd(500), state="won",
                category="fraudulent",
            )  # fmt: skip
    yield Dispute(
        id=DISPUTE, payment_id="ch_this", order_id="#O-this", amount=_usd(5000),
        network=history.network, reason_code=history.code, reason="fraudulent",
        category="fraudulent", stage="chargeback", status="needs_response", state="needs_response",
        opened_at=history.this.at + timedelta(days=20), processor="stripe",
    )  # fmt: skip


def _sale_records(key: str, sale: Sale) -> Iterator[ShopRecord]:
    """What stands with the order is not told by the payment."""
    order, told = f"#O-{key}", not sale.by_order
    address = Address(
        name="Ann Lee", line1=sale.home, city="Austin", region="TX", postcode="78784", country="US"
    )  # fmt: skip
    there = address if sale.home else None
    yield Payment(
        id=f"ch_{key}", order_id=order, amount=_usd(sale.minor), status="succeeded",
        fingerprint=sale.card, created_at=sale.at, disputed=sale.disputed,
        fraud_reported=sale.fraud, description=sale.goods if told else "",
        account=sale.account if told else "", ip=sale.ip if told else "",
        device=sale.device if told else "", ship_to=there if told else None,
    )  # fmt: skip
    if sale.by_order:
        lines = (OrderLine(title=sale.goods, price=_usd(sale.minor)),) if sale.goods else ()
        yield Order(
            id=order, customer_id=sale.account, placed_at=sale.at, total=_usd(sale.minor),
            lines=lines, ip=sale.ip, device=sale.device, ship_to=there, status="delivered",
        )  # fmt: skip


def _usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")
