"""Stripe disputes; with an expanded charge its payment too."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.dispute_reasons import category_of
from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.stripe_charges_json import payment_of
from connectors.stripe_shared import id_or_object, minor_money, objects_of, order_of
from tradewind.commerce import Dispute


def find_disputes(document: JsonValue) -> Sequence[JsonObject]:
    return objects_of(document, "dispute")


def read_dispute(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The dispute, and the payment when the charge came with it."""
    charge_id, charge = id_or_object(fields, "charge")
    intent_id, intent = id_or_object(fields, "payment_intent")
    dispute = _dispute(fields, charge_id or intent_id, order_of(fields, charge, intent))
    yield Reading(dispute, fields.data)
    if charge:
        yield Reading(payment_of(charge, dispute.order_id), charge.data)


def _dispute(fields: Fields, payment_id: str, order_id: str) -> Dispute:
    details = fields.child("payment_method_details")
    card = details.child("card")
    code = card.text("network_reason_code") or fields.text("network_reason_code")
    code = code or details.child("paypal").text("reason_code")
    reason, status = fields.text("reason"), fields.text("status")
    network = card.text("network", "brand") or details.text("type")
    inquiry = status.startswith("warning_") or card.text("case_type") == "inquiry"
    return Dispute(
        id=fields.need("id"),
        processor="stripe",
        payment_id=payment_id,
        order_id=order_id,
        amount=minor_money(fields, "amount"),
        network=network,
        reason_code=code,
        reason=reason,
        category=category_of(reason, code, network),
        stage="inquiry" if inquiry else "chargeback",
        status=status,
        due_by=fields.child("evidence_details").time("due_by", zoned=True),
        opened_at=fields.time("created"),
    )


READER = JsonReader("stripe_disputes_json", find_disputes, read_dispute)
