"""Orders as Shopify's REST API gives them, with their customer, payment and fulfillments."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.places import address_of
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.shopify_shared import (
    customer_of,
    order_name,
    order_status,
    payment_of,
    refund_of,
    returns_of,
    shipment_of,
    terms_accepted_at,
)  # fmt: skip
from tradewind.base import Money
from tradewind.commerce import Order, OrderLine

_OTHERS = {"abandoned_checkout_url", "invoice_url", "invoice_sent_at"}


def find_orders(document: JsonValue) -> Sequence[JsonObject]:
    """Objects with an order number and a total; checkouts and drafts are others."""
    return mostly(objects_below(document, "orders", "order"), _is_order)


def _is_order(item: JsonObject) -> bool:
    told = {"order_number", "financial_status"} & item.keys()
    return bool(told) and "total_price" in item and "id" in item and not _OTHERS & item.keys()


def read_order(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The order, then its customer, payment and shipments, where they are told."""
    order = _order(fields, context)
    yield Reading(order, fields.data)
    customer = fields.child("customer")
    if customer.text("id"):
        yield Reading(customer_of(customer), customer.data)
    payment = payment_of(fields, order)
    if payment is not None:
        yield Reading(payment, payment_raw(fields))
    for item in (item for item in fields.children("refunds") if item.text("id")):
        refund = refund_of(item, order.id, order.total.currency, payment.id if payment else "")
        if refund is not None:
            yield Reading(refund, item.data)
    for fulfillment in fields.children("fulfillments"):
        yield Reading(shipment_of(fulfillment, order.id, order.ship_to), fulfillment.data)


def payment_raw(fields: Fields) -> dict[str, JsonValue]:
    """The part of an order that tells about its payment."""
    names = ("name", "gateway", "payment_gateway_names", "payment_details", "transactions",
             "financial_status", "refunds", "total_price", "currency", "browser_ip")  # fmt: skip
    return {name: fields.data[name] for name in names if fields.data.get(name) is not None}


def _order(fields: Fields, context: Context) -> Order:
    currency = fields.currency("currency", default=context.currency)
    return Order(
        id=order_name(fields),
        source_id=fields.text("id"),
        customer_id=fields.child("customer").text("id"),
        email=fields.text("email", "contact_email"),
        placed_at=fields.time("processed_at", "created_at"),
        status=order_status(fields),
        source_status=" / ".join(filter(None, _statuses(fields))),
        total=shop_money(fields, "total_price", currency),
        lines=tuple(_line(line, currency) for line in fields.children("line_items")),
        ship_to=address_of(fields.child("shipping_address")),
        bill_to=address_of(fields.child("billing_address")),
        ip=_ip(fields),
        device=fields.text("device_id"),
        language=fields.text("customer_locale")[:2].lower(),
        returns=returns_of(fields),
        terms_accepted_at=terms_accepted_at(fields),
    )


def _statuses(fields: Fields) -> tuple[str, ...]:
    cancelled = "cancelled" if fields.text("cancelled_at") else ""
    return cancelled, fields.text("financial_status"), fields.text("fulfillment_status")


def shop_money(fields: Fields, name: str, currency: str) -> Money:
    """The amount in the shop's currency: `<name>_set.shop_money` in new versions, else `<name>`."""
    shop = fields.child(f"{name}_set").child("shop_money")
    money = shop.money("amount", currency=shop.currency("currency_code", default=currency))
    money = money or fields.money(name, currency=currency)
    if money is None:
        raise FieldError(fields.path + name, "", "is missing")
    return money


def _line(line: Fields, currency: str) -> OrderLine:
    quantity = line.integer("quantity", least=0)
    variant = line.text("variant_title")
    return OrderLine(
        product_id=line.text("product_id"),
        variant_id=line.text("variant_id") or line.text("sku"),
        title=line.need("title", "name"),
        options={"Variant": variant} if variant and variant != "Default Title" else {},
        quantity=1 if quantity is None else quantity,
        price=shop_money(line, "price", currency),
    )


def _ip(fields: Fields) -> str:
    """The buyer's address; "0.0.0.0" stands for none."""
    found = fields.text("browser_ip") or fields.child("client_details").text("browser_ip")
    return "" if found == "0.0.0.0" else found


READER = JsonReader("shopify_orders_json", find_orders, read_order)
