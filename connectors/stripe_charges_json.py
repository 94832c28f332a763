"""Stripe charges and refunds: what was paid, by which card, how the checks went, what went back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.dispute_reasons import network_of
from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.places import address_of
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.stripe_shared import (
    bare,
    id_or_object,
    minor_money,
    objects_of,
    order_of,
    said_at,
)  # fmt: skip
from tradewind.commerce import Payment, Refund

_IP = ("ip", "ip_address", "customer_ip", "purchase_ip", "browser_ip")
_DEVICE = ("device", "device_id", "device_fingerprint")
_ACCOUNT = ("customer_account", "customer_account_id", "account_id", "customer_id", "user_id")
_REPORTS = {"fraudulent": True, "safe": False}


def find_charges(document: JsonValue) -> Sequence[JsonObject]:
    return objects_of(document, "charge")


def find_refunds(document: JsonValue) -> Sequence[JsonObject]:
    return objects_of(document, "refund")


def read_charge(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield from charge_readings(fields, "", said_at(fields))


def read_refund(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield Reading(refund_of(fields), bare(fields), said_at(fields))


def charge_readings(fields: Fields, order_id: str, at: datetime | None) -> Iterator[Outcome]:
    """A charge as a payment, then the refunds that came with it; `order_id` where another object
    names the order."""
    payment = payment_of(fields, order_id)
    yield Reading(payment, bare(fields), at)
    for refund in fields.child("refunds").children("data"):
        record = refund_of(refund, payment.order_id)
        yield Reading(
            record.model_copy(update={"payment_id": record.payment_id or payment.id}),
            refund.data, at,
        )  # fmt: skip


def payment_of(fields: Fields, order_id: str = "") -> Payment:
    details = fields.child("payment_method_details")
    method = details.text("type")
    card = details.child("card")
    secure, checks = card.child("three_d_secure"), card.child("checks")
    billing, metadata = fields.child("billing_details"), fields.child("metadata")
    shipping = fields.child("shipping")
    refunded = "amount_refunded"
    back = fields.data.get(refunded)
    _, balance = id_or_object(fields, "balance_transaction")
    return Payment(
        id=fields.need("id"),
        order_id=order_of(fields) or order_id,
        amount=minor_money(fields, "amount"),
        refunded=minor_money(fields, refunded) if back is not None else None,
        status=fields.text("status"),
        method=method,
        brand=card.text("brand"),
        last4=card.text("last4"),
        fingerprint=card.text("fingerprint"),
        avs_line1=checks.text("address_line1_check"),
        avs_postcode=checks.text("address_postal_code_check"),
        cvc=checks.text("cvc_check"),
        eci=secure.text("electronic_commerce_indicator"),
        three_ds=secure.text("result"),
        email=billing.text("email") or fields.text("receipt_email"),
        name=billing.text("name"),
        bill_to=address_of(billing.child("address"), billing.text("name")),
        ip=metadata.text(*_IP),
        device=metadata.text(*_DEVICE),
        descriptor=fields.text("calculated_statement_descriptor", "statement_descriptor"),
        created_at=fields.time("created"),
        captured_at=balance.time("created"),
        intent=id_or_object(fields, "payment_intent")[0],
        account=metadata.text(*_ACCOUNT),
        network=network_of(card.text("network", "brand") or method),
        description=fields.text("description"),
        ship_to=address_of(shipping.child("address"), shipping.text("name")),
        disputed=fields.flag("disputed"),
        fraud_reported=_fraud_reported(fields.child("fraud_details")),
    )


def _fraud_reported(fraud: Fields) -> bool | None:
    """What the processor's or the shop's report says; an issuer's warning is another object, so
    that no report at all tells nothing."""
    words = (fraud.text("stripe_report"), fraud.text("user_report"))
    told = [_REPORTS[word] for word in words if word in _REPORTS]
    return any(told) if told else None


def refund_of(fields: Fields, order_id: str = "") -> Refund:
    """A refund; the acquirer's reference number stands below its destination."""
    charge, _ = id_or_object(fields, "charge")
    intent, _ = id_or_object(fields, "payment_intent")
    card = fields.child("destination_details").child("card")
    known = card.text("reference_type") in ("", "acquirer_reference_number")
    return Refund(
        id=fields.need("id"),
        payment_id=charge or intent,
        order_id=order_of(fields) or order_id,
        amount=minor_money(fields, "amount"),
        at=fields.time("created"),
        status=fields.text("status"),
        arn=card.text("reference") if known else "",
        reason=fields.text("reason"),
    )


READER = JsonReader("stripe_charges_json", find_charges, read_charge)
REFUNDS = JsonReader("stripe_refunds_json", find_refunds, read_refund)
