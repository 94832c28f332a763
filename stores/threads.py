"""Conversations in SQL, for one tenant."""

from collections.abc import Sequence
from typing import cast

from pydantic import JsonValue
from sqlalchemy import bindparam, insert, select

from stores.body import dump, dump_all, dump_value, load_raw
from stores.keys import plain
from stores.link import Link, Row, Write
from stores.subjects import Subjects
from stores.tables import conversations, turns
from stores.vault import Gone, Opener, Place, Seal
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import ERASED_TEXT

_APPEND = insert(turns).values(
    tenant=bindparam("tenant"), thread=bindparam("thread"), body=bindparam("body"),
    sealed=bindparam("sealed"),
)  # fmt: skip
_LAST = (
    select(turns.c.body, turns.c.sealed)
    .where(turns.c.tenant == bindparam("tenant"), turns.c.thread == bindparam("thread"))
    .order_by(turns.c.n.desc())
    .limit(bindparam("limit"))
)
_STATE = select(conversations.c.state, conversations.c.sealed).where(
    conversations.c.tenant == bindparam("tenant"), conversations.c.thread == bindparam("thread")
)


def keep(write: Write, tenant: str, thread: str, heard: Heard, seal: Seal | None) -> None:
    """Append the turns and put the state, within a transaction."""
    of = {"tenant": tenant, "thread": plain(thread)}
    write.run_many(
        _APPEND, [of | turn_row(of["tenant"], of["thread"], t, seal) for t in heard.turns]
    )
    write.upsert(conversations, [of | state_row(of["tenant"], of["thread"], heard.state, seal)])


class SqlThreads:
    """ThreadStore over SQL."""

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects

    def turns(self, thread: str, limit: int = 20) -> Sequence[Turn]:
        """The last `limit` turns, oldest first; an erased person's say that they are."""
        of = plain(thread)
        rows = self._link.rows(_LAST, {"tenant": self._tenant, "thread": of, "limit": limit})
        opener = self._subjects.opener(self._link, (sealed for _, sealed in rows))
        return tuple(read_turn(self._tenant, of, row, opener) for row in reversed(rows))

    def state(self, thread: str) -> dict[str, JsonValue]:
        """The state of the thread's last run; empty for a new or an erased one."""
        of = plain(thread)
        rows = self._link.rows(_STATE, {"tenant": self._tenant, "thread": of})
        if not rows:
            return {}
        opener = self._subjects.opener(self._link, (rows[0][1],))
        return read_state(self._tenant, of, rows[0], opener)


def turn_row(
    tenant: str, thread: str, turn: Turn, seal: Seal | None
) -> dict[str, str | bytes | None]:
    if seal is None:
        return {"body": dump(turn), "sealed": None}
    told = dump_all(turn.text)
    bare = turn.model_copy(update={"text": ""})
    return {"body": dump(bare), "sealed": seal.close(_place(tenant, thread, turn), told)}


def read_turn(tenant: str, thread: str, row: Row, opener: Opener) -> Turn:
    body, sealed = row
    turn = Turn.model_validate_json(body)
    if sealed is None:
        return turn
    found = opener.open(sealed, _place(tenant, thread, turn))
    text = ERASED_TEXT if isinstance(found, Gone) else cast(list[str], found)[0]
    return turn.model_copy(update={"text": text})


def state_row(
    tenant: str, thread: str, state: dict[str, JsonValue], seal: Seal | None
) -> dict[str, str | bytes | None]:
    told = dump_value(state) or "{}"
    if seal is None:
        return {"state": told, "sealed": None}
    return {"state": "{}", "sealed": seal.close((tenant, "conversations", thread), told)}


def read_state(tenant: str, thread: str, row: Row, opener: Opener) -> dict[str, JsonValue]:
    """Empty where a person in it was erased: the thread begins anew."""
    state, sealed = row
    if sealed is None:
        return load_raw(state)
    found = opener.open(sealed, (tenant, "conversations", thread))
    return {} if isinstance(found, Gone) else cast(dict[str, JsonValue], found)


def _place(tenant: str, thread: str, turn: Turn) -> Place:
    return tenant, "turns", thread, plain(turn.run), turn.role, turn.at.isoformat()
