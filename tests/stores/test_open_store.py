"""Opening a store: schemes, migrations, and what is said when the machine is in the way."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import event, text
from written_runs import AT, say

from stores.open import SqlDatabase, open_database
from stores.schema import MIGRATIONS, revision_of
from stores.tables import SCHEMA, metadata
from tradewind.base import Money
from tradewind.commerce import Faq, Order, Payment, SourceRow
from tradewind.errors import BackendError, BackendTimeout, SpecError


def test_migrations_lead_to_the_tables(empty_url: str):
    database = open_database(empty_url)
    with database.link.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert revision_of(connection) == SCHEMA
    database.close()


def test_opening_at_once_migrates_once(empty_url: str):
    with ThreadPoolExecutor(3) as pool:
        for database in pool.map(open_database, [empty_url] * 3):
            assert database.tenants().tenants() == ()
            database.close()


def test_a_newer_schema_is_refused(empty_url: str):
    database = open_database(empty_url)
    with database.link.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(SpecError, match=r"schema 9999.*newer.*Update Tradewind"):
        open_database(empty_url)


@pytest.mark.parametrize("url", ["mysql://h/d", "store.db", "", "sqlite://", "sqlite:///:memory:"])
def test_urls_that_name_no_store(url: str):
    with pytest.raises(SpecError, match="sqlite:///path"):
        open_database(url)


def test_a_server_that_is_not_there(tmp_path: Path):
    with pytest.raises(BackendError, match="server runs") as told:
        open_database(f"postgresql://ana:secret@/shop?host={tmp_path}", wait_seconds=2)
    assert "secret" not in str(told.value)


def test_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(BackendError, match="folder exists"):
        open_database(f"sqlite:///{tmp_path}/missing/store.db")


def test_a_file_that_is_no_database(tmp_path: Path):
    path = tmp_path / "store.db"
    path.write_text("a spreadsheet, rather. " * 100)
    with pytest.raises(BackendError, match="or at a new file"):
        open_database(f"sqlite:///{path}")


def talk(database: SqlDatabase) -> None:
    say(database, "s", uuid4().hex, "hello" * 2000)


def put(database: SqlDatabase) -> None:
    faqs = (Faq(id=str(n), question="?", answer="!" * 500) for n in range(200))
    database.shop("s").put(SourceRow(record=faq, raw={}, source="f") for faq in faqs)


def fill(database: SqlDatabase, write: Callable[[SqlDatabase], None]) -> None:
    for _ in range(20):
        write(database)


def with_pragma(path: Path, pragma: str) -> SqlDatabase:
    """A store whose connections have one more setting."""
    open_database(f"sqlite:///{path}").close()
    database = open_database(f"sqlite:///{path}")
    database.close()

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(database.link.engine, "connect", prepare)
    return database


@pytest.mark.parametrize("write", [talk, put])
def test_a_full_disk(tmp_path: Path, write: Callable[[SqlDatabase], None]):
    database = with_pragma(tmp_path / "store.db", "max_page_count = 1")  # SQLite: no growth
    with pytest.raises(BackendError, match="Free space"):
        fill(database, write)
    assert database.shop("s").counts()["faq"] == 0
    database.close()


def test_a_file_that_may_not_be_written(tmp_path: Path):
    database = with_pragma(tmp_path / "store.db", "query_only = ON")
    with pytest.raises(BackendError, match="right to write"):
        talk(database)
    database.close()


@pytest.mark.parametrize("write", [talk, put])
def test_a_locked_file(tmp_path: Path, write: Callable[[SqlDatabase], None]):
    path = tmp_path / "store.db"
    database = open_database(f"sqlite:///{path}", wait_seconds=0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(BackendTimeout, match="holds the write lock"):
        write(database)
    holder.execute("COMMIT")
    write(database)
    holder.close()
    database.close()


def test_no_lookup_reads_a_whole_tenant(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    asked: list[str] = []

    def listen(raw: Any, *_: object) -> None:
        raw.set_trace_callback(asked.append)

    event.listen(database.link.engine, "checkout", listen)
    database.link._idle.clear()  # pyright: ignore[reportPrivateUsage]
    shop, runs, ledger = database.shop("s"), database.runs("s"), database.ledger("s")
    lookups: list[Callable[[str], object]] = [
        shop.order, shop.orders_of, shop.customer, shop.payment, shop.payments_of,
        shop.shipments_of, shop.shipments_with, shop.events_of, shop.dispute, shop.product,
        shop.payments_with, shop.refunds_of, shop.refunds_to, shop.disputes_of, shop.listings,
        shop.policy_versions, shop.messages_of, runs.run, runs.spans,
        lambda thread: runs.runs(thread=thread),
        ledger.get, ledger.of_run, ledger.about, ledger.approval, database.rules("s").rule,
        lambda tool: database.rules("s").rules(tool, AT), database.threads("s").turns,
        database.threads("s").state,
    ]  # fmt: skip
    for look in lookups:
        look("W1")
    with database.link.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
            for sql in list(asked)
            if sql.startswith("SELECT")
        ]
    assert len(plans) == len(lookups) + 1  # an order is looked for by its inner id, too
    for plan in plans:
        assert "(tenant=? AND " in plan[0].detail
    database.close()


def test_records_of_an_older_schema_get_their_columns(empty_url: str):
    database = open_database(empty_url)
    usd = Money(minor=1, currency="USD")
    old = [Payment(id="ch_1", amount=usd, fingerprint="f1"),
           Order(id="#1", total=usd, source_id="4507")]  # fmt: skip
    database.shop("s").put(SourceRow(record=record, raw={}, source="f") for record in old)
    with database.link.connect() as connection, connection.begin():
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.downgrade(config, "0006")
    database.close()
    again = open_database(empty_url)
    assert again.shop("s").payments_with("f1") == (old[0],)
    assert again.shop("s").order("4507") == old[1]
    again.close()
