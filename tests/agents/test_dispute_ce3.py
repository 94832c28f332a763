"""Visa Compelling Evidence 3.0: worked edges, and a thousand made cases against an oracle that
looks at every pair with rules of its own."""

import asyncio
import itertools
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_world import Talk, session_of
from dispute_world import RULES, dispute, item, order, usd

from agents.chargeback.case import Case, read_case
from agents.chargeback.ce3 import Ce3, enhanced_evidence, match_ce3
from agents.kit import Kit
from tradewind.evidence import Evidence
from wiring.platform import Platform

SAMPLE: Any = json.loads(
    (Path(__file__).parents[2] / "data" / "sample" / "traps.json").read_text(encoding="utf-8")
)["disputes"]
DEVICE, OTHER_DEVICE = "device-0123456789abcdef", "device-fedcba9876543210"
HOME = {"line1": "1 Elm Street", "line2": "", "city": "Austin", "region": "TX",
        "postcode": "78784", "country": "US"}  # fmt: skip
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)

Sale = dict[str, Any]
"""A payment in plain values, as the oracle reads it."""


def sale(**changes: Any) -> Sale:
    usual: Sale = {
        "at": NOON, "card": "fp_1", "amount": 5000, "disputed": False, "fraud": False,
        "account": "ann", "ip": "192.0.2.7", "device": DEVICE, "home": HOME, "goods": "Chair",
    }  # fmt: skip
    return usual | changes


def earlier(days: int, **changes: Any) -> Sale:
    return sale(at=NOON - timedelta(days=days), **changes)


def as_evidence(told: Sale, key: str, kind: Any) -> Evidence:
    address = {"address_line1" if k == "line1" else k: v for k, v in (told["home"] or {}).items()}
    when = "paid_at" if kind == "payment" else "processed_at"
    return item(kind, key, **{
        "id" if kind == "payment" else "payment": key, when: told["at"],
        "fingerprint": told["card"], "amount": usd(told["amount"]),
        "disputed": told["disputed"], "fraud_reported": told["fraud"],
        "account": told["account"], "ip": told["ip"], "device": told["device"],
        "description": told["goods"], "order": f"#{key}", "email": "ann@example.com", **address,
    })  # fmt: skip


def case_of(this: Sale, others: list[Sale], network: str = "visa", code: str = "10.4") -> Case:
    evidence = [
        dispute("fraudulent", network, reason_code=code, order="#ch_1"),
        as_evidence(this, "ch_1", "payment"),
        order(id="#ch_1", item=this["goods"]),
        *(as_evidence(other, f"p{i}", "prior") for i, other in enumerate(others)),
    ]
    case = read_case(evidence)
    assert case is not None
    return case


def match(this: Sale, others: list[Sale], network: str = "visa", code: str = "10.4") -> Ce3:
    return match_ce3(case_of(this, others, network, code), RULES)


# ---- edges, by hand


@pytest.mark.parametrize(
    ("days", "qualified", "borderline"),
    [
        (118, False, False), (119, False, False), (120, True, False), (121, True, False),
        (363, True, False), (364, True, False), (365, False, True), (366, False, False),
        (0, False, False), (-5, False, False), (900, False, False),
    ],
)  # fmt: skip
def test_the_window(days: int, qualified: bool, borderline: bool) -> None:
    made = match(sale(), [earlier(200), earlier(days)])
    assert (made.qualified, made.borderline) == (qualified, borderline)


def test_days_are_calendar_days_whatever_the_hour() -> None:
    late = NOON.replace(hour=23, minute=59)
    early = NOON.replace(hour=0, minute=1)
    told = sale(at=early)
    just = sale(at=late - timedelta(days=120))
    assert match(told, [earlier(200), just]).qualified
    almost = sale(at=early - timedelta(days=119))
    assert not match(sale(at=late), [earlier(200), almost]).qualified
    edge = sale(at=late - timedelta(days=365))
    assert match(told, [earlier(200), edge]).borderline


def test_two_within_the_window_are_taken_before_one_on_its_edge() -> None:
    made = match(sale(), [earlier(365), earlier(150, ip="203.0.113.1"), earlier(160)])
    assert made.qualified
    assert {c.days for c in made.priors} == {150, 160}


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"card": "fp_2"}, "other_credential"), ({"disputed": True}, "disputed"),
        ({"fraud": True}, "fraud_reported"), ({"amount": 0}, "zero_amount"),
        ({"goods": ""}, "no_description"), ({"disputed": None}, "dispute_unknown"),
        ({"card": ""}, "other_credential"),
    ],
)  # fmt: skip
def test_a_payment_that_cannot_be_used_says_why(change: Sale, refused: str) -> None:
    made = match(sale(), [earlier(150), earlier(160, **change)])
    assert (made.qualified, made.why) == (False, "too_few_priors")
    assert [c.refused for c in made.considered if c.refused] == [(refused,)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ip": "203.0.113.1", "device": OTHER_DEVICE}, "no_anchor"),
        ({"ip": "203.0.113.1", "device": OTHER_DEVICE, "home": None}, "too_few_shared"),
        ({"account": "", "device": "short", "home": None}, "too_few_shared"),
        ({"account": "bob", "home": HOME | {"line2": "Apt #4"}, "device": ""}, "too_few_shared"),
    ],
)
def test_what_the_three_lack_in_common(change: Sale, why: str) -> None:
    made = match(sale(), [earlier(150), earlier(160, **change)])
    assert (made.qualified, made.why) == (False, why)


def test_the_same_mark_must_run_through_all_three() -> None:
    """Each shares two marks with the disputed payment, but not the same two."""
    one = earlier(150, device=OTHER_DEVICE, account="bob")
    two = earlier(160, ip="203.0.113.1", home=None)
    made = match(sale(), [one, two])
    assert [c.shared for c in made.considered] != [(), ()]
    assert not made.qualified


@pytest.mark.parametrize(
    ("network", "code", "this", "why"),
    [
        ("mastercard", "4837", {}, "other_network"), ("visa", "10.3", {}, "other_code"),
        ("visa", "13.1", {}, "other_code"), ("visa", "10.4", {"goods": ""}, "no_description"),
        ("visa", "10.4", {"card": ""}, "no_credential"),
    ],
)  # fmt: skip
def test_a_dispute_that_is_not_eligible(network: str, code: str, this: Sale, why: str) -> None:
    made = match(sale(**this), [earlier(150), earlier(160)], network, code)
    assert (made.qualified, made.why, made.priors) == (False, why, ())


def test_an_ip_is_the_same_however_it_is_written() -> None:
    this = sale(ip="2001:DB8::1", device="")
    others = [earlier(150, ip="2001:db8:0:0:0:0:0:1", device=""), earlier(160, ip="2001:db8::1")]
    assert match(this, others).qualified


def test_it_says_when_nobody_told_of_fraud() -> None:
    assert match(sale(), [earlier(150), earlier(160)]).fraud_unknown is False
    assert match(sale(), [earlier(150), earlier(160, fraud=None)]).fraud_unknown is True


# ---- the oracle


def oracle(this: Sale, others: list[Sale], network: str, code: str) -> str:
    """The verdict by rules written apart from the product: every pair, every condition."""
    if network != "visa" or code != "10.4" or not this["card"] or not this["goods"]:
        return "no"
    verdicts = {pair_verdict(this, one, two) for one, two in itertools.combinations(others, 2)}
    return "yes" if "yes" in verdicts else "edge" if "edge" in verdicts else "no"


def pair_verdict(this: Sale, one: Sale, two: Sale) -> str:
    edge = False
    for prior in (one, two):
        gone = this["at"].toordinal() - prior["at"].toordinal()
        if gone < 120 or gone > 365:
            return "no"
        edge = edge or gone == 365
        if prior["card"] != this["card"] or prior["disputed"] is not False or prior["fraud"]:
            return "no"
        if prior["amount"] < 1 or not prior["goods"]:
            return "no"
    three = (this, one, two)
    alike = {
        "account": len({s["account"] for s in three}) == 1 and this["account"] != "",
        "ip": len({s["ip"] for s in three}) == 1 and this["ip"] != "",
        "device": len({s["device"] for s in three}) == 1 and len(this["device"]) > 14,
        "home": this["home"] is not None and one["home"] == this["home"] == two["home"],
    }
    if sum(alike.values()) < 2 or not (alike["ip"] or alike["device"]):
        return "no"
    return "edge" if edge else "yes"


def drawn(seed: int) -> tuple[Sale, list[Sale], str, str]:
    """A case near its edges: most conditions hold, some just do not."""
    draw = random.Random(seed)
    rare = draw.choice((0.0, 0.02, 0.05, 0.15))

    def perhaps(usual: Any, *odd: Any) -> Any:
        return draw.choice(odd) if draw.random() < rare else usual

    usual_device = draw.choice((DEVICE, DEVICE, DEVICE, "tiny", ""))
    usual_ip = draw.choice(("192.0.2.7", "192.0.2.7", ""))
    usual_home = draw.choice((HOME, HOME, None))

    def one(at: datetime) -> Sale:
        return sale(
            at=at, card=perhaps("fp_1", "fp_2", ""), amount=perhaps(5000, 0, 1),
            disputed=perhaps(False, True, None), fraud=perhaps(False, True, None),
            account=perhaps("ann", "bob", ""), ip=perhaps(usual_ip, "203.0.113.9", ""),
            device=perhaps(usual_device, OTHER_DEVICE, "", "tiny"),
            home=perhaps(usual_home, None, HOME | {"line2": "Apt #4"}, HOME | {"city": "Waco"}),
            goods=perhaps("Chair", ""),
        )  # fmt: skip

    this = one(NOON + timedelta(minutes=draw.randint(-719, 719)))
    ages = [draw.choice((118, 119, 120, 121, 150, 200, 300, 363, 364, 365, 365, 366, 367))
            for _ in range(draw.choice((1, 2, 2, 2, 3, 5)))]  # fmt: skip
    others = [
        one(this["at"] - timedelta(days=age, minutes=draw.randint(-700, 700))) for age in ages
    ]
    network, code = perhaps(("visa", "10.4"), ("visa", "10.3"), ("mastercard", "4837"))
    return this, others, network, code


MADE = [drawn(seed) for seed in range(1000)]


def test_the_made_cases_lie_on_all_sides() -> None:
    told = [oracle(*case) for case in MADE]
    assert min(told.count(verdict) for verdict in ("yes", "edge", "no")) >= 50


@pytest.mark.parametrize("chunk", range(10))
def test_the_verdict_is_the_oracles(chunk: int) -> None:
    for case in MADE[chunk * 100 : chunk * 100 + 100]:
        made = match(*case)
        said = "yes" if made.qualified else "edge" if made.borderline else "no"
        assert said == oracle(*case), case
        if made.priors:
            assert len(made.priors) == 2
            this, others = case[0], case[1]
            pair = [others[int(c.payment.removeprefix("p"))] for c in made.priors]
            assert pair_verdict(this, *pair) == said
        assert len(made.considered) in (0, len(case[1]))


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_the_payments_changes_nothing(seed: int) -> None:
    this, others, network, code = MADE[seed]
    one = match(this, others, network, code)
    case = case_of(this, others, network, code)
    turned = case.model_copy(update={"priors": case.priors[::-1]})
    other = match_ce3(turned, RULES)
    assert (one.qualified, one.why, one.shared) == (other.qualified, other.why, other.shared)
    assert {c.payment for c in one.priors} == {c.payment for c in other.priors}


# ---- planted bugs: the oracle finds a rule that is one off


@pytest.mark.parametrize(
    "planted",
    [
        {"first_day": 119}, {"first_day": 121}, {"last_day": 363}, {"last_day": 366},
        {"borderline_day": 366}, {"shared_least": 1}, {"shared_least": 3},
        {"anchors": ("ip", "device", "account")}, {"anchors": ("ip",)},
        {"elements": ("account", "ip", "device")}, {"device_id_least": 0}, {"code": "10.3"},
    ],
)  # fmt: skip
def test_the_oracle_finds_a_rule_that_is_off(planted: dict[str, Any]) -> None:
    rules = RULES.model_copy(update={"ce3": RULES.ce3.model_copy(update=planted)})
    told = [match_ce3(case_of(*case), rules) for case in MADE]
    said = ["yes" if m.qualified else "edge" if m.borderline else "no" for m in told]
    assert said != [oracle(*case) for case in MADE]


# ---- Stripe's object, and the sample shop


def test_stripes_object() -> None:
    case = case_of(sale(), [earlier(150), earlier(160)])
    made = enhanced_evidence(case, match_ce3(case, RULES), RULES)
    told: Any = made["visa_compelling_evidence_3"]
    assert told["disputed_transaction"] == {
        "customer_account_id": "ann", "customer_device_id": DEVICE,
        "customer_email_address": "ann@example.com", "customer_purchase_ip": "192.0.2.7",
        "product_description": "Chair", "merchandise_or_services": "services",
        "shipping_address": {"line1": "1 Elm Street", "city": "Austin", "state": "TX",
                             "postal_code": "78784", "country": "US"},
    }  # fmt: skip
    assert [p["charge"] for p in told["prior_undisputed_transactions"]] == ["p0", "p1"]
    refused = case_of(sale(), [earlier(150)])
    assert enhanced_evidence(refused, match_ce3(refused, RULES), RULES) == {}


@pytest.mark.parametrize("id_", [i for i, d in SAMPLE.items() if d["category"] == "fraudulent"])
def test_the_sample_shops_fraud_disputes(house: Platform, kit: Kit, id_: str) -> None:
    merchant = Talk(house.shop("sample"), kit, "merchant")
    advice = asyncio.run(merchant.assistant.assess(session_of("merchant"), merchant.shop, id_))
    assert advice is not None
    eligible = SAMPLE[id_]["trap"] == "ce3_eligible"
    assert advice.ce3.qualified is eligible
    assert advice.assessment.has("ce3_qualified") is eligible
    if eligible:
        assert sorted(c.days or 0 for c in advice.ce3.priors) == [131, 143]
        assert set(advice.ce3.shared) == {"account", "ip", "address", "device"}
        assert advice.decision.monitoring == "removed"
