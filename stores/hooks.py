"""Processors' secrets and the events they sent, in SQL, for one tenant."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select

from stores.body import dump
from stores.keys import instant, micros, plain
from stores.link import Link, Write
from stores.tables import hook_events, hook_secrets, imports
from stores.vault import Vault
from tradewind.base import Time
from tradewind.errors import InvalidInput, SpecError
from tradewind.ports.storage import HookEvent, ImportEntry

KEPT = timedelta(days=90)
"""How long an event's id is remembered: longer than any processor sends it again (Stripe: by
itself for 3 days, by hand for 30)."""

_e, _s = hook_events.c, hook_secrets.c
_SECRET = select(_s.sealed).where(
    _s.tenant == bindparam("tenant"), _s.source == bindparam("source")
)
_SEEN = select(_e.id).where(
    _e.tenant == bindparam("tenant"), _e.source == bindparam("source"), _e.id == bindparam("id")
)
_NOTE = insert(hook_events)
_LOG = insert(imports).values(
    tenant=bindparam("tenant"), at=bindparam("at"), body=bindparam("body")
)
_FORGET = delete(hook_events).where(
    _e.tenant == bindparam("tenant"), _e.received_at < bindparam("before")
)
_EVENTS = (
    select(_e.source, _e.id, _e.type, _e.said_at, _e.received_at)
    .where(_e.tenant == bindparam("tenant"))
    .order_by(_e.received_at.desc(), _e.id)
    .limit(bindparam("limit"))
)


class SqlHooks:
    """HookStore over SQL."""

    def __init__(self, link: Link, tenant: str, vault: Vault | None) -> None:
        self._link = link
        self._tenant = tenant
        self._vault = vault

    def secret(self, source: str) -> str | None:
        """What the processor signs with; None where none was set."""
        rows = self._link.rows(_SECRET, {"tenant": self._tenant, "source": plain(source)})
        if not rows or self._vault is None:
            return None
        return self._vault.reveal(rows[0][0], self._place(source)).decode()

    def put_secret(self, source: str, secret: str, at: Time) -> None:
        """From now on another secret signs nothing. Raises SpecError for a store without a key."""
        if self._vault is None:
            raise SpecError("the store was opened without a key.", "Open it with one.")
        sealed = self._vault.hide(secret.encode(), self._place(source))
        row = {
            "tenant": self._tenant, "source": plain(source), "sealed": sealed,
            "created_at": micros(at),
        }  # fmt: skip
        with self._link.write() as write:
            write.upsert(hook_secrets, [row])

    def seen(self, source: str, event_id: str) -> bool:
        return bool(self._link.rows(_SEEN, self._of(source, event_id)))

    def note(self, event: HookEvent, entry: ImportEntry) -> bool:
        """Keep the event's id and the import's entry, at once; False, and nothing is kept, when
        the id is there already. Of two at once one is first."""
        try:
            with self._link.write() as write:
                return self._note(write, event, entry)
        except InvalidInput:  # Postgres lets two transactions read before one of them writes
            return False

    def _note(self, write: Write, event: HookEvent, entry: ImportEntry) -> bool:
        key = self._of(event.source, event.id)
        if write.rows(_SEEN, key):
            return False
        before = micros(event.received_at - KEPT)
        write.run(_FORGET, {"tenant": self._tenant, "before": before})
        times = {"said_at": micros(event.said_at), "received_at": micros(event.received_at)}
        write.add(_NOTE, {**key, "type": plain(event.type), **times}, f"event {event.id}")
        logged = {"tenant": self._tenant, "at": micros(entry.at), "body": dump(entry)}
        write.run(_LOG, logged)
        return True

    def events(self, limit: int = 50) -> Sequence[HookEvent]:
        """Newest first, by when they came in."""
        rows = self._link.rows(_EVENTS, {"tenant": self._tenant, "limit": limit})
        return tuple(
            HookEvent(source=source, id=id_, type=type_, said_at=instant(said),
                      received_at=instant(received))
            for source, id_, type_, said, received in rows
        )  # fmt: skip

    def _of(self, source: str, event_id: str) -> dict[str, str]:
        return {"tenant": self._tenant, "source": plain(source), "id": plain(event_id)}

    def _place(self, source: str) -> tuple[str, ...]:
        return self._tenant, "hook_secrets", source
