"""An exact second look at the best fused candidates.

Rank fusion says who came first, not by how much. Five cheap features of query and candidate
are added:

- coverage: share of the query's idf mass that the document holds,
- cosine: of the idf vectors of query and title,
- likeness: Dice coefficient of the character trigrams of query and title,
- missing: share of the query's number words that the document lacks,
- extra: share of the title's number words that the query lacks.

WEIGHTS and BIAS are a logistic regression (L2, C = 0.1) over the best 20 candidates of each
matching pair in the train parts of Amazon-Google and Walmart-Amazon, 1,275 queries.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.analyse import fold, terms
from retrieval.sparse import term_index
from tradewind.ports.search import Document

WEIGHTS = (6.27, 1.59, 2.34, 1.82, -0.82, -0.56)
BIAS = -9.7
TITLE_CHARACTERS = 300

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[a-z0-9]*[0-9][a-z0-9]*")


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
    idf: Callable[[int], float]
    trigrams: frozenset[str]
    numbers: frozenset[str]
    number_terms: frozenset[int]


class Features(NamedTuple):
    """What the score is made of, each 0 to 1."""

    fused: float
    coverage: float
    cosine: float
    likeness: float
    missing: float
    extra: float


def prepare(text: str, words: list[str], idf: Callable[[int], float]) -> Asked:
    """Prepare a wording; `words` are its terms."""
    weights = {index: idf(index) for index in map(term_index, words)}
    folded = fold(text)
    numbers = frozenset(_NUMBER.findall(folded))
    return Asked(
        weights=weights,
        mass=sum(weights.values()) or 1.0,
        length=math.hypot(*weights.values()) or 1.0,
        idf=idf,
        trigrams=trigrams(folded),
        numbers=numbers,
        number_terms=frozenset(map(term_index, numbers)),
    )


def features(asked: Asked, candidate: Candidate, fused: float) -> Features:
    """Compare; `fused` is the candidate's rank fusion score, 1 at best."""
    held = candidate.terms
    title = candidate.document.title[:TITLE_CHARACTERS]
    folded = fold(title)
    grams = trigrams(folded)
    numbers = frozenset(_NUMBER.findall(folded))
    shared = sum([weight for index, weight in asked.weights.items() if index in held])
    return Features(
        fused=fused,
        coverage=shared / asked.mass,
        cosine=_cosine(asked, title),
        likeness=2 * len(grams & asked.trigrams) / max(1, len(grams) + len(asked.trigrams)),
        missing=len(asked.number_terms - held) / max(1, len(asked.numbers)),
        extra=len(numbers - asked.numbers) / max(1, len(numbers)),
    )


def score(asked: Asked, candidate: Candidate, fused: float) -> float:
    """How well the candidate fits, 0 to 1: the logistic of the weighed features."""
    found = features(asked, candidate, fused)
    total = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, found, strict=True))
    return 1 / (1 + math.exp(-total))


def _cosine(asked: Asked, title: str) -> float:
    """Of the idf vectors of query and title."""
    weights = {index: asked.idf(index) for index in map(term_index, terms(title))}
    shared = sum([weights[index] ** 2 for index in asked.weights.keys() & weights.keys()])
    return shared / (asked.length * (math.hypot(*weights.values()) or 1.0))


def trigrams(folded: str) -> frozenset[str]:
    """Character trigrams of a folded text's words, blanks at both ends."""
    padded = _BETWEEN_WORDS.sub(" ", f" {folded[:TITLE_CHARACTERS]} ")
    return frozenset(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))
