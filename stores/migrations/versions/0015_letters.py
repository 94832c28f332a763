"""Messages are found by who says to have written them, and by when.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
INDEXES = ("email", "at")


def upgrade() -> None:
    op.add_column("messages", sa.Column("email", WORDS, nullable=True))
    for column in INDEXES:
        op.create_index(
            op.f(f"ix_messages_tenant_{column}_id"), "messages", ["tenant", column, "id"]
        )


def downgrade() -> None:
    for column in INDEXES:
        op.drop_index(op.f(f"ix_messages_tenant_{column}_id"), "messages")
    op.drop_column("messages", "email")
