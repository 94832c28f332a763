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
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.assistant import Assistant
from agents.resuming import recover
from agents.turns import Shop
from tradewind.base import Record
from tradewind.errors import BackendError
from wiring.bench.figure import Place
from wiring.bench.kill.checks import breaches
from wiring.bench.kill.courses import COURSES, TENANT, Course, decide, take
from wiring.bench.kill.points import Points, ended, forked
from wiring.bench.kill.receiver import MANNERS, Manners, account_of, receiving
from wiring.bench.kill.world import EARLIER, World
from wiring.bench.overhead import bare_platform

PASSES = 20
"""A recovery that has not come to an end by then goes in circles."""
DEEPEST = 12
"""At one of so many first points a recovery dies."""

KILLED = -9

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
    def point(self) -> str:
        return self.points[self.number - 1]

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
    platform = bare_platform(place)
    with receiving(place.work) as receiver:
        world = World.open(platform, receiver, place.work)
        warm_up(world)
        began, rounds = time.perf_counter(), list[Round]()
        for death in _deaths(world):
            rounds.append(_round(world, death, len(rounds)))
            enough = sum(round.kills for round in rounds) >= kills
            if enough or (stop_at_first and rounds[-1].breaches):
                break
        seconds = time.perf_counter() - began
    told.write_text(Tally(rounds=tuple(rounds), seconds=seconds, cpu=_cpu()).model_dump_json())


def warm_up(world: World) -> None:
    """Take a course here, so that what is read and compiled once is not done by each worker."""
    course = COURSES[1]
    world.lay(course)
    with world.shop(MANNERS[0], "warm", Points()) as shop:
        asyncio.run(take(world.assistant, shop, course))
    gc.collect()
    gc.freeze()


def _cpu() -> float:
    """Processor seconds of this process and its ended children."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _deaths(world: World) -> Iterator[Death]:
    """Each point of each course once, with receivers in turn; then again with the next ones."""
    dry = {
        (course.name, manners.name): dry_run(world, course, manners)
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


def dry_run(world: World, course: Course, manners: Manners) -> tuple[str, ...]:
    """The points of a course that nothing befalls."""
    account = account_of(manners, f"dry {course.name} {manners.name}")
    told = world.store.with_name("points.json")

    def go() -> None:
        points = Points()
        take_course(world, course, manners, account, points)
        told.write_text(json.dumps(points.passed))

    world.lay(course)
    if ended(forked(go)):
        raise BackendError(f"{course.name} fails before {manners.name}.", "See the error above.")
    return tuple(json.loads(told.read_bytes()))


def _round(world: World, death: Death, number: int) -> Round:
    course, manners = death.course, death.manners
    account, told = account_of(manners, str(number)), world.store.with_name("found.json")
    world.lay(course)
    told.unlink(missing_ok=True)

    def go_on(last: int) -> int:
        return ended(forked(lambda: recover_course(world, death, account, Points(last=last), told)))

    worker = forked(lambda: take_course(world, course, manners, account, Points(last=death.number)))
    kills = int(ended(worker) == KILLED)
    if number % 3 == 0:
        kills += int(go_on(1 + random.Random(number).randrange(DEEPEST)) == KILLED)
    failed = go_on(0)
    found = json.loads(told.read_bytes()) if not failed else {}
    return Round(
        course=course.name, manners=manners.name, kills=kills, parked=found.get("parked", 0),
        point=f"{death.number} {death.point}",
        breaches=tuple(found.get("breaches", ["failed: the recovery"])),
    )  # fmt: skip


def take_course(
    world: World, course: Course, manners: Manners, account: str, points: Points
) -> None:
    points.watch_store()
    with world.shop(manners, account, points) as shop:
        asyncio.run(take(world.assistant, shop, course))


def recover_course(world: World, death: Death, account: str, points: Points, told: Path) -> None:
    """Carry on until nothing is left to do, with people who answer what they are asked."""
    course, manners = death.course, death.manners
    world.let_leases_end()
    points.watch_store()
    with world.shop(manners, account, points, recovering=True) as shop:
        parked = asyncio.run(_carry_on(world.assistant, shop, course))
        rows = world.receiver.rows(manners, account)
        found = breaches(world.assistant, shop, course, manners, rows)
        if death.accepted and not any(run.id != EARLIER for run in shop.runs.runs()):
            found.append("lost: the run's row")
    told.write_text(json.dumps({"parked": parked, "breaches": found}))


async def _carry_on(assistant: Assistant, shop: Shop, course: Course) -> int:
    """Passes of recovery; gives how many effects stay parked."""
    for _ in range(PASSES):
        done = await recover(assistant, TENANT, shop)
        if done.resumed or done.given_up or done.expired or done.settled:
            continue
        if not await decide(assistant, shop, course):
            return done.parked
    raise BackendError(f"{PASSES} passes of recovery did not end it.", "See its runs.")
