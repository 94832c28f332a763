"""Tapes: recorded model calls, so that suites run without weights and give the same each time.

A tape holds one suite's calls (`shop` those of building the shop's index), each under the hash
of model and request. Recording asks the model only for what the old tape does not hold, and
drops what was not asked for again; delete a tape to record it from nothing. Vectors are kept as
16-bit floats; while recording, what is kept is also what is given out, so a replay sees exactly
what the recording saw.
"""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NoReturn, Self

import numpy as np
from pydantic import Field, ValidationError

from agents.journal import Reach
from tradewind.base import Record
from tradewind.errors import ReplayMismatch, SpecError
from tradewind.ports.models import Completion

FOLDER = Path(__file__).resolve().parent / "tapes"
SHOP = "shop"
REMEDY = "Record it with the real model: tradewind eval --record."

Role = Literal["embed", "features"]
_place: ContextVar[tuple[str, str]] = ContextVar("place", default=(SHOP, "index"))


class Facts(Record):
    """What an embedding model says of itself."""

    name: str
    dimension: int
    languages: frozenset[str] = frozenset()


class Tape(Record):
    """One suite's calls by hash: completions, and vectors in base64 of 16-bit floats.

    `reach` names the models of the run that a case's tape was made from; None: the default ones.
    """

    recorded_at: datetime
    models: dict[Role, Facts] = Field(default_factory=dict)
    completions: dict[str, Completion] = Field(default_factory=dict)
    vectors: dict[str, str] = Field(default_factory=dict)
    reach: Reach | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises SpecError naming the file."""
        try:
            return cls.model_validate_json(gzip.decompress(path.read_bytes()))
        except (OSError, EOFError, ValidationError) as error:
            raise SpecError(f"tape {path}: {error}", REMEDY) from error

    def write(self, path: Path) -> None:
        """The same calls give the same bytes but for the time."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        path.write_bytes(gzip.compress(plain.encode(), mtime=0))


class Deck:
    """All tapes of a folder: played, or recorded anew and saved at the end.

    `mismatch` is the first request that a played tape did not have; `reach` what a case's tape
    was made with.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._tapes: dict[str, Tape] = {}
        self._known: dict[str, Tape] = {}
        self.mismatch: ReplayMismatch | None = None
        self.reach: Reach | None = None

    @contextmanager
    def at(self, suite: str, case: str) -> Generator[None]:
        """What is asked inside belongs to this case."""
        token = _place.set((suite, case))
        try:
            yield
        finally:
            _place.reset(token)

    def load(self, suites: Iterable[str]) -> None:
        """Have these suites' tapes in hand. Raises SpecError for one that cannot be read."""
        for suite in suites:
            self._tape(suite)

    def play_case(self, suite: str, path: Path) -> None:
        """Have the tape of one case in hand in place of its suite's. Raises SpecError."""
        self._tapes[suite] = Tape.read(path)
        self.reach = self._tapes[suite].reach

    def facts(self, role: Role) -> Facts:
        """What the recorded embedding model said of itself. Raises SpecError."""
        known = self._tape(SHOP).models.get(role)
        if known is None:
            raise SpecError(f"tape {SHOP!r} names no {role} model", REMEDY)
        return known

    def completion(self, key: str, asked: str) -> Completion:
        found = self._tape(_place.get()[0]).completions.get(key)
        return found if found is not None else self._refuse(asked)

    def vector(self, key: str, asked: str) -> list[float]:
        found = self._tape(_place.get()[0]).vectors.get(key)
        return unpack(found) if found is not None else self._refuse(asked)

    def begin(self, suites: Iterable[str]) -> None:
        """Record these suites, and the shop's tape; what the old tapes hold is known."""
        now = datetime.now(UTC).replace(microsecond=0)
        for suite in (SHOP, *suites):
            if self._path(suite).exists():
                self._known[suite] = self._tape(suite)
            self._tapes[suite] = Tape(recorded_at=now)

    def known_completion(self, key: str) -> Completion | None:
        """What the old tape holds."""
        known = self._known.get(_place.get()[0])
        return known.completions.get(key) if known else None

    def known_vector(self, key: str) -> list[float] | None:
        known = self._known.get(_place.get()[0])
        return unpack(known.vectors[key]) if known and key in known.vectors else None

    def introduce(self, role: Role, facts: Facts) -> None:
        """Note what an embedding model says of itself."""
        self._tape(SHOP).models[role] = facts

    def keep_completion(self, key: str, completion: Completion) -> None:
        self._tape(_place.get()[0]).completions[key] = completion

    def keep_vector(self, key: str, vector: Sequence[float]) -> list[float]:
        """Keep it; gives back what a replay will give."""
        packed = pack(vector)
        self._tape(_place.get()[0]).vectors[key] = packed
        return unpack(packed)

    def save(self) -> list[Path]:
        """Write every tape in hand."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return [self._write(suite, tape) for suite, tape in self._tapes.items()]

    def _write(self, suite: str, tape: Tape) -> Path:
        path = self._path(suite)
        tape.write(path)
        return path

    def _tape(self, suite: str) -> Tape:
        if suite not in self._tapes:
            self._tapes[suite] = Tape.read(self._path(suite))
        return self._tapes[suite]

    def _path(self, suite: str) -> Path:
        return self._folder / f"{suite}.json.gz"

    def _refuse(self, asked: str) -> NoReturn:
        suite, case = _place.get()
        error = ReplayMismatch(
            f"suite {suite}, case {case}: the tape has no answer to {asked[:80]!r}.", REMEDY
        )
        self.mismatch = self.mismatch or error
        raise error


def pack(vector: Sequence[float]) -> str:
    return b64encode(np.asarray(vector, dtype=np.float16).tobytes()).decode()


def unpack(packed: str) -> list[float]:
    return [float(value) for value in np.frombuffer(b64decode(packed), dtype=np.float16)]
