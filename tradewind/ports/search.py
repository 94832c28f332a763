"""The search index behind one port."""

from collections.abc import Iterable
from typing import Literal, Protocol

from pydantic import Field

from tradewind.base import Record

DocumentKind = Literal["product", "policy", "faq"]


class Document(Record):
    """What is indexed: one product, policy section or FAQ entry. `id` is unique per tenant.

    `source` names the record it came from (`policy/returns`), `digest` its content.
    """

    id: str
    kind: DocumentKind
    source: str
    title: str
    text: str
    language: str = "en"
    market: str = ""
    metadata: dict[str, str] = Field(default_factory=dict)
    digest: str = ""


class SearchQuery(Record):
    """`english` is the query's translation, searched beside `text` when only an English
    embedder is present."""

    text: str
    language: str = "en"
    english: str = ""
    kinds: tuple[DocumentKind, ...] = ()
    market: str = ""
    k: int = 8


class SearchHit(Record):
    id: str
    kind: DocumentKind
    source: str
    title: str
    text: str
    excerpt: str
    language: str
    score: float


class IndexCount(Record):
    added: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0


class SearchIndex(Protocol):
    """An index opened for one tenant. Raises BackendError."""

    def sync(self, documents: Iterable[Document]) -> IndexCount:
        """Make the index hold just these documents (by id and digest)."""
        ...

    def upsert(self, documents: Iterable[Document]) -> IndexCount: ...
    def delete(self, ids: Iterable[str]) -> int: ...
    def search(self, query: SearchQuery) -> tuple[SearchHit, ...]: ...
    def count(self) -> int: ...
    def close(self) -> None: ...
