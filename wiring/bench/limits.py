"""What the check of a run's limits costs a step."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

from agents.journal import Journal
from agents.limits import LimitTable, RunLimits
from agents.run import Road, Run
from models.scripted import ScriptedChat
from tradewind.people import Actor, Session, Tenant
from tradewind.ports.models import ChatMessage, ChatRequest
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool
from wiring.bench.figure import Figure, Place

BATCHES, STEPS = 60, 300
UNIT = "CPU µs a step"
AIM = 5.0

WIDE: LimitTable = {
    "merchant": RunLimits(steps=10**9, tokens=10**9, seconds=10**6, cost_micros=10**9)
}
REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="hello"),))
EMPTY = ToolResult()

Take = Callable[[Run], Awaitable[object]]


@tool("bench.nothing", effect="read")
def nothing(context: ToolContext) -> ToolResult:
    """Brings nothing."""
    return EMPTY


def measure_limits(place: Place) -> Iterator[Figure]:
    """The same steps with limits and without, batches in rotation, the shortest of each."""
    check, bare = asyncio.run(_measure(lambda run: run.call("bench.nothing", {})))
    yield Figure.of("limit_check", check - bare, UNIT, baseline=bare, aim=AIM,
                    note="baseline: a tool's step that does nothing, without limits")  # fmt: skip
    timed, bare = asyncio.run(_measure(lambda run: run.complete("base", REQUEST)))
    yield Figure.of("limit_model", timed - bare, UNIT, baseline=bare,
                    note="with time-out and tokens; baseline: a scripted model's step")  # fmt: skip


async def _measure(take: Take) -> tuple[float, float]:
    """Microseconds of a step with limits, and without."""
    held, bare = [], []
    for _ in range(BATCHES):
        held.append(await _batch(take, WIDE))
        bare.append(await _batch(take, {}))
    return min(held), min(bare)


async def _batch(take: Take, limits: LimitTable) -> float:
    chat = ScriptedChat(lambda _: "ok")
    road = Road({"bench.nothing": nothing}, {"base": chat}, None, limits=limits)
    session = Session(
        tenant=Tenant(id="bench", name="Bench"), thread="bench",
        actor=Actor(id="bench", audience="merchant"),
    )  # fmt: skip
    run = Run(Journal("bench"), road, ToolContext(session, cast(ShopReader, None)), _silent)
    began = time.process_time()
    for _ in range(STEPS):
        await take(run)
    return (time.process_time() - began) * 1e6 / STEPS


def _silent(_: object) -> None:
    """No one listens."""
