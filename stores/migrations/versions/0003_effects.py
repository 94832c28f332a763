"""The effect ledger, its approvals and rules, leases; on Postgres row-level security.

The approvals of 0001 were never asked by anything: they go.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TENANT_TABLES = (
    "ad_statistics approvals conversations customers disputes effects faqs halts imports leases "
    "ledger messages orders payments policies products rules runs shipments spans "
    "tracking_events turns used_tokens variants widget_keys"
).split()
DOOR_TABLES = ("api_keys", "people", "sign_in_links")
"""Looked up before a tenant is known: without one all rows are seen, with one its own."""
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def body(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    op.drop_table("approvals")
    _make_ledger()
    _make_approvals()
    _make_rules()
    _make_leases()
    if op.get_context().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            _guard(table, f"tenant = {_BOUND}")
        for table in DOOR_TABLES:
            _guard(table, f"tenant = coalesce({_BOUND}, tenant)")


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        word("tenant"),
        word("id"),
        word("run"),
        word("path"),
        number("ordinal"),
        word("tool"),
        word("level"),
        body("arguments"),
        word("arguments_hash"),
        word("proposed_hash"),
        number("amount_minor", nullable=True),
        word("currency", nullable=True),
        word("day"),
        word("status"),
        word("proposed_by"),
        word("allowed_by", nullable=True),
        body("receipt", nullable=True),
        body("error", nullable=True),
        word("undoes", nullable=True),
        number("created_at"),
        number("updated_at"),
        number("lease_until", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_ledger")),
    )
    for columns in ("status created_at id", "run created_at id", "day tool"):
        _index("ledger", columns)


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        word("tenant"),
        word("id"),
        word("run"),
        word("effect"),
        word("arguments_hash"),
        word("status"),
        number("created_at"),
        number("expires_at"),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_approvals")),
    )
    _index("approvals", "status created_at id")
    _index("approvals", "effect id")


def _make_rules() -> None:
    op.create_table(
        "rules",
        word("tenant"),
        word("id"),
        word("tool"),
        number("created_at"),
        number("expires_at", nullable=True),
        number("revoked_at", nullable=True),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_rules")),
    )
    _index("rules", "tool created_at id")
    op.create_table(
        "halts",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        word("tenant"),
        sa.Column("halted", sa.Boolean(), nullable=False),
        body("body"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_halts")),
    )
    _index("halts", "n")


def _make_leases() -> None:
    op.create_table(
        "leases",
        word("tenant"),
        word("thread"),
        word("run"),
        number("fence"),
        number("until"),
        sa.PrimaryKeyConstraint("tenant", "thread", name=op.f("pk_leases")),
        sqlite_with_rowid=False,
    )
    op.add_column("runs", number("fence", nullable=True))
    held = sa.text("fence IS NOT NULL")
    op.create_index(
        op.f("ix_runs_held"),
        "runs",
        ["tenant", "started_at", "id"],
        sqlite_where=held,
        postgresql_where=held,
    )


def _index(table: str, columns: str) -> None:
    named = ["tenant", *columns.split()]
    op.create_index(op.f(f"ix_{table}_{'_'.join(named)}"), table, named)


def _guard(table: str, seen: str) -> None:
    """Nobody, not even the owner, reads or writes a row that `seen` does not let through."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {table} USING ({seen})")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table in (*TENANT_TABLES, *DOOR_TABLES):
            op.execute(f"DROP POLICY of_tenant ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_index(op.f("ix_runs_held"), "runs")
    op.drop_column("runs", "fence")
    for table in ("leases", "halts", "rules", "approvals", "ledger"):
        op.drop_table(table)
    op.create_table(
        "approvals",
        word("tenant"),
        word("id"),
        word("run"),
        word("status"),
        number("created_at"),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_approvals")),
    )
    _index("approvals", "status created_at id")
