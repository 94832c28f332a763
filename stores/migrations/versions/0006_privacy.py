"""Keys of persons, and what is sealed under them. Rows written before stay as they are.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")

SEALED = "approvals conversations effects ledger runs spans turns".split()
TENANT_TABLES = ("subject_keys", "erased")
_BOUND = "nullif(current_setting('tradewind.tenant', true), '')"


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def sealed(name: str = "sealed") -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def upgrade() -> None:
    for table in SEALED:
        op.add_column(table, sealed())
    op.add_column("ledger", sealed("sealed_end"))
    op.add_column("runs", sa.Column("named", WORDS, nullable=True))
    op.create_table(
        "subject_keys",
        word("tenant"),
        word("mark"),
        word("salt"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "mark", name=op.f("pk_subject_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased",
        word("tenant"),
        word("mark"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "mark", name=op.f("pk_erased")),
        sqlite_with_rowid=False,
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
    for table in ("vaults", "erased", "subject_keys"):
        op.drop_table(table)
    op.drop_column("ledger", "sealed_end")
    op.drop_column("runs", "named")
    for table in SEALED:
        op.drop_column(table, "sealed")
