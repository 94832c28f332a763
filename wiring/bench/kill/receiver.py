"""Receivers: the sandbox as a process of its own, with the manners of systems out there."""

import os
import signal
import socket
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

from connectors.sandbox import Sandbox
from connectors.sandbox_server import make_server
from tradewind.base import Record
from wiring.bench.kill.points import ended, forked

DROPPED = "drops"
"""Accounts of this name do not hear the first answer about an effect: it is done, and the
connection ends."""


class Manners(Record):
    """What a receiver is like. `down`: nobody answers a worker before the recovery."""

    name: str
    keyed: bool = True
    asked: bool = True
    drops: bool = False
    down: bool = False


MANNERS = (
    Manners(name="keyed and asked"),
    Manners(name="asked", keyed=False),
    Manners(name="keyed", asked=False),
    Manners(name="neither", keyed=False, asked=False),
    Manners(name="drops", drops=True),
    Manners(name="drops, neither", drops=True, keyed=False, asked=False),
    Manners(name="down", down=True),
)


class Received(Record):
    """A row of the receiver's own store."""

    key: str
    tool: str
    thing: str


class Receiver:
    """One process that honours keys and one that does not, each with a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._files = {keyed: folder / f"receiver-{keyed}.db" for keyed in (True, False)}
        self._ports: dict[bool, int] = {}
        self._children: list[int] = []

    def start(self) -> None:
        for keyed, path in self._files.items():
            Sandbox(path, "").find("", "", {})  # makes the file's table: who only reads needs it
            server = make_server(path, keyed=keyed)
            self._ports[keyed] = server.server_port
            self._children.append(forked(lambda server=server: _serve(server)))
            server.server_close()

    def stop(self) -> None:
        for child in self._children:
            os.kill(child, signal.SIGTERM)
            ended(child)

    def url(self, manners: Manners, *, recovering: bool) -> str:
        """Where a worker finds it, or the recovery."""
        port = 1 if manners.down and not recovering else self._ports[manners.keyed]
        flags = {"keyed": manners.keyed, "asked": manners.asked}
        query = "&".join(f"{name}={'yes' if on else 'no'}" for name, on in flags.items())
        return f"sandbox+http://127.0.0.1:{port}?{query}"

    def rows(self, manners: Manners, account: str) -> list[Received]:
        """What it has done for an account, as its own store says."""
        with sqlite3.connect(self._files[manners.keyed], timeout=10.0) as db:
            told = "SELECT key, tool, thing FROM done WHERE tenant = ? ORDER BY n"
            found = db.execute(told, (account,)).fetchall()
        db.close()
        return [Received(key=key, tool=tool, thing=thing) for key, tool, thing in found]


def account_of(manners: Manners, number: str) -> str:
    """A fresh account by its number."""
    return f"{DROPPED if manners.drops else 'plain'}{number}"


@contextmanager
def receiving(folder: Path) -> Generator[Receiver]:
    receiver = Receiver(folder)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()


def _serve(server: ThreadingHTTPServer) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handler = cast(type[BaseHTTPRequestHandler], server.RequestHandlerClass)
    server.RequestHandlerClass = _dropping(handler)
    server.handle_error = lambda request, client_address: None
    server.serve_forever()


def _dropping(usual: type[BaseHTTPRequestHandler]) -> type[BaseHTTPRequestHandler]:
    """The handler, which ends the connection in place of the first answer about an effect."""
    dropped: set[str] = set()

    class Dropping(usual):
        def send_response(self, code: int, message: str | None = None) -> None:
            if f"/{DROPPED}" in self.path and self.path not in dropped:
                dropped.add(self.path)
                self.connection.shutdown(socket.SHUT_RDWR)
                raise ConnectionAbortedError(self.path)
            super().send_response(code, message)

    return Dropping
