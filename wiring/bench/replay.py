"""Replaying runs from their journals, against the live turns that the journals tell of."""

import asyncio
import math
import time
from collections.abc import Iterator

from agents.assistant import Assistant
from agents.replay import replay
from agents.run import Road
from models.pull import present
from tools import collect_tools
from tradewind.errors import BackendError
from tradewind.people import Actor, Audience, Session
from tradewind.trace import Run, Span
from wiring.bench.figure import Figure, Place
from wiring.platform import SAMPLE, Platform, open_platform
from wiring.sample import import_sample
from wiring.settings import Settings

TURNS: tuple[tuple[Audience, str], ...] = (
    ("buyer", "How many days do I have to return something I don't want?"),
    ("buyer", "¿Cuánto tarda el envío a España?"),
    ("merchant", "Which disputes are open?"),
    ("merchant", "Where is order #W2611340? The buyer says that it has not arrived."),
)
"""The first warms the model up and is not counted."""

ROUNDS = 5
AIM = 20.0


def measure_replay(place: Place) -> Iterator[Figure]:
    """Seconds of a live turn with the local model, as its journal has them, against those of
    its replay."""
    home, models = str(place.work / "home"), str(place.models)
    settings = Settings.read({"TRADEWIND_HOME": home, "TRADEWIND_MODELS": models})
    platform = open_platform(settings)
    try:
        missing = [e.name for e in platform.needed_weights() if not present(e, place.models)]
        if missing:
            why = f"{', '.join(missing)} not in {place.models}; run: tradewind models pull"
            yield Figure.skipped("replay_speed", "times", why)
            return
        import_sample(platform)
        yield from asyncio.run(_measure(platform))
    finally:
        platform.close()


async def _measure(platform: Platform) -> list[Figure]:
    shop, tenant = platform.shop(SAMPLE), platform.tenant(SAMPLE)
    found: list[tuple[Run, list[Span]]] = []
    for number, (audience, text) in enumerate(TURNS):
        who = Session(
            tenant=tenant, actor=Actor(id="bench", audience=audience), thread=f"replay{number}"
        )
        ended = await platform.assistant.turn(who, shop, text)
        run = shop.runs.run(ended.run)
        if run is not None:
            found.append((run, list(shop.runs.spans(run.id))))
    warm = found[1:]
    live = sum(run.seconds for run, _ in warm) * 1000 / len(warm)
    spent = sum([await _replayed(platform, run, spans) for run, spans in warm]) * 1000 / len(warm)
    return [
        Figure.of("replay_speed", live / spent, "times", aim=AIM,
                  note="a live turn with the local model over its replay"),
        Figure.of("replay", spent, "ms a turn", baseline=live,
                  note="baseline: the live turn, from its journal"),
    ]  # fmt: skip


async def _replayed(platform: Platform, run: Run, spans: list[Span]) -> float:
    """The shortest of some replays, in seconds. Raises BackendError for one that is not
    identical."""
    bare = Assistant(platform.kit, Road(collect_tools(), {}, None))
    best = math.inf
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = await replay(bare, platform.tenant(SAMPLE), run, spans)
        best = min(best, time.perf_counter() - began)
        if not done.identical:
            raise BackendError(f"run {run.id} replays otherwise: {done.mismatch}", "Look at it.")
    return best
