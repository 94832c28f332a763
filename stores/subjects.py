"""The keys of one tenant's subjects: made when first needed, deleted by an erase, kept nowhere
else. Every read asks the database for them, so that what is erased is erased in all processes."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import ClauseElement, bindparam, select, text

from stores.keys import micros, plain
from stores.link import Row, Values, Write
from stores.named import Named
from stores.tables import runs, subject_keys
from stores.vault import (
    KEY_BYTES,
    SALT_BYTES,
    Opener,
    Seal,
    Subject,
    Vault,
    all_subjects,
    mark_of,
    subjects_of,
)
from tradewind.trace import Run

_ERASED = "(SELECT at FROM erased WHERE tenant = :tenant AND mark = :mark)"
_KNOWN = text(
    f"SELECT salt, wrapped, {_ERASED} FROM subject_keys WHERE tenant = :tenant AND mark = :mark"
)
_SINCE = text("SELECT 1 FROM erased WHERE tenant = :tenant AND mark = :mark AND at >= :since")
_TAKE = text(
    "INSERT INTO subject_keys (tenant, mark, salt, wrapped) "
    "VALUES (:tenant, :mark, :salt, :wrapped) "
    "ON CONFLICT (tenant, mark) DO UPDATE SET mark = excluded.mark "
    f"RETURNING salt, wrapped, {_ERASED}"
)
_k = subject_keys.c
_KEY = select(_k.mark, _k.salt, _k.wrapped).where(
    _k.tenant == bindparam("tenant"), _k.mark == bindparam("mark")
)
_KEYS = {
    "sqlite": text(
        "SELECT mark, salt, wrapped FROM subject_keys WHERE tenant = :tenant "
        "AND mark IN (SELECT value FROM json_each(:marks))"
    ),
    "postgresql": text(
        "SELECT mark, salt, wrapped FROM subject_keys WHERE tenant = :tenant "
        'AND mark IN (SELECT json_array_elements_text(CAST(:marks AS json)) COLLATE "C")'
    ),
}
_SOURCE = select(runs.c.sealed).where(
    runs.c.tenant == bindparam("tenant"), runs.c.id == bindparam("run")
)


Keys = Mapping[Subject, bytes | None]
"""Subjects' keys; None for one that was erased."""


class RunSeal(NamedTuple):
    """A run's seal, and the marks of whom a buyer's run names."""

    seal: Seal | None
    named: str | None


class Reads(Protocol):
    """A link, or an open transaction."""

    def rows(self, statement: ClauseElement, values: Values) -> Sequence[Row]: ...


class Subjects:
    """Whose keys close what. Without a vault nothing is sealed: every seal is None."""

    def __init__(self, tenant: str, vault: Vault | None, dialect: str) -> None:
        self.tenant = tenant
        self.vault = vault
        self._many = _KEYS[dialect]

    def of_run(self, write: Write, run: Run, named: set[Named]) -> "RunSeal":
        """How a run is sealed: under its thread's key, and a staff's run under those of everybody
        it names.

        A buyer's thread is one person's: whom it names is noted beside it, so that the thread goes
        when they are erased. A fork is sealed as the run it comes from, too, and a run that went
        on after a pause as it was before. Nobody's, when one
        of them was erased after the run began.
        """
        if self.vault is None:
            return RunSeal(None, None)
        buyers, since = run.audience == "buyer", micros(run.started_at)
        thread = self.vault.mark(self.tenant, "thread", plain(run.thread))
        marks = sorted(self.vault.mark(self.tenant, *one) for one in named)
        keys = self._joined(write, {}, [thread, *(() if buyers else marks)], since)
        if buyers and self._any_erased(write, marks, since):
            return RunSeal(Seal.for_nobody(), None)
        for id_ in (run.forked_from, None if buyers else run.id):
            sealed = self._sealed_run(write, id_) if id_ else None
            keys |= self._keys_of(write, subjects_of(sealed)) if sealed else {}
        return RunSeal(_seal(keys), " ".join(marks) or None if buyers else None)

    def of_effect(self, write: Write, run_id: str, named: set[Named], since: int) -> Seal | None:
        """The seal of what a run wants done: the run's, and of everybody the arguments name."""
        if self.vault is None:
            return None
        sealed = self._sealed_run(write, run_id)
        if sealed is None:
            named = named | {("run", plain(run_id))}
        marks = sorted(self.vault.mark(self.tenant, *one) for one in named)
        keys = self._keys_of(write, subjects_of(sealed)) if sealed else {}
        return _seal(self._joined(write, keys, marks, since))

    def of_named(self, write: Write, named: set[Named], since: int) -> Seal | None:
        """The seal of what is about all of these, and of no run."""
        if self.vault is None:
            return None
        marks = sorted(self.vault.mark(self.tenant, *one) for one in named)
        return _seal(self._joined(write, {}, marks, since))

    def like(self, write: Write, sealed: bytes | None) -> Seal | None:
        """The seal of a value that is there already; None of a clear one."""
        if sealed is None:
            return None
        return _seal(self._keys_of(write, subjects_of(sealed)))

    def mark(self, kind: str, value: str) -> str:
        """What a subject's key is found by; "" without a vault."""
        return self.vault.mark(self.tenant, kind, value) if self.vault else ""

    def opener(self, reads: Reads, sealed: Iterable[bytes | None], at_hand: Row = ()) -> Opener:
        """Opens these values, with one question for all their keys; none for the row (mark, salt,
        wrapped) that is at hand."""
        subjects = set(all_subjects(sealed))
        keys = self._unwrapped([at_hand] if at_hand and at_hand[0] else [], subjects)
        missing = sorted(subjects - keys.keys())
        return Opener({**keys, **self._keys(reads, missing)} if missing else keys)

    def _joined(
        self, write: Write, keys: Keys, marks: Sequence[str], since: int
    ) -> dict[Subject, bytes | None]:
        """With the keys of these marks, made where there is none; no key for one that was erased
        after `since`."""
        joined = dict(keys)
        for mark in marks:
            subject, key, erased_at = self._take(write, mark)
            joined[subject] = None if erased_at is not None and erased_at >= since else key
        return joined

    def _take(self, write: Write, mark: str) -> tuple[Subject, bytes, int | None]:
        assert self.vault is not None
        values = {"tenant": self.tenant, "mark": mark}
        rows = write.rows(_KNOWN, values)
        if not rows:
            salt, key = os.urandom(SALT_BYTES), os.urandom(KEY_BYTES)
            wrapped = self.vault.wrap(key, self.tenant, bytes.fromhex(mark) + salt)
            new = {"salt": salt.hex(), "wrapped": wrapped}
            rows = write.rows(_TAKE, {**values, **new})
        salt, wrapped, erased_at = rows[0]
        subject = bytes.fromhex(mark + salt)
        return subject, self.vault.unwrap(wrapped, self.tenant, subject), erased_at

    def _any_erased(self, write: Write, marks: Sequence[str], since: int) -> bool:
        """Whether one of them was erased after `since`."""
        of = {"tenant": self.tenant, "since": since}
        return any(write.rows(_SINCE, {**of, "mark": mark}) for mark in marks)

    def _sealed_run(self, write: Write, run_id: str) -> bytes | None:
        rows = write.rows(_SOURCE, {"tenant": self.tenant, "run": plain(run_id)})
        return rows[0][0] if rows else None

    def _keys_of(self, reads: Reads, subjects: Sequence[Subject]) -> dict[Subject, bytes | None]:
        """By subject; None for one that was erased."""
        found = self._keys(reads, subjects)
        return {one: found.get(one) for one in subjects}

    def _keys(self, reads: Reads, subjects: Sequence[Subject]) -> dict[Subject, bytes]:
        if self.vault is None:  # an opening without a key finds no sealed value: see open_database
            return {}
        marks = [mark_of(one) for one in subjects]
        if len(marks) == 1:
            rows = reads.rows(_KEY, {"tenant": self.tenant, "mark": marks[0]})
        else:
            rows = reads.rows(self._many, {"tenant": self.tenant, "marks": json.dumps(marks)})
        return self._unwrapped(rows, set(subjects))

    def _unwrapped(self, rows: Iterable[Row], wanted: set[Subject]) -> dict[Subject, bytes]:
        found = {bytes.fromhex(mark + salt): wrapped for mark, salt, wrapped in rows}
        return {
            one: self.vault.unwrap(wrapped, self.tenant, one)
            for one, wrapped in found.items() if self.vault and one in wanted
        }  # fmt: skip


def _seal(keys: Keys) -> Seal:
    known = {one: key for one, key in keys.items() if key is not None}
    return Seal.of(known) if len(known) == len(keys) else Seal.for_nobody()
