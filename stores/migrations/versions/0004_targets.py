"""The ledger knows what an effect changes and the most that may ever be done to it.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("ledger", sa.Column("target", WORDS, nullable=False, server_default=""))
    op.add_column("ledger", sa.Column("bound", sa.Text(), nullable=True))
    op.create_index("ix_ledger_tenant_target_created_at_id", "ledger", [
        "tenant", "target", "created_at", "id",
    ])  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_ledger_tenant_target_created_at_id", "ledger")
    op.drop_column("ledger", "bound")
    op.drop_column("ledger", "target")
