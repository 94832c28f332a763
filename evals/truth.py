"""What may be said, taken from the shop's records alone, and what is said beyond it.

Two nets. The typed one reads every number, date, clock time, amount and id of a text and asks
whether a record holds the value. The other asks of every run of digits in the text whether it
stands anywhere in the records, however they are written; it knows nothing of the first.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from agents.grounding.mentions import (
    Mention,
    canonical_number,
    find_mentions,
    id_key,
    read_number,
)  # fmt: skip
from tradewind.base import Money, Record
from tradewind.errors import SpecError

_DIGITS = re.compile(r"\d+")
_UNITLESS = frozenset(("", "piece"))


class Truth:
    """The values that a set of records holds."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.values: set[tuple[str, str]] = set()
        self.runs: set[int] = set()
        self.told: set[str] = set()
        for record in records:
            self.add(record)

    def add(self, value: object) -> None:
        """Take in a value, or all values inside a record, mapping or sequence."""
        match value:
            case Money():
                self._put("money", f"{canonical_number(value.decimal())}|{value.currency}")
                self._write(f"{value.decimal():f} {value.decimal():,f}")
            case str():
                self._add_text(value)
            case date():
                self._add_moment(value)
            case int() | Decimal():
                self._put("number", canonical_number(Decimal(value)))
                self._write(str(value))
            case Record():
                self.add([getattr(value, name) for name in type(value).model_fields])
            case Mapping():
                self.add([*map(str, value), *value.values()])
            case Sequence():
                for item in value:
                    self.add(item)
            case _:
                pass

    def allow(self, facts: Iterable[str]) -> None:
        """Take in typed facts (`date:2026-12-04`, `number:30 day`). Raises SpecError."""
        for fact in facts:
            kind, _, value = fact.partition(":")
            for reading in _readings(kind, value):
                self._put(kind, reading)
            if kind == "number":
                self._put("number", value.partition(" ")[0])
            self._write(value)

    def carries(self, mention: Mention) -> bool:
        """Whether some reading of the mention is a value of the records."""
        if mention.kind in ("quote", "link"):
            return True
        if mention.kind == "number":
            return any(self._carries_number(*r.split("|")) for r in mention.readings)
        return any((mention.kind, reading) in self.values for reading in mention.readings)

    def _carries_number(self, value: str, unit: str) -> bool:
        """Facts that only count (`stock`) carry no unit; told days are days."""
        exact = ("number", f"{value}|{unit}") in self.values
        return exact or ("number", value) in self.values

    def _add_moment(self, value: date) -> None:
        self._put("date", value.strftime("%Y-%m-%d"))
        self._put("date", value.strftime("--%m-%d"))
        self._write(f"{value:%Y %y %m %d}")
        if isinstance(value, datetime):
            self._put("clock", f"{value:%H:%M}")
            self._write(f"{value:%H %M} {value.hour % 12 or 12}")

    def _add_text(self, text: str) -> None:
        """A text is an id as a whole and says what it says."""
        self._put("id", id_key(text))
        if 3 < len(text) < 60 and any(map(str.isdigit, text)) and any(map(str.isalpha, text)):
            self.told.add(text)
        for mention in find_mentions(text, "en"):
            for reading in mention.readings:
                self._put(mention.kind, reading)
                if mention.kind == "number" and reading.split("|")[1] in _UNITLESS:
                    self._put("number", reading.split("|")[0])
                if mention.kind == "date" and not reading.startswith("--"):
                    self._put("date", f"--{reading[5:]}")
        self._write(text)

    def _put(self, kind: str, value: str) -> None:
        self.values.add((kind, value))

    def _write(self, text: str) -> None:
        self.runs |= digit_runs(text)


def digit_runs(text: str) -> set[int]:
    """Every run of digits of any script, as a number."""
    return {int(run) for run in _DIGITS.findall(text)}


def wrong_facts(text: str, language: str, truth: Truth) -> list[str]:
    """What is said that these records do not hold, worded for a report; empty is good."""
    own = text
    for value in sorted(truth.told, key=len, reverse=True):  # a record's own words: "10 hours"
        own = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", own)
    strange = [
        f"{mention.kind} {mention.text!r}"
        for mention in find_mentions(own, language)
        if not truth.carries(mention)
    ]
    runs = sorted(digit_runs(text) - truth.runs)
    return strange + [f"digits {', '.join(map(str, runs))}"] * bool(runs)


def unsaid(wanted: Iterable[str], text: str, language: str) -> list[str]:
    """Of the typed facts that must be said those that are not."""
    found = find_mentions(text, language)
    return [fact for fact in wanted if not _said(fact, text, found)]


def _said(fact: str, text: str, found: Sequence[Mention]) -> bool:
    kind, _, value = fact.partition(":")
    if kind == "word":
        return any(word.casefold() in text.casefold() for word in value.split("|"))
    wanted = _readings(kind, value)
    return any(m.kind == kind and m.readings & wanted for m in found)


def _readings(kind: str, value: str) -> set[str]:
    """The canonical forms of a typed fact. Raises SpecError for one that is not understood."""
    match kind:
        case "id":
            return {id_key(value)}
        case "date":
            return {value, f"--{value[5:]}"}
        case "clock":
            return {value}
        case "money":
            amount, _, currency = value.partition(" ")
            return {f"{number}|{currency}" for number in read_number(amount)}
        case "number":
            number, _, unit = value.partition(" ")
            return {f"{number}|{unit}", f"{number}|"}
        case _:
            raise SpecError(f"fact {kind}:{value} is of no known type", "See evals/records.py.")
