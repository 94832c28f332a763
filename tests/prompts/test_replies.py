"""Reviewed replies: twelve languages with the same keys, sentences and facts, all sayable and
all taken by the verifier."""

import re
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agents.grounding.verify import check_templates
from prompts.replies import Replies
from tradewind.base import LANGUAGES, Money
from tradewind.evidence import (
    DateFact,
    Evidence,
    Fact,
    FlagFact,
    IdFact,
    MoneyFact,
    NameFact,
    NumberFact,
    TimeFact,
)

FOLDER = Path(__file__).parents[2] / "prompts" / "replies"
OTHERS = [language for language in LANGUAGES if language != "en"]
PASSAGE = "Opened goods are accepted within 30 days. The fee is 4.50 EUR since November 3, 2025."
CODE = "Other fraud, card absent. Category: fraudulent."
GIVEN: dict[str, object] = {
    "passage": PASSAGE, "title": "Fight a dispute", "words": "We refund you.",
    "at": datetime(2026, 3, 1, 9, tzinfo=UTC), "back": datetime(2026, 3, 2, 9, tzinfo=UTC),
    "zone": "Europe/Berlin", "reason": "late", "proven": False, "order_no": "#W2611340", "n": 2,
    "label": "Why?", "code": "DE",
    "what": "Lamp (black)", "other": "white", "price": Money(minor=2000, currency="USD"),
    "cost": Money(minor=2500, currency="USD"), "amount": Money(minor=500, currency="USD"),
    "method": "Visa", "address": "12 Mill Lane, York", "version": 3,
    "of_day": datetime(2026, 11, 23, tzinfo=UTC).date(),
}  # fmt: skip
OF_NO_RECORD = ("planner.not_yet", "inbox.back", "inbox.shop_said", "inbox.shop_word")
"""Replies that tell the shop's hours and what its people wrote: no shop record carries those."""
OF_AN_OFFER = ("confirm.", "form.", "reason.", "refusal.")
"""Said over what a tool proposed and a buyer chose, by our own code."""
REPLIES = Replies.read(FOLDER)


def texts(language: str) -> dict[str, list[str]]:
    """Key to its sentences as written, `words` and `meta` left out."""
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for area, keys in data.items():
        if area not in ("meta", "words"):
            for key, value in keys.items():
                found[f"{area}.{key}"] = [value] if isinstance(value, str) else value
    return found


def time(day: int, hour: int) -> datetime:
    return datetime(2025, 11, day, hour, 5, 33, tzinfo=UTC)


def number(name: str, value: str, unit: str = "") -> NumberFact:
    return NumberFact(name=name, value=Decimal(value), unit=unit)


def money(name: str, minor: int, currency: str) -> MoneyFact:
    return MoneyFact(name=name, value=Money(minor=minor, currency=currency))


def evidence(kind: Any, id: str, title: str, excerpt: str, *facts: Fact) -> Evidence:
    return Evidence.of(kind, f"{kind}/{id}", title, excerpt, facts)


def shop_rules(days: int, yes: bool, payer: str) -> Evidence:
    names = {
        "home_country": "US", "incoterm": "DAP", "methods": "card, PayPal and iDEAL",
        "duties_paid_by": payer, "return_shipping_paid_by": payer,
    }  # fmt: skip
    flags = ("opened_items_accepted", "invoice_by_email", "price_match", "newsletter_code_exists")
    spans = (
        "handling_days", "domestic_min_days", "international_min_days", "return_window_days",
        "delivery_min_days", "delivery_max_days",
        "refund_days",
    )  # fmt: skip
    return evidence(
        "policy", "returns", "Returns and refunds (version 3)", PASSAGE,
        *(NameFact(name=key, value=value) for key, value in names.items()),
        *(FlagFact(name=flag, value=yes) for flag in flags),
        *(number(span, str(days), "day") for span in spans),
        number("domestic_max_days", str(days + 4), "day"),
        number("international_max_days", str(days + 20), "day"),
        money("shipping_money", 499, "USD"), money("free_shipping_from_money", 123450, "USD"),
    )  # fmt: skip


def records(days: int = 30, yes: bool = True, payer: str = "buyer") -> dict[str, Evidence]:
    """One record of each kind with every fact that a reply names."""
    availability = "in_stock" if yes else "out_of_stock"
    return {
        "order": evidence(
            "order", "W2611340", "Order #W2611340", "Order #W2611340, total 1234.50 USD.",
            IdFact(name="id", value="#W2611340"), NameFact(name="status", value="shipped"),
            money("total", 123450, "USD"), NameFact(name="item", value="Water Bottle 500 ml"),
            NameFact(name="item", value="Desk Lamp"), NameFact(name="to_city", value="São Paulo"),
            NameFact(name="to_name", value="Ana Lima"),
            IdFact(name="to_postcode", value="01310-100"),
        ),
        "shipment": evidence(
            "shipment", "s1", "Parcel 1Z999AA10123456784", "Parcel 1Z999AA10123456784: moving.",
            IdFact(name="tracking_no", value="1Z999AA10123456784"),
            NameFact(name="carrier", value="UPS"), NameFact(name="city", value="Köln"),
            TimeFact(name="scanned_at", value=time(3, 14)),
            TimeFact(name="estimated_at", value=time(12, 0)),
            TimeFact(name="delivered_at", value=time(13, 23)),
            TimeFact(name="shipped_at", value=time(1, 12)),
            IdFact(name="to_postcode", value="04538-133"),
            NameFact(name="cause", value="address"), NameFact(name="next", value="tell_address"),
            DateFact(name="keep_until", value=time(27, 0).date()),
        ),
        "tracking": evidence(
            "tracking", "t1", "Scan", "Delivered in Köln.",
            TimeFact(name="at", value=time(2, 9)), NameFact(name="city", value="Köln"),
            NameFact(name="signed_by", value="M. Weber"),
        ),
        "policy": shop_rules(days, yes, payer),
        "faq": evidence("faq", "f1", "Opened goods", PASSAGE),
        "product": evidence(
            "product", "p1", "Espresso Machine X200", f"Espresso Machine X200. {PASSAGE}",
            IdFact(name="id", value="p1"), money("price", 19999, "EUR"),
            money("price_from", 19999, "JPY"), money("price_to", 29999, "JPY"),
            NameFact(name="availability", value=availability), number("stock", str(days)),
            number("variants_available", "1"), number("variants", "12"),
            NameFact(name="option", value="color: black, red"),
            NameFact(name="option", value="voltage: 220V"),
            NameFact(name="attribute", value="capacity: 2 l"),
        ),
        "size": evidence(
            "product", "p2", "Rain Jacket", "size M: chest 94 - 102 cm",
            NameFact(name="size", value="M"), NameFact(name="measure", value="chest"),
            number("low", "94"), number("high", "102"), NameFact(name="unit", value="cm"),
        ),
        "effect": evidence(
            "effect", "#W2611340", "Refund", "Refund 20.00 USD of order #W2611340.",
            IdFact(name="id", value="#W2611340"), money("amount", 2000, "USD"),
            NameFact(name="address", value="12 Mill Lane, York"),
            NameFact(name="text", value="Your parcel left today."),
            NameFact(name="campaign", value="Lamps"), NameFact(name="items", value="Lamp (black)"),
            NameFact(name="method", value="paypal_7"), NameFact(name="reason", value="damaged"),
            money("pays", 1500, "USD"), money("gets_back", 700, "USD"),
        ),
        "payment": evidence(
            "payment", "ch_1", "Payment ch_1", "Payment ch_1 of 1300.00 USD.",
            IdFact(name="id", value="ch_1"), money("amount", 130000, "USD"),
        ),
        "figure": evidence(
            "figure", "lane", "Parcels", "41 delivered parcels.",
            NameFact(name="tells", value="late"), NameFact(name="level", value="carrier_lane"),
            NameFact(name="to", value="DE"),
            *(number(name, value) for name, value in (
                ("n", "1234"), ("share", "8"), ("of", "10"), ("share95", "95"), ("of100", "100"),
            )),
            *(number(name, str(days + n), "day") for n, name in enumerate((
                "low", "high", "by95", "waited",
            ))),
            *(DateFact(name=name, value=time(n, 0).date()) for n, name in enumerate((
                "first", "last", "from_on", "until_on", "by95_on",
            ), 3)),
        ),
        "rule": evidence(
            "rule", "customs", "Import rules", f"Import rules. {CODE}",
            NameFact(name="text", value=CODE), NameFact(name="told_by", value="Visa's guide"),
            NameFact(name="confidence", value="P"), NameFact(name="tells", value="known"),
            NameFact(name="to", value="DE"),
            NameFact(name="incoterm", value="DAP"), NameFact(name="payer", value=payer),
            DateFact(name="as_of", value=time(8, 0).date()),
            DateFact(name="changes_on", value=time(9, 0).date()),
            number("lost_after_days", str(days), "day"),
            NameFact(name="tax_name", value="vat"), number("tax_percent", "20", "percent"),
            money("duty_up_to", 15000, "EUR"), money("tax_up_to", 100000, "AUD"),
            money("duty_flat", 300, "EUR"), FlagFact(name="unsure", value=True),
            *(NameFact(name=name, value=value) for name, value in (
                ("duty_below", "flat"), ("duty_above", "due"), ("duty_any", "free"),
                ("tax_below", "at_sale"), ("tax_above", "due"), ("tax_any", "at_sale_or_due"),
                ("duty_side", "above" if yes else "below"),
            )),
        ),
        "dispute": evidence(
            "dispute", "dp_1QSample", "Dispute dp_1QSample", "Dispute dp_1QSample.",
            IdFact(name="id", value="dp_1QSample"), money("amount", 4666, "GBP"),
            NameFact(name="network", value="visa"), IdFact(name="reason_code", value="13.1"),
            IdFact(name="also", value="dp_1QOther"),
            TimeFact(name="due_by", value=time(30, 23)),
        ),
        "packet": evidence(
            "packet", "packet/0a", "Packet", "Packet for dispute dp_1QSample.",
            NumberFact(name="files", value=Decimal(4)), NumberFact(name="pages", value=Decimal(8)),
            NumberFact(name="exhibits", value=Decimal(11)),
        ),
        **counts(days),
    }  # fmt: skip


def counts(days: int) -> dict[str, Evidence]:
    """What is counted over many records."""
    names = {"title": "Visa VAMP, excessive merchant", "month": "2025-11"}
    return {
        "month": evidence(
            "figure", "month", "Visa, 2025-11", "Visa, 2025-11.",
            *(NameFact(name=k, value=v) for k, v in {"name": "Visa", "month": "2025-11"}.items()),
            number("disputes", str(days)), number("settled", "1234"),
        ),
        "meter": evidence(
            "figure", "programme", names["title"], f"{names['title']}, {names['month']}.",
            *(NameFact(name=key, value=value) for key, value in names.items()),
            number("ratio", "20.51", "percent"), number("limit", "1.5", "percent"),
            number("cases", str(days)), number("least", "1500"),
        ),
        "week": evidence(
            "figure", "week", "Week", "Week.", TimeFact(name="from", value=time(3, 0)),
            number("disputes", str(days)),
        ),
        "cause": evidence(
            "figure", "cause", "UPS", "UPS.", NameFact(name="name", value="ups, US to DE"),
            number("disputed", str(days)), number("orders", "84"),
            number("rest_disputed", "7"), number("rest_orders", "2520"),
        ),
        "risky": evidence("figure", "risky", "At risk", "At risk.", number("count", str(days))),
        "left": evidence(
            "figure", "left", "Left out", "Left out.", number("no_network", str(days)),
            number("undated_payments", "216"), number("undated_disputes", "0"),
        ),
        "parcel": evidence(
            "shipment", "s2", "Parcel 1Z999AA10123456784", "Parcel 1Z999AA10123456784.",
            IdFact(name="order", value="#W2611340"), NameFact(name="carrier", value="UPS"),
            IdFact(name="tracking_no", value="1Z999AA10123456784"),
            NameFact(name="city", value="Köln"), number("age", str(days), "day"),
            TimeFact(name="scanned_at", value=time(3, 14)),
            TimeFact(name="estimated_at", value=time(12, 0)),
        ),
        "draft": evidence(
            "figure", "draft", "A draft", "A draft.", IdFact(name="order", value="#W2611340"),
            number("open", str(days)), number("longest", "500"),
        ),
        "base": evidence(
            "figure", "base", "Questions", "Questions.", number("questions", "84"),
            number("unanswered", str(days)), number("reviews", "216"), number("low", "7"),
            number("days", str(days), "day"),
        ),
        "gap": evidence(
            "figure", "gap", "Electric Kettle", "Electric Kettle.", number("count", str(days)),
            NameFact(name="product", value="Electric Kettle"),
            NameFact(name="attribute", value="care"),
        ),
        "lane": evidence(
            "figure", "late", "UPS", "UPS.", NameFact(name="name", value="ups, US to DE"),
            number("late", str(days)), number("parcels", "84"), number("rest_late", "7"),
            number("rest", "2520"),
        ),
    }  # fmt: skip


def said(language: str, key: str, named: dict[str, Evidence]) -> list[tuple[str, tuple[str, ...]]]:
    claims = REPLIES.say(language, key, named, passage=PASSAGE, title="Fight a dispute")
    assert claims is not None, f"{language} {key} cannot be said"
    return [(claim.text, claim.evidence) for claim in claims]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys_and_sentences(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert list(other) == list(english)
    for key, sentences in english.items():
        assert len(other[key]) == len(sentences), key


@pytest.mark.parametrize("language", OTHERS)
def test_each_sentence_reads_the_facts_that_the_english_one_reads(language: str) -> None:
    reads = re.compile(
        r"\b(?:order|payment|shipment|tracking|policy|product|dispute|month|meter|week|cause|risky"
        r"|left|parcel|rule|packet|figure|draft|base|gap|lane)\.\w+"
    )
    codes = re.compile(r"{[{%].*?[}%]}")
    other = texts(language)
    for key, sentences in texts("en").items():
        for english, sentence in zip(sentences, other[key], strict=True):
            facts = [set(reads.findall(" ".join(codes.findall(t)))) for t in (english, sentence)]
            assert facts[0] == facts[1], f"{language} {key}: {sentence}"


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    bare = re.compile(r"{{.*?}}|[^\w]")
    other = texts(language)
    for key, sentences in texts("en").items():
        for english, sentence in zip(sentences, other[key], strict=True):
            words = bare.sub("", english)
            assert sentence != english or not words, f"{language} {key}: {sentence}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("days", "yes", "payer"), [(30, True, "buyer"), (1, False, "shop"), (11, True, "shop")]
)
def test_every_sentence_can_be_said_and_is_carried(
    language: str, days: int, yes: bool, payer: str
) -> None:
    named = records(days, yes, payer)
    all_records = list(named.values())
    for key, sentences in texts(language).items():
        claims = REPLIES.say(language, key, named, **GIVEN) or ()
        silent = sum(sentence.startswith("{% if policy.invoice_by_email") for sentence in sentences)
        assert len(claims) == len(sentences) - (0 if yes else silent), f"{language} {key}"
        quoted = "passage" in "".join(sentences)
        source = named[key.removeprefix("quote.")].id if quoted else ""
        for claim in claims:
            assert ".." not in claim.text
            carried = claim.model_copy(update={"evidence": (source,)}) if quoted else claim
            if key not in OF_NO_RECORD and not key.startswith(OF_AN_OFFER):
                assert check_templates((carried,), all_records, language) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_record_no_longer_carries_what_was_said(language: str) -> None:
    """The replies' own figures are checked, not waved through."""
    named = records()
    changes: list[tuple[str, str, Fact]] = [
        (
            "order_status.moving", "shipment",
            TimeFact(name="estimated_at", value=time(14, 0)),
        ),
        ("dispute.head", "dispute", money("amount", 4766, "GBP")),
        ("return_refund.rules", "policy", number("return_window_days", "14", "day")),
    ]  # fmt: skip
    for key, kind, fact in changes:
        claims = REPLIES.say(language, key, named) or ()
        facts = tuple(fact if f.name == fact.name else f for f in named[kind].facts)
        facts = tuple(f for f in facts if f is fact or f.type not in ("number", "time", "money"))
        changed = named[kind].model_copy(update={"facts": facts, "excerpt": ""})
        seen = [changed if item is named[kind] else item for item in named.values()]
        problems = check_templates(claims, seen, language)
        assert problems, f"{language}: {[claim.text for claim in claims]}"


def test_a_sentence_without_its_fact_is_left_out() -> None:
    parcel = evidence("shipment", "s", "P", "P", IdFact(name="tracking_no", value="EZ1000000001"))
    order = records()["order"]
    sentences = said("de", "order_status.order_shipped", {"order": order, "shipment": parcel})
    assert [ids for _, ids in sentences] == [(order.id,), (parcel.id,)]
    assert len(said("de", "order_status.order_shipped", {"order": order})) == 1
    assert REPLIES.say("de", "order_status.order_shipped", {"shipment": parcel}) is None


@pytest.mark.parametrize(
    ("language", "days", "text"),
    [
        ("en", 1, "within 1 day of"), ("en", 2, "within 2 days of"), ("ru", 1, "1 дня"),
        ("ru", 11, "11 дней"), ("ru", 21, "21 дня"), ("ru", 22, "22 дней"), ("ar", 3, "3 أيام"),
        ("ar", 11, "11 يومًا"), ("ar", 100, "100 يوم"), ("de", 1, "1 Tag "), ("fr", 2, "2 jours"),
        ("tr", 30, "30 gün içinde"),
    ],
)  # fmt: skip
def test_the_noun_agrees_with_its_number(language: str, days: int, text: str) -> None:
    named = {"policy": shop_rules(days, True, "buyer")}
    assert text in said(language, "return_refund.rules", named)[0][0]


def test_inserted_ids_keep_their_direction_in_arabic() -> None:
    text = " ".join(t for t, _ in said("ar", "order_status.moving", records()))
    assert "\u2068#W2611340\u2069" in text
    assert "\u20681Z999AA10123456784\u2069" in text
    assert text.count("\u2068") == text.count("\u2069")
