"""Where incoming rows wait: temporary tables, so that reading a long file locks nobody out."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert

from stores.body import dump, dump_raw
from stores.keys import micros, plain
from stores.kinds import TABLES, Lookups, lookups, variant_rows
from stores.tables import variants
from tradewind.commerce import Product, RecordKind, SourceRow
from tradewind.errors import InvalidInput

BATCH = 1000
_OURS = ("tenant", "updated_at")


class Stage:
    """The staged rows of one connection: a table for each kind that came, made on demand.

    `n` is a row's place in the stream; a variant carries the `n` of its product's row.
    """

    def __init__(self, connection: Connection) -> None:
        self.tables: dict[RecordKind, Table] = {}
        self.variants: Table | None = None
        self._connection = connection
        self._metadata = MetaData()
        self._n = 0

    def fill(self, rows: Iterable[SourceRow]) -> None:
        """Take all rows in, a batch at a time. Raises InvalidInput for one that cannot be kept."""
        stream = iter(rows)
        while batch := list(islice(stream, BATCH)):
            self._take(batch)

    def _take(self, batch: Sequence[SourceRow]) -> None:
        by_kind: dict[RecordKind, list[Lookups]] = {}
        for row in batch:
            self._n += 1
            by_kind.setdefault(row.record.kind, []).append({"n": self._n, **columns_of(row)})
        for kind, staged in by_kind.items():
            if kind not in self.tables:
                self.tables[kind] = self._make(TABLES[kind])
            self._connection.execute(insert(self.tables[kind]), staged)
        if "product" in by_kind:
            self._take_variants(batch)

    def _take_variants(self, batch: Sequence[SourceRow]) -> None:
        if self.variants is None:
            self.variants = self._make(variants)
        if staged := list(_staged_variants(batch, self._n - len(batch) + 1)):
            self._connection.execute(insert(self.variants), staged)

    def _make(self, target: Table) -> Table:
        columns = [Column(c.name, c.type) for c in target.c if c.name not in _OURS]
        table = Table(
            f"stage_{target.name}", self._metadata,
            Column("n", Integer, primary_key=target is not variants, autoincrement=False),
            *columns, prefixes=["TEMPORARY"],
        )  # fmt: skip
        table.create(self._connection, checkfirst=False)
        return table


def columns_of(row: SourceRow) -> Lookups:
    """The row as columns, but tenant and time. The digest is SHA-256 over the record's and the
    source row's JSON."""
    try:
        body, raw = dump(row.record), dump_raw(row.raw)
    except InvalidInput as error:
        where = f"{plain(row.source)} row {row.row}: "
        raise InvalidInput(where + error.message, error.hint) from error
    mark = hashlib.sha256(f"{body}\n{raw}".encode()).hexdigest()
    own = lookups(row.record)
    if "said_at" in TABLES[row.record.kind].c:
        own["said_at"] = None if row.at is None else micros(row.at)
    return own | {
        "id": plain(row.record.id), "body": body, "raw": raw,
        "source": plain(row.source), "row": row.row, "digest": mark,
    }  # fmt: skip


def _staged_variants(batch: Sequence[SourceRow], first: int) -> Iterator[Lookups]:
    for n, row in enumerate(batch, first):
        if isinstance(row.record, Product):
            for variant in variant_rows(row.record):
                yield variant | {"n": n}
