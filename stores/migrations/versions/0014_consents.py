"""A buyer's own yes stands with the effect that they said it to.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger", sa.Column("consent", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("ledger", "consent")
