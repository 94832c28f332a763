"""Roads with limits, clocks that are set by hand, answers with their usage."""

from dataclasses import replace

from agent_world import road

from agents.limits import RunLimits
from agents.run import Road
from models.scripted import ScriptedChat
from tradewind.people import Audience
from tradewind.ports.models import Completion, Usage

WIDE = RunLimits(steps=10_000, tokens=10_000_000, seconds=3600, cost_micros=10**9)


class Clock:
    """Monotonic seconds, set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def limited(chat: ScriptedChat | None = None, clock: Clock | None = None, **amounts: int) -> Road:
    limits = WIDE.model_copy(update=amounts)
    table: dict[Audience, RunLimits] = {"buyer": limits, "merchant": limits}
    return replace(road(chat), limits=table, ticks=clock or Clock())


def used(tokens: int, cost: int | None = None) -> Completion:
    usage = Usage(input_tokens=tokens - 1, output_tokens=1, cost_micros=cost)
    return Completion(text="a", model="scripted", usage=usage)
