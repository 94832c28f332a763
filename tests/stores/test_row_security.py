"""Postgres: SQL that forgets the tenant gives no foreign row."""

import logging
from collections.abc import Iterator

import psycopg
import pytest
from shop_records import new_tenant
from sqlalchemy import delete, func, insert, literal_column, make_url, select, text, update
from written_runs import AT, KEY, a_run

from stores import rls
from stores.link import Link
from stores.open import SqlDatabase, open_database
from stores.rls import Guard, bound
from stores.tables import leases, metadata, runs
from tradewind.commerce import Faq, SourceRow
from tradewind.errors import BackendError, InvalidInput

pytestmark = pytest.mark.postgres
GUARDED = [table for table in metadata.sorted_tables if "tenant" in table.c]
FAR = AT.replace(year=2060)


def filled(database: SqlDatabase) -> tuple[Link, Link]:
    """Two tenants with rows of their own; the links of both."""
    names = new_tenant(), new_tenant() + "'; -- %s % \\"
    for name in names:
        database.runs(name).start(a_run(name), FAR)
        database.shop(name).put([SourceRow(record=Faq(id="f", question="?", answer=""), raw={},
                                           source="f")])  # fmt: skip
    first, second = (bound(database.link, database.guard, name) for name in names)
    return first, second


def tenants_seen(link: Link) -> set[str]:
    """Whose rows a query without any tenant finds."""
    found = [link.rows(select(table.c.tenant), {}) for table in (runs, leases)]
    return {row[0] for rows in found for row in rows}


def test_every_tenants_table_has_forced_row_security(on_postgres: SqlDatabase):
    wanted = text(
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE c.relrowsecurity AND c.relforcerowsecurity"
    )
    guarded = {row[0] for row in on_postgres.link.rows(wanted, {})}
    assert guarded == {table.name for table in GUARDED}


def test_sql_without_a_tenant_sees_its_own_rows_alone(on_postgres: SqlDatabase):
    for link in filled(on_postgres):
        seen = tenants_seen(link)
        assert len(seen) == 1
        with link.write() as write:
            assert write.rows(select(runs.c.tenant), {}) == [(next(iter(seen)),)]
        with link.connect() as connection, connection.begin():
            assert connection.scalars(select(runs.c.tenant)).all() == list(seen)
    assert tenants_seen(bound(on_postgres.link, on_postgres.guard, "")) == set()
    for table in GUARDED:
        count = select(func.count()).select_from(table)
        nobody = bound(on_postgres.link, on_postgres.guard, "nobody")
        assert nobody.rows(count, {}) == [(0,)]


def test_sql_without_a_tenant_writes_its_own_rows_alone(on_postgres: SqlDatabase):
    first, second = filled(on_postgres)
    with first.write() as write:
        assert write.run(update(runs).values(status="failed"), {}) == 1
        assert write.run(delete(leases), {}) == 1
    assert second.rows(select(runs.c.status), {}) == [("running",)]
    assert second.rows(select(leases.c.run), {}) == [("r1",)]
    forged = insert(leases).values(tenant="x", thread="t", run="r", fence=1, until=0)
    with pytest.raises(BackendError, match="row-level security"), first.write() as write:
        write.run(forged, {})


def test_nothing_is_left_on_a_connection(on_postgres: SqlDatabase):
    first, _ = filled(on_postgres)
    setting = select(
        literal_column("coalesce(current_setting('tradewind.tenant', true), '')"),
        literal_column("current_user = session_user"),
    )
    on_postgres.link.engine.dispose()
    for broken in (False, True):
        with first.write() as write:
            write.rows(select(runs.c.tenant), {})
        if broken:
            with pytest.raises(InvalidInput):
                first.rows(text("SELECT 1/(SELECT 0)"), {})
        assert on_postgres.link.rows(setting, {}) == [("", True)]


def test_with_the_urls_own_role_the_policies_are_passed_by(on_postgres: SqlDatabase):
    filled(on_postgres)
    assert on_postgres.guard.role
    assert len(tenants_seen(bound(on_postgres.link, Guard(), "nobody"))) == 2


def test_with_a_setting_that_stays_the_next_one_sees_anothers_rows(
    on_postgres: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    def careless(link: Link, of: Guard, tenant: str) -> Link:
        stays = f"SELECT set_config('tradewind.tenant', '{tenant}', false)"
        return link.opening_with(f"BEGIN; SET LOCAL ROLE {of.role}; {stays if tenant else ''}")

    first = filled(on_postgres)[0]
    name = next(iter(tenants_seen(first)))
    on_postgres.link.engine.dispose()
    monkeypatch.setattr(rls, "bound", careless)
    assert tenants_seen(rls.bound(on_postgres.link, on_postgres.guard, name)) == {name}
    assert tenants_seen(rls.bound(on_postgres.link, on_postgres.guard, "")) == {name}


@pytest.fixture
def poor_url(on_postgres: SqlDatabase) -> Iterator[str]:
    """A database whose owner may make no role."""
    url = on_postgres.link.url.set(drivername="postgresql")
    server, name = url.render_as_string(False), f"{url.database}_poor"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER {name}".encode())
    yield url.set(username=name, database=name).render_as_string(False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        connection.execute(f"DROP ROLE {name}".encode())


def test_an_owner_who_may_make_no_role_is_told_and_still_held(
    poor_url: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        database = open_database(poor_url, key=KEY)
    assert "Give it CREATEROLE" in caplog.text
    assert make_url(poor_url).username in caplog.text
    assert database.guard.role is None
    for link in filled(database):
        assert len(tenants_seen(link)) == 1
    database.close()


def test_whoever_passes_the_policies_by_is_told(poor_url: str, on_postgres: SqlDatabase):
    url = make_url(poor_url)
    with on_postgres.link.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"ALTER ROLE {url.username} BYPASSRLS")
    database = open_database(poor_url, key=KEY)
    assert "row-level security does not hold" in database.guard.warning
    database.close()


def test_the_role_is_found_again(on_postgres: SqlDatabase):
    url = on_postgres.link.url.set(drivername="postgresql").render_as_string(False)
    again = open_database(url, key=KEY)
    assert again.guard == on_postgres.guard
    assert again.guard.role is not None
    again.close()
