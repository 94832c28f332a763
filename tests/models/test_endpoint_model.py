"""The endpoint back ends against a real loopback server with faults on demand."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from models.address import Endpoint
from models.openai import EndpointChat
from models.openai_embedding import EndpointEmbedding
from models.retry import Breaker, RetryPolicy
from tradewind.errors import BackendError, BackendTimeout, RateLimited, SpecError
from tradewind.ports.models import ChatMessage, ChatRequest, Completion, ToolSpec

KEY = "sk-secret-1234"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request with the next of `answers`, the last one for good."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.gone = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append(json.loads(body))
                outer.headers.append({k.lower(): v for k, v in self.headers.items()})
                left = outer.answers
                (left.pop(0) if len(left) > 1 else left[0])(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.gone.set()
    server.http.shutdown()
    server.http.server_close()


def status(code: int, body: str = "{}", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def chunk(delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(data | {'choices': [choice]} | more)}\n\n"


USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
COUNTED = 'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],'
END = COUNTED + f'"usage":{json.dumps(USAGE)}}}\n\ndata: [DONE]\n\n'


def events(*parts: str) -> Answer:
    return status(200, "".join(parts), Content_Type="text/event-stream")


SAID = events(chunk({"role": "assistant", "content": "Hel"}), chunk({"content": "lo"}, "stop"), END)


def call(arguments: str, finish: str | None, *, name: str | None = "refund") -> Answer:
    half = len(arguments) // 2
    first = {"index": 0, "id": "c1", "type": "function"}
    one = {"tool_calls": [first | {"function": {"name": name, "arguments": arguments[:half]}}]}
    two = {"tool_calls": [{"index": 0, "function": {"arguments": arguments[half:]}}]}
    ending = () if finish is None else (chunk({}, finish), END)
    return events(chunk(one), chunk(two), *ending)


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def blocking(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def chat(server: Server, waits: Waits) -> EndpointChat:
    return at(server, waits)


def at(server: Server, waits: Waits, **options: Any) -> EndpointChat:
    endpoint = Endpoint.parse(f"openai+http://{server.host}/v1#m")
    return EndpointChat(endpoint, KEY, sleep=waits, jitter=lambda: 1.0, **options)


def ask(**options: Any) -> ChatRequest:
    messages = (
        ChatMessage(role="system", content="s"),
        ChatMessage(role="user", content="u\ud800"),
    )
    return ChatRequest.model_validate({"messages": messages} | options)


def complete(chat: EndpointChat, request: ChatRequest | None = None) -> Completion:
    async def once() -> Completion:
        try:
            return await chat.complete(request or ask())
        finally:
            await chat.aclose()

    return asyncio.run(once())


def stream(chat: EndpointChat) -> list[str | Completion]:
    async def all_items() -> list[str | Completion]:
        try:
            return [item async for item in chat.stream(ask())]
        finally:
            await chat.aclose()

    return asyncio.run(all_items())


def test_an_answer_with_its_usage(server: Server, chat: EndpointChat) -> None:
    server.answers = [SAID]
    answer = complete(chat)
    assert (answer.text, answer.finish) == ("Hello", "stop")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (7, 2)
    assert [m["content"] for m in server.seen[0]["messages"]] == ["s", "u?"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_stream_yields_pieces_and_then_the_whole(server: Server, chat: EndpointChat) -> None:
    server.answers = [SAID]
    *pieces, whole = stream(chat)
    assert pieces == ["Hel", "lo"]
    assert isinstance(whole, Completion)
    assert whole.text == "Hello"


def test_no_key_of_the_environment_is_ever_sent(
    server: Server, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    server.answers = [SAID]
    complete(EndpointChat(Endpoint.parse(f"openai+http://{server.host}/v1#m"), sleep=waits))
    assert "somebody" not in server.headers[0]["authorization"]


def test_a_schema_and_a_grammar_bind_the_answer(server: Server, chat: EndpointChat) -> None:
    server.answers = [SAID]
    complete(chat, ask(json_schema={"type": "object"}))
    complete(chat, ask(grammar='root ::= "a"'))
    assert server.seen[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert server.seen[1]["structured_outputs"] == {"grammar": 'root ::= "a"'}


def test_an_endpoint_without_grammars_says_so(server: Server) -> None:
    endpoint = Endpoint.parse(f"openai+http://{server.host}/v1?model=m&grammar=none")
    with pytest.raises(SpecError, match="takes no grammar"):
        complete(EndpointChat(endpoint), ask(grammar="x"))


def test_a_whole_tool_call_keeps_its_raw_arguments(server: Server, chat: EndpointChat) -> None:
    server.answers = [call('{"amount":  5000}', "tool_calls")]
    spec = ToolSpec.model_validate({"name": "refund", "description": "d", "schema": {}})
    answer = complete(chat, ask(tools=(spec,)))
    assert answer.finish == "tool_calls"
    assert [(c.id, c.name, c.arguments) for c in answer.tool_calls] == [
        ("c1", "refund", '{"amount":  5000}')
    ]
    assert server.seen[0]["tools"][0]["function"]["name"] == "refund"


@pytest.mark.parametrize(
    ("arguments", "finish"),
    [
        ('{"amount": 5000,"dry_run": tr', "tool_calls"),
        ('{"amount": 5000,"dry_run": tr', None),
        ('{"amount": 5000}', None),
        ('{"amount": 5000}', "length"),
        ('{"amount": NaN}', "tool_calls"),
        ('{"amount": 1, "amount": 5000}', "stop"),
        ("[5000]", "tool_calls"),
        ("", "stop"),
    ],
)
def test_a_cut_or_loose_tool_call_is_never_proposed(
    server: Server, chat: EndpointChat, arguments: str, finish: str | None
) -> None:
    server.answers = [call(arguments, finish)]
    answer = complete(chat)
    assert answer.finish == "length"
    assert answer.tool_calls == ()


def test_429_is_repeated_after_the_time_asked_for(
    server: Server, chat: EndpointChat, waits: Waits
) -> None:
    server.answers = [status(429, Retry_After="7"), SAID]
    assert complete(chat).text == "Hello"
    assert waits.seconds == [7.0]


def test_500_is_repeated_with_growing_waits(
    server: Server, chat: EndpointChat, waits: Waits
) -> None:
    server.answers = [status(500), status(503), SAID]
    assert complete(chat).text == "Hello"
    assert waits.seconds == [0.5, 1.0]


def test_the_budget_ends_the_waiting(server: Server, chat: EndpointChat, waits: Waits) -> None:
    server.answers = [status(429, Retry_After="3600")]
    with pytest.raises(RateLimited, match="3600 s"):
        complete(chat)
    assert waits.seconds == []


def test_a_wrong_request_is_not_repeated_and_the_key_not_told(
    server: Server, chat: EndpointChat, waits: Waits
) -> None:
    server.answers = [status(401, f"bad key {KEY}")]
    with pytest.raises(BackendError, match="HTTP 401") as caught:
        complete(chat)
    assert KEY not in str(caught.value)
    assert KEY not in repr(chat)
    assert waits.seconds == []
    assert len(server.seen) == 1


def silence(server: Server) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        server.gone.wait(20)

    return answer


def test_a_slow_answer_is_a_timeout(server: Server, waits: Waits) -> None:
    server.answers = [silence(server)]
    began = time.monotonic()
    with pytest.raises(BackendTimeout):
        complete(at(server, waits, timeout_s=0.2, policy=RetryPolicy(attempts=2)))
    assert len(waits.seconds) == 1
    assert time.monotonic() - began < 15


def test_a_stream_that_drips_forever_meets_its_deadline(server: Server, waits: Waits) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        status(200, Content_Type="text/event-stream")(handler)
        while not server.gone.wait(0.05):
            handler.wfile.write(chunk({"content": "."}).encode())

    server.answers = [drip]
    with pytest.raises(BackendTimeout):
        complete(at(server, waits, deadline_s=0.5, policy=RetryPolicy(attempts=1)))


def cut(*parts: str) -> Answer:
    """Promise more than is sent, then hang up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write("".join(parts).encode())

    return answer


def test_a_cut_answer_is_asked_for_again(server: Server, chat: EndpointChat) -> None:
    server.answers = [cut(chunk({"content": "Hal"})), SAID]
    assert complete(chat).text == "Hello"


def test_a_stream_cut_after_its_first_piece_is_an_error(server: Server, chat: EndpointChat) -> None:
    server.answers = [cut(chunk({"content": "Hal"})), SAID]
    with pytest.raises(BackendError, match="reached"):
        stream(chat)
    assert len(server.seen) == 1


def test_a_stream_refused_before_its_first_piece_is_repeated(
    server: Server, chat: EndpointChat
) -> None:
    server.answers = [status(500), SAID]
    assert stream(chat)[:2] == ["Hel", "lo"]


def test_nobody_there(waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chat = EndpointChat(Endpoint.parse(f"openai+http://127.0.0.1:{port}/v1#m"), sleep=waits)
    with pytest.raises(BackendError, match="cannot be reached"):
        complete(chat)
    assert len(waits.seconds) == 2


def test_the_breaker_spares_a_failing_endpoint_and_tries_it_again(
    server: Server, waits: Waits
) -> None:
    now = [0.0]
    breaker = Breaker(limit=2, pause_s=30, clock=lambda: now[0])
    chat = at(server, waits, breaker=breaker, policy=RetryPolicy(attempts=1))
    server.answers = [status(500)]
    for _ in range(2):
        with pytest.raises(BackendError, match="HTTP 500"):
            complete(chat)
    with pytest.raises(BackendError, match="2 times in a row"):
        complete(chat)
    assert len(server.seen) == 2
    now[0] = 31.0
    server.answers = [SAID]
    assert complete(chat).text == "Hello"
    assert complete(chat).text == "Hello"


# ---- embeddings


def vectors(*rows: list[float]) -> Answer:
    data = [{"index": i, "embedding": row} for i, row in enumerate(rows)]
    return status(200, json.dumps({"data": data[::-1]}), Content_Type="application/json")


def embedder(server: Server, waits: Waits, **options: Any) -> EndpointEmbedding:
    endpoint = Endpoint.parse(f"openai+http://{server.host}/v1#e")
    return EndpointEmbedding(endpoint, KEY, sleep=waits.blocking, jitter=lambda: 1.0, **options)


def test_vectors_come_in_order_at_length_one(server: Server, waits: Waits) -> None:
    server.answers = [vectors([3.0, 4.0], [0.0, 2.0])]
    embedding = embedder(server, waits, query_prefix="query: ")
    assert embedding.embed(["a", "b"], "query") == [[0.6, 0.8], [0.0, 1.0]]
    assert server.seen[0]["input"] == ["query: a", "query: b"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_an_embedding_is_repeated_and_refused_like_a_chat(server: Server, waits: Waits) -> None:
    server.answers = [status(429, Retry_After="2"), status(500), vectors([1.0])]
    assert embedder(server, waits).dimension == 1
    assert waits.seconds == [2.0, 1.0]
    server.answers = [status(400, f"no {KEY}")]
    with pytest.raises(BackendError, match="HTTP 400") as caught:
        embedder(server, waits).embed(["a"])
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("body", ["{}", "no json", '{"data": [{"index": 0}]}', '{"data": []}'])
def test_an_answer_that_is_no_list_of_vectors_is_refused(
    server: Server, waits: Waits, body: str
) -> None:
    server.answers = [status(200, body)]
    with pytest.raises(BackendError, match="vectors"):
        embedder(server, waits).embed(["a"])


def test_a_slow_embedding_is_a_timeout(server: Server, waits: Waits) -> None:
    server.answers = [silence(server)]
    with pytest.raises(BackendTimeout):
        embedder(server, waits, timeout_s=0.2, policy=RetryPolicy(attempts=1)).embed(["a"])
