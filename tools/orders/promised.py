"""What is promised of a variant and not yet taken from its stock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from tradewind.commerce import Order, Variant
from tradewind.effects import Effect
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext

TAKES = {
    "orders.change_items": "new_items", "orders.exchange": "new_items", "orders.replace": "items",
}  # fmt: skip
"""Tools that send something out, and the argument that names it."""
REMEMBERED = timedelta(days=90)
"""For so long an exchange that was done holds what it promised; then the goods have come back or
will not (chosen by us)."""


def left_of(promises: Mapping[str, int], variant: Variant) -> int | None:
    """How many of a variant nobody was promised; None where the shop does not count it."""
    if variant.stock is None:
        return None
    return max(0, variant.stock - promises.get(variant.id, 0))


def promised(context: ToolContext) -> Counter[str]:
    """By variant, the units of changes that are asked about or on their way, and of those that are
    done while the goods have not left: an exchange still waits for what comes back."""
    units: Counter[str] = Counter()
    if context.past is None:
        return units
    since = context.clock() - REMEMBERED
    for effect in context.past.promising(tuple(TAKES), since):
        if not _taken(context.shop, effect):
            units.update(_named(effect))
    return units


def takes_stock(context: ToolContext, order: Order, items: Sequence[str]) -> bool:
    """Whether the shop counts how many there are of one of these."""
    products = [context.shop.product(line.product_id) for line in order.lines]
    return any(v.stock is not None and v.id in items for p in products if p for v in p.variants)


def _named(effect: Effect) -> list[str]:
    value = effect.arguments.get(TAKES[effect.tool])
    return [str(one) for one in value] if isinstance(value, list) else []


def _taken(shop: ShopReader, effect: Effect) -> bool:
    """Whether the stock tells of it already, or nothing is waited for any more."""
    if effect.status != "done":
        return False
    order = shop.order(str(effect.arguments.get("order_id")))
    return effect.tool != "orders.exchange" or order is None or order.status != "exchange_requested"
