"""Shopify's disputes, refunds, customers and fulfillments as its APIs give them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.dispute_reasons import category_of, stage_of, state_of
from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.shopify_shared import customer_of, refund_of, shipment_of
from tradewind.base import Money
from tradewind.commerce import Dispute


def find_disputes(document: JsonValue) -> Sequence[JsonObject]:
    return _all_with(document, {"id", "evidence_due_by", "amount", "reason"}, "disputes", "dispute")


def find_graphql_disputes(document: JsonValue) -> Sequence[JsonObject]:
    """Disputes of the GraphQL API, in the connections and edges that it wraps them in."""
    return [item for item in _nodes(document) if {"id", "evidenceDueBy", "amount"} <= item.keys()]


def _nodes(node: JsonValue) -> Iterator[JsonObject]:
    if isinstance(node, list):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, dict):
        yield node
        for name in _WRAPPERS:
            yield from _nodes(node.get(name))


_WRAPPERS = ("data", "shopifyPaymentsAccount", "disputes", "dispute", "edges", "nodes", "node")


def find_refunds(document: JsonValue) -> Sequence[JsonObject]:
    """Refunds that were made; what `refunds/calculate` answers has no id."""
    return _all_with(document, {"id", "order_id", "transactions"}, "refunds", "refund")


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
    status, sent = fields.text("status"), fields.time("evidence_sent_on")
    dispute = _dispute(
        fields, amount, code, reason, status,
        id=fields.need("id"), order_id=fields.text("order_id"),
        due_by=fields.time("evidence_due_by", zoned=True),
        opened_at=fields.time("initiated_at"), closed_at=fields.time("finalized_on"),
        has_evidence=sent is not None if "evidence_sent_on" in fields.data else None,
    )  # fmt: skip
    yield Reading(dispute, fields.data)


def read_graphql_dispute(fields: Fields, context: Context) -> Iterator[Outcome]:
    """As the REST dispute; the order's number comes with it, and the deadline is a day: its
    beginning (UTC) is the safe reading."""
    money, details, order = (fields.child(n) for n in ("amount", "reasonDetails", "order"))
    amount = money.money("amount", currency=money.currency("currencyCode", default=""))
    if amount is None:
        raise FieldError("amount.amount", "", "is missing")
    code, reason = details.text("networkReasonCode"), details.text("reason").lower()
    dispute = _dispute(
        fields, amount, code, reason, fields.text("status").lower(),
        id=fields.need("id").rpartition("/")[2],
        order_id=order.text("name") or order.text("id").rpartition("/")[2],
        due_by=fields.time("evidenceDueBy"),
        opened_at=fields.time("initiatedAt"), closed_at=fields.time("finalizedOn"),
        has_evidence=bool(fields.text("evidenceSentOn")) or None,
    )  # fmt: skip
    yield Reading(dispute, fields.data)


def _dispute(
    fields: Fields, amount: Money, code: str, reason: str, status: str, *, id: str,
    order_id: str, due_by: datetime | None, opened_at: datetime | None,
    closed_at: datetime | None, has_evidence: bool | None,
) -> Dispute:  # fmt: skip
    """What both forms of the object tell, in our words."""
    return Dispute(
        id=id, processor="shopify", order_id=order_id, amount=amount, reason_code=code,
        reason=reason, category=category_of(reason, code), stage=stage_of(fields.text("type")),
        status=status, state=state_of("shopify", status), due_by=due_by, opened_at=opened_at,
        closed_at=closed_at, answerable=True if due_by else None, has_evidence=has_evidence,
    )  # fmt: skip


def read_refund(fields: Fields, context: Context) -> Iterator[Outcome]:
    """A refund told by itself: its order's object id is all that it names."""
    refund = refund_of(fields, fields.text("order_id"), context.currency)
    if refund is not None:
        yield Reading(refund, fields.data)


def read_customer(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield Reading(customer_of(fields), fields.data)


def read_fulfillment(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The order's number stands in `name` ("#1001.1") in new versions, else only its id is told."""
    order = fields.text("name").rpartition(".")[0] or fields.text("order_id")
    yield Reading(shipment_of(fields, order), fields.data)


DISPUTES = JsonReader("shopify_disputes_json", find_disputes, read_dispute)
GRAPHQL_DISPUTES = JsonReader(
    "shopify_disputes_graphql_json", find_graphql_disputes, read_graphql_dispute
)
REFUNDS = JsonReader("shopify_refunds_json", find_refunds, read_refund)
CUSTOMERS = JsonReader("shopify_customers_json", find_customers, read_customer)
FULFILLMENTS = JsonReader("shopify_fulfillments_json", find_fulfillments, read_fulfillment)
