"""Leases of threads: one run at a time, and a late worker writes nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from proposed_effects import an_effect, outcome
from shop_records import new_tenant
from sqlalchemy import bindparam, update
from written_runs import AT, a_run, a_turn

from stores import leases, tables
from stores.open import SqlDatabase
from stores.runs import SqlRuns
from tradewind.errors import Busy, InvalidInput, LeaseLost, NotFound, PlatformError
from tradewind.ports.storage import Heard
from tradewind.trace import Span

SOON, LATER = AT + timedelta(seconds=30), AT + timedelta(seconds=60)


@pytest.fixture
def runs(database: SqlDatabase, tenant: str) -> SqlRuns:
    return database.runs(tenant)


def test_a_thread_is_one_runs_at_a_time(runs: SqlRuns, tenant: str):
    assert runs.start(a_run(tenant), SOON) == 1
    for until in (SOON, None):
        with pytest.raises(Busy, match="run r1 is at work in thread t1") as told:
            runs.start(a_run(tenant, "r2"), until)
        assert "12:30:45 UTC" in told.value.hint
    assert runs.run("r2") is None
    assert runs.start(a_run(tenant, "r3", thread="t2"), SOON) == 1
    runs.finish(a_run(tenant, status="done"), [], fence=1)
    assert runs.start(a_run(tenant, "r2"), SOON) == 2


def test_a_run_without_a_lease_takes_none(runs: SqlRuns, tenant: str):
    assert runs.start(a_run(tenant)) == 0
    assert runs.start(a_run(tenant, "r2"), SOON) == 1
    runs.finish(a_run(tenant, status="done"), [])
    assert not runs.stale(LATER - timedelta(seconds=60))
    assert [run.id for run in runs.stale(LATER)] == ["r2"]


def test_a_lease_is_held_longer(runs: SqlRuns, tenant: str):
    runs.start(a_run(tenant), SOON)
    runs.renew("t1", 1, LATER)
    assert not runs.stale(SOON)
    with pytest.raises(LeaseLost):
        runs.renew("t1", 2, LATER)
    with pytest.raises(LeaseLost):
        runs.renew("t9", 1, LATER)
    runs.finish(a_run(tenant, status="done"), [], fence=1)
    with pytest.raises(LeaseLost):
        runs.renew("t1", 1, LATER)


def test_a_run_whose_worker_died_is_taken_over(runs: SqlRuns, tenant: str):
    runs.start(a_run(tenant), SOON)
    with pytest.raises(Busy):
        runs.take_over("r1", SOON - timedelta(microseconds=1), LATER)
    assert not runs.stale(SOON - timedelta(microseconds=1))
    assert [run.id for run in runs.stale(SOON)] == ["r1"]
    assert runs.take_over("r1", SOON, LATER) == 2
    assert not runs.stale(SOON)
    with pytest.raises(NotFound):
        runs.take_over("r9", SOON, LATER)
    runs.finish(a_run(tenant, status="done"), [], fence=2)
    with pytest.raises(InvalidInput, match="r1 is done"):
        runs.take_over("r1", LATER, LATER)
    assert not runs.stale(LATER)


def test_a_run_that_waited_goes_on_under_a_new_lease(runs: SqlRuns, tenant: str):
    runs.start(a_run(tenant), SOON)
    runs.finish(a_run(tenant, status="waiting"), [], fence=1)
    assert not runs.stale(LATER)
    assert runs.take_over("r1", AT, SOON) == 2
    with pytest.raises(Busy):
        runs.start(a_run(tenant, "r2"), SOON)
    runs.finish(a_run(tenant, status="done"), [], fence=2)


def test_a_thread_that_went_on_leaves_the_dead_run_to_be_found(runs: SqlRuns, tenant: str):
    runs.start(a_run(tenant), SOON)
    assert runs.start(a_run(tenant, "r2", started_at=SOON), LATER) == 2
    assert [run.id for run in runs.stale(SOON)] == ["r1"]
    with pytest.raises(Busy):
        runs.take_over("r1", SOON, LATER)
    with pytest.raises(LeaseLost):
        runs.finish(a_run(tenant, status="done"), [], fence=1)
    runs.finish(a_run(tenant, "r2", status="done"), [], fence=2)
    assert runs.take_over("r1", SOON, LATER) == 3


def writes_late(database: SqlDatabase, tenant: str, fence: int | None = 1) -> bool:
    """Whether a worker that was taken for dead still leaves something behind."""
    runs, late = database.runs(tenant), a_run(tenant, status="done", answer={"text": "late"})
    runs.start(a_run(tenant), SOON)
    runs.take_over("r1", SOON, LATER)
    span = Span(run="r1", path="0", ordinal=0, kind="tool", name="n", started_us=1, duration_us=1)
    try:
        runs.finish(late, [span], Heard(turns=(a_turn("r1", "late"),), state={"a": 1}), fence)
    except LeaseLost:
        threads = database.threads(tenant)
        assert not any((runs.spans("r1"), threads.turns("t1"), threads.state("t1")))
        assert runs.run("r1") == a_run(tenant)
        runs.finish(a_run(tenant, status="done"), [], fence=2)
        return False
    return True


@pytest.mark.parametrize("fence", [1, 3, None])
def test_a_late_worker_writes_nothing(database: SqlDatabase, tenant: str, fence: int | None):
    assert not writes_late(database, tenant, fence)


def test_without_the_fence_a_late_worker_writes(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    bare = (
        update(tables.runs)
        .values(status="done")
        .where(
            tables.runs.c.tenant == bindparam("of_tenant"), tables.runs.c.id == bindparam("of_run")
        )
    )
    lease = update(tables.leases).values(until=0)
    monkeypatch.setattr("stores.runs._FINISH", bare)
    monkeypatch.setattr(leases, "_GIVE_BACK", lease)
    assert writes_late(database, tenant)


def overtakes(database: SqlDatabase, tenant: str) -> bool:
    """Whether a run writes the end of its thread although another has the thread's lease."""
    runs = database.runs(tenant)
    runs.start(a_run(tenant), SOON)
    runs.start(a_run(tenant, "r2", started_at=SOON), LATER)
    try:
        runs.finish(a_run(tenant, status="done"), [], Heard(state={"a": 1}), fence=1)
    except LeaseLost:
        return False
    return True


def test_without_the_leases_fence_a_run_ends_in_anothers_time(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    assert not overtakes(database, tenant)
    monkeypatch.setattr(leases, "_GIVE_BACK", update(tables.leases).values(until=0))
    assert overtakes(database, new_tenant())


def test_of_several_workers_one_takes_over(database: SqlDatabase):
    def take(tenant: str) -> str:
        try:
            return f"{database.runs(tenant).take_over('r1', SOON, LATER)}"
        except PlatformError as error:
            return type(error).__name__

    for _ in range(5):
        tenant = new_tenant()
        database.runs(tenant).start(a_run(tenant), SOON)
        with ThreadPoolExecutor(8) as pool:
            told = Counter(pool.map(take, [tenant] * 8))
        assert told == {"2": 1, "Busy": 7}


def test_of_several_messages_at_once_one_is_taken(database: SqlDatabase, tenant: str):
    def start(n: int) -> str:
        try:
            return f"{database.runs(tenant).start(a_run(tenant, f'r{n}'), SOON)}"
        except PlatformError as error:
            return type(error).__name__

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(start, range(8))) == {"1": 1, "Busy": 7}
    assert len(database.runs(tenant).runs()) == 1


def test_tenants_never_see_each_others_leases(database: SqlDatabase, tenant: str):
    database.runs(tenant).start(a_run(tenant), SOON)
    other = database.runs(new_tenant())
    assert not other.stale(LATER)
    with pytest.raises(LeaseLost):
        other.renew("t1", 1, LATER)
    with pytest.raises(NotFound):
        other.take_over("r1", LATER, LATER)


# ---- the ledger of a run


def late_moves(database: SqlDatabase, tenant: str) -> Counter[str]:
    """What a worker that was taken for dead gets when it proposes, drops, lets through, sends."""
    runs, ledger = database.runs(tenant), database.ledger(tenant)
    runs.start(a_run(tenant), SOON)
    for name in ("asked", "allowed"):
        ledger.propose(an_effect(tenant, name), fence=1)
    ledger.move("allowed", "proposed", "approved", AT, allowed_by="rule", fence=1)
    runs.take_over("r1", SOON, LATER)
    before = ledger.of_run("r1")
    told = Counter(
        (
            outcome(ledger.propose, an_effect(tenant, "late"), fence=1),
            outcome(ledger.move, "asked", "proposed", "rejected", AT, error="over", fence=1),
            outcome(ledger.move, "asked", "proposed", "approved", AT, allowed_by="r", fence=1),
            outcome(ledger.send, "allowed", AT, LATER, fence=1),
        )
    )
    assert (ledger.of_run("r1") == before) == (set(told) == {"LeaseLost"})
    return told


def test_a_late_worker_proposes_drops_and_sends_nothing(database: SqlDatabase, tenant: str):
    assert late_moves(database, tenant) == {"LeaseLost": 4}
    ledger = database.ledger(tenant)
    assert outcome(ledger.send, "allowed", AT, LATER, fence=2) == "sending"
    assert outcome(ledger.move, "allowed", "sending", "done", AT) == "done"


def test_without_the_fence_a_late_worker_sends(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    def held(*_: object) -> None:
        """Whoever it is."""

    monkeypatch.setattr(leases, "check_held", held)
    assert late_moves(database, tenant)["sending"] == 1
