"""Products that fit a question, with live price and stock."""

from collections.abc import Iterable
from decimal import Decimal

from tradewind.commerce import Product, Variant
from tradewind.errors import ToolFailed
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, MoneyFact, NameFact, NumberFact
from tradewind.ports.search import SearchQuery
from tradewind.tool import ToolContext, ToolResult, tool


@tool("catalog.search", effect="read", audiences=("merchant", "buyer", "ops"))
def search_products(
    context: ToolContext, text: str, language: str = "en", english: str = "", k: int = 3
) -> ToolResult:
    """Find products by words, SKU or description, with price, options and stock as of now."""
    if context.search is None:
        raise ToolFailed("no search index is open.", "Import products first.")
    query = SearchQuery(text=text, language=language, english=english, kinds=("product",), k=k)
    found: list[Evidence] = []
    for hit in context.search.search(query):
        product = context.shop.product(hit.source.removeprefix("product/"))
        if product is not None:
            found.append(product_evidence(product, f"{text} {english}"))
    return ToolResult(evidence=tuple(found), note="" if found else "No product fits.")


def product_evidence(product: Product, asked: str = "") -> Evidence:
    """A product with its price span, options and stock; narrowed to the variants that `asked`
    names by their option values, where it names some. Its texts are suppliers'."""
    variants = _narrowed(product.variants, asked)
    facts: list[Fact] = [
        IdFact(name="id", value=product.id),
        NameFact(name="title", value=product.title),
    ]
    facts += _price_facts(variants)
    facts += _stock_facts(variants)
    facts += [NameFact(name="option", value=text) for text in _option_texts(variants)]
    facts += [NameFact(name="attribute", value=f"{k}: {v}") for k, v in product.attributes.items()]
    options = "; ".join(_option_texts(variants))
    told = [
        product.description,
        *(f"{name}: {value}." for name, value in product.attributes.items()),
        f"Options: {options}." if options else "",
    ]
    excerpt = " ".join(part for part in told if part) or product.title
    return Evidence.of(
        "product", f"product/{product.id}", product.title, excerpt, tuple(facts),
        language=product.language, trust="untrusted",
    )  # fmt: skip


def _narrowed(variants: tuple[Variant, ...], asked: str) -> tuple[Variant, ...]:
    words = set(asked.casefold().replace(",", " ").replace("?", " ").split())
    named = {
        value.casefold()
        for variant in variants
        for value in variant.options.values()
        if value.casefold() in words or (" " in value and value.casefold() in asked.casefold())
    }
    fitting = tuple(
        v for v in variants if named <= {value.casefold() for value in v.options.values()}
    )
    return fitting if named and fitting else variants


def _price_facts(variants: Iterable[Variant]) -> list[Fact]:
    prices = sorted((v.price for v in variants if v.price), key=lambda p: p.minor)
    if not prices:
        return []
    if prices[0] == prices[-1]:
        return [MoneyFact(name="price", value=prices[0])]
    return [
        MoneyFact(name="price_from", value=prices[0]),
        MoneyFact(name="price_to", value=prices[-1]),
    ]


def _stock_facts(variants: tuple[Variant, ...]) -> list[Fact]:
    told = [v for v in variants if v.available is not None or v.stock is not None]
    if not told:
        return []
    open_ = [v for v in told if (v.available if v.available is not None else (v.stock or 0) > 0)]
    facts: list[Fact] = [
        FlagFact(name="available", value=bool(open_)),
        NameFact(name="availability", value="in_stock" if open_ else "out_of_stock"),
        NumberFact(name="variants_available", value=Decimal(len(open_))),
        NumberFact(name="variants", value=Decimal(len(variants))),
    ]
    if len(told) == 1 and told[0].stock is not None:
        facts.append(NumberFact(name="stock", value=Decimal(told[0].stock)))
    return facts


def _option_texts(variants: Iterable[Variant]) -> list[str]:
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return [f"{name}: {', '.join(sorted(found))}" for name, found in values.items()]
