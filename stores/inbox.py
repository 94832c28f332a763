"""The inbox in SQL, for one tenant: who takes a conversation, what they say, how it ends.

What changes who speaks in a thread takes its lease for the moment: it queues with the runs, and a
run that was taken for dead says nothing more.
"""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from sqlalchemy import bindparam, insert, or_, select, update

from stores import handovers as rows_
from stores import leases, tables
from stores.body import dump
from stores.handovers import COLUMNS, Kept
from stores.keys import email_key, micros, plain
from stores.link import Link, Write
from stores.named import named_in
from stores.subjects import Subjects
from stores.threads import append, begin
from stores.vault import Seal
from tradewind.base import Time
from tradewind.errors import InvalidInput, NotFound
from tradewind.handover import (
    Contact,
    FaqDraft,
    FaqStatus,
    Handover,
    HandoverStep,
    Opening,
    StepKind,
)
from tradewind.ports.storage import Turn

_h, _d = tables.handovers.c, tables.faq_drafts.c
_MINE = _h.tenant == bindparam("tenant")
_QUEUE = (
    select(*COLUMNS).where(_MINE, _h.state != "closed").order_by(_h.opened_at, _h.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_CLOSED = (
    select(*COLUMNS).where(_MINE, _h.state == "closed")
    .order_by(_h.opened_at.desc(), _h.id.desc()).limit(bindparam("limit"))
)  # fmt: skip
_ALL = select(*COLUMNS).where(_MINE).order_by(_h.opened_at, _h.id)
_ANY_OVER = select(_h.id).where(
    _MINE, or_(_h.state == "taken", _h.state == "answered"), _h.held_until <= bindparam("now")
)
_DRAFT = select(_d.body).where(_d.tenant == bindparam("tenant"), _d.id == bindparam("id"))
_DRAFTS = (
    select(_d.body).where(_d.tenant == bindparam("tenant"))
    .order_by(_d.drafted_at.desc(), _d.id.desc())
)  # fmt: skip
_ADD_DRAFT = insert(tables.faq_drafts)
_MOVE_DRAFT = (
    update(tables.faq_drafts)
    .where(
        _d.tenant == bindparam("of_tenant"), _d.id == bindparam("of_id"),
        _d.status == bindparam("of_status"),
    )
    .values(status=bindparam("status"), body=bindparam("body"))
)  # fmt: skip


class SqlInbox:
    """InboxStore over SQL."""

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects

    def queue(self, closed: bool = False, limit: int = 200) -> Sequence[Handover]:
        """Those that are not closed, oldest first; or the closed ones, newest first."""
        found = self._link.rows(_CLOSED if closed else _QUEUE, {"tenant": self._tenant,
                                                               "limit": limit})  # fmt: skip
        return rows_.read(self._link, self._subjects, found)

    def handover(self, handover_id: str) -> Handover | None:
        found = self._link.rows(rows_.GET, {"tenant": self._tenant, "id": plain(handover_id)})
        return rows_.read(self._link, self._subjects, found)[0] if found else None

    def steps(self, handover_id: str) -> Sequence[HandoverStep]:
        """Oldest first."""
        found = self._link.rows(
            rows_.STEPS, {"tenant": self._tenant, "handover": plain(handover_id)}
        )
        return tuple(HandoverStep.model_validate_json(row[0]) for row in found)

    def standing(self, thread: str) -> Handover | None:
        """The thread's newest handover; a contact in it is not opened."""
        found = self._link.rows(rows_.NEWEST, {"tenant": self._tenant, "thread": plain(thread)})
        return Handover.model_validate_json(found[0][0]) if found else None

    def take(self, handover_id: str, by: str, now: Time, until: Time) -> Handover:
        """Hold the thread for a person until then; again by the same person holds it longer."""
        with self._link.write() as write:
            found = self._changing(write, handover_id, now)
            before = found[0]
            if before.held(now) and before.taken_by != by:
                raise InvalidInput(
                    f"{before.taken_by} has {handover_id}.", "Wait until it is given back."
                )
            told: dict[str, object] = {"taken_by": by, "held_until": until}
            if not before.held(now):
                told |= {"state": "taken", "taken_at": before.taken_at or now}
            return self._put(write, found, told, "taken", by, now)

    def reply(
        self, handover_id: str, by: str, text: str, key: str, now: Time, until: Time
    ) -> tuple[Handover, bool]:
        """Append the person's words to the thread and hold it longer; once for a key."""
        with self._link.write() as write:
            found = self._changing(write, handover_id, now, closed=True)
            if self._said(write, handover_id, by, key):
                return found[0], False
            before = _held_by(found, by, now)
            turn = Turn(role="person", text=text, run=before.id, at=now)
            seal = self._seal(write, before.thread, text, now)
            append(write, self._tenant, before.thread, [turn], seal)
            told = {
                "state": "answered", "held_until": until,
                "answered_at": before.answered_at or now,
            }  # fmt: skip
            return self._put(write, found, told, "replied", by, now, key), True

    def give_back(self, handover_id: str, by: str, now: Time) -> Handover:
        """Let the assistant go on: closed where a person has answered, else back in the queue."""
        with self._link.write() as write:
            found = self._changing(write, handover_id, now)
            before = _held_by(found, by, now)
            end: Mapping[str, object] = (
                {"state": "closed", "closed_at": now} if before.answered_at
                else {"state": "waiting"}
            )  # fmt: skip
            return self._put(write, found, {**rows_.NOBODY, **end}, "given_back", by, now)

    def close(self, handover_id: str, by: str, now: Time) -> Handover:
        """End it; one that nobody holds may be closed by anybody."""
        with self._link.write() as write:
            found = self._changing(write, handover_id, now)
            if found[0].held(now):
                _held_by(found, by, now)
            told = {**rows_.NOBODY, "state": "closed", "closed_at": now}
            return self._put(write, found, told, "closed", by, now)

    def lapse(self, now: Time) -> int:
        """Bring back what was taken and forgotten."""
        if not self._link.rows(_ANY_OVER, {"tenant": self._tenant, "now": micros(now)}):
            return 0
        with self._link.write() as write:
            found = rows_.over(write, self._tenant, now)
            for kept in found:
                rows_.let_lapse(write, kept, now)
        return len(found)

    def contact(self, thread: str, contact: Contact, language: str, now: Time) -> Handover:
        """Keep what somebody left in the contact form, as a handover of its thread."""
        with self._link.write() as write:
            self._queue_up(write, thread, now)
            seal = self._seal(write, thread, f"{contact.email} {contact.message}", now)
            turn = Turn(role="user", text=contact.message, run=f"co_{uuid4().hex[:16]}", at=now)
            begin(write, self._tenant, thread)
            append(write, self._tenant, thread, [turn], seal)
            found = rows_.locked_open(write, self._tenant, thread)
            if found is not None:
                after = found[0].model_copy(update={"contact": contact})
                did = rows_.step(after, "asked_again", "buyer", now)
                return rows_.put(write, found, after, did, seal)[0]
            opening = Opening(run="", why="contact", language=language)
            new = rows_.of_opening(
                write, self._tenant, thread, opening, now, f"ho_{uuid4().hex[:16]}"
            ).model_copy(update={"contact": contact})
            rows_.add(write, new, seal)
            return new

    def all(self) -> Sequence[tuple[Handover, Sequence[HandoverStep]]]:
        """Every handover with its steps, oldest first."""
        found = self._link.rows(_ALL, {"tenant": self._tenant})
        told = rows_.read(self._link, self._subjects, found)
        return tuple((one, self.steps(one.id)) for one in told)

    def put_draft(self, draft: FaqDraft) -> None:
        """Keep a new draft."""
        values = {
            "tenant": self._tenant, "id": plain(draft.id), "status": draft.status,
            "drafted_at": micros(draft.drafted_at), "body": dump(draft),
        }  # fmt: skip
        with self._link.write() as write:
            write.add(_ADD_DRAFT, values, f"draft {draft.id}")

    def draft(self, draft_id: str) -> FaqDraft | None:
        found = self._link.rows(_DRAFT, {"tenant": self._tenant, "id": plain(draft_id)})
        return FaqDraft.model_validate_json(found[0][0]) if found else None

    def drafts(self) -> Sequence[FaqDraft]:
        """Newest first."""
        found = self._link.rows(_DRAFTS, {"tenant": self._tenant})
        return tuple(FaqDraft.model_validate_json(row[0]) for row in found)

    def move_draft(self, draft: FaqDraft, of: FaqStatus) -> FaqDraft:
        """Put the draft in its new state, from `of` alone."""
        values = {
            "of_tenant": self._tenant, "of_id": plain(draft.id), "of_status": of,
            "status": draft.status, "body": dump(draft),
        }  # fmt: skip
        with self._link.write() as write:
            if write.run(_MOVE_DRAFT, values):
                return draft
        stands = self.draft(draft.id)
        if stands is None:
            raise NotFound(f"there is no draft {draft.id}.", "List the drafts.")
        raise InvalidInput(f"draft {draft.id} is {stands.status}.", "Look at it anew.")

    def _changing(self, write: Write, handover_id: str, now: Time, closed: bool = False) -> Kept:
        """The handover, held with its thread's lease until the transaction ends.

        The lease comes first, as in a run's end: two that wait for each other would wait for ever.
        """
        rows = write.rows(rows_.GET, {"tenant": self._tenant, "id": plain(handover_id)})
        if not rows:
            raise NotFound(f"there is no handover {handover_id}.", "List the inbox.")
        self._queue_up(write, Handover.model_validate_json(rows[0][0]).thread, now)
        found = rows_.locked(write, self._tenant, handover_id)
        assert found is not None  # none is ever deleted
        if found[0].state == "closed" and not closed:
            raise InvalidInput(f"{handover_id} is closed.", "The buyer can ask for a person again.")
        return found

    def _queue_up(self, write: Write, thread: str, now: Time) -> None:
        leases.take(write, self._tenant, plain(thread), "", micros(now), 0)

    def _said(self, write: Write, handover_id: str, by: str, key: str) -> bool:
        did = rows_.by_key(write, self._tenant, handover_id, key)
        if did is not None and did.by != by:
            raise InvalidInput(f"message {key} is {did.by}'s.", "Use a new key.")
        return did is not None

    def _put(
        self, write: Write, found: Kept, told: Mapping[str, object], kind: StepKind, by: str,
        now: Time, key: str = "",
    ) -> Handover:  # fmt: skip
        after = found[0].model_copy(update=told)
        return rows_.put(write, found, after, rows_.step(after, kind, by, now, key=key))[0]

    def _seal(self, write: Write, thread: str, text: str, now: Time) -> Seal | None:
        """Under the thread's key and those of whom the text names."""
        named = named_in(text.encode(errors="replace"))
        named |= {("email", email_key(word)) for word in text.split() if "@" in word}
        return self._subjects.of_named(write, {("thread", plain(thread)), *named}, micros(now))


def _held_by(found: Kept, by: str, now: Time) -> Handover:
    told = found[0]
    if not told.held(now) or told.taken_by != by:
        raise InvalidInput(f"{by} does not have {told.id}.", "Take it first.")
    return told
