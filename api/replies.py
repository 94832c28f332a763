"""`/api/replies`: what was written to the shop from outside, and drafts of answers; and
`/api/insights`: what was asked. Nothing is sent from here."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from agents.engines.insights import DAYS, MOST_DAYS, look_over
from agents.insights.records import Insights
from agents.letters.export import as_mail
from agents.letters.listing import Written, written
from agents.letters.records import Draft
from api.desk import DESK
from api.doors import Doors
from api.guard import require_staff
from api.sessions import session_of
from tradewind.base import Record
from tradewind.errors import NotFound
from tradewind.letters import Channel


class Drafted(Record):
    """A draft with the lines above it, and the run that made it."""

    run: str
    card: tuple[str, ...]
    draft: Draft


class WrittenWhole(Record):
    """A message from outside, whole: its text is an outsider's."""

    head: Written
    text: str


def replies_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["replies"])

    @router.get("/replies")
    async def list_letters(  # pyright: ignore[reportUnusedFunction]
        request: Request, channel: Channel | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, list[Written]]:  # fmt: skip
        """What buyers wrote, newest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        shop = doors.shop(ticket.tenant)
        return {"letters": list(await doors.off(written, shop.reader, limit, channel))}

    @router.get("/replies/{message_id}")
    async def show(request: Request, message_id: str) -> WrittenWhole:  # pyright: ignore[reportUnusedFunction]
        """One message whole."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        found = await doors.off(doors.shop(ticket.tenant).reader.message, message_id)
        head = Written.of(found) if found else None
        if found is None or head is None:
            raise NotFound(f"there is no message {message_id}.", "Reload the list.")
        return WrittenWhole(head=head, text=found.text)

    @router.post("/replies/{message_id}/draft")
    async def draft(request: Request, message_id: str) -> Drafted:  # pyright: ignore[reportUnusedFunction]
        """Draft a reply as a run that is kept; nothing is sent."""
        ticket = await require_staff(request, doors, "merchant")
        session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
        ended = await doors.assistant.reply(session, doors.shop(ticket.tenant), message_id)
        made = Draft.model_validate(ended.answer.details["draft"])
        card = ended.answer.text.removesuffix(made.text).strip().split("\n")
        return Drafted(run=ended.run, card=tuple(card), draft=made)

    @router.get(
        "/replies/{message_id}/mail", response_class=Response,
        responses={200: {"content": {"message/rfc822": {}}, "description": "The draft."}},
    )  # fmt: skip
    async def mail(request: Request, message_id: str, run: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """The draft of a run as a mail, to be opened in a mail program and sent there."""
        ticket = await require_staff(request, doors, "merchant")
        found = await doors.off(doors.shop(ticket.tenant).runs.run, run)
        told = (found.answer or {}).get("details") if found else None
        held = told.get("draft") if isinstance(told, dict) else None
        if not isinstance(held, dict) or held.get("message") != message_id:
            raise NotFound(f"run {run} drafted nothing to {message_id}.", "Draft it again.")
        content = as_mail(Draft.model_validate(held))
        headers = {"Content-Disposition": 'attachment; filename="reply.eml"'}
        return Response(content, media_type="message/rfc822", headers=headers)

    @router.get("/insights")
    async def insights(  # pyright: ignore[reportUnusedFunction]
        request: Request, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = DAYS
    ) -> Insights:
        """What was asked in so many days, what no record answered, lanes that are late. Counted
        over the whole shop: seconds for a large one."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
        run = doors.assistant.glance(session, doors.shop(ticket.tenant))
        view, _ = await look_over(run, doors.assistant.kit, days)
        return view

    return router
