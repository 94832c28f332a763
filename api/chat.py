"""`POST /api/chat`: one turn as an AG-UI event stream.

Of what a client sends only three things are taken: the last user text, the thread's name,
and for buyers an order number with e-mail or postcode. History and memory are ours.
"""

from typing import Literal

from ag_ui.core import RunAgentInput, UserMessage
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from agents.assistant import new_run_id
from agents.events import TurnEnded
from agents.run import Emit
from agents.service import attempted_order
from api.doors import Doors
from api.guard import address_of, require_staff
from api.sessions import Ticket, buyer_of, issue, new_buyer, same_origin, session_of
from api.stream import stream_turn
from tradewind.cards import mask_cards
from tradewind.errors import InvalidInput
from tradewind.people import Session

LARGEST_BODY = 64 * 1024
"""Bytes of one chat request."""


def chat_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["chat"])

    @router.post("/chat", response_class=StreamingResponse)
    async def chat(
        request: Request, as_: Literal["merchant", "buyer"] = "buyer"
    ) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        """One turn. `as_=merchant` needs the console's cookie or a key; a buyer needs nothing."""
        same_origin(request)
        asked = await _read(request)
        ticket, fresh = await _ticket(request, as_, doors)
        session = session_of(ticket, doors.tenant(ticket.tenant), _thread(asked))
        text, given = _last_text(asked), _given(asked)
        shop = doors.shop(ticket.tenant)
        await doors.off(_count, doors, session, address_of(request), fresh)
        if as_ == "buyer":
            await doors.off(_count_tries, doors, session, address_of(request), text, given)

        run_id = new_run_id()

        async def turn(emit: Emit) -> TurnEnded:
            return await doors.assistant.turn(session, shop, text, emit, given, run_id)

        response = StreamingResponse(
            stream_turn(turn, asked.thread_id, run_id),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        if fresh:
            issue(request, response, ticket, doors.secret)
        return response

    return router


async def _read(request: Request) -> RunAgentInput:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise InvalidInput(f"the request has over {LARGEST_BODY} bytes.", "Shorten it.")
    try:
        return RunAgentInput.model_validate_json(body)
    except ValueError as error:
        raise InvalidInput("the body is no AG-UI RunAgentInput.", "See /docs.") from error


async def _ticket(request: Request, audience: str, doors: Doors) -> tuple[Ticket, bool]:
    if audience == "merchant":
        return await require_staff(request, doors, "merchant"), False
    known = buyer_of(request, doors.secret)
    return (known, False) if known else (new_buyer(doors.default_tenant), True)


def _count(doors: Doors, session: Session, address: str, fresh: bool) -> None:
    """Raises QuotaExceeded. A visitor without a cookie counts by address: cookies are free."""
    tenant = session.tenant.id
    if session.audience != "buyer":
        doors.rates.take("chat_staff", tenant, session.actor.id)
        return
    doors.rates.take("chat_buyer", tenant, address if fresh else session.actor.id)
    doors.rates.take("chat_tenant", tenant)


def _count_tries(
    doors: Doors, session: Session, address: str, text: str, given: dict[str, str]
) -> None:
    """Count a try to prove an order, right or wrong. Raises QuotaExceeded."""
    memory = doors.shop(session.tenant.id).threads.state(session.thread)
    order = attempted_order(text, given, memory)
    if order:
        doors.rates.take("identity_address", address)
        doors.rates.take("identity_order", session.tenant.id, order)


def _thread(asked: RunAgentInput) -> str:
    name = asked.thread_id
    if not name or len(name) > 64 or not name.replace("-", "").replace("_", "").isalnum():
        raise InvalidInput(
            f"threadId {name[:80]!r} is not a name.", "Use letters, digits, - and _."
        )
    if mask_cards(name) != name:
        raise InvalidInput("threadId is a card number.", "Use a name of no meaning.")
    return name


def _last_text(asked: RunAgentInput) -> str:
    last = next((m for m in reversed(asked.messages) if isinstance(m, UserMessage)), None)
    if last is None or not isinstance(last.content, str):
        raise InvalidInput("there is no user message with text.", "Send one.")
    return last.content


def _given(asked: RunAgentInput) -> dict[str, str]:
    """Order number, e-mail and postcode typed into the widget's form."""
    props = asked.forwarded_props if isinstance(asked.forwarded_props, dict) else {}
    named = {"order": "order_id", "email": "email", "postcode": "postcode"}
    return {ours: str(props[theirs])[:200] for theirs, ours in named.items() if props.get(theirs)}
