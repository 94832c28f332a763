"""Calls an ASGI application in process, with no client's cost beside the application's."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue
from starlette.types import ASGIApp

from tradewind.errors import BackendError


async def post(app: ASGIApp, path: str, body: Mapping[str, JsonValue]) -> bytes:
    """The response's body. Raises BackendError for a status other than 200."""
    content = json.dumps(body).encode()
    headers = [(b"host", b"bench"), (b"content-type", b"application/json")]
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": headers, "client": ("bench", 1), "server": ("bench", 80),
        "state": {},
    }  # fmt: skip
    unread = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return unread.pop() if unread else await asyncio.Future()  # the client stays

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != 200:
        raise BackendError(f"{path} answered {sent[0]['status']}.", "Look at the server's log.")
    return b"".join(message.get("body", b"") for message in sent)
