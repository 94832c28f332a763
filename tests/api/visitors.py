"""A visitor of the application, spoken to over ASGI: keeps cookies, reads event streams."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from api.sessions import CSRF_COOKIE, CSRF_HEADER

Event = dict[str, Any]


@dataclass
class Door:
    """One visitor's browser before the application: keeps cookies, reads event streams."""

    app: FastAPI
    cookies: httpx.Cookies

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://shop.test", cookies=self.cookies
            ) as client:
                answer = await client.request(method, url, **options)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def get(self, url: str, **headers: str) -> httpx.Response:
        return self.request("GET", url, headers=headers)

    def post(self, body: object, as_: str = "buyer", **headers: str) -> httpx.Response:
        """POST /api/chat as our pages do: with the token of the cookie. Bytes go as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = self.cookies.get(CSRF_COOKIE)
        headers = ({CSRF_HEADER: token} if token else {}) | headers
        return self.request("POST", f"/api/chat?as_={as_}", content=content, headers=headers)

    def press(self, url: str, body: object) -> httpx.Response:
        """POST as our pages do, with the token of the cookie."""
        token = self.cookies.get(CSRF_COOKIE)
        headers = {CSRF_HEADER: token} if token else {}
        return self.request("POST", url, json=body, headers=headers)

    def say(self, text: str, as_: str = "buyer", **more: object) -> list[Event]:
        """The events of one turn."""
        answer = self.post(asked(text, **more), as_)
        assert answer.status_code == 200, answer.text
        return events_of(answer)


def asked(text: str, **more: object) -> dict[str, object]:
    """An AG-UI request with one user message."""
    message = {"id": "m1", "role": "user", "content": text}
    return {
        "threadId": "t1", "runId": "chosen-by-the-client", "state": {}, "messages": [message],
        "tools": [], "context": [], "forwardedProps": {},
    } | more  # fmt: skip


def events_of(answer: httpx.Response) -> list[Event]:
    lines = [line for line in answer.text.splitlines() if line.startswith("data:")]
    return [json.loads(line.removeprefix("data:")) for line in lines]
