"""Handovers to people, what happened to them, and answers that may become FAQ entries.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TENANT_TABLES = ("handovers", "handover_steps", "faq_drafts")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def body() -> sa.Column[str]:
    return sa.Column("body", sa.Text(), nullable=False)


def upgrade() -> None:
    _make_handovers()
    _make_steps()
    op.create_table(
        "faq_drafts",
        word("tenant"),
        word("id"),
        word("status"),
        number("drafted_at"),
        body(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_faq_drafts")),
    )
    _index("faq_drafts", "drafted_at", "id")
    if op.get_context().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_tenant ON {table} USING (tenant = {_BOUND})")


def _make_handovers() -> None:
    op.create_table(
        "handovers",
        word("tenant"),
        word("id"),
        word("thread"),
        word("state"),
        number("opened_at"),
        number("held_until", nullable=True),
        body(),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_handovers")),
    )
    _partial("ix_handovers_open", "handovers", ["tenant", "thread"], "state != 'closed'", True)
    _index("handovers", "thread", "opened_at", "id")
    _index("handovers", "state", "opened_at", "id")


def _make_steps() -> None:
    op.create_table(
        "handover_steps",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        word("tenant"),
        word("handover"),
        word("kind"),
        word("run"),
        word("key"),
        number("at"),
        body(),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_handover_steps")),
    )
    _index("handover_steps", "handover", "n")
    _partial("ix_handover_steps_run", "handover_steps", ["tenant", "run"], "run != ''", False)
    columns = ["tenant", "handover", "key"]
    _partial("ix_handover_steps_key", "handover_steps", columns, "key != ''", True)


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant", *columns])


def _partial(name: str, table: str, columns: list[str], where: str, unique: bool) -> None:
    told = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=told, postgresql_where=told
    )  # fmt: skip


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
