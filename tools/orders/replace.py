"""Send anew what came damaged, wrong or not at all."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import Items, OrderId, Reason, Seen, first, named_items, proposed
from tools.orders.entering import NOTHING, noted, order_in, restocked, text_in, texts_in, together
from tools.orders.lines import line_of, not_ordered
from tools.orders.permission import Refusal, forbidden, refusal, rule_of, seen_of, stale
from tools.orders.promised import left_of, promised, takes_stock
from tradewind.changes import OrderChange
from tradewind.commerce import Order
from tradewind.effects import Effect
from tradewind.evidence import NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import From, Revision, ToolContext, ToolResult, tool

NAME = "orders.replace"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    order, told = order_in(shop, effect), effect.arguments
    if order is None:
        return NOTHING
    items = texts_in(told, "items")
    change = OrderChange(
        kind="replacement", items=items, reason=text_in(told, "reason"),
        photo=text_in(told, "photo"),
    )  # fmt: skip
    return together(noted(order, effect, change, at), restocked(shop, order, (), items))


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def replace(
    context: ToolContext, order_id: OrderId, items: Items, reason: Reason,
    photo: Annotated[str, From.of("file", "request", "buyer")] = "", seen: Seen = None,
) -> ToolResult:  # fmt: skip
    """Send items of an order anew that came damaged, wrong or not at all. `photo` is the SHA-256
    of the picture that shows it."""
    order = readable_order(context, order_id)
    now = seen_of(order)
    why = first(
        stale(seen or {}, now), forbidden(context, order, "replacement", NAME, reason),
        not_ordered(order, "replacement", items), _shown(context, order, photo),
    )  # fmt: skip
    why = why or _none_left(context, order, items)
    if why:
        return refusal(context, order, "replacement", why)
    told: dict[str, JsonValue] = {
        "order_id": order.id, "items": list(items), "reason": reason,
        **({"photo": photo} if photo else {}), "seen": {**now},
    }  # fmt: skip
    named = named_items(order, items)
    return proposed(
        context, NAME, order, told, f"Send anew of order {order.id}: {named}. Reason: {reason}.",
        NameFact(name="items", value=named), NameFact(name="reason", value=reason), once=True,
        scarce=takes_stock(context, order, items),
    )  # fmt: skip


def _none_left(context: ToolContext, order: Order, items: Sequence[str]) -> Refusal | None:
    """Whether the shop counts them, and too few are left that nobody was promised."""
    promises = promised(context)
    for item, count in Counter(items).items():
        line = line_of(order, item)
        product = context.shop.product(line.product_id)
        variant = next((v for v in product.variants if v.id == item), None) if product else None
        left = left_of(promises, variant) if variant else None
        if left is not None and left < count:
            return Refusal("replacement.available", f"{line.title} {item} is not available.")
    return None


def _shown(context: ToolContext, order: Order, photo: str) -> Refusal | None:
    """Whether a picture is missing. A buyer's is one that they sent for this very order."""
    if photo and not _DIGEST.fullmatch(photo):
        return Refusal("replacement.photo", "the photo is not named by its SHA-256.")
    if photo and context.session.audience == "buyer":
        kept = context.photos.of_order(order.id) if context.photos else ()
        if photo not in kept:
            return Refusal("replacement.photo", "no such photo was sent for this order.")
    if not photo and rule_of(context, "replacement").needs_photo:
        return Refusal("replacement.photo", "a photo has to show it.")
    return None
