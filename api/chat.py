"""`POST /api/chat`: one turn as an AG-UI event stream.

Of what a client sends only three things are taken: the last user text, the thread's name,
and for buyers an order number with e-mail or postcode. History and memory are ours.
"""

from typing import Any, Literal

from ag_ui.core import RunAgentInput, UserMessage
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from agents.events import TurnEnded
from agents.run import Emit
from agents.service import attempted_order
from api.cors import bearer_of
from api.doors import Doors
from api.guard import address_of, known_buyer, require_staff
from api.rates import Knock
from api.sessions import Ticket, issue, new_buyer, same_origin, session_of
from api.stream import stream_turn
from api.threadnames import thread_named
from tradewind.errors import InvalidInput
from tradewind.people import Session

LARGEST_BODY = 64 * 1024
"""Bytes of one chat request."""


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "AG-UI events of the turn, each the JSON of one event",
        "content": {"text/event-stream": {"schema": {
            "type": "object", "required": ["data"], "properties": {"data": {"type": "string"}},
        }}},
    }
}  # fmt: skip
_TEXT = {"type": "string"}
_INPUT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {
            "type": "object",
            "description": "An AG-UI RunAgentInput, of which this is taken.",
            "required": ["threadId", "runId", "messages"],
            "properties": {
                "threadId": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
                "runId": _TEXT,
                "messages": {"type": "array", "minItems": 1, "items": {
                    "type": "object",
                    "required": ["id", "role", "content"],
                    "properties": {"id": _TEXT, "role": {"const": "user"}, "content": _TEXT},
                }},
                "forwardedProps": {
                    "type": "object",
                    "properties": {"order": _TEXT, "email": _TEXT, "postcode": _TEXT},
                },
            },
        }}},
    }
}  # fmt: skip
"""The body is read as a stream with a limit, so the description is given by hand."""


def chat_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["chat"])

    @router.post("/chat", response_class=StreamingResponse, responses=_STREAM, openapi_extra=_INPUT)
    async def chat(
        request: Request, as_: Literal["merchant", "buyer"] = "buyer"
    ) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        """One turn, committed before the stream begins. `as_=merchant` needs the console's cookie
        or a key; a buyer needs nothing on our own pages, and the bearer of /api/widget/session on
        the shop's."""
        bearer = await bearer_of(request, doors) if as_ == "buyer" else None
        if bearer is None:
            same_origin(request)
        asked = await _read(request)
        ticket, fresh = (bearer, False) if bearer else await _ticket(request, as_, doors)
        session = session_of(ticket, doors.tenant(ticket.tenant), thread_named(asked.thread_id))
        text, given = _last_text(asked), _given(asked)
        shop = doors.shop(ticket.tenant)
        await doors.off(_count, doors, session, address_of(request), fresh, text, given)

        accepted = await doors.assistant.accept(session, shop, text, given)

        async def turn(emit: Emit) -> TurnEnded:
            return await doors.assistant.answer(accepted, emit)

        response = StreamingResponse(
            stream_turn(turn, asked.thread_id, accepted.record.id),
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
    known = await known_buyer(request, doors)
    return (known, False) if known else (new_buyer(doors.default_tenant), True)


def _count(
    doors: Doors, session: Session, address: str, fresh: bool, text: str, given: dict[str, str]
) -> None:
    """Count a message, and a try to prove an order, right or wrong. Raises QuotaExceeded.

    A visitor without a cookie counts by address: cookies are free.
    """
    tenant = session.tenant.id
    if session.audience != "buyer":
        doors.rates.take("chat_staff", tenant, session.actor.id)
        return
    who = address if fresh else session.actor.id
    knocks: list[Knock] = [("chat_buyer", (tenant, who)), ("chat_tenant", (tenant,))]
    threads = doors.shop(tenant).threads
    if order := attempted_order(text, given, lambda: threads.state(session.thread)):
        knocks = [*knocks, ("identity_address", (address,)), ("identity_order", (tenant, order))]
    doors.rates.take_all(knocks)


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
