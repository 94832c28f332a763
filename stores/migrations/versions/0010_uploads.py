"""Files attached to disputes, sealed.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "uploads",
        word("tenant"),
        word("dispute_id"),
        word("sha256"),
        word("order_key"),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sealed("sealed"),
        sealed("original"),
        sa.PrimaryKeyConstraint("tenant", "dispute_id", "sha256", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_tenant_order_key"), "uploads", ["tenant", "order_key"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE uploads ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE uploads FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON uploads USING (tenant = {_BOUND})")


def downgrade() -> None:
    op.drop_table("uploads")
