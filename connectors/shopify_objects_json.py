"""Shopify's disputes, customers and fulfillments as the REST API gives them."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.dispute_reasons import category_of
from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.shopify_shared import customer_of, shipment_of
from tradewind.commerce import Dispute


def find_disputes(document: JsonValue) -> Sequence[JsonObject]:
    return _all_with(document, {"id", "evidence_due_by", "amount", "reason"}, "disputes", "dispute")


def find_customers(document: JsonValue) -> Sequence[JsonObject]:
    needed = {"id", "first_name", "last_name", "email"}
    return _all_with(document, needed, "customers", "customer")


def find_fulfillments(document: JsonValue) -> Sequence[JsonObject]:
    needed = {"id", "order_id", "tracking_number", "status"}
    return _all_with(document, needed, "fulfillments", "fulfillment")


def _all_with(document: JsonValue, needed: set[str], *names: str) -> Sequence[JsonObject]:
    return mostly(objects_below(document, *names), lambda item: needed <= item.keys())


def read_dispute(fields: Fields, context: Context) -> Iterator[Outcome]:
    """A dispute of Shopify Payments; `order_id` is the order's object id, not its number."""
    currency = fields.currency("currency", default=context.currency)
    amount = fields.money("amount", currency=currency)
    if amount is None:
        raise FieldError("amount", "", "is missing")
    code, reason = fields.text("network_reason_code"), fields.text("reason")
    type_ = fields.text("type")
    dispute = Dispute(
        id=fields.need("id"),
        processor="shopify",
        order_id=fields.text("order_id"),
        amount=amount,
        reason_code=code,
        reason=reason,
        category=category_of(reason, code),
        stage="inquiry"
        if type_ == "inquiry"
        else "chargeback"
        if type_ == "chargeback"
        else "unknown",
        status=fields.text("status"),
        due_by=fields.time("evidence_due_by", zoned=True),
        opened_at=fields.time("initiated_at"),
    )
    yield Reading(dispute, fields.data)


def read_customer(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield Reading(customer_of(fields), fields.data)


def read_fulfillment(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The order's number stands in `name` ("#1001.1") in new versions, else only its id is told."""
    order = fields.text("name").rpartition(".")[0] or fields.text("order_id")
    yield Reading(shipment_of(fields, order), fields.data)


DISPUTES = JsonReader("shopify_disputes_json", find_disputes, read_dispute)
CUSTOMERS = JsonReader("shopify_customers_json", find_customers, read_customer)
FULFILLMENTS = JsonReader("shopify_fulfillments_json", find_fulfillments, read_fulfillment)
