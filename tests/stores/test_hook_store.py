"""Events of processors are noted once; their secrets lie sealed."""

from datetime import timedelta
from pathlib import Path

import pytest
from written_runs import AT

from stores.open import SqlDatabase, open_database
from tradewind.errors import BackendError, SpecError
from tradewind.ports.storage import HookEvent, ImportEntry

DAY = timedelta(days=1)


def event(id_: str) -> HookEvent:
    return HookEvent(source="stripe", id=id_, type="charge.dispute.created", said_at=AT,
                     received_at=AT)  # fmt: skip


ENTRY = ImportEntry(
    file="stripe:evt_1", kind="k", digest="d", at=AT, accepted=1, updated=0, unchanged=0, rejected=0
)


def test_an_event_is_noted_once(database: SqlDatabase, tenant: str):
    hooks = database.hooks(tenant)
    assert not hooks.seen("stripe", "evt_1")
    assert hooks.note(event("evt_1"), ENTRY)
    assert hooks.seen("stripe", "evt_1")
    assert not hooks.note(event("evt_1"), ENTRY)
    assert [one.id for one in hooks.events()] == ["evt_1"]
    assert database.shop(tenant).imports() == (ENTRY,)
    assert not database.hooks("another").seen("stripe", "evt_1")
    assert not hooks.seen("paypal", "evt_1")


def test_ids_are_forgotten_when_nobody_sends_them_any_more(database: SqlDatabase, tenant: str):
    hooks = database.hooks(tenant)
    hooks.note(event("evt_1"), ENTRY)
    late = event("evt_2").model_copy(update={"received_at": AT + 91 * DAY})
    assert hooks.note(late, ENTRY)
    assert not hooks.seen("stripe", "evt_1")


def test_a_secret_is_sealed_for_its_place(database: SqlDatabase, tenant: str):
    hooks = database.hooks(tenant)
    assert hooks.secret("stripe") is None
    hooks.put_secret("stripe", "whsec_old", AT)
    hooks.put_secret("stripe", "whsec_new", AT)
    assert hooks.secret("stripe") == "whsec_new"
    assert database.hooks("another").secret("stripe") is None
    with database.link.connect() as connection, connection.begin():
        rows = connection.exec_driver_sql("SELECT sealed FROM hook_secrets").all()
        assert b"whsec" not in bytes(rows[0][0])
        connection.exec_driver_sql("UPDATE hook_secrets SET tenant = 'another'")
    with pytest.raises(BackendError, match="altered or moved"):
        database.hooks("another").secret("stripe")


def test_a_store_without_a_key_keeps_no_secret(tmp_path: Path):
    opened = open_database(f"sqlite:///{tmp_path}/clear.db")
    with pytest.raises(SpecError, match="without a key"):
        opened.hooks("s").put_secret("stripe", "whsec_x", AT)
    opened.close()
