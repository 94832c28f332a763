"""Send an order that has not been shipped to another address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import OrderId, Seen, first, proposed
from tools.orders.entering import NOTHING, noted, order_in
from tools.orders.permission import Refusal, forbidden, refusal, rule_of, seen_of, stale
from tradewind.changes import OrderChange
from tradewind.commerce import Address, Order
from tradewind.effects import Effect
from tradewind.evidence import NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import From, Revision, ToolContext, ToolResult, tool

NAME = "orders.change_address"

Written = Annotated[Address | str, From.of("address", "request", "buyer")]
"""An address in its parts, or whole as it was written."""


def _former(
    arguments: Mapping[str, JsonValue], state: Mapping[str, JsonValue]
) -> dict[str, JsonValue] | None:
    """The address before, where the outside told it."""
    before = state.get("address_before")
    return {"order_id": arguments["order_id"], "address": before} if before else None


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    order = order_in(shop, effect)
    if order is None:
        return NOTHING
    to = address_in(effect.arguments["address"], order.ship_to)
    return noted(order, effect, OrderChange(kind="address"), at, ship_to=to)


def address_in(value: JsonValue, before: Address | None) -> Address:
    """The address as a record: one that was written whole is its first line. Who gets it stays,
    where nobody is named."""
    name = before.name if before else ""
    if isinstance(value, dict):
        address = Address.model_validate(value)
        return address if address.name else address.model_copy(update={"name": name})
    return Address(name=name, line1=str(value))


def one_line(address: Address | str) -> str:
    """The address as a person writes it."""
    if isinstance(address, str):
        return address
    parts = (address.name, address.line1, address.line2, address.city, address.region,
             address.postcode, address.country)  # fmt: skip
    return ", ".join(filter(None, parts))


def as_told(address: Address | str) -> JsonValue:
    """As an argument: of its parts those that are there."""
    return address if isinstance(address, str) else address.model_dump(exclude_defaults=True)


def incomplete(address: Address | str, kind: str = "address") -> Refusal | None:
    """Whether there is too little of it: a street and a town, where it is told in parts."""
    if not any(map(str.isalnum, one_line(address))):
        return Refusal(f"{kind}.written", "there is no address.")
    if isinstance(address, Address) and not (address.line1 and address.city):
        return Refusal(f"{kind}.written", "the address lacks its street or its town.")
    return None


def kept_country(context: ToolContext, order: Order) -> str:
    """The country that the order's address has to stay in; empty where any will do."""
    fixed = rule_of(context, "address").same_country
    return order.ship_to.country if fixed and order.ship_to else ""


def _in_country(context: ToolContext, order: Order, address: Address | str) -> Address | str:
    """With the country that it has to stay in, where none is named."""
    if isinstance(address, str) or address.country:
        return address
    return address.model_copy(update={"country": kept_country(context, order)})


def _abroad(context: ToolContext, order: Order, address: Address | str) -> Refusal | None:
    """Whether it is in another country than the order may go to; one that was written whole
    is for whoever reads it."""
    kept = kept_country(context, order)
    if isinstance(address, str) or not kept or address.country.casefold() == kept.casefold():
        return None
    return Refusal("address.country", f"order {order.id} stays in {kept}, not {address.country}.")


@tool(NAME, effect="write", audiences=("merchant", "buyer"), undo=_former, enter=_enter)
def change_address(
    context: ToolContext, order_id: OrderId, address: Written, seen: Seen = None
) -> ToolResult:
    """Change the delivery address of an order that has not been shipped. Give the whole address
    as it was written, or all its parts."""
    order = readable_order(context, order_id)
    now = seen_of(order)
    address = _in_country(context, order, address)
    why = first(
        forbidden(context, order, "address", NAME), incomplete(address),
        _abroad(context, order, address), stale(seen or {}, now),
    )  # fmt: skip
    if why:
        return refusal(context, order, "address", why)
    told: dict[str, JsonValue] = {
        "order_id": order.id, "address": as_told(address), "seen": {**now}
    }  # fmt: skip
    line = one_line(address)
    return proposed(
        context, NAME, order, told, f"Send order {order.id} to: {line}.",
        NameFact(name="address", value=line),
    )  # fmt: skip
