"""A process's own qdrant-edge shard, and the published ones it starts from.

Folders below the tenant's: `replicas/<name>/` belongs to one process, which holds a lock on
`<name>.lock` (a folder whose lock is free is left over from a killed process and removed);
`published/<generation>/` is written once, complete when it has its name, and only copied.
A shard in here is never truth: a lost one is built again from the DocumentStore.
"""

import fcntl
import shutil
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from uuid import uuid4

import qdrant_edge as qe

from retrieval.points import batches_of
from retrieval.search import Scope, Vector, by_score
from retrieval.sparse import Sparse
from retrieval.store import DocumentStore, Row
from tradewind.errors import BackendError

STORE = "documents.sqlite"
WRITE_BATCH = 1_000
_FILTERED = ("kind", "market", "language", "keys")


class Shard:
    """Points by number with `dense` and `sparse` vectors. Single process, single thread."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open the shard at `path`, or make an empty one there."""
        with _errors(path):
            if path.is_dir():
                self._shard = qe.EdgeShard.load(str(path))
            else:
                path.mkdir(parents=True)
                self._shard = qe.EdgeShard.create(str(path), _config(dimension))
                for field in _FILTERED:
                    kind = qe.PayloadSchemaType.Keyword
                    self._shard.update(qe.UpdateOperation.create_field_index(field, kind))
        self.path = path

    def apply(self, rows: Iterable[Row]) -> None:
        """Take over changed documents."""
        for batch in batches_of(rows, WRITE_BATCH):
            gone = [row.number for row in batch if row.document is None]
            points = [_point(row) for row in batch if row.document is not None]
            with _errors(self.path):
                if points:
                    self._shard.update(qe.UpdateOperation.upsert_points(points))
                if gone:
                    self._shard.update(qe.UpdateOperation.delete_points(list(gone)))

    def optimize(self) -> None:
        """Build the graph. Holds the interpreter's lock for seconds: not in a serving process."""
        with _errors(self.path):
            self._shard.optimize()
            self._shard.flush()

    def ranked(self, legs: Sequence[Vector], scope: Scope, depth: int) -> list[list[int]]:
        within = _filter(scope)
        requests = [
            qe.QueryRequest(limit=depth, query=_nearest(leg), filter=within) for leg in legs
        ]
        with _errors(self.path):
            answers = self._shard.query_batch(qe.QueryBatchRequest(requests))
        return [by_score((int(str(p.id)), p.score) for p in points) for points in answers]

    def exact(self, keys: Sequence[str], scope: Scope, limit: int) -> list[int]:
        wanted = qe.FieldCondition("keys", match=qe.MatchAny(list(keys)))
        request = qe.ScrollRequest(limit=limit, filter=_filter(scope, wanted), with_payload=False)
        with _errors(self.path):
            points, _ = self._shard.scroll(request)
        return [int(str(point.id)) for point in points]

    def close(self) -> None:
        with _errors(self.path):
            self._shard.close()


class ShardFolder:
    """The shards of one tenant's folder; holds this process's replica."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._published = folder / "published"
        self._replicas = folder / "replicas"
        self._dimension = dimension
        self._locks: list[TextIO] = []
        self._replicas.mkdir(parents=True, exist_ok=True)
        _remove_orphans(self._replicas)

    def published(self) -> int:
        """The generation of the newest published shard, 0 for none."""
        found = self._published.glob("[0-9]*") if self._published.is_dir() else ()
        return max((int(path.name) for path in found if path.name.isdigit()), default=0)

    def replica(self, generation: int) -> Shard:
        """A new private shard: a copy of a published generation, or empty for 0.

        Raises FileNotFoundError when the published one was replaced meanwhile.
        """
        path = self._replicas / uuid4().hex
        lock = path.with_suffix(".lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._locks.append(lock)
        if generation:
            _copy(self._published / str(generation), path)
        return Shard(path, self._dimension)

    def drop(self, shard: Shard) -> None:
        """Close a replica and remove it."""
        shard.close()
        shutil.rmtree(shard.path)
        lock = next(lock for lock in self._locks if Path(lock.name).stem == shard.path.name)
        self._locks.remove(lock)
        Path(lock.name).unlink()
        lock.close()

    def publish(self, store: DocumentStore) -> None:
        """Build an optimized shard of everything stored, give it its name, drop older ones."""
        generation = store.generation()
        shard = self.replica(0)
        shard.apply(row for row in store.changes(0, generation) if row.document)
        shard.optimize()
        target = self._published / str(generation)
        building = self._published / f"building-{shard.path.name}"
        _copy(shard.path, building)
        self.drop(shard)
        if target.exists():
            shutil.rmtree(building)
            return
        building.rename(target)
        for path in self._published.iterdir():
            if path.name.isdigit() and int(path.name) < generation:
                shutil.rmtree(path)


def publish(folder: str, dimension: int) -> None:
    """Build and publish the shard of a tenant's folder: the work of a process of its own."""
    store = DocumentStore(Path(folder) / STORE)
    ShardFolder(Path(folder), dimension).publish(store)
    store.touch()
    store.close()


def _config(dimension: int) -> qe.EdgeConfig:
    dense = qe.EdgeVectorParams(size=dimension, distance=qe.Distance.Cosine)
    return qe.EdgeConfig(
        vectors={"dense": dense},
        sparse_vectors={"sparse": qe.EdgeSparseVectorParams()},
        max_search_threads=1,
        wal_enabled=False,
    )


def _point(row: Row) -> qe.Point:
    document = row.document
    assert document is not None
    sparse = qe.SparseVector(row.terms.tolist(), row.weights.tolist())
    payload = {
        "kind": document.kind, "market": document.market,
        "language": document.language, "keys": row.keys,
    }  # fmt: skip
    return qe.Point(row.number, {"dense": row.dense.tolist(), "sparse": sparse}, payload)


def _nearest(leg: Vector) -> qe.Query:
    if isinstance(leg, Sparse):
        return qe.Query.Nearest(qe.SparseVector(leg.indices, leg.values), using="sparse")
    return qe.Query.Nearest(leg, using="dense")


def _filter(scope: Scope, *wanted: qe.FieldCondition) -> qe.Filter | None:
    must = list(wanted)
    if scope.kinds:
        must.append(qe.FieldCondition("kind", match=qe.MatchAny(list(scope.kinds))))
    if scope.market:
        must.append(qe.FieldCondition("market", match=qe.MatchAny([scope.market, ""])))
    return qe.Filter(must=[*must]) if must else None


def _copy(source: Path, target: Path) -> None:
    """Copy a shard's folder, also when a part vanishes: then FileNotFoundError, nothing left."""
    try:
        shutil.copytree(source, target)
    except (FileNotFoundError, shutil.Error) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise FileNotFoundError(f"shard {source} is gone") from error


def _remove_orphans(replicas: Path) -> None:
    for path in replicas.glob("*.lock"):
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)


@contextmanager
def _errors(path: Path) -> Generator[None]:
    """The extension raises the bare class Exception; anything narrower is not its own."""
    try:
        yield
    except Exception as error:
        if type(error) is not Exception:
            raise
        hint = "Remove the folder's `replicas` and `published`; they are built again."
        raise BackendError(f"search shard {path}: {error}.", hint) from error
