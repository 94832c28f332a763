"""`/api/measures`, and what it counts: `/api/chat/helped` (a buyer's word on an answer) and
`/api/widget/visitor` (who of the shop's visitors is shown the chat). See docs/measures.md."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from agents.measures.view import Measures, Sources, measure
from agents.measures.visitors import arm_of, mark_of_visitor
from api.chat import thread_named
from api.cors import allows
from api.doors import Doors
from api.guard import address_of, require_staff
from api.rates import Knock
from api.sessions import foreign_origin, same_origin, session_of
from api.visits import known_visitor
from tradewind.base import Record
from tradewind.errors import Forbidden, NotFound
from tradewind.measures import Visit, Vote
from tradewind.people import Tenant
from tradewind.ports.measures import MeasureStore

_Id = Annotated[str, Field(max_length=64, pattern="^[A-Za-z0-9_-]+$")]


class Helped(Record):
    """Whether the answer of `run`, in the sender's own thread, helped them."""

    thread: _Id
    run: _Id
    helped: bool


class Kept(Record):
    """The word is kept, now or before."""

    kept: bool = True


class Visitor(Record):
    """A visitor's id as the shop's page made it, and whether they agreed to be counted."""

    visitor: Annotated[str, Field(pattern="^twv_[0-9a-f]{32}$")]
    consent: bool


class Shown(Record):
    """Whether the chat is shown."""

    show: bool


def measures_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["measures"])

    @router.get("/measures")
    async def view(  # pyright: ignore[reportUnusedFunction]
        request: Request, days: Annotated[int, Field(ge=1, le=3650)] = 30
    ) -> Measures:
        """Resolutions, handovers, returns, sales and cost of the last days; docs/measures.md says
        what each means. Counted over the whole shop: seconds for a large one."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        now, definitions = doors.now(), doors.assistant.kit.measures
        sources = await doors.off(_sources, doors, ticket.tenant)
        return await doors.off(measure, sources, definitions, now - timedelta(days=days), now)

    @router.post("/chat/helped")
    async def helped(request: Request, word: Helped) -> Kept:  # pyright: ignore[reportUnusedFunction]
        """Say of an answer of one's own thread whether it helped. Sent twice, it counts once;
        another word replaces it. A run of somebody else's is as unknown as one that is not."""
        ticket = await known_visitor(request, doors)
        if ticket is None:
            raise Forbidden("there is no conversation of yours.", "Write a message first.")
        await doors.off(doors.rates.take, "helped_buyer", ticket.tenant, ticket.actor)
        session = session_of(ticket, doors.tenant(ticket.tenant), thread_named(word.thread))
        vote = Vote(thread=session.thread, run=word.run, helped=word.helped, at=doors.now())
        if not await doors.off(_store(doors, ticket.tenant).vote, vote):
            raise NotFound(f"there is no answer {word.run} of yours.", "Reload the page.")
        return Kept()

    @router.post("/widget/visitor")
    async def visitor(  # pyright: ignore[reportUnusedFunction]
        request: Request, response: Response, told: Visitor, shop: str = ""
    ) -> Shown:
        """Whether this visitor is shown the chat. Only who agreed is counted, and only while the
        shop has a holdout; who takes it back is forgotten."""
        origin = foreign_origin(request)
        if origin and not await doors.off(allows, doors, shop, origin):
            same_origin(request)
        tenant = await doors.off(doors.tenant, shop or doors.default_tenant)
        knocks: list[Knock] = [
            ("visitor_address", (address_of(request),)), ("visitor_shop", (tenant.id,)),
        ]  # fmt: skip
        await doors.off(doors.rates.take_all, knocks)
        response.headers["Cache-Control"] = "no-store"
        return Shown(show=await doors.off(_shown, doors, tenant, told))

    return router


def _shown(doors: Doors, tenant: Tenant, told: Visitor) -> bool:
    store, share = _store(doors, tenant.id), tenant.measuring.holdout
    mark = mark_of_visitor(doors.secret, tenant.id, told.visitor)
    if not told.consent:
        store.forget_visit(mark)
        return True
    if not share:
        return True
    arm, now = arm_of(mark, share), doors.now()
    if store.arm(mark) is None:
        store.visit(Visit(mark=mark, arm=arm, share=share, at=now))
        kept = doors.assistant.kit.measures.conversion.kept_days
        store.forget_visits(now - timedelta(days=kept))
    return arm == "shown"


def _sources(doors: Doors, tenant: str) -> Sources:
    shop = doors.shop(tenant)
    return Sources(
        doors.tenant(tenant), _store(doors, tenant), shop.threads, shop.reader, doors.secret
    )  # fmt: skip


def _store(doors: Doors, tenant: str) -> MeasureStore:
    store = doors.shop(tenant).measures
    if store is None:
        raise NotFound("this shop measures nothing.", "Open it with its measures.")
    return store
