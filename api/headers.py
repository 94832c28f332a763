"""What browsers are told about our pages: where things may come from, and what may be kept."""

import re

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)
"""Of our own server only. The demo shop may be shown inside another page."""
FRAMED_NOWHERE = f"{POLICY}; frame-ancestors 'none'"
FRAMED_ANYWHERE = ("/shop", "/assets/", "/media/")

_HASHED = re.compile(r"/assets/[\w.-]+-[\w-]{8}\.\w+")
"""A built file whose name changes with its content."""
WIDGET = "/assets/widget.js"


def install(app: FastAPI) -> None:
    """Put the headers on every answer; a route that set one has the last word."""
    app.add_middleware(Told)


class Told:
    """The application, with our headers: plain ASGI, so that streams and their ends pass as
    they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in headers_of(scope["path"], message["status"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


def headers_of(path: str, status: int) -> dict[str, str]:
    """The headers of an answer. Sign-in links stand in addresses: no other site hears ours."""
    framed = path.startswith(FRAMED_ANYWHERE)
    headers = {
        "Content-Security-Policy": POLICY if framed else FRAMED_NOWHERE,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": _kept(path) if status == 200 else "no-store",
    }
    if path == WIDGET:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers


def _kept(path: str) -> str:
    if _HASHED.fullmatch(path):
        return "public, max-age=31536000, immutable"
    if path.startswith(("/assets/", "/media/")):
        return "public, max-age=300"
    return "no-store" if path.startswith(("/api/", "/signin/")) else "no-cache"
