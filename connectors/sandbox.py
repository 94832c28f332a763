"""The sandbox: an outside of our own, where effects land until a shop's systems are connected.

It keeps what it was told in an SQLite file and sends nothing anywhere. `keyed` and `asked` can be
switched off, for it also stands in for systems that honour no keys or cannot be asked.
"""

import json
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from tradewind.errors import BackendError, ToolFailed
from tradewind.ports.outside import Receipt

_TABLE = """
CREATE TABLE IF NOT EXISTS done (
    n INTEGER PRIMARY KEY, tenant TEXT NOT NULL, key TEXT NOT NULL, tool TEXT NOT NULL,
    thing TEXT NOT NULL, arguments TEXT NOT NULL
)
"""
_BEFORE = (
    "SELECT arguments FROM done WHERE tenant = ? AND tool = ? AND thing = ? AND n < ? "
    "ORDER BY n DESC LIMIT 1"
)
_SEEN = """
CREATE TABLE IF NOT EXISTS seen (
    tenant TEXT NOT NULL, thing TEXT NOT NULL, version TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (tenant, thing, version)
)
"""
_KEPT = {
    "orders.change_address": "address", "customers.change_address": "address",
    "ads.set_budget": "budget",
}  # fmt: skip
"""Tools that set a value, with its argument: the sandbox tells what it was before."""
PATIENCE = 10.0
"""Seconds for which a writer waits for another."""


class Sandbox:
    """Outside over a file, for one tenant."""

    def __init__(self, path: Path, tenant: str, *, keyed: bool = True, asked: bool = True) -> None:
        self._path = path
        self._tenant = tenant
        self._keyed = keyed
        self._asked = asked

    @property
    def keyed(self) -> bool:
        return self._keyed

    @property
    def asked(self) -> bool:
        return self._asked

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        """Keep it, once for a key where keys are honoured. Raises ToolFailed for another effect
        under a known key and for one that rests on a version (`seen`) of a thing that another
        effect has changed, BackendError when the file cannot be written."""
        told = json.dumps(dict(arguments), sort_keys=True, ensure_ascii=False)
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            known = self._row(db, key) if self._keyed else None
            if known and (known[1], known[2]) != (tool, told):
                raise ToolFailed(f"key {key} stands for another effect.", "Use a new key.")
            if known is None:
                added = db.execute(
                    "INSERT INTO done (tenant, key, tool, thing, arguments) VALUES (?, ?, ?, ?, ?)",
                    (self._tenant, key, tool, _thing(arguments), told),
                )
                known = (added.lastrowid or 0, tool, told)
                self._use_up(db, known[0], arguments.get("seen"))
            db.execute("COMMIT")
            return self._receipt(db, known)

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        """What was kept for a key. Raises BackendError where the sandbox is not to be asked."""
        if not self._asked:
            raise BackendError("this sandbox cannot be asked.", "Look it up there by hand.")
        with self._open() as db:
            row = self._row(db, key)
            return None if row is None else self._receipt(db, row)

    def _use_up(self, db: sqlite3.Connection, n: int, seen: JsonValue) -> None:
        """Compare and set: a version of a thing is good for one effect."""
        for thing, version in seen.items() if isinstance(seen, dict) else ():
            mark = (self._tenant, thing, str(version), n)
            try:
                db.execute("INSERT INTO seen VALUES (?, ?, ?, ?)", mark)
            except sqlite3.IntegrityError as error:
                db.execute("ROLLBACK")
                raise ToolFailed(
                    f"{thing} was changed by another effect meanwhile.", "Look at it anew."
                ) from error

    def _row(self, db: sqlite3.Connection, key: str) -> tuple[int, str, str] | None:
        return db.execute(
            "SELECT n, tool, arguments FROM done WHERE tenant = ? AND key = ? ORDER BY n LIMIT 1",
            (self._tenant, key),
        ).fetchone()

    def _receipt(self, db: sqlite3.Connection, row: tuple[int, str, str]) -> Receipt:
        number, tool, told = row
        state = json.loads(told)
        name = _KEPT.get(tool)
        if name:
            asked = (self._tenant, tool, _thing(state), number)
            before = db.execute(_BEFORE, asked).fetchone()
            state[f"{name}_before"] = json.loads(before[0])[name] if before else None
        return Receipt(id=f"sandbox_{number}", state=state)

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        """A connection for one call: a sandbox is slow and simple on purpose."""
        try:
            db = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        except sqlite3.Error as error:
            raise BackendError(f"the sandbox {self._path} does not open: {error}.") from error
        try:
            db.execute(_TABLE)
            db.execute(_SEEN)
            yield db
        except sqlite3.Error as error:
            raise BackendError(f"the sandbox {self._path}: {error}.", "Try again.") from error
        finally:
            db.close()


def _thing(arguments: Mapping[str, JsonValue]) -> str:
    """What an effect is about."""
    named = (arguments.get(name) for name in ("order_id", "customer_id", "campaign"))
    return str(next(filter(None, named), ""))
