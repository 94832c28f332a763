"""The first schema.

Revision ID: 0001
Revises:
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def body(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def record() -> Iterator[sa.Column[str] | sa.Column[int]]:
    """The columns that every table of shop records ends with."""
    yield body("body")
    yield body("raw")
    yield word("source")
    yield number("row")
    yield word("digest")
    yield number("updated_at")


def upgrade() -> None:
    op.create_table(
        "ad_statistics",
        word("tenant"),
        word("id"),
        word("day"),
        word("campaign"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_ad_statistics")),
    )
    op.create_index(
        op.f("ix_ad_statistics_tenant_day_id"), "ad_statistics", ["tenant", "day", "id"]
    )
    op.create_table(
        "approvals",
        word("tenant"),
        word("id"),
        word("run"),
        word("status"),
        number("created_at"),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_approvals")),
    )
    op.create_index(
        op.f("ix_approvals_tenant_status_created_at_id"),
        "approvals",
        ["tenant", "status", "created_at", "id"],
    )
    op.create_table(
        "conversations",
        word("tenant"),
        word("thread"),
        body("state"),
        sa.PrimaryKeyConstraint("tenant", "thread", name=op.f("pk_conversations")),
    )
    op.create_table(
        "customers",
        word("tenant"),
        word("id"),
        word("email"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_customers")),
    )
    op.create_index(op.f("ix_customers_tenant_email_id"), "customers", ["tenant", "email", "id"])
    op.create_table(
        "disputes",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("payment_id"),
        sa.Column("due_by", sa.BigInteger(), nullable=True),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_tenant_due_by_id"), "disputes", ["tenant", "due_by", "id"])
    op.create_index(
        op.f("ix_disputes_tenant_order_key_id"), "disputes", ["tenant", "order_key", "id"]
    )
    op.create_table(
        "faqs",
        word("tenant"),
        word("id"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_faqs")),
    )
    op.create_table(
        "imports",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        word("tenant"),
        number("at"),
        body("body"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_tenant_n"), "imports", ["tenant", "n"])
    op.create_table(
        "messages",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("customer_id"),
        number("at"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_messages")),
    )
    op.create_index(
        op.f("ix_messages_tenant_customer_id_id"), "messages", ["tenant", "customer_id", "id"]
    )
    op.create_index(
        op.f("ix_messages_tenant_order_key_at_id"), "messages", ["tenant", "order_key", "at", "id"]
    )
    op.create_table(
        "orders",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("customer_id"),
        word("email"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_orders")),
    )
    op.create_index(
        op.f("ix_orders_tenant_customer_id_id"), "orders", ["tenant", "customer_id", "id"]
    )
    op.create_index(op.f("ix_orders_tenant_email_id"), "orders", ["tenant", "email", "id"])
    op.create_index(op.f("ix_orders_tenant_order_key_id"), "orders", ["tenant", "order_key", "id"])
    op.create_table(
        "payments",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("email"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_tenant_email_id"), "payments", ["tenant", "email", "id"])
    op.create_index(
        op.f("ix_payments_tenant_order_key_id"), "payments", ["tenant", "order_key", "id"]
    )
    op.create_table(
        "policies",
        word("tenant"),
        word("id"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_policies")),
    )
    op.create_table(
        "products",
        word("tenant"),
        word("id"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_products")),
    )
    op.create_table(
        "runs",
        word("tenant"),
        word("id"),
        word("thread"),
        word("status"),
        number("started_at"),
        body("body"),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_tenant_started_at_id"), "runs", ["tenant", "started_at", "id"])
    op.create_index(
        op.f("ix_runs_tenant_thread_started_at_id"),
        "runs",
        ["tenant", "thread", "started_at", "id"],
    )
    op.create_table(
        "shipments",
        word("tenant"),
        word("id"),
        word("order_key"),
        word("tracking_key"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_shipments")),
    )
    op.create_index(
        op.f("ix_shipments_tenant_order_key_id"), "shipments", ["tenant", "order_key", "id"]
    )
    op.create_index(
        op.f("ix_shipments_tenant_tracking_key_id"), "shipments", ["tenant", "tracking_key", "id"]
    )
    op.create_table(
        "tenants", word("id"), body("body"), sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants"))
    )
    op.create_table(
        "tracking_events",
        word("tenant"),
        word("id"),
        word("tracking_key"),
        number("at"),
        *record(),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_tracking_events")),
    )
    op.create_index(
        op.f("ix_tracking_events_tenant_tracking_key_at_id"),
        "tracking_events",
        ["tenant", "tracking_key", "at", "id"],
    )
    op.create_table(
        "turns",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        word("tenant"),
        word("thread"),
        body("body"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_turns")),
    )
    op.create_index(op.f("ix_turns_tenant_thread_n"), "turns", ["tenant", "thread", "n"])
    op.create_table(
        "variants",
        word("tenant"),
        word("product_id"),
        word("id"),
        word("sku"),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", WORDS, nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "product_id", "id", name=op.f("pk_variants")),
    )
    op.create_index(op.f("ix_variants_tenant_sku"), "variants", ["tenant", "sku"])
    op.create_table(
        "effects",
        word("tenant"),
        word("run"),
        word("path"),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        word("kind"),
        word("name"),
        word("level"),
        word("request_hash"),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant", "run"],
            ["runs.tenant", "runs.id"],
            name=op.f("fk_effects_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "run", "path", "ordinal", name=op.f("pk_effects")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spans",
        word("tenant"),
        word("run"),
        word("path"),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        word("kind"),
        word("name"),
        number("started_us"),
        number("duration_us"),
        word("level"),
        sa.Column("error", sa.Text(), nullable=True),
        body("attributes"),
        word("request_hash"),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant", "run"],
            ["runs.tenant", "runs.id"],
            name=op.f("fk_spans_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "run", "path", "ordinal", name=op.f("pk_spans")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("spans")
    op.drop_table("effects")
    op.drop_table("ad_statistics")
    op.drop_table("approvals")
    op.drop_table("conversations")
    op.drop_table("customers")
    op.drop_table("disputes")
    op.drop_table("faqs")
    op.drop_table("imports")
    op.drop_table("messages")
    op.drop_table("orders")
    op.drop_table("payments")
    op.drop_table("policies")
    op.drop_table("products")
    op.drop_table("runs")
    op.drop_table("shipments")
    op.drop_table("tenants")
    op.drop_table("tracking_events")
    op.drop_table("turns")
    op.drop_table("variants")
