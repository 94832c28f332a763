"""`/api/chat/news` and `/api/contact`: what people of the shop say to a buyer, and the way to leave
word when nobody is there. Both need what a buyer's chat needs, and tell nothing of anybody else."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, Field

from agents.inbox import Inbox, News
from api.chat import thread_named
from api.cors import bearer_of
from api.doors import Doors
from api.guard import address_of, known_buyer
from api.rates import Knock
from api.sessions import Ticket, issue, new_buyer, same_origin, session_of
from tradewind.base import Record
from tradewind.errors import Forbidden
from tradewind.handover import Contact


def _address(text: str) -> str:
    """One address, with a sign, no blank, and a dot behind the sign."""
    told = text.strip()
    local, _, domain = told.rpartition("@")
    head, _, tail = domain.rpartition(".")
    plain = told.isprintable() and not set(' "<>(),;:\\[]@') & set(local + domain)
    if not (local and head and len(tail) > 1 and plain):
        raise ValueError("this is no e-mail address; write it like ana@example.com")
    return told


def _filled(text: str) -> str:
    if not (told := text.strip()):
        raise ValueError("this must not be empty")
    return told


class ContactForm(Record):
    """What somebody leaves. `thread` is the conversation that they leave it from."""

    name: Annotated[str, Field(max_length=100), AfterValidator(_filled)]
    email: Annotated[str, Field(max_length=254), AfterValidator(_address)]
    message: Annotated[str, Field(max_length=4000), AfterValidator(_filled)]
    order: Annotated[str, Field(max_length=64)] = ""
    thread: Annotated[str, Field(max_length=64)] = ""


class Received(Record):
    """Always the same: whether an order or an address is known is not told."""

    received: bool = True


def visits_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["chat"])
    inbox = Inbox(doors.assistant)

    @router.get("/chat/news")
    async def news(  # pyright: ignore[reportUnusedFunction]
        request: Request, thread: str, after: Annotated[int, Field(ge=0, le=100_000)] = 0
    ) -> News:
        """What people said in this conversation beyond the first `after` messages."""
        ticket = await known_visitor(request, doors)
        if ticket is None:
            raise Forbidden("there is no conversation of yours.", "Write a message first.")
        session = session_of(ticket, doors.tenant(ticket.tenant), thread_named(thread))
        await doors.off(doors.rates.take, "news_buyer", ticket.tenant, ticket.actor)
        return await inbox.news(session, doors.shop(ticket.tenant), after)

    @router.post("/contact")
    async def leave_word(  # pyright: ignore[reportUnusedFunction]
        request: Request, response: Response, form: ContactForm, shop: str = ""
    ) -> Received:
        """Leave name, e-mail and message for the shop's people."""
        known = await known_visitor(request, doors)
        ticket = known or new_buyer(doors.tenant(shop or doors.default_tenant).id)
        knocks: list[Knock] = [
            ("contact_address", (address_of(request),)),
            ("contact_shop", (ticket.tenant,)),
        ]
        await doors.off(doors.rates.take_all, knocks)
        thread = thread_named(form.thread) if form.thread else f"contact_{secrets.token_hex(6)}"
        session = session_of(ticket, doors.tenant(ticket.tenant), thread)
        contact = Contact(
            name=form.name, email=form.email, message=form.message, order=form.order.strip()
        )
        await inbox.leave(session, doors.shop(ticket.tenant), contact)
        if known is None:
            issue(request, response, ticket, doors.secret)
        return Received()

    return router


async def known_visitor(request: Request, doors: Doors) -> Ticket | None:
    """The buyer whose bearer or cookie it is; a page of another site needs the bearer."""
    bearer = await bearer_of(request, doors)
    if bearer is not None:
        return bearer
    same_origin(request)
    return await known_buyer(request, doors)
