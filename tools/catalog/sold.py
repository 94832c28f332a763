"""Products as they were sold."""

from collections.abc import Iterator, Sequence

from tools.access import readable_order
from tradewind.base import Time
from tradewind.commerce import Order, OrderLine, Product, Version
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, MoneyFact, NameFact, TimeFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool


@tool("catalog.sold", effect="read")
def sold(context: ToolContext, order_id: str) -> ToolResult:
    """Read the listings of an order's items as they stood when it was placed, and whether that is
    certain."""
    order = readable_order(context, order_id)
    found = tuple(_listings(context.shop, order))
    note = "" if found else f"No listing is recorded for the items of order {order.id}."
    return ToolResult(evidence=found, note=note)


def _listings(shop: ShopReader, order: Order) -> Iterator[Evidence]:
    """One for each product of the order."""
    lines = {line.product_id: line for line in reversed(order.lines) if line.product_id}
    for product_id, line in sorted(lines.items()):
        version = version_at(shop.listings(product_id), order.placed_at)
        if version is not None and isinstance(version.record, Product):
            certain = bool(order.placed_at and version.stood(order.placed_at))
            yield listing_evidence(version.record, line, order, version.seen_from, certain)
        elif (product := shop.product(product_id)) is not None:
            yield listing_evidence(product, line, order, None, certain=False)


def version_at(versions: Sequence[Version], at: Time | None) -> Version | None:
    """The version that stood at a time; else the last one seen before it, else the first seen
    after it. `versions` are oldest first."""
    if at is None:
        return versions[-1] if versions else None
    stood = next((v for v in versions if v.stood(at)), None)
    before = [v for v in versions if v.seen_from <= at]
    return stood or (before[-1] if before else next(iter(versions), None))


def listing_evidence(
    product: Product, line: OrderLine, order: Order, as_of: Time | None, certain: bool
) -> Evidence:
    """The listing's text with what was bought of it. `certain`: it was seen, before and after the
    purchase, to say so."""
    facts: list[Fact] = [
        IdFact(name="product", value=product.id),
        IdFact(name="order", value=order.id),
        NameFact(name="title", value=product.title),
        FlagFact(name="certain", value=certain),
        MoneyFact(name="price", value=line.price),
    ]
    facts += [NameFact(name="option", value=f"{k}: {v}") for k, v in line.options.items()]
    if as_of:
        facts.append(TimeFact(name="as_of", value=as_of))
    told = [
        product.title + ".", product.description,
        *(f"{name}: {value}." for name, value in product.attributes.items()),
    ]  # fmt: skip
    return Evidence.of(
        "listing", f"listing/{product.id}", product.title, " ".join(filter(None, told)),
        tuple(facts), language=product.language, observed_at=as_of,
    )  # fmt: skip
