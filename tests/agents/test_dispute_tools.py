"""What the tools bring on a dispute: other payments of the buyer, and whose they are."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from agent_world import FOREIGN, Talk, new_run, session_of

from agents.chargeback.facts import flag_of, money_of, text_of, time_of
from agents.kit import Kit
from tools.disputes.payments import prior_evidence
from tradewind.base import Money
from tradewind.commerce import Address, Dispute, Order, Payment, SourceRow
from tradewind.errors import ToolDenied, ToolRetry
from wiring.platform import Platform

DISPUTES: Any = json.loads(
    (Path(__file__).parents[2] / "data" / "sample" / "traps.json").read_text(encoding="utf-8")
)["disputes"]
ELIGIBLE = next(id_ for id_, d in DISPUTES.items() if d["trap"] == "ce3_eligible")


@pytest.fixture
def merchant(platform: Platform, kit: Kit) -> Talk:
    return Talk(platform.shop("sample"), kit, "merchant")


def call(talk: Talk, name: str, audience: Any = "merchant", **arguments: str) -> Any:
    run = new_run(talk.shop, session_of(audience, verified=FOREIGN))
    return asyncio.run(run.call(name, dict(arguments)))


def test_the_other_payments_of_the_buyer(merchant: Talk) -> None:
    found = call(merchant, "disputes.priors", dispute_id=ELIGIBLE).evidence
    reader = merchant.shop.reader
    ours = reader.payment(DISPUTES[ELIGIBLE]["charge_id"])
    assert ours is not None
    assert found
    for prior in found:
        other = reader.payment(text_of(prior, "payment"))
        assert other is not None
        assert other.id != ours.id
        assert money_of(prior, "amount") == other.amount
        assert time_of(prior, "processed_at") in (other.created_at, other.captured_at)
        assert flag_of(prior, "disputed") is False
        assert flag_of(prior, "fraud_reported") is None
        assert text_of(prior, "account") == DISPUTE_OWNER
        assert prior.trust == "record"


DISPUTE_OWNER = "olivia_ahmed_6778"


def test_a_dispute_on_an_earlier_payment_is_told(merchant: Talk, platform: Platform) -> None:
    store = platform.database.shop("sample")
    first = call(merchant, "disputes.priors", dispute_id=ELIGIBLE).evidence[0]
    payment = store.payment(text_of(first, "payment"))
    assert payment is not None
    older = Dispute(
        id="dp_older", payment_id=payment.id, amount=payment.amount, category="fraudulent",
        network="visa", reason_code="10.4", status="lost",
    )  # fmt: skip
    store.put([SourceRow(record=older, raw={}, source="test")])
    again = call(merchant, "disputes.priors", dispute_id=ELIGIBLE).evidence
    told = next(e for e in again if text_of(e, "payment") == payment.id)
    assert flag_of(told, "disputed") is True
    who = session_of("merchant")
    advice = asyncio.run(merchant.assistant.assess(who, merchant.shop, ELIGIBLE))
    assert advice is not None
    assert not advice.ce3.qualified


def test_a_refund_is_a_fact_of_the_payment(merchant: Talk) -> None:
    id_ = next(i for i, d in DISPUTES.items() if d["trap"] == "already_refunded")
    payment = call(merchant, "disputes.find", dispute_id=id_).evidence[1]
    stored = merchant.shop.reader.payment(DISPUTES[id_]["charge_id"])
    assert isinstance(stored, Payment)
    assert money_of(payment, "refunded") == stored.refunded
    assert str(stored.refunded) in payment.excerpt


@pytest.mark.parametrize(
    ("line2", "told"), [("", True), ("Apt #4", True), ("see https://evil.example <b>", False)]
)
def test_an_address_is_told_whole_or_not_at_all(line2: str, told: bool) -> None:
    address = Address(line1="1 Elm Street", line2=line2, city="Austin", postcode="78784",
                      country="US")  # fmt: skip
    order = Order(id="#W1", customer_id="ann", total=Money(minor=1, currency="USD"),
                  ship_to=address, email="Ann <ann@example.com>")  # fmt: skip
    payment = Payment(id="ch_1", order_id="#W1", amount=order.total, fingerprint="fp 1; drop")
    facts = {fact.name: fact.value for fact in prior_evidence(payment, order, None).facts}
    assert ("address_line1" in facts) is told
    assert facts.get("line2", "") == (line2 if told else "")
    assert "fingerprint" not in facts
    assert "email" not in facts
    assert facts["account"] == "ann"


def test_an_unknown_dispute_is_said(merchant: Talk) -> None:
    with pytest.raises(ToolRetry, match="dp_none"):
        call(merchant, "disputes.priors", dispute_id="dp_none")


@pytest.mark.parametrize("tool", ["disputes.find", "disputes.priors", "disputes.list"])
def test_a_buyer_reads_no_dispute(merchant: Talk, tool: str) -> None:
    arguments = {} if tool == "disputes.list" else {"dispute_id": ELIGIBLE}
    with pytest.raises(ToolDenied):
        call(merchant, tool, "buyer", **arguments)
