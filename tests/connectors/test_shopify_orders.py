"""Shopify's orders (CSV and JSON), disputes, customers and fulfillments."""

import json

import pytest

from tradewind.base import Money
from tradewind.commerce import Customer, Dispute, Order, Payment, Shipment

ADDRESS = {
    "first_name": "Ana",
    "last_name": "Sol",
    "address1": "Calle 1",
    "city": "Madrid",
    "zip": "28001",
    "province": "Madrid",
    "country": "Spain",
    "country_code": "ES",
}
ORDER = {
    "id": 450789469,
    "name": "#1001",
    "order_number": 1001,
    "email": "ana@example.com",
    "created_at": "2025-01-10T11:00:00-05:00",
    "currency": "USD",
    "total_price": "409.94",
    "total_price_set": {
        "shop_money": {"amount": "380.10", "currency_code": "EUR"},
        "presentment_money": {"amount": "409.94", "currency_code": "USD"},
    },
    "financial_status": "paid",
    "fulfillment_status": "fulfilled",
    "cancelled_at": None,
    "browser_ip": "203.0.113.9",
    "customer_locale": "es-ES",
    "shipping_address": ADDRESS,
    "billing_address": ADDRESS,
    "note": "card 4111111111111111",
    "gateway": "shopify_payments",
    "payment_details": {
        "credit_card_number": "•••• •••• •••• 4242",
        "avs_result_code": "Y",
        "cvv_result_code": "M",
        "credit_card_company": "Visa",
    },
    "refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": "10.00"}]}],
    "line_items": [
        {
            "title": "Pod",
            "variant_title": "green",
            "variant_id": 39,
            "product_id": 63,
            "quantity": 2,
            "price": "199.00",
            "sku": "G",
        }
    ],
    "customer": {"id": 207, "first_name": "Ana", "last_name": "Sol", "email": "ana@example.com"},
    "fulfillments": [
        {
            "id": 255,
            "order_id": 450789469,
            "status": "success",
            "created_at": "2025-01-11T00:00:00Z",
            "tracking_company": "UPS",
            "tracking_number": "1Z2345",
            "shipment_status": "delivered",
            "line_items": [{"variant_id": 39}],
        }
    ],
}


@pytest.mark.parametrize(
    "wrap", [lambda o: o, lambda o: {"order": o}, lambda o: {"orders": [o]}, lambda o: [o]]
)
def test_an_order_with_all_that_hangs_on_it(opened, wrap):
    result = opened(json.dumps(wrap(ORDER)))
    assert (result.kind, result.rejected) == ("shopify_orders_json", ())
    (order,), (payment,) = result.of(Order), result.of(Payment)
    (customer,), (shipment,) = result.of(Customer), result.of(Shipment)
    assert (order.id, order.source_id, order.total) == (
        "#1001",
        "450789469",
        Money(minor=38010, currency="EUR"),
    )
    assert (order.status, order.language, order.ip) == ("delivered", "es", "203.0.113.9")
    assert order.lines[0].quantity == 2
    assert order.ship_to is not None
    assert (order.ship_to.name, order.ship_to.country) == ("Ana Sol", "ES")
    assert (payment.last4, payment.avs_line1, payment.cvc) == ("4242", "pass", "pass")
    assert payment.refunded == Money(minor=1000, currency="EUR")
    assert (shipment.order_id, shipment.tracking_no, shipment.state) == (
        "#1001",
        "1Z2345",
        "delivered",
    )
    assert customer.id == order.customer_id == "207"
    assert "4111111111111111" not in "".join(row.model_dump_json() for row in result.rows)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"cancelled_at": "2025-01-12T00:00:00Z"}, "cancelled"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"fulfillment_status": None}, "pending"),
        ({"fulfillments": []}, "shipped"),
    ],
)
def test_order_status(opened, change: dict[str, object], status: str):
    assert opened(json.dumps({**ORDER, **change})).of(Order)[0].status == status


def test_old_orders_have_no_money_sets_and_maybe_no_lines(opened):
    old = {k: v for k, v in ORDER.items() if k not in ("total_price_set", "line_items", "refunds")}
    (order,) = opened(json.dumps(old)).of(Order)
    assert (order.total, order.lines) == (Money(minor=40994, currency="USD"), ())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"total_price_set": None, "total_price": "-1"}, "total_price"),
        ({"line_items": [{"title": "x", "price": "?"}]}, "line_items[0].price"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"customer": [1]}, "customer"),
        ({"currency": "dollars"}, "currency"),
    ],
)
def test_a_faulty_order_is_set_aside_whole(opened, change: dict[str, object], field: str):
    result = opened(json.dumps([ORDER, {**ORDER, **change}]))
    assert {row.row for row in result.rows} == {1}
    assert [(bad.row, bad.field) for bad in result.rejected] == [(2, field)]


CSV = """Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Payment Method,Payment Reference,Refunded Amount,Id,Notes
#1001,Ana@example.com,paid,2025-01-10 11:05:00 -0500,fulfilled,EUR,30.00,2025-01-10 11:00:00 -0500,2,Mug,10.00,MUG,Ana Sol,Calle 1,Madrid,'28001,ES,Stripe,c123.1,0.00,450,
#1001,,,,,,,,1,Cup,10.00,CUP,,,,,,,,,,
#1002,b@example.com,refunded,,,EUR,5.00,2025-01-11 11:00:00 -0500,1,Mug,free,MUG,,,,,,,,,451,
"""  # noqa: E501


def test_order_export(opened):
    result = opened(CSV)
    (order,), (payment,), (customer,) = result.of(Order), result.of(Payment), result.of(Customer)
    assert result.kind == "shopify_orders_csv"
    assert (order.id, order.source_id, len(order.lines)) == ("#1001", "450", 2)
    assert order.placed_at is not None
    assert order.placed_at.hour == 16
    assert order.ship_to is not None
    assert order.ship_to.postcode == "28001"
    assert (payment.id, payment.order_id) == ("c123.1", "#1001")
    assert customer.id == order.customer_id == "ana@example.com"
    assert [(bad.row, bad.field) for bad in result.rejected] == [(3, "lineitem price")]


def test_an_order_whose_further_line_is_broken_does_not_land(opened):
    broken = CSV.replace(
        "#1001,,,,,,,,1,Cup,10.00,CUP" + "," * 10, "#1001,,,,,,,,1,Cup,10.00,CUP" + "," * 20 + "x"
    )
    result = opened(broken)
    assert result.of(Order) == []
    assert {bad.field for bad in result.rejected} == {"(columns)", "Name", "lineitem price"}


def test_disputes_customers_fulfillments(opened):
    dispute = {
        "id": 1,
        "order_id": 2,
        "type": "inquiry",
        "amount": "11.50",
        "currency": "USD",
        "reason": "credit_not_processed",
        "network_reason_code": "4827",
        "status": "needs_response",
        "evidence_due_by": "2025-11-17T19:00:00-05:00",
    }
    (read,) = opened(json.dumps({"disputes": [dispute]})).of(Dispute)
    assert (read.category, read.stage, read.order_id) == ("credit_not_processed", "inquiry", "2")
    assert read.due_by is not None
    assert read.due_by.isoformat() == "2025-11-18T00:00:00+00:00"
    assert opened(json.dumps({"customers": [ORDER["customer"]]})).of(Customer)[0].name == "Ana Sol"
    fulfillment = {**ORDER["fulfillments"][0], "name": "#1001.1"}  # pyright: ignore
    assert opened(json.dumps({"fulfillment": fulfillment})).of(Shipment)[0].order_id == "#1001"


def test_a_deadline_without_zone_is_never_guessed(opened):
    dispute = {
        "id": 1,
        "amount": "1.00",
        "currency": "USD",
        "reason": "fraudulent",
        "evidence_due_by": "2025-11-17T19:00:00",
    }
    (bad,) = opened(json.dumps({"dispute": dispute})).rejected
    assert (bad.field, bad.reason) == ("evidence_due_by", "has no time zone")
