"""`POST /api/approvals/<id>`: a "no" racing a "yes" over HTTP."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from visitors import Door

from api.doors import Doors
from api.keys import make_link, new_mark
from stores import ledger, questions
from tradewind.people import Person

ORDER = "#W2611340"
ROUNDS = 20
_numbers = count(1)

Both = tuple[Door, Door]


@pytest.fixture
def colleague(doors: Doors, new_door: Callable[[], Door]) -> Door:
    """A second person of the merchant's, signed in."""
    people, door = doors.people("sample"), new_door()
    number = next(_numbers)
    person = Person(
        id=f"colleague{number}", tenant="sample", name="Tom", email="", role="merchant",
        mark=new_mark(),
    )  # fmt: skip
    people.add(person)
    assert door.get(f"/signin/{make_link(people, person, doors.now())}").status_code == 303
    return door


def asked(merchant: Door) -> dict[str, str]:
    """The open question of a new refund, as the desk shows it."""
    merchant.say(f"refund 1 USD of order {ORDER}", "merchant", threadId=f"race{next(_numbers)}")
    *_, newest = merchant.get("/api/approvals").json()["approvals"]
    return newest


def raced(both: Both, doors: Doors, words: Sequence[str]) -> tuple[Counter[int], bool, str]:
    """How both words were answered, whether it was paid, and what the question says."""
    question, barrier = asked(both[0]), Barrier(2)

    def say(door: Door, word: str) -> int:
        body = {"decision": word, "seen": question["arguments_hash"]}
        barrier.wait()
        return door.press(f"/api/approvals/{question['id']}", body).status_code

    with ThreadPoolExecutor(2) as pool:
        told = Counter(pool.map(say, both, words))
    hands = doors.shop("sample").hands
    assert hands is not None
    decided = hands.ledger.approval(question["id"])
    assert decided is not None
    paid = hands.outside.find(question["effect"], "", {}) is not None
    return told, paid, decided.status


def wrong(both: Both, doors: Doors, rounds: int) -> tuple[list[object], Counter[str]]:
    chance, found, won = random.Random(3), list[object](), Counter[str]()
    for _ in range(rounds):
        told = raced(both, doors, chance.sample(["approve", "reject"], 2))
        counted, paid, status = told
        won[status] += 1
        if counted != {200: 1, 422: 1} or paid != (status == "approved"):
            found.append(told)
    return found, won


def test_one_of_two_words_counts(merchant: Door, colleague: Door, doors: Doors) -> None:
    found, won = wrong((merchant, colleague), doors, ROUNDS)
    assert found == []
    assert set(won) == {"approved", "rejected"}


def test_words_that_compare_nothing_contradict_each_other(
    merchant: Door, colleague: Door, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_CHANGE", questions.changing(pending=False))
    monkeypatch.setattr(ledger, "_ALLOW", ledger.moving("allowed_by", compared=False))
    assert wrong((merchant, colleague), doors, 3)[0] != []
