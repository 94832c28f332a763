"""Retrieval's benchmarks as figures: speed at 50,000 products, and matching on public pairs."""

from collections.abc import Iterator

from retrieval.bench import matching, speed
from wiring.bench.figure import Figure, Place
from wiring.bench.weights import minilm_of
from wiring.settings import ROOT

DOCUMENTS = 50_000
SEARCH_AIM, MATCHING_AIM = 3.0, 0.74
PAIRS = ROOT / "data" / "bench" / "amazon-google"


def measure_search(place: Place) -> Iterator[Figure]:
    """CPU milliseconds of a query over 50,000 product vectors, embedding left out."""
    found = speed(DOCUMENTS, place.work)
    local = "qdrant-client's local mode over the same vectors"
    yield Figure.of("search_50k", found.mean_ms, "CPU ms a query", baseline=found.local_ms,
                    aim=SEARCH_AIM, note=f"dense and sparse, fused; baseline: {local}")  # fmt: skip
    yield Figure.of("search_50k_p95", found.p95_ms, "CPU ms a query")
    yield Figure.of("search_50k_filtered", found.filtered_ms, "CPU ms a query")
    yield Figure.of("search_50k_build", found.build_s, "s")


def measure_matching(place: Place) -> Iterator[Figure]:
    """hit@1 on the Amazon-Google validation pairs, against plain BM25."""
    embedding = minilm_of(place)
    if isinstance(embedding, str):
        yield Figure.skipped("matching", "hit@1", embedding)
        return
    found = matching(PAIRS, embedding, place.work)
    told = f"{found.queries} queries over {found.documents} products; baseline: plain BM25"
    yield Figure.of("matching", found.hit_at_1, "hit@1", baseline=found.bm25, aim=MATCHING_AIM,
                    note=told)  # fmt: skip
    yield Figure.of("matching_dense", found.dense, "hit@1", note="the embedder alone")
    yield Figure.of("matching_strict", found.strict, "hit@1", aim=MATCHING_AIM,
                    note="only the pair's own partner counts")  # fmt: skip
