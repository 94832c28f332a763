"""Sealing: what tells of persons is closed under the keys of all whom it is about.

A subject is a person, a thread or a record, and has a random key of its own. A value is sealed
with AES-256-GCM under a key made of all its subjects' keys: when one of them is deleted, the value
is lost for good. The installation's key wraps the subjects' keys and makes their marks; it lies
outside the database. What is bound to a value (AAD) is its place: moved to another row it does
not open.

Sealed form: 1 byte version, 2 bytes count, 8 bytes for each subject's number, 12 bytes nonce,
ciphertext with its 16 bytes of tag.
"""

import hmac
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import JsonValue
from pydantic_core import from_json

from tradewind.errors import BackendError, SpecError

KEY_BYTES = 32
NOBODY = 0
"""The number of no subject: what is sealed for it is never opened."""

_NONCE = 12
_VERSION = 1
_START = struct.Struct(">BH")

Place = tuple[str, ...]
"""Where a sealed value lies: tenant, table, what tells its row."""


class Gone:
    """A value whose subject was erased."""


GONE: Final = Gone()


class Vault:
    """The installation's key at work. Raises SpecError for a key of another length."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise SpecError(
                f"the store's key has {len(key)} bytes, not {KEY_BYTES}.", "Give it whole."
            )
        self._wrapping = AESGCM(_derived(key, "wrapping"))
        self._marking = _derived(key, "marks")
        self.proof = _derived(key, "proof").hex()

    def mark(self, tenant: str, kind: str, value: str) -> str:
        """What stands for an e-mail, a thread or a record: the same each time, and nothing to
        one who has not the key."""
        named = f"{tenant}\0{kind}\0{value}".encode()
        return hmac.digest(self._marking, named, "sha256")[:16].hex()

    def new_key(self, tenant: str, mark: str) -> bytes:
        """A subject's new key, wrapped."""
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, os.urandom(KEY_BYTES), _bound(tenant, mark))

    def unwrap(self, wrapped: bytes, tenant: str, mark: str) -> bytes:
        """Raises BackendError for one that was altered or is another subject's."""
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(tenant, mark))
        except InvalidTag as error:
            raise BackendError(
                f"a subject's key of tenant {tenant} was altered.", "Restore it from a backup."
            ) from error


@dataclass(frozen=True)
class Seal:
    """Closes values under the keys of these subjects."""

    head: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, keys: Mapping[int, bytes]) -> "Seal":
        """Subjects' keys by their numbers. One missing key, and nothing opens again."""
        return cls(_head(keys), _cipher(keys))

    @classmethod
    def for_nobody(cls) -> "Seal":
        """For what came too late: its key is kept nowhere."""
        return cls.of({NOBODY: os.urandom(KEY_BYTES)})

    def close(self, place: Place, told: str) -> bytes:
        """A JSON text, sealed."""
        nonce = os.urandom(_NONCE)
        return self.head + nonce + self.cipher.encrypt(nonce, told.encode(), bind(place))


class Opener:
    """Opens sealed values with the keys that there still are."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys = keys
        self._ciphers: dict[bytes, AESGCM | None] = {}

    def open(self, sealed: bytes, place: Place) -> JsonValue | Gone:
        """The value; GONE when a person in it was erased. Raises BackendError for a value that
        was altered or comes from another row."""
        head, rest = _split(sealed)
        if head not in self._ciphers:
            self._ciphers[head] = self._cipher_of(sealed)
        cipher = self._ciphers[head]
        if cipher is None:
            return GONE
        try:
            return from_json(cipher.decrypt(rest[:_NONCE], rest[_NONCE:], bind(place)))
        except InvalidTag as error:
            raise BackendError(
                f"a sealed value in {place[1]} of tenant {place[0]} was altered or moved.",
                "Restore the row from a backup.",
            ) from error

    def _cipher_of(self, sealed: bytes) -> AESGCM | None:
        subjects = subjects_of(sealed)
        if not all(n in self._keys for n in subjects):
            return None
        return _cipher({n: self._keys[n] for n in subjects})


def subjects_of(sealed: bytes) -> tuple[int, ...]:
    """The numbers of a value's subjects. Raises BackendError for what is no sealed value."""
    try:
        version, count = _START.unpack_from(sealed)
        if version == _VERSION:
            return struct.unpack_from(f">{count}Q", sealed, _START.size)
    except struct.error as error:
        raise _foreign() from error
    raise _foreign()


def bind(place: Place) -> bytes:
    """A place as it is bound to its value; parts never run into each other."""
    return "\0".join(place).encode()


def all_subjects(values: Iterable[bytes | None]) -> Sequence[int]:
    """The numbers of all subjects of these values, each once."""
    return sorted({n for value in set(values) if value is not None for n in subjects_of(value)})


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    size = _START.size + 8 * len(subjects_of(sealed))
    return sealed[:size], sealed[size:]


def _head(keys: Mapping[int, bytes]) -> bytes:
    numbers = sorted(keys)
    return _START.pack(_VERSION, len(numbers)) + struct.pack(f">{len(numbers)}Q", *numbers)


def _cipher(keys: Mapping[int, bytes]) -> AESGCM:
    chained = b"".join(keys[n] for n in sorted(keys))
    return AESGCM(_derived(chained, "values"))


def _derived(key: bytes, use: str) -> bytes:
    return hmac.digest(key, f"tradewind {use} 1".encode(), "sha256")


def _bound(tenant: str, mark: str) -> bytes:
    return bind((tenant, "subject_keys", mark))


def _foreign() -> BackendError:
    return BackendError("a sealed value has no form that is known.", "Update Tradewind.")
