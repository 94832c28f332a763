"""Excerpts, bench figures, URLs, and what the hot path imports."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retrieval_world import SHOP, HashEmbedder

from retrieval import bench
from retrieval.excerpt import LENGTH, excerpt
from retrieval.open import open_index
from retrieval.search import by_score
from tradewind.errors import BackendError, SpecError
from tradewind.ports.search import SearchQuery

ROOT = Path(__file__).parents[2]
LONG = "We ship daily. " * 30 + "Customs duties are paid by the buyer. " + "Call us any time. " * 30


def test_an_excerpt_shows_the_sentence_with_the_words() -> None:
    found = excerpt(LONG, {"custom": 2.0, "dutie": 2.0, "call": 0.5})
    assert "Customs duties are paid by the buyer." in found
    assert len(found) <= LENGTH + 4


def test_an_excerpt_of_chinese_text() -> None:
    text = "本店每天发货。" * 60 + "关税由买家承担。" + "欢迎联系我们。" * 60
    assert excerpt(text, {"关税": 1.0}).startswith("关税由买家承担。")


@given(st.text(max_size=1_000), st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 9)))
def test_an_excerpt_is_short_and_from_the_text(text: str, weights: dict[str, float]) -> None:
    found = excerpt(text, weights)
    assert len(found) <= LENGTH + 4
    assert found.removeprefix("… ").removesuffix(" …") in text


@given(st.dictionaries(st.integers(0, 99), st.sampled_from([0.5, 1.25, 2.0])), st.randoms())
def test_equal_scores_stand_in_one_order(scores: dict[int, float], random: Random) -> None:
    found = [*scores.items()]
    first = by_score(found)
    random.shuffle(found)
    assert by_score(found) == first
    assert [scores[n] for n in first] == sorted(scores.values(), reverse=True)


def test_urls_choose_the_back_end(tmp_path: Path) -> None:
    index = open_index(f"edge:{tmp_path}/search", "a", HashEmbedder())
    index.sync(SHOP)
    assert index.search(SearchQuery(text="wallet"))[0].id == "product/1"
    index.close()


@pytest.mark.parametrize("url", ["", "edge:", "redis://x", "http:", "search", "file:///x"])
def test_unknown_urls_are_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(SpecError, match="edge:FOLDER"):
        open_index(url, "a", HashEmbedder())


def test_a_server_that_is_not_there_is_a_backend_error() -> None:
    with pytest.raises(BackendError, match="Qdrant"):
        open_index("http://127.0.0.1:9", "a", HashEmbedder())


def test_searching_does_not_import_llama_index_or_qdrant_client() -> None:
    code = (
        "import sys, retrieval.edge, retrieval.open, retrieval.ingest\n"
        "print([m for m in ('llama_index', 'qdrant_client') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_matching_bench_measures_with_its_baselines(tmp_path: Path) -> None:
    figures = bench.matching(ROOT / "data/bench/amazon-google", HashEmbedder(), tmp_path)
    assert (figures.queries, figures.documents) == (234, 1_901)
    assert figures.bm25 == pytest.approx(0.7308, abs=1e-4)
    assert figures.hit_at_1 > figures.dense + 0.1
    assert figures.strict <= figures.hit_at_1


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_speed_bench_measures_every_side(tmp_path: Path) -> None:
    figures = bench.speed(400, tmp_path, queries=10, local_queries=1)
    assert figures.documents == 400
    assert min(figures.mean_ms, figures.filtered_ms, figures.local_ms, figures.local_dense_ms) > 0
