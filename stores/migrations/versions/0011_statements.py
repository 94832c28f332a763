"""What people of a shop stated of a dispute.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def body(name: str = "body") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "statements",
        word("tenant"),
        word("id"),
        word("dispute_id"),
        word("order_key"),
        word("payment_id"),
        number("at"),
        body(),
        body("raw"),
        word("source"),
        number("row"),
        word("digest"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_statements")),
    )
    _index("dispute_id", "at")
    _index("order_key")
    _index("payment_id")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE statements ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE statements FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_tenant ON statements USING (tenant = {_BOUND})")


def _index(*columns: str) -> None:
    name = "_".join(("ix_statements_tenant", *columns, "id"))
    op.create_index(op.f(name), "statements", ["tenant", *columns, "id"])


def downgrade() -> None:
    op.drop_table("statements")
