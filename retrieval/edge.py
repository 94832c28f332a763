"""The embedded index (`edge:path`): truth in SQLite, searched in a qdrant-edge shard.

Several processes may have one folder open, a server and a command line for instance: each
searches its own shard and catches up with the others' writes before it answers.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from retrieval.points import BATCH, batches_of, changed, indexed, slug
from retrieval.rescore import Candidate
from retrieval.search import Point, Scope, Vector, search
from retrieval.shard import STORE, WRITE_BATCH, Shard, ShardFolder, publish
from retrieval.sparse import Indices, Statistics
from retrieval.store import DocumentStore, Row
from tradewind.errors import BackendError, SpecError
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import Document, IndexCount, SearchHit, SearchQuery

PUBLISH_FROM = 10_000
"""Unindexed points after which a graph is built; below, the scan of them costs under 1 ms."""


class EdgeIndex:
    """One tenant's documents below `root`. Threads may share it. Raises BackendError."""

    def __init__(
        self,
        root: Path,
        tenant_id: str,
        embedding: EmbeddingModel,
        *,
        publish_from: int = PUBLISH_FROM,
    ) -> None:
        """Open or create. Raises SpecError for a tenant id that cannot name a folder."""
        self._folder = root / _folder_name(tenant_id) / slug(embedding)
        self._embedding = embedding
        self._publish_from = publish_from
        self._lock = threading.RLock()
        self._store = DocumentStore(self._folder / STORE)
        self._shards = ShardFolder(self._folder, embedding.dimension)
        self._engine = _EdgeEngine(self._store, self._shards)
        self._engine.catch_up(publish_from)

    def sync(self, documents: Iterable[Document]) -> IndexCount:
        wanted = {document.id: document for document in documents}
        with self._lock:
            surplus = self._store.digests().keys() - wanted.keys()
        count = self._write(wanted)
        return count.model_copy(update={"deleted": self.delete(surplus)})

    def upsert(self, documents: Iterable[Document]) -> IndexCount:
        return self._write({document.id: document for document in documents})

    def delete(self, ids: Iterable[str]) -> int:
        with self._lock:
            return self._store.clear(list(ids))

    def search(self, query: SearchQuery) -> tuple[SearchHit, ...]:
        with self._lock:
            self._engine.catch_up(self._publish_from)
            return search(self._engine, self._embedding, query)

    def count(self) -> int:
        with self._lock:
            return self._store.count()

    def close(self) -> None:
        """Remove this process's shard and close the store; the documents stay."""
        with self._lock:
            self._engine.close()
            self._store.close()

    def _write(self, documents: Mapping[str, Document]) -> IndexCount:
        """Embed and commit batch by batch: a killed write resumes where it was, and searches
        go on meanwhile."""
        with self._lock:
            before = self._store.digests()
        added = updated = 0
        for batch in batches_of(changed(documents.values(), before, self._embedding.name), BATCH):
            items = indexed(batch, self._embedding)
            with self._lock:
                self._store.put(items)
            known = sum(document.id in before for document in batch)
            added, updated = added + len(batch) - known, updated + known
        if added + updated:
            self._publish_if_large()
        unchanged = len(documents) - added - updated
        return IndexCount(added=added, updated=updated, unchanged=unchanged)

    def _publish_if_large(self) -> None:
        """Have a graph built in a process of its own, since building holds the interpreter."""
        with self._lock:
            self._engine.catch_up(self._publish_from)
            if self._engine.unindexed < self._publish_from:
                return
        arguments = (str(self._folder), self._embedding.dimension)
        builder = get_context("spawn").Process(target=publish, args=arguments)
        builder.start()
        builder.join()
        if builder.exitcode:
            hint = "Search works without it, slower; import again to retry."
            raise BackendError(f"building the graph of {self._folder} failed.", hint)


class _EdgeEngine:
    """This process's shard and statistics, and the generation they have reached."""

    def __init__(self, store: DocumentStore, shards: ShardFolder) -> None:
        self.statistics = Statistics()
        self.unindexed = 0
        self._store = store
        self._shards = shards
        self._generation = -1
        self._base = 0
        self._terms: dict[int, Indices] = {}
        self._shard = self._begin()

    def catch_up(self, publish_from: int) -> None:
        """Take over what any process wrote, from a published shard when that is much."""
        generation = self._store.generation()
        if generation == self._generation:
            return
        much = self.unindexed + self._store.changed(self._generation) >= publish_from
        if much and self._shards.published() > self._base:
            self._shards.drop(self._shard)
            self._shard = self._begin()
        for rows in batches_of(self._store.changes(self._generation, generation), WRITE_BATCH):
            self._shard.apply(rows)
            self.unindexed += len(rows)
            for row in rows:
                self._recount(row)
        self._generation = generation

    def ranked(self, legs: Sequence[Vector], scope: Scope, depth: int) -> list[list[Point]]:
        return [[*found] for found in self._shard.ranked(legs, scope, depth)]

    def exact(self, keys: Sequence[str], scope: Scope, limit: int) -> list[Point]:
        return [*self._shard.exact(keys, scope, limit)]

    def fetch(self, points: Sequence[Point]) -> dict[Point, Candidate]:
        found = self._store.found([int(point) for point in points])
        return {n: Candidate(document, frozenset(held.tolist())) for n, document, held in found}

    def close(self) -> None:
        self._shards.drop(self._shard)

    def _begin(self) -> Shard:
        """A replica of the newest published generation, or an empty one."""
        while True:
            self._base = self._generation = self._shards.published()
            try:
                shard = self._shards.replica(self._base)
            except FileNotFoundError:
                continue  # a newer one was published while this one was copied
            self.unindexed = 0
            self._terms = self._store.terms(self._base)
            self.statistics.load(list(self._terms.values()))
            return shard

    def _recount(self, row: Row) -> None:
        if (old := self._terms.pop(row.number, None)) is not None:
            self.statistics.add(old, -1)
        if row.document is not None:
            self._terms[row.number] = row.terms
            self.statistics.add(row.terms)


def _folder_name(tenant_id: str) -> str:
    name = quote(tenant_id, safe="").replace(".", "%2E")
    if not name or len(name) > 200:
        hint = "Tenant ids have 1 to 60 characters."
        raise SpecError(f"tenant id {tenant_id!r} cannot name a folder.", hint)
    return name
