"""Attached files: kept once, sealed for their place, gone with their buyer, part of the export."""

import hashlib
from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from private_world import ANA, BEN, both, erase
from written_runs import AT, KEY

from stores.open import SqlDatabase, open_database
from tradewind.errors import BackendError, InvalidInput, SpecError
from tradewind.uploads import Attachment

PAPER = b"%PDF-1.7 signed by Ana Gomez"
SECRET = b"Ana Gomez"


def paper(dispute: str = "dp_W1", data: bytes = PAPER, **changed: object) -> Attachment:
    given = {
        "dispute_id": dispute, "order_id": "#W1", "sha256": hashlib.sha256(data).hexdigest(),
        "role": "receipt", "name": "Ana Gomez.pdf", "size": len(data), "given_by": "owner",
        "given_at": AT, "text": "signed by Ana Gomez",
    }  # fmt: skip
    return Attachment.model_validate(given | changed)


def test_what_is_kept_comes_back(database: SqlDatabase, tenant: str):
    store, one = database.uploads(tenant), paper()
    assert store.original("dp_W1", one.sha256) is None
    store.keep(one, PAPER)
    assert store.attachments("dp_W1") == (one,)
    assert database.shop(tenant).attachments("dp_W1") == (one,)
    assert store.original("dp_W1", one.sha256) == PAPER
    assert store.attachments("dp_W2") == ()


def test_the_same_file_twice_is_one_record(database: SqlDatabase, tenant: str):
    store = database.uploads(tenant)
    store.keep(paper(), PAPER)
    vouched = paper(vouched_by="owner", vouched_at=AT)
    store.keep(vouched, PAPER)
    assert store.attachments("dp_W1") == (vouched,)


def test_files_stand_in_the_order_they_came(database: SqlDatabase, tenant: str):
    store = database.uploads(tenant)
    later = paper(data=b"second", given_at=AT + timedelta(seconds=1))
    store.keep(later, b"second")
    store.keep(paper(), PAPER)
    assert store.attachments("dp_W1") == (paper(), later)


def test_a_file_is_taken_off_with_its_record(database: SqlDatabase, tenant: str):
    store, one = database.uploads(tenant), paper()
    store.keep(one, PAPER)
    store.keep(paper("dp_W2"), PAPER)
    assert store.detach("dp_W1", one.sha256)
    assert not store.detach("dp_W1", one.sha256)
    assert store.attachments("dp_W1") == ()
    assert store.original("dp_W1", one.sha256) is None
    assert store.original("dp_W2", one.sha256) == PAPER


def test_bytes_of_another_file_are_refused(database: SqlDatabase, tenant: str):
    with pytest.raises(InvalidInput, match="not what its SHA-256 says"):
        database.uploads(tenant).keep(paper(), b"another")


def test_tenants_never_see_each_others_files(database: SqlDatabase, tenant: str):
    one = paper()
    database.uploads(tenant).keep(one, PAPER)
    another = database.uploads("another")
    assert another.attachments("dp_W1") == ()
    assert another.original("dp_W1", one.sha256) is None
    assert not another.detach("dp_W1", one.sha256)


def test_neither_name_nor_content_lies_in_the_clear(database: SqlDatabase, tenant: str):
    database.uploads(tenant).keep(paper(), PAPER)
    with database.link.connect() as connection, connection.begin():
        rows = connection.exec_driver_sql("SELECT * FROM uploads").all()
        assert rows
        assert all(SECRET not in repr(value).encode() for row in rows for value in row)
        connection.exec_driver_sql("UPDATE uploads SET dispute_id = 'dp_moved'")
    moved = database.uploads(tenant)
    with pytest.raises(BackendError, match="altered or moved"):
        moved.attachments("dp_moved")
    with pytest.raises(BackendError, match="altered or moved"):
        moved.original("dp_moved", paper().sha256)
    with database.link.connect() as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM uploads")


def test_a_store_without_a_key_keeps_no_file(tmp_path: Path):
    opened = open_database(f"sqlite:///{tmp_path}/clear.db")
    with pytest.raises(SpecError, match="without a key"):
        opened.uploads("s").keep(paper(), PAPER)
    assert opened.uploads("s").attachments("dp_W1") == ()
    opened.close()


def test_files_go_with_their_buyer(database: SqlDatabase, tenant: str):
    """By the dispute, by the order, and nobody else's."""
    database.shop(tenant).put(both())
    store = database.uploads(tenant)
    unknown = paper("dp_nobody_imported", data=b"by its order alone")
    store.keep(paper(), PAPER)
    store.keep(unknown, b"by its order alone")
    store.keep(paper("dp_W2", order_id="#W2"), PAPER)
    store.keep(paper("dp_free", order_id=""), PAPER)
    assert erase(database, tenant, "nobody@example.com").uploads == 0
    assert erase(database, tenant, ANA).uploads == 2
    assert store.attachments("dp_W1") == ()
    assert store.attachments("dp_nobody_imported") == ()
    assert store.original("dp_W2", paper().sha256) == PAPER
    assert store.original("dp_free", paper().sha256) == PAPER
    assert erase(database, tenant, BEN).uploads == 1


def _none(*_: object) -> int:
    return 0


def test_an_erase_that_leaves_files_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    """The bug: an erase that looks at the shop's records alone."""
    monkeypatch.setattr("stores.erasure.forget_uploads", _none)
    with pytest.raises(AssertionError):
        test_files_go_with_their_buyer(database, tenant)


def test_no_byte_of_an_erased_file_is_left(tmp_path: Path):
    """The very ciphertext is gone, so that not even the key opens it again."""
    database = open_database(f"sqlite:///{tmp_path}/store.db", key=KEY)
    database.shop("s").put(both())
    data = PAPER + bytes(range(256)) * 400
    database.uploads("s").keep(paper(data=data), data)
    with database.link.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT original FROM uploads").scalar_one()
    middle = sealed[50_000:50_064]
    erase(database, "s")
    database.close()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert middle not in left


def test_the_export_holds_record_and_original(database: SqlDatabase, tenant: str):
    database.uploads(tenant).keep(paper(), PAPER)
    (row,) = database.archive(tenant).rows("upload")
    assert b64decode(str(row.pop("original"))) == PAPER
    assert Attachment.model_validate(row) == paper()


def _clear(_: object, secret: bytes, place: tuple[str, ...]) -> bytes:
    return secret


def test_a_store_that_seals_nothing_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
):
    """The bug: what is to be sealed is kept as it is."""
    monkeypatch.setattr("stores.vault.Vault.hide", _clear)
    with pytest.raises(AssertionError):
        test_neither_name_nor_content_lies_in_the_clear(database, tenant)
    database.uploads(tenant).detach("dp_W1", paper().sha256)
