"""`/api/prevention`: the weekly view of disputes, and writing to the buyer of a parcel at risk."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, JsonValue

from agents.engines.survey import Seen
from api.desk import DESK, require_person
from api.doors import Doors
from api.guard import require_staff
from api.sessions import session_of
from api.stream import public
from tradewind.base import Record
from tradewind.errors import NotFound

SAID = "write to the buyer of order {} about the late parcel"
"""What a person says by the page's button; it goes the way of every message."""


class Wanted(Record):
    order: Annotated[str, Field(min_length=1, max_length=100)]


def prevention_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["disputes"])

    @router.get("/prevention")
    async def view(request: Request) -> Seen:  # pyright: ignore[reportUnusedFunction]
        """Rates beside the programmes' limits, weeks, causes beyond chance, parcels at risk with a
        draft each. Counted over the whole shop: seconds for a large one."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
        return await doors.assistant.survey(session, doors.shop(ticket.tenant))

    @router.post("/prevention/messages")
    async def write(request: Request, wanted: Wanted) -> dict[str, JsonValue]:  # pyright: ignore[reportUnusedFunction]
        """Have the draft about an order's parcel sent, as the shop's rules have it: people are
        asked unless a rule says otherwise."""
        session, shop = await require_person(request, doors)
        order = await doors.off(shop.reader.order, wanted.order)
        if order is None:
            raise NotFound(f"there is no order {wanted.order}.", "Reload the page.")
        return public(await doors.assistant.turn(session, shop, SAID.format(order.id)))

    return router
