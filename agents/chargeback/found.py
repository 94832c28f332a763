"""What was found in the records: elements of the rulebook, and contradictions."""

from collections.abc import Iterable

from agents.chargeback.facts import ids
from agents.chargeback.tables import Grade
from tradewind.base import Record
from tradewind.evidence import Evidence


class Found(Record):
    """An element or a contradiction of the rulebook, with the records that show it."""

    id: str
    evidence: tuple[str, ...]


class Element(Found):
    """An element as the rule of the dispute's category grades it."""

    grade: Grade


def found(id_: str, *shown_by: Evidence | None) -> Found:
    return Found(id=id_, evidence=ids(shown_by))


def merged(items: Iterable[Found]) -> tuple[Found, ...]:
    """Each id once, with all that shows it."""
    told: dict[str, Found] = {}
    for item in items:
        before = told[item.id].evidence if item.id in told else ()
        both = tuple(dict.fromkeys((*before, *item.evidence)))
        told[item.id] = Found(id=item.id, evidence=both)
    return tuple(told.values())
