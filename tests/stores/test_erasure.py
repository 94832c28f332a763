"""One person erased: every trace, every record, for good, and nobody else's."""

from datetime import timedelta
from pathlib import Path

import pytest
from private_world import (
    ANA,
    BEN,
    LATER,
    SECRETS,
    a_read,
    both,
    converse,
    erase,
    open_world,
    records_of,
    rows,
)
from sqlalchemy import text
from written_runs import AT, KEY, a_run

from stores import tombstones
from stores.erasure import SqlErasure
from stores.kinds import TABLES
from stores.open import SqlDatabase, open_database
from stores.subjects import Subjects
from tradewind.commerce import Order
from tradewind.errors import InvalidInput
from tradewind.ports.privacy import Erasure
from tradewind.trace import erased, is_erased


def told(database: SqlDatabase, tenant: str) -> str:
    """All that the store shows of a tenant."""
    archive = database.archive(tenant)
    return "\n".join(str(row) for kind in archive.kinds() for row in archive.rows(kind))


def gone(database: SqlDatabase, tenant: str) -> set[str]:
    """The runs that tell of nobody any more."""
    found = database.runs(tenant).runs()
    return {run.id for run in found if is_erased(run.request)}


def test_a_person_is_gone_from_every_trace(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    before = told(database, tenant)
    assert all(secret in before for secret in SECRETS)
    done = erase(database, tenant)
    assert done.threads == 1
    assert done.effects == 1
    after = told(database, tenant).replace("for the knee of Gomez", "").replace("Pay Gomez?", "")
    left = ("Calle Luna", "28013", "198.51.100.7")  # Ben lives there too
    assert [secret for secret in SECRETS if secret not in left and secret in after] == []
    assert gone(database, tenant) == {"ana1", "ana2", "all"}


def test_what_is_erased_says_so(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    erase(database, tenant)
    runs, threads = database.runs(tenant), database.threads(tenant)
    run = runs.run("ana2")
    assert run is not None
    assert (run.status, run.request, run.answer, run.error) == ("done", erased(), erased(), None)
    assert [span.response for span in runs.spans("ana2")] == [erased()]
    assert [turn.text for turn in threads.turns("a")] == ["erased", "erased"]
    assert threads.state("a") == {}
    assert threads.state("b") == {"said": "it is W2"}
    assert runs.spans("ben1")[0].request == {"order_id": "#W2"}


def test_what_waited_is_closed_and_never_sent(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    ledger = database.ledger(tenant)
    erase(database, tenant)
    assert [asked.effect for asked in ledger.pending()] == ["ef_ben1"]
    asked, effect = ledger.approval("ap_ef_ana2"), ledger.get("ef_ana2")
    assert asked is not None
    assert (asked.status, asked.summary, asked.arguments) == ("rejected", "erased", erased())
    assert effect is not None
    assert (effect.status, effect.arguments) == ("rejected", erased())
    assert effect.amount is not None  # the books keep it


def test_erasing_again_or_nobody_changes_nothing(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    assert erase(database, tenant, "who@example.com") == Erasure()
    assert erase(database, tenant).keys
    before = told(database, tenant)
    assert erase(database, tenant, at=LATER + timedelta(1)) == Erasure()
    assert told(database, tenant) == before
    with pytest.raises(InvalidInput, match="no e-mail"):
        erase(database, tenant, "  ")


def test_books_keep_what_they_need(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    done = erase(database, tenant, ANA.upper())
    assert done.records == dict.fromkeys(
        ("customer", "order", "payment", "refund", "shipment", "tracking_event", "dispute",
         "message"), 1
    )  # fmt: skip
    shop = database.shop(tenant)
    order, was = shop.order("W1"), both()[1].record
    assert order is not None
    assert isinstance(was, Order)
    kept = ("id", "placed_at", "status", "total", "lines")
    assert all(getattr(order, name) == getattr(was, name) for name in kept)
    assert order.ship_to is not None
    assert order.ship_to.model_dump(exclude_defaults=True) == {"country": "ES"}
    assert shop.customer(order.customer_id) is not None
    assert shop.customer("ana_gomez_77") is None
    assert shop.raw("order", "W1") == {}
    assert shop.order("W2") == both()[9].record


def test_an_import_brings_nobody_back(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    erase(database, tenant)
    before = told(database, tenant)
    put = database.shop(tenant).put(both())
    assert (put.accepted, put.updated, put.unchanged, put.erased) == (0, 0, 16, 8)
    assert told(database, tenant) == before


def test_who_comes_back_is_a_new_customer(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    erase(database, tenant)
    new = records_of("Ana Gomez", ANA, "ana_gomez_77", "W9", LATER + timedelta(1))[1:3]
    assert database.shop(tenant).put(rows(new)).erased == 0
    assert database.shop(tenant).order("W9") == new[0]
    again = erase(database, tenant, at=LATER + timedelta(2))
    assert again.records == {"order": 1, "payment": 1}


def test_a_run_that_was_under_way_tells_nothing_either(database: SqlDatabase, tenant: str):
    database.shop(tenant).put(both())
    runs, read = database.runs(tenant), a_read("late", 0, "W1", "for Ana Gomez")
    for id_, audience in (("late", "buyer"), ("desk", "merchant")):
        runs.start(a_run(tenant, id_, thread=id_, audience=audience))
    erase(database, tenant)
    for id_, audience in (("late", "buyer"), ("desk", "merchant")):
        done = a_run(tenant, id_, thread=id_, audience=audience, answer={"text": "Gomez"})
        runs.finish(done, [read.model_copy(update={"run": id_})])
    found = runs.run("desk")
    assert found is not None
    assert found.answer == erased()
    assert gone(database, tenant) == {"desk", "late"}


def test_a_run_that_was_killed_goes_by_what_was_typed(database: SqlDatabase, tenant: str):
    database.shop(tenant).put(both())
    typed = {"text": "hi", "given": {"order_id": "# w1", "postcode": "28013"}}
    database.runs(tenant).start(a_run(tenant, "k", request=typed))
    erase(database, tenant)
    assert gone(database, tenant) == {"k"}


def test_a_fork_goes_with_its_source(database: SqlDatabase, tenant: str):
    open_world(database, tenant)
    converse(database, tenant, "fork", "f", "on my knee", forked_from="ana1", forked_at=0)
    erase(database, tenant)
    assert "fork" in gone(database, tenant)


def test_a_run_that_paused_keeps_whom_it_named(database: SqlDatabase, tenant: str):
    database.shop(tenant).put(both())
    runs = database.runs(tenant)
    for id_, audience in (("p", "buyer"), ("q", "merchant")):
        run = a_run(tenant, id_, thread=id_, audience=audience)
        runs.start(run)
        runs.finish(run.model_copy(update={"status": "waiting"}), [a_read(id_, 0, "W1", "Ana")])
        runs.finish(run.model_copy(update={"answer": {"text": "Gomez"}}), [])
    erase(database, tenant)
    assert gone(database, tenant) == {"p", "q"}


# Planted bugs: each makes a test above fail.


def test_a_forgotten_thread_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(SqlErasure, "_threads", lambda *_: set[str]())
    with pytest.raises(AssertionError):
        test_a_person_is_gone_from_every_trace(database, tenant)


def test_a_merchants_run_sealed_for_the_thread_alone_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    kept = Subjects.of_run
    monkeypatch.setattr(
        Subjects, "of_run", lambda self, write, run, _: kept(self, write, run, set())
    )
    with pytest.raises(AssertionError):
        test_a_person_is_gone_from_every_trace(database, tenant)


def test_tombstones_that_nobody_honours_are_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tombstones.Tombstones, "_is_gone", lambda *_: False)
    with pytest.raises(AssertionError):
        test_an_import_brings_nobody_back(database, tenant)


# What lies on the disk.


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A store that an older version wrote: all in clear, with leftovers of what was replaced."""
    path = tmp_path / "store.db"
    database = open_database(f"sqlite:///{path}")
    with database.link.connect() as connection:
        connection.execute(text("PRAGMA secure_delete = OFF"))
    open_world(database, "s")
    database.shop("s").put(both()[::-1])
    database.close()
    return path


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_an_old_store_is_readable_and_erased_as_well(old_file: Path):
    database = open_database(f"sqlite:///{old_file}", key=KEY)
    assert "Gomez here" in told(database, "s")
    converse(database, "s", "new", "a", "my knee again", a_read("new", 0, "W1", "Ana Gomez"))
    ledger = database.ledger("s")
    for effect in ("ef_ana2", "ef_ben1"):  # of an effect in clear the arguments name who it is
        ledger.move(effect, "proposed", "rejected", AT)
    erase(database, "s")
    assert gone(database, "s") == {"ana1", "ana2", "all", "new"}
    assert "fell on my knee" not in "".join(str(run) for run in database.runs("s").runs())
    database.close()


def test_no_byte_of_a_person_is_left_in_the_file(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path}/store.db", key=KEY)
    open_world(database, "s")
    ana = [secret.encode() for secret in SECRETS]
    assert all(secret in bytes_of(tmp_path) for secret in ana)  # the shop's records are clear
    database.erasure("s").erase(BEN, LATER)
    erase(database, "s")
    left = [secret for secret in ana if secret in bytes_of(tmp_path)]
    database.close()
    assert left == []
    assert [secret for secret in ana if secret in bytes_of(tmp_path)] == []
    assert {kind for kind in TABLES if database.shop("s").counts()[kind]} >= {"order", "payment"}
