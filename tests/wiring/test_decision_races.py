"""Many at one decision: one resumes the run, one answer decides, and money moves once or never."""

import random
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from keyword_reader import with_keywords
from postgres_server import BACKENDS, new_database
from race_processes import run_races
from race_world import Arena, Asked, Call, at_once
from sandbox_process import Receiver, receiving
from sqlalchemy import text

from agents.kit import Kit
from agents.policy import read_policy
from stores import leases, ledger, questions
from stores.link import Link, Write
from wiring.platform import POLICY

ROUNDS = 200
FEW = 12
CROWD = 20

Arenas = Iterator[Arena]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver") / "done.db") as started:
        yield started


def opened(url: str, receiver: Receiver, kit: Kit) -> Arenas:
    policy = read_policy(POLICY).model_copy(update={"caps": ()})  # hundreds on one day
    arena = Arena(url, receiver, with_keywords(kit), policy, CROWD)
    yield arena
    arena.close()


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver, kit: Kit) -> Arenas:
    """One over a SQLite file."""
    folder = tmp_path_factory.mktemp("arena")
    yield from opened(f"sqlite:///{folder}/store.db", receiver, kit)


@pytest.fixture(scope="module", params=BACKENDS)
def any_arena(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver,
    kit: Kit,
) -> Arenas:  # fmt: skip
    """One over each back end."""
    if request.param == "postgres":
        yield from opened(new_database(request.getfixturevalue("postgres")), receiver, kit)
        return
    folder = tmp_path_factory.mktemp("any-arena")
    yield from opened(f"sqlite:///{folder}/store.db", receiver, kit)


# ---- resumed by many


def crowded(arena: Arena, rounds: int) -> list[str]:
    """Rounds in which a run that people answered was not resumed by one alone of the crowd."""
    wrong: list[str] = []
    with ThreadPoolExecutor(CROWD) as pool:
        for number in range(rounds):
            asked = arena.asked()
            arena.contenders[0].vote(asked)
            calls = [_resume(arena, n, asked) for n in range(CROWD)]
            told = Counter(at_once(calls, pool))
            if told["ended"] != 1 or told["Busy"] + told["InvalidInput"] != CROWD - 1:
                wrong.append(f"{asked.order}: {told}")
            wrong += arena.wrong_after(asked, paid=True, replays=number % 20 == 0)
    return wrong


def _resume(arena: Arena, number: int, asked: Asked) -> Call:
    return lambda: arena.contenders[number].resume(asked)


def test_of_twenty_that_resume_a_run_one_does(arena: Arena) -> None:
    assert crowded(arena, ROUNDS) == []


def test_of_twenty_that_resume_a_run_one_does_on_every_back_end(any_arena: Arena) -> None:
    assert crowded(any_arena, FEW) == []


def test_a_resume_that_checks_no_lease_is_found(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = str(leases._TAKE).replace("WHERE leases.until <= :now ", "")  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(leases, "_TAKE", text(bare))
    assert crowded(arena, 5) != []


# ---- no against yes


def split(arena: Arena, rounds: int) -> tuple[list[str], Counter[str]]:
    """Rounds of a "no" racing a "yes" that went wrong; how often each of them won.

    Who starts first is drawn, so that a scheduler that favours one favours both.
    """
    wrong, won, chance = list[str](), Counter[str](), random.Random(7)
    with ThreadPoolExecutor(2) as pool:
        for number in range(rounds):
            asked = arena.asked()
            says = chance.sample([True, False], 2)
            told = at_once([_decide(arena, n, asked, yes) for n, yes in enumerate(says)], pool)
            wrong += two_minds(arena, asked, told, replays=number % 20 == 0)
            won.update(told)
    return wrong, won


def _decide(arena: Arena, number: int, asked: Asked, yes: bool) -> Call:
    return lambda: arena.contenders[number].decide(asked, yes=yes)


def two_minds(arena: Arena, asked: Asked, told: list[str], *, replays: bool = True) -> list[str]:
    """What is wrong after a yes and a no: one counts, the other is refused."""
    if sorted(told) not in (["InvalidInput", "approved"], ["InvalidInput", "rejected"]):
        return [f"{asked.order}: {told}"]
    return arena.wrong_after(asked, paid="approved" in told, replays=replays)


def test_of_a_no_and_a_yes_one_wins(arena: Arena) -> None:
    wrong, won = split(arena, ROUNDS)
    assert wrong == []
    assert min(won["approved"], won["rejected"]) >= ROUNDS // 20


def test_of_a_no_and_a_yes_one_wins_on_every_back_end(any_arena: Arena) -> None:
    wrong, won = split(any_arena, FEW)
    assert wrong == []
    assert min(won["approved"], won["rejected"]) >= 1


def test_a_decision_that_compares_nothing_is_found(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_CHANGE", questions.changing(pending=False))
    monkeypatch.setattr(ledger, "_ALLOW", ledger.moving("allowed_by", compared=False))
    wrong, _ = split(arena, 5)
    assert wrong != []


# ---- one word in the middle of the other


class Between:
    """Before one of a call's transactions another call is made, and ended."""

    def __init__(self, place: int, act: Call) -> None:
        self.passed = 0
        self.told: list[str] = []
        self._place, self._act, self._acting = place, act, False
        self._plain = Link.write

    @contextmanager
    def write(self, link: Link) -> Generator[Write]:
        if not self._acting:
            self._reach()
        with self._plain(link) as transaction:
            yield transaction

    def _reach(self) -> None:
        self.passed += 1
        if self.passed == self._place:
            self._acting = True
            with ThreadPoolExecutor(1) as alone:
                self.told.append(alone.submit(self._act).result())
            self._acting = False


def interrupted(
    arena: Arena, place: int, first: bool, monkeypatch: pytest.MonkeyPatch
) -> tuple[Asked, Between, list[str]]:
    """One word, with the other said before its transaction of this number; 0 for none."""
    asked, (one, other) = arena.asked(), arena.contenders[:2]
    between = Between(place, lambda: other.decide(asked, yes=not first))

    def write(link: Link) -> AbstractContextManager[Write]:
        return between.write(link)

    with monkeypatch.context() as patched:
        patched.setattr(Link, "write", write)
        told = one.decide(asked, yes=first)
    return asked, between, [told, *between.told]


@pytest.mark.parametrize("first", [True, False])
def test_a_word_between_any_two_steps_of_the_other(
    arena: Arena, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole, _ = interrupted(arena, 0, first, monkeypatch)
    assert whole.passed >= 4
    won: Counter[str] = Counter()
    for place in range(1, whole.passed + 1):
        asked, _, told = interrupted(arena, place, first, monkeypatch)
        assert two_minds(arena, asked, told) == []
        won.update(told)
    assert won["approved"] >= 1
    assert won["rejected"] >= 1


# ---- processes


def test_between_processes_it_is_the_same(tmp_path: Path) -> None:
    found = run_races(tmp_path, FEW // 2, CROWD)
    assert [race.wrong for race in (*found.resumed, *found.decided) if race.wrong] == []
    for race in found.resumed:
        told = Counter(race.told)
        assert (told["ended"], told["Busy"] + told["InvalidInput"]) == (1, CROWD - 1)
    for race in found.decided:
        assert race.told in ({"approved": 1, "InvalidInput": 1}, {"rejected": 1, "InvalidInput": 1})
