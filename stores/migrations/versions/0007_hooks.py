"""What processors send of themselves: ids of their events, their sealed secrets.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

TENANT_TABLES = ("hook_events", "hook_secrets")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "hook_events",
        word("tenant"),
        word("source"),
        word("id"),
        word("type"),
        number("said_at"),
        number("received_at"),
        sa.PrimaryKeyConstraint("tenant", "source", "id", name=op.f("pk_hook_events")),
    )
    op.create_index(
        op.f("ix_hook_events_tenant_received_at"), "hook_events", ["tenant", "received_at"]
    )
    op.create_table(
        "hook_secrets",
        word("tenant"),
        word("source"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        number("created_at"),
        sa.PrimaryKeyConstraint("tenant", "source", name=op.f("pk_hook_secrets")),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_tenant ON {table} USING (tenant = {_BOUND})")


def downgrade() -> None:
    op.drop_table("hook_secrets")
    op.drop_table("hook_events")
