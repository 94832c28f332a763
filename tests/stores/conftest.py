"""Both back ends: a SQLite file, and a Postgres server that lives as long as the tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from shop_records import new_tenant
from written_runs import KEY

from stores.open import SqlDatabase, open_database

_numbers = count(1)
BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server where databases may be made: TRADEWIND_TEST_POSTGRES, or our own."""
    if given := os.environ.get("TRADEWIND_TEST_POSTGRES"):
        yield given
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL: neither initdb on this machine nor TRADEWIND_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="tradewind-postgres-"))
    user = _server_user()
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    _run(user, programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
         "--locale=C", "--no-sync")  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    log = folder / "log"
    _run(user, programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl; the newest that Debian installed, or the PATH's."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _server_user() -> str | None:
    """Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return None
    passwd = Path("/etc/passwd").read_text()
    return "postgres" if "\npostgres:" in passwd else "nobody"


def _run(user: str | None, *command: str | Path) -> None:
    subprocess.run(
        command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=60, user=user, extra_groups=[] if user else None,
    )  # fmt: skip


def _url(backend: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if backend == "sqlite":
        return f"sqlite:///{folder}/store.db"
    server: str = request.getfixturevalue("postgres")
    name = f"tradewind_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    head, mark, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"


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
