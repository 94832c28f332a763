"""What the platform itself costs a turn: CPU time with no model in it."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from api.rates import Rates, raised, read_rates
from tradewind.commerce import Order
from tradewind.errors import BackendError
from tradewind.people import Actor, Audience, Session, Tenant
from tradewind.ports.storage import ShopStore
from wiring.bench.asgi import post
from wiring.bench.baseline import MISSING, five_steps
from wiring.bench.figure import Figure, Place, cpu_ms
from wiring.platform import RATES, SAMPLE, Platform, open_platform
from wiring.sample import import_sample
from wiring.settings import NONE, Settings

BATCHES, TURNS = 60, 12
UNIT = "CPU ms a turn"
BUYER_AIM, PLANNER_AIM = 2.0, 15.0
BUYER_TEXT = "Where is my order? It has not arrived yet."
MERCHANT_TEXTS = (
    "Which disputes are open?",
    "Where is order {order}? The buyer says that it has not arrived.",
    "Write a better title for the water bottle",
)

Turn = Callable[[int], Awaitable[object]]
Known = list[tuple[str, str]]
"""Orders with the e-mail that proves them."""


def measure_overhead(place: Place) -> Iterator[Figure]:
    """A buyer's turn (order status with a proven order) and a merchant's through the planner."""
    platform = bare_platform(place)
    try:
        import_sample(platform)
        yield from asyncio.run(_measure(platform, place.work))
    finally:
        platform.close()


def bare_platform(place: Place) -> Platform:
    """The house with no model: n-gram intents, scripted vectors, SQLite store and journal."""
    settings = Settings.read({
        "TRADEWIND_HOME": str(place.work / "home"), "TRADEWIND_MODELS": str(place.models),
        "TRADEWIND_MODEL_BASE": NONE, "TRADEWIND_MODEL_FEATURES": NONE,
        "TRADEWIND_MODEL_EMBED": "scripted:",
    })  # fmt: skip
    return open_platform(settings)


async def _measure(platform: Platform, work: Path) -> list[Figure]:
    known = known_orders(platform.database.shop(SAMPLE))
    turns = {
        "buyer": _buyer_turn(platform, known),
        "http": _buyer_request(platform, known),
        "planner": _merchant_turn(platform, known),
    }
    async with AsyncExitStack() as stack:
        if find_spec("langgraph.checkpoint.sqlite"):
            steps = five_steps(platform.database.shop(SAMPLE), work)
            turns["base"] = _framework_request(await stack.enter_async_context(steps), known)
        cost = await _costs(turns)
    base = cost.get("base")
    told = "FastAPI and a five-step LangGraph graph with SQLite checkpoints" if base else MISSING
    return [
        Figure.of("buyer_overhead", cost["buyer"], UNIT, baseline=base, aim=BUYER_AIM,
                  note=f"a turn with its journal; baseline: {told}"),
        Figure.of("buyer_http", cost["http"], UNIT, baseline=base,
                  note="the same over POST /api/chat with its event stream"),
        Figure.of("planner_overhead", cost["planner"], UNIT, baseline=base, aim=PLANNER_AIM,
                  note="a merchant's turn through the LangGraph planner, three messages in turn"),
    ]  # fmt: skip


async def _costs(turns: Mapping[str, Turn]) -> dict[str, float]:
    """CPU milliseconds a turn of each kind: the best of several batches, taken in turns, since
    what other programs take away from the processor's caches is theirs, not ours."""
    best: dict[str, float] = {}
    for first in range(0, BATCHES * TURNS, TURNS):
        for name, turn in turns.items():
            began = time.process_time()
            for n in range(first, first + TURNS):
                await turn(n)
            best[name] = min(best.get(name, math.inf), cpu_ms(began, TURNS))
    return best


def known_orders(shop: ShopStore) -> Known:
    """Orders with the e-mail that each was placed with."""
    orders = (order for order in shop.all("order") if isinstance(order, Order))
    return [(order.id, order.email) for order in orders if order.email]


def _session(tenant: Tenant, audience: Audience, thread: str) -> Session:
    return Session(tenant=tenant, actor=Actor(id="bench", audience=audience), thread=thread)


def _buyer_turn(platform: Platform, known: Known) -> Turn:
    shop, tenant = platform.shop(SAMPLE), platform.tenant(SAMPLE)

    async def turn(n: int) -> None:
        order_id, email = known[n % len(known)]
        ended = await platform.assistant.turn(
            _session(tenant, "buyer", f"turn{n}"), shop, BUYER_TEXT,
            given={"order_id": order_id, "email": email},
        )  # fmt: skip
        if ended.answer.intent != "order_status" or not ended.answer.citations:
            raise BackendError(f"order {order_id} was not answered.", "Look at its run.")

    return turn


def _buyer_request(platform: Platform, known: Known) -> Turn:
    rates = Rates(raised(read_rates(RATES), 10**9), platform.database.rates())
    app = create_app(replace(platform.doors(), rates=rates))

    async def turn(n: int) -> None:
        order_id, email = known[n % len(known)]
        heard = await post(app, "/api/chat", {
            "threadId": f"request{n}", "runId": "r", "state": {}, "tools": [], "context": [],
            "messages": [{"id": "m", "role": "user", "content": BUYER_TEXT}],
            "forwardedProps": {"order": order_id, "email": email},
        })  # fmt: skip
        if b"RUN_FINISHED" not in heard:
            raise BackendError(f"the stream for order {order_id} did not end.", "Look at its run.")

    return turn


def _merchant_turn(platform: Platform, known: Known) -> Turn:
    shop, tenant = platform.shop(SAMPLE), platform.tenant(SAMPLE)

    async def turn(n: int) -> None:
        text = MERCHANT_TEXTS[n % len(MERCHANT_TEXTS)].format(order=known[n % len(known)][0])
        session = _session(tenant, "merchant", f"merchant{n}")
        await platform.assistant.turn(session, shop, text)

    return turn


def _framework_request(app: FastAPI, known: Known) -> Turn:
    async def turn(n: int) -> None:
        order_id, email = known[n % len(known)]
        await post(app, "/chat", {
            "thread": f"t{n}", "text": f"Where is my order {order_id}?",
            "order_id": order_id, "email": email,
        })  # fmt: skip

    return turn
