"""What tells of persons is sealed at rest, opens where it lies, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from private_world import SECRETS, converse, open_world
from shop_records import new_tenant
from sqlalchemy import select, text
from written_runs import KEY, a_run

from stores import named, questions, run_rows, threads, vault
from stores.kinds import TABLES
from stores.open import SqlDatabase, open_database
from stores.tables import metadata
from tradewind.errors import BackendError, SpecError


def leaks(database: SqlDatabase, tenant: str) -> list[tuple[str, str]]:
    """Tables of the journal in which something of Ana stands in clear, with what."""
    shop = {table.name for table in TABLES.values()}
    found: list[tuple[str, str]] = []
    with database.link.connect() as connection:
        for name, table in metadata.tables.items():
            if name in shop or "tenant" not in table.c:
                continue
            rows = connection.execute(select(table).where(table.c.tenant == tenant))
            told = "\n".join(str(row) for row in rows)
            found += [(name, secret) for secret in (*SECRETS, "W1") if secret in told]
    return found


def test_nothing_of_a_person_stands_in_clear(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    assert leaks(database, tenant) == []
    run = database.runs(tenant).run("ana1")
    assert run is not None
    assert run.request == {"text": "Gomez here, I fell on my knee"}
    effect = database.ledger(tenant).get("ef_ana2")
    assert effect is not None
    assert effect.arguments["order_id"] == "#W1"
    assert database.ledger(tenant).pending()[0].summary == "Pay Gomez?"


def clear(original: Callable[..., Any]) -> Callable[..., Any]:
    """The function without its seal."""
    return lambda *given: original(*given[:-1], None)


@pytest.mark.parametrize(
    ("room", "name"),
    [(run_rows, "_span_row"), (run_rows, "_effect_row"), (threads, "turn_row"),
     (threads, "state_row"), (questions, "_row")],
)  # fmt: skip
def test_a_row_kept_in_clear_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch, room: Any, name: str
):
    monkeypatch.setattr(room, name, clear(getattr(room, name)))
    open_world(database, tenant)
    plan = {"kind": "step", "name": "plan", "path": "1", "attributes": {"to": "Ana Gomez"}}
    step = run_rows.Span(run="s", ordinal=0, started_us=1, duration_us=1, **plan)
    converse(database, tenant, "s", "s", "hi", step)
    assert leaks(database, tenant)


def swap(database: SqlDatabase, tenant: str) -> None:
    """Put the first run's sealed values into the second's row, in one thread."""
    with database.link.connect() as connection, connection.begin():
        connection.execute(
            text("UPDATE runs SET sealed = (SELECT sealed FROM runs WHERE tenant = :t "
                 "AND id = 'ana1') WHERE tenant = :t AND id = 'ana2'"), {"t": tenant},
        )  # fmt: skip


def test_a_sealed_value_opens_in_its_row_alone(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    swap(database, tenant)
    with pytest.raises(BackendError, match="altered or moved"):
        database.runs(tenant).run("ana2")


def test_values_bound_to_no_place_would_open_anywhere(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(vault, "bind", lambda place: b"")
    open_world(database, tenant)
    swap(database, tenant)
    found = database.runs(tenant).run("ana2")
    assert found is not None
    assert "knee" in str(found.request)


def test_a_store_knows_its_key(empty_url: str):
    open_database(empty_url, key=KEY).close()
    for key in (None, KEY[::-1]):
        with pytest.raises(SpecError, match="sealed under another key"):
            open_database(empty_url, key=key)
    with pytest.raises(SpecError, match="5 bytes"):
        open_database(empty_url, key=b"short")


def test_two_tenants_share_no_key(database: SqlDatabase, tenant: str):
    other = new_tenant()
    for one in (tenant, other):
        converse(database, one, "r", "t", "mail ana.gomez@example.com")
    keys = metadata.tables["subject_keys"]
    with database.link.connect() as connection:
        rows = connection.execute(select(keys.c.mark).where(keys.c.tenant.in_((tenant, other))))
        marks = [row.mark for row in rows]
    assert len(marks) == len(set(marks)) == 2


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (b'{"text":"hi\\nana@x.com."}', {("email", "ana@x.com")}),
        (b'{"text":"\\u00e9ana@x.com"}', {("email", "ana@x.com")}),
        ("写信到ana@x.com吧".encode(), {("email", "ana@x.com")}),
        (b'"Ana.B+1@X.co.uk, @nobody, a@b"', {("email", "ana.b+1@x.co.uk")}),
        (b'{"source":"order/#w 1","order_id":"#W1"}', {("order", "w1")}),
        (b'{"source":"dispute/dp_1","customer":"raj","dispute":""}',
         {("dispute", "dp_1"), ("customer", "raj")}),
        (b'{"order_id":"a\\"b"}', {("order", 'a"b')}),
        (b'typed: "order":"\\W1"', {("order", "\\w1")}),
        (b'{"text":"' + b"a" * 70 + b'@x.com"}', {("email", "a" * 70 + "@x.com")}),
    ],
)  # fmt: skip
def test_who_comes_up(told: bytes, found: set[tuple[str, str]]):
    assert named.named_in(told) == found


def test_a_run_that_nobody_started_leaves_no_key(database: SqlDatabase, tenant: str):
    with pytest.raises(Exception, match="not started"):
        database.runs(tenant).finish(a_run(tenant), [])
    keys = metadata.tables["subject_keys"]
    with database.link.connect() as connection:
        assert not connection.execute(select(keys).where(keys.c.tenant == tenant)).all()
