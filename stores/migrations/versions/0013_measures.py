"""What buyers say of answers, and visitors of the shop's pages who agreed to be counted.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

TENANT_TABLES = ("votes", "visits")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "votes",
        word("tenant"),
        word("thread"),
        word("run"),
        sa.Column("helped", sa.Boolean(), nullable=False),
        number("at"),
        sa.PrimaryKeyConstraint("tenant", "thread", "run", name=op.f("pk_votes")),
    )
    op.create_table(
        "visits",
        word("tenant"),
        word("mark"),
        word("arm"),
        number("share"),
        number("at"),
        sa.PrimaryKeyConstraint("tenant", "mark", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_tenant_at_mark"), "visits", ["tenant", "at", "mark"])
    if op.get_context().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_tenant ON {table} USING (tenant = {_BOUND})")


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
