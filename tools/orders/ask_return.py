"""Take back items of an order that has arrived."""

from datetime import datetime

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import Items, Method, OrderId, Seen, first, named_items, proposed
from tools.orders.entering import NOTHING, noted, order_in, text_in, texts_in
from tools.orders.lines import not_ordered, products_of
from tools.orders.money import chosen
from tools.orders.permission import Refusal, forbidden, refusal, seen_of, stale, too_late
from tradewind.changes import OrderChange
from tradewind.commerce import Return
from tradewind.effects import Effect
from tradewind.evidence import NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision, ToolContext, ToolResult, tool

NAME = "orders.return"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """Asked for: the money goes back when the goods have come."""
    order, told = order_in(shop, effect), effect.arguments
    if order is None:
        return NOTHING
    change = OrderChange(
        kind="return", items=texts_in(told, "items"), method_id=text_in(told, "method")
    )
    returns = (*order.returns, Return(state="asked", asked_at=at))
    return noted(order, effect, change, at, status="return_requested", returns=returns)


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def ask_return(
    context: ToolContext, order_id: OrderId, items: Items, method: Method = "", seen: Seen = None
) -> ToolResult:
    """Have items of an order that has arrived sent back: all of them at once, each as often as it
    is to be returned. `method` is where the money goes: what the order was paid with, or a gift
    card of the customer's."""
    order = readable_order(context, order_id)
    why = first(forbidden(context, order, "return", NAME), not_ordered(order, "return", items))
    why = why or too_late(context, order, "return", products_of(context.shop, order, items))
    means = why or chosen(context, order, "return", method)
    now = seen_of(order)
    gone = stale(seen or {}, now)
    if isinstance(means, Refusal) or gone:
        return refusal(context, order, "return", gone or means)  # pyright: ignore[reportArgumentType]
    told: dict[str, JsonValue] = {
        "order_id": order.id, "items": list(items), "method": means, "seen": {**now},
    }  # fmt: skip
    named, way = named_items(order, items), means or "the original means of payment"
    return proposed(
        context, NAME, order, told,
        f"Take back from order {order.id}: {named}. The money goes to {way}.",
        NameFact(name="items", value=named), NameFact(name="method", value=way), once=True,
    )  # fmt: skip
