"""A product's size chart: the size for a measure, or all sizes."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from tools.catalog.facts import product_of
from tradewind.commerce import Product
from tradewind.errors import ToolRetry
from tradewind.evidence import Evidence, Fact, IdFact, NameFact, NumberFact
from tradewind.goods import Measure
from tradewind.tool import ToolContext, ToolResult, tool


@tool("catalog.size_chart", effect="read", audiences=("merchant", "buyer", "ops"))
def size_chart(
    context: ToolContext, product_id: str, value: str = "", unit: str = ""
) -> ToolResult:
    """Read a product's size chart: all sizes, or the one for a measure of the buyer's (`value`, a
    number; `unit` cm or kg, none for a European size)."""
    product = product_of(context, product_id)
    rows = _fitting(product.sizes, _number(value), unit) if value else product.sizes
    if not rows:
        return ToolResult(note=f"The size chart of {product.title} has no such size.")
    return ToolResult(evidence=tuple(_evidence(product, row, bool(value)) for row in rows))


def _number(value: str) -> Decimal:
    """Raises ToolRetry."""
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ToolRetry(f"{value!r} is no number.", "Give it in digits.") from error


def _fitting(sizes: Sequence[Measure], value: Decimal, unit: str) -> list[Measure]:
    """The rows that take the value; between two sizes the next one up, outside the chart none."""
    same = sorted((row for row in sizes if row.unit == unit), key=lambda row: row.low)
    fitting = [row for row in same if row.takes(value)]
    if fitting or not same or value < same[0].low:
        return fitting
    return [row for row in same if row.low > value][:1]


def _evidence(product: Product, row: Measure, asked: bool) -> Evidence:
    text = f"{row.name} {row.low.normalize():f} - {row.high.normalize():f} {row.unit}".strip()
    return Evidence.of(
        "product", f"product/{product.id}", product.title, f"size {row.size}: {text}",
        tuple(_facts(product, row, asked)), language=product.language, trust="untrusted",
    )  # fmt: skip


def _facts(product: Product, row: Measure, asked: bool) -> Iterator[Fact]:
    """`tells` names the reply: a span, a single value."""
    yield IdFact(name="id", value=product.id)
    yield NameFact(name="title", value=product.title)
    yield NameFact(name="size", value=row.size)
    yield NameFact(name="measure", value=row.name)
    yield NumberFact(name="low", value=row.low, unit=row.unit)
    yield NumberFact(name="high", value=row.high, unit=row.unit)
    yield NameFact(name="unit", value=row.unit)
    yield NameFact(name="tells", value="span" if row.low < row.high else "value")
