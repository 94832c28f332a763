"""Both back ends: a SQLite file, and a Postgres server that lives as long as the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import BACKENDS, new_database
from shop_records import new_tenant
from written_runs import KEY

from stores.open import SqlDatabase, open_database


def _url(backend: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if backend == "sqlite":
        return f"sqlite:///{folder}/store.db"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, for one test."""
    return _url(request.param, request, tmp_path)


@pytest.fixture(scope="session", params=BACKENDS)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqlDatabase]:
    """One database for all tests of a back end: each takes tenants of its own."""
    opened = open_database(_url(request.param, request, tmp_path_factory.mktemp("store")), key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def on_postgres(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlDatabase]:
    """A Postgres database of a test's own."""
    opened = open_database(_url("postgres", request, tmp_path), key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def tenant() -> str:
    return new_tenant()
