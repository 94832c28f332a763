"""Items of an order and what may come in their place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tools.orders.permission import Refusal, rule_of
from tools.orders.promised import promised
from tradewind.base import Money
from tradewind.changes import ChangeKind
from tradewind.commerce import Order, OrderLine, Product, Variant
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext


@dataclass(frozen=True)
class Swap:
    """One unit of a line and the variant that comes in its place."""

    line: OrderLine
    product: Product
    variant: Variant
    price: Money

    @property
    def difference(self) -> int:
        return self.price.minor - self.line.price.minor

    def told(self) -> str:
        other = options_in_words(self.variant.options)
        return f"{described(self.line)} for {other} at {self.price}"


def described(line: OrderLine) -> str:
    options = options_in_words(line.options)
    return f"{line.title} ({options})" if options else line.title


def options_in_words(options: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in options.items())


def not_ordered(order: Order, kind: ChangeKind, items: Sequence[str]) -> Refusal | None:
    """Whether an item is none of the order's, or named more often than it was ordered."""
    if not items:
        return Refusal(f"{kind}.items", "no item is named.")
    ordered = units_of(order)
    for item, count in Counter(items).items():
        if item not in ordered:
            return Refusal(f"{kind}.items", f"item {item} is not in order {order.id}.")
        if count > ordered[item]:
            return Refusal(
                f"{kind}.count", f"order {order.id} holds {ordered[item]} of item {item}, "
                f"not {count}.",
            )  # fmt: skip
    return None


def units_of(order: Order) -> Counter[str]:
    """How many units of each variant were ordered."""
    units: Counter[str] = Counter()
    for line in order.lines:
        units[line.variant_id] += line.quantity
    units.pop("", None)
    return units


def line_of(order: Order, item: str) -> OrderLine:
    return next(line for line in order.lines if line.variant_id == item)


def swaps(
    context: ToolContext, order: Order, kind: ChangeKind, items: Sequence[str], new: Sequence[str]
) -> list[Swap] | Refusal:
    """Each item with what comes in its place, or what stands against it."""
    if len(items) != len(new):
        return Refusal(
            f"{kind}.pairs", f"{len(items)} items are named and {len(new)} to replace them."
        )
    wanted, found, promises = Counter(new), list[Swap](), promised(context)
    for item, other in zip(items, new, strict=True):
        made = _swap(context, order, kind, item, other, wanted[other] + promises[other])
        if isinstance(made, Refusal):
            return made
        found.append(made)
    return found


def _swap(
    context: ToolContext, order: Order, kind: ChangeKind, item: str, other: str, count: int
) -> Swap | Refusal:
    line = line_of(order, item)
    product = context.shop.product(line.product_id)
    variant = next((v for v in product.variants if v.id == other), None) if product else None
    if product is None or variant is None:
        return Refusal(f"{kind}.product", f"{other} is no variant of {line.title}.")
    if item == other and not rule_of(context, kind).same_variant:
        return Refusal(f"{kind}.same_variant", f"{other} is what was ordered: nothing changes.")
    if variant.available is False or (variant.stock is not None and variant.stock < count):
        return Refusal(f"{kind}.available", f"{line.title} {other} is not available.")
    if variant.price is None or variant.price.currency != line.price.currency:
        return Refusal(
            f"{kind}.price", f"the price of {other} in {line.price.currency} is not known."
        )
    return Swap(line, product, variant, variant.price)


def products_of(shop: ShopReader, order: Order, items: Sequence[str]) -> list[Product | None]:
    """The products of these items, each once."""
    ids = dict.fromkeys(line_of(order, item).product_id for item in items)
    return [shop.product(id_) for id_ in ids]


def difference(found: Sequence[Swap], order: Order) -> Money:
    """What the new ones cost more than the old; below zero where they cost less."""
    return Money(minor=sum(s.difference for s in found), currency=order.total.currency)


def swapped(order: Order, found: Sequence[Swap]) -> tuple[OrderLine, ...]:
    """The order's lines with the new variants in their places, a unit at a time."""
    old, lines = Counter(swap.line.variant_id for swap in found), list[OrderLine]()
    waiting = list(found)
    for line in order.lines:
        units = min(old[line.variant_id], line.quantity)
        old[line.variant_id] -= units
        if line.quantity > units:
            lines.append(line.model_copy(update={"quantity": line.quantity - units}))
        for _ in range(units):
            swap = next(s for s in waiting if s.line.variant_id == line.variant_id)
            waiting.remove(swap)
            lines.append(_in_place(line, swap))
    return tuple(lines)


def _in_place(line: OrderLine, swap: Swap) -> OrderLine:
    new = {"variant_id": swap.variant.id, "options": swap.variant.options, "price": swap.price}
    return line.model_copy(update={**new, "quantity": 1})
