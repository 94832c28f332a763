"""PayPal disputes: API answers, lists and webhook events, with payment and messages.

By PayPal's REST specification, customer_disputes_v1 (version 1.10).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from connectors.dispute_reasons import category_of, stage_of, state_of
from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.reader import Context, JsonReader, Outcome, Reading
from tradewind.base import Money
from tradewind.commerce import Dispute, Message, Payment

_SENDERS: dict[str, Literal["buyer", "shop"]] = {"BUYER": "buyer", "SELLER": "shop"}


def find_disputes(document: JsonValue) -> Sequence[JsonObject]:
    """Objects with PayPal's stage or state beside a dispute's id; alone, listed or in an event."""
    outer = objects_below(document, "items", "disputes", "events")
    found = [item for part in outer for item in objects_below(part, "resource")]
    return mostly(found, lambda item: "dispute_id" in item and bool(_MARKS & item.keys()))


_MARKS = {"dispute_life_cycle_stage", "dispute_state", "dispute_amount", "disputed_transactions"}


def read_dispute(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The dispute, its payment, and what buyer and shop wrote in it."""
    payments = [
        item for item in fields.children("disputed_transactions")
        if item.text("seller_transaction_id")
    ]  # fmt: skip
    at = fields.time("update_time")
    dispute = _dispute(fields, payments[0] if payments else Fields({}), at)
    yield Reading(dispute, fields.data, at)
    for payment in payments:
        yield Reading(_payment(payment), payment.data, at)
    for message in fields.children("messages"):
        yield from _message(message, dispute)


def _dispute(fields: Fields, paid: Fields, at: datetime | None) -> Dispute:
    reason, code = fields.text("reason"), fields.text("external_reason_code")
    status = fields.text("status")
    outcome = fields.child("dispute_outcome").text("outcome_code")
    closed = bool(outcome) or status == "RESOLVED"
    due_by = fields.time("seller_response_due_date", zoned=True)
    return Dispute(
        id=fields.need("dispute_id"),
        processor="paypal",
        payment_id=paid.text("seller_transaction_id"),
        order_id=_order_of(paid),
        amount=_amount(fields, paid),
        network="" if fields.text("dispute_channel") == "EXTERNAL" else "paypal",
        reason_code=code or reason,
        reason=reason,
        category=category_of(reason, code),
        stage=stage_of(fields.text("dispute_life_cycle_stage")),
        status=status,
        state=state_of("paypal", outcome, fields.text("dispute_state"), status),
        due_by=due_by,
        opened_at=fields.time("create_time"),
        closed_at=(_decided_at(fields) or at) if closed else None,
        answerable=True if due_by else None,
        has_evidence=bool(fields.children("evidences")) if "evidences" in fields.data else None,
    )


def _order_of(paid: Fields) -> str:
    """The merchant's own number, as given at checkout."""
    return paid.text("invoice_number", "custom", "reference_id")


def _amount(fields: Fields, paid: Fields) -> Money:
    found = _money(fields.child("dispute_amount")) or _money(paid.child("gross_amount"))
    if found is None:
        raise FieldError(fields.path + "dispute_amount", "", "is missing")
    return found


def _money(fields: Fields) -> Money | None:
    if not fields:
        return None
    return fields.money("value", currency=fields.currency("currency_code", default=""))


def _decided_at(fields: Fields) -> datetime | None:
    times = (item.time("adjudication_time") for item in fields.children("adjudications"))
    return max((at for at in times if at), default=None)


def _payment(paid: Fields) -> Payment:
    amount = _money(paid.child("gross_amount"))
    if amount is None:
        raise FieldError(paid.path + "gross_amount", "", "is missing")
    buyer = paid.child("buyer")
    return Payment(
        id=paid.need("seller_transaction_id"),
        order_id=_order_of(paid),
        amount=amount,
        status=paid.text("transaction_status").lower(),
        method="paypal",
        network="paypal",
        email=buyer.text("email"),
        name=buyer.text("name"),
        fingerprint=buyer.text("payer_id"),
        created_at=paid.time("create_time"),
        disputed=True,
        description="; ".join(
            item.text("item_name") for item in paid.children("items") if item.text("item_name")
        ),
    )


def _message(message: Fields, dispute: Dispute) -> Iterator[Outcome]:
    """What was written in the dispute about an order that is known; PayPal's own is left out."""
    at, sender = message.time("time_posted"), _SENDERS.get(message.text("posted_by"))
    text = message.text("content")
    if at and sender and text and dispute.order_id:
        record = Message(
            id=f"{dispute.id}/{at:%Y%m%dT%H%M%S}/{sender}", order_id=dispute.order_id, at=at,
            sender=sender, text=text,
        )  # fmt: skip
        yield Reading(record, message.data)


READER = JsonReader("paypal_disputes_json", find_disputes, read_dispute)
