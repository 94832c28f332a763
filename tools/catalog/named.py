"""The products that a text names."""

import re

from tools.catalog.facts import detail
from tradewind.commerce import Product
from tradewind.errors import ToolFailed
from tradewind.ports.search import SearchQuery
from tradewind.tool import ToolContext, ToolResult, tool

LOOKED_AT = 12
"""Products near to the text whose titles are compared with it."""
MOST = 3
"""Products that are told of at once; a text that fits more names none."""
SHARED = 2
"""Words of a title that name a product without the one for its kind: iPod Nano."""
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{2,}")
"""Words; the unit of an amount (8GB) is none."""
_TOKEN = re.compile(r"[^\W\d_]{2,}|[^\w\s]")
_PLAIN = frozenset((
    "your", "this", "that", "these", "those", "with", "from", "what", "which", "does", "have",
    "sell", "stock", "carry", "much", "many", "about", "into", "some", "other", "new", "good",
    "best", "cheap", "big", "large", "small", "same", "than", "will", "work", "cost", "price",
    "come", "left", "still", "there", "please", "available",
))  # fmt: skip
"""Words beside a title's that tell no other kind."""
_SETS = frozenset(("set", "kit", "pair", "pack"))
_HEAD_FIRST = frozenset(("es", "fr", "it", "pt", "ar"))
"""Languages in which a product's kind stands before what tells it from others."""


@tool("catalog.named", effect="read", audiences=("merchant", "buyer", "ops"))
def named_products(
    context: ToolContext, text: str, several: bool = False, near: bool = False
) -> ToolResult:
    """Find the product whose title stands in a text, or the several ones; what is only near in
    meaning is not named. More than one where the text does not tell them apart. With `near` all
    that share a word of their title with it."""
    if context.search is None:
        raise ToolFailed("no search index is open.", "Import products first.")
    query = SearchQuery(text=text, language="en", kinds=("product",), k=LOOKED_AT)
    sources = dict.fromkeys(hit.source for hit in context.search.search(query))
    found = [context.shop.product(source.removeprefix("product/")) for source in sources]
    tokens = [_stem(word) for word in _TOKEN.findall(text.casefold())]
    known = [product for product in found if product is not None]
    fitting = [p for p in known if (_is_near if near else _is_meant)(p, tokens)]
    named = fitting[:MOST] if near else _named(fitting, _words(text), several)
    return ToolResult(evidence=tuple(detail(product, product.title) for product in named))


def _named(products: list[Product], words: set[str], several: bool) -> list[Product]:
    """Whole titles before parts, long before short; a word names one product only."""
    named: list[Product] = []
    while words:
        ranked = [(score, p) for p in products if (score := _score(p, words)) > (0, 0)]
        best = [p for score, p in ranked if score == max(score for score, _ in ranked)]
        if len(best) > MOST:
            return named
        named += best
        if not best or not several:
            break
        words = words - {word for p in best for word in _words(p.title)}
        products = [p for p in products if p not in best]
    return named


def _is_meant(product: Product, tokens: list[str]) -> bool:
    """Whether the word for the product's kind stands for it, or several words of its title do: all
    of the title is there, or nothing beside the word tells another kind ("washing machine" is no
    espresso machine)."""
    title = _title(product)
    if not title or set(title) <= set(tokens):
        return bool(title)
    head = _head(product, title)
    if head in tokens:
        return _stands(product, head, tokens)
    shared = [word for word in dict.fromkeys(title) if word in tokens]
    return len(shared) >= SHARED and _stands(product, shared[-1], tokens)


def _is_near(product: Product, tokens: list[str]) -> bool:
    """Whether one word of the title stands for the product."""
    return any(
        len(word) > 2 and word not in _PLAIN and _stands(product, word, tokens)
        for word in _title(product)
    )


def _stands(product: Product, word: str, tokens: list[str]) -> bool:
    """Whether nothing beside a word of the title tells another kind: before the kind's own word,
    after any other ("electric guitar" is no electric kettle)."""
    title, first = _title(product), product.language in _HEAD_FIRST
    step = 1 if (word == _head(product, title)) == first else -1
    beside = [
        tokens[at + step] if 0 <= at + step < len(tokens) else ""
        for at, token in enumerate(tokens) if token == word
    ]  # fmt: skip
    options = (value for one in product.variants for value in one.options.values())
    record = _words(" ".join((product.description, *product.attributes.values(), *options)))
    return any(
        len(other) < 4 or other in _PLAIN or other in title or other in record for other in beside
    )


def _head(product: Product, title: list[str]) -> str:
    return title[0 if product.language in _HEAD_FIRST else -1]


def _title(product: Product) -> list[str]:
    told = [_stem(word) for word in _WORD.findall(product.title.casefold())]
    return [word for word in told if word not in _SETS] or told


def _score(product: Product, words: set[str]) -> tuple[int, int]:
    """(whether the whole title is there, how many of its words); nothing without the word that
    says what kind of thing it is, or several others."""
    told = _title(product)
    shared = sum(word in words for word in set(told))
    if not told or (_head(product, told) not in words and shared < SHARED):
        return (0, 0)
    return (int(shared == len(set(told))), shared)


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.casefold())} - _SETS


def _stem(word: str) -> str:
    """One form for singular and plural: bottles, watches, batteries."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
