"""The same races between processes: each opens the store for itself, the receiver is another."""

import asyncio
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from agents.assistant import Assistant
from agents.desk import Desk
from agents.resuming import resume
from agents.turns import Shop
from tradewind.base import Record
from tradewind.effects import Vote
from tradewind.errors import PlatformError
from wiring.bench.figure import Place
from wiring.bench.kill.campaign import warm_up
from wiring.bench.kill.checks import breaches
from wiring.bench.kill.courses import COURSES, TENANT
from wiring.bench.kill.points import Points, ended, forked
from wiring.bench.kill.receiver import MANNERS, account_of, receiving
from wiring.bench.kill.world import EARLIER, World
from wiring.bench.overhead import bare_platform

ALWAYS, APPROVED, REJECTED = MANNERS[0], COURSES[1], COURSES[2]

Act = Callable[[Assistant, Shop], str]


class Race(Record):
    """What each of a round's processes came to, and what was wrong afterwards."""

    told: dict[str, int]
    wrong: tuple[str, ...]


class Races(Record):
    """Runs that a crowd resumed, and those that a "no" and a "yes" met at."""

    resumed: tuple[Race, ...]
    decided: tuple[Race, ...]


def run_races(folder: Path, rounds: int, crowd: int) -> Races:
    """In a fresh process, which forks the contenders and opens nothing itself."""
    told = folder / "races.json"
    spawned = multiprocessing.get_context("spawn")
    process = spawned.Process(target=_run, args=(folder, rounds, crowd, told))
    process.start()
    process.join()
    return Races.model_validate_json(told.read_bytes())


def _run(folder: Path, rounds: int, crowd: int, told: Path) -> None:
    platform = bare_platform(Place(work=folder, models=folder / "none"))
    with receiving(folder) as receiver:
        world = World.open(platform, receiver, folder)
        warm_up(world)
        resumed = [_race(world, n, vote, [resumes] * crowd) for n in range(rounds)]
        words = [(says_yes, says_no), (says_no, says_yes)]
        decided = [_race(world, rounds + n, ask, words[n % 2]) for n in range(rounds)]
    told.write_text(Races(resumed=tuple(resumed), decided=tuple(decided)).model_dump_json())


def _race(world: World, number: int, lay: Act, acts: Sequence[Act]) -> Race:
    """A round over a fresh store: the acts in processes of their own, let go at once."""
    account = account_of(ALWAYS, f"race{number}")
    world.lay(APPROVED)
    _ended([_begin(world, account, lay, "laid")])
    gate, opened = os.pipe()
    children = [
        _begin(world, account, _waiting(act, gate, opened), f"told{n}")
        for n, act in enumerate(acts)
    ]  # fmt: skip
    os.close(gate)
    os.close(opened)  # all of them read its end
    _ended(children)
    told = Counter(_told(world, f"told{n}").read_text() for n in range(len(acts)))
    course = REJECTED if told["rejected"] else APPROVED

    def check(assistant: Assistant, shop: Shop) -> str:
        rows = world.receiver.rows(ALWAYS, account)
        return "\n".join(breaches(assistant, shop, course, ALWAYS, rows))

    _ended([_begin(world, account, check, "wrong")])
    return Race(told=dict(told), wrong=tuple(_told(world, "wrong").read_text().splitlines()))


def _begin(world: World, account: str, act: Act, name: str) -> int:
    """A process that opens the shop, acts, and writes down what came of it."""

    def go() -> None:
        with world.shop(ALWAYS, account, Points()) as shop:
            try:
                told = act(world.assistant, shop)
            except PlatformError as error:
                told = type(error).__name__
        _told(world, name).write_text(told)

    return forked(go)


def _waiting(act: Act, gate: int, opened: int) -> Act:
    def go(assistant: Assistant, shop: Shop) -> str:
        os.close(opened)
        os.read(gate, 1)
        return act(assistant, shop)

    return go


def _told(world: World, name: str) -> Path:
    return world.store.with_name(name)


def _ended(children: Sequence[int]) -> None:
    assert [ended(child) for child in children] == [0] * len(children)


def ask(assistant: Assistant, shop: Shop) -> str:
    return asyncio.run(assistant.turn(APPROVED.session, shop, APPROVED.text)).run


def vote(assistant: Assistant, shop: Shop) -> str:
    """Asked, and a yes that nobody has carried out."""
    run, now = ask(assistant, shop), datetime.now(UTC)
    assert shop.hands is not None
    (asked,) = shop.hands.ledger.pending()
    word = Vote(by="mia", yes=True, at=now, arguments_hash=asked.arguments_hash)
    shop.hands.ledger.decide(asked.id, word, now)
    return run


def resumes(assistant: Assistant, shop: Shop) -> str:
    (run,) = (run.id for run in shop.runs.runs() if run.id != EARLIER)
    return "ended" if asyncio.run(resume(assistant, TENANT, shop, run)) else "failed"


def says_yes(assistant: Assistant, shop: Shop) -> str:
    return _says(assistant, shop, yes=True)


def says_no(assistant: Assistant, shop: Shop) -> str:
    return _says(assistant, shop, yes=False)


def _says(assistant: Assistant, shop: Shop, *, yes: bool) -> str:
    """The word of one who was shown the question when it was open."""
    assert shop.hands is not None
    (run,) = (run.id for run in shop.runs.runs() if run.id != EARLIER)
    (effect,) = shop.hands.ledger.of_run(run)
    asked = f"ap_{effect.id.removeprefix('ef_')}"
    said = Desk(assistant).decide(APPROVED.session, shop, asked, yes=yes)
    return asyncio.run(said).approval.status
