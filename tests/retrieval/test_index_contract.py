"""What every search index must do, embedded and served."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qdrant_client import QdrantClient
from retrieval_world import SHOP, HashEmbedder, product

from retrieval.edge import EdgeIndex
from retrieval.server import ServerIndex
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import SearchIndex, SearchQuery

Open = Callable[..., SearchIndex]

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


@pytest.fixture(params=["edge", "memory", "server"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens indexes over one shared store; `tenant` tells them apart."""
    opened: list[SearchIndex] = []
    url = os.environ.get("TRADEWIND_TEST_QDRANT")
    if request.param == "server" and not url:
        pytest.skip("TRADEWIND_TEST_QDRANT is not set")
    client = QdrantClient(url) if url else QdrantClient(":memory:")
    run = uuid4().hex

    def make(tenant: str = "a", embedding: EmbeddingModel | None = None) -> SearchIndex:
        embedding = embedding or HashEmbedder()
        if request.param == "edge":
            index: SearchIndex = EdgeIndex(tmp_path, tenant, embedding)
        else:
            index = ServerIndex(client, f"{run}-{tenant}", embedding)
        opened.append(index)
        return index

    yield make
    for index in opened:
        index.sync([])
    for index in opened:
        index.close()


@pytest.fixture
def index(open_index: Open) -> SearchIndex:
    index = open_index()
    index.sync(SHOP)
    return index


def ids(index: SearchIndex, text: str, **more: object) -> list[str]:
    query = SearchQuery.model_validate({"text": text, **more})
    return [hit.id for hit in index.search(query)]


def test_sync_counts_what_it_did(open_index: Open) -> None:
    index = open_index()
    assert index.sync(SHOP).added == len(SHOP)
    assert index.sync(SHOP).unchanged == len(SHOP)
    renamed = SHOP[0].model_copy(update={"title": "Leather Purse"})
    count = index.sync([renamed, *SHOP[1:-1]])
    assert (count.added, count.updated, count.deleted) == (0, 1, 1)
    assert count.unchanged == len(SHOP) - 2
    assert index.count() == len(SHOP) - 1
    assert ids(index, "purse")[0] == "product/1"


def test_unchanged_documents_are_not_embedded_again(open_index: Open) -> None:
    embedding = HashEmbedder()
    index = open_index(embedding=embedding)
    index.sync(SHOP)
    index.upsert(SHOP)
    assert embedding.embedded == len(SHOP)


def test_upsert_adds_and_replaces_and_delete_removes(index: SearchIndex) -> None:
    count = index.upsert([SHOP[0], product("9", "Umbrella"), product("9", "Red Umbrella")])
    assert (count.added, count.unchanged) == (1, 1)
    assert ids(index, "red umbrella")[0] == "product/9"
    assert index.delete(["product/9", "product/none"]) == 1
    assert "product/9" not in ids(index, "red umbrella", k=50)
    assert index.upsert([product("9", "Blue Umbrella")]).added == 1
    assert ids(index, "umbrella")[0] == "product/9"


def test_words_are_found_and_hits_carry_the_document(index: SearchIndex) -> None:
    (hit,) = index.search(SearchQuery(text="when do I get my refund", k=1))
    assert hit.id == "policy/returns#refunds"
    assert (hit.kind, hit.source, hit.language) == ("policy", "policy/returns", "en")
    assert hit.text == hit.excerpt == "Refunds are paid within 14 days of the return."
    assert 0 < hit.score <= 1


@pytest.mark.parametrize("asked", ["WH-1000XM4", "wh1000xm4", "got the WH-1000XM4, black?"])
def test_a_named_sku_comes_first(index: SearchIndex, asked: str) -> None:
    assert ids(index, asked)[0] == "product/2"


def test_a_whole_title_comes_first_with_score_one(index: SearchIndex) -> None:
    first = index.search(SearchQuery(text="tablet 8-inch 32gb"))[0]
    assert (first.id, first.score) == ("product/5", 1.0)


def test_numbers_decide_between_like_titles(index: SearchIndex) -> None:
    assert ids(index, "tablet with 64GB please")[0] == "product/4"
    assert ids(index, "tablet with 32GB please")[0] == "product/5"


def test_kinds_and_market_filter(index: SearchIndex) -> None:
    found = index.search(SearchQuery(text="refund within days", kinds=("policy", "faq"), k=50))
    assert {hit.kind for hit in found} == {"policy", "faq"}
    german = "policy/returns-de#erstattung"
    assert german in ids(index, "Erstattung", language="de", market="DE", k=50)
    assert german not in ids(index, "Erstattung", language="de", market="US", k=50)
    assert "policy/returns#refunds" in ids(index, "refunds", market="US", k=50)
    assert german in ids(index, "Erstattung", language="de", k=50)
    assert "product/1" not in ids(index, "LW-100-BRN", kinds=("faq",), k=50)


def test_another_language_is_searched_as_written(index: SearchIndex) -> None:
    assert ids(index, "退货", language="zh")[0] == "faq/zh"
    assert ids(index, "RUCKSENDUNG", language="de")[0] == "policy/returns-de#erstattung"


def test_the_translation_is_searched_beside_it(open_index: Open) -> None:
    embedding = HashEmbedder()
    index = open_index(embedding=embedding)
    index.sync(SHOP)
    found = ids(index, "¿cuánto tarda el envío?", language="es", english="how long does it take")
    assert found[0] == "faq/shipping"
    assert embedding.asked == ["how long does it take"], "an English embedder sees English only"


def test_an_embedder_of_all_languages_sees_the_query(open_index: Open) -> None:
    embedding = HashEmbedder(name="any", languages=frozenset())
    index = open_index(embedding=embedding)
    index.sync(SHOP)
    index.search(SearchQuery(text="envío", language="es"))
    assert embedding.asked == ["envío"]


def test_k_bounds_the_hits(index: SearchIndex) -> None:
    assert len(ids(index, "tablet", k=2)) == 2
    assert ids(index, "tablet", k=0) == []
    assert len(ids(index, "tablet", k=100)) <= len(SHOP)


def test_tenants_do_not_see_each_other(open_index: Open) -> None:
    first, second = open_index("a"), open_index("b")
    first.sync(SHOP)
    second.sync([product("1", "Garden Chair")])
    assert ids(second, "leather wallet", k=50) == ["product/1"]
    assert second.search(SearchQuery(text="leather"))[0].title == "Garden Chair"
    assert second.delete(["product/2"]) == 0
    second.sync([])
    assert (first.count(), second.count()) == (len(SHOP), 0)


def test_a_tenants_scores_do_not_depend_on_another_tenant(open_index: Open) -> None:
    first, second = open_index("a"), open_index("b")
    first.sync(SHOP)
    query = SearchQuery(text="bright tablet display")
    alone = first.search(query)
    second.sync([product(str(n), f"Tablet display {n}") for n in range(20)])
    assert open_index("a").search(query) == alone


def test_embedders_do_not_mix(open_index: Open) -> None:
    open_index(embedding=HashEmbedder()).sync(SHOP)
    other = open_index(embedding=HashEmbedder(name="other"))
    assert other.count() == 0
    assert other.search(SearchQuery(text="wallet")) == ()


def test_it_is_there_after_reopening(open_index: Open) -> None:
    first = open_index()
    first.sync(SHOP)
    again = open_index()
    assert again.count() == len(SHOP)
    assert again.sync(SHOP).unchanged == len(SHOP)
    query = SearchQuery(text="leather wallet with slots")
    assert again.search(query) == first.search(query)


def test_an_empty_index_finds_nothing(open_index: Open) -> None:
    index = open_index()
    assert index.search(SearchQuery(text="wallet")) == ()
    assert index.count() == 0


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\x00\x01", "\ud800"])
def test_a_query_without_words_finds_nothing(index: SearchIndex, text: str) -> None:
    assert index.search(SearchQuery.model_construct(text=text, language="en", english="",
                        kinds=(), market="", k=8)) == ()  # fmt: skip


def test_hostile_texts_are_indexed_and_searched(index: SearchIndex) -> None:
    odd = product("odd", "Lamp").model_copy(
        update={"text": "dim\ud800mer \x00 شمعة " + "x" * 9_000}
    )
    index.upsert([odd])
    assert "product/odd" in ids(index, "lamp dim")
    assert ids(index, "leather wallet " + "z" * 100_000)[0] == "product/1"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60), k=st.integers(1, 12))
def test_any_query_gives_ordered_distinct_hits(index: SearchIndex, text: str, k: int) -> None:
    hits = index.search(SearchQuery(text=text, k=k))
    scores = [hit.score for hit in hits]
    assert len(hits) <= k
    assert scores == sorted(scores, reverse=True)
    assert len({hit.id for hit in hits}) == len(hits)
