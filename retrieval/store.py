"""The documents of one tenant with their vectors, in one SQLite file: the edge index's truth.

A qdrant-edge shard cannot be shared: a second process that opens it is refused by the
write-ahead log's lock and has by then harmed the first one's files (qdrant-edge-py 0.9). So
shards are only copies, one per process, and this file is what survives. Each write raises the
generation; a reader asks for what changed since the generation it knows.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.points import Indexed
from retrieval.sparse import Indices
from tradewind.errors import BackendError
from tradewind.ports.search import Document

MAPPED_BYTES = 1 << 30

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS state (generation INTEGER NOT NULL);
INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
CREATE TABLE IF NOT EXISTS documents (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  generation INTEGER NOT NULL,
  digest TEXT,
  body TEXT, keys TEXT, dense BLOB, terms BLOB, weights BLOB
);
CREATE INDEX IF NOT EXISTS documents_generation ON documents (generation);
COMMIT;
"""
_PUT = """
INSERT INTO documents (id, generation, digest, body, keys, dense, terms, weights)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, digest = excluded.digest,
  body = excluded.body, keys = excluded.keys, dense = excluded.dense,
  terms = excluded.terms, weights = excluded.weights
"""
_CLEAR = """
UPDATE documents SET generation = ?, digest = NULL, body = NULL, keys = NULL,
  dense = NULL, terms = NULL, weights = NULL WHERE id = ? AND digest IS NOT NULL
"""
_ROW = "number, body, keys, dense, terms, weights"


class Row(NamedTuple):
    """One stored document; a deleted one keeps its number and has no document."""

    number: int
    document: Document | None
    keys: list[str]
    dense: NDArray[np.float32]
    terms: Indices
    weights: NDArray[np.float32]


class DocumentStore:
    """Opened once per process; not safe for use by two threads at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=30
            )
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
            made = "SELECT 1 FROM sqlite_master WHERE name = 'documents_generation'"
            if self._db.execute(made).fetchone() is None:
                self._db.executescript(_SCHEMA)

    def generation(self) -> int:
        with self._errors():
            return int(self._db.execute("SELECT generation FROM state").fetchone()[0])

    def digests(self) -> dict[str, str]:
        """The digest of every document by id."""
        with self._errors():
            sql = "SELECT id, digest FROM documents WHERE digest IS NOT NULL"
            return dict(self._db.execute(sql))

    def count(self) -> int:
        with self._errors():
            sql = "SELECT count(*) FROM documents WHERE digest IS NOT NULL"
            return int(self._db.execute(sql).fetchone()[0])

    def put(self, items: Sequence[Indexed]) -> None:
        """Insert or replace, in one transaction."""
        with self._writing() as generation:
            self._db.executemany(_PUT, [_values(item, generation) for item in items])

    def clear(self, ids: Iterable[str]) -> int:
        """Delete documents, in one transaction; how many there were."""
        with self._writing() as generation:
            cursors = [self._db.execute(_CLEAR, (generation, name)) for name in ids]
            return sum(cursor.rowcount for cursor in cursors)

    def touch(self) -> None:
        """Raise the generation, so that readers look for a newer published shard."""
        with self._writing():
            pass

    def changes(self, since: int, until: int) -> Iterator[Row]:
        """Documents written or deleted after one generation, up to another."""
        sql = f"SELECT {_ROW} FROM documents WHERE generation > ? AND generation <= ?"
        with self._errors():
            for row in self._db.execute(sql, (since, until)):
                yield _row(row)

    def changed(self, since: int) -> int:
        """How many documents `changes` would bring."""
        with self._errors():
            sql = "SELECT count(*) FROM documents WHERE generation > ?"
            return int(self._db.execute(sql, (since,)).fetchone()[0])

    def found(self, numbers: Sequence[int]) -> list[tuple[int, Document, Indices]]:
        """Number, document and term indices of those that still exist, in no order."""
        marks = ",".join("?" * len(numbers))
        sql = (
            f"SELECT number, body, terms FROM documents WHERE number IN ({marks})"
            " AND digest IS NOT NULL"
        )
        with self._errors():
            rows = self._db.execute(sql, list(numbers)).fetchall()
        return [(n, _document(body), np.frombuffer(blob, np.uint32)) for n, body, blob in rows]

    def terms(self, until: int) -> dict[int, Indices]:
        """The term indices by number of the documents not written after a generation."""
        sql = "SELECT number, terms FROM documents WHERE digest IS NOT NULL AND generation <= ?"
        with self._errors():
            found = self._db.execute(sql, (until,))
            return {number: np.frombuffer(blob, np.uint32) for number, blob in found}

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Generator[int]:
        """A transaction under a new generation, which it yields."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                sql = "UPDATE state SET generation = generation + 1 RETURNING generation"
                (row,) = self._db.execute(sql).fetchall()
                yield int(row[0])

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            hint = "Is the disk full, the file readable, another import still running?"
            raise BackendError(f"search index {self.path}: {error}.", hint) from error


def _values(item: Indexed, generation: int) -> tuple[object, ...]:
    return (
        item.document.id,
        generation,
        item.digest,
        item.document.model_dump_json(),
        "\n".join(item.keys),
        item.dense.tobytes(),
        np.asarray(item.sparse.indices, np.uint32).tobytes(),
        np.asarray(item.sparse.values, np.float32).tobytes(),
    )


def _row(values: tuple[int, str | None, str, bytes, bytes, bytes]) -> Row:
    number, body, keys, dense, terms, weights = values
    return Row(
        number=number,
        document=None if body is None else _document(body),
        keys=(keys or "").split("\n") if keys else [],
        dense=np.frombuffer(dense or b"", np.float32),
        terms=np.frombuffer(terms or b"", np.uint32),
        weights=np.frombuffer(weights or b"", np.float32),
    )


def _document(body: str) -> Document:
    return Document.model_validate_json(body)
