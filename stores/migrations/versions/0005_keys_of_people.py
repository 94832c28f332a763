"""Keys of people: whose key it is, so that it closes when they are removed.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("person", WORDS, nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "person")
