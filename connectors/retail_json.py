"""The retail database: one object with products, users and orders, each by id; USD.

The original has no dates and no texts; shops that keep this form add optional keys: a product's
description, vendor, type, tags, attributes, images, url, sizes and a variant's stock; an order's
placed_at, language, ip, device, terms_accepted_at, return_requested_at, return_received_at; a
payment's transaction_id and `at`.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import FieldError, Fields
from connectors.places import address_of
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.sizes import read_measure
from tradewind.base import Money
from tradewind.changes import ChangeKind, MethodKind, OrderChange, PaymentMethod
from tradewind.commerce import (
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Product,
    Refund,
    Return,
    Shipment,
    Variant,
)  # fmt: skip

_STATUS: dict[str, OrderStatus] = {
    "pending": "pending", "pending (item modified)": "pending", "processed": "processed",
    "delivered": "delivered", "cancelled": "cancelled", "return requested": "return_requested",
    "exchange requested": "exchange_requested", "exchange": "exchange_requested",
}  # fmt: skip
# A return or exchange can only be asked for what has arrived.
_ARRIVED = ("delivered", "return_requested", "exchange_requested")
_CURRENCY = "USD"
_ASKED = "return requested"
_METHODS: dict[str, MethodKind] = {
    "gift_card": "gift_card", "paypal": "paypal", "credit_card": "credit_card",
}  # fmt: skip
# What the form keeps of a change, below the status that tells of it.
_CHANGES: dict[str, ChangeKind] = {
    "pending (item modified)": "items", "cancelled": "cancel", "return requested": "return",
    "exchange requested": "exchange", "exchange": "exchange",
}  # fmt: skip


def find_retail(document: JsonValue) -> Sequence[JsonObject]:
    """Products, then users, then orders; an order comes with its user (`order`, `user`)."""
    if not isinstance(document, dict):
        return []
    products = _table(document, "products", "product_id")
    users = _table(document, "users", "user_id")
    orders = _table(document, "orders", "order_id")
    by_id = {str(user["user_id"]): user for user in users}
    pairs: list[JsonObject] = [
        {"order": order, "user": by_id.get(str(order.get("user_id")))} for order in orders
    ]
    return [*products, *users, *pairs]


def _table(document: JsonObject, name: str, key: str) -> list[JsonObject]:
    table = document.get(name)
    rows = list(table.values()) if isinstance(table, dict) else []
    return [row for row in rows if isinstance(row, dict) and key in row]


def read_retail(fields: Fields, context: Context) -> Iterator[Outcome]:
    """The records of one entry."""
    if "order" in fields.data:
        yield from _order(fields.child("order"), fields.child("user"))
    elif "user_id" in fields.data:
        yield Reading(_customer(fields), fields.data)
    else:
        yield Reading(_product(fields, context), fields.data)


def _product(fields: Fields, context: Context) -> Product:
    variants = fields.child("variants")
    return Product(
        id=fields.need("product_id"),
        title=fields.need("name"),
        description=fields.text("description"),
        type=fields.text("type"),
        vendor=fields.text("vendor"),
        tags=fields.texts("tags"),
        attributes=_texts(fields.child("attributes")),
        images=fields.texts("images"),
        url=fields.text("url"),
        language=context.language,
        variants=tuple(_variant(variants.child(key)) for key in variants.data),
        sizes=tuple(map(read_measure, fields.children("sizes"))),
    )


def _variant(fields: Fields) -> Variant:
    available = fields.data.get("available")
    return Variant(
        id=fields.need("item_id"),
        sku=fields.text("item_id"),
        options=_options(fields),
        price=_money(fields, "price"),
        stock=fields.integer("stock"),
        available=available if isinstance(available, bool) else None,
    )


def _customer(fields: Fields) -> Customer:
    name = fields.child("name")
    full = f"{name.text('first_name')} {name.text('last_name')}".strip()
    return Customer(
        id=fields.need("user_id"),
        name=full,
        email=fields.text("email"),
        address=address_of(fields.child("address"), full),
        methods=tuple(_methods(fields.child("payment_methods"))),
    )


def _methods(fields: Fields) -> Iterator[PaymentMethod]:
    for key in fields.data:
        card = fields.child(key)
        yield PaymentMethod(
            id=key, kind=_METHODS.get(card.text("source"), "other"), brand=card.text("brand"),
            last4=card.text("last_four"), balance=card.money("balance", currency=_CURRENCY),
        )  # fmt: skip


def _order(fields: Fields, user: Fields) -> Iterator[Outcome]:
    buyer = _customer(user) if user else None
    lines = tuple(_line(item) for item in fields.children("items"))
    word = fields.text("status")
    order = Order(
        id=fields.need("order_id"),
        customer_id=fields.text("user_id"),
        placed_at=fields.time("placed_at"),
        language=fields.text("language"),
        ip=fields.text("ip"),
        device=fields.text("device"),
        email=buyer.email if buyer else "",
        status=_STATUS.get(word, "unknown"),
        source_status=word,
        total=Money(minor=sum(line.price.minor for line in lines), currency=_CURRENCY),
        lines=lines,
        returns=_returns(fields, word),
        changes=_changes(fields, word),
        terms_accepted_at=fields.time("terms_accepted_at"),
        ship_to=address_of(fields.child("address"), buyer.name if buyer else ""),
    )
    yield Reading(order, fields.data)
    yield from _payments(fields, user, order, buyer)
    yield from _shipments(fields, order)


def _returns(fields: Fields, status: str) -> tuple[Return, ...]:
    """The return that the status tells of, with its times where they are told."""
    asked, received = fields.time("return_requested_at"), fields.time("return_received_at")
    if received:
        return (Return(state="received", asked_at=asked, received_at=received),)
    return (Return(state="asked", asked_at=asked),) if asked or status == _ASKED else ()


def _changes(fields: Fields, status: str) -> tuple[OrderChange, ...]:
    """The change that the status tells of, with what is kept of it."""
    kind = _CHANGES.get(status)
    if kind is None:
        return ()
    return (OrderChange(
        kind=kind, at=fields.time("return_requested_at") if kind == "return" else None,
        items=fields.texts(f"{kind}_items"), new_items=fields.texts(f"{kind}_new_items"),
        method_id=fields.text(f"{kind}_payment_method_id"),
        difference=fields.money(
            f"{kind}_price_difference", currency=_CURRENCY, negative=True
        ),
        reason=fields.text("cancel_reason"),
    ),)  # fmt: skip


def _line(item: Fields) -> OrderLine:
    return OrderLine(
        product_id=item.text("product_id"),
        variant_id=item.text("item_id"),
        title=item.need("name"),
        options=_options(item),
        price=_money(item, "price"),
    )


def _options(fields: Fields) -> dict[str, str]:
    return _texts(fields.child("options"))


def _texts(fields: Fields) -> dict[str, str]:
    return {name: fields.text(name) for name in fields.data}


def _money(fields: Fields, name: str) -> Money:
    money = fields.money(name, currency=_CURRENCY)
    if money is None:
        raise FieldError(fields.path + name, "", "is missing")
    return money


def _payments(
    fields: Fields, user: Fields, order: Order, buyer: Customer | None
) -> Iterator[Outcome]:
    """One payment per `payment` entry; refunds to its method are what went back of it."""
    history = fields.children("payment_history")
    paid = [entry for entry in history if entry.text("transaction_type") == "payment"]
    for number, entry in enumerate(paid, start=1):
        method = entry.text("payment_method_id")
        back = [
            _money(other, "amount").minor
            for other in history
            if other.text("transaction_type") == "refund"
            and other.text("payment_method_id") == method
        ]
        card = user.child("payment_methods").child(method)
        payment = Payment(
            id=entry.text("transaction_id") or f"{order.id}/payment/{number}",
            order_id=order.id,
            amount=_money(entry, "amount"),
            refunded=Money(minor=sum(back) if number == 1 else 0, currency=_CURRENCY),
            status="refunded" if back else "paid",
            method=card.text("source") or method.rpartition("_")[0],
            method_id=method,
            brand=card.text("brand"),
            last4=card.text("last_four"),
            email=order.email,
            name=buyer.name if buyer else "",
        )
        yield Reading(payment, {**entry.data, "order_id": order.id})
    yield from _refunds(history, paid, order)


def _refunds(history: list[Fields], paid: list[Fields], order: Order) -> Iterator[Outcome]:
    """What went back, to the payment by the same method where there is one."""
    ids = {
        entry.text("payment_method_id"):
        entry.text("transaction_id") or f"{order.id}/payment/{number}"
        for number, entry in reversed(list(enumerate(paid, start=1)))
    }  # fmt: skip
    back = [entry for entry in history if entry.text("transaction_type") == "refund"]
    for number, entry in enumerate(back, start=1):
        refund = Refund(
            id=entry.text("transaction_id") or f"{order.id}/refund/{number}",
            payment_id=ids.get(entry.text("payment_method_id"), ""),
            order_id=order.id,
            amount=_money(entry, "amount"),
            method_id=entry.text("payment_method_id"),
            at=entry.time("at"),
            status="refunded",
        )
        yield Reading(refund, {**entry.data, "order_id": order.id})


def _shipments(fields: Fields, order: Order) -> Iterator[Outcome]:
    numbers = [
        (entry, tracking) for entry in fields.children("fulfillments")
        for tracking in entry.texts("tracking_id")
    ]  # fmt: skip
    for number, (entry, tracking) in enumerate(numbers, start=1):
        shipment = Shipment(
            id=f"{order.id}/shipment/{number}",
            order_id=order.id,
            tracking_no=tracking,
            state="delivered" if order.status in _ARRIVED else "unknown",
            ship_to=order.ship_to,
            variant_ids=entry.texts("item_ids"),
        )
        yield Reading(shipment, {**entry.data, "order_id": order.id})


READER = JsonReader("retail_json", find_retail, read_retail)
