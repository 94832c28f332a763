"""Change items of an order that has not been shipped to other variants of the same products."""

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
from tools.orders.entering import (
    NOTHING,
    added,
    noted,
    order_in,
    restocked,
    text_in,
    texts_in,
    together,
    with_customer,
)  # fmt: skip
from tools.orders.lines import Swap, difference, line_of, not_ordered, swapped, swaps
from tools.orders.money import (
    chosen,
    customer_of,
    held_by,
    method_of,
    moves_balance,
    paid,
    paid_back,
    with_balance,
)  # fmt: skip
from tools.orders.permission import Refusal, forbidden, refusal, seen_of, stale
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Order, Product
from tradewind.effects import Effect
from tradewind.evidence import NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision, ToolContext, ToolResult, tool

NAME = "orders.change_items"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """The new lines at the prices that were agreed, the stock, and the difference."""
    order, told = order_in(shop, effect), effect.arguments
    if order is None:
        return NOTHING
    items, new = texts_in(told, "items"), texts_in(told, "new_items")
    terms = Terms.model_validate(told["terms"])
    lines = swapped(order, _agreed(shop, order, items, new, terms.prices))
    total, more = order.total.minor + terms.difference.minor, terms.difference
    change = OrderChange(
        kind="items", items=items, new_items=new, method_id=text_in(told, "method"), difference=more
    )
    done = noted(order, effect, change, at, lines=lines,
                 total=order.total.model_copy(update={"minor": total}))  # fmt: skip
    return together(done, restocked(shop, order, items, new), settled(shop, order, effect, more))


def _agreed(
    shop: ShopReader, order: Order, items: Sequence[str], new: Sequence[str], costs: Sequence[Money]
) -> list[Swap]:
    found: list[Swap] = []
    for item, other, price in zip(items, new, costs, strict=True):
        line = line_of(order, item)
        product = shop.product(line.product_id) or Product(id=line.product_id, title=line.title)
        variant = next(v for v in product.variants if v.id == other)
        found.append(Swap(line, product, variant, price))
    return found


def settled(shop: ShopReader, order: Order, effect: Effect, more: Money) -> Revision:
    """The difference paid, or paid back, by the means that was chosen."""
    method_id, customer = text_in(effect.arguments, "method"), customer_of(shop, order)
    size = more.model_copy(update={"minor": abs(more.minor)})
    if not more.minor:
        return NOTHING
    like = next(iter(shop.payments_of(order.id)), None)
    if more.minor > 0:
        method = method_of(customer, method_id)
        entry = added(paid(order, effect.id, size, method, method_id, like))
    else:
        by_it = [p.id for p in shop.payments_of(order.id) if p.method_id == method_id]
        whole = [id_ for id_, held in held_by(shop, order).items() if held > 0]
        of = (*by_it, *whole, "")[0]
        entry = added(paid_back(order, effect.id, 1, size, method_id, of))
    after = with_balance(customer, method_id, -more.minor) if customer else None
    return together(entry, with_customer(customer, after))


@tool(NAME, effect="spend", audiences=("merchant", "buyer"), enter=_enter)
def change_items(
    context: ToolContext, order_id: OrderId, items: Items, new_items: Items, method: Method = "",
    terms: Agreed = None, seen: Seen = None,
) -> ToolResult:  # fmt: skip
    """Change items of an order that has not been shipped: for each of `items` the variant of the
    same product in the same place of `new_items`. All at once: it is done once for an order.
    `method` pays the difference, or gets it back."""
    order = readable_order(context, order_id)
    why = first(forbidden(context, order, "items", NAME), not_ordered(order, "items", items))
    found = why or swaps(context, order, "items", items, new_items)
    if isinstance(found, Refusal):
        return refusal(context, order, "items", found)
    more = difference(found, order)
    means = chosen(context, order, "items", method, more.minor)
    if isinstance(means, Refusal):
        return refusal(context, order, "items", means)
    now = seen_of(order, moves_balance(customer_of(context.shop, order), means))
    agreed = Terms.of(found, more)
    if gone := first(stale(seen or {}, now), changed(terms, agreed, "items")):
        return refusal(context, order, "items", gone)
    return _proposal(context, order, found, agreed, means, now)


def _proposal(
    context: ToolContext, order: Order, found: Sequence[Swap], terms: Terms, means: str,
    now: dict[str, str],
) -> ToolResult:  # fmt: skip
    more = terms.difference
    told: dict[str, JsonValue] = {
        "order_id": order.id, "items": [s.line.variant_id for s in found],
        "new_items": [s.variant.id for s in found], "method": means,
        "terms": terms.model_dump(mode="json"), "seen": {**now},
    }  # fmt: skip
    back = more.model_copy(update={"minor": max(0, -more.minor)})
    return proposed(
        context, NAME, order, told,
        f"Change in order {order.id}: {named_swaps(found)}. {in_words(more, means)}",
        NameFact(name="items", value=named_swaps(found)), *paid_facts(more, means),
        amount=back, once=True,
        scarce=any(swap.variant.stock is not None for swap in found),
    )  # fmt: skip
