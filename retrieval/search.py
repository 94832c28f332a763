"""Hybrid search, the same over every engine: fuse dense and sparse ranks, look again, cut.

A query is searched as written; when it comes with an English translation and the embedder
knows English only, the translation is searched beside it, dense and sparse. Documents that the
query names whole (title, id, SKU, barcode) come first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from retrieval.analyse import clean, terms
from retrieval.excerpt import excerpt
from retrieval.points import keys_asked
from retrieval.rescore import Candidate, features, prepare, score
from retrieval.sparse import Sparse, Statistics, term_index
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import DocumentKind, SearchHit, SearchQuery

RRF_K = 20
DEPTH = 50
"""Candidates asked of each leg."""
RESCORED = 20
MAX_QUERY = 2_000

Point = int | str
P = TypeVar("P", int, str)
Vector = list[float] | Sparse


@dataclass(frozen=True)
class Scope:
    """What may be found: no kinds means all; a market also finds what is for every market."""

    kinds: tuple[DocumentKind, ...]
    market: str


class Engine(Protocol):
    """What hybrid search needs of a vector store, within one tenant. Raises BackendError."""

    @property
    def statistics(self) -> Statistics: ...
    def ranked(self, legs: Sequence[Vector], scope: Scope, depth: int) -> list[list[Point]]:
        """For each leg the nearest points, best first."""
        ...

    def exact(self, keys: Sequence[str], scope: Scope, limit: int) -> list[Point]:
        """Points that carry one of the keys."""
        ...

    def fetch(self, points: Sequence[Point]) -> dict[Point, Candidate]:
        """The points' documents; one that is gone meanwhile is left out."""
        ...


@dataclass(frozen=True)
class Wording:
    """The query in one language: its text, terms and whether the embedder understands it."""

    text: str
    words: list[str]
    embeds: bool


def search(engine: Engine, embedding: EmbeddingModel, query: SearchQuery) -> tuple[SearchHit, ...]:
    """The best `query.k` documents; nothing for a query without a single word."""
    wordings = _wordings(query, embedding.languages)
    if not wordings or query.k < 1:
        return ()
    scope = Scope(query.kinds, query.market)
    fused = _fuse(engine.ranked(_legs(wordings, engine.statistics, embedding), scope, DEPTH))
    named = engine.exact(keys_asked(wordings[0].text), scope, query.k)
    looked_at = max(RESCORED, query.k)
    best = sorted(fused, key=fused.__getitem__, reverse=True)[:looked_at]
    found = engine.fetch(list(dict.fromkeys([*named, *best])))
    scored = _scored(found, fused, frozenset(named), wordings, engine.statistics)
    words = {word for wording in wordings for word in wording.words}
    weights = dict(zip(words, engine.statistics.idfs(map(term_index, words)), strict=True))
    return tuple(_hit(c, value, weights) for value, c in scored[: query.k])


def by_score(found: Iterable[tuple[P, float]]) -> list[P]:
    """The points, best first; of equal ones always in one order, which a store's is not."""
    return [point for point, _ in sorted(found, key=lambda one: (-one[1], one[0]))]


def _wordings(query: SearchQuery, languages: frozenset[str]) -> list[Wording]:
    found: list[Wording] = []
    for text, language in ((query.text, query.language), (query.english, "en")):
        plain = clean(text[:MAX_QUERY]).strip()
        words = terms(plain)
        if words and all(plain != other.text for other in found):
            found.append(Wording(plain, words, not languages or language in languages))
    return found


def _legs(
    wordings: Sequence[Wording], statistics: Statistics, embedding: EmbeddingModel
) -> list[Vector]:
    sparse: list[Vector] = [statistics.query_vector(wording.words) for wording in wordings]
    texts = [wording.text for wording in wordings if wording.embeds]
    dense: list[Vector] = [*embedding.embed(texts, "query")] if texts else []
    return sparse + dense


def _fuse(ranks: Sequence[Sequence[Point]]) -> dict[Point, float]:
    """Reciprocal rank fusion (Cormack 2009), scaled so that first everywhere is 1."""
    fused: defaultdict[Point, float] = defaultdict(float)
    share = (RRF_K + 1) / max(1, len(ranks))
    for leg in ranks:
        for rank, point in enumerate(leg):
            fused[point] += share / (RRF_K + 1 + rank)
    return dict(fused)


def _scored(
    found: dict[Point, Candidate],
    fused: dict[Point, float],
    named: frozenset[Point],
    wordings: Sequence[Wording],
    statistics: Statistics,
) -> list[tuple[float, Candidate]]:
    """Best first; a document named whole scores 1 and stands before the others."""
    asked = [prepare(wording.words, statistics) for wording in wordings]
    rows: list[tuple[bool, float, Candidate]] = []
    for point, candidate in found.items():
        share = fused.get(point, 0.0)
        value = max([score(features(one, candidate, share, statistics)) for one in asked])
        rows.append((point in named, value, candidate))
    rows.sort(key=lambda row: (not row[0], -row[1], row[2].document.id))
    return [(1.0 if exact else value, candidate) for exact, value, candidate in rows]


def _hit(candidate: Candidate, value: float, weights: dict[str, float]) -> SearchHit:
    document = candidate.document
    return SearchHit(
        id=document.id, kind=document.kind, source=document.source, title=document.title,
        text=document.text, excerpt=excerpt(document.text or document.title, weights),
        language=document.language, score=round(value, 6),
    )  # fmt: skip
