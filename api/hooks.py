"""`POST /api/hooks/stripe/{shop}`: what a processor tells by itself.

Not a browser's door: no cookie is read and no token asked for. The signature alone counts; what
does not bear it, or comes for a shop that takes none, is answered as for a shop that is not there.
Stripe sends an event again until it is answered with 2xx, so the records are written before its
id is noted: what a crash interrupts is done again, and the same said twice changes nothing.
"""

import hashlib
from typing import Any, Literal

from fastapi import APIRouter, Request

from api.doors import Doors
from api.guard import address_of
from connectors.stripe_hooks import SOURCE, StripeEvent, read_event, signed
from tradewind.base import Record
from tradewind.errors import InvalidInput, NotFound
from tradewind.ports.storage import HookEvent, ImportEntry

LARGEST_BODY = 256 * 1024
"""Bytes of one event; a dispute with its charge has about 10,000."""
NOBODYS = "whsec_" + "0" * 32
"""Checked where there is no secret, so that both answers take the same time."""

_INPUT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {
            "type": "object", "description": "A Stripe event, as Stripe sends and signs it.",
            "required": ["id", "object", "type", "created", "data"],
        }}},
    },
    "parameters": [{
        "name": "stripe-signature", "in": "header", "required": True, "schema": {"type": "string"},
    }],
}  # fmt: skip
"""The body is read as a stream with a limit, so the description is given by hand."""


class Taken(Record):
    """What became of an event: "taken" now, "seen" before, "ignored" for it tells nothing of
    disputes, payments and refunds."""

    event: str
    status: Literal["taken", "seen", "ignored"]


def hooks_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/hooks", tags=["hooks"])

    @router.post("/stripe/{shop}", openapi_extra=_INPUT)
    async def stripe(request: Request, shop: str) -> Taken:  # pyright: ignore[reportUnusedFunction]
        """Take in an event of Stripe's: disputes, charges, refunds. Signed with the secret that
        `tradewind hooks set-secret` keeps."""
        body = await _read(request)
        header = request.headers.get("stripe-signature", "")
        await doors.off(_check, doors, shop, body, header, address_of(request))
        return await doors.off(take, doors, shop, read_event(body), body)

    return router


async def _read(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise InvalidInput(f"the event has over {LARGEST_BODY} bytes.", "Send it in parts.")
    return body


def _check(doors: Doors, shop: str, body: bytes, header: str, address: str) -> None:
    """Raises NotFound, always the same, for what the shop's secret did not sign; QuotaExceeded
    when that, or the shop, comes too often."""
    secret = doors.hooks(shop).secret(SOURCE)
    if not signed(body, header, secret or NOBODYS, doors.now()) or secret is None:
        doors.rates.take("hook_refused", address)
        raise NotFound("there is no hook here that takes this.", "Check the shop and its secret.")
    doors.rates.take("hook_shop", shop)


def take(doors: Doors, shop: str, event: StripeEvent, body: bytes) -> Taken:
    """Write what the event says, then note that it came."""
    if not event.rows and not event.rejected:
        return Taken(event=event.id, status="ignored")
    hooks, now = doors.hooks(shop), doors.now()
    if hooks.seen(SOURCE, event.id):
        return Taken(event=event.id, status="seen")
    put = doors.store(shop).put(event.rows)
    entry = ImportEntry(
        file=f"{SOURCE}:{event.id}", kind=event.type, digest=hashlib.sha256(body).hexdigest(),
        at=now, accepted=put.accepted, updated=put.updated, unchanged=put.unchanged,
        rejected=len(event.rejected),
    )  # fmt: skip
    came = HookEvent(
        source=SOURCE, id=event.id, type=event.type, said_at=event.created, received_at=now
    )
    first = hooks.note(came, entry)
    return Taken(event=event.id, status="taken" if first else "seen")
