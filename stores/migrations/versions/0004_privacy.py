"""Keys of persons, and what is sealed under them. Rows written before stay as they are.

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
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SEALED = "approvals conversations effects ledger runs spans turns".split()
TENANT_TABLES = ("subject_keys", "subject_links", "erased")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def sealed(name: str = "sealed") -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def upgrade() -> None:
    for table in SEALED:
        op.add_column(table, sealed())
    op.add_column("ledger", sealed("sealed_end"))
    op.create_table(
        "subject_keys",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        word("tenant"),
        word("mark"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_subject_keys")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_subject_keys_tenant_mark"), "subject_keys", ["tenant", "mark"], unique=True
    )
    op.create_table(
        "subject_links",
        word("tenant"),
        word("mark"),
        word("thread"),
        sa.PrimaryKeyConstraint("tenant", "mark", "thread", name=op.f("pk_subject_links")),
    )
    op.create_table(
        "erased",
        word("tenant"),
        word("mark"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "mark", name=op.f("pk_erased")),
    )
    op.create_table(
        "vaults",
        word("id"),
        word("proof"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vaults")),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_tenant ON {table} USING (tenant = {_BOUND})")


def downgrade() -> None:
    """What is sealed stays unreadable for the older program, which takes it for empty."""
    for table in ("vaults", "erased", "subject_links", "subject_keys"):
        op.drop_table(table)
    op.drop_column("ledger", "sealed_end")
    for table in SEALED:
        op.drop_column(table, "sealed")
