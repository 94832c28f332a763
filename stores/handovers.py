"""Handovers in SQL, within a transaction: opened and silenced by a run's end, changed by people.

A change is a compare-and-set on the whole row as it was read; each leaves a step, and steps are
only appended to.
"""

from collections.abc import Sequence
from typing import cast

from pydantic import JsonValue
from sqlalchemy import bindparam, insert, or_, select, update

from stores.body import dump, pack
from stores.keys import micros, plain
from stores.link import Row, Values, Write
from stores.subjects import Reads, Subjects
from stores.tables import handover_steps, handovers
from stores.vault import Gone, Opener, Seal
from tradewind.base import Time
from tradewind.errors import InvalidInput
from tradewind.handover import Contact, Handover, HandoverStep, Opening, StepKind
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import ERASED_TEXT

_h, _s = handovers.c, handover_steps.c
_MINE = _h.tenant == bindparam("tenant")
_ADD = insert(handovers)
_STEP = insert(handover_steps).values(
    tenant=bindparam("tenant"), handover=bindparam("handover"), kind=bindparam("kind"),
    run=bindparam("run"), key=bindparam("key"), at=bindparam("at"), body=bindparam("body"),
)  # fmt: skip
COLUMNS = (_h.body, _h.sealed)
GET = select(*COLUMNS).where(_MINE, _h.id == bindparam("id"))
_LOCKED = GET.with_for_update()
_OF_THREAD = select(*COLUMNS).where(_MINE, _h.thread == bindparam("thread"))
NEWEST = _OF_THREAD.order_by(_h.opened_at.desc(), _h.id.desc()).limit(1)
_OPEN = _OF_THREAD.where(_h.state != "closed").with_for_update()
_OVER = (
    select(*COLUMNS)
    .where(
        _MINE, or_(_h.state == "taken", _h.state == "answered"), _h.held_until <= bindparam("now")
    )
    .order_by(_h.opened_at, _h.id)
    .with_for_update()
)  # fmt: skip
_PUT = (
    update(handovers)
    .where(
        _h.tenant == bindparam("of_tenant"), _h.id == bindparam("of_id"),
        _h.body == bindparam("of_body"),
    )
    .values(
        state=bindparam("state"), held_until=bindparam("held_until"), body=bindparam("body"),
        sealed=bindparam("sealed"),
    )
)  # fmt: skip
_DID = select(_s.n).where(_s.tenant == bindparam("tenant"), _s.run == bindparam("run"))
STEPS = (
    select(_s.body)
    .where(_s.tenant == bindparam("tenant"), _s.handover == bindparam("handover"))
    .order_by(_s.n)
)
_BY_KEY = select(_s.body).where(
    _s.tenant == bindparam("tenant"), _s.handover == bindparam("handover"),
    _s.key == bindparam("key"),
)  # fmt: skip
NOBODY: dict[str, object] = {"taken_by": "", "held_until": None}


def hear(write: Write, tenant: str, thread: str, heard: Heard) -> Sequence[Turn]:
    """What the end of a run does to its thread's handover; gives the turns as they are kept.

    While a person holds the thread, what a run says that did not know of it stays a draft.
    """
    found = locked_open(write, tenant, thread)
    if found is None and heard.handover is None:
        return heard.turns
    at, turns = heard.turns[-1].at if heard.turns else None, heard.turns
    if found and at and found[0].held(at):
        if any(turn.role == "user" for turn in turns):
            found = _written_to(write, found, turns[-1].run, at)
        if heard.knows != found[0].id:
            turns = tuple(map(_draft, turns))
    if heard.handover and at:
        _open_for_run(write, tenant, thread, found, heard.handover, at)
    return turns


Kept = tuple[Handover, Row]
"""A handover with the row that it was read from."""


def _draft(turn: Turn) -> Turn:
    return turn.model_copy(update={"role": "draft"}) if turn.role == "assistant" else turn


def _written_to(write: Write, found: Kept, run: str, at: Time) -> Kept:
    """The buyer wrote to the person who holds the thread: an answer is owed again."""
    after = found[0].model_copy(update={"state": "taken"})
    return put(write, found, after, step(after, "buyer_wrote", "buyer", at, run=run))


def _open_for_run(
    write: Write, tenant: str, thread: str, found: Kept | None, opening: Opening, at: Time
) -> None:
    """Open a handover, or note on the open one that a person is asked for again; once for a run,
    however often it ends."""
    if write.rows(_DID_OPEN, {"tenant": tenant, "run": plain(opening.run)}):
        return
    if found and not found[0].held(at) and found[0].state in ("taken", "answered"):
        lapsed = let_lapse(write, found, at)
        found = None if lapsed[0].state == "closed" else lapsed
    if found is None:
        add(write, of_opening(write, tenant, thread, opening, at), None, opening.run)
        return
    owed = "taken" if found[0].state == "answered" else found[0].state
    after = found[0].model_copy(update={"state": owed})
    put(write, found, after, step(after, "asked_again", "", at, run=opening.run))


_DID_OPEN = _DID.where(or_(_s.kind == "opened", _s.kind == "asked_again"))


def of_opening(
    write: Write, tenant: str, thread: str, opening: Opening, at: Time, id: str = ""
) -> Handover:
    """A new handover of the thread."""
    last = write.rows(NEWEST, {"tenant": tenant, "thread": plain(thread)})
    return Handover(
        id=id or f"ho_{opening.run.removeprefix('run_')}", tenant=tenant, thread=thread,
        run=opening.run, why=opening.why, language=opening.language, intent=opening.intent,
        opened_at=at,
        reopened_from=Handover.model_validate_json(last[0][0]).id if last else "",
    )  # fmt: skip


def add(write: Write, new: Handover, seal: Seal | None, run: str = "") -> None:
    """Keep a new handover with its first step."""
    values: Values = {
        "tenant": plain(new.tenant), "id": plain(new.id), "thread": plain(new.thread),
        "opened_at": micros(new.opened_at), **_row(new, seal),
    }  # fmt: skip
    write.add(_ADD, values, f"handover {new.id}")
    note(write, new.tenant, step(new, "opened", "", new.opened_at, run=run))


def let_lapse(write: Write, found: Kept, now: Time) -> Kept:
    """What its person forgot: back in the queue, or ended where only the buyer could go on."""
    before = found[0]
    told: dict[str, object] = (
        {"state": "closed", "closed_at": now} if before.state == "answered"
        else {"state": "waiting"}
    )  # fmt: skip
    after = before.model_copy(update=NOBODY | told)
    return put(write, found, after, step(after, "lapsed", before.taken_by, now))


def over(write: Write, tenant: str, now: Time) -> list[Kept]:
    """Those whose lease has ended; what somebody left in them stays sealed."""
    rows = write.rows(_OVER, {"tenant": tenant, "now": micros(now)})
    return [(Handover.model_validate_json(row[0]), row) for row in rows]


def locked(write: Write, tenant: str, id: str) -> Kept | None:
    """The handover, held until the transaction ends."""
    rows = write.rows(_LOCKED, {"tenant": tenant, "id": plain(id)})
    return (Handover.model_validate_json(rows[0][0]), rows[0]) if rows else None


def locked_open(write: Write, tenant: str, thread: str) -> Kept | None:
    """The thread's handover that is not closed, held until the transaction ends."""
    rows = write.rows(_OPEN, {"tenant": tenant, "thread": plain(thread)})
    return (Handover.model_validate_json(rows[0][0]), rows[0]) if rows else None


def put(
    write: Write, before: Kept, after: Handover, did: HandoverStep, seal: Seal | None = None
) -> Kept:
    """Put the handover in its new state, if it is as it was read, and note the step.

    `seal` closes a contact that is new; one that is there stays. Raises InvalidInput.
    """
    body, sealed = before[1]
    row = _row(after, seal) if after.contact else {**_row(after, None), "sealed": sealed}
    values: Values = {
        "of_tenant": plain(after.tenant), "of_id": plain(after.id), "of_body": body, **row,
    }  # fmt: skip
    if not write.run(_PUT, values):
        raise InvalidInput(f"handover {after.id} was changed just now.", "Look at it anew.")
    note(write, after.tenant, did)
    return after, (row["body"], row["sealed"])


def step(
    of: Handover, kind: StepKind, by: str, at: Time, *, run: str = "", key: str = ""
) -> HandoverStep:
    return HandoverStep(handover=of.id, kind=kind, by=by, at=at, run=run, key=key)


def note(write: Write, tenant: str, did: HandoverStep) -> None:
    """Append a step. Raises InvalidInput for a key that is there already."""
    values: Values = {
        "tenant": plain(tenant), "handover": plain(did.handover), "kind": did.kind,
        "run": plain(did.run), "key": plain(did.key), "at": micros(did.at), "body": dump(did),
    }  # fmt: skip
    write.add(_STEP, values, f"message {did.key or did.kind} of {did.handover}")


def by_key(write: Write, tenant: str, id: str, key: str) -> HandoverStep | None:
    """The step of a message that a client named."""
    values = {"tenant": tenant, "handover": plain(id), "key": plain(key)}
    rows = write.rows(_BY_KEY, values)
    return HandoverStep.model_validate_json(rows[0][0]) if rows else None


def read(reads: Reads, subjects: Subjects, rows: Sequence[Row]) -> tuple[Handover, ...]:
    """Handovers of the columns `COLUMNS`, with what somebody left in the contact form."""
    opener = subjects.opener(reads, (sealed for _, sealed in rows))
    return tuple(_with_contact(row, opener) for row in rows)


def _with_contact(row: Row, opener: Opener) -> Handover:
    told = Handover.model_validate_json(row[0])
    if row[1] is None:
        return told
    found = opener.open(row[1], _place(told))
    if isinstance(found, Gone):
        gone = Contact(name=ERASED_TEXT, email="", message=ERASED_TEXT)
        return told.model_copy(update={"contact": gone})
    return told.model_copy(update={"contact": Contact.model_validate(found)})


def _row(told: Handover, seal: Seal | None) -> dict[str, str | int | bytes | None]:
    """The columns that change; a contact is sealed, and kept clear where nothing is."""
    bare = told.model_copy(update={"contact": None}) if seal else told
    sealed = None
    if seal and told.contact:
        left = cast(JsonValue, told.contact.model_dump(mode="json"))
        sealed = seal.close(_place(told), pack(left))
    return {
        "state": told.state, "body": dump(bare), "sealed": sealed,
        "held_until": None if told.held_until is None else micros(told.held_until),
    }  # fmt: skip


def _place(told: Handover) -> tuple[str, str, str]:
    return plain(told.tenant), "handovers", plain(told.id)
