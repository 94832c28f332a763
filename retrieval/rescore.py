"""An exact second look at the best fused candidates.

Rank fusion says who came first, not by how much. Five cheap features of query and candidate
are added:

- coverage: share of the query's idf mass that the document holds,
- cosine: of the idf vectors of query and title,
- likeness: Dice coefficient of the character trigrams of query and title terms,
- missing: share of the query's number words that the document lacks,
- extra: share of the title's number words that the query lacks.

WEIGHTS and BIAS are a logistic regression (L2, C = 0.1) over the best 20 candidates of each
matching pair in the train parts of Amazon-Google and Walmart-Amazon, 1,275 queries.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.analyse import terms
from retrieval.sparse import Statistics, term_index
from tradewind.ports.search import Document

WEIGHTS = (6.33, 1.64, 2.33, 1.73, -0.79, -0.58)
BIAS = -9.72
TITLE_CHARACTERS = 300

Trigram = tuple[str, str, str]


@dataclass(frozen=True)
class Candidate:
    """A document that an engine brought, with the term indices of its sparse vector."""

    document: Document
    terms: frozenset[int]


@dataclass(frozen=True)
class Asked:
    """One wording of a query, prepared once for all candidates."""

    weights: dict[int, float]
    mass: float
    length: float
    trigrams: frozenset[Trigram]
    numbers: frozenset[str]
    number_indices: frozenset[int]


class Features(NamedTuple):
    """What the score is made of, each 0 to 1."""

    fused: float
    coverage: float
    cosine: float
    likeness: float
    missing: float
    extra: float


def prepare(words: Sequence[str], statistics: Statistics) -> Asked:
    """Prepare a wording by its terms."""
    indices = list(dict.fromkeys(map(term_index, words)))
    weights = statistics.idfs(indices)
    numbers = _numbers(words)
    return Asked(
        weights=dict(zip(indices, weights, strict=True)),
        mass=sum(weights) or 1.0,
        length=math.hypot(*weights) or 1.0,
        trigrams=_trigrams(words),
        numbers=numbers,
        number_indices=frozenset(map(term_index, numbers)),
    )


def features(asked: Asked, candidate: Candidate, fused: float, statistics: Statistics) -> Features:
    """Compare; `fused` is the candidate's rank fusion score, 1 at best."""
    held = candidate.terms
    words = terms(candidate.document.title[:TITLE_CHARACTERS])
    indices = set(map(term_index, words))
    grams = _trigrams(words)
    numbers = _numbers(words)
    weights = asked.weights
    length = math.hypot(*statistics.idfs(indices)) or 1.0
    return Features(
        fused,
        sum([weights[index] for index in weights.keys() & held]) / asked.mass,
        sum([weights[index] ** 2 for index in weights.keys() & indices]) / (asked.length * length),
        2 * len(grams & asked.trigrams) / max(1, len(grams) + len(asked.trigrams)),
        len(asked.number_indices - held) / max(1, len(asked.numbers)),
        len(numbers - asked.numbers) / max(1, len(numbers)),
    )


def score(found: Features) -> float:
    """How well the candidate fits, 0 to 1: the logistic of the weighed features."""
    total = sum([weight * value for weight, value in zip(WEIGHTS, found, strict=True)])
    return 1 / (1 + math.exp(-BIAS - total))


def _trigrams(words: Sequence[str]) -> frozenset[Trigram]:
    """Character trigrams of the words in a row, blanks between and at both ends."""
    text = f" {' '.join(words)} "
    return frozenset(zip(text, text[1:], text[2:], strict=False))


def _numbers(words: Sequence[str]) -> frozenset[str]:
    """The words with a digit in them."""
    return frozenset([word for word in words if not word.isalpha()])
