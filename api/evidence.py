"""`/api/disputes`: the shop's disputes, what is advised on each, and the files attached to it."""

import asyncio
from collections.abc import Sequence
from typing import Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from agents.attachments import FileView, Given
from agents.chargeback.advice import Advice
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Grade
from api.doors import Doors
from api.guard import require_staff
from api.multipart import Part, read_form
from api.sessions import Ticket, session_of
from tools.disputes.find import needs_response
from tradewind.base import Money, Record, Time
from tradewind.commerce import Dispute
from tradewind.errors import Forbidden, InvalidInput, NotFound, QuotaExceeded
from tradewind.uploads import ROLES, Role

THREAD = "disputes"
MOST = 500
AT_ONCE, READ_AT_ONCE = 4, 2
"""Files of all shops that are taken in at once, and of these read at once: what bounds the memory
of the server."""

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": {
            "type": "object", "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "role": {"type": "string", "enum": list(ROLES)},
                "pages": {"type": "string", "description": "Those to show, as in 1-3,7."},
                "vouch": {"type": "string", "enum": ["true", "false"]},
            },
        }}},
    },
}  # fmt: skip
"""The form is read as a stream with a limit, so the description is given by hand."""
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file as it was given.", "content": {"application/octet-stream": {}}}
}


class DisputeView(Record):
    """A dispute and the advice on it; `advice` is empty where none is given."""

    id: str
    order: str
    amount: Money
    category: str
    network: str
    reason_code: str
    status: str
    deadline: Time | None
    advice: str
    reason: str
    odds: float | None


class Shown(Record):
    """An element that the evidence shows, in words, by its grade; not the files that nobody has
    vouched for, which count as nothing."""

    title: str
    grade: Grade


class RoleView(Record):
    id: Role
    title: str


class EvidenceView(Record):
    """A dispute with what speaks for and against the shop, its files, and the roles that files may
    have; `largest` is in bytes."""

    dispute: DisputeView
    shown: tuple[Shown, ...]
    contradictions: tuple[str, ...]
    files: tuple[FileView, ...]
    roles: tuple[RoleView, ...]
    largest: int


def evidence_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/disputes", tags=["disputes"])

    @router.get("")
    async def list_disputes(request: Request) -> dict[str, list[DisputeView]]:  # pyright: ignore[reportUnusedFunction]
        """Disputes, the earliest deadline first: those that wait for an answer with the advice on
        each, then the others."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        disputes = await doors.off(doors.reader(ticket.tenant).disputes)
        waiting = [await _row(doors, ticket, one) for one in disputes if needs_response(one)]
        others = [_told(one, one.order_id, None) for one in disputes if not needs_response(one)]
        return {"disputes": [*waiting, *others][:MOST]}

    @router.get("/{dispute_id}/evidence")
    async def show_evidence(request: Request, dispute_id: str) -> EvidenceView:  # pyright: ignore[reportUnusedFunction]
        """One dispute: the advice, what carries it, and the files attached to it."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        return await _view(doors, ticket, dispute_id)

    _add_writes(router, doors)
    return router


def _add_writes(router: APIRouter, doors: Doors) -> None:
    reading = asyncio.Semaphore(READ_AT_ONCE)
    open_ = asyncio.Semaphore(AT_ONCE)

    @router.post("/{dispute_id}/evidence", openapi_extra=_FORM)
    async def attach(request: Request, dispute_id: str) -> FileView:  # pyright: ignore[reportUnusedFunction]
        """Attach a file: kept sealed as it is; what a packet shows of it is made anew. One that
        cannot be shown is kept as well, with the reason and the remedy."""
        ticket = await require_staff(request, doors, "merchant")
        kept = doors.attachments(ticket.tenant)
        await doors.off(kept.of, dispute_id)
        if open_.locked():
            raise QuotaExceeded("many files come in just now.", "Send it again in a moment.")
        async with open_:
            given = _given(await read_form(request, kept.largest))
            if given.vouch:
                _in_person(request)
            async with reading:
                attached = await asyncio.to_thread(
                    kept.attach, dispute_id, given, ticket.actor, doors.now()
                )
        return FileView.of(attached)

    @router.post("/{dispute_id}/evidence/{file}/vouch")
    async def vouch(request: Request, dispute_id: str, file: str) -> FileView:  # pyright: ignore[reportUnusedFunction]
        """Say that a file is what its role says: from then on it counts. For persons."""
        ticket = await require_staff(request, doors, "merchant")
        _in_person(request)
        kept = doors.attachments(ticket.tenant)
        return FileView.of(await doors.off(kept.vouch, dispute_id, file, ticket.actor, doors.now()))

    @router.post("/{dispute_id}/evidence/{file}/detach")
    async def detach(request: Request, dispute_id: str, file: str) -> FileView:  # pyright: ignore[reportUnusedFunction]
        """Take a file off; its original is deleted."""
        ticket = await require_staff(request, doors, "merchant")
        gone = await doors.off(doors.attachments(ticket.tenant).detach, dispute_id, file)
        return FileView.of(gone)

    @router.get("/{dispute_id}/evidence/{file}/original", responses=_BYTES,
                response_class=Response)  # fmt: skip
    async def original(request: Request, dispute_id: str, file: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """The file as it was given, to be saved: it may hold what the packet leaves out."""
        ticket = await require_staff(request, doors, "merchant")
        kept = doors.attachments(ticket.tenant)
        found = await doors.off(kept.find, dispute_id, file)
        data = await doors.off(kept.original, found)
        saved = f"attachment; filename*=UTF-8''{quote(found.name)}"
        headers = {"Content-Disposition": saved, "Cache-Control": "no-store"}
        return Response(data, media_type="application/octet-stream", headers=headers)


def _in_person(request: Request) -> None:
    """Raises Forbidden for a program's key: that a file is genuine somebody has seen."""
    if request.headers.get("authorization"):
        raise Forbidden("a program vouches for nothing.", "Vouch for it in the console.")


def _given(parts: Sequence[Part]) -> Given:
    """The form as a file. Raises InvalidInput for one that does not fit."""
    files = [part for part in parts if part.name == "file" and part.file is not None]
    if len(files) != 1:
        raise InvalidInput(f"the form has {len(files)} files.", "Send one, as `file`.")
    told = {part.name: part.data.decode("utf-8", "replace") for part in parts if part.file is None}
    if unknown := told.keys() - {"role", "pages", "vouch"}:
        raise InvalidInput(f"the form has a field {min(unknown)!r}.", "Leave it out.")
    given = {name: value for name, value in told.items() if value}
    try:
        return Given.model_validate({"name": files[0].file, "data": files[0].data, **given})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{where}: {first['msg']}", "See /docs.") from error


async def _view(doors: Doors, ticket: Ticket, dispute_id: str) -> EvidenceView:
    kept = doors.attachments(ticket.tenant)
    files = await doors.off(kept.of, dispute_id)
    dispute = await doors.off(doors.reader(ticket.tenant).dispute, dispute_id)
    if dispute is None:
        raise NotFound(f"there is no dispute {dispute_id}.", "List them first.")
    advice = await _advice(doors, ticket, dispute_id)
    rules = doors.assistant.kit.rules
    roles = rules.uploads.roles
    return EvidenceView(
        dispute=_told(dispute, await doors.off(kept.order_of, dispute), advice),
        shown=_shown(advice, rules) if advice else (),
        contradictions=_contradictions(advice, rules) if advice else (),
        files=tuple(map(FileView.of, files)), largest=kept.largest,
        roles=tuple(RoleView(id=name, title=rule.title) for name, rule in roles.items()),
    )  # fmt: skip


async def _advice(doors: Doors, ticket: Ticket, dispute_id: str) -> Advice | None:
    session = session_of(ticket, doors.tenant(ticket.tenant), THREAD)
    return await doors.assistant.assess(session, doors.shop(ticket.tenant), dispute_id)


async def _row(doors: Doors, ticket: Ticket, dispute: Dispute) -> DisputeView:
    order = await doors.off(doors.attachments(ticket.tenant).order_of, dispute)
    return _told(dispute, order, await _advice(doors, ticket, dispute.id))


def _told(dispute: Dispute, order: str, advice: Advice | None) -> DisputeView:
    return DisputeView(
        id=dispute.id, order=order, amount=dispute.amount, category=dispute.category,
        network=dispute.network, reason_code=dispute.reason_code, status=dispute.status,
        deadline=dispute.due_by, advice=advice.decision.act if advice else "",
        reason=advice.decision.reason if advice else "",
        odds=advice.strength.probability if advice else None,
    )  # fmt: skip


def _shown(advice: Advice, rules: Rules) -> tuple[Shown, ...]:
    """What speaks for the shop, the strongest first, then what speaks against it."""
    told = sorted(advice.assessment.elements, key=lambda e: get_args(Grade).index(e.grade))
    return tuple(
        Shown(title=rules.book.elements[e.id].title, grade=e.grade)
        for e in told if e.id != rules.uploads.unvouched
    )  # fmt: skip


def _contradictions(advice: Advice, rules: Rules) -> tuple[str, ...]:
    return tuple(rules.book.contradictions[c.id].title for c in advice.assessment.contradictions)
