"""BM25 as sparse vectors, the same on every back end.

A document's vector holds the saturated, length-normalised term frequencies; a query's vector
holds the inverse document frequencies. Their dot product is BM25 (Robertson, Zaragoza 2009),
with a fixed average length, so that a document's weights do not depend on its neighbours.

The engines' own IDF modifier is not used: it counts a whole collection, which on a shared
server would let one tenant's catalogue change another's ranking.

A term's index is its CRC-32. Two terms of a vocabulary of 100,000 collide with a chance of about
one to one somewhere in it (n²/2³³ ≈ 1.2 pairs), which costs those two terms some weight and
nothing else: text is never recovered from an index.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log1p
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

K1 = 0.9
B = 0.4
AVERAGE_LENGTH = 40
"""Terms in a typical product or policy section."""

Indices = NDArray[np.uint32]


class Sparse(NamedTuple):
    """A sparse vector; indices are unique and rising."""

    indices: list[int]
    values: list[float]


def term_index(term: str) -> int:
    """The term's place in the vector, 0 to 2^32-1."""
    return crc32(term.encode("utf-8", "replace"))


def document_vector(terms: Sequence[str]) -> Sparse:
    """BM25's document side."""
    norm = K1 * (1 - B + B * len(terms) / AVERAGE_LENGTH)
    counts = Counter(map(term_index, terms))
    indices = sorted(counts)
    return Sparse(indices, [counts[i] * (K1 + 1) / (counts[i] + norm) for i in indices])


class Statistics:
    """How many of one tenant's documents hold each term."""

    def __init__(self) -> None:
        self.documents = 0
        self._frequency: dict[int, int] = {}

    def load(self, documents: Sequence[Indices]) -> None:
        """Count these documents anew, forgetting what was counted before."""
        self.documents = len(documents)
        self._frequency = {}
        if documents:
            indices, counts = np.unique(np.concatenate(documents), return_counts=True)
            self._frequency = dict(zip(indices.tolist(), counts.tolist(), strict=True))

    def add(self, indices: Indices, sign: int = 1) -> None:
        """Count one document in (+1) or out (-1)."""
        self.documents += sign
        for index in indices.tolist():
            self._frequency[index] = self._frequency.get(index, 0) + sign

    def idfs(self, indices: Iterable[int]) -> list[float]:
        """log(1 + (N - n + 0.5) / (n + 0.5)) of each: always above zero."""
        total = self.documents + 1
        held = self._frequency.get
        return [log1p((total - n) / n) for n in [held(index, 0) + 0.5 for index in indices]]

    def query_vector(self, terms: Iterable[str]) -> Sparse:
        """BM25's query side; a repeated term counts once."""
        indices = sorted(set(map(term_index, terms)))
        return Sparse(indices, self.idfs(indices))
