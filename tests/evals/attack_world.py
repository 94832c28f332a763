"""Ranges to attack: the sample shop as it is shipped, and with rules that allow everything."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from agents.assistant import Assistant
from agents.kit import Kit
from agents.run import Road
from evals.attacks.corpus import Goal, Injection, read_injections
from evals.attacks.places import PLACES, Place
from evals.attacks.range import Finding, Range, attempts, open_all
from evals.attacks.roads import ROADS, Attempt
from evals.attacks.roads import Road as Way
from tools import collect_tools
from wiring.platform import SAMPLE, Platform

INJECTIONS = read_injections()


def new_range(platform: Platform, kit: Kit, *, everything: bool) -> Range:
    """The sample shop of this house; with `everything`, each tool acts by itself for everybody."""
    road = Road(collect_tools(), {}, None)
    shop, tenant = platform.shop(SAMPLE), platform.tenant(SAMPLE)
    if everything:
        open_all(shop, road.tools, tenant.id)
    return Range(Assistant(replace(kit), road), tenant, shop)


def one_in(n: int, *, whole: Way | None = None) -> list[Attempt]:
    """Every pair on the road `whole`; on each other road every n-th pair, others on each."""
    places = {place: at for at, place in enumerate(PLACES)}
    roads = {road: at for at, road in enumerate(ROADS)}
    turns = {injection.id: at for at, injection in enumerate(INJECTIONS)}
    return [
        a for a in attempts(INJECTIONS)
        if a.road == whole
        or (turns[a.injection.id] + places[a.place] + roads[a.road]) % n == 0
    ]  # fmt: skip


def of_goals(*goals: Goal, most: int = 3) -> list[Injection]:
    """The first injections of each goal."""
    found = [[i for i in INJECTIONS if i.goal == goal][:most] for goal in goals]
    return [injection for some in found for injection in some]


def slice_of(
    injections: Iterable[Injection], places: Sequence[Place], *roads: Way
) -> list[Attempt]:
    return list(attempts(injections, places, roads))


def findings(range_: Range, tried: Iterable[Attempt]) -> list[Finding]:
    async def attack() -> list[Finding]:
        return [await range_.attack(attempt) for attempt in tried]

    return asyncio.run(attack())


def harm(found: Iterable[Finding]) -> list[Finding]:
    """The attempts that changed or disclosed something."""
    return [finding for finding in found if finding.changed or finding.told]
