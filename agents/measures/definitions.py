"""What the measures count: `data/measures/definitions.toml`, and the words of `words.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError

from tradewind.base import Language, Record
from tradewind.datafile import read_data
from tradewind.errors import SpecError
from tradewind.measures import Verdict

LONGEST = 120
"""Characters; a longer message says more than whether something helped."""
_PARTS = re.compile(r"[^\w'\s]+|\n+")
_MARKS = {ord("’"): "'", ord("ʼ"): "'"} | dict.fromkeys(range(0x64B, 0x653), "")
"""Apostrophes are one; Arabic vowel signs are written or not."""


class Conversion(Record):
    """How visitors' orders are compared."""

    order_days: int = Field(ge=1)
    least_visitors: int = Field(ge=1)
    least_buyers: int = Field(ge=1)
    confidence: float = Field(gt=0.5, lt=1)
    kept_days: int = Field(ge=1)


class Definitions(Record):
    """The figures of the file, with their version."""

    version: int
    since: date
    source: str
    silence_hours: int = Field(ge=1)
    reopen_days: int = Field(ge=1)
    margin_days: int = Field(ge=1)
    most_minutes_an_act: int = Field(ge=1)
    conversion: Conversion


def read_definitions(path: Path) -> Definitions:
    """Raises SpecError naming the file."""
    return read_data(path, Definitions)


class Speech(Record):
    """One language's ways to say it."""

    helped: tuple[str, ...]
    not_helped: tuple[str, ...]
    courtesy: tuple[str, ...]


class _WordFile(Record):
    version: int
    date: date
    language: Mapping[Language, Speech]


class Words:
    """Tells from a message whether an answer helped, where it says nothing else."""

    def __init__(self, speeches: Mapping[Language, Speech]) -> None:
        self._said: dict[str, Verdict] = {}
        for speech in speeches.values():
            self._said |= dict.fromkeys(map(_folded, speech.courtesy), "")
        for speech in speeches.values():
            self._said |= dict.fromkeys(map(_folded, speech.helped), "helped")
            self._said |= dict.fromkeys(map(_folded, speech.not_helped), "not_helped")

    @classmethod
    def read(cls, path: Path) -> "Words":
        """Raises SpecError naming the file."""
        try:
            return cls(_WordFile.model_validate(tomllib.loads(path.read_text("utf-8"))).language)
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise SpecError(f"{path}: {error}", "Write [language.<code>] tables.") from error

    def verdict(self, text: str) -> Verdict:
        """ "" for what says anything else beside it, and for yes and no in one."""
        if len(text) > LONGEST:
            return ""
        found: set[Verdict | None] = {self._said.get(part) for part in _parts(text)}
        told = found - {""}
        return told.pop() or "" if len(told) == 1 else ""


def _parts(text: str) -> Iterator[str]:
    parts = (part.strip() for part in _PARTS.split(_folded(text)))
    return (part for part in parts if part)


def _folded(text: str) -> str:
    lines = unicodedata.normalize("NFKC", text).translate(_MARKS).casefold().splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)
