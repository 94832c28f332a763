"""What a buyer has done to their order from the widget: a form filled in, their own yes or no to
what it comes to, a photo of a damage.

Each is a turn of the conversation and answers like `POST /api/chat`. A key makes a form sent twice
one turn; a yes is one turn by the hash that it is to.
"""

import asyncio
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import Field, JsonValue

from agents.buying import titled
from agents.events import Answer, TextPiece, TurnEnded
from agents.photos import Kept
from agents.recording import Doing, Replying
from agents.run import Emit
from api.cors import bearer_of
from api.doors import Doors
from api.guard import known_buyer
from api.multipart import read_form
from api.rates import Knock
from api.sessions import Ticket, same_origin, session_of
from api.stream import Turn, stream_turn
from api.threadnames import thread_named
from tradewind.base import Language, Record, digest
from tradewind.errors import Busy, Forbidden, InvalidInput, QuotaExceeded
from tradewind.people import Session
from tradewind.trace import Run

STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "AG-UI events of the turn, each the JSON of one event",
        "content": {"text/event-stream": {"schema": {
            "type": "object", "required": ["data"], "properties": {"data": {"type": "string"}},
        }}},
    }
}  # fmt: skip
_PHOTO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": {
            "type": "object", "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }}},
    },
}  # fmt: skip
AT_ONCE = 4
"""Photos of all shops that are taken in at once."""

Id = Annotated[str, Field(min_length=1, max_length=100)]
Ids = Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
Name = Annotated[str, Field(max_length=100)]
Words = Annotated[str, Field(max_length=200)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Place(Record):
    """An address in its parts."""

    name: Words = ""
    line1: Annotated[str, Field(min_length=1, max_length=200)]
    line2: Words = ""
    city: Annotated[str, Field(min_length=1, max_length=100)]
    region: Name = ""
    postcode: Annotated[str, Field(max_length=40)] = ""
    country: Annotated[str, Field(max_length=2)] = ""


class _OfOrder(Record):
    order_id: Annotated[str, Field(min_length=1, max_length=64)]


class ReturnForm(_OfOrder):
    """`items` name one variant a unit, here and below."""

    tool: Literal["orders.return"]
    items: Ids
    method: Name = ""


class SwapForm(_OfOrder):
    tool: Literal["orders.exchange", "orders.change_items"]
    items: Ids
    new_items: Ids
    method: Name = ""


class ReplaceForm(_OfOrder):
    tool: Literal["orders.replace"]
    items: Ids
    reason: Words
    photo: Sha256


class RefundForm(_OfOrder):
    tool: Literal["refunds.ask"]
    reason: Words
    method: Name = ""


class CancelForm(_OfOrder):
    tool: Literal["orders.cancel"]
    reason: Words = ""


class AddressForm(_OfOrder):
    tool: Literal["orders.change_address"]
    address: Place


class PaymentForm(_OfOrder):
    tool: Literal["orders.change_payment"]
    method: Id


AnyForm = Annotated[
    ReturnForm | SwapForm | ReplaceForm | RefundForm | CancelForm | AddressForm | PaymentForm,
    Field(discriminator="tool"),
]


class Filled(Record):
    """A form as it was filled in. `key` is new for each that is sent: the same is one turn."""

    thread: Annotated[str, Field(max_length=64)]
    key: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{8,64}$")]
    language: Language = "en"
    form: AnyForm


class Answered(Record):
    """The button under an offer: its run and its hash."""

    thread: Annotated[str, Field(max_length=64)]
    run: Id
    hash: Sha256
    yes: bool


def doing_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/chat", tags=["chat"])

    @router.post("/do", response_class=StreamingResponse, responses=STREAM)
    async def fill_in(request: Request, filled: Filled) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        """What would happen, for one form. Nothing is done before the buyer says yes to it."""
        session = await _session(request, doors, filled.thread)
        told: dict[str, JsonValue] = filled.form.model_dump(
            mode="json", exclude={"tool"}, exclude_defaults=True
        )  # fmt: skip
        form = Doing(tool=filled.form.tool, arguments=told, language=filled.language)
        text = titled(doors.assistant.kit, form)
        return await _turn(doors, session, ["do", filled.key], text, form=form)

    @router.post("/reply", response_class=StreamingResponse, responses=STREAM)
    async def answer(request: Request, answered: Answered) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        """The buyer's yes or no to exactly what they were shown."""
        session = await _session(request, doors, answered.thread)
        reply = Replying(offered=answered.run, hash=answered.hash, yes=answered.yes)
        text = "yes" if reply.yes else "no"
        key = ["reply", reply.offered, reply.hash, text]
        return await _turn(doors, session, key, text, reply=reply)

    _add_photo(router, doors)
    return router


def _add_photo(router: APIRouter, doors: Doors) -> None:
    reading = asyncio.Semaphore(AT_ONCE)

    @router.post("/photo", openapi_extra=_PHOTO)
    async def attach(request: Request, thread: str) -> Kept:  # pyright: ignore[reportUnusedFunction]
        """Keep a photo for the order that this conversation has proven."""
        session = await _session(request, doors, thread, "photo_buyer")
        order = await doors.off(_order_of, doors, session)
        if reading.locked():
            raise QuotaExceeded("many photos come in just now.", "Send it again in a moment.")
        async with reading:
            photos = doors.photos(session.tenant.id)
            files = [p for p in await read_form(request, photos.largest) if p.file is not None]
            if len(files) != 1 or files[0].name != "file":
                raise InvalidInput(f"the form has {len(files)} files.", "Send one, as `file`.")
            given, by = files[0], session.actor.id
            return await asyncio.to_thread(
                photos.keep, order, given.file or "", given.data, by, doors.now()
            )


def _order_of(doors: Doors, session: Session) -> str:
    """The order that was proven here. Raises Forbidden where none was."""
    told = doors.shop(session.tenant.id).threads.state(session.thread)
    order = str(told.get("verified_order") or "") if told else ""
    if not (order or session.verified_order):
        raise Forbidden("no order is proven here.", "Give its number and its e-mail first.")
    return order or session.verified_order or ""


async def _session(
    request: Request, doors: Doors, thread: str, rate: Literal["chat_buyer", "photo_buyer"] = (
        "chat_buyer"
    ),
) -> Session:  # fmt: skip
    """The buyer's session, counted. Raises Forbidden for one whom nobody knows."""
    ticket = await _known(request, doors)
    if ticket is None:
        raise Forbidden("there is no conversation of yours.", "Write a message first.")
    knocks: list[Knock] = [
        (rate, (ticket.tenant, ticket.actor)), ("chat_tenant", (ticket.tenant,)),
    ]  # fmt: skip
    await doors.off(doors.rates.take_all, knocks)
    return session_of(ticket, doors.tenant(ticket.tenant), thread_named(thread))


async def _known(request: Request, doors: Doors) -> Ticket | None:
    bearer = await bearer_of(request, doors)
    if bearer is not None:
        return bearer
    same_origin(request)
    return await known_buyer(request, doors)


async def _turn(
    doors: Doors, session: Session, key: list[str], text: str, *, form: Doing | None = None,
    reply: Replying | None = None,
) -> StreamingResponse:  # fmt: skip
    """One turn by its key: sent again, its answer is told again. Raises Busy while it is given."""
    shop = doors.shop(session.tenant.id)
    mark = [session.tenant.id, session.actor.id, session.thread, *key]
    run = f"run_{digest(mark)[:16]}"
    before = await doors.off(shop.runs.run, run)
    if before is not None:
        return _stream(session, run, partial(_again, before))
    accepted = await doors.assistant.accept(
        session, shop, text, run_id=run, form=form, reply=reply
    )  # fmt: skip
    return _stream(session, run, partial(doors.assistant.answer, accepted))


async def _again(before: Run, emit: Emit) -> TurnEnded:
    """The answer that was given. Raises Busy where there is none yet."""
    if before.answer is None:
        raise Busy("this is being answered, or was broken off.", "Look again in a moment.")
    answer = Answer.model_validate(before.answer)
    ended = TurnEnded(run=before.id, thread=before.thread, answer=answer, seconds=before.seconds)
    emit(TextPiece(text=answer.text))
    emit(ended)
    return ended


def _stream(session: Session, run: str, turn: Turn) -> StreamingResponse:
    return StreamingResponse(
        stream_turn(turn, session.thread.partition(":")[2] or session.thread, run),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
