"""BM25 as sparse vectors agrees with BM25 by its formula."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sparse import AVERAGE_LENGTH, K1, B, Statistics, document_vector, term_index

WORDS = st.lists(st.sampled_from("ant bee cat dog elk fox".split()), min_size=1, max_size=30)


def counted(documents: list[list[str]]) -> Statistics:
    statistics = Statistics()
    statistics.load([np.array(document_vector(words).indices, np.uint32) for words in documents])
    return statistics


def bm25(query: list[str], words: list[str], documents: list[list[str]]) -> float:
    total = 0.0
    for term in set(query):
        held = sum(term in other for other in documents)
        count = words.count(term)
        norm = K1 * (1 - B + B * len(words) / AVERAGE_LENGTH)
        idf = log(1 + (len(documents) - held + 0.5) / (held + 0.5))
        total += idf * count * (K1 + 1) / (count + norm)
    return total


@given(documents=st.lists(WORDS, min_size=1, max_size=8), query=WORDS)
def test_the_dot_product_is_bm25(documents: list[list[str]], query: list[str]) -> None:
    asked = counted(documents).query_vector(query)
    weights = dict(zip(asked.indices, asked.values, strict=True))
    for words in documents:
        vector = document_vector(words)
        pairs = zip(vector.indices, vector.values, strict=True)
        dot = sum(weights.get(index, 0.0) * value for index, value in pairs)
        assert dot == pytest.approx(bm25(query, words, documents))


@given(documents=st.lists(WORDS, min_size=2, max_size=8))
def test_counting_one_by_one_equals_counting_at_once(documents: list[list[str]]) -> None:
    at_once = counted(documents)
    stepwise = counted(documents[:1] * 2)
    arrays = [np.array(document_vector(words).indices, np.uint32) for words in documents]
    stepwise.add(arrays[0], -1)
    for array in arrays[1:]:
        stepwise.add(array)
    indices = [term_index(word) for word in ("ant", "bee", "cat", "unseen")]
    assert stepwise.idfs(indices) == at_once.idfs(indices)


def test_vectors_are_sorted_and_in_range() -> None:
    vector = document_vector(["b", "a", "b", "\ud800"])
    assert vector.indices == sorted(set(vector.indices))
    assert all(0 <= index < 2**32 for index in vector.indices)
    assert document_vector([]).indices == []
