"""Sealing: what tells of persons is closed under the keys of all whom it is about.

A subject is a person, a thread or a record, and has a random key of its own. A value is sealed
with AES-256-GCM under a key made of all its subjects' keys: when one of them is deleted, the value
is lost for good. The installation's key wraps the subjects' keys and makes their marks; it lies
outside the database. Marks and derived keys are made with keyed BLAKE2b, in a third of the time of
HMAC-SHA-256. What is bound to a value (AAD) is its place: moved to another row it does not open.

Sealed form: 1 byte version, 2 bytes count, 16 bytes for each subject, 12 bytes nonce, ciphertext
with its 16 bytes of tag.
"""

import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import JsonValue
from pydantic_core import from_json

from tradewind.errors import BackendError, SpecError

KEY_BYTES = 32
MARK_BYTES, SALT_BYTES = 12, 4
NOBODY = bytes(MARK_BYTES + SALT_BYTES)
"""No subject: what is sealed for it is never opened."""

_NONCE = 12
_VERSION = 1
_START = struct.Struct(">BH")

Subject = bytes
"""A subject's mark and its key's salt."""

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
        self._secrets = AESGCM(_derived(key, "secrets"))
        self._marking = _derived(key, "marks")
        self.proof = _derived(key, "proof").hex()

    def mark(self, tenant: str, kind: str, value: str) -> str:
        """What stands for an e-mail, a thread or a record: the same each time, and nothing to
        one who has not the key."""
        named = f"{tenant}\0{kind}\0{value}".encode()
        return blake2b(named, key=self._marking, digest_size=MARK_BYTES).hexdigest()

    def wrap(self, key: bytes, tenant: str, subject: Subject) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, _bound(tenant, subject))

    def unwrap(self, wrapped: bytes, tenant: str, subject: Subject) -> bytes:
        """Raises BackendError for one that was altered or is another subject's."""
        told = _bound(tenant, subject)
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], told)
        except InvalidTag as error:
            raise BackendError(
                f"a subject's key of tenant {tenant} was altered.", "Restore it from a backup."
            ) from error

    def hide(self, secret: bytes, place: Place) -> bytes:
        """A secret that is nobody's person: sealed under the installation's key alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._secrets.encrypt(nonce, secret, bind(place))

    def reveal(self, hidden: bytes, place: Place) -> bytes:
        """Raises BackendError for one that was altered or comes from another row."""
        try:
            return self._secrets.decrypt(hidden[:_NONCE], hidden[_NONCE:], bind(place))
        except InvalidTag as error:
            raise BackendError(
                f"a secret in {place[1]} of tenant {place[0]} was altered or moved.",
                "Set it again.",
            ) from error


@dataclass(frozen=True)
class Seal:
    """Closes values under the keys of these subjects."""

    head: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, keys: Mapping[Subject, bytes]) -> "Seal":
        """All of these subjects' keys. One of them lost, and nothing opens again."""
        return cls(_head(keys), _cipher(keys))

    @classmethod
    def for_nobody(cls) -> "Seal":
        """For what came too late: its key is kept nowhere."""
        return cls.of({NOBODY: os.urandom(KEY_BYTES)})

    def close(self, place: Place, told: bytes) -> bytes:
        """A JSON text, sealed."""
        nonce = os.urandom(_NONCE)
        return self.head + nonce + self.cipher.encrypt(nonce, told, bind(place))


class Opener:
    """Opens sealed values with the keys that there still are."""

    def __init__(self, keys: Mapping[Subject, bytes]) -> None:
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
        if not all(one in self._keys for one in subjects):
            return None
        return _cipher({one: self._keys[one] for one in subjects})


def subjects_of(sealed: bytes) -> tuple[Subject, ...]:
    """A value's subjects. Raises BackendError for what is no sealed value."""
    size, version, count = len(NOBODY), 0, 0
    if len(sealed) >= _START.size:
        version, count = _START.unpack_from(sealed)
    if version != _VERSION or len(sealed) < _START.size + count * size:
        raise BackendError("a sealed value has no form that is known.", "Update Tradewind.")
    starts = range(_START.size, _START.size + count * size, size)
    return tuple(sealed[start : start + size] for start in starts)


def mark_of(subject: Subject) -> str:
    return subject[:MARK_BYTES].hex()


def bind(place: Place) -> bytes:
    """A place as it is bound to its value; parts never run into each other."""
    return "\0".join(place).encode()


def all_subjects(values: Iterable[bytes | None]) -> Sequence[Subject]:
    """The subjects of all these values, each once."""
    return sorted({one for value in values if value is not None for one in subjects_of(value)})


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    size = _START.size + len(NOBODY) * _START.unpack_from(sealed)[1]
    return sealed[:size], sealed[size:]


def _head(keys: Mapping[Subject, bytes]) -> bytes:
    return _START.pack(_VERSION, len(keys)) + b"".join(sorted(keys))


def _cipher(keys: Mapping[Subject, bytes]) -> AESGCM:
    chained = b"".join(keys[one] for one in sorted(keys))
    return AESGCM(blake2b(chained, digest_size=KEY_BYTES, person=b"tradewind values").digest())


def _derived(key: bytes, use: str) -> bytes:
    return blake2b(use.encode(), key=key, digest_size=KEY_BYTES).digest()


def _bound(tenant: str, subject: Subject) -> bytes:
    return bind((tenant, "subject_keys", subject.hex()))
