"""Stripe charges for the orders paid by card, and the disputes about some of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .course import AS_OF, Course, Dice, DisputeCase
from .retail import Address, Order, PaymentMethod, User
from .trackings import alpha2

Json = dict[str, object]
_DESCRIPTOR = "TRADEWIND SAMPLE"
# ECI of Mastercard for what Visa and Amex call 05 and 06.
_MASTERCARD_ECI = {"05": "02", "06": "01", "07": "00"}
_EVIDENCE = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure "
    "cancellation_rebuttal customer_communication customer_email_address customer_name "
    "customer_purchase_ip customer_signature duplicate_charge_documentation "
    "duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy "
    "refund_policy_disclosure refund_refusal_explanation service_date service_documentation "
    "shipping_address shipping_carrier shipping_date shipping_documentation "
    "shipping_tracking_number uncategorized_file uncategorized_text"
).split()


@dataclass(frozen=True)
class CardOrder:
    """An order paid by card, its buyer, and how it went. `disputed`: a dispute is open about it."""

    order: Order
    buyer: User
    course: Course
    disputed: bool

    @property
    def card(self) -> PaymentMethod:
        return self.buyer.payment_methods[self.order.method]

    @property
    def refunded(self) -> bool:
        return any(t.transaction_type == "refund" for t in self.order.payment_history)

    @property
    def placed(self) -> datetime:
        return datetime.fromisoformat(self.order.placed_at or "")


def charge_id(order_id: str, dice: Dice) -> str:
    return f"ch_3QSample{dice.mark('charge', order_id, length=16)}"


def refund_id(order_id: str, dice: Dice) -> str:
    return f"re_3QSample{dice.mark('refund', order_id, length=16)}"


def dispute_id(case: DisputeCase, dice: Dice) -> str:
    return f"dp_1QSample{dice.mark('dispute', case.key, length=13)}"


def charges(paid: Iterable[CardOrder], dice: Dice) -> Json:
    """An answer of GET /v1/charges, newest first."""
    data = [
        _charge(item, dice) for item in sorted(paid, key=lambda item: item.placed, reverse=True)
    ]
    return {"object": "list", "url": "/v1/charges", "has_more": False, "data": data}


def _charge(item: CardOrder, dice: Dice) -> Json:
    order, buyer = item.order, item.buyer
    back = order.cents if item.refunded else 0
    return {
        "id": charge_id(order.order_id, dice),
        "object": "charge",
        "amount": order.cents,
        "amount_captured": order.cents,
        "amount_refunded": back,
        "billing_details": {
            "address": _address(buyer.address),
            "email": buyer.email,
            "name": buyer.full_name,
            "phone": None,
        },
        "calculated_statement_descriptor": _DESCRIPTOR,
        "captured": True,
        "created": int(item.placed.timestamp()) + 4,
        "currency": "usd",
        "customer": f"cus_{dice.mark('customer', buyer.user_id, length=14)}",
        "description": f"Order {order.order_id}",
        "disputed": item.disputed,
        "livemode": False,
        "metadata": {
            "order_id": order.order_id, "ip": order.ip, "device_id": order.device,
            "customer_account": buyer.user_id,
        },
        "outcome": {"network_status": "approved_by_network", "risk_level": "normal",
                    "type": "authorized"},
        "paid": True,
        "payment_intent": f"pi_3QSample{dice.mark('intent', order.order_id, length=16)}",
        "payment_method_details": {"card": _card(item, dice), "type": "card"},
        "receipt_email": buyer.email,
        "refunded": item.refunded,
        "refunds": {"object": "list", "has_more": False, "data": _refunds(item, dice)},
        "shipping": {"address": _address(order.address), "name": buyer.full_name},
        "statement_descriptor": _DESCRIPTOR,
        "status": "succeeded",
    }  # fmt: skip


def _card(item: CardOrder, dice: Dice) -> Json:
    card, course = item.card, item.course
    rng = dice.of("card", card.id)
    line1, postcode = course.avs
    eci = course.eci
    if card.brand == "mastercard":
        eci = _MASTERCARD_ECI.get(eci, eci)
    secure = {"result": course.three_ds or None, "electronic_commerce_indicator": eci or None,
              "version": "2.2.0" if course.three_ds else None}  # fmt: skip
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": line1,
            "address_postal_code_check": postcode,
            "cvc_check": course.cvc,
        },
        "country": alpha2(item.buyer.address.country),
        "exp_month": rng.randint(1, 12),
        "exp_year": rng.randint(2027, 2031),
        "fingerprint": dice.mark("fingerprint", card.id, length=16),
        "funding": rng.choice(("credit", "credit", "debit")),
        "last4": card.last_four,
        "network": card.brand,
        "three_d_secure": secure if course.three_ds or eci else None,
    }


def _refunds(item: CardOrder, dice: Dice) -> list[Json]:
    if not item.refunded:
        return []
    at = min(item.placed + timedelta(hours=50), AS_OF - timedelta(minutes=20))
    return [{
        "id": refund_id(item.order.order_id, dice),
        "object": "refund",
        "amount": item.order.cents,
        "charge": charge_id(item.order.order_id, dice),
        "created": int(at.timestamp()),
        "currency": "usd",
        "reason": "requested_by_customer",
        "status": "succeeded",
    }]  # fmt: skip


def _address(address: Address) -> Json:
    return {
        "city": address.city, "country": alpha2(address.country), "line1": address.address1,
        "line2": address.address2 or None, "postal_code": address.zip or None,
        "state": address.state or None,
    }  # fmt: skip


def disputes(cases: Iterable[DisputeCase], orders: Mapping[str, Order], dice: Dice) -> Json:
    """An answer of GET /v1/disputes, newest first."""
    ordered = sorted(cases, key=lambda case: case.opened, reverse=True)
    data = [_dispute(case, orders[case.order], dice) for case in ordered]
    return {"object": "list", "url": "/v1/disputes", "has_more": False, "data": data}


def _dispute(case: DisputeCase, order: Order, dice: Dice) -> Json:
    inquiry = case.category == "general"
    ce3 = case.trap == "ce3_eligible"
    eligibility: Json = {"visa_compelling_evidence_3": {
        "required_actions": ["missing_merchandise_or_services"], "status": "requires_action",
    }} if ce3 else {}  # fmt: skip
    return {
        "id": dispute_id(case, dice),
        "object": "dispute",
        "amount": order.cents,
        "balance_transactions": [] if inquiry else [_withdrawal(case, order, dice)],
        "charge": charge_id(order.order_id, dice),
        "created": int(case.opened.timestamp()),
        "currency": "usd",
        "enhanced_eligibility_types": ["visa_compelling_evidence_3"] if ce3 else [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": int(case.due.timestamp()),
            "enhanced_eligibility": eligibility,
            "has_evidence": False,
            "past_due": case.due < AS_OF,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": f"pi_3QSample{dice.mark('intent', order.order_id, length=16)}",
        "payment_method_details": {
            "card": {
                "brand": case.brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network_reason_code": case.code,
            },
            "type": "card",
        },
        "reason": case.category,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _withdrawal(case: DisputeCase, order: Order, dice: Dice) -> Json:
    """The disputed amount and the fee of 15 dollars, taken from the balance."""
    return {
        "id": f"txn_1QSample{dice.mark('txn', case.key, length=13)}",
        "object": "balance_transaction",
        "amount": -order.cents,
        "created": int(case.opened.timestamp()),
        "currency": "usd",
        "description": f"Chargeback withdrawal for {charge_id(order.order_id, dice)}",
        "fee": 1500,
        "net": -order.cents - 1500,
        "reporting_category": "dispute",
        "type": "adjustment",
    }
