"""Conversations in SQL, for one tenant."""

from collections.abc import Sequence

from pydantic import JsonValue
from sqlalchemy import bindparam, insert, select

from stores.body import dump, dump_value, load_raw
from stores.keys import plain
from stores.link import Link, Write
from stores.tables import conversations, turns
from tradewind.ports.storage import Heard, Turn

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


def keep(write: Write, tenant: str, thread: str, heard: Heard) -> None:
    """Append the turns and put the state, within a transaction."""
    of = {"tenant": tenant, "thread": plain(thread)}
    for turn in heard.turns:
        write.run(_APPEND, of | {"body": dump(turn)})
    write.upsert(conversations, [of | {"state": dump_value(heard.state)}])


class SqlThreads:
    """ThreadStore over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def turns(self, thread: str, limit: int = 20) -> Sequence[Turn]:
        """The last `limit` turns, oldest first."""
        values = {"tenant": self._tenant, "thread": plain(thread), "limit": limit}
        rows = self._link.rows(_LAST, values)
        return tuple(Turn.model_validate_json(row[0]) for row in reversed(rows))

    def state(self, thread: str) -> dict[str, JsonValue]:
        """The state of the thread's last run; empty for a new thread."""
        rows = self._link.rows(_STATE, {"tenant": self._tenant, "thread": plain(thread)})
        return load_raw(rows[0][0]) if rows else {}
