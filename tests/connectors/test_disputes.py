"""Disputes as processors give them: objects, events, answers, tables."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.dispute_reasons import network_of, stage_of, state_of
from connectors.open import open_source
from connectors.words import vocabulary
from tradewind.base import Money
from tradewind.commerce import Dispute, Eligibility, Message, Order, Payment, Refund, Return
from tradewind.errors import InvalidInput

FIXTURES = Path(__file__).parent / "fixtures"
EUR = Money(minor=9600, currency="EUR")


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


# ---- Stripe


def stripe(**told: Any) -> dict[str, Any]:
    return fixture("stripe_objects")["dispute"] | told


def one(opened: Any, document: Any) -> Dispute:
    (found,) = opened(json.dumps(document)).of(Dispute)
    return found


def test_stripes_own_example(opened: Any):
    found = one(opened, stripe())
    assert (found.network, found.reason_code, found.category) == ("visa", "10.4", "fraudulent")
    assert (found.stage, found.state, found.status) == (
        "inquiry", "needs_response", "warning_needs_response",
    )  # fmt: skip
    assert found.due_by == datetime(2024, 8, 14, 23, 59, 59, tzinfo=UTC)
    assert (found.answerable, found.past_due, found.submissions, found.has_evidence) == (
        True, False, 0, False,
    )  # fmt: skip
    assert found.eligibility == (Eligibility(programme="visa_compelling_evidence_3"),)
    assert (found.refundable, found.closed_at) == (True, None)


def test_what_stripe_says_of_a_programme(opened: Any):
    told = {"visa_compelling_evidence_3": {
        "status": "requires_action", "required_actions": ["missing_customer_identifiers"],
    }}  # fmt: skip
    details = stripe()["evidence_details"] | {"enhanced_eligibility": told, "past_due": True,
                                              "submission_count": 2}  # fmt: skip
    found = one(opened, stripe(evidence_details=details))
    assert found.eligibility == (
        Eligibility(programme="visa_compelling_evidence_3", status="requires_action",
                    required=("missing_customer_identifiers",)),
    )  # fmt: skip
    assert (found.past_due, found.submissions) == (True, 2)


@pytest.mark.parametrize(
    ("status", "case", "stage", "state"),
    [
        ("warning_needs_response", "inquiry", "inquiry", "needs_response"),
        ("warning_closed", "inquiry", "inquiry", "closed"),
        ("needs_response", "chargeback", "chargeback", "needs_response"),
        ("under_review", "chargeback", "chargeback", "under_review"),
        ("appeal_needs_response", "chargeback", "pre_arbitration", "needs_response"),
        ("won", "chargeback", "chargeback", "won"),
        ("lost", "chargeback", "chargeback", "lost"),
        ("prevented", "block", "chargeback", "closed"),
        ("a new word", "chargeback", "chargeback", "unknown"),
    ],
)
def test_stages_and_states_of_stripe(opened: Any, status: str, case: str, stage: str, state: str):
    details = {"type": "card", "card": {"brand": "visa", "case_type": case}}
    found = one(opened, stripe(status=status, payment_method_details=details))
    assert (found.stage, found.state) == (stage, state)


@pytest.mark.parametrize(("due", "answerable"), [(0, False), (None, None)])
def test_a_deadline_that_is_not_there_is_none(opened: Any, due: int | None, answerable: object):
    found = one(opened, stripe(evidence_details={"due_by": due}))
    assert (found.due_by, found.answerable) == (None, answerable)


def test_an_event_tells_when(opened: Any):
    event = {"object": "event", "id": "evt_1", "type": "charge.dispute.closed",
             "created": 1800000000, "data": {"object": stripe(status="won")}}  # fmt: skip
    row = opened(json.dumps(event)).rows[0]
    assert row.at == datetime.fromtimestamp(1800000000, UTC)
    assert row.record.closed_at == row.at
    assert row.raw == stripe(status="won")
    assert opened(json.dumps(stripe())).rows[0].at is None


def test_charges_refunds_and_disputes_in_one_file(opened: Any):
    objects = fixture("stripe_objects")
    result = opened(json.dumps({"object": "list", "data": list(objects.values())}))
    assert result.kind == "stripe_objects_json"
    assert [type(r) for r in result.records] == [Payment, Refund, Dispute]
    assert opened(json.dumps([objects["refund"]])).kind == "stripe_refunds_json"


def test_a_refund_with_the_acquirers_number(opened: Any):
    card = {"type": "refund", "reference": "7489123", "reference_type": "acquirer_reference_number"}
    told = fixture("stripe_objects")["refund"] | {
        "destination_details": {"type": "card", "card": card}, "reason": "duplicate",
    }  # fmt: skip
    (found,) = opened(json.dumps(told)).of(Refund)
    assert found == Refund(
        id=told["id"], payment_id=told["charge"], amount=Money(minor=100, currency="USD"),
        at=datetime.fromtimestamp(1234567890, UTC), status="succeeded", arn="7489123",
        reason="duplicate",
    )  # fmt: skip


def test_a_charge_brings_its_refunds_and_what_is_known_of_who_paid(opened: Any):
    refund = fixture("stripe_objects")["refund"] | {"charge": None}
    told = fixture("stripe_objects")["charge"] | {
        "metadata": {"order_id": "#7", "customer_account": "ana_7"}, "disputed": True,
        "fraud_details": {"user_report": "fraudulent"}, "payment_intent": "pi_1",
        "balance_transaction": {"id": "txn_1", "created": 1234567899},
        "refunds": {"object": "list", "data": [refund]},
        "shipping": {"name": "Ana", "address": {"line1": "Calle 1", "country": "ES"}},
    }  # fmt: skip
    result = opened(json.dumps(told))
    (payment,), (back,) = result.of(Payment), result.of(Refund)
    assert (payment.account, payment.intent, payment.network) == ("ana_7", "pi_1", "visa")
    assert (payment.disputed, payment.fraud_reported) == (True, True)
    assert payment.captured_at == datetime.fromtimestamp(1234567899, UTC)
    assert payment.ship_to is not None
    assert (back.payment_id, back.order_id) == (payment.id, "#7")
    plain = opened(json.dumps(fixture("stripe_objects")["charge"])).of(Payment)[0]
    assert (plain.fraud_reported, plain.captured_at, plain.disputed) == (None, None, False)


# ---- PayPal


@pytest.mark.parametrize(
    "wrap",
    [
        lambda d: d, lambda d: {"items": [d], "links": []}, lambda d: [d],
        lambda d: {"event_type": "CUSTOMER.DISPUTE.CREATED", "resource": d, "id": "WH-1"},
    ],
)  # fmt: skip
def test_paypal_in_each_wrapper(opened: Any, wrap: Any):
    result = opened(json.dumps(wrap(fixture("paypal_dispute"))))
    (found,), (payment,), (message,) = (result.of(kind) for kind in (Dispute, Payment, Message))
    assert result.kind == "paypal_disputes_json"
    assert (found.id, found.processor, found.network) == ("PP-D-27803", "paypal", "paypal")
    assert (found.amount, found.category) == (EUR, "product_not_received")
    assert (found.stage, found.state) == ("chargeback", "needs_response")
    assert found.due_by == datetime(2026, 10, 21, 4, 54, 37, tzinfo=UTC)
    assert (found.payment_id, found.order_id) == ("3BC38643YC807283D", "#W1001")
    assert (payment.amount.minor, payment.email, payment.method) == (
        19200, "ana@example.com", "paypal",
    )  # fmt: skip
    assert (message.sender, message.text) == ("buyer", "It never came")
    assert result.rows[0].at == datetime(2026, 10, 12, 4, 2, 24, tzinfo=UTC)


def outcome(code: str) -> dict[str, Any]:
    return {"status": "RESOLVED", "dispute_outcome": {"outcome_code": code}}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (outcome("RESOLVED_SELLER_FAVOUR"), "won"),
        (outcome("RESOLVED_BUYER_FAVOUR"), "lost"),
        (outcome("CANCELED_BY_BUYER"), "closed"),
        ({"dispute_state": "UNDER_PAYPAL_REVIEW", "status": "UNDER_REVIEW"}, "under_review"),
        ({"dispute_state": None, "status": "OPEN"}, "needs_response"),
        ({"dispute_state": None, "status": "WAITING_FOR_BUYER_RESPONSE"}, "under_review"),
    ],
)  # fmt: skip
def test_states_of_paypal(opened: Any, told: dict[str, Any], state: str):
    found = one(opened, fixture("paypal_dispute") | told)
    assert found.state == state
    assert (found.closed_at is not None) == (state in ("won", "lost", "closed"))


def test_a_card_chargeback_through_paypal_names_no_network(opened: Any):
    told = {"dispute_channel": "EXTERNAL", "external_reason_code": "4853", "reason": "OTHER"}
    found = one(opened, fixture("paypal_dispute") | told)
    assert (found.network, found.reason_code, found.category) == ("", "4853", "general")


def test_paypal_without_a_deadline(opened: Any):
    told = fixture("paypal_dispute")
    del told["seller_response_due_date"]
    assert one(opened, told).due_by is None


# ---- Shopify


def test_shopifys_own_examples(opened: Any):
    found = opened((FIXTURES / "shopify_disputes.json").read_text()).of(Dispute)
    assert [d.state for d in found] == [
        "won", "needs_response", "won", "needs_response", "needs_response", "under_review",
        "needs_response",
    ]  # fmt: skip
    assert [d.stage for d in found].count("inquiry") == 1
    assert found[1].order_id == "625362839"
    assert {d.category for d in found} == {
        "fraudulent", "credit_not_processed", "subscription_canceled",
    }  # fmt: skip


def test_shopifys_refund(opened: Any):
    (found,) = opened((FIXTURES / "shopify_refund.json").read_text()).of(Refund)
    assert (found.id, found.order_id, found.status) == ("shopify/509562969", "450789469", "success")
    assert (found.amount.minor, found.reason) == (20900, "it broke during shipping")


def test_shopifys_graphql_dispute(opened: Any):
    node = {
        "id": "gid://shopify/ShopifyPaymentsDispute/598735659", "status": "NEEDS_RESPONSE",
        "amount": {"amount": "11.50", "currencyCode": "USD"}, "type": "CHARGEBACK",
        "evidenceDueBy": "2026-11-17", "evidenceSentOn": None, "finalizedOn": None,
        "initiatedAt": "2026-11-03T20:00:00Z", "order": {"id": "gid://x/1", "name": "#1001"},
        "reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED", "networkReasonCode": "13.1"},
    }  # fmt: skip
    wrapped = {"data": {"shopifyPaymentsAccount": {"disputes": {"edges": [{"node": node}]}}}}
    found = one(opened, wrapped)
    assert (found.id, found.order_id, found.state) == ("598735659", "#1001", "needs_response")
    assert (found.category, found.due_by) == (
        "product_not_received", datetime(2026, 11, 17, tzinfo=UTC),
    )  # fmt: skip


def shopify_order(**told: Any) -> dict[str, Any]:
    return {"id": 4507, "name": "#1001", "order_number": 1001, "financial_status": "paid",
            "total_price": "20.00", "currency": "USD",
            "created_at": "2026-01-10T11:00:00Z"} | told  # fmt: skip


def test_an_orders_refunds_returns_and_terms(opened: Any):
    refund = fixture("shopify_refund")["refund"]
    refund["refund_line_items"][0]["restock_type"] = "return"
    notes = [{"name": "Terms accepted", "value": "yes"}, {"name": "colour", "value": "green"}]
    result = opened(json.dumps({"order": shopify_order(refunds=[refund], note_attributes=notes)}))
    (order,), (back,) = result.of(Order), result.of(Refund)
    assert (back.order_id, back.id) == ("#1001", "shopify/509562969")
    assert order.returns == (
        Return(state="received", received_at=datetime(2016, 6, 20, 17, 35, 6, tzinfo=UTC)),
    )
    assert order.terms_accepted_at == datetime(2026, 1, 10, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "day"), [("2026-01-09T08:00:00Z", 9), ("no", None), ("9th of May", None)]
)
def test_terms_are_accepted_only_where_the_order_says_so(opened: Any, value: str, day: object):
    notes = [{"name": "terms-and-conditions", "value": value}]
    (order,) = opened(json.dumps({"order": shopify_order(note_attributes=notes)})).of(Order)
    assert (order.terms_accepted_at.day if order.terms_accepted_at else None) == day


def test_a_listed_return_is_not_taken_for_received_goods(opened: Any):
    listed = [{"status": "CLOSED", "createdAt": "2026-02-01T00:00:00Z"}, {"status": "REQUESTED"}]
    (order,) = opened(json.dumps({"order": shopify_order(returns=listed)})).of(Order)
    assert [r.state for r in order.returns] == ["unknown", "asked"]


# ---- tables


ADYEN = """Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,\
Record Date,Record Date TimeZone,Dispute Currency,Dispute Amount,Record Type,\
Dispute PSP Reference,Dispute Reason,CB Scheme Code,CB Reason Code
Acme,AcmeEU,PSP1,#1001,mc,2026-10-01 10:00:00,CEST,EUR,96.00,Chargeback,DPSP1,\
Goods/services not provided,mc,4853
Acme,AcmeEU,PSP1,#1001,mc,2026-10-20 10:00:00,CEST,EUR,96.00,ChargebackReversed,DPSP1,\
Goods/services not provided,mc,4853
"""
PLAIN = """Dispute ID,Charge ID,Amount,Currency,Reason,Network reason code,Card brand,Status,\
Evidence due by (UTC),Mood
dp_1,ch_1,"1,234.50",EUR,product_not_received,13.1,Visa,needs_response,2026-12-01 23:59:59,bad
dp_2,ch_2,10.00,EUR,who knows,X99,Visa,a new word,,
"""


def test_a_table_of_disputes(opened: Any):
    result = opened(PLAIN)
    assert result.kind == "disputes_csv"
    first, second = result.of(Dispute)
    assert (first.amount, first.category, first.network) == (
        Money(minor=123450, currency="EUR"), "product_not_received", "visa",
    )  # fmt: skip
    assert (first.state, first.processor) == ("needs_response", "stripe")
    assert first.due_by == datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)
    assert "_assumed_zone" not in result.rows[0].raw
    assert (second.category, second.state, second.due_by) == ("unknown", "unknown", None)
    assert second.reason_code == "X99"


def test_adyens_report_tells_a_dispute_row_by_row(opened: Any):
    result = opened(ADYEN)
    first, last = result.of(Dispute)
    assert (first.id, first.payment_id, first.order_id) == ("DPSP1", "PSP1", "#1001")
    assert (first.processor, first.network, first.stage) == ("adyen", "mastercard", "chargeback")
    assert (first.state, last.state) == ("needs_response", "won")
    assert result.rows[0].at < result.rows[1].at


def test_a_deadline_without_a_zone_says_so(opened: Any):
    told = "case number;chargeback amount;reply by date\nC1;96,00 €;2026-12-01\n"
    result = opened(told, currency="EUR")
    assert result.of(Dispute)[0].due_by == datetime(2026, 12, 1, tzinfo=UTC)
    assert result.of(Dispute)[0].amount == EUR
    assert result.rows[0].raw["_assumed_zone"] == "UTC"


MAPPED = "Fall-Nr;Summe;Grund;Frist;Farbe\nF1;96,00;duplicate;01.12.2026;rot\n"
MAPPING = {"Fall-Nr": "id", "Summe": "amount", "Grund": "reason", "Frist": "due_by"}


def test_columns_that_the_merchant_names(opened: Any):
    result = opened(MAPPED, currency="EUR", mapping=MAPPING)
    (found,) = result.of(Dispute)
    assert (found.id, found.amount, found.category) == ("F1", EUR, "duplicate")
    assert found.due_by == datetime(2026, 12, 1, tzinfo=UTC)


def test_columns_that_nothing_is_read_from_are_named(tmp_path: Path):
    path = tmp_path / "export.csv"
    path.write_text(PLAIN)
    assert open_source(path).unread == ("Mood",)
    path.write_text(MAPPED)
    assert open_source(path, mapping=MAPPING).unread == ("Farbe",)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"Fall-Nr": "id", "Summe": "sum"}, r"no field 'sum'.*amount"),
        ({"Fall-Nr": "id", "Betrag": "amount"}, "it lacks betrag"),
        ({"Fall-Nr": "id"}, "it lacks dispute amount"),
    ],
)
def test_a_mapping_that_does_not_fit_is_named(opened: Any, mapping: dict[str, str], told: str):
    with pytest.raises(InvalidInput, match=told):
        opened(MAPPED, mapping=mapping)


def test_a_mapping_is_for_tables_of_disputes(opened: Any):
    with pytest.raises(InvalidInput, match="disputes_csv"):
        opened(MAPPED, kind="faq_csv", mapping=MAPPING)
    with pytest.raises(InvalidInput, match=r"mapped of tables|no disputes_csv"):
        opened(json.dumps(stripe()), mapping=MAPPING)


def test_a_table_of_refunds_is_none_of_disputes(opened: Any):
    with pytest.raises(InvalidInput, match="no kind that is known"):
        opened("id,amount,currency,status,reason\nre_1,10.00,EUR,succeeded,duplicate\n")


# ---- words


def test_every_word_leads_to_one_of_ours():
    tables = vocabulary("dispute_words")
    for source in ("stripe", "shopify", "paypal", "states"):
        assert all(state_of(source, word) != "unknown" for word in tables[source])
    assert all(stage_of(word) != "unknown" for word in tables["stages"])
    assert [network_of(w) for w in ("VISA", "Master Card", "American Express", "Elo", "")] == [
        "visa", "mastercard", "amex", "elo", "",
    ]  # fmt: skip
