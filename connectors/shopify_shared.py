"""What Shopify's order, customer, fulfillment, refund and dispute objects have in common."""

from datetime import datetime

from connectors.fields import Fields
from connectors.places import address_of
from connectors.times import parse_time
from connectors.words import tracking_state, vocabulary
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Customer,
    Order,
    OrderStatus,
    Payment,
    Refund,
    Return,
    ReturnState,
    Shipment,
)  # fmt: skip


def order_name(fields: Fields) -> str:
    """The number that buyer and merchant use ("#1001"); the object's id where there is none."""
    number = fields.text("order_number")
    return fields.text("name") or (f"#{number}" if number else fields.need("id"))


def order_status(fields: Fields) -> OrderStatus:
    """Our reading of an order's dates and states, the latest fact first."""
    shipped = [f.text("shipment_status") for f in fields.children("fulfillments")]
    return status_of(
        cancelled=bool(fields.text("cancelled_at")),
        financial=fields.text("financial_status"),
        fulfillment=fields.text("fulfillment_status"),
        delivered=bool(shipped) and all(state == "delivered" for state in shipped),
    )


def status_of(
    *, cancelled: bool, financial: str, fulfillment: str, delivered: bool = False
) -> OrderStatus:
    """An order's status from Shopify's two words; `delivered`: all its parcels are."""
    if cancelled:
        return "cancelled"
    if financial.lower() in ("refunded", "voided"):
        return "refunded" if financial.lower() == "refunded" else "cancelled"
    if fulfillment.lower() == "fulfilled":
        return "delivered" if delivered else "shipped"
    return "processed" if fulfillment.lower() == "partial" else "pending"


def customer_of(fields: Fields) -> Customer:
    name = f"{fields.text('first_name')} {fields.text('last_name')}".strip()
    return Customer(
        id=fields.need("id"),
        name=name,
        email=fields.text("email"),
        phone=fields.text("phone"),
        address=address_of(fields.child("default_address"), name),
        created_at=fields.time("created_at"),
    )


def shipment_of(fields: Fields, order_id: str, ship_to: Address | None = None) -> Shipment:
    """A fulfillment. Its own `status` tells whether the request went through, not the parcel."""
    lines = fields.children("line_items")
    return Shipment(
        id=fields.need("id"),
        order_id=order_id,
        carrier=fields.text("tracking_company"),
        service=fields.text("service"),
        tracking_no=fields.text("tracking_number")
        or next(iter(fields.texts("tracking_numbers")), ""),
        state=tracking_state("shopify", fields.text("shipment_status")),
        shipped_at=fields.time("created_at") if fields.text("status") == "success" else None,
        estimated_at=fields.time("estimated_delivery_at"),
        ship_to=address_of(fields.child("destination")) or ship_to,
        variant_ids=tuple(line.text("variant_id") or line.text("sku") for line in lines),
    )


def payment_of(fields: Fields, order: Order) -> Payment | None:
    """The order's payment, one per order; None where nothing is told about it."""
    gateways = fields.texts("payment_gateway_names") or fields.texts("gateway")
    details = fields.child("payment_details")
    if not gateways and not details:
        return None
    avs, cvc = details.text("avs_result_code").upper(), details.text("cvv_result_code").upper()
    number = details.text("credit_card_number")
    words = vocabulary("shopify")
    return Payment(
        id=f"{order.id}/payment",
        order_id=order.id,
        amount=order.total,
        refunded=_refunded(fields, order.total.currency),
        status=fields.text("financial_status"),
        method=", ".join(gateways),
        brand=details.text("credit_card_company").lower(),
        last4="".join(char for char in number[-4:] if char.isdigit()),
        avs_line1=words["avs_line1"].get(avs, avs),
        avs_postcode=words["avs_postcode"].get(avs, avs),
        cvc=words["cvc"].get(cvc, cvc),
        email=order.email,
        name=details.text("credit_card_name") or (order.bill_to.name if order.bill_to else ""),
        bill_to=order.bill_to,
        ip=order.ip,
        device=order.device,
        created_at=order.placed_at,
        account=order.customer_id,
        ship_to=order.ship_to,
        description="; ".join(line.title for line in order.lines),
    )


def refund_of(fields: Fields, order_id: str, currency: str, payment_id: str = "") -> Refund | None:
    """A refund of its transactions' sum; None where no money went back (items restocked only)."""
    back = [t for t in fields.children("transactions") if t.text("kind") == "refund"]
    paid = [(t, t.money("amount", currency=t.currency("currency", default=currency))) for t in back]
    sums = [money for _, money in paid if money is not None]
    if not sums:
        return None
    states = {t.text("status") for t in back}
    return Refund(
        id=f"shopify/{fields.need('id')}",
        payment_id=payment_id,
        order_id=order_id,
        amount=Money(minor=sum(money.minor for money in sums), currency=sums[0].currency),
        at=fields.time("processed_at", "created_at"),
        status=states.pop() if len(states) == 1 else "partly " + " and ".join(sorted(states)),
        arn=next((arn for t in back if (arn := _arn(t))), ""),
        reason=fields.text("note"),
    )


def _arn(transaction: Fields) -> str:
    _, receipt = transaction.value("receipt")
    told = Fields(receipt) if isinstance(receipt, dict) else Fields({})
    return told.text("acquirer_reference_number", "arn")


_RETURN_STATES: dict[str, ReturnState] = {
    "requested": "asked", "open": "approved", "declined": "refused", "canceled": "cancelled",
    "inspection_complete": "received",
}  # fmt: skip


def returns_of(fields: Fields) -> tuple[Return, ...]:
    """The order's returns where they are listed; else what its refunds say came back."""
    if listed := fields.children("returns"):
        return tuple(_return_of(item) for item in listed)
    times = [
        refund.time("processed_at", "created_at")
        for refund in fields.children("refunds")
        if any(i.text("restock_type") == "return" for i in refund.children("refund_line_items"))
    ]
    return tuple(Return(state="received", received_at=at) for at in times)


def _return_of(fields: Fields) -> Return:
    """A closed return says nothing of the goods: only their receipt does."""
    received = fields.time("received_at", "receivedAt")
    state = _RETURN_STATES.get(fields.text("status").lower(), "unknown")
    return Return(
        state="received" if received else state,
        asked_at=fields.time("created_at", "createdAt"),
        received_at=received,
    )


def terms_accepted_at(fields: Fields) -> datetime | None:
    """When the buyer ticked the shop's terms, where the checkout noted it: a note whose name says
    so and whose value is a time, or yes (then at the checkout)."""
    names = vocabulary("shopify")["terms"]
    for note in fields.children("note_attributes"):
        name = "_".join(note.text("name").lower().replace("-", " ").replace("_", " ").split())
        value = note.text("value")
        if name in names and value:
            if value.lower() in names["yes"].split():
                return fields.time("processed_at", "created_at")
            return _time_of(value)
    return None


def _time_of(note: str) -> datetime | None:
    """The time of a note, which may hold anything."""
    try:
        return parse_time(note)[0]
    except (ValueError, OverflowError, OSError):
        return None


def _refunded(fields: Fields, currency: str) -> Money | None:
    """What went back, by the refunds' transactions; None where no refund is listed."""
    if "refunds" not in fields.data:
        return None
    paid = [
        transaction.money("amount", currency=currency)
        for refund in fields.children("refunds")
        for transaction in refund.children("transactions")
        if transaction.text("kind") == "refund" and transaction.text("status") == "success"
    ]
    return Money(minor=sum(money.minor for money in paid if money), currency=currency)
