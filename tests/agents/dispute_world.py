"""Disputes made of evidence, fact by fact: a sound purchase, and what is changed in it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from agents.chargeback.advice import Advice, advise
from agents.chargeback.rules import Rules, read_rules
from tradewind.base import Money
from tradewind.evidence import (
    DateFact,
    Evidence,
    EvidenceKind,
    Fact,
    FlagFact,
    IdFact,
    MoneyFact,
    NameFact,
    NumberFact,
    TimeFact,
    Trust,
)  # fmt: skip

RULES: Rules = read_rules(Path(__file__).parents[2] / "data" / "disputes")

PAID = datetime(2026, 9, 1, 10, tzinfo=UTC)
SHIPPED, CAME = PAID + timedelta(days=2), PAID + timedelta(days=6)
OPENED = PAID + timedelta(days=30)
NOW, DUE = OPENED + timedelta(days=4), OPENED + timedelta(days=14)
AMOUNT = 20000

Value = Money | datetime | bool | int | str
IDS = frozenset((
    "id", "payment", "order", "reason_code", "tracking_no", "postcode", "to_postcode",
    "bill_postcode", "ip", "device", "account", "email", "last4", "eci",
    "refund", "arn", "fingerprint",
))  # fmt: skip

CODES = {
    "visa": {
        "fraudulent": "10.4", "product_not_received": "13.1", "product_unacceptable": "13.3",
        "credit_not_processed": "13.6", "subscription_canceled": "13.2", "duplicate": "12.6.1",
        "general": "12.5",
    },
    "mastercard": {
        "fraudulent": "4837", "product_not_received": "4853", "product_unacceptable": "4853",
        "credit_not_processed": "4853", "subscription_canceled": "4853", "duplicate": "4834",
        "general": "4834",
    },
    "amex": {
        "fraudulent": "F29", "product_not_received": "C08", "product_unacceptable": "C31",
        "credit_not_processed": "C02", "subscription_canceled": "C28", "duplicate": "P08",
        "general": "P05",
    },
    "discover": {
        "fraudulent": "UA02", "product_not_received": "RG", "product_unacceptable": "RM",
        "credit_not_processed": "RN2", "subscription_canceled": "AP", "duplicate": "DP",
        "general": "AW",
    },
    "paypal": {
        "fraudulent": "UNAUTHORISED",
        "product_not_received": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "product_unacceptable": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        "credit_not_processed": "CREDIT_NOT_PROCESSED",
        "subscription_canceled": "CANCELED_RECURRING_BILLING",
        "duplicate": "DUPLICATE_TRANSACTION", "general": "INCORRECT_AMOUNT",
    },
}  # fmt: skip
"""One code of each network for each category."""


def usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


def fact(name: str, value: Value) -> Fact:
    """A fact of the type that its value and name ask for."""
    if isinstance(value, Money):
        return MoneyFact(name=name, value=value)
    if isinstance(value, datetime):
        if name == "effective_from":
            return DateFact(name=name, value=value.date())
        return TimeFact(name=name, value=value)
    if isinstance(value, bool):
        return FlagFact(name=name, value=value)
    if isinstance(value, int):
        return NumberFact(name=name, value=Decimal(value), unit="day")
    return IdFact(name=name, value=value) if name in IDS else NameFact(name=name, value=value)


def item(
    kind: EvidenceKind, key: str, text: str = "", trust: Trust = "record", language: str = "en",
    **facts: Value | None,
) -> Evidence:  # fmt: skip
    """One record; a fact that is None or empty is left out."""
    told = tuple(fact(name, value) for name, value in facts.items() if value not in (None, ""))
    return Evidence.of(kind, f"{kind}/{key}", kind, text, told, trust=trust, language=language)


def dispute(category: str, network: str = "visa", **facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "id": "dp_1", "amount": usd(AMOUNT), "category": category, "stage": "chargeback",
        "status": "needs_response", "payment": "ch_1", "order": "#W1",
        "reason_code": CODES[network].get(category, ""), "network": network,
        "processor": "paypal" if network == "paypal" else "stripe", "reason": category,
        "due_by": DUE, "opened_at": OPENED,
    }  # fmt: skip
    return item("dispute", "dp_1", **(usual | facts))


def payment(**facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "id": "ch_1", "amount": usd(AMOUNT), "order": "#W1", "brand": "visa", "name": "Ann Lee",
        "ip": "192.0.2.7", "device": "device-0123456789abcdef", "account": "ann",
        "email": "ann@example.com", "bill_postcode": "78784", "paid_at": PAID,
    }  # fmt: skip
    return item("payment", "ch_1", **(usual | facts))


CHECKED: dict[str, Value | None] = {"avs_line1": "pass", "avs_postcode": "pass", "cvc": "pass"}


def order(**facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "id": "#W1", "status": "delivered", "total": usd(AMOUNT), "item": "Lamp",
        "placed_at": PAID, "to_name": "Ann Lee", "to_city": "Austin", "to_country": "US",
        "to_postcode": "78784",
    }  # fmt: skip
    return item("order", str((usual | facts)["id"]), **(usual | facts))


def parcel(number: str = "T1", **facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "id": number, "state": "delivered", "tracking_no": number, "carrier": "UPS",
        "shipped_at": SHIPPED, "to_postcode": "78784", "to_city": "Austin", "to_name": "Ann Lee",
    }  # fmt: skip
    return item("shipment", number, **(usual | facts))


def scan(number: str = "T1", text: str = "Delivered", **facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "tracking_no": number, "state": "delivered", "at": CAME, "city": "Austin",
        "postcode": "78784",
    }  # fmt: skip
    told = usual | facts
    return item("tracking", f"{number}/{told['at']}", text, "untrusted", **told)


def said(sender: str, text: str, at: datetime = CAME, language: str = "en") -> Evidence:
    return item("message", f"{sender}/{at}/{text}", text, "untrusted", language,
                order="#W1", sender=sender, at=at)  # fmt: skip


def prior(days: int, **facts: Value | None) -> Evidence:
    """Another payment, so many days before this one."""
    number = f"ch_{days}"
    usual: dict[str, Value | None] = {
        "payment": number, "order": f"#P{days}", "processed_at": PAID - timedelta(days=days),
        "amount": usd(5000), "disputed": False, "ip": "192.0.2.7",
        "device": "device-0123456789abcdef", "account": "ann", "email": "ann@example.com",
        "description": "Chair", "network": "visa", "postcode": "78784",
    }  # fmt: skip
    return item("prior", number, **(usual | facts))


def refund(minor: int = AMOUNT, **facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "refund": "re_1", "payment": "ch_1", "order": "#W1", "amount": usd(minor),
        "at": OPENED - timedelta(days=5), "status": "succeeded",
    }  # fmt: skip
    return item("refund", "re_1", **(usual | facts))


def returned(**facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {"order": "#W1", "asked_at": CAME + timedelta(days=3)}
    return item("return", "rt_1", **(usual | facts))


def policy(**facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {
        "topic": "returns", "effective_from": PAID - timedelta(days=90),
        "return_window_days": 14,
    }  # fmt: skip
    return item("policy", "returns", "Return within 14 days.", **(usual | facts))


def listing(**facts: Value | None) -> Evidence:
    usual: dict[str, Value | None] = {"product": "p1", "title": "Lamp", "certain": True}
    return item("listing", "p1", "A lamp.", **(usual | facts))


def access(days: int = 10, **facts: Value | None) -> Evidence:
    """Use of the account, so many days after the payment."""
    usual: dict[str, Value | None] = {
        "at": PAID + timedelta(days=days), "ip": "192.0.2.7",
        "device": "device-0123456789abcdef", "account": "ann", "what": "download",
    }  # fmt: skip
    return item("access", f"a{days}", **(usual | facts))


def upload(role: str, trust: Trust = "untrusted") -> Evidence:
    return item("upload", role, "a file", trust, file=role, role=role, media="application/pdf")


def advised(*evidence: Evidence, now: datetime = NOW, rules: Rules = RULES) -> Advice:
    found = advise(evidence, rules, now)
    assert found is not None
    return found
