"""Retrieval's benchmarks: each returns its figures with the baselines measured in the same run."""

import gzip
import json
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log1p
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from pydantic import TypeAdapter

from retrieval.analyse import terms
from retrieval.edge import PUBLISH_FROM, EdgeIndex
from retrieval.points import BATCH, batches_of, indexed
from retrieval.search import DEPTH, Scope
from tradewind.base import Record
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import Document, SearchQuery

Item = TypeVar("Item")


class MatchingFigures(Record):
    """hit@1 over the matching pairs: the first hit is a known match of the query's record.

    `strict` counts only the pair's own partner. `bm25` is plain BM25 over lower-cased words
    (k1 1.2, b 0.75), `dense` the embedder alone.
    """

    hit_at_1: float
    strict: float
    bm25: float
    dense: float
    queries: int
    documents: int


class SpeedFigures(Record):
    """CPU milliseconds of one query, embedding left out.

    The baseline is qdrant-client's local mode, asked for the same neighbours through the tenant
    filter that ServerIndex sets (scanning its payloads is most of the cost): `local_dense_ms`
    the dense ones alone, `local_ms` dense and sparse. `build_s` is wall time.
    """

    documents: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    filtered_ms: float
    build_s: float
    local_dense_ms: float
    local_ms: float


class _Product(Record):
    title: str
    manufacturer: str = ""
    price: str = ""


class _Pair(Record):
    left: _Product
    pair: int
    matches: tuple[int, ...]


def matching(folder: Path, embedding: EmbeddingModel, work: Path) -> MatchingFigures:
    """Search `folder`'s corpus (see its README) for each left title and manufacturer.

    `work` is an empty folder for the index.
    """
    products = _read(folder / "corpus.jsonl.gz", TypeAdapter(_Product))
    pairs = _read(folder / "valid.jsonl.gz", TypeAdapter(_Pair))
    queries = [_text(pair.left) for pair in pairs]
    index = EdgeIndex(work, "bench", embedding)
    index.sync(_as_document(place, product) for place, product in enumerate(products))
    hits = [index.search(SearchQuery(text=query, k=1)) for query in queries]
    index.close()
    ours = [int(found[0].id.removeprefix("product/")) if found else -1 for found in hits]
    texts = [_text(product) for product in products]
    return MatchingFigures(
        hit_at_1=_rate(pairs, ours),
        strict=sum(pair.pair == first for pair, first in zip(pairs, ours, strict=True))
        / len(pairs),
        bm25=_rate(pairs, _first_by_bm25(texts, queries)),
        dense=_rate(pairs, _first_by_vector(texts, queries, embedding)),
        queries=len(pairs),
        documents=len(products),
    )


def speed(documents: int, work: Path, queries: int = 300, local_queries: int = 5) -> SpeedFigures:
    """Search made-up products with 384-dimensional clustered vectors, after the graph is built."""
    shop = _MadeUpShop(documents)
    started = time.perf_counter()
    index = EdgeIndex(work, "bench", shop, publish_from=min(PUBLISH_FROM, documents))
    index.sync(shop.documents())
    asked = [shop.question(n) for n in range(queries)]
    for text in asked[:20]:
        index.search(SearchQuery(text=text))
    built = time.perf_counter() - started
    plain = [_cpu_ms(index.search, SearchQuery(text=text)) for text in asked]
    filtered = [
        _cpu_ms(index.search, SearchQuery(text=text, kinds=("product",), market="US"))
        for text in asked
    ]
    index.close()
    local_dense, local = _local_ms(shop, asked[:local_queries])
    return SpeedFigures(
        documents=documents,
        mean_ms=float(np.mean(plain)),
        p50_ms=float(np.median(plain)),
        p95_ms=float(np.percentile(plain, 95)),
        filtered_ms=float(np.mean(filtered)),
        build_s=built,
        local_dense_ms=local_dense,
        local_ms=local,
    )


class _MadeUpShop:
    """An embedder and documents from one seed: Zipf words, vectors around 200 centres."""

    name = "made-up"
    dimension = 384
    languages: frozenset[str] = frozenset()

    def __init__(self, documents: int) -> None:
        random = np.random.default_rng(0)
        letters = random.integers(97, 123, (20_000, 6))
        self._words = ["".join(map(chr, row)) for row in letters]
        self._picks = (random.zipf(1.25, (documents, 45)) - 1) % len(self._words)
        centres = random.normal(size=(200, self.dimension))
        near = random.normal(size=(documents, self.dimension)) * 0.7
        vectors = centres[random.integers(0, 200, documents)] + near
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def documents(self) -> Iterator[Document]:
        for n, picks in enumerate(self._picks):
            words = [self._words[pick] for pick in picks]
            yield Document(
                id=f"product/{n}", kind="product", source=f"product/{n}",
                title=f"{' '.join(words[:8])} {n}", text=" ".join(words[8:]),
            )  # fmt: skip

    def question(self, n: int) -> str:
        picks = self._picks[n * 7919 % len(self._picks)]
        return f"{' '.join(self._words[pick] for pick in picks[:7])} {n * 7919 % len(self._picks)}"

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        """The vector of the number that ends the text's first line."""
        places = [int(text.split("\n")[0].rsplit(" ", 1)[-1]) for text in texts]
        return self._vectors[places].tolist()


def _local_ms(shop: _MadeUpShop, questions: Sequence[str]) -> tuple[float, float]:
    """CPU milliseconds of a dense query, and of a dense and a sparse one, in local mode."""
    from qdrant_client import QdrantClient

    from retrieval.server import ServerEngine

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # local mode advises against its own use
        engine = ServerEngine(QdrantClient(":memory:"), "bench", "bench")
        engine.create(shop.dimension)
        for batch in batches_of(shop.documents(), BATCH):
            engine.put(indexed(batch, shop))
    dense: list[float] = []
    both: list[float] = []
    for text in questions:
        legs = [*shop.embed([text], "query"), engine.statistics.query_vector(terms(text))]
        dense.append(_cpu_ms(engine.ranked, legs[:1], Scope((), ""), DEPTH))
        both.append(_cpu_ms(engine.ranked, legs, Scope((), ""), DEPTH))
    engine.client.close()
    return float(np.mean(dense)), float(np.mean(both))


def _cpu_ms(function: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    function(*arguments)
    return (time.process_time() - started) * 1000


def _read(path: Path, adapter: TypeAdapter[Item]) -> list[Item]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [adapter.validate_python(json.loads(line)) for line in lines]


def _text(product: _Product) -> str:
    return f"{product.title} {product.manufacturer}".strip()


def _as_document(place: int, product: _Product) -> Document:
    name = f"product/{place}"
    return Document(
        id=name, kind="product", source=name, title=product.title, text=product.manufacturer
    )


def _rate(pairs: Sequence[_Pair], first: Sequence[int]) -> float:
    return sum(f in pair.matches for pair, f in zip(pairs, first, strict=True)) / len(pairs)


def _first_by_bm25(texts: Sequence[str], queries: Sequence[str]) -> list[int]:
    """Plain BM25, k1 1.2, b 0.75, over lower-cased words."""
    documents = [re.findall(r"\w+", text.lower()) for text in texts]
    average = sum(map(len, documents)) / len(documents)
    held = Counter(word for words in documents for word in set(words))
    postings: dict[str, list[tuple[int, float]]] = {}
    for place, words in enumerate(documents):
        norm = 1.2 * (0.25 + 0.75 * len(words) / average)
        for word, count in Counter(words).items():
            idf = log1p((len(documents) - held[word] + 0.5) / (held[word] + 0.5))
            weight = idf * count * 2.2 / (count + norm)
            postings.setdefault(word, []).append((place, weight))
    return [_best(postings, query, len(documents)) for query in queries]


def _best(postings: dict[str, list[tuple[int, float]]], query: str, documents: int) -> int:
    scores = np.zeros(documents)
    for word in sorted(set(re.findall(r"\w+", query.lower()))):
        for place, weight in postings.get(word, ()):
            scores[place] += weight
    return int(scores.argmax())


def _first_by_vector(
    texts: Sequence[str], queries: Sequence[str], embedding: EmbeddingModel
) -> list[int]:
    documents = np.asarray(embedding.embed(texts, "passage"))
    return (np.asarray(embedding.embed(queries, "query")) @ documents.T).argmax(axis=1).tolist()
