"""What every store keeps to, on every back end: runs, conversations, tenants."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop_records import IDS, JSON, OBJECTS, new_tenant, records
from sqlalchemy import select
from written_runs import AT, a_run, a_turn, leave, say

from stores.open import SqlDatabase
from stores.tables import effects
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import Tenant
from tradewind.ports.storage import Heard
from tradewind.trace import Run, Span

several = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def a_span(ordinal: int, kind: str = "tool", **changed: Any) -> Span:
    given = {"run": "r1", "path": "0", "ordinal": ordinal, "kind": kind, "name": "orders.find"}
    times = {"started_us": 1000 + ordinal, "duration_us": 5}
    return Span.model_validate(given | times | changed)


def test_a_started_run_is_there_for_everybody(database: SqlDatabase, tenant: str):
    run = a_run(tenant)
    database.runs(tenant).start(run)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(database.runs(tenant).run, "r1").result() == run


def test_finish_keeps_the_end_and_the_journal(database: SqlDatabase, tenant: str):
    runs = database.runs(tenant)
    runs.start(a_run(tenant))
    done = a_run(tenant, status="done", answer={"text": "shipped"}, seconds=0.5, tokens=12)
    spans = [
        a_span(0, "step", request={"a": 1}, attributes={"n": 1}),
        a_span(1, request={"id": "W1"}, response=[1, None], request_hash="ab"),
        a_span(2, "model", level="read", error="BackendError: off"),
    ]
    runs.finish(done, spans)
    assert runs.run("r1") == done
    assert list(runs.spans("r1")) == spans
    held = select(effects.c.ordinal, effects.c.kind).where(effects.c.tenant == tenant)
    with database.link.connect() as connection:
        rows = connection.execute(held.order_by(effects.c.ordinal)).all()
    assert [tuple(found) for found in rows] == [(1, "tool"), (2, "model")]


@several
@given(data=st.data())
def test_any_run_comes_back_equal(database: SqlDatabase, data: st.DataObject):
    tenant = new_tenant()
    runs = database.runs(tenant)
    run = data.draw(records(Run, id=IDS, tenant=st.just(tenant), request=OBJECTS))
    drawn = data.draw(st.lists(
        records(Span, run=st.just(run.id), path=IDS, name=IDS, error=st.none() | IDS,
                request_hash=IDS, request=JSON, response=JSON, attributes=OBJECTS),
        max_size=4, unique_by=lambda span: (span.path, span.ordinal),
    ))  # fmt: skip
    runs.start(run)
    assert list(runs.runs()) == [run]
    runs.finish(run, drawn)
    found: Sequence[Span] = runs.spans(run.id)
    assert list(found) == sorted(drawn, key=lambda s: (s.started_us, s.path, s.ordinal))


def test_a_run_that_paused_goes_on(database: SqlDatabase, tenant: str):
    runs = database.runs(tenant)
    runs.start(a_run(tenant))
    runs.finish(a_run(tenant, status="waiting"), [a_span(0), a_span(1, "human")])
    answered = a_span(1, "human", response="yes")
    runs.finish(a_run(tenant, status="done"), [answered, a_span(2)])
    assert list(runs.spans("r1")) == [a_span(0), answered, a_span(2)]


def test_what_does_not_fit_is_refused_whole(database: SqlDatabase, tenant: str):
    runs = database.runs(tenant)
    with pytest.raises(NotFound, match="r1 was not started"):
        runs.finish(a_run(tenant), [a_span(0)])
    assert not runs.spans("r1")
    runs.start(a_run(tenant))
    wrong = [[a_span(0), a_span(0)], [a_span(0, run="r2")], [a_span(0, started_us=1 << 70)]]
    for spans in wrong:
        with pytest.raises(InvalidInput):
            runs.finish(a_run(tenant, status="done"), spans)
    assert runs.run("r1") == a_run(tenant)
    for run in (a_run(tenant), a_run("another"), a_run(tenant, "r2", request={"text": "\ud800"})):
        with pytest.raises(InvalidInput):
            runs.start(run)


def test_runs_are_listed_newest_first(database: SqlDatabase, tenant: str):
    runs = database.runs(tenant)
    for n in (2, 0, 1):
        at = AT + timedelta(microseconds=n)
        runs.start(a_run(tenant, f"r{n}", thread=f"t{n % 2}", started_at=at))
    assert [run.id for run in runs.runs()] == ["r2", "r1", "r0"]
    assert [run.id for run in runs.runs(limit=1)] == ["r2"]
    assert [run.id for run in runs.runs(thread="t0")] == ["r2", "r0"]


def test_a_conversation_is_remembered(database: SqlDatabase, tenant: str):
    threads = database.threads(tenant)
    assert threads.state("t1") == {}
    for n, role in enumerate(("user", "assistant", "user")):
        said = a_turn(f"r{n}", f"says {n} \0 你好", role)
        leave(database, tenant, f"r{n}", Heard(turns=(said,), state={"n": n, "order": None}))
    say(database, tenant, "r9", "other", thread="t2")
    turns = threads.turns("t1", limit=2)
    assert [(turn.role, turn.text, turn.run) for turn in turns] == [
        ("assistant", "says 1 \0 你好", "r1"), ("user", "says 2 \0 你好", "r2"),
    ]  # fmt: skip
    assert threads.state("t1") == {"n": 2, "order": None}
    assert threads.state("t2") == {}


def test_a_run_that_fails_to_end_leaves_no_turn(database: SqlDatabase, tenant: str):
    said = a_turn("r1", "hi")
    with pytest.raises(NotFound):
        database.runs(tenant).finish(a_run(tenant), [], Heard(turns=(said,), state={"a": 1}))
    assert not database.threads(tenant).turns("t1")
    assert not database.threads(tenant).state("t1")


def test_tenants_never_see_each_others_runs(database: SqlDatabase, tenant: str):
    said = a_turn("r1", "hi")
    leave(database, tenant, "r1", Heard(turns=(said,), state={"a": 1}), a_span(0))
    other = new_tenant()
    runs, threads = database.runs(other), database.threads(other)
    nothing = [
        runs.run("r1"), runs.runs(), runs.runs(thread="t1"), runs.spans("r1"),
        threads.turns("t1"), threads.state("t1"),
    ]  # fmt: skip
    assert not any(nothing)
    with pytest.raises(NotFound):
        runs.finish(a_run(other), [])
    leave(database, other, "r1", Heard(state={"b": 2}))
    assert database.threads(tenant).state("t1") == {"a": 1}
    assert database.runs(tenant).spans("r1")


def test_tenants_are_kept(database: SqlDatabase, tenant: str):
    tenants = database.tenants()
    tenants.put_tenant(Tenant(id=tenant, name="Old"))
    tenants.put_tenant(Tenant(id=tenant, name="New", home="DE", languages=("de", "en")))
    assert tenants.tenant(tenant) == Tenant(
        id=tenant, name="New", home="DE", languages=("de", "en")
    )
    assert tenant in [found.id for found in tenants.tenants()]
    assert tenants.tenant(new_tenant()) is None
