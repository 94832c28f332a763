"""Stripe disputes, alone or in events; with an expanded charge its payment and refunds too."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.dispute_reasons import category_of, network_of, state_of
from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.stripe_charges_json import charge_readings
from connectors.stripe_shared import (
    bare,
    id_or_object,
    minor_money,
    objects_of,
    order_of,
    said_at,
)  # fmt: skip
from tradewind.commerce import Dispute, DisputeStage, DisputeState, Eligibility

_DECIDED: frozenset[DisputeState] = frozenset(("won", "lost", "closed"))


def find_disputes(document: JsonValue) -> Sequence[JsonObject]:
    return objects_of(document, "dispute")


def read_dispute(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The dispute, and the payment when the charge came with it."""
    charge_id, charge = id_or_object(fields, "charge")
    intent_id, intent = id_or_object(fields, "payment_intent")
    at = said_at(fields)
    dispute = _dispute(fields, charge_id or intent_id, order_of(fields, charge, intent), at)
    yield Reading(dispute, bare(fields), at)
    if charge:
        yield from charge_readings(charge, dispute.order_id, at)


def _dispute(fields: Fields, payment_id: str, order_id: str, at: datetime | None) -> Dispute:
    details = fields.child("payment_method_details")
    evidence = fields.child("evidence_details")
    card, type_ = details.child("card"), details.text("type")
    code = card.text("network_reason_code") or fields.text("network_reason_code")
    code = code or details.child(type_ or "paypal").text("reason_code")
    reason, status = fields.text("reason"), fields.text("status")
    state = state_of("stripe", status)
    return Dispute(
        id=fields.need("id"),
        processor="stripe",
        payment_id=payment_id,
        order_id=order_id,
        amount=minor_money(fields, "amount"),
        network=network_of(card.text("network", "brand") or type_),
        reason_code=code,
        reason=reason,
        category=category_of(reason, code),
        stage=_stage(status, card.text("case_type")),
        status=status,
        state=state,
        due_by=_due_by(evidence),
        opened_at=fields.time("created"),
        closed_at=at if state in _DECIDED else None,
        answerable=_answerable(evidence),
        past_due=evidence.flag("past_due"),
        has_evidence=evidence.flag("has_evidence"),
        submissions=evidence.integer("submission_count", least=0),
        refundable=fields.flag("is_charge_refundable"),
        eligibility=tuple(_eligibility(fields, evidence)),
    )


def _stage(status: str, case_type: str) -> DisputeStage:
    """Stripe names inquiries and appeals; all else is a chargeback to it."""
    if status.startswith("warning_") or case_type == "inquiry":
        return "inquiry"
    return "pre_arbitration" if status.startswith("appeal_") else "chargeback"


def _due_by(evidence: Fields) -> datetime | None:
    """The deadline; 0 says that the issuer takes no response."""
    return evidence.time("due_by", zoned=True) if _answerable(evidence) else None


def _answerable(evidence: Fields) -> bool | None:
    _, due = evidence.value("due_by")
    return None if due is None else due != 0


def _eligibility(fields: Fields, evidence: Fields) -> Iterator[Eligibility]:
    """What Stripe says of the networks' programmes; those that it only names come without a
    status."""
    told = evidence.child("enhanced_eligibility")
    names = dict.fromkeys((*fields.texts("enhanced_eligibility_types"), *told.data))
    for name in names:
        programme = told.child(name)
        yield Eligibility(
            programme=name, status=programme.text("status"),
            required=programme.texts("required_actions"),
        )  # fmt: skip


READER = JsonReader("stripe_disputes_json", find_disputes, read_dispute)
