"""The languages of what people wrote, and whether a machine's translation may be shown below it.

A translation is shown for reading alone: no sentence of a letter rests on it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from agents.chargeback.rules import Rules
from agents.grounding.lexicon import negation
from agents.grounding.mentions import Mention, find_mentions
from tradewind.base import Record
from tradewind.evidence import Evidence, NameFact

Identify = Callable[[str], tuple[str, float]]
Why = Literal["", "no_trusted_model", "model_failed", "numbers", "names", "negation", "empty"]

UNIDENTIFIED = "und"
"""The code of a language that was not identified (ISO 639-2)."""

_SIGNS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{3,}")
_DIGITS = re.compile(r"\d+")
_PEOPLE = frozenset(("name", "to_name", "signed_by"))
_NAMES = _PEOPLE | {"to_city", "city", "carrier", "item", "title"}
"""Facts whose names a translation keeps."""


class Translated(Record):
    """What became of translating a record: the text and the model's name, or why there is none."""

    evidence: str
    language: str
    text: str = ""
    by: str = ""
    why_not: Why = ""


def with_languages(
    evidence: Iterable[Evidence], identify: Identify, rules: Rules
) -> tuple[Evidence, ...]:
    """The evidence, messages with the language that they are in: a source that tells none is read
    as English."""
    least = rules.book.packet.language_sure
    return tuple(_identified(e, identify, least) if e.kind == "message" else e for e in evidence)


def _identified(item: Evidence, identify: Identify, least: float) -> Evidence:
    found, sure = identify(item.excerpt)
    if found == "unknown":
        foreign = any(sign > "\u024f" for sign in _SIGNS.findall(item.excerpt))
        found, sure = (UNIDENTIFIED, 1.0) if foreign else (item.language, 1.0)
    language = found if sure >= least else item.language
    return item if language == item.language else item.model_copy(update={"language": language})


def lost(original: Evidence, text: str, known: Sequence[Evidence]) -> Why:
    """What a translation into English does not keep of the original; "" where it keeps all that
    can be told by rule: numbers, dates, amounts, ids and links both ways, names, negation."""
    if not text.strip():
        return "empty"
    if _values(original.excerpt, original.language) != _values(text, "en"):
        return "numbers"
    if _names_lost(original.excerpt, text, known):
        return "names"
    said = bool(negation(original.language).search(original.excerpt))
    return "negation" if said != bool(negation("en").search(text)) else ""


def _values(text: str, language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Ids and links as they stand; every other number by what it can mean."""
    found = find_mentions(text, language)
    ids = frozenset(r for m in found if m.kind in ("id", "link") for r in m.readings)
    numbers = [_number(m) for m in found if m.kind not in ("id", "link", "quote")]
    return ids, tuple(sorted(numbers))


def _number(mention: Mention) -> str:
    """A date by its day and month, any other by its digits; units differ between languages."""
    reading = min(mention.readings, default="")
    if mention.kind == "date":
        _, _, told = reading.partition("-")  # of 2026-10-05 and of --10-05 the month and day
        return f"date {told.lstrip('-')}"
    value, _, _ = reading.partition("|")
    return ".".join(_DIGITS.findall(value))


def _names_lost(original: str, text: str, known: Sequence[Evidence]) -> bool:
    """Whether names that the original has are missing, or people of the records come out of
    nowhere. In a text of another script each Latin word is a name."""
    ours, theirs = original.casefold(), text.casefold()
    kept = {name for name in _named(known, _NAMES) if name in ours}
    if any(sign > "\u024f" for sign in _SIGNS.findall(original)):
        kept |= {word.casefold() for word in _LATIN.findall(original)}
    people = _named(known, _PEOPLE)
    return any(name not in theirs for name in kept) or any(
        name in theirs and name not in ours for name in people
    )


def _named(known: Sequence[Evidence], names: frozenset[str]) -> frozenset[str]:
    facts = (fact for item in known for fact in item.facts if isinstance(fact, NameFact))
    return frozenset(f.value.casefold() for f in facts if f.name in names and f.value)
