"""What the record of a product says of one matter: its attributes and options by name, else the
sentences of its description that hold one of the words."""

import re
from collections.abc import Iterator

from tradewind.commerce import Product
from tradewind.errors import ToolRetry
from tradewind.evidence import Evidence, Fact, IdFact, NameFact
from tradewind.tool import ToolContext, ToolResult, tool

MOST = 3
"""Attributes or sentences that are told of one matter."""
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")


@tool("catalog.facts", effect="read", audiences=("merchant", "buyer", "ops"))
def product_facts(
    context: ToolContext, product_id: str, names: str = "", words: str = ""
) -> ToolResult:
    """Read what a product's record says of one matter. `names`: English words with which the
    matter's attribute may begin (weight|weigh); `words`: those of a sentence on it."""
    product = product_of(context, product_id)
    told = tuple(told_of(product, names, words))
    if not told:
        return ToolResult(note=f"The record of {product.title} does not tell it.")
    return ToolResult(evidence=(detail(product, ". ".join(told)),))


@tool("catalog.fits", effect="read", audiences=("merchant", "buyer", "ops"))
def product_fits(context: ToolContext, product_id: str, thing: str) -> ToolResult:
    """Read what a product's attributes and options say of a thing that it is to work with or to
    fit: only what they name counts, what they do not name is not known."""
    product = product_of(context, product_id)
    pattern = beginning(thing)
    told = [text for text in typed(product) if pattern.search(text)]
    if not told:
        return ToolResult(note=f"The record of {product.title} names no {thing}.")
    return ToolResult(evidence=(detail(product, ". ".join(told[:MOST])),))


def product_of(context: ToolContext, product_id: str) -> Product:
    """Raises ToolRetry."""
    product = context.shop.product(product_id)
    if product is None:
        raise ToolRetry(f"there is no product {product_id}.", "Search for it.")
    return product


def told_of(product: Product, names: str, words: str) -> Iterator[str]:
    """Attributes and options whose name fits, at most MOST; where there are none, sentences."""
    named = list(_named(product, beginning(names))) if names else []
    if named or not words:
        yield from named[:MOST]
        return
    pattern = beginning(words)
    texts = [*typed(product), *_sentences(product)]
    yield from [text for text in texts if pattern.search(text)][:MOST]


def typed(product: Product) -> Iterator[str]:
    """Attributes and options as they are told: `ports: 2 x Thunderbolt 4`."""
    yield from (f"{name}: {value}" for name, value in product.attributes.items())
    yield from (f"{name}: {', '.join(values)}" for name, values in options_of(product).items())


def options_of(product: Product) -> dict[str, list[str]]:
    """Every option's values, sorted."""
    found: dict[str, set[str]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            found.setdefault(name, set()).add(value)
    return {name: sorted(values) for name, values in found.items()}


def beginning(words: str) -> re.Pattern[str]:
    """Finds words that begin so; `words` are apart by "|" and may be regular expressions."""
    return re.compile(rf"(?<![^\W_])(?:{words})", re.I)


def detail(product: Product, text: str) -> Evidence:
    """A part of a product's record. It is a supplier's."""
    facts: tuple[Fact, ...] = (
        IdFact(name="id", value=product.id), NameFact(name="title", value=product.title),
    )  # fmt: skip
    return Evidence.of(
        "product", f"product/{product.id}", product.title, text, facts,
        language=product.language, trust="untrusted",
    )  # fmt: skip


def _named(product: Product, pattern: re.Pattern[str]) -> Iterator[str]:
    named = [text for text in typed(product) if pattern.search(text.partition(":")[0])]
    yield from dict.fromkeys(named)


def _sentences(product: Product) -> list[str]:
    return [text.rstrip(".") for text in _SENTENCE.split(product.description) if text.strip()]
