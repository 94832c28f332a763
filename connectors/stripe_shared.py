"""What Stripe's objects have in common: wrappers, minor units, where an order id may stand."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import FieldError, Fields
from connectors.limits import AMOUNT
from tradewind.base import Json, Money

# Stripe counts these otherwise than ISO 4217 (docs.stripe.com/currencies): ISK and UGX in
# hundredths, MGA in whole units.
_DIVIDED = {"ISK": 100, "UGX": 100}
_MULTIPLIED = {"MGA": 100}
_EVENT = "(event) created"
"""Under this name an object carries its event's time."""
_ORDER_KEYS = ("order_id", "order_number", "order_name", "order", "orderId", "order_no")


def objects_of(document: JsonValue, name: str) -> Sequence[JsonObject]:
    """Objects with `object` = name: alone, in an array, a list object, a webhook event, or each
    under a name of its own."""
    return [item for item in _unwrapped(document) if item.get("object") == name]


def _unwrapped(node: JsonValue) -> Iterator[JsonObject]:
    if isinstance(node, list):
        for child in node:
            yield from _unwrapped(child)
    elif isinstance(node, dict):
        data = node.get("data")
        if node.get("object") == "list" and isinstance(data, list):
            yield from _unwrapped(data)
        elif node.get("object") == "event" and isinstance(data, dict):
            said = {_EVENT: node.get("created")}
            yield from ({**item, **said} for item in _unwrapped(data.get("object")))
        elif "object" in node:
            yield node
        elif node and all(isinstance(child, dict) and "object" in child for child in node.values()):
            yield from _unwrapped(list(node.values()))


def said_at(fields: Fields) -> datetime | None:
    """When the event happened that the object came in; None for an object that came by itself."""
    return fields.time(_EVENT)


def bare(fields: Fields) -> Json:
    """The object as Stripe wrote it."""
    return {name: value for name, value in fields.data.items() if name != _EVENT}


def minor_money(fields: Fields, name: str) -> Money:
    """An amount that is in minor units already. Raises FieldError."""
    found = fields.data.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise FieldError(fields.path + name, found, "is not a whole number of minor units")
    if not 0 <= found <= AMOUNT:
        raise FieldError(fields.path + name, found, "is out of range")
    currency = fields.currency("currency", default="")
    scaled = found * _MULTIPLIED.get(currency, 1) // _DIVIDED.get(currency, 1)
    return Money(minor=scaled, currency=currency)


def order_of(*holders: Fields) -> str:
    """The order's id from the first metadata that has one."""
    found = (holder.child("metadata").text(*_ORDER_KEYS) for holder in holders)
    return next((order for order in found if order), "")


def id_or_object(fields: Fields, name: str) -> tuple[str, Fields]:
    """An expandable field: (id, the object when it was expanded, else an empty one)."""
    found = fields.data.get(name)
    inner = Fields(found, f"{fields.path}{name}.") if isinstance(found, dict) else Fields({})
    return (inner.text("id") if inner else fields.text(name)), inner
