"""The keys of one tenant's subjects: made when first needed, deleted by an erase, kept nowhere
else. Every read asks the database for them, so that what is erased is erased in all processes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from sqlalchemy import ClauseElement, bindparam, select, text

from stores.keys import micros, plain
from stores.link import Row, Values, Write
from stores.named import Named
from stores.tables import runs, subject_keys
from stores.vault import Opener, Seal, Vault, all_subjects, subjects_of
from tradewind.trace import Run

_ERASED = "(SELECT at FROM erased WHERE tenant = :tenant AND mark = :mark)"
_TAKE = text(
    "INSERT INTO subject_keys (tenant, mark, wrapped) VALUES (:tenant, :mark, :wrapped) "
    "ON CONFLICT (tenant, mark) DO UPDATE SET mark = excluded.mark "
    f"RETURNING n, wrapped, {_ERASED}"
)
_KNOWN = text(
    f"SELECT n, wrapped, {_ERASED} FROM subject_keys WHERE tenant = :tenant AND mark = :mark"
)
_LINK = text(
    "INSERT INTO subject_links (tenant, mark, thread) VALUES (:tenant, :mark, :thread) "
    "ON CONFLICT (tenant, mark, thread) DO NOTHING"
)
_k = subject_keys.c
_KEY = select(_k.n, _k.mark, _k.wrapped).where(
    _k.tenant == bindparam("tenant"), _k.n == bindparam("n")
)
_KEYS = {
    "sqlite": text(
        "SELECT n, mark, wrapped FROM subject_keys WHERE tenant = :tenant "
        "AND n IN (SELECT value FROM json_each('[' || :numbers || ']'))"
    ),
    "postgresql": text(
        "SELECT n, mark, wrapped FROM subject_keys WHERE tenant = :tenant "
        "AND n = ANY(CAST(string_to_array(:numbers, ',') AS bigint[]))"
    ),
}
_SOURCE = select(runs.c.sealed).where(
    runs.c.tenant == bindparam("tenant"), runs.c.id == bindparam("run")
)


class Reads(Protocol):
    """A link, or an open transaction."""

    def rows(self, statement: ClauseElement, values: Values) -> Sequence[Row]: ...


class Subjects:
    """Whose keys close what. Without a vault nothing is sealed: every seal is None."""

    def __init__(self, tenant: str, vault: Vault | None, dialect: str) -> None:
        self.tenant = tenant
        self.vault = vault
        self._many = _KEYS[dialect]

    def of_run(self, write: Write, run: Run, named: set[Named]) -> Seal | None:
        """The seal of a run: its thread's, and of a staff's run that of everybody it names.

        A buyer's thread is one person's: whom it names is linked to it, so that the thread goes
        when they are erased. A fork is sealed as the run it comes from, too. Nobody's, when one
        of them was erased after the run began.
        """
        if self.vault is None:
            return None
        thread = self.vault.mark(self.tenant, "thread", plain(run.thread))
        marks = sorted(self.vault.mark(self.tenant, *one) for one in named)
        since = micros(run.started_at)
        own = self._take(write, thread, since)
        if run.audience != "buyer":
            return self._joined(write, own, marks, since, run.forked_from)
        write.run_many(
            _LINK, [{"tenant": self.tenant, "mark": mark, "thread": thread} for mark in marks]
        )
        return self._joined(write, own, (), since, run.forked_from)

    def of_effect(self, write: Write, run_id: str, named: set[Named], since: int) -> Seal | None:
        """The seal of what a run wants done: the run's, and of everybody the arguments name."""
        if self.vault is None:
            return None
        sealed = self._sealed_run(write, run_id)
        if sealed is None:
            named = named | {("run", plain(run_id))}
        marks = sorted(self.vault.mark(self.tenant, *one) for one in named)
        keys = self._keys_of(write, subjects_of(sealed)) if sealed else {}
        return self._joined(write, keys, marks, since, None)

    def like(self, write: Write, sealed: bytes | None) -> Seal | None:
        """The seal of a value that is there already; None of a clear one."""
        if sealed is None:
            return None
        return _seal(self._keys_of(write, subjects_of(sealed)))

    def opener(self, reads: Reads, sealed: Iterable[bytes | None]) -> Opener:
        """Opens these values, with one question for all their keys."""
        numbers = all_subjects(sealed)
        return Opener(self._keys(reads, numbers) if numbers else {})

    def _joined(
        self, write: Write, keys: Mapping[int, bytes | None], marks: Sequence[str], since: int,
        forked_from: str | None,
    ) -> Seal:  # fmt: skip
        source = self._sealed_run(write, forked_from) if forked_from else None
        joined = {**keys, **(self._keys_of(write, subjects_of(source)) if source else {})}
        for mark in marks:
            joined |= self._take(write, mark, since, usual=True)
        return _seal(joined)

    def _take(
        self, write: Write, mark: str, since: int, usual: bool = False
    ) -> dict[int, bytes | None]:
        """The subject's key, made when there is none; `usual`: there mostly is. No key when it
        was erased after `since`."""
        assert self.vault is not None
        values: dict[str, str | bytes] = {"tenant": self.tenant, "mark": mark}
        rows = write.rows(_KNOWN, values) if usual else ()
        if not rows:
            rows = write.rows(_TAKE, values | {"wrapped": self.vault.new_key(self.tenant, mark)})
        n, wrapped, erased_at = rows[0]
        if erased_at is not None and erased_at >= since:
            return {n: None}
        return {n: self.vault.unwrap(wrapped, self.tenant, mark)}

    def _sealed_run(self, write: Write, run_id: str) -> bytes | None:
        rows = write.rows(_SOURCE, {"tenant": self.tenant, "run": plain(run_id)})
        return rows[0][0] if rows else None

    def _keys_of(self, reads: Reads, numbers: Sequence[int]) -> dict[int, bytes | None]:
        """By number; None for a subject that was erased."""
        return dict.fromkeys(numbers) | self._keys(reads, numbers)

    def _keys(self, reads: Reads, numbers: Sequence[int]) -> dict[int, bytes]:
        if self.vault is None:  # an opening without a key finds no sealed value: see open_database
            return {}
        if len(numbers) == 1:
            rows = reads.rows(_KEY, {"tenant": self.tenant, "n": numbers[0]})
        else:
            told = ",".join(map(str, numbers))
            rows = reads.rows(self._many, {"tenant": self.tenant, "numbers": told})
        return {n: self.vault.unwrap(wrapped, self.tenant, mark) for n, mark, wrapped in rows}


def _seal(keys: Mapping[int, bytes | None]) -> Seal:
    known = {n: key for n, key in keys.items() if key is not None}
    return Seal.of(known) if len(known) == len(keys) else Seal.for_nobody()
