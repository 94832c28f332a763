"""What the console shows beside the chat: who is signed in, what waits, what was done, what may
be allowed; and the way out."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from agents.briefing import Briefing, brief
from agents.delivery import Hands
from agents.effect_views import Effects, effects_of
from agents.inbox import waiting_of
from agents.turns import Shop
from api.desk import DESK
from api.doors import Doors
from api.guard import require_staff
from api.keys import sign_out
from api.sessions import CSRF_COOKIE, STAFF_COOKIE, Ticket, session_of
from tradewind.base import Record, Time
from tradewind.effects import Cap, Halt
from tradewind.errors import NotFound
from tradewind.people import Audience, Role, Tenant
from tradewind.plan import InputType
from tradewind.tool import Tool
from tradewind.trace import EffectLevel


class SignedIn(Record):
    id: str
    name: str
    role: Role


class Waiting(Record):
    """How many questions are open, how many effects somebody must look at, how many conversations
    nobody has."""

    approvals: int = 0
    unknown: int = 0
    inbox: int = 0


class Front(Record):
    """What each page of the console says. `people` are the names of the shop's people by id."""

    me: SignedIn
    shop: Tenant
    people: dict[str, str]
    halt: Halt | None = None
    waiting: Waiting = Waiting()


class Takes(Record):
    name: str
    type: InputType


class ToolView(Record):
    """A tool that changes something. `asks` are those whose wishes people are asked about where
    the shop has no rule for it."""

    name: str
    about: str
    effect: EffectLevel
    audiences: tuple[Audience, ...]
    takes: tuple[Takes, ...]
    can_undo: bool
    asks: tuple[Audience, ...]


class Terms(Record):
    """What a rule can be about, and what bounds every rule."""

    tools: tuple[ToolView, ...]
    longest_grant_days: int
    question_hours: int
    caps: tuple[Cap, ...]


class Leaving(Record):
    """`everywhere` ends all sessions of the person, not this browser's alone."""

    everywhere: bool = False


class Door(Record):
    """How staff sign in beside one-time links."""

    provider: bool


def overview_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["desk"])

    @router.get("/desk")
    async def front(request: Request) -> Front:  # pyright: ignore[reportUnusedFunction]
        """Who is signed in, whether managed mode is halted, how much waits for people."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        return await doors.off(_front, doors, ticket)

    @router.get("/approvals/{approval_id}")
    async def show_question(request: Request, approval_id: str) -> Briefing:  # pyright: ignore[reportUnusedFunction]
        """One question with the records that carry it, open or decided."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        shop = doors.shop(ticket.tenant)
        if shop.hands is None:
            raise NotFound(f"there is no approval {approval_id}.", "List the pending ones.")
        session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
        return await doors.off(brief, _tools(doors), session, shop, shop.hands, approval_id)

    @router.get("/effects")
    async def list_effects(  # pyright: ignore[reportUnusedFunction]
        request: Request, limit: Annotated[int, Field(ge=1, le=200)] = 50
    ) -> Effects:
        """Effects whose outcome nobody knows, and the last ones, newest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        hands = doors.shop(ticket.tenant).hands
        if hands is None:
            return Effects()
        return await doors.off(effects_of, _tools(doors), hands, doors.now(), limit)

    @router.get("/rules/terms")
    async def terms(request: Request) -> Terms:  # pyright: ignore[reportUnusedFunction]
        """What a rule can be about, and what bounds every rule."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        hands = doors.shop(ticket.tenant).hands
        if hands is None:
            raise NotFound("this shop changes nothing outside.", "Open it with its hands.")
        return _terms(_tools(doors).values(), hands)

    _add_ways(router, doors)
    return router


def _add_ways(router: APIRouter, doors: Doors) -> None:
    @router.get("/signin")
    async def ways_in() -> Door:  # pyright: ignore[reportUnusedFunction]
        """How staff sign in here: with one-time links, and where one is set, by a provider."""
        return Door(provider=doors.provider is not None)

    @router.post("/signout")
    async def leave(request: Request, response: Response, leaving: Leaving) -> Door:  # pyright: ignore[reportUnusedFunction]
        """Sign out of this browser, or of all."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        people = doors.people(ticket.tenant)
        person = await doors.off(people.person, ticket.actor)
        if leaving.everywhere and person is not None:
            await doors.off(sign_out, people, person)
        for cookie in (STAFF_COOKIE, CSRF_COOKIE):
            response.delete_cookie(cookie)
        return Door(provider=doors.provider is not None)


def _tools(doors: Doors) -> Mapping[str, Tool]:
    return doors.assistant.road.tools


def _front(doors: Doors, ticket: Ticket) -> Front:
    names = {person.id: person.name for person in doors.people(ticket.tenant).people()}
    role: Role = "ops" if ticket.audience == "ops" else "merchant"
    hands, now = doors.shop(ticket.tenant).hands, doors.now()
    return Front(
        me=SignedIn(id=ticket.actor, name=names.get(ticket.actor, ticket.actor), role=role),
        shop=doors.tenant(ticket.tenant), people=names,
        halt=hands.rules.halted() if hands else None,
        waiting=_waiting(hands, now, doors.shop(ticket.tenant)) if hands else Waiting(),
    )  # fmt: skip


def _waiting(hands: Hands, now: Time, shop: Shop) -> Waiting:
    """Counted without closing questions whose time is over: `serve` does that by itself."""
    unknown = [e for e in hands.ledger.waiting(now) if e.status == "unknown"]
    still = [asked for asked in hands.ledger.pending() if asked.expires_at > now]
    people = waiting_of(shop.inbox.queue(), now) if shop.inbox else 0
    return Waiting(approvals=len(still), unknown=len(unknown), inbox=people)


def _terms(tools: Iterable[Tool], hands: Hands) -> Terms:
    policy = hands.policy
    asks = {ask.tool: ask.audiences for ask in policy.ask}
    writing = sorted((t for t in tools if t.sources), key=lambda tool: tool.name)
    return Terms(
        tools=tuple(_view(tool, asks.get(tool.name, ())) for tool in writing),
        longest_grant_days=policy.longest_grant_days, question_hours=policy.question_hours,
        caps=policy.caps,
    )  # fmt: skip


def _view(tool: Tool, asks: tuple[Audience, ...]) -> ToolView:
    return ToolView(
        name=tool.name, about=_first_sentence(tool.description), effect=tool.effect,
        audiences=tuple(sorted(tool.audiences)), asks=asks, can_undo=tool.undo is not None,
        takes=tuple(Takes(name=name, type=mark.type) for name, mark in tool.sources.items()),
    )  # fmt: skip


def _first_sentence(text: str) -> str:
    head, stop, _ = " ".join(text.split()).partition(". ")
    return head + (stop.strip() or "")
