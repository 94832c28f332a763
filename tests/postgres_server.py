"""A Postgres server that lives as long as the tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

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


def new_database(server: str) -> str:
    """The URL of a database without tables on that server."""
    import psycopg

    name = f"tradewind_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    head, mark, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"
