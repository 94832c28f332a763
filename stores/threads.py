"""Conversations in SQL, for one tenant."""

from collections.abc import Sequence
from typing import cast

from pydantic import JsonValue
from sqlalchemy import and_, bindparam, insert, select, text

from stores import handovers
from stores.body import dump, load_raw, pack
from stores.keys import plain
from stores.link import Link, Row, Write
from stores.run_rows import Told
from stores.subjects import Subjects
from stores.tables import conversations, subject_keys, turns
from stores.vault import Gone, Opener, Place, Seal
from tradewind.ports.storage import Turn
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
_BEGIN = text(
    "INSERT INTO conversations (tenant, thread, state) VALUES (:tenant, :thread, '{}') "
    "ON CONFLICT (tenant, thread) DO NOTHING"
)
_c, _k = conversations.c, subject_keys.c
_STATE = (
    select(_c.state, _c.sealed, _k.mark, _k.salt, _k.wrapped)
    .outerjoin(subject_keys, and_(_k.tenant == _c.tenant, _k.mark == bindparam("mark")))
    .where(_c.tenant == bindparam("tenant"), _c.thread == bindparam("thread"))
)
"""With the thread's own key: a buyer's state needs no other."""


def keep(write: Write, tenant: str, thread: str, told: Told, seal: Seal | None) -> None:
    """Append the turns, put the state and open a handover, within a transaction."""
    if told.heard is None:
        return
    append(write, tenant, thread, handovers.hear(write, tenant, thread, told.heard), seal)
    of = {"tenant": tenant, "thread": plain(thread)}
    write.upsert(conversations, [of | state_row(tenant, of["thread"], told.state, seal)])


def begin(write: Write, tenant: str, thread: str) -> None:
    """Know the thread, within a transaction; one that is known stays as it is."""
    write.run(_BEGIN, {"tenant": tenant, "thread": plain(thread)})


def append(write: Write, tenant: str, thread: str, said: Sequence[Turn], seal: Seal | None) -> None:
    """Append turns to a thread, within a transaction."""
    of = {"tenant": tenant, "thread": plain(thread)}
    write.run_many(_APPEND, [of | turn_row(tenant, of["thread"], turn, seal) for turn in said])


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
        mark = self._subjects.mark("thread", of)
        rows = self._link.rows(_STATE, {"tenant": self._tenant, "thread": of, "mark": mark})
        if not rows:
            return {}
        state, sealed = rows[0][:2]
        opener = self._subjects.opener(self._link, (sealed,), rows[0][2:])
        return read_state(self._tenant, of, (state, sealed), opener)


def turn_row(
    tenant: str, thread: str, turn: Turn, seal: Seal | None
) -> dict[str, str | bytes | None]:
    if seal is None:
        return {"body": dump(turn), "sealed": None}
    bare = Turn.unchecked(role=turn.role, text="", run=turn.run, at=turn.at)
    closed = seal.close(_place(tenant, thread, turn), pack(turn.text))
    return {"body": dump(bare), "sealed": closed}


def read_turn(tenant: str, thread: str, row: Row, opener: Opener) -> Turn:
    body, sealed = row
    turn = Turn.model_validate_json(body)
    if sealed is None:
        return turn
    found = opener.open(sealed, _place(tenant, thread, turn))
    text = ERASED_TEXT if isinstance(found, Gone) else str(found)
    return turn.model_copy(update={"text": text})


def state_row(
    tenant: str, thread: str, state: bytes, seal: Seal | None
) -> dict[str, str | bytes | None]:
    """The columns `state` and `sealed` of a state's JSON."""
    if seal is None:
        return {"state": state.decode(), "sealed": None}
    return {"state": "{}", "sealed": seal.close((tenant, "conversations", thread), state)}


def read_state(tenant: str, thread: str, row: Row, opener: Opener) -> dict[str, JsonValue]:
    """Empty where a person in it was erased: the thread begins anew."""
    state, sealed = row
    if sealed is None:
        return load_raw(state)
    found = opener.open(sealed, (tenant, "conversations", thread))
    return {} if isinstance(found, Gone) else cast(dict[str, JsonValue], found)


def _place(tenant: str, thread: str, turn: Turn) -> Place:
    return tenant, "turns", thread, plain(turn.run), turn.role, turn.at.isoformat()
