"""What is measured, in the store: runs in pages and without forks, votes once, visits by mark."""

from datetime import timedelta

import pytest
from written_runs import AT, a_run

from stores import measures
from stores.open import SqlDatabase
from tradewind.errors import PlatformError
from tradewind.measures import Mark, Visit, Vote
from tradewind.ports.measures import Spoken

MARK = Mark(asked=True, answered=True, handed=False, intent="order_status", language="es")
DAY = timedelta(days=1)


def ended(database: SqlDatabase, tenant: str, id: str, **changed: object) -> None:
    run = a_run(tenant, id, **{"mark": MARK, "cpu_seconds": 0.5, **changed})
    database.runs(tenant).start(run)
    database.runs(tenant).finish(run.model_copy(update={"status": "done"}), ())


def spoken(database: SqlDatabase, tenant: str) -> list[Spoken]:
    return list(database.measures(tenant).spoken(AT - DAY))


def test_runs_come_by_thread_and_time_in_pages(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measures, "PAGE", 2)
    monkeypatch.setattr(measures, "_SPOKEN", measures._SPOKEN.limit(2))  # pyright: ignore[reportPrivateUsage]
    places = [(f"t{n % 3}", n) for n in (5, 3, 1, 0, 4, 2, 6)]
    for thread, n in places:
        ended(database, tenant, f"r{n}", thread=thread, started_at=AT + n * DAY)
    found = spoken(database, tenant)
    assert [(one.thread, one.run) for one in found] == [
        (thread, f"r{n}") for thread, n in sorted(places)
    ]
    assert found[0].mark == MARK
    assert (found[0].cpu_seconds, found[0].status) == (0.5, "done")


def test_forks_staff_and_old_runs_are_none(database: SqlDatabase, tenant: str) -> None:
    ended(database, tenant, "fork", forked_from="r1", forked_at=1)
    ended(database, tenant, "staff", audience="merchant", mark=None)
    ended(database, tenant, "old", started_at=AT - 2 * DAY)
    assert spoken(database, tenant) == []


def test_a_mark_tells_of_nobody_and_outlives_the_person(database: SqlDatabase, tenant: str) -> None:
    """What is measured stays as it was when somebody is erased."""
    ended(database, tenant, "r1", request={"text": "hi", "given": {"email": "ana@example.com"}})
    before = spoken(database, tenant)
    database.erasure(tenant).erase("ana@example.com", AT)
    assert spoken(database, tenant) == before


def test_a_vote_counts_once_and_the_newest_stands(database: SqlDatabase, tenant: str) -> None:
    ended(database, tenant, "r1")
    store = database.measures(tenant)
    vote = Vote(thread="t1", run="r1", helped=True, at=AT)
    assert [store.vote(vote) for _ in range(3)] == [True] * 3
    assert store.vote(vote.model_copy(update={"helped": False, "at": AT + DAY}))
    assert [(v.thread, v.run, v.helped) for v in store.votes()] == [("t1", "r1", False)]


def test_nobody_votes_on_anothers_answer(database: SqlDatabase, tenant: str) -> None:
    ended(database, tenant, "r1")
    store = database.measures(tenant)
    assert not store.vote(Vote(thread="t2", run="r1", helped=True, at=AT))
    assert not store.vote(Vote(thread="t1", run="r9", helped=True, at=AT))
    assert list(store.votes()) == []


def test_a_visitors_first_view_stands_until_they_take_it_back(
    database: SqlDatabase, tenant: str
) -> None:
    store, first = database.measures(tenant), Visit(mark="m1", arm="shown", share=10, at=AT)
    assert store.visit(first) == first
    later = first.model_copy(update={"arm": "holdout", "share": 20, "at": AT + DAY})
    assert store.visit(later) == first
    assert (store.arm("m1"), store.arm("m2")) == ("shown", None)
    assert list(store.visits(AT - DAY)) == [first]
    assert list(store.visits(AT + DAY)) == []
    assert store.forget_visit("m1")
    assert not store.forget_visit("m1")
    store.visit(later)
    assert store.forget_visits(AT + 2 * DAY) == 1


def test_the_export_has_votes_and_visits(database: SqlDatabase, tenant: str) -> None:
    ended(database, tenant, "r1")
    store = database.measures(tenant)
    store.vote(Vote(thread="t1", run="r1", helped=True, at=AT))
    store.visit(Visit(mark="m1", arm="shown", share=10, at=AT))
    archive = database.archive(tenant)
    assert [row["run"] for row in archive.rows("vote")] == ["r1"]
    assert [row["mark"] for row in archive.rows("visit")] == ["m1"]


def test_the_bug_that_counts_forks_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = measures.from_json

    def blind(body: str) -> dict[str, object]:
        return {**real(body), "forked_from": None}

    monkeypatch.setattr(measures, "from_json", blind)
    with pytest.raises((AssertionError, PlatformError)):
        test_forks_staff_and_old_runs_are_none(database, tenant)
