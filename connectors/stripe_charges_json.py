"""Stripe charges: what was paid, by which card, and how the checks went."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.places import address_of
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.stripe_shared import minor_money, objects_of, order_of
from tradewind.commerce import Payment

_IP = ("ip", "ip_address", "customer_ip", "purchase_ip", "browser_ip")
_DEVICE = ("device", "device_id", "device_fingerprint")


def find_charges(document: JsonValue) -> Sequence[JsonObject]:
    return objects_of(document, "charge")


def read_charge(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield Reading(payment_of(fields), fields.data)


def payment_of(fields: Fields, order_id: str = "") -> Payment:
    """A charge as a payment; `order_id` where another object names the order."""
    details = fields.child("payment_method_details")
    method = details.text("type")
    card = details.child("card")
    secure, checks = card.child("three_d_secure"), card.child("checks")
    billing, metadata = fields.child("billing_details"), fields.child("metadata")
    refunded = "amount_refunded"
    back = fields.data.get(refunded)
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
    )


READER = JsonReader("stripe_charges_json", find_charges, read_charge)
