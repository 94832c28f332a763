"""Conversations in SQL, for one tenant."""

from collections.abc import Sequence
from typing import Literal

from pydantic import JsonValue
from sqlalchemy import bindparam, insert, select

from stores.body import dump, dump_value, load_raw
from stores.keys import plain
from stores.link import Link, Values
from stores.tables import conversations, turns
from tradewind.base import Time
from tradewind.ports.storage import Turn

_APPEND = insert(turns).values(
    tenant=bindparam("tenant"), thread=bindparam("thread"), body=bindparam("body")
)
_LAST = (
    select(turns.c.body)
    .where(turns.c.tenant == bindparam("tenant"), turns.c.thread == bindparam("thread"))
    .order_by(turns.c.n.desc())
    .limit(bindparam("limit"))
)
_STATE = select(conversations.c.state).where(
    conversations.c.tenant == bindparam("tenant"), conversations.c.thread == bindparam("thread")
)


class SqlThreads:
    """ThreadStore over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def append(
        self, thread: str, role: Literal["user", "assistant"], text: str, run: str, at: Time
    ) -> None:
        values = self._turn(thread, Turn(role=role, text=text, run=run, at=at))
        with self._link.write() as write:
            write.run(_APPEND, values)

    def turns(self, thread: str, limit: int = 20) -> Sequence[Turn]:
        """The last `limit` turns, oldest first."""
        values = {"tenant": self._tenant, "thread": plain(thread), "limit": limit}
        rows = self._link.rows(_LAST, values)
        return tuple(Turn.model_validate_json(row[0]) for row in reversed(rows))

    def state(self, thread: str) -> dict[str, JsonValue]:
        """What `put_state` kept; empty for a new thread."""
        rows = self._link.rows(_STATE, {"tenant": self._tenant, "thread": plain(thread)})
        return load_raw(rows[0][0]) if rows else {}

    def put_state(self, thread: str, state: dict[str, JsonValue]) -> None:
        self.keep(thread, (), state)

    def keep(self, thread: str, turns: Sequence[Turn], state: dict[str, JsonValue]) -> None:
        """Append turns and put the state, in one transaction."""
        kept = {"tenant": self._tenant, "thread": plain(thread), "state": dump_value(state)}
        said = [self._turn(thread, turn) for turn in turns]
        with self._link.write() as write:
            for values in said:
                write.run(_APPEND, values)
            write.upsert(conversations, [kept])

    def _turn(self, thread: str, turn: Turn) -> Values:
        return {"tenant": self._tenant, "thread": plain(thread), "body": dump(turn)}
