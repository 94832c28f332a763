"""Stripe disputes and charges, the retail database."""

import json

import pytest

from connectors.dispute_reasons import category_of
from tradewind.base import Money
from tradewind.commerce import Customer, Dispute, Order, Payment, Product, Shipment

DISPUTE = {
    "object": "dispute",
    "id": "dp_1",
    "amount": 1000,
    "currency": "usd",
    "charge": "ch_1",
    "created": 1741168800,
    "reason": "product_not_received",
    "status": "needs_response",
    "evidence_details": {"due_by": 1742428799},
    "metadata": {"order_id": "#1001"},
    "payment_method_details": {
        "type": "card",
        "card": {
            "brand": "visa",
            "network": "visa",
            "case_type": "chargeback",
            "network_reason_code": "13.1",
        },
    },
}
CHARGE = {
    "object": "charge",
    "id": "ch_1",
    "amount": 1000,
    "amount_refunded": 0,
    "currency": "usd",
    "created": 1741168800,
    "status": "succeeded",
    "metadata": {"order_id": "#7", "ip": "203.0.113.9"},
    "billing_details": {
        "name": "Ana",
        "email": "a@example.com",
        "address": {"line1": "Calle 1", "postal_code": "28001", "country": "ES"},
    },
    "payment_method_details": {
        "type": "card",
        "card": {
            "brand": "visa",
            "last4": "4242",
            "fingerprint": "f1",
            "checks": {
                "address_line1_check": "pass",
                "address_postal_code_check": "fail",
                "cvc_check": "pass",
            },
            "three_d_secure": {"result": "authenticated", "electronic_commerce_indicator": "05"},
        },
    },
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda o: o,
        lambda o: [o],
        lambda o: {"object": "list", "data": [o], "has_more": False},
        lambda o: {"object": "event", "type": "charge.dispute.created", "data": {"object": o}},
    ],
)
def test_dispute_and_charge_in_each_wrapper(opened, wrap):
    (dispute,) = opened(json.dumps(wrap(DISPUTE))).of(Dispute)
    assert (dispute.category, dispute.stage, dispute.order_id) == (
        "product_not_received",
        "chargeback",
        "#1001",
    )
    assert dispute.due_by is not None
    assert dispute.due_by.isoformat() == "2025-03-19T23:59:59+00:00"
    (payment,) = opened(json.dumps(wrap(CHARGE))).of(Payment)
    assert (payment.amount, payment.eci, payment.three_ds) == (
        Money(minor=1000, currency="USD"),
        "05",
        "authenticated",
    )
    assert (payment.avs_line1, payment.avs_postcode, payment.cvc) == ("pass", "fail", "pass")
    assert (payment.order_id, payment.ip, payment.name) == ("#7", "203.0.113.9", "Ana")


def test_an_expanded_charge_brings_payment_and_order(opened):
    result = opened(json.dumps({**DISPUTE, "metadata": {}, "charge": CHARGE}))
    (dispute,), (payment,) = result.of(Dispute), result.of(Payment)
    assert (dispute.order_id, dispute.payment_id, payment.id) == ("#7", "ch_1", "ch_1")


def test_warnings_are_inquiries(opened):
    assert (
        opened(json.dumps({**DISPUTE, "status": "warning_closed"})).of(Dispute)[0].stage
        == "inquiry"
    )


@pytest.mark.parametrize(
    ("reason", "code", "category"),
    [
        ("general", "10.4", "fraudulent"),
        ("unrecognized", "", "fraudulent"),
        ("product_unacceptable", "4853", "product_unacceptable"),
        ("general", "4853", "unknown"),
        ("", "C08", "product_not_received"),
        ("what", "99.9", "unknown"),
        ("", "12.6.1", "duplicate"),
        ("noncompliant", "", "general"),
        ("subscription_canceled", "13.2", "subscription_canceled"),
    ],
)
def test_categories(reason: str, code: str, category: str):
    assert category_of(reason, code) == category


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [("jpy", 500, 500), ("kwd", 1500, 1500), ("isk", 50000, 500), ("mga", 500, 50000)],
)
def test_stripes_own_minor_units(opened, currency: str, amount: int, minor: int):
    text = json.dumps({**DISPUTE, "currency": currency, "amount": amount})
    assert opened(text).of(Dispute)[0].amount.minor == minor


@pytest.mark.parametrize("amount", [-1, "10", 10**15, None, 1.5])
def test_amounts_that_are_none(opened, amount: object):
    (bad,) = opened(json.dumps({**DISPUTE, "amount": amount})).rejected
    assert bad.field == "amount"


RETAIL = {
    "products": {
        "95": {
            "name": "T-Shirt",
            "product_id": "95",
            "variants": {
                "96": {
                    "item_id": "96",
                    "options": {"size": "M"},
                    "available": False,
                    "price": 50.88,
                }
            },
        }
    },
    "users": {
        "ana": {
            "user_id": "ana",
            "name": {"first_name": "Ana", "last_name": "Sol"},
            "email": "a@example.com",
            "address": {
                "address1": "1 St",
                "city": "NYC",
                "country": "USA",
                "state": "NY",
                "zip": "10083",
            },
            "payment_methods": {
                "credit_card_1": {
                    "source": "credit_card",
                    "id": "credit_card_1",
                    "brand": "visa",
                    "last_four": "9212",
                }
            },
        }
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ana",
            "status": "cancelled",
            "address": {"address1": "1 St", "city": "NYC", "country": "USA", "zip": "10083"},
            "items": [
                {
                    "name": "T-Shirt",
                    "product_id": "95",
                    "item_id": "96",
                    "price": 50.88,
                    "options": {"size": "M"},
                }
            ],
            "fulfillments": [{"tracking_id": ["357962501027"], "item_ids": ["96"]}],
            "payment_history": [
                {
                    "transaction_type": "payment",
                    "amount": 50.88,
                    "payment_method_id": "credit_card_1",
                },
                {
                    "transaction_type": "refund",
                    "amount": 50.88,
                    "payment_method_id": "credit_card_1",
                },
            ],
        }
    },
}


def test_retail_database(opened):
    result = opened(json.dumps(RETAIL))
    assert (result.kind, result.rejected) == ("retail_json", ())
    (product,), (customer,), (order,) = result.of(Product), result.of(Customer), result.of(Order)
    (payment,), (shipment,) = result.of(Payment), result.of(Shipment)
    assert (product.variants[0].available, product.variants[0].price) == (
        False,
        Money(minor=5088, currency="USD"),
    )
    assert customer.address is not None
    assert customer.address.country == "US"
    assert (order.id, order.status, order.email, order.placed_at) == (
        "#W1",
        "cancelled",
        "a@example.com",
        None,
    )
    assert (payment.refunded, payment.last4) == (Money(minor=5088, currency="USD"), "9212")
    assert (shipment.tracking_no, shipment.variant_ids) == ("357962501027", ("96",))


def test_a_bad_retail_order_is_set_aside(opened):
    order = {**RETAIL["orders"]["#W1"], "order_id": "#W2", "items": [{"name": "x", "price": None}]}  # pyright: ignore
    result = opened(json.dumps({**RETAIL, "orders": {**RETAIL["orders"], "#W2": order}}))  # pyright: ignore
    assert [bad.field for bad in result.rejected] == ["order.items[0].price"]
    assert len(result.of(Order)) == 1
