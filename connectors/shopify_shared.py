"""What Shopify's order, customer, fulfillment and dispute objects have in common."""

from connectors.fields import Fields
from connectors.places import address_of
from connectors.words import tracking_state, vocabulary
from tradewind.base import Money
from tradewind.commerce import Address, Customer, Order, OrderStatus, Payment, Shipment


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
    )


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
