"""The road to one database: an engine, statements compiled once, short transactions.

Hot calls run SQL that SQLAlchemy compiled once straight on a pooled driver connection, about
20 µs a statement where a Core execution takes 70. Driver connections are in autocommit; a
transaction is an explicit BEGIN (IMMEDIATE on SQLite, so that two writers queue and never
deadlock), for Core as well.
"""

import sqlite3
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

from sqlalchemy import URL, ClauseElement, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from stores.faults import explain
from tradewind.errors import InvalidInput

Values = Mapping[str, str | int | bool | bytes | None]
Row = tuple[Any, ...]
Cursor = Any  # a driver's cursor: sqlite3.Cursor or psycopg.Cursor

KEPT = 8
"""Connections to a SQLite file that are kept at hand."""

_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 7239135))")
_PRAGMAS = (
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = FAST",  # what is deleted is zeroed where its page is written anyway
    "journal_size_limit = 67108864",  # else a large import leaves a WAL file of its size
)

ZERO_ALL = "PRAGMA secure_delete = ON"
"""Pages that come free are zeroed too, for this connection."""


def make_engine(url: URL, wait_seconds: float) -> Engine:
    """An engine with the settings of its back end; connects to nothing yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, paramstyle="named", pool_size=8, max_overflow=56, pool_reset_on_return=None,
            connect_args={"timeout": wait_seconds},
        )  # fmt: skip
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=16,
        max_overflow=48, connect_args={"connect_timeout": max(2, round(wait_seconds))},
    )  # fmt: skip
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    _to_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _to_wal(connection: Any) -> None:
    """The change of a new file to WAL does not wait for other openers' locks: ask again."""
    for _ in range(200):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA journal_mode = WAL")


def _prepare_postgres(connection: Any, _record: object) -> None:
    connection.autocommit = True


def _begin(connection: Connection) -> None:
    """`begin` among the execution options replaces SQLite's BEGIN IMMEDIATE."""
    usual = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN"
    chosen: str = connection.get_execution_options().get("begin", usual)
    connection.exec_driver_sql(chosen, execution_options={"no_parameters": True})


class Link:
    """One database, shared by all threads and handles. Raises BackendError, InvalidInput."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.url = engine.url
        driver: Any = engine.dialect.dbapi
        self.duplicate: type[Exception] = driver.IntegrityError
        self.errors: tuple[type[Exception], ...] = (driver.Error, SQLAlchemyError)
        self.begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"
        self.begin_staging = "BEGIN"  # SQLite: locks nothing but the connection's temporary file
        self._opens_reads = False
        self._keeps = engine.dialect.name == "sqlite"
        self._idle: list[Any] = []
        self._compiled: dict[ClauseElement, tuple[str, Values]] = {}
        self._upserts: dict[Table, str] = {}

    def rows(self, statement: ClauseElement, values: Values) -> Sequence[Row]:
        """All rows of one read."""
        with _Taken(self) as cursor:
            if not self._opens_reads:
                self.execute(cursor, statement, values)
                return cursor.fetchall()
            cursor.execute(self.begin)
            self.execute(cursor, statement, values)
            found = cursor.fetchall()
            cursor.execute("COMMIT")
            return found

    def run_alone(self, sql: str) -> None:
        """A statement that stands in no transaction."""
        with _Taken(self) as cursor:
            cursor.execute(sql)

    def opening_with(self, begin: str) -> "Link":
        """The same database where every transaction begins so, and every read is in one."""
        twin = copy(self)
        twin.begin = twin.begin_staging = begin
        twin._opens_reads = True
        return twin

    @contextmanager
    def write(self) -> Generator["Write"]:
        """One transaction: committed at the end, rolled back on any error."""
        with _Taken(self) as cursor:
            cursor.execute(self.begin)
            try:
                yield Write(cursor, self)
                cursor.execute("COMMIT")
            except BaseException:
                cursor.connection.rollback()
                raise

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """A Core connection of one's own, thrown away afterwards (with its temporary tables)."""
        try:
            with self.engine.connect() as connection:
                if connection.dialect.name == "sqlite":  # replaced records leave no copy behind
                    driver: Any = connection.connection.driver_connection
                    driver.execute(ZERO_ALL)
                connection.detach()
                if self._opens_reads:
                    connection.execution_options(begin=self.begin)
                yield connection
        except self.errors as error:
            raise explain(error, self.url) from error

    def close(self) -> None:
        """Close all connections."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    def taken(self) -> Any:
        """A connection, to be left again."""
        try:
            return self._idle.pop()
        except IndexError:
            return self.engine.raw_connection()

    def leave(self, pooled: Any) -> None:
        """Back to the pool; of a file some stay taken out, which is half of a short read. A
        server's go back, where they are tried before they serve again."""
        if self._keeps and len(self._idle) < KEPT:
            self._idle.append(pooled)
        else:
            pooled.close()

    def sql(self, statement: ClauseElement) -> str:
        """The statement as the driver takes it."""
        return self._known(statement)[0]

    def execute(self, cursor: Cursor, statement: ClauseElement, values: Values) -> None:
        """Run a statement whose parameters are `values` and the constants written in it."""
        sql, constants = self._known(statement)
        cursor.execute(sql, {**constants, **values} if constants else values)

    def queue(self, cursor: Cursor, tenant: str) -> None:
        """Take the tenant's turn, on Postgres."""
        if self.engine.dialect.name == "postgresql":
            self.execute(cursor, _TURN, {"tenant": tenant})

    def upsert_sql(self, table: Table) -> str:
        """INSERT that replaces all other columns where the primary key is there already."""
        if (text := self._upserts.get(table)) is None:
            insert = sqlite.insert if self.engine.dialect.name == "sqlite" else postgresql.insert
            start = insert(table)
            kept = {c.name: start.excluded[c.name] for c in table.c if not c.primary_key}
            statement = start.on_conflict_do_update(
                index_elements=list(table.primary_key.columns), set_=kept
            )
            text = self._upserts[table] = self._compile(statement)[0]
        return text

    def _known(self, statement: ClauseElement) -> tuple[str, Values]:
        if (compiled := self._compiled.get(statement)) is None:
            compiled = self._compiled[statement] = self._compile(statement)
        return compiled

    def _compile(self, statement: ClauseElement) -> tuple[str, Values]:
        compiled = statement.compile(dialect=self.engine.dialect)
        params = compiled.params or {}
        return str(compiled), {name: v for name, v in params.items() if v is not None}


class _Taken:
    """A cursor of a pooled connection; what goes wrong with it is told as ours.

    Met ten times a turn: written out, it takes half the time of a generator.
    """

    __slots__ = ("_link", "_pooled")

    def __init__(self, link: Link) -> None:
        self._link = link

    def __enter__(self) -> Cursor:
        link = self._link
        try:
            pooled = self._pooled = link.taken()
            try:
                return pooled.cursor()
            except BaseException:
                link.leave(pooled)
                raise
        except link.errors as error:
            raise explain(error, link.url) from error

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        link = self._link
        try:
            link.leave(self._pooled)
        except link.errors as broken:
            raise explain(broken, link.url) from broken
        if error is None:
            return
        if isinstance(error, link.errors):
            raise explain(error, link.url) from error
        if isinstance(error, OverflowError):
            raise InvalidInput(
                f"a number does not fit the store: {error}.", "Use a smaller one."
            ) from error


class Write:
    """An open transaction."""

    def __init__(self, cursor: Cursor, link: Link) -> None:
        self._cursor = cursor
        self._link = link

    def rows(self, statement: ClauseElement, values: Values) -> Sequence[Row]:
        self._link.execute(self._cursor, statement, values)
        return self._cursor.fetchall()

    def add(self, statement: ClauseElement, values: Values, what: str) -> None:
        """Insert one row. Raises InvalidInput when `what` is there already."""
        try:
            self._link.execute(self._cursor, statement, values)
        except self._link.duplicate as error:
            raise InvalidInput(f"{what} is there already.", "Use a new id.") from error

    def run(self, statement: ClauseElement, values: Values) -> int:
        """Execute; how many rows it touched."""
        self._link.execute(self._cursor, statement, values)
        return self._cursor.rowcount

    def run_many(self, statement: ClauseElement, rows: Sequence[Values]) -> None:
        """Execute once for each row; the statement has no constants of its own."""
        if rows:
            self._cursor.executemany(self._link.sql(statement), rows)

    def queue(self, tenant: str) -> None:
        """Wait until no other transaction has the tenant's turn; it is kept until the end.

        For what must be counted before it is written. On SQLite all writers queue anyway.
        """
        self._link.queue(self._cursor, tenant)

    def upsert(self, table: Table, rows: Sequence[Values]) -> None:
        """Insert the rows, or replace those whose primary key is there."""
        if rows:
            self._cursor.executemany(self._link.upsert_sql(table), rows)
