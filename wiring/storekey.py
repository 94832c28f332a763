"""The installation's key, under which the store seals what tells of persons."""

import os
import secrets
from base64 import b64decode
from pathlib import Path

from tradewind.errors import BackendError, SpecError
from wiring.settings import Settings

KEY_BYTES = 32
NAME = "key"
"""The file in the data folder. A backup of the store is readable with it alone: keep it apart."""


def store_key(settings: Settings) -> bytes:
    """The key of the setting, or the data folder's, made at the first start for its owner alone.

    Raises SpecError for a setting that is none, BackendError when the file cannot be used.
    """
    told = settings.key.get_secret_value()
    if told:
        return _read_setting(told)
    path = settings.home / NAME
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise BackendError(
            f"the key file {path} cannot be used: {error.strerror}.", "Let this user read it."
        ) from error
    if len(key) != KEY_BYTES:
        raise BackendError(f"the key file {path} is broken.", "Restore it from a backup.")
    return key


def _make(path: Path) -> None:
    """Written apart and given its name at once: of two first starts one makes the key."""
    part = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        return
    finally:
        part.unlink()


def _read_setting(told: str) -> bytes:
    try:
        key = b64decode(told, validate=True)
    except ValueError as error:
        raise SpecError("TRADEWIND_KEY is not base64.", "Write 32 random bytes so.") from error
    if len(key) != KEY_BYTES:
        raise SpecError(f"TRADEWIND_KEY has {len(key)} bytes, not {KEY_BYTES}.", "Write 32 so.")
    return key
