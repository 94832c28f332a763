"""Nearness of a message to the examples that scenarios name."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.classifier import count
from tradewind.catalog import Catalog

Grams = dict[int, float]


class Neighbours:
    """The scenarios' examples as n-gram vectors, listed by n-gram at the first question: a
    buyer's turn never asks."""

    def __init__(self, catalog: Catalog) -> None:
        told = {
            s.id: [text for texts in s.examples.values() for text in texts]
            for s in catalog.values()
        }
        self._texts = {name: texts for name, texts in told.items() if texts}
        sizes = [len(texts) for texts in self._texts.values()]
        self._firsts = np.cumsum([0, *sizes])[:-1]
        self._examples = sum(sizes)

    @cached_property
    def _holders(self) -> "Holders":
        return _by_gram([grams_of(text) for texts in self._texts.values() for text in texts])

    def nearness(self, text: str) -> dict[str, float]:
        """Cosine to the closest example of each scenario that has examples (0 to 1)."""
        cosines = np.zeros(self._examples)
        for gram, weight in grams_of(text).items():
            if gram in self._holders:
                rows, weights = self._holders[gram]
                cosines[rows] += weight * weights
        if not self._texts:
            return {}
        closest = np.maximum.reduceat(cosines, self._firsts)
        return dict(zip(self._texts, closest.tolist(), strict=True))


Holders = dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]]


def _by_gram(examples: list[Grams]) -> Holders:
    """For each n-gram the examples that hold it, and its weight in them."""
    lists: dict[int, list[tuple[int, float]]] = {}
    for row, grams in enumerate(examples):
        for gram, weight in grams.items():
            lists.setdefault(gram, []).append((row, weight))
    return {
        gram: (np.array([row for row, _ in held]), np.array([weight for _, weight in held]))
        for gram, held in lists.items()
    }


def grams_of(text: str) -> Grams:
    """Hashed character n-grams at unit length."""
    counts, _ = count(text)
    length = float(np.sqrt(sum(value * value for value in counts.values()))) or 1.0
    return {bucket: value / length for bucket, value in counts.items()}
