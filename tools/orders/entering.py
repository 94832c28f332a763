"""What an effect on an order makes of the shop's own records. Entered once: an order names the
effects that were."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from tradewind.changes import OrderChange
from tradewind.commerce import Customer, Order, Product, ShopRecord, Variant
from tradewind.effects import Effect
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision

NOTHING = Revision((), ())


def order_in(shop: ShopReader, effect: Effect) -> Order | None:
    """The effect's order; None where it is gone, or holds the effect already."""
    order = shop.order(str(effect.arguments["order_id"]))
    if order is None or any(change.effect == effect.id for change in order.changes):
        return None
    return order


def revised(order: Order, change: OrderChange, **told: object) -> Order:
    """The order with one more change, and what else is so now."""
    changes = (*order.changes, change)
    return order.model_copy(update={"changes": changes, "revision": order.revision + 1, **told})


def noted(order: Order, effect: Effect, change: OrderChange, at: datetime, **told: object
          ) -> Revision:  # fmt: skip
    """The change as one of the effect's, with nothing else touched."""
    ours = change.model_copy(update={"effect": effect.id, "at": at})
    return Revision((order,), (revised(order, ours, **told),))


def together(*revisions: Revision) -> Revision:
    """Several as one: the last word on a record counts, what did not change is left out."""
    before = {_key(record): record for r in revisions for record in r.before}
    after = {_key(record): record for r in revisions for record in r.after}
    changed = tuple(record for key, record in after.items() if before.get(key) != record)
    return Revision(tuple(before.values()), changed)


def _key(record: ShopRecord) -> tuple[str, str]:
    return record.kind, record.id


def with_customer(before: Customer | None, after: Customer | None) -> Revision:
    return Revision((before,), (after,)) if before and after else NOTHING


def added(*records: ShopRecord) -> Revision:
    """Records that were not there."""
    return Revision((), records)


def restocked(shop: ShopReader, order: Order, back: Iterable[str], out: Iterable[str] = ()
              ) -> Revision:  # fmt: skip
    """The products whose stock is told, with these variants put back and taken out."""
    moved = Counter(back)
    moved.subtract(Counter(out))
    products: Sequence[Product | None] = [
        shop.product(id_) for id_ in dict.fromkeys(line.product_id for line in order.lines) if id_
    ]
    known = [p for p in products if p and any(moved[v.id] for v in p.variants)]
    return Revision(tuple(known), tuple(_stocked(product, moved) for product in known))


def _stocked(product: Product, moved: Mapping[str, int]) -> Product:
    return product.model_copy(
        update={"variants": tuple(_moved(v, moved.get(v.id, 0)) for v in product.variants)}
    )


def _moved(variant: Variant, more: int) -> Variant:
    if variant.stock is None or not more:
        return variant
    return variant.model_copy(update={"stock": variant.stock + more})


def texts_in(arguments: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    value = arguments.get(name)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def text_in(arguments: Mapping[str, JsonValue], name: str) -> str:
    return str(arguments.get(name) or "")
