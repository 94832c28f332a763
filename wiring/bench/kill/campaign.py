"""The campaign: every point of every course, with receivers of every kind, until there are enough.

A parent that has read the kit and opened nothing forks a worker, which dies at a point; then a
recovery, which in every third round dies as well; then one that goes on until nothing is left to
do, and looks at what is true.
"""

import asyncio
import gc
import json
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from agents.assistant import Assistant
from agents.resuming import recover
from agents.turns import Shop
from tradewind.base import Record
from tradewind.people import Actor, Session
from wiring.bench.figure import Place
from wiring.bench.kill.checks import breaches
from wiring.bench.kill.courses import COURSES, TENANT, Course, decide, take
from wiring.bench.kill.points import Points, ended, forked
from wiring.bench.kill.receiver import MANNERS, Manners, account_of, receiving
from wiring.bench.kill.world import World, let_leases_end
from wiring.bench.overhead import bare_platform

PASSES = 20
"""A recovery that has not come to an end by then goes in circles."""
DEEPEST = 12
"""At one of so many first points a recovery dies."""

Plant = Callable[[], None]


class Round(Record):
    """One worker that died: where, before what receiver, and all that was wrong afterwards."""

    course: str
    manners: str
    point: str
    kills: int
    parked: int = 0
    breaches: tuple[str, ...] = ()


class Tally(Record):
    """What a campaign came to. `cpu` counts all its processes, in seconds."""

    rounds: tuple[Round, ...]
    seconds: float
    cpu: float
    points: tuple[str, ...] = Field(default=())

    @property
    def kills(self) -> int:
        return sum(round.kills for round in self.rounds)

    @property
    def parked(self) -> int:
        return sum(round.parked for round in self.rounds)

    def breached(self, what: str = "") -> list[str]:
        """Breaches whose words begin so, with where they were found."""
        return [
            f"{told} [{r.course}; {r.manners}; {r.point}]"
            for r in self.rounds for told in r.breaches if told.startswith(what)
        ]  # fmt: skip


@dataclass(frozen=True)
class Death:
    """The point at which a worker is killed."""

    course: Course
    manners: Manners
    number: int
    points: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the run's row was committed by then."""
        return "after start" in self.points[: self.number]


def run_campaign(
    place: Place, kills: int, plant: Plant | None = None, stop_at_first: bool = False
) -> Tally:
    """A campaign in a fresh process. `plant` puts a fault in, before anything else."""
    spawned = multiprocessing.get_context("spawn")
    told = place.work / "tally.json"
    args = (place, kills, plant, stop_at_first, told)
    process = spawned.Process(target=_campaign, args=args)
    process.start()
    process.join()
    return Tally.model_validate_json(told.read_bytes())


def _campaign(
    place: Place, kills: int, plant: Plant | None, stop_at_first: bool, told: Path
) -> None:
    if plant is not None:
        plant()
    assistant = _warm(place)
    with receiving(place.work) as receiver:
        platform_policy = bare_platform(place).policy
        world = World(assistant, platform_policy, receiver, place.work)
        began, rounds, done = time.perf_counter(), [], 0
        for course in COURSES:
            _must(forked(lambda course=course: world.make_template(course)))
        for death in _deaths(world):
            if done >= kills or (stop_at_first and rounds and rounds[-1].breaches):
                break
            rounds.append(_round(world, death, len(rounds)))
            done += rounds[-1].kills
    seconds = time.perf_counter() - began
    spent = os.times()
    tally = Tally(
        rounds=tuple(rounds), seconds=seconds,
        cpu=spent.user + spent.system + spent.children_user + spent.children_system,
    )  # fmt: skip
    told.write_text(tally.model_dump_json())


def _warm(place: Place) -> Assistant:
    """An assistant that has read all it needs, over nothing that is open."""
    assistant = bare_platform(place).assistant
    session = Session(tenant=TENANT, actor=Actor(id="ann", audience="merchant"), thread="warm")
    nothing = Shop(reader=None, search=None, runs=None, threads=None)  # pyright: ignore[reportArgumentType]
    asyncio.run(assistant.plan(session, nothing, "Where is my order?"))
    gc.collect()
    gc.freeze()
    return assistant


def _deaths(world: World) -> Iterator[Death]:
    """Each point of each course once, with receivers in turn; then again with the next ones."""
    dry = {
        (course.name, manners.name): _dry_run(world, course, manners)
        for course in COURSES
        for manners in MANNERS
    }
    for shift in range(10**6):
        deaths = [
            Death(course, manners, number, points)
            for c, course in enumerate(COURSES)
            for m, manners in enumerate(MANNERS)
            for points in [dry[course.name, manners.name]]
            for number in range(1, len(points) + 1)
            if (number + c + shift) % len(MANNERS) == m
        ]
        random.Random(shift).shuffle(deaths)
        yield from deaths


def _dry_run(world: World, course: Course, manners: Manners) -> tuple[str, ...]:
    """The points of a course that nothing befalls."""
    number = 10**6 + COURSES.index(course) * len(MANNERS) + MANNERS.index(manners)
    folder = world.place(course, number)
    points = Points()

    def go() -> None:
        _take(world, course, manners, folder, account_of(manners, number), points)
        (folder / "points.json").write_text(json.dumps(points.passed))

    _must(forked(go))
    passed = tuple(json.loads((folder / "points.json").read_bytes()))
    shutil.rmtree(folder)
    return passed


def _round(world: World, death: Death, number: int) -> Round:
    course, manners, account = death.course, death.manners, account_of(death.manners, number)
    folder = world.place(course, number)
    worker = forked(
        lambda: _take(world, course, manners, folder, account, Points(last=death.number))
    )
    kills = int(ended(worker) == -9)
    if number % 3 == 0:
        last = 1 + random.Random(number).randrange(DEEPEST)
        doomed = forked(lambda: _recover(world, death, folder, account, Points(last=last)))
        kills += int(ended(doomed) == -9)
    failed = ended(forked(lambda: _recover(world, death, folder, account, Points())))
    told = folder / "found.json"
    found = json.loads(told.read_bytes()) if not failed else {}
    shutil.rmtree(folder)
    return Round(
        course=course.name, manners=manners.name, kills=kills, parked=found.get("parked", 0),
        point=f"{death.number} {death.points[death.number - 1]}",
        breaches=tuple(found.get("breaches", ["failed: the recovery"])),
    )  # fmt: skip


def _take(
    world: World, course: Course, manners: Manners, folder: Path, account: str, points: Points
) -> None:
    with world.shop(folder, manners, account, points) as shop:
        asyncio.run(take(world.assistant, shop, course))


def _recover(world: World, death: Death, folder: Path, account: str, points: Points) -> None:
    """Carry on until nothing is left to do, with people who answer what they are asked."""
    course, manners = death.course, death.manners
    let_leases_end(folder)
    with world.shop(folder, manners, account, points, recovering=True) as shop:
        parked = asyncio.run(_carry_on(world.assistant, shop, course))
        rows = world.receiver.rows(manners, account)
        found = breaches(world.assistant, shop, course, manners, rows)
        if death.accepted and not shop.runs.runs():
            found.append("lost: the run's row")
    told = folder / "found.json"
    told.write_text(json.dumps({"parked": parked, "breaches": found}))


async def _carry_on(assistant: Assistant, shop: Shop, course: Course) -> int:
    """Passes of recovery; gives how many effects stay parked."""
    for _ in range(PASSES):
        done = await recover(assistant, TENANT, shop)
        if done.resumed or done.given_up or done.expired or done.settled:
            continue
        if not await decide(assistant, shop, course):
            return done.parked
    raise RuntimeError(f"the recovery does not end: {done}")


def _must(child: int) -> None:
    if ended(child):
        raise RuntimeError("a worker that nothing should befall failed; see above.")
