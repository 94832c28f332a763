"""Every fault between us and a model endpoint: bounded, told by the right error, tried again only
where nothing was used yet, and noted."""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fault_proxy import FAULTS, MIB, Said, between, nobody

from models.address import Endpoint
from models.openai import EndpointChat
from models.openai_embedding import EndpointEmbedding
from models.retry import RetryPolicy
from tradewind.errors import BackendError, BackendTimeout, RateLimited
from tradewind.ports.models import ChatMessage, ChatRequest, Completion

SECONDS = 8.0
"""A bound for one call with all its tries, far above what they take."""


@dataclass
class Waits:
    """Sleeps that are noted and not slept."""

    seconds: list[float] = field(default_factory=list[float])

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(round(seconds, 3))

    def blocking(self, seconds: float) -> None:
        self.seconds.append(round(seconds, 3))


@dataclass(frozen=True)
class Outcome:
    """What came of a call: the answer or the error, how often was asked, how long was waited."""

    answer: Completion | None
    error: BackendError | None
    asked: int
    waits: list[float]


def chat_at(host: str, waits: Waits, **options: Any) -> EndpointChat:
    endpoint = Endpoint.parse(f"openai+http://{host}/v1#m")
    return EndpointChat(endpoint, sleep=waits, jitter=lambda: 1.0, **options)


SHORT: dict[str, Any] = {"timeout_s": 0.3, "deadline_s": 0.6}
NEVER = ("silent", "drip")
"""Faults that only a time-out ends."""


def ask(*faults: str) -> Outcome:
    """One completion through the proxy."""
    waits = Waits()
    options = SHORT if faults[0] in NEVER else {}
    said = Said("Hello there")

    async def once(host: str) -> Completion:
        chat = chat_at(host, waits, **options)
        try:
            return await chat.complete(ChatRequest(messages=(_USER,)))
        finally:
            await chat.aclose()

    with between(lambda _: said, *faults) as (proxy, _):
        try:
            return Outcome(asyncio.run(once(proxy.host)), None, len(proxy.seen), waits.seconds)
        except BackendError as error:
            return Outcome(None, error, len(proxy.seen), waits.seconds)


_USER = ChatMessage(role="user", content="u")
GROWING = [0.5, 1.0]

ERRORS: dict[str, tuple[type[BackendError], str, list[float]]] = {
    "silent": (BackendTimeout, "in time", GROWING),
    "drip": (BackendTimeout, "in time", GROWING),
    "429": (RateLimited, "HTTP 429", GROWING),
    "429 in seconds": (RateLimited, "Come back in 2 s", [2.0, 2.0]),
    "429 too long": (RateLimited, "Come back in 3600 s", []),
    "429 by a date": (RateLimited, "HTTP 429", [0.0, 0.0]),
    "429 by a date without zone": (RateLimited, "HTTP 429", [0.0, 0.0]),
    "500": (BackendError, "HTTP 500", GROWING),
    "502": (BackendError, "HTTP 502", GROWING),
    "503": (BackendError, "HTTP 503", [1.0, 1.0]),
    "a page": (BackendError, "no completion", GROWING),
    "no JSON": (BackendError, "no completion", GROWING),
    "cut JSON": (BackendError, "no completion", GROWING),
    "another shape": (BackendError, "no completion", GROWING),
    "deep JSON": (BackendError, "no completion", GROWING),
    "hung up": (BackendError, "reached", GROWING),
    "an error in the stream": (BackendError, "overloaded", []),
    "packed": (BackendError, "packed", []),
    "endless": (BackendError, "more than 1000000 characters", []),
    "huge": (BackendError, "more than 8388608 bytes", []),
}
"""What a call ends with, and the waits between its tries: no wait, no second try."""

ANSWERS = {
    "none": ("Hello there", "stop"),
    "uncounted": ("Hello there", "stop"),
    "ended early": ("Hello there", "length"),
    "too short a length": ("Hello there", "length"),
    "length": ("Hello there", "length"),
    "twice": ("HelloHello there there", "stop"),
}
"""Faults that end in an answer. Nothing in the protocol tells a piece that came twice: what is
said is up to the verifier, and a call that came twice is no JSON."""


def test_every_fault_of_the_proxy_is_looked_at() -> None:
    assert ERRORS.keys() | ANSWERS.keys() == FAULTS.keys()


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("fault", ERRORS)
def test_a_fault_is_bounded_told_and_noted(fault: str) -> None:
    kind, words, waits = ERRORS[fault]
    began = time.monotonic()
    outcome = ask(fault)
    assert time.monotonic() - began < SECONDS
    error = outcome.error
    assert type(error) is kind
    assert words in str(error)
    assert outcome.waits == waits
    assert outcome.asked == len(waits) + 1
    notes = getattr(error, "__notes__", [])
    assert [note.rpartition("; ")[2] for note in notes] == [f"{wait:.3g} s" for wait in waits]
    assert all(note.startswith(kind.__name__) for note in notes)


@pytest.mark.parametrize("fault", ANSWERS)
def test_an_answer_says_whether_it_is_whole(fault: str) -> None:
    outcome = ask(fault)
    assert outcome.answer is not None
    assert (outcome.answer.text, outcome.answer.finish) == ANSWERS[fault]
    assert outcome.asked == 1


@pytest.mark.parametrize("fault", [name for name, told in ERRORS.items() if told[2]])
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_what_passes_is_answered_by_another_try_that_is_noted(fault: str) -> None:
    outcome = ask(fault, "none")
    assert outcome.answer is not None
    assert outcome.answer.text == "Hello there"
    assert outcome.asked == 2
    (noted,) = outcome.answer.tries
    assert noted.startswith(ERRORS[fault][0].__name__)
    assert noted.endswith(f"; {ERRORS[fault][2][0]:.3g} s")


def test_a_refused_connection() -> None:
    waits = Waits()
    chat = chat_at(nobody(), waits)
    with pytest.raises(BackendError, match="cannot be reached"):
        asyncio.run(chat.complete(ChatRequest(messages=(_USER,))))
    assert waits.seconds == GROWING


@pytest.mark.parametrize("fault", ["huge", "endless"])
def test_an_answer_without_measure_takes_little_memory(fault: str) -> None:
    ask("none")  # libraries are loaded
    tracemalloc.start()
    try:
        assert ask(fault).error is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB


def test_usage_that_is_missing_counts_nothing_here() -> None:
    outcome = ask("uncounted")
    assert outcome.answer is not None
    assert outcome.answer.usage.output_tokens == 0


# ---- what was handed on is not asked for again


def heard() -> list[str]:
    """The text that a listener hears of a stream that breaks off once."""
    waits = Waits()
    pieces: list[str] = []

    async def listen(host: str) -> None:
        chat = chat_at(host, waits)
        try:
            async for piece in chat.stream(ChatRequest(messages=(_USER,))):
                if isinstance(piece, str):
                    pieces.append(piece)
        except BackendError:
            pieces.append("(broke off)")
        finally:
            await chat.aclose()

    with between(lambda _: Said("Hello there" * 60), "hung up", "none") as (proxy, _):
        asyncio.run(listen(proxy.host))
    return pieces


async def from_the_start(
    chat: EndpointChat, request: ChatRequest
) -> AsyncGenerator[str | Completion]:
    """A stream that is asked for again whatever was handed on."""
    for _ in range(3):
        try:
            async for piece in chat._pieces(request):  # pyright: ignore[reportPrivateUsage]
                yield piece
            return
        except Exception:  # noqa: BLE001 the planted bug
            continue


def test_a_listener_hears_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard() == ["Hello there" * 30, "(broke off)"]
    monkeypatch.setattr(EndpointChat, "stream", from_the_start)
    assert heard() == ["Hello there" * 30] * 3


# ---- embeddings

EMBEDDING_ERRORS: dict[str, tuple[type[BackendError], str, int]] = {
    "silent": (BackendTimeout, "in time", 2),
    "drip": (BackendTimeout, "in time", 2),
    "429 by a date without zone": (RateLimited, "HTTP 429", 2),
    "503": (BackendError, "HTTP 503", 2),
    "a page": (BackendError, "no list of vectors", 1),
    "cut JSON": (BackendError, "no list of vectors", 1),
    "deep JSON": (BackendError, "no list of vectors", 1),
    "huge": (BackendError, "more than", 1),
}


@pytest.mark.parametrize("fault", EMBEDDING_ERRORS)
def test_a_fault_of_an_embedder_is_bounded_and_told(fault: str) -> None:
    kind, words, asked = EMBEDDING_ERRORS[fault]
    began = time.monotonic()
    with between(lambda _: Said(), fault) as (proxy, _):
        embedding = EndpointEmbedding(
            Endpoint.parse(f"openai+http://{proxy.host}/v1#e"), policy=RetryPolicy(attempts=2),
            sleep=Waits().blocking, **(SHORT if fault in NEVER else {}),
        )  # fmt: skip
        with pytest.raises(kind, match=words):
            embedding.embed(["a"])
        assert len(proxy.seen) == asked
        embedding.close()
    assert time.monotonic() - began < SECONDS


def test_the_embedder_answers_through_the_proxy() -> None:
    with between(lambda _: Said(), "none") as (proxy, _):
        embedding = EndpointEmbedding(Endpoint.parse(f"openai+http://{proxy.host}/v1#e"))
        assert embedding.embed(["a", "b"]) == [[0.6, 0.8]] * 2
        embedding.close()
