"""The sandbox as a process of its own: HTTP over one file, and the client of it.

`POST /<tenant>/effects/<key>` with tool and arguments; `GET` there tells what was kept.
"""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
from pydantic import JsonValue

from connectors.sandbox import Sandbox
from tradewind.errors import BackendError, BackendTimeout, PlatformError, ToolFailed
from tradewind.ports.outside import Receipt

PATIENCE = httpx.Timeout(10.0)
_LARGEST = 1 << 20
_UNKNOWN, _REFUSED, _LATER = 404, 409, 503


class _Server(ThreadingHTTPServer):
    # The standard five are too few for twenty clients at once: the rest would be reset.
    request_queue_size = 256


def make_server(path: Path, port: int = 0, *, keyed: bool = True) -> ThreadingHTTPServer:
    """A server on loopback over the file; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length", 0)), _LARGEST)
            told = json.loads(self.rfile.read(size))
            tenant, key = self._named()
            sandbox = Sandbox(path, tenant, keyed=keyed)
            self._answer(lambda: sandbox.send(key, told["tool"], told["arguments"]))

        def do_GET(self) -> None:
            tenant, key = self._named()
            self._answer(lambda: Sandbox(path, tenant).find(key, "", {}))

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

        def _named(self) -> tuple[str, str]:
            tenant, _, key = self.path.strip("/").split("/", 2)
            return unquote(tenant), unquote(key)

        def _answer(self, call: Callable[[], Receipt | None]) -> None:
            try:
                found = call()
            except ToolFailed as error:
                return self._say(_REFUSED, {"error": error.message})
            except PlatformError as error:
                return self._say(_LATER, {"error": error.message})
            if found is None:
                return self._say(_UNKNOWN, {"error": "there is no such key."})
            return self._say(200, found.model_dump(mode="json"))

        def _say(self, status: int, told: Mapping[str, JsonValue]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return _Server(("127.0.0.1", port), Handler)


class RemoteSandbox:
    """Outside over a sandbox that is served elsewhere, for one tenant."""

    def __init__(self, url: str, tenant: str, *, keyed: bool = True, asked: bool = True) -> None:
        self._url = f"{url.rstrip('/')}/{quote(tenant, safe='')}/effects"
        # Reading the certificates takes 50 ms: only where there are some to check.
        self._client = httpx.Client(timeout=PATIENCE, verify=url.startswith("https:"))
        self._keyed = keyed
        self._asked = asked

    @property
    def keyed(self) -> bool:
        return self._keyed

    @property
    def asked(self) -> bool:
        return self._asked

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        """Do it there. Raises ToolFailed, BackendError."""
        told = self._call("POST", key, {"tool": tool, "arguments": dict(arguments)})
        if told is None:
            raise BackendError(f"the sandbox does not know {self._url}.", "Check its address.")
        return told

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        """What it kept for a key. Raises BackendError."""
        if not self._asked:
            raise BackendError("this sandbox cannot be asked.", "Look it up there by hand.")
        return self._call("GET", key, None)

    def _call(self, method: str, key: str, told: dict[str, JsonValue] | None) -> Receipt | None:
        address = f"{self._url}/{quote(key, safe='')}"
        try:
            answer = self._client.request(method, address, json=told)
        except httpx.TimeoutException as error:
            raise BackendTimeout(f"the sandbox did not answer for {key}.", "Look it up.") from error
        except httpx.HTTPError as error:
            raise BackendError(
                f"the sandbox broke off for {key}: {error}.", "Look it up."
            ) from error
        if answer.status_code == _UNKNOWN:
            return None
        if answer.status_code == _REFUSED:
            raise ToolFailed(f"the sandbox refused {key}: {answer.text}.", "Use a new key.")
        if answer.is_error:
            raise BackendError(
                f"the sandbox answered {answer.status_code} for {key}.", "Look it up."
            )
        return Receipt.model_validate_json(answer.content)
