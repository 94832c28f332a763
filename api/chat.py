"""`POST /api/chat`: one turn as an AG-UI event stream.

Of what a client sends only three things are taken: the last user text, the thread's name,
and for buyers an order number and e-mail. History and memory are ours.
"""

from typing import Literal

from ag_ui.core import RunAgentInput, UserMessage
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from agents.assistant import new_run_id
from agents.events import TurnEnded
from agents.run import Emit
from api.doors import Doors
from api.sessions import (
    Ticket,
    issue,
    new_buyer,
    require_merchant,
    same_origin,
    session_of,
    ticket_of,
)  # fmt: skip
from api.stream import stream_turn
from tradewind.errors import InvalidInput

LARGEST_BODY = 64 * 1024
"""Bytes of one chat request."""


def chat_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["chat"])

    @router.post("/chat", response_class=StreamingResponse)
    async def chat(
        request: Request, as_: Literal["merchant", "buyer"] = "buyer"
    ) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        """One turn. `as_=merchant` needs the console's cookie; a buyer needs nothing."""
        same_origin(request)
        asked = await _read(request)
        ticket, fresh = _ticket(request, as_, doors)
        session = session_of(ticket, doors.tenant(ticket.tenant), _thread(asked))
        text, given = _last_text(asked), _given(asked)
        shop = doors.shop(ticket.tenant)

        run_id = new_run_id()

        async def turn(emit: Emit) -> TurnEnded:
            return await doors.assistant.turn(session, shop, text, emit, given, run_id)

        response = StreamingResponse(
            stream_turn(turn, asked.thread_id, run_id),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        if fresh:
            issue(response, ticket, doors.secret)
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


def _ticket(request: Request, audience: str, doors: Doors) -> tuple[Ticket, bool]:
    if audience == "merchant":
        return require_merchant(request, doors.secret), False
    known = ticket_of(request, "buyer", doors.secret)
    return (known, False) if known else (new_buyer(doors.default_tenant), True)


def _thread(asked: RunAgentInput) -> str:
    name = asked.thread_id
    if not name or len(name) > 64 or not name.replace("-", "").replace("_", "").isalnum():
        raise InvalidInput(
            f"threadId {name[:80]!r} is not a name.", "Use letters, digits, - and _."
        )
    return name


def _last_text(asked: RunAgentInput) -> str:
    last = next((m for m in reversed(asked.messages) if isinstance(m, UserMessage)), None)
    if last is None or not isinstance(last.content, str):
        raise InvalidInput("there is no user message with text.", "Send one.")
    return last.content


def _given(asked: RunAgentInput) -> dict[str, str]:
    """Order number and e-mail typed into the widget's form."""
    props = asked.forwarded_props if isinstance(asked.forwarded_props, dict) else {}
    named = {"order": "order_id", "email": "email"}
    return {ours: str(props[theirs])[:200] for theirs, ours in named.items() if props.get(theirs)}
