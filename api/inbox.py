"""`/api/inbox`: conversations that need a person. Reading is for staff, speaking for people."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from agents.faq import Faqs, Wording
from agents.inbox import Inbox, Queue
from agents.inbox_measures import Measures, measure
from agents.story import Story, inbox_of
from agents.turns import Shop
from api.doors import Doors
from api.guard import require_staff
from api.sessions import session_of
from tradewind.base import Record
from tradewind.errors import Forbidden
from tradewind.handover import FaqDraft, Handover
from tradewind.people import Session

DESK = "inbox"
"""The thread of what people do here; they speak in the buyers' own."""
_Key = Annotated[str, Field(max_length=64, pattern="^[A-Za-z0-9_-]*$")]


class Reply(Record):
    """A person's words. `key` names the message: sent twice, it is said once."""

    text: Annotated[str, Field(min_length=1, max_length=8000)]
    key: _Key = ""


class Replied(Record):
    """`new` is false for a message that was there already."""

    handover: Handover
    new: bool


def inbox_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/inbox", tags=["inbox"])
    inbox = Inbox(doors.assistant)

    @router.get("")
    async def list_handovers(request: Request, closed: bool = False) -> Queue:  # pyright: ignore[reportUnusedFunction]
        """What waits for people, oldest first; with `closed` what is over, newest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        tenant = doors.tenant(ticket.tenant)
        return await inbox.queue(tenant, doors.shop(ticket.tenant), closed)

    @router.get("/measures")
    async def measures(  # pyright: ignore[reportUnusedFunction]
        request: Request, days: Annotated[int, Field(ge=1, le=3650)] = 30
    ) -> Measures:
        """Counts and medians of the last days; see docs/inbox.md for what each means."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        found = await doors.off(inbox_of(doors.shop(ticket.tenant)).all)
        now, within = doors.now(), doors.assistant.kit.inbox.reopened_days
        return measure(found, now - timedelta(days=days), now, within)

    @router.get("/faq")
    async def list_drafts(request: Request) -> dict[str, list[FaqDraft]]:  # pyright: ignore[reportUnusedFunction]
        """Answers on their way to become FAQ entries, newest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        return {"drafts": list(await doors.off(inbox_of(doors.shop(ticket.tenant)).drafts))}

    @router.get("/{handover_id}")
    async def show(request: Request, handover_id: str) -> Story:  # pyright: ignore[reportUnusedFunction]
        """One conversation: what was asked and told, its records, replies that fit."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        tenant = doors.tenant(ticket.tenant)
        return await inbox.show(tenant, doors.shop(ticket.tenant), handover_id)

    @router.post("/{handover_id}/take")
    async def take(request: Request, handover_id: str) -> Handover:  # pyright: ignore[reportUnusedFunction]
        """Hold the conversation: the assistant is silent until it is given back."""
        return await inbox.take(*await _person(request, doors), handover_id)

    @router.post("/{handover_id}/reply")
    async def reply(request: Request, handover_id: str, said: Reply) -> Replied:  # pyright: ignore[reportUnusedFunction]
        """Say something to the buyer."""
        session, shop = await _person(request, doors)
        told, new = await inbox.reply(session, shop, handover_id, said.text, said.key)
        return Replied(handover=told, new=new)

    @router.post("/{handover_id}/give-back")
    async def give_back(request: Request, handover_id: str) -> Handover:  # pyright: ignore[reportUnusedFunction]
        """Let the assistant go on: it knows what was said."""
        return await inbox.give_back(*await _person(request, doors), handover_id)

    @router.post("/{handover_id}/close")
    async def close(request: Request, handover_id: str) -> Handover:  # pyright: ignore[reportUnusedFunction]
        """End it; the buyer can ask for a person again."""
        return await inbox.close(*await _person(request, doors), handover_id)

    _add_faq(router, doors)
    return router


def _add_faq(router: APIRouter, doors: Doors) -> None:
    faqs = Faqs(doors.assistant)

    @router.get("/{handover_id}/faq")
    async def propose(request: Request, handover_id: str) -> Wording:  # pyright: ignore[reportUnusedFunction]
        """The buyer's question and the person's answer, without what tells of a person."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        return await faqs.propose(doors.shop(ticket.tenant), handover_id)

    @router.post("/{handover_id}/faq")
    async def draft(request: Request, handover_id: str, wording: Wording) -> FaqDraft:  # pyright: ignore[reportUnusedFunction]
        """Save question and answer as a draft; nothing is published."""
        return await faqs.draft(*await _person(request, doors), handover_id, wording)

    @router.post("/faq/{draft_id}/publish")
    async def publish(request: Request, draft_id: str) -> FaqDraft:  # pyright: ignore[reportUnusedFunction]
        """Make a draft an FAQ entry that buyers' questions find."""
        session, shop = await _person(request, doors)
        return await faqs.publish(session, shop, doors.store(session.tenant.id), draft_id)

    @router.post("/faq/{draft_id}/remove")
    async def remove(request: Request, draft_id: str) -> FaqDraft:  # pyright: ignore[reportUnusedFunction]
        """Take a draft or a published entry away."""
        session, shop = await _person(request, doors)
        return await faqs.remove(session, shop, doors.store(session.tenant.id), draft_id)


async def _person(request: Request, doors: Doors) -> tuple[Session, Shop]:
    """One of the merchant's people, in person. Raises Forbidden."""
    ticket = await require_staff(request, doors, "merchant")
    if request.headers.get("authorization"):
        raise Forbidden("a program does not speak for people.", "Sign in as a person.")
    session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
    return session, doors.shop(ticket.tenant)
