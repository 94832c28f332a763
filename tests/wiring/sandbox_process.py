"""The receiver as a process of its own, with its own store."""

import multiprocessing
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from connectors.sandbox import Sandbox
from connectors.sandbox_server import make_server


class Receiver:
    """Where it is, and what its own store says that it has done."""

    def __init__(self, port: int, file: Path) -> None:
        self.url = f"sandbox+http://127.0.0.1:{port}"
        self._file = file

    def keys(self, account: str, thing: str) -> list[str]:
        """The keys under which something was done to an account's thing."""
        with closing(sqlite3.connect(self._file, timeout=10.0)) as db:
            told = "SELECT key FROM done WHERE tenant = ? AND thing = ? ORDER BY n"
            return [row[0] for row in db.execute(told, (account, thing))]


@contextmanager
def receiving(file: Path) -> Generator[Receiver]:
    Sandbox(file, "").find("", "", {})  # makes the file's table
    spawned = multiprocessing.get_context("spawn")
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=_serve, args=(file, theirs), daemon=True)
    process.start()
    try:
        yield Receiver(ours.recv(), file)
    finally:
        process.terminate()
        process.join()


def _serve(file: Path, told: "Connection[int, int]") -> None:
    server = make_server(file)
    told.send(server.server_port)
    server.serve_forever()
