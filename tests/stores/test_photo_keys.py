"""A buyer's photo is sealed under its order's own key: read again after a restart and in both
stores, lost with the buyer even where its row was kept."""

import hashlib
from datetime import timedelta

import pytest
from private_world import ANA, both, erase
from written_runs import AT

from stores.open import SqlDatabase
from tradewind.errors import BackendError
from tradewind.uploads import Attachment

PHOTO = b"\xff\xd8 a broken lamp in Ana's hall"


def photo(order: str = "#W1", data: bytes = PHOTO) -> Attachment:
    return Attachment(
        dispute_id=f"order/{order}", order_id=order, sha256=hashlib.sha256(data).hexdigest(),
        role="uncategorized_file", name="photo", media="image/jpeg", size=len(data), pages=1,
        given_by="visitor", given_at=AT,
    )  # fmt: skip


def test_a_photo_is_of_its_order_and_shop_alone(database: SqlDatabase, tenant: str) -> None:
    store, one = database.uploads(tenant), photo()
    store.keep(one, PHOTO)
    assert store.attachments("order/#W1") == (one,)
    assert store.original("order/#W1", one.sha256) == PHOTO
    for place in ("order/#W2", "order/", "#W1", "order/W1"):
        assert store.attachments(place) == ()
        assert store.original(place, one.sha256) is None
    assert database.uploads("another").attachments("order/#W1") == ()
    assert database.uploads("another").original("order/#W1", one.sha256) is None


def test_nothing_of_it_lies_in_the_clear(database: SqlDatabase, tenant: str) -> None:
    database.uploads(tenant).keep(photo(), PHOTO)
    with database.link.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT sealed, original FROM uploads").all()
    assert rows
    for value in (bytes(value) for row in rows for value in row):
        assert b"lamp" not in value
        assert b"visitor" not in value


def test_a_photo_put_under_another_order_does_not_open(database: SqlDatabase, tenant: str) -> None:
    store = database.uploads(tenant)
    store.keep(photo(), PHOTO)
    with database.link.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE uploads SET dispute_id = 'order/#W2' WHERE tenant = '{tenant}'"
        )
    with pytest.raises(BackendError):
        store.attachments("order/#W2")
    with pytest.raises(BackendError):
        store.original("order/#W2", photo().sha256)


def test_without_its_key_a_photo_that_was_kept_is_lost(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a copy of the database's rows from before the erase."""
    database.shop(tenant).put(both())
    store = database.uploads(tenant)
    store.keep(photo(), PHOTO)
    monkeypatch.setattr("stores.erasure.forget_uploads", lambda *_: 0)  # pyright: ignore
    erase(database, tenant, ANA)
    assert store.attachments("order/#W1") == ()
    assert store.original("order/#W1", photo().sha256) is None


def test_a_photo_of_an_older_version_still_opens(database: SqlDatabase, tenant: str) -> None:
    """It is sealed under the installation's key."""
    store, one = database.uploads(tenant), photo()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stores.uploads.SqlUploads._order_seal", lambda *_: None)  # pyright: ignore
        store.keep(one, PHOTO)
    assert store.attachments("order/#W1") == (one,)
    assert store.original("order/#W1", one.sha256) == PHOTO


def test_the_same_photo_again_is_one(database: SqlDatabase, tenant: str) -> None:
    store = database.uploads(tenant)
    store.keep(photo(), PHOTO)
    later = photo().model_copy(update={"given_at": AT + timedelta(minutes=1)})
    store.keep(later, PHOTO)
    assert store.attachments("order/#W1") == (later,)
