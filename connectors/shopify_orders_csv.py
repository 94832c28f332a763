"""Shopify's order export: the first row of an order holds it, the others only further lines."""

from collections.abc import Iterator

from connectors.fields import FieldError, Fields
from connectors.groups import Group, groups
from connectors.places import address_of
from connectors.reader import Context, Outcome, Reading, Row, TableReader, settle
from connectors.shopify_shared import status_of
from connectors.table import Table
from tradewind.base import Money
from tradewind.commerce import Address, Customer, Order, OrderLine, Payment, Rejected


def read_orders(table: Table, context: Context) -> Iterator[Row]:
    """Order, customer and payment of each number; one with a faulty line is set aside whole."""
    styled = table.styled("lineitem price", "total", "subtotal")
    for group in groups(styled, "Name", "name"):
        if isinstance(group, Rejected):
            yield group
        else:
            yield from settle(group.number, lambda at=group: _read(at, context), context)


def _read(group: Group, context: Context) -> Iterator[Outcome]:
    if not group.whole:
        raise FieldError("Name", group.key, "a row of this order was set aside")
    first = group.rows[0].fields
    raw = group.raw
    currency = first.currency("currency", default=context.currency)
    order = _order(group, first, currency)
    yield Reading(order, raw)
    if order.customer_id:
        yield Reading(_customer(first, order), dict(group.rows[0].raw))
    if first.text("payment method"):
        yield Reading(_payment(first, order), dict(group.rows[0].raw))


def _order(group: Group, first: Fields, currency: str) -> Order:
    total = first.money("total", currency=currency)
    if total is None:
        raise FieldError("Total", "", "is missing")
    financial, fulfillment = first.text("financial status"), first.text("fulfillment status")
    cancelled = first.text("cancelled at")
    words = ("cancelled" if cancelled else "", financial, fulfillment)
    return Order(
        id=group.key,
        source_id=first.text("id"),
        customer_id=first.text("email").lower(),
        email=first.text("email"),
        placed_at=first.time("created at", "paid at"),
        status=status_of(cancelled=bool(cancelled), financial=financial, fulfillment=fulfillment),
        source_status=" / ".join(filter(None, words)),
        total=total,
        lines=tuple(_lines(group, currency)),
        ship_to=_address(first, "shipping"),
        bill_to=_address(first, "billing"),
        device=first.text("device id"),
    )


def _lines(group: Group, currency: str) -> Iterator[OrderLine]:
    for row in group.rows:
        line = row.fields
        if not line.text("lineitem name"):
            continue
        price = line.money("lineitem price", currency=currency)
        if price is None:
            raise FieldError("Lineitem price", "", f"is missing in row {row.number}")
        quantity = line.integer("lineitem quantity", least=0)
        yield OrderLine(
            variant_id=line.text("lineitem sku").lstrip("'"),
            title=line.text("lineitem name"),
            quantity=1 if quantity is None else quantity,
            price=price,
        )


def _address(fields: Fields, side: str) -> Address | None:
    """The columns of one side ("Shipping City") as an address object has them."""
    names = ("name", "address1", "address2", "city", "zip", "province", "country", "phone")
    parts = {name: fields.text(f"{side} {name}") for name in names}
    parts["address1"] = parts["address1"] or fields.text(f"{side} street")
    return address_of(Fields({name: value for name, value in parts.items() if value}))


def _customer(first: Fields, order: Order) -> Customer:
    """The export has no customer id: the e-mail address stands for it."""
    address = order.bill_to or order.ship_to
    return Customer(
        id=order.customer_id,
        name=address.name if address else "",
        email=order.email,
        phone=first.text("phone") or (address.phone if address else ""),
        address=address,
    )


def _payment(first: Fields, order: Order) -> Payment:
    currency = order.total.currency
    refunded: Money | None = first.money("refunded amount", currency=currency)
    return Payment(
        id=first.text("payment id", "payment reference") or f"{order.id}/payment",
        order_id=order.id,
        amount=order.total,
        refunded=refunded,
        status=first.text("financial status"),
        method=first.text("payment method"),
        email=order.email,
        name=order.bill_to.name if order.bill_to else "",
        bill_to=order.bill_to,
        device=order.device,
        created_at=first.time("paid at"),
    )


READER = TableReader(
    kind="shopify_orders_csv",
    needs=(("name",), ("financial status",), ("total",), ("lineitem name",), ("lineitem price",)),
    read=read_orders,
)
