"""Refunds, versions of listings and policies, when a source said what a record holds.

Payments that are there already get their fingerprint, orders the shop system's id; versions begin
with the next import.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

TIMED = ("disputes", "payments", "policies", "products")
VERSIONED = ("policies", "products")
TENANT_TABLES = ("refunds", "versions")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"
FROM_BODY = (("payments", "fingerprint"), ("orders", "source_id"))


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def body(name: str = "body") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    for table in TIMED:
        op.add_column(table, number("said_at", nullable=True))
    for table in VERSIONED:
        op.add_column(table, sa.Column("content", WORDS, nullable=True))
    for table, column in FROM_BODY:
        op.add_column(table, sa.Column(column, WORDS, nullable=True))
        _index(table, column)
    _index("disputes", "payment_id")
    _make_refunds()
    op.create_table(
        "versions",
        word("tenant"),
        word("kind"),
        word("id"),
        number("seen_from"),
        number("seen_to"),
        word("content"),
        body(),
        sa.PrimaryKeyConstraint("tenant", "kind", "id", "seen_from", name=op.f("pk_versions")),
    )
    dialect = op.get_context().dialect.name
    for table, column in FROM_BODY:
        _fill(dialect, table, column)
    if dialect == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_tenant ON {table} USING (tenant = {_BOUND})")


def _fill(dialect: str, table: str, column: str) -> None:
    """Take a column from the records; on Postgres an owner without a tenant sees no row."""
    if dialect == "sqlite":
        op.execute(f"UPDATE {table} SET {column} = json_extract(body, '$.{column}')")
        return
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE {table} SET {column} = CAST(body AS json) ->> '{column}'")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _make_refunds() -> None:
    op.create_table(
        "refunds",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("payment_id"),
        number("said_at", nullable=True),
        body(),
        body("raw"),
        word("source"),
        number("row"),
        word("digest"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_refunds")),
    )
    _index("refunds", "order_key")
    _index("refunds", "payment_id")


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_tenant_{column}_id"), table, ["tenant", column, "id"])


def downgrade() -> None:
    op.drop_table("versions")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_disputes_tenant_payment_id_id"), "disputes")
    for table, column in FROM_BODY:
        op.drop_index(op.f(f"ix_{table}_tenant_{column}_id"), table)
        op.drop_column(table, column)
    for table in VERSIONED:
        op.drop_column(table, "content")
    for table in TIMED:
        op.drop_column(table, "said_at")
