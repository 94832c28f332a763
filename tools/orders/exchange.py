"""Exchange items of an order that has arrived for other variants of the same products."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import (
    Agreed,
    Items,
    Method,
    OrderId,
    Seen,
    Terms,
    changed,
    first,
    in_words,
    named_swaps,
    paid_facts,
    proposed,
)  # fmt: skip
from tools.orders.entering import NOTHING, noted, order_in, text_in, texts_in
from tools.orders.lines import Swap, difference, not_ordered, products_of, swaps
from tools.orders.money import chosen
from tools.orders.permission import Refusal, forbidden, refusal, seen_of, stale, too_late
from tradewind.changes import OrderChange
from tradewind.commerce import Order
from tradewind.effects import Effect
from tradewind.evidence import NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision, ToolContext, ToolResult, tool

NAME = "orders.exchange"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """Asked for: items and money stay until the goods have come back."""
    order, told = order_in(shop, effect), effect.arguments
    if order is None:
        return NOTHING
    change = OrderChange(
        kind="exchange", items=texts_in(told, "items"), new_items=texts_in(told, "new_items"),
        method_id=text_in(told, "method"),
        difference=Terms.model_validate(told["terms"]).difference,
    )  # fmt: skip
    return noted(order, effect, change, at, status="exchange_requested")


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def exchange(
    context: ToolContext, order_id: OrderId, items: Items, new_items: Items, method: Method = "",
    terms: Agreed = None, seen: Seen = None,
) -> ToolResult:  # fmt: skip
    """Exchange items of an order that has arrived: for each of `items` the variant of the same
    product in the same place of `new_items`. All at once: it is done once for an order. `method`
    pays the difference, or gets it back."""
    order = readable_order(context, order_id)
    why = first(forbidden(context, order, "exchange", NAME), not_ordered(order, "exchange", items))
    why = why or too_late(context, order, "exchange", products_of(context.shop, order, items))
    found = why or swaps(context, order, "exchange", items, new_items)
    if isinstance(found, Refusal):
        return refusal(context, order, "exchange", found)
    agreed = Terms.of(found, difference(found, order))
    means = chosen(context, order, "exchange", method, agreed.difference.minor)
    if isinstance(means, Refusal):
        return refusal(context, order, "exchange", means)
    now = seen_of(order)
    if gone := first(stale(seen or {}, now), changed(terms, agreed, "exchange")):
        return refusal(context, order, "exchange", gone)
    return _proposal(context, order, found, agreed, means, now)


def _proposal(
    context: ToolContext, order: Order, found: Sequence[Swap], terms: Terms, means: str,
    now: dict[str, str],
) -> ToolResult:  # fmt: skip
    told: dict[str, JsonValue] = {
        "order_id": order.id, "items": [s.line.variant_id for s in found],
        "new_items": [s.variant.id for s in found], "method": means,
        "terms": terms.model_dump(mode="json"), "seen": {**now},
    }  # fmt: skip
    named = named_swaps(found)
    return proposed(
        context, NAME, order, told,
        f"Exchange in order {order.id}: {named}. {in_words(terms.difference, means)}",
        NameFact(name="items", value=named), *paid_facts(terms.difference, means), once=True,
        scarce=any(swap.variant.stock is not None for swap in found),
    )  # fmt: skip
