"""A model endpoint that answers by the protocol, and a proxy before it that spoils what passes.

Both are HTTP servers on the loopback. The proxy gives its faults out in turn, the last for good.
"""

import json
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON, SSE = "application/json", "text/event-stream"
MIB = 1024 * 1024


class Loopback(ThreadingHTTPServer):
    """Serves until its block is left; `gone` is set then."""

    def __init__(self, answer: Callable[["Passing"], None]) -> None:
        self.gone = threading.Event()
        self.seen: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append(json.loads(body))
                with suppress(OSError):  # a client that hangs up is what many faults are about
                    answer(Passing(self, body, outer.gone))

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no fault of the server's."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType]

    def __enter__(self) -> "Loopback":
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone.set()
        self.shutdown()
        self.server_close()


@dataclass(frozen=True)
class Passing:
    """One request on its way, and what can be sent back."""

    handler: BaseHTTPRequestHandler
    body: bytes
    gone: threading.Event

    def send(self, body: str, kind: str = SSE, status: int = 200, **headers: str) -> None:
        self.handler.send_response(status)
        for name, value in ({"Content-Type": kind} | headers).items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.write(body)

    def write(self, text: str) -> None:
        self.handler.wfile.write(text.encode())

    def forever(self, text: str, pause: float = 0.0) -> None:
        while not self.gone.wait(pause):
            self.write(text)


@dataclass(frozen=True)
class Said:
    """What the model says: a text, or tool calls by name with their arguments as JSON text."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()


Mind = Callable[[dict[str, Any]], Said]
USAGE = {"prompt_tokens": 70, "completion_tokens": 20, "total_tokens": 90}


def endpoint(mind: Mind) -> Loopback:
    """Chat completions, streamed or whole, with tool calls and usage; embeddings of any text."""

    def answer(passing: Passing) -> None:
        asked = json.loads(passing.body)
        if "input" in asked:
            rows = [{"index": n, "embedding": [3.0, 4.0]} for n, _ in enumerate(asked["input"])]
            return passing.send(json.dumps({"data": rows}), JSON)
        said = mind(asked)
        if not asked.get("stream"):
            return passing.send(json.dumps(_whole(said)), JSON)
        counted = (asked.get("stream_options") or {}).get("include_usage")
        passing.send("".join(_events(said, counted=bool(counted))))

    return Loopback(answer)


def event(delta: Mapping[str, Any], finish: str | None = None, **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(chunk | {'choices': [choice]} | more)}\n\n"


def _calls(said: Said) -> list[dict[str, Any]]:
    return [
        {"index": n, "id": f"c{n}", "type": "function", "function": {"name": a, "arguments": b}}
        for n, (a, b) in enumerate(said.calls)
    ]


def _finish(said: Said) -> str:
    return "tool_calls" if said.calls else "stop"


def _whole(said: Said) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.text, "tool_calls": _calls(said)}
    choice = {"index": 0, "message": message, "finish_reason": _finish(said)}
    return {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice],
            "usage": USAGE}  # fmt: skip


def _events(said: Said, *, counted: bool) -> Iterator[str]:
    middle = len(said.text) // 2
    for piece in filter(None, (said.text[:middle], said.text[middle:])):
        yield event({"content": piece})
    for call in _calls(said):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        half = len(arguments) // 2
        first = call | {"function": {"name": name, "arguments": arguments[:half]}}
        yield event({"tool_calls": [first]})
        rest = {"index": call["index"], "function": {"arguments": arguments[half:]}}
        yield event({"tool_calls": [rest]})
    yield event({}, _finish(said))
    if counted:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        yield f"data: {json.dumps(chunk | {'choices': [], 'usage': USAGE})}\n\n"
    yield "data: [DONE]\n\n"


# ---- the proxy

Fault = Callable[[Passing, str], None]
"""Sends something to the client in place of the endpoint's true answer."""


@contextmanager
def between(mind: Mind, *faults: "Fault | str") -> Generator[tuple[Loopback, Loopback]]:
    """The proxy before an endpoint: both, the proxy first."""
    left = [FAULTS[fault] if isinstance(fault, str) else fault for fault in faults]

    with endpoint(mind) as true:

        def spoil(passing: Passing) -> None:
            fault = left.pop(0) if len(left) > 1 else left[0]
            fault(passing, "" if fault in _UNASKED else _true(true.host, passing))

        with Loopback(spoil) as proxy:
            yield proxy, true


def _true(host: str, passing: Passing) -> str:
    url = f"http://{host}{passing.handler.path}"
    request = urllib.request.Request(url, passing.body, {"Content-Type": JSON})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def nobody() -> str:
    """A host where the connection is refused."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def _silent(passing: Passing, _: str) -> None:
    passing.gone.wait(20)


def status(code: int, body: str = "{}", kind: str = JSON, **headers: str) -> Fault:
    return _unasked(lambda passing, _: passing.send(body, kind, code, **headers))


def later(seconds: float, zone: str = "GMT") -> str:
    """An HTTP date."""
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    return told.replace("GMT", zone)


def instead(body: str, kind: str = SSE, **headers: str) -> Fault:
    return _unasked(lambda passing, _: passing.send(body, kind, 200, **headers))


def _cut(passing: Passing, true: str) -> None:
    """Hangs up in the middle of the second half of a call's arguments, or of the text."""
    end = true.rindex('"finish_reason": "') - 180
    passing.send(true[:end], Content_Length=str(len(true)))


def _ends_early(passing: Passing, true: str) -> None:
    """Ends whole events, without the last of them and without a word of it."""
    passing.send(true[: true[: true.rindex('"finish_reason": "')].rindex("data: ")])


def _twice(passing: Passing, true: str) -> None:
    passing.send("".join(f"{part}\n\n" * 2 for part in true.split("\n\n") if part))


def _drip(passing: Passing, _: str) -> None:
    passing.send(": wait\n\n")
    passing.forever(": wait\n\n", 0.01)


def _endless(passing: Passing, _: str) -> None:
    passing.send(event({"content": "so "}))
    passing.forever(event({"content": "on and on " * 1000}))


def _huge(passing: Passing, _: str) -> None:
    passing.send("", "text/html")
    for _n in range(50):
        passing.write("x" * MIB)


def _uncounted(passing: Passing, true: str) -> None:
    passing.send("\n\n".join(part for part in true.split("\n\n") if '"usage"' not in part))


def _short(passing: Passing, true: str) -> None:
    passing.send(true, Content_Length=str(len(true) // 2))


_UNASKED: set[Fault] = set()


def _unasked(fault: Fault) -> Fault:
    """A fault for which the endpoint is not asked."""
    _UNASKED.add(fault)
    return fault


PAGE = "<!doctype html><title>502 Bad Gateway</title>"
FAULTS: dict[str, Fault] = {
    "none": lambda passing, true: passing.send(true),
    "silent": _unasked(_silent),
    "429": status(429),
    "429 in seconds": status(429, Retry_After="2"),
    "429 too long": status(429, Retry_After="3600"),
    "429 by a date": status(429, Retry_After=later(-5)),
    "429 by a date without zone": status(429, Retry_After=later(-5, "-0000")),
    "500": status(500),
    "502": status(502, PAGE, "text/html"),
    "503": status(503, Retry_After="1"),
    "a page": instead(PAGE, "text/html"),
    "no JSON": instead("data: {not json}\n\n"),
    "cut JSON": instead('data: {"id": "1", "choi'),
    "another shape": instead('data: {"id": "1", "choices": [{"delta": {"tool_calls": [3]}}]}\n\n'),
    "deep JSON": instead("data: " + "[" * 100_000 + "\n\n"),
    "an error in the stream": instead('data: {"error": {"message": "overloaded"}}\n\n'),
    "packed": instead("", Content_Encoding="gzip"),
    "hung up": _cut,
    "ended early": _ends_early,
    "length": lambda passing, true: passing.send(
        true.replace('"tool_calls"}', '"length"}').replace('"stop"}', '"length"}')
    ),
    "twice": _twice,
    "too short a length": _short,
    "drip": _unasked(_drip),
    "endless": _unasked(_endless),
    "huge": _unasked(_huge),
    "uncounted": _uncounted,
}
