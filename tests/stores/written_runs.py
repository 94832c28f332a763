"""Runs as the store tests write them."""

from datetime import UTC, datetime
from typing import Any

from stores.open import SqlDatabase
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import Run, Span

KEY = b"a key of 32 bytes, for tests all"
"""The installation's key in the tests of the stores."""
AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def a_run(tenant: str, id_: str = "r1", **changed: Any) -> Run:
    given = {"thread": "t1", "actor": "a", "audience": "buyer", "request": {"text": "hi"}}
    return Run.model_validate({"id": id_, "tenant": tenant, "started_at": AT} | given | changed)


def leave(
    database: SqlDatabase, tenant: str, run: str, heard: Heard, *spans: Span, thread: str = "t1"
) -> None:
    """A run that began, ended and left something in its thread."""
    ended = a_run(tenant, run, thread=thread)
    database.runs(tenant).start(ended)
    database.runs(tenant).finish(ended, spans, heard)


def say(database: SqlDatabase, tenant: str, run: str, text: str, thread: str = "t1") -> None:
    """A run that leaves one turn of the buyer's in its thread."""
    leave(database, tenant, run, Heard(turns=(a_turn(run, text),)), thread=thread)


def a_turn(run: str, text: str, role: str = "user") -> Turn:
    return Turn.model_validate({"role": role, "text": text, "run": run, "at": AT})
