"""Visa's Compelling Evidence 3.0 as Stripe takes and shows it (docs.stripe.com/api/disputes)."""

from typing import Any

CE3 = "visa_compelling_evidence_3"
TRANSACTION = frozenset((
    "charge", "customer_account_id", "customer_device_fingerprint", "customer_device_id",
    "customer_email_address", "customer_purchase_ip", "merchandise_or_services",
    "product_description", "shipping_address",
))  # fmt: skip
QUALIFIED = {CE3: {"required_actions": [], "status": "qualified"}}


def unknown_in(value: Any) -> str:
    """The first parameter that there is none of; empty for none."""
    if not value:
        return ""
    others = value.keys() - {CE3}
    if others:
        return f"evidence[enhanced_evidence][{min(others)}]"
    told = value[CE3]
    for one in (told["disputed_transaction"], *told["prior_undisputed_transactions"]):
        if wrong := one.keys() - TRANSACTION:
            return f"evidence[enhanced_evidence][{CE3}][{min(wrong)}]"
    return ""


def shown(value: Any) -> dict[str, Any]:
    """As Stripe shows it again: with its empty fields."""
    if not value:
        return {}
    told, none = value[CE3], dict.fromkeys(TRANSACTION - {"charge", "merchandise_or_services"})
    own = {**none, "merchandise_or_services": None, **told["disputed_transaction"]}
    priors = [{**none, **one} for one in told["prior_undisputed_transactions"]]
    return {CE3: {"disputed_transaction": own, "prior_undisputed_transactions": priors}}
