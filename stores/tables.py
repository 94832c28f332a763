"""The tables, as the newest migration leaves them.

Records are JSON text in `body` (and `raw`, the source row), beside them the columns that
lookups need. Times in columns are microseconds since 1970 UTC as integers, on both back ends:
exact, sortable and the same everywhere (Postgres: `to_timestamp(due_by / 1e6)`). Money in
columns is minor units with a currency. Texts compare by code point on both back ends.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import TEXT

SCHEMA = "0001"
"""The revision that this program writes; tested against the migrations."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)

Words = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Text that is looked up or sorted: by code point, whatever the server's locale."""
Serial = BigInteger().with_variant(Integer(), "sqlite")


def _key(name: str) -> Column[str]:
    return Column(name, Words, primary_key=True)


def _word(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def _number(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _body(name: str = "body", nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _serial() -> Column[int]:
    return Column("n", Serial, primary_key=True, autoincrement=True)


def _commerce(name: str, *lookups: Column[str] | Column[int], indexes: str = "") -> Table:
    """A table of shop records. `indexes` are lists of columns, e.g. "order_key; email"; each
    ends with the id, so that SQLite never takes the primary key for the sake of its order."""
    table = Table(
        name, metadata, _key("tenant"), _key("id"), *lookups,
        _body(), _body("raw"), _word("source"), _number("row"), _word("digest"),
        _number("updated_at"),
    )  # fmt: skip
    for columns in filter(None, indexes.split("; ")):
        Index(None, table.c.tenant, *(table.c[column] for column in columns.split()), table.c.id)
    return table


tenants = Table("tenants", metadata, _key("id"), _body())

products = _commerce("products")
variants = Table(
    "variants", metadata, _key("tenant"), _key("product_id"), _key("id"), _word("sku"),
    _number("price_minor", nullable=True), Column("currency", Words, nullable=True),
    _number("stock", nullable=True), Column("available", Boolean, nullable=True),
)  # fmt: skip
Index(None, variants.c.tenant, variants.c.sku)
customers = _commerce("customers", _word("email"), indexes="email")
orders = _commerce(
    "orders", _word("order_key"), _word("customer_id"), _word("email"),
    indexes="order_key; customer_id; email",
)  # fmt: skip
payments = _commerce("payments", _word("order_key"), _word("email"), indexes="order_key; email")
shipments = _commerce(
    "shipments", _word("order_key"), _word("tracking_key"), indexes="order_key; tracking_key"
)
tracking_events = _commerce(
    "tracking_events", _word("tracking_key"), _number("at"), indexes="tracking_key at"
)
disputes = _commerce(
    "disputes", _word("order_key"), _word("payment_id"), _number("due_by", nullable=True),
    indexes="order_key; due_by",
)  # fmt: skip
policies = _commerce("policies")
faqs = _commerce("faqs")
messages = _commerce(
    "messages", _word("order_key"), _word("customer_id"), _number("at"),
    indexes="order_key at; customer_id",
)  # fmt: skip
ad_statistics = _commerce("ad_statistics", _word("day"), _word("campaign"), indexes="day")

imports = Table("imports", metadata, _serial(), _word("tenant"), _number("at"), _body())
Index(None, imports.c.tenant, imports.c.n)

conversations = Table(
    "conversations", metadata, _key("tenant"), _key("thread"), _body("state"),
)  # fmt: skip
turns = Table(
    "turns", metadata, _serial(), _word("tenant"), _word("thread"), _body(),
)  # fmt: skip
Index(None, turns.c.tenant, turns.c.thread, turns.c.n)

runs = Table(
    "runs", metadata, _key("tenant"), _key("id"), _word("thread"), _word("status"),
    _number("started_at"), _body(),
)  # fmt: skip
Index(None, runs.c.tenant, runs.c.started_at, runs.c.id)
Index(None, runs.c.tenant, runs.c.thread, runs.c.started_at, runs.c.id)


def _journal(name: str, *columns: Column[str] | Column[int]) -> Table:
    return Table(
        name, metadata, _key("tenant"), _key("run"), _key("path"),
        Column("ordinal", BigInteger, primary_key=True, autoincrement=False), *columns,
        ForeignKeyConstraint(["tenant", "run"], ["runs.tenant", "runs.id"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )  # fmt: skip


spans = _journal(
    "spans", _word("kind"), _word("name"), _number("started_us"), _number("duration_us"),
    _word("level"), _body("error", nullable=True), _body("attributes"), _word("request_hash"),
    _body("request", nullable=True), _body("response", nullable=True),
)  # fmt: skip
"""All spans. `request` and `response` are those of steps only; the others' are in `effects`."""
effects = _journal(
    "effects", _word("kind"), _word("name"), _word("level"), _word("request_hash"),
    _body("request", nullable=True), _body("response", nullable=True),
)  # fmt: skip
"""What a run asked of the world and got: model, tool, search, human, clock, random."""

approvals = Table(
    "approvals", metadata, _key("tenant"), _key("id"), _word("run"), _word("status"),
    _number("created_at"), _body(),
)  # fmt: skip
Index(None, approvals.c.tenant, approvals.c.status, approvals.c.created_at, approvals.c.id)
