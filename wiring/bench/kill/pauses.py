"""Workers that are stopped in mid-run: another takes over, ends the run, and the first one wakes.

A worker is stopped (SIGSTOP) at a point where it holds no lock of the store, as a machine that
swaps or a process that a debugger holds. An hour passes, a recovery ends all that there is to do.
Then the worker goes on where it was: not a byte of the store may change by it, and the receiver
has what it had.
"""

import json
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from tradewind.base import Record
from tradewind.errors import LeaseLost, RequestError
from wiring.bench.figure import Place
from wiring.bench.kill.campaign import (
    Death,
    Plant,
    dry_run,
    recover_course,
    take_course,
    warm_up,
)
from wiring.bench.kill.courses import COURSES, Course
from wiring.bench.kill.points import Points, ended, forked, is_free, stopped
from wiring.bench.kill.receiver import MANNERS, Manners, Received, account_of, receiving
from wiring.bench.kill.world import World
from wiring.bench.overhead import bare_platform

PAUSED = ("refund by a rule", "refund approved", "refund nobody answers", "two at once, approved")
"""The courses in which workers are stopped."""
LATE = MANNERS[:4]
"""The receivers: with keys or without, to be asked or not."""
TABLES = (
    "runs", "spans", "effects", "turns", "conversations", "ledger", "approvals", "leases",
)  # fmt: skip


class Pause(Record):
    """One worker that was stopped: where, before what receiver, and all that was wrong."""

    course: str
    manners: str
    point: str
    breaches: tuple[str, ...]


class Pauses(Record):
    """What all of them came to."""

    rounds: tuple[Pause, ...]

    def breached(self) -> list[str]:
        return [
            f"{told} [{r.course}; {r.manners}; {r.point}]"
            for r in self.rounds for told in r.breaches
        ]  # fmt: skip


def run_pauses(place: Place, courses: Sequence[str] = PAUSED, plant: Plant | None = None) -> Pauses:
    """A worker stopped at every point of these courses, in a fresh process. With a `plant`, which
    puts a fault in before anything else, the first breach ends it."""
    spawned, told = multiprocessing.get_context("spawn"), place.work / "pauses.json"
    process = spawned.Process(target=_run, args=(place, courses, plant, told))
    process.start()
    process.join()
    return Pauses.model_validate_json(told.read_bytes())


def _run(place: Place, names: Sequence[str], plant: Plant | None, told: Path) -> None:
    if plant is not None:
        plant()
    platform, rounds = bare_platform(place), list[Pause]()
    with receiving(place.work) as receiver:
        world = World.open(platform, receiver, place.work)
        warm_up(world)
        for stop in _stops(world, [course for course in COURSES if course.name in names]):
            rounds.append(_round(world, stop, len(rounds)))
            if plant is not None and rounds[-1].breaches:
                break
    told.write_text(Pauses(rounds=tuple(rounds)).model_dump_json())


def _stops(world: World, courses: Sequence[Course]) -> Iterator[Death]:
    """Each point at which no lock is held, with the receivers in turn; in the first course with
    each of them where the effect is about to be sent."""
    for course in courses:
        passed = (dry_run(world, course, manners) for manners in LATE)
        dry = [tuple(filter(is_free, points)) for points in passed]
        for turn, (manners, points) in enumerate(zip(LATE, dry, strict=True)):
            for number, name in enumerate(points, start=1):
                mine = number % len(LATE) == turn
                sends = course is COURSES[0] and name in ("before request", "after send")
                if mine or sends:
                    yield Death(course, manners, number, points)


def _round(world: World, stop: Death, number: int) -> Pause:
    manners, account = stop.manners, account_of(stop.manners, f"pause{number}")
    found = world.store.with_name("found.json")
    world.lay(stop.course)
    points = Points(last=stop.number, sent=signal.SIGSTOP, free=True)
    worker = forked(lambda: _work(world, stop, account, points))
    if not stopped(worker):
        told = ["failed: the worker ended before it was stopped"]
    else:
        told = _recovered(world, stop, account, found)
        before = _kept(world, manners, account)
        os.kill(worker, signal.SIGCONT)
        if ended(worker):
            told.append("failed: the worker that woke")
        after = _kept(world, manners, account)
        told += _changed(stop, before, after)
        if after != before:
            told += _recovered(world, stop, account, found)
    return Pause(
        course=stop.course.name, manners=manners.name, point=f"{stop.number} {stop.point}",
        breaches=tuple(dict.fromkeys(told)),
    )  # fmt: skip


def _work(world: World, stop: Death, account: str, points: Points) -> None:
    """The course, until somebody else has it: that is what a woken worker is told."""
    try:
        take_course(world, stop.course, stop.manners, account, points)
    except (LeaseLost, RequestError):
        if not points.woken:
            raise


def _recovered(world: World, stop: Death, account: str, found: Path) -> list[str]:
    """What is wrong after a recovery."""
    found.unlink(missing_ok=True)
    points = Points()
    if ended(forked(lambda: recover_course(world, stop, account, points, found))):
        return ["failed: the recovery"]
    return list(json.loads(found.read_bytes())["breaches"])


Kept = tuple[dict[str, list[tuple[object, ...]]], list[Received]]
"""All rows of the store that a run can change, and what the receiver has done."""


def _kept(world: World, manners: Manners, account: str) -> Kept:
    with closing(sqlite3.connect(world.store, timeout=10.0)) as db:
        rows = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    return rows, world.receiver.rows(manners, account)


def _changed(stop: Death, before: Kept, after: Kept) -> list[str]:
    """A request that was on its way cannot be called back: where no key holds it, it was parked."""
    told = [
        f"not fenced: the woken worker changed {table}"
        for table in TABLES if before[0][table] != after[0][table]
    ]  # fmt: skip
    on_its_way = stop.point == "before request" and not stop.manners.keyed
    if before[1] != after[1] and not on_its_way:
        told.append("done late: the woken worker changed what the receiver has")
    return told
