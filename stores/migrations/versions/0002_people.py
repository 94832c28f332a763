"""Who may come in: people, API keys, sign-in links, the widget's keys, used tokens, rates.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def body(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "people",
        word("tenant"),
        word("id"),
        word("email"),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_tenant_email"), "people", ["tenant", "email"], unique=True)
    op.create_table(
        "api_keys",
        word("tenant"),
        word("id"),
        word("hash"),
        word("label"),
        word("role"),
        number("created_at"),
        number("revoked_at", nullable=True),
        number("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_id"), "api_keys", ["id"], unique=True)
    op.create_table(
        "sign_in_links",
        word("hash"),
        word("tenant"),
        word("person"),
        number("expires_at"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_expires_at"), "sign_in_links", ["expires_at"])
    op.create_table(
        "widget_keys",
        word("tenant"),
        word("salt"),
        number("created_at"),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_widget_keys")),
    )
    op.create_table(
        "used_tokens",
        word("tenant"),
        word("jti"),
        number("expires_at"),
        sa.PrimaryKeyConstraint("tenant", "jti", name=op.f("pk_used_tokens")),
    )
    op.create_index(op.f("ix_used_tokens_expires_at"), "used_tokens", ["expires_at"])
    op.create_table(
        "rate_windows",
        word("key"),
        number("count"),
        number("expires_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_windows")),
    )
    op.create_index(op.f("ix_rate_windows_expires_at"), "rate_windows", ["expires_at"])


def downgrade() -> None:
    op.drop_table("rate_windows")
    op.drop_table("used_tokens")
    op.drop_table("widget_keys")
    op.drop_table("sign_in_links")
    op.drop_table("api_keys")
    op.drop_table("people")
