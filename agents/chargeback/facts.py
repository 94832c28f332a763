"""Typed facts of evidence, by name; empty or None where the record does not tell."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from tradewind.base import Money
from tradewind.evidence import (
    DateFact,
    Evidence,
    Fact,
    FlagFact,
    IdFact,
    MoneyFact,
    NameFact,
    NumberFact,
    TimeFact,
)  # fmt: skip


def text_of(evidence: Evidence | None, name: str) -> str:
    """An id or a name; other facts as text."""
    found = _fact(evidence, name)
    if found is None:
        return ""
    return found.value if isinstance(found, IdFact | NameFact) else str(found.value)


def texts_of(evidence: Evidence | None, name: str) -> tuple[str, ...]:
    """All ids or names of a fact that comes several times."""
    facts = evidence.facts if evidence else ()
    return tuple(f.value for f in facts if f.name == name and isinstance(f, IdFact | NameFact))


def money_of(evidence: Evidence | None, name: str) -> Money | None:
    found = _fact(evidence, name)
    return found.value if isinstance(found, MoneyFact) else None


def time_of(evidence: Evidence | None, name: str) -> datetime | None:
    """A time; a date is its beginning in UTC."""
    found = _fact(evidence, name)
    if isinstance(found, DateFact):
        return datetime.combine(found.value, datetime.min.time(), UTC)
    return found.value if isinstance(found, TimeFact) else None


def day_of(evidence: Evidence | None, name: str) -> date | None:
    found = time_of(evidence, name)
    return found.date() if found else None


def flag_of(evidence: Evidence | None, name: str) -> bool | None:
    """None: not known."""
    found = _fact(evidence, name)
    return found.value if isinstance(found, FlagFact) else None


def whole_of(evidence: Evidence | None, name: str) -> int | None:
    """A number without its fraction."""
    found = _fact(evidence, name)
    return int(found.value) if isinstance(found, NumberFact) else None


def folded(text: str) -> str:
    """A name or postcode for comparing: case, hyphens and blanks do not count."""
    return " ".join(text.casefold().replace("-", " ").split())


def same(one: str, other: str) -> bool:
    """Whether two texts are told and mean the same."""
    return bool(one and other) and folded(one) == folded(other)


def same_postcode(one: str, other: str) -> bool:
    """As `same`, however the code is spaced; of two US codes one may have its four digits more."""
    left, right = (folded(code).replace(" ", "") for code in (one, other))
    if not (left and right):
        return False
    return left == right or _zip(one) == _zip(other) != ""


def _zip(code: str) -> str:
    """The five digits of a US postcode with nine."""
    found = _US.fullmatch(code.strip())
    return found[1] if found else ""


_US = re.compile(r"([0-9]{5})(?:-[0-9]{4})?")


def ids(items: Iterable[Evidence | None]) -> tuple[str, ...]:
    """The ids of records, each once."""
    return tuple(dict.fromkeys(item.id for item in items if item))


def _fact(evidence: Evidence | None, name: str) -> Fact | None:
    facts = evidence.facts if evidence else ()
    return next((fact for fact in facts if fact.name == name), None)
