"""The ledger against a plain model, and the faults that this comparison finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from ledger_model import LedgerMachine
from written_runs import KEY

from stores import caps, ledger, questions
from stores.open import SqlDatabase, open_database
from tradewind.effects import MOVES

MOST = 20
"""Walks at most; what the strategies draw depends on the modules that are loaded, so a fixed
number of examples would reach everything on one day and not on another."""


def walk(database: SqlDatabase, number: int, examples: int = 50) -> None:
    """Hold the store against the model. Raises AssertionError where they differ."""
    LedgerMachine.database = database
    run_state_machine_as_test(
        seed(number)(LedgerMachine),
        settings=settings(
            max_examples=examples, stateful_step_count=30, deadline=None, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def missing(database: SqlDatabase, wanted: set[str]) -> set[str]:
    """What none of the walks has reached; they end when nothing is missing."""
    LedgerMachine.reached.clear()
    for number in range(MOST):
        walk(database, number)
        if wanted <= set(LedgerMachine.reached):
            break
    return wanted - set(LedgerMachine.reached)


@pytest.fixture
def own_file(tmp_path: Path) -> Iterator[SqlDatabase]:
    opened = open_database(f"sqlite:///{tmp_path}/store.db", key=KEY)
    yield opened
    opened.close()


def test_the_ledger_is_as_the_model_and_every_way_is_gone(own_file: SqlDatabase):
    ways = {f"{of} → {to}" for of, several in MOVES.items() for to in several}
    refusals = {
        "propose again: InvalidInput", "amend: InvalidInput", "own vote: Forbidden",
        "second vote: InvalidInput", "vote: InvalidInput", "vote on the decided: InvalidInput",
        "late vote: InvalidInput", "move: InvalidInput", "send: InvalidInput",
        "send: QuotaExceeded", "vote: NotFound", "send: NotFound", "move: NotFound",
        "amend: NotFound",
    }  # fmt: skip
    others = {"propose again", "amend", "late vote", "expire"}
    assert missing(own_file, ways | refusals | others) == set()


@pytest.mark.postgres
def test_on_postgres_too(on_postgres: SqlDatabase):
    LedgerMachine.reached.clear()
    walk(on_postgres, 0, examples=20)
    assert {"vote", "amend", "move"} <= set(LedgerMachine.reached)


FAULTS = {
    "a settling that compares no status": (
        ledger, "_SETTLE", ledger.moving("receipt", "error", "sealed_end", compared=False)),
    "a sending that compares no status": (
        ledger, "_SEND", ledger.moving("lease_until", "day", compared=False)),
    "an approval that compares no status": (
        ledger, "_ALLOW", ledger.moving("allowed_by", compared=False)),
    "an amendment that compares no arguments": (
        ledger, "_AMEND", ledger.moving(
            "arguments", "sealed", "arguments_hash", "amount_minor", "currency")),
    "a decision on the decided": (questions, "_CHANGE", questions.changing(pending=False)),
    "a vote on other arguments": (questions, "_CHANGE", questions.changing(seen=False)),
    "caps that count the done alone": (caps, "_USED", caps.usage(["done"], caps.ON_DAY)),
    "one person who is enough for two": (questions, "_outcome", lambda votes, _needs: (
        "approved" if votes[-1].yes else "rejected")),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    own_file: SqlDatabase, monkeypatch: pytest.MonkeyPatch, fault: str
):
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(AssertionError):
        missing(own_file, {"nothing that is ever reached"})
