"""A document as it is indexed: vectors, exact keys, and the digest that decides on re-indexing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.analyse import clean, key, terms
from retrieval.sparse import Sparse, document_vector
from tradewind.base import digest
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import Document

ANALYSER_VERSION = "1"
"""Raise it when terms or weights change: the next sync then indexes everything anew."""

BATCH = 256
_SHORTEST_CODE = 4
_DENSE_CHARACTERS = 4_000

Item = TypeVar("Item")


class Indexed(NamedTuple):
    """One document ready for an engine. `keys` are what it is found by whole."""

    document: Document
    digest: str
    keys: tuple[str, ...]
    dense: NDArray[np.float32]
    sparse: Sparse


def mark_of(document: Document, model: str) -> str:
    """The digest of what would be stored: content, embedder and analyser."""
    content = document.model_dump(exclude={"digest"})
    return digest([content, model, ANALYSER_VERSION])


def cleaned(document: Document) -> Document:
    """The document without lone surrogates."""
    return document.model_copy(update={n: clean(getattr(document, n)) for n in ("title", "text")})


def indexed(documents: Sequence[Document], embedding: EmbeddingModel) -> list[Indexed]:
    """Analyse and embed a batch. Raises BackendError from the embedder."""
    texts = [text_of(document) for document in documents]
    vectors = embedding.embed([text[:_DENSE_CHARACTERS] for text in texts], "passage")
    return [
        Indexed(
            document=document,
            digest=mark_of(document, embedding.name),
            keys=keys_of(document),
            dense=np.asarray(vector, dtype=np.float32),
            sparse=document_vector(terms(text)),
        )
        for document, text, vector in zip(documents, texts, vectors, strict=True)
    ]


def text_of(document: Document) -> str:
    return f"{document.title}\n{document.text}" if document.text else document.title


def keys_of(document: Document) -> tuple[str, ...]:
    """Title, ids and the SKUs and barcodes of `metadata["codes"]` (one a line), as keys."""
    record = document.source.partition("/")[2]
    codes = document.metadata.get("codes", "").splitlines()
    keys = (key(text) for text in (document.title, document.id, record, *codes))
    return tuple(dict.fromkeys(found for found in keys if found))


def keys_asked(text: str) -> tuple[str, ...]:
    """What a query may name whole: itself, and its words that look like a code."""
    words = (key(word) for word in text[:2_000].split()[:64])
    codes = (w for w in words if len(w) >= _SHORTEST_CODE and any(map(str.isdigit, w)))
    return tuple(dict.fromkeys(found for found in (key(text), *codes) if found))


def batches_of(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def changed(
    documents: Iterable[Document], digests: Mapping[str, str], model: str
) -> Iterator[Document]:
    """The documents, cleaned, whose stored digest is another one or none."""
    for document in map(cleaned, documents):
        if digests.get(document.id) != mark_of(document, model):
            yield document


def slug(embedding: EmbeddingModel) -> str:
    """A name for what one embedder's vectors are kept in: vectors of two never mix."""
    plain = "-".join(terms(embedding.name))[:40]
    return f"{plain}-{digest(embedding.name)[:6]}-{embedding.dimension}"
