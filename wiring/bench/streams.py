"""Streams: how much later a buyer reads the first word than the model had its last, and 200 buyers
who are answered at once over HTTP."""

import asyncio
import json
import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from statistics import median

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import JsonValue
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.rates import Rates, raised, read_rates
from tradewind.errors import BackendError
from tradewind.ports.models import ChatRequest, Completion
from wiring.bench.asgi import post
from wiring.bench.figure import Figure, Place
from wiring.bench.imports import peak_megabytes
from wiring.bench.overhead import bare_platform
from wiring.platform import RATES, Platform
from wiring.sample import import_sample

STREAMS, ROUNDS = 200, 4
MODEL_SECONDS = 2.0
"""How long the model of these streams takes: all of them are open at once."""
TURNS = 200
QUESTION = "How many days do I have to return an item?"
SAID = "You can return an unused item in its original packaging within 30 days after delivery."
FIRST_AIM, MEMORY_AIM = 1.0, 100.0
_START_SECONDS = 60


class SlowChat:
    """Says what the sample shop's rules say, after a while; knows when it had said it."""

    name = "slow"
    trusted_languages = frozenset(("en",))

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.ended = 0.0

    async def complete(self, request: ChatRequest) -> Completion:
        if self._seconds:
            await asyncio.sleep(self._seconds)
        sentence: dict[str, object] = {"text": SAID, "sources": [1]}
        told = json.dumps({"answerable": True, "sentences": [sentence]})
        self.ended = time.thread_time()
        return Completion(text=told, model=self.name)

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        yield await self.complete(request)

    async def aclose(self) -> None:
        """Nothing is open."""


def measure_streams(place: Place) -> Iterator[Figure]:
    """The first word's delay in CPU time, then streams over HTTP from a process of their own."""
    yield _first_word(place)
    yield from _many(place)


def _house(place: Place, name: str, chat: SlowChat) -> Platform:
    work = place.work / name
    work.mkdir()
    platform = bare_platform(Place(work=work, models=place.models))
    platform.__dict__["road"] = replace(platform.road, chats={"base": chat})
    import_sample(platform)
    return platform


def _app(platform: Platform) -> FastAPI:
    rates = Rates(raised(read_rates(RATES), 10**9), platform.database.rates())
    return create_app(replace(platform.doors(), rates=rates))


def _body(thread: str) -> dict[str, JsonValue]:
    return {
        "threadId": thread, "runId": "r", "state": {}, "tools": [], "context": [],
        "messages": [{"id": "m", "role": "user", "content": QUESTION}], "forwardedProps": {},
    }  # fmt: skip


def _first_word(place: Place) -> Figure:
    """CPU time from the model's last word to the first that is sent: verified and committed."""
    chat, took = SlowChat(0), list[float]()
    with closing(_house(place, "first", chat)) as platform:
        app = _app(platform)

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            async def noted(message: Message) -> None:
                if b"TEXT_MESSAGE_CONTENT" in message.get("body", b""):
                    took.append((time.thread_time() - chat.ended) * 1000)
                await send(message)

            await app(scope, receive, noted)

        async def turns() -> None:
            for n in range(TURNS):
                await post(timed, "/api/chat", _body(f"first{n}"))

        asyncio.run(turns())
    return Figure.of(
        "first_word", min(took), "CPU ms", aim=FIRST_AIM,
        note=f"after the model's last word, verified and committed; median {median(took):.2f}",
    )  # fmt: skip


def _many(place: Place) -> Iterator[Figure]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(place, theirs))
    server.start()
    try:
        if not ours.poll(_START_SECONDS):
            raise BackendError("the server of the bench did not start.", "Run it again.")
        port = int(ours.recv())
        alone, _ = asyncio.run(_round(port, "alone", 1))
        first = _peak(ours)
        rounds = [asyncio.run(_round(port, f"round{k}", STREAMS)) for k in range(ROUNDS)]
        once, last = first, _peak(ours)
    finally:
        ours.send("end")
        server.join(_START_SECONDS)
    ended = sum((counts for _, counts in rounds), Counter[str]())
    wrong = STREAMS * ROUNDS - ended["whole"]
    slowest = max(seconds for seconds, _ in rounds)
    yield Figure.of(
        "streams", slowest, "s", baseline=alone,
        note=f"until the last of {STREAMS} streams at once had ended, the worst of {ROUNDS} "
        f"rounds, a model that takes {MODEL_SECONDS} s; baseline: one alone",
    )  # fmt: skip
    told = ", ".join(f"{n} {what}" for what, n in sorted(ended.items()))
    yield Figure.of("stream_errors", wrong, "streams", aim=0, note=told)
    yield Figure.of(
        "stream_memory", last - once, "MB", baseline=once, aim=MEMORY_AIM,
        note=f"by which the server's peak grew in {STREAMS * ROUNDS} streams; baseline: after one",
    )  # fmt: skip


def _peak(server: Connection) -> float:
    server.send("peak")
    return float(server.recv())


def _serve(place: Place, told: Connection) -> None:
    """The server's process: the whole application on one core, under uvicorn."""
    with (
        closing(_house(place, "many", SlowChat(MODEL_SECONDS))) as platform,
        socket.create_server(("127.0.0.1", 0), backlog=STREAMS * 2) as listening,
    ):
        server = uvicorn.Server(uvicorn.Config(_app(platform), log_level="error"))
        told.send(listening.getsockname()[1])

        async def answer() -> None:
            loop = asyncio.get_running_loop()
            while await loop.run_in_executor(None, told.recv) == "peak":
                told.send(peak_megabytes())
            server.should_exit = True

        async def both() -> None:
            await asyncio.gather(server.serve(sockets=[listening]), answer())

        asyncio.run(both())


async def _round(port: int, name: str, streams: int) -> tuple[float, Counter[str]]:
    """So many streams at once; seconds until the last had ended, and how each ended."""
    limits = httpx.Limits(max_connections=streams)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=120, trust_env=False
    ) as client:
        began = time.perf_counter()
        ends = await asyncio.gather(*(_stream(client, f"{name}-{n}") for n in range(streams)))
        return time.perf_counter() - began, Counter(ends)


async def _stream(client: httpx.AsyncClient, thread: str) -> str:
    """How a stream ended: whole, or what was wrong with it."""
    try:
        answer = await client.post("/api/chat", json=_body(thread))
    except httpx.HTTPError as error:
        return type(error).__name__
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    whole = "RUN_FINISHED" in answer.text and "TEXT_MESSAGE_CONTENT" in answer.text
    return "whole" if whole else "cut off"
