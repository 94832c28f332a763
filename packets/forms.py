"""What a processor's evidence form takes, and how it is filled: Stripe's object, PayPal's list."""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from packets.cutting import Cut, cut, length
from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.errors import InvalidInput

Kind = Literal["text", "file", "object", "tracking", "refund"]


_LEAST = 200
"""Characters of room below which no piece of a sentence is worth sending."""


class EvidenceField(Record):
    """A field of the form, or a type of evidence: what it takes. `stands_for` names the fields of
    Stripe's form whose content goes here: the rulebook speaks of those."""

    name: str
    kinds: tuple[Kind, ...]
    about: str = ""
    stands_for: tuple[str, ...] = ()


class Entry(Record):
    """Something for a field: a text, a file's id or name, or a ready object (tracking, refund ids,
    Stripe's enhanced evidence). Earlier entries go before later ones where room is short."""

    field: str
    kind: Kind
    value: JsonValue


class Filled(Record):
    """A filled form and what was cut to fit it."""

    evidence: JsonValue
    cuts: tuple[Cut, ...] = ()


class EvidenceForm(Record):
    """`data/disputes/<form>.toml`."""

    version: int
    as_of: date
    id: str
    title: str
    shape: Literal["object", "list"]
    text_characters: int
    combined_characters: int | None = None
    source: str
    confidence: Literal["P", "S", "G", "?"]
    field: tuple[EvidenceField, ...]

    @classmethod
    def read(cls, path: Path) -> "EvidenceForm":
        """Read a form. Raises SpecError naming the file and what is wrong in it."""
        return read_data(path, cls)

    @cached_property
    def fields(self) -> Mapping[str, EvidenceField]:
        return {field.name: field for field in self.field}

    def named(self, name: str, kind: Kind) -> str:
        """The field for what is meant for Stripe's field of this name; "" where there is none."""
        return next(
            (f.name for f in self.field if kind in f.kinds and name in (f.name, *f.stands_for)), ""
        )

    def check(self, name: str, kind: Kind) -> None:
        """Raises InvalidInput for a field that is none or does not take the kind."""
        if name not in self.fields:
            raise InvalidInput(f"{self.title} has no field {name!r}", _near(name, self.fields))
        kinds = self.fields[name].kinds
        if kind not in kinds:
            raise InvalidInput(
                f"{self.title}: {name} takes no {kind}", f"It takes {' or '.join(kinds)}."
            )

    def check_file(self, name: str) -> None:
        """Raises InvalidInput for a field that takes no file."""
        self.check(name, "file")

    def fill(self, entries: Sequence[Entry]) -> Filled:
        """The form with these entries, texts cut at sentence ends where they are too long.

        Raises InvalidInput for a wrong field or kind, and for a second value of one that takes one.
        """
        for entry in entries:
            self.check(entry.field, entry.kind)
        fitted, cuts = self._fitted(entries)
        evidence = _object(fitted) if self.shape == "object" else _list(fitted)
        return Filled(evidence=evidence, cuts=tuple(cuts))

    def _fitted(self, entries: Sequence[Entry]) -> tuple[list[Entry], list[Cut]]:
        left = self.combined_characters
        kept: list[Entry] = []
        cuts: list[Cut] = []
        for entry in entries:
            if entry.kind != "text":
                kept.append(entry)
                continue
            text = str(entry.value).strip()
            room = min(self.text_characters, self.text_characters if left is None else left)
            shown, rest, at = cut(text, room)
            if at in ("word", "sign") and room < _LEAST:
                shown, rest, at = "", text, "start"
            shown = shown.rstrip()
            if rest:
                cuts.append(Cut(field=entry.field, at=at, kept=length(shown), of=length(text),
                                left_out=rest))  # fmt: skip
            if left is not None:
                left -= length(shown)
            if shown:
                kept.append(entry.model_copy(update={"value": shown}))
        return kept, cuts


def _near(name: str, fields: Mapping[str, EvidenceField]) -> str:
    near = get_close_matches(name, fields, n=3)
    return f"Is {' or '.join(near)} meant?" if near else f"It has {', '.join(fields)}."


# ---- Stripe: one object, a value a field


def _object(entries: Sequence[Entry]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for entry in entries:
        if entry.field in found:
            raise InvalidInput(f"{entry.field} has two values", "Put them into one.")
        found[entry.field] = entry.value
    return found


# ---- PayPal: a list of evidence, each of a type


def _list(entries: Sequence[Entry]) -> list[JsonValue]:
    found: dict[str, dict[str, JsonValue]] = {}
    for entry in entries:
        item = found.setdefault(entry.field, {"evidence_type": entry.field})
        _add(item, entry)
    return list(found.values())


def _add(item: dict[str, JsonValue], entry: Entry) -> None:
    if entry.kind == "text":
        if "notes" in item:
            raise InvalidInput(f"{entry.field} has two notes", "Put them into one.")
        item["notes"] = entry.value
    elif entry.kind == "file":
        _listed(item, "documents").append({"name": entry.value})
    else:
        info = item.setdefault("evidence_info", {})
        assert isinstance(info, dict)
        name = "tracking_info" if entry.kind == "tracking" else "refund_ids"
        _listed(info, name).append(entry.value)


def _listed(holder: dict[str, JsonValue], name: str) -> list[JsonValue]:
    found = holder.setdefault(name, [])
    assert isinstance(found, list)
    return found
