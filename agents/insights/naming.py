"""Of which product a text speaks: that whose title's words it holds."""

from collections import defaultdict
from collections.abc import Iterable

from agents.glossary import Glossary
from agents.passages import content_words
from tradewind.commerce import Product


class Naming:
    """Products by the words of their titles; made once for many texts."""

    def __init__(self, products: Iterable[Product], glossary: Glossary) -> None:
        self._titles: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._with: dict[str, set[str]] = defaultdict(set)
        self._glossary = glossary
        for product in products:
            self._titles[product.id] = product.title
            self._words[product.id] = content_words(product.title)
            for word in self._words[product.id]:
                self._with[word].add(product.id)

    def product(self, text: str, language: str) -> str:
        """The id of the one product whose title is named whole, the longest title first; empty
        where none is, or several are."""
        words = set(content_words(text))
        for _, english in self._glossary.find(text, language):
            words |= content_words(english)
        near = {id_ for word in words for id_ in self._with.get(word, ())}
        whole = [id_ for id_ in near if self._words[id_] <= words]
        most = max((len(self._words[id_]) for id_ in whole), default=0)
        best = [id_ for id_ in whole if len(self._words[id_]) == most]
        return best[0] if len(best) == 1 else ""

    def title(self, product: str) -> str:
        return self._titles.get(product, "")
