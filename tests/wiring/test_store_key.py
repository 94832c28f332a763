"""The installation's key: made once, kept apart, for its owner alone, or given by a setting."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from home_settings import offline

from tradewind.errors import BackendError, SpecError
from wiring.platform import open_platform
from wiring.settings import Settings
from wiring.storekey import NAME, store_key

KEY = b"k" * 32


def settings_of(home: Path, key: bytes = b"") -> Settings:
    return Settings.read({**offline(home), "TRADEWIND_KEY": b64encode(key).decode()})


def test_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: store_key(settings_of(tmp_path)), range(16)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_set_is_taken_and_shown_nowhere(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, KEY)
    assert store_key(settings) == KEY
    assert not (tmp_path / NAME).exists()
    assert b64encode(KEY).decode() not in repr(settings)


def test_a_wrong_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="TRADEWIND_KEY has 3 bytes"):
        store_key(settings_of(tmp_path, b"abc"))
    with pytest.raises(SpecError, match="not base64"):
        store_key(Settings.read({**offline(tmp_path), "TRADEWIND_KEY": "%%"}))
    (tmp_path / NAME).write_bytes(b"half")
    with pytest.raises(BackendError, match="is broken"):
        store_key(settings_of(tmp_path))


def test_the_house_opens_its_store_with_the_key(tmp_path: Path) -> None:
    platform = open_platform(settings_of(tmp_path, KEY))
    assert platform.database.tenants().tenants() == ()
    platform.close()
    other = open_platform(settings_of(tmp_path))
    with pytest.raises(SpecError, match="sealed under another key"):
        _ = other.database
