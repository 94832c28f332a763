"""The served index (`http://`): one Qdrant collection per embedder, tenants kept apart by a
payload filter that this handle adds to every request."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from retrieval.points import BATCH, Indexed, batches_of, changed, indexed, slug
from retrieval.rescore import Candidate
from retrieval.search import Point, Scope, Vector, by_score, search
from retrieval.sparse import Indices, Sparse, Statistics
from tradewind.errors import BackendError
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import Document, IndexCount, SearchHit, SearchQuery

PAGE = 1_000
RECOUNT_EVERY = 100
"""Searches after which another process's writes are looked for in the term statistics."""


class ServerIndex:
    """One tenant's documents on a Qdrant server. Raises BackendError."""

    def __init__(self, client: QdrantClient, tenant_id: str, embedding: EmbeddingModel) -> None:
        """Create the collection where it is missing; count the tenant's terms."""
        self._embedding = embedding
        self._engine = ServerEngine(client, f"tradewind-{slug(embedding)}", tenant_id)
        self._engine.create(embedding.dimension)
        self._engine.recount()

    def sync(self, documents: Iterable[Document]) -> IndexCount:
        wanted = {document.id: document for document in documents}
        before = self._engine.digests()
        count = self._write(wanted, before)
        gone = self._engine.delete(before.keys() - wanted.keys())
        self._engine.recount()
        return count.model_copy(update={"deleted": gone})

    def upsert(self, documents: Iterable[Document]) -> IndexCount:
        wanted = {document.id: document for document in documents}
        count = self._write(wanted, self._engine.digests())
        self._engine.recount()
        return count

    def delete(self, ids: Iterable[str]) -> int:
        gone = self._engine.delete(self._engine.digests().keys() & set(ids))
        self._engine.recount()
        return gone

    def search(self, query: SearchQuery) -> tuple[SearchHit, ...]:
        self._engine.look_around()
        return search(self._engine, self._embedding, query)

    def count(self) -> int:
        return self._engine.count()

    def close(self) -> None:
        self._engine.client.close()

    def _write(self, documents: Mapping[str, Document], before: Mapping[str, str]) -> IndexCount:
        added = updated = 0
        for batch in batches_of(changed(documents.values(), before, self._embedding.name), BATCH):
            self._engine.put(indexed(batch, self._embedding))
            known = sum(document.id in before for document in batch)
            added, updated = added + len(batch) - known, updated + known
        unchanged = len(documents) - added - updated
        return IndexCount(added=added, updated=updated, unchanged=unchanged)


class ServerEngine:
    """The collection as one tenant sees it."""

    def __init__(self, client: QdrantClient, collection: str, tenant_id: str) -> None:
        self.client = client
        self.statistics = Statistics()
        self._collection = collection
        self._tenant = tenant_id
        self._searches = 0

    def create(self, dimension: int) -> None:
        with _errors():
            if self.client.collection_exists(self._collection):
                return
            dense = models.VectorParams(size=dimension, distance=models.Distance.COSINE)
            try:
                self.client.create_collection(
                    self._collection,
                    vectors_config={"dense": dense},
                    sparse_vectors_config={"sparse": models.SparseVectorParams()},
                )
            except UnexpectedResponse as error:
                if error.status_code != 409:  # another process was faster
                    raise
            self._create_payload_indexes()

    def ranked(self, legs: Sequence[Vector], scope: Scope, depth: int) -> list[list[Point]]:
        within = self._filter(scope)
        requests = [_request(leg, within, depth) for leg in legs]
        with _errors():
            answers = self.client.query_batch_points(self._collection, requests)
        return [
            [*by_score((str(point.id), point.score) for point in answer.points)]
            for answer in answers
        ]

    def exact(self, keys: Sequence[str], scope: Scope, limit: int) -> list[Point]:
        wanted = _match("keys", keys)
        with _errors():
            points, _ = self.client.scroll(
                self._collection, self._filter(scope, wanted), limit, with_payload=False
            )
        return [str(point.id) for point in points]

    def fetch(self, points: Sequence[Point]) -> dict[Point, Candidate]:
        if not points:
            return {}
        wanted = models.HasIdCondition(has_id=[*points])
        with _errors():
            found, _ = self.client.scroll(
                self._collection, self._filter(None, wanted), len(points),
                with_payload=["body"], with_vectors=["sparse"],
            )  # fmt: skip
        return {str(record.id): _candidate(record) for record in found}

    def put(self, items: Sequence[Indexed]) -> None:
        with _errors():
            self.client.upsert(self._collection, [self._point(item) for item in items])

    def delete(self, ids: Iterable[str]) -> int:
        gone = [self._point_id(name) for name in ids]
        if gone:
            with _errors():
                self.client.delete(self._collection, models.PointIdsList(points=[*gone]))
        return len(gone)

    def count(self) -> int:
        with _errors():
            return self.client.count(self._collection, self._filter(None)).count

    def digests(self) -> dict[str, str]:
        records = self._all(payload=["id", "digest"])
        payloads = (record.payload or {} for record in records)
        return {str(payload["id"]): str(payload["digest"]) for payload in payloads}

    def recount(self) -> None:
        """Count the tenant's terms anew."""
        self.statistics.load([_terms(record) for record in self._all(vectors=["sparse"])])

    def look_around(self) -> None:
        """Recount when others changed a twentieth of the documents: less moves no weight."""
        self._searches += 1
        if self._searches % RECOUNT_EVERY == 0:
            moved = abs(self.count() - self.statistics.documents)
            if moved * 20 > self.statistics.documents:
                self.recount()

    def _all(
        self, payload: list[str] | None = None, vectors: list[str] | None = None
    ) -> Iterator[models.Record]:
        """Every document of the tenant, page by page."""
        offset = None
        while True:
            with _errors():
                records, offset = self.client.scroll(
                    self._collection, self._filter(None), PAGE, offset=offset,
                    with_payload=payload or False, with_vectors=vectors or False,
                )  # fmt: skip
            yield from records
            if offset is None:
                return

    def _filter(self, scope: Scope | None, *wanted: models.Condition) -> models.Filter:
        must: list[models.Condition] = [_match("tenant", [self._tenant]), *wanted]
        if scope and scope.kinds:
            must.append(_match("kind", scope.kinds))
        if scope and scope.market:
            must.append(_match("market", [scope.market, ""]))
        return models.Filter(must=must)

    def _point_id(self, document_id: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self._tenant}\n{document_id}"))

    def _point(self, item: Indexed) -> models.PointStruct:
        document = item.document
        sparse = models.SparseVector(indices=item.sparse.indices, values=item.sparse.values)
        return models.PointStruct(
            id=self._point_id(document.id),
            vector={"dense": item.dense.tolist(), "sparse": sparse},
            payload={
                "tenant": self._tenant, "id": document.id, "digest": item.digest,
                "kind": document.kind, "market": document.market,
                "language": document.language, "keys": list(item.keys),
                "body": document.model_dump_json(),
            },
        )  # fmt: skip

    def _create_payload_indexes(self) -> None:
        tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
        self.client.create_payload_index(self._collection, "tenant", tenant)
        for field in ("kind", "market", "language", "keys"):
            kind = models.PayloadSchemaType.KEYWORD
            self.client.create_payload_index(self._collection, field, kind)


def _request(leg: Vector, within: models.Filter, depth: int) -> models.QueryRequest:
    if isinstance(leg, Sparse):
        sparse = models.SparseVector(indices=leg.indices, values=leg.values)
        return models.QueryRequest(query=sparse, using="sparse", filter=within, limit=depth)
    return models.QueryRequest(query=leg, using="dense", filter=within, limit=depth)


def _match(field: str, values: Sequence[str]) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))


def _candidate(record: models.Record) -> Candidate:
    document = Document.model_validate_json(str((record.payload or {})["body"]))
    return Candidate(document, frozenset(_terms(record).tolist()))


def _terms(record: models.Record) -> Indices:
    vectors = record.vector
    sparse = vectors["sparse"] if isinstance(vectors, dict) else None
    indices = sparse.indices if isinstance(sparse, models.SparseVector) else []
    return np.asarray(indices, np.uint32)


@contextmanager
def _errors() -> Generator[None]:
    try:
        yield
    except (ApiException, QdrantException) as error:
        raise BackendError(f"Qdrant: {error}.", "Is the server up and the key right?") from error
