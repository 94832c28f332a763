"""What the strength model said of disputes when their packets were made.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def upgrade() -> None:
    op.create_table(
        "predictions",
        word("tenant"),
        word("packet"),
        word("dispute"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "packet", name=op.f("pk_predictions")),
    )
    op.create_index(
        op.f("ix_predictions_tenant_at_packet"), "predictions", ["tenant", "at", "packet"]
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE predictions ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE predictions FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON predictions USING (tenant = {_BOUND})")


def downgrade() -> None:
    op.drop_table("predictions")
