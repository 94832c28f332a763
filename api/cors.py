"""The widget on a shop's own pages: which other origins may speak to us, and as whom.

A browser sends no cookie of ours from another site. There a buyer's session is a bearer that the
page's script repeats: short-lived, of one shop and one origin, and sealed for this purpose alone,
so that no cookie serves as one. Origins are the tenant's data; none is allowed by a pattern, and
no credentials are: a bearer is put there by a script that knows it, never by the browser itself.
"""

import secrets
import time
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.doors import Doors
from api.ended import lasts
from api.sessions import Ticket, foreign_origin, seal_text, unseal_text
from tradewind.base import Record
from tradewind.errors import Forbidden, NotFound

PATHS = (
    "/api/chat", "/api/chat/do", "/api/chat/reply", "/api/chat/photo", "/api/chat/news",
    "/api/chat/helped", "/api/contact", "/api/widget/session", "/api/widget/visitor",
)  # fmt: skip
BEARER_SECONDS = 900
AUDIENCE = "widget"
"""Whom a bearer is for; also the purpose of its seal."""
PREFIX = "tb_"
"""Tells a bearer from a key of the staff's."""
_SHOWN = f"Bearer {PREFIX}"

_ALLOWED = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
}


class Bearer(Record):
    """What a bearer says: the buyer's ticket, where it holds, and until when (Unix seconds)."""

    aud: str
    jti: str
    origin: str
    exp: int
    ticket: Ticket


def make_bearer(ticket: Ticket, origin: str, secret: bytes) -> tuple[str, int]:
    """A bearer for the ticket on one origin, and when it ends; the ticket itself ends later."""
    ends = min(int(time.time()) + BEARER_SECONDS, ticket.expires)
    told = Bearer(
        aud=AUDIENCE, jti=secrets.token_hex(8), origin=origin, exp=ends, ticket=ticket
    )  # fmt: skip
    return PREFIX + seal_text(told.model_dump_json(exclude_defaults=True), secret, AUDIENCE), ends


async def bearer_of(request: Request, doors: Doors) -> Ticket | None:
    """The buyer whose bearer the request shows; None when it shows none.

    Raises Forbidden, always the same, for one that does not hold here and now.
    """
    header = request.headers.get("authorization", "")
    if not header.startswith(_SHOWN):
        return None
    told = read_bearer(header.removeprefix("Bearer "), doors.secret)
    if told is None or told.aud != AUDIENCE or told.exp <= time.time():
        raise _over()
    origin = foreign_origin(request)
    if told.origin != origin or not await doors.off(allows, doors, told.ticket.tenant, origin):
        raise _over()
    if not await doors.off(lasts, doors, told.ticket, told.jti):
        raise _over()
    return told.ticket


def read_bearer(shown: str, secret: bytes) -> Bearer | None:
    """What a bearer of ours says, whether it holds or not; None for any other text."""
    data = unseal_text(shown.removeprefix(PREFIX), secret, AUDIENCE)
    return Bearer.model_validate_json(data) if data is not None else None


def allows(doors: Doors, tenant: str, origin: str) -> bool:
    """Whether the shop's pages lie there. An unknown shop has none."""
    try:
        return origin in doors.tenant(tenant).origins
    except NotFound:
        return False


def _over() -> Forbidden:
    return Forbidden("this session is over.", "Open a new one at /api/widget/session.")


def install(app: FastAPI, doors: Doors) -> None:
    """Answer preflights, and let the shop's pages read what the widget is answered."""
    app.add_middleware(Crossing, doors=doors)


class Crossing:
    """The application for pages of other origins, which name their shop in the query."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = await self._origin(scope)
        if origin is None:
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _preflight(send, origin)
        else:
            await self._app(scope, receive, _readable(send, origin))

    async def _origin(self, scope: Scope) -> str | None:
        """The origin to answer for, "" for one that is not allowed; None for all that does not
        cross."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            return None
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        shop = parse_qs(scope["query_string"].decode("latin-1")).get("shop", [""])[0]
        if not origin or not (shop or preflight):
            return None
        allowed = await self._doors.off(allows, self._doors, shop, origin)
        return origin if allowed else ("" if preflight else None)


async def _preflight(send: Send, origin: str) -> None:
    """Yes or no; no is the same for an unknown shop and for a strange origin."""
    told = _ALLOWED | {"access-control-allow-origin": origin} if origin else {}
    raw = [(name.encode(), value.encode()) for name, value in {**told, "vary": "Origin"}.items()]
    status = 204 if origin else 403
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b""})


def _readable(send: Send, origin: str) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = "Retry-After"
            headers.add_vary_header("Origin")
        await send(message)

    return told
