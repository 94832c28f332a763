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
    LargeBinary,
    MetaData,
    Table,
    Text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import TEXT

SCHEMA = "0015"
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


def _sealed(name: str = "sealed") -> Column[bytes]:
    """What a person may be told by, under the keys of all whom it is about (`stores.vault`). A row
    that has it holds nothing of them in its other columns; null in rows that are clear."""
    return Column(name, LargeBinary, nullable=True)


def _serial() -> Column[int]:
    return Column("n", Serial, primary_key=True, autoincrement=True)


def _said_at() -> Column[int]:
    """When the source said what the record holds, where it told."""
    return _number("said_at", nullable=True)


def _content() -> Column[str]:
    """The digest of what a buyer reads of it (`stores.versions`)."""
    return Column("content", Words, nullable=True)


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

products = _commerce("products", _said_at(), _content())
variants = Table(
    "variants", metadata, _key("tenant"), _key("product_id"), _key("id"), _word("sku"),
    _number("price_minor", nullable=True), Column("currency", Words, nullable=True),
    _number("stock", nullable=True), Column("available", Boolean, nullable=True),
)  # fmt: skip
Index(None, variants.c.tenant, variants.c.sku)
customers = _commerce("customers", _word("email"), indexes="email")
orders = _commerce(
    "orders", _word("order_key"), _word("customer_id"), _word("email"),
    Column("source_id", Words, nullable=True), indexes="order_key; customer_id; email; source_id",
)  # fmt: skip
payments = _commerce(
    "payments", _word("order_key"), _word("email"), Column("fingerprint", Words, nullable=True),
    _said_at(), indexes="order_key; email; fingerprint",
)  # fmt: skip
refunds = _commerce(
    "refunds", _word("order_key"), _word("payment_id"), _said_at(),
    indexes="order_key; payment_id",
)  # fmt: skip
shipments = _commerce(
    "shipments", _word("order_key"), _word("tracking_key"), indexes="order_key; tracking_key"
)
tracking_events = _commerce(
    "tracking_events", _word("tracking_key"), _number("at"), indexes="tracking_key at"
)
disputes = _commerce(
    "disputes", _word("order_key"), _word("payment_id"), _number("due_by", nullable=True),
    _said_at(), indexes="order_key; due_by; payment_id",
)  # fmt: skip
statements = _commerce(
    "statements", _word("dispute_id"), _word("order_key"), _word("payment_id"), _number("at"),
    indexes="dispute_id at; order_key; payment_id",
)  # fmt: skip
policies = _commerce("policies", _said_at(), _content())
faqs = _commerce("faqs")
messages = _commerce(
    "messages", _word("order_key"), _word("customer_id"), _number("at"),
    Column("email", Words, nullable=True), indexes="order_key at; customer_id; email; at",
)  # fmt: skip
ad_statistics = _commerce("ad_statistics", _word("day"), _word("campaign"), indexes="day")

versions = Table(
    "versions", metadata, _key("tenant"), _key("kind"), _key("id"),
    Column("seen_from", BigInteger, primary_key=True, autoincrement=False), _number("seen_to"),
    _word("content"), _body(),
)  # fmt: skip
"""What listings and policies said over time."""

imports = Table("imports", metadata, _serial(), _word("tenant"), _number("at"), _body())
Index(None, imports.c.tenant, imports.c.n)

conversations = Table(
    "conversations", metadata, _key("tenant"), _key("thread"), _body("state"), _sealed(),
)  # fmt: skip
turns = Table(
    "turns", metadata, _serial(), _word("tenant"), _word("thread"), _body(), _sealed(),
)  # fmt: skip
Index(None, turns.c.tenant, turns.c.thread, turns.c.n)

runs = Table(
    "runs", metadata, _key("tenant"), _key("id"), _word("thread"), _word("status"),
    _number("started_at"), _body(), _number("fence", nullable=True), _sealed(),
    Column("named", Words, nullable=True),
)  # fmt: skip
"""`fence` is that of the lease under which the run is carried out; null when it holds none.
`named` are the marks of who came up in a buyer's run, by blanks."""
Index(None, runs.c.tenant, runs.c.started_at, runs.c.id)
Index(None, runs.c.tenant, runs.c.thread, runs.c.started_at, runs.c.id)
_HELD = runs.c.fence.is_not(None)
Index(
    "ix_runs_held", runs.c.tenant, runs.c.started_at, runs.c.id,
    sqlite_where=_HELD, postgresql_where=_HELD,
)  # fmt: skip
leases = Table(
    "leases", metadata, _key("tenant"), _key("thread"), _word("run"), _number("fence"),
    _number("until"), sqlite_with_rowid=False,
)  # fmt: skip
"""One lease a thread; it stays when it is given back (`until` 0), for its fence only rises."""


def _journal(name: str, *columns: Column[str] | Column[int] | Column[bytes]) -> Table:
    return Table(
        name, metadata, _key("tenant"), _key("run"), _key("path"),
        Column("ordinal", BigInteger, primary_key=True, autoincrement=False), *columns,
        ForeignKeyConstraint(["tenant", "run"], ["runs.tenant", "runs.id"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )  # fmt: skip


spans = _journal(
    "spans", _word("kind"), _word("name"), _number("started_us"), _number("duration_us"),
    _word("level"), _body("error", nullable=True), _body("attributes"), _word("request_hash"),
    _body("request", nullable=True), _body("response", nullable=True), _sealed(),
)  # fmt: skip
"""All spans. `request` and `response` are those of steps only; the others' are in `effects`."""
effects = _journal(
    "effects", _word("kind"), _word("name"), _word("level"), _word("request_hash"),
    _body("request", nullable=True), _body("response", nullable=True), _sealed(),
)  # fmt: skip
"""What a run asked of the world and got: model, tool, search, human, clock, random."""

ledger = Table(
    "ledger", metadata, _key("tenant"), _key("id"), _word("run"), _word("path"),
    _number("ordinal"), _word("tool"), _word("level"), _body("arguments"),
    _word("arguments_hash"), _word("proposed_hash"), _number("amount_minor", nullable=True),
    Column("currency", Words, nullable=True),
    Column("target", Words, nullable=False, server_default=""), _body("bound", nullable=True),
    _word("day"), _word("status"), _word("proposed_by"), Column("allowed_by", Words, nullable=True),
    _body("receipt", nullable=True), _body("error", nullable=True),
    Column("undoes", Words, nullable=True), _number("created_at"), _number("updated_at"),
    _number("lease_until", nullable=True), _body("consent", nullable=True), _sealed(),
    _sealed("sealed_end"),
)  # fmt: skip
"""The effects on the world: a column for each field, so that a change writes what it changes.
`proposed_hash` is `arguments_hash` as it was before any person amended the arguments. `sealed`
holds the arguments, `sealed_end` receipt and error."""
Index(None, ledger.c.tenant, ledger.c.status, ledger.c.created_at, ledger.c.id)
Index(None, ledger.c.tenant, ledger.c.run, ledger.c.created_at, ledger.c.id)
Index(None, ledger.c.tenant, ledger.c.day, ledger.c.tool)
Index(None, ledger.c.tenant, ledger.c.target, ledger.c.created_at, ledger.c.id)
approvals = Table(
    "approvals", metadata, _key("tenant"), _key("id"), _word("run"), _word("effect"),
    _word("arguments_hash"), _word("status"), _number("created_at"), _number("expires_at"),
    _body(), _sealed(),
)  # fmt: skip
Index(None, approvals.c.tenant, approvals.c.status, approvals.c.created_at, approvals.c.id)
Index(None, approvals.c.tenant, approvals.c.effect, approvals.c.id)
rules = Table(
    "rules", metadata, _key("tenant"), _key("id"), _word("tool"), _number("created_at"),
    _number("expires_at", nullable=True), _number("revoked_at", nullable=True), _body(),
)  # fmt: skip
Index(None, rules.c.tenant, rules.c.tool, rules.c.created_at, rules.c.id)
halts = Table(
    "halts", metadata, _serial(), _word("tenant"), Column("halted", Boolean, nullable=False),
    _body(),
)  # fmt: skip
"""Every throw of the kill switch; a tenant's last row tells how it stands."""
Index(None, halts.c.tenant, halts.c.n)

handovers = Table(
    "handovers", metadata, _key("tenant"), _key("id"), _word("thread"), _word("state"),
    _number("opened_at"), _number("held_until", nullable=True), _body(), _sealed(),
)  # fmt: skip
"""Where a person is needed. `sealed` holds what somebody left in the contact form."""
_OPEN = handovers.c.state != "closed"
Index(
    "ix_handovers_open", handovers.c.tenant, handovers.c.thread, unique=True,
    sqlite_where=_OPEN, postgresql_where=_OPEN,
)  # fmt: skip
Index(None, handovers.c.tenant, handovers.c.thread, handovers.c.opened_at, handovers.c.id)
Index(None, handovers.c.tenant, handovers.c.state, handovers.c.opened_at, handovers.c.id)
handover_steps = Table(
    "handover_steps", metadata, _serial(), _word("tenant"), _word("handover"), _word("kind"),
    _word("run"), _word("key"), _number("at"), _body(),
)  # fmt: skip
"""What happened to handovers, in order; only appended to. A person's message has its `key`."""
Index(None, handover_steps.c.tenant, handover_steps.c.handover, handover_steps.c.n)
_BY_RUN = handover_steps.c.run != ""
Index(
    "ix_handover_steps_run", handover_steps.c.tenant, handover_steps.c.run,
    sqlite_where=_BY_RUN, postgresql_where=_BY_RUN,
)  # fmt: skip
_KEYED = handover_steps.c.key != ""
Index(
    "ix_handover_steps_key", handover_steps.c.tenant, handover_steps.c.handover,
    handover_steps.c.key, unique=True, sqlite_where=_KEYED, postgresql_where=_KEYED,
)  # fmt: skip
faq_drafts = Table(
    "faq_drafts", metadata, _key("tenant"), _key("id"), _word("status"), _number("drafted_at"),
    _body(),
)  # fmt: skip
Index(None, faq_drafts.c.tenant, faq_drafts.c.drafted_at, faq_drafts.c.id)

votes = Table(
    "votes", metadata, _key("tenant"), _key("thread"), _key("run"),
    Column("helped", Boolean, nullable=False), _number("at"),
)  # fmt: skip
"""What a buyer said of an answer, the newest word."""
visits = Table(
    "visits", metadata, _key("tenant"), _key("mark"), _word("arm"), _number("share"),
    _number("at"),
)  # fmt: skip
"""First page views of visitors who agreed to be counted; `mark` is keyed and names nobody."""
Index(None, visits.c.tenant, visits.c.at, visits.c.mark)

subject_keys = Table(
    "subject_keys", metadata, _key("tenant"), _key("mark"), _word("salt"),
    Column("wrapped", LargeBinary, nullable=False), sqlite_with_rowid=False,
)  # fmt: skip
"""A key for each person, thread or record that traces are about; `mark` says whose, keyed. `salt`
tells a key from one that was erased under the same mark."""
erased = Table(
    "erased", metadata, _key("tenant"), _key("mark"), _number("at"), sqlite_with_rowid=False,
)  # fmt: skip
"""Marks of what was erased: an import does not bring it back, nor does a run begun before."""
vaults = Table("vaults", metadata, _key("id"), _word("proof"))
"""One row: what tells the installation's key from another."""

hook_events = Table(
    "hook_events", metadata, _key("tenant"), _key("source"), _key("id"), _word("type"),
    _number("said_at"), _number("received_at"),
)  # fmt: skip
"""Ids of what processors sent: each is taken in once."""
Index(None, hook_events.c.tenant, hook_events.c.received_at)
hook_secrets = Table(
    "hook_secrets", metadata, _key("tenant"), _key("source"),
    Column("sealed", LargeBinary, nullable=False), _number("created_at"),
)  # fmt: skip

predictions = Table(
    "predictions", metadata, _key("tenant"), _key("packet"), _word("dispute"), _number("at"),
    _body(),
)  # fmt: skip
"""What the strength model said of a dispute when its packet was made; nothing of a person."""
Index(None, predictions.c.tenant, predictions.c.at, predictions.c.packet)

uploads = Table(
    "uploads", metadata, _key("tenant"), _key("dispute_id"), _key("sha256"), _word("order_key"),
    _number("given_at"), Column("sealed", LargeBinary, nullable=False),
    Column("original", LargeBinary, nullable=False),
)  # fmt: skip
"""Files attached to disputes: record and original, both sealed."""
Index(None, uploads.c.tenant, uploads.c.order_key)

# Who may come in. A link's hash, a key's id and a counter's key are met at the door, before any
# tenant is known: `stores.entrance` and `stores.rates` read those three across tenants.
people = Table("people", metadata, _key("tenant"), _key("id"), _word("email"), _body())
Index(None, people.c.tenant, people.c.email, unique=True)
api_keys = Table(
    "api_keys", metadata, _key("tenant"), _key("id"), _word("hash"), _word("label"),
    _word("role"), _number("created_at"), _number("revoked_at", nullable=True),
    _number("last_used_at", nullable=True), Column("person", Words, nullable=True),
)  # fmt: skip
Index(None, api_keys.c.id, unique=True)
"""An id is met at the door before the tenant is known: no two tenants share one."""
sign_in_links = Table(
    "sign_in_links", metadata, _key("hash"), _word("tenant"), _word("person"),
    _number("expires_at"),
)  # fmt: skip
Index(None, sign_in_links.c.expires_at)
widget_keys = Table("widget_keys", metadata, _key("tenant"), _word("salt"), _number("created_at"))
used_tokens = Table("used_tokens", metadata, _key("tenant"), _key("jti"), _number("expires_at"))
"""Ids of the shop's tokens that were used, and marks of sessions that were ended (`api.ended`)."""
Index(None, used_tokens.c.expires_at)
rate_windows = Table("rate_windows", metadata, _key("key"), _number("count"), _number("expires_at"))
Index(None, rate_windows.c.expires_at)
"""Counters of the rate limits, of all tenants: the key names whose."""
