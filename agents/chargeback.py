"""Chargeback defence: what the delivery records prove against a claim of non-receipt.

Proof grades (our construct): A signed scan at a matching postcode,
B delivered scan at a matching postcode, C delivered, place only, D delivered elsewhere,
E no delivered scan. Non-receipt is defended with A or B.
"""

from collections.abc import Sequence
from typing import Literal

from tradewind.base import Record
from tradewind.evidence import Evidence

Grade = Literal["A", "B", "C", "D", "E"]
Contradiction = Literal["city", "before_shipping", "signed_by"]
Missing = Literal["order", "payment", "shipment", "scan", "postcode"]
DEFENSIBLE: frozenset[Grade] = frozenset(("A", "B"))


class Assessment(Record):
    """What speaks for the merchant, what against, what is missing."""

    grade: Grade
    decision: Literal["fight", "accept"]
    scan: str | None = None
    strengths: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    missing: tuple[Missing, ...] = ()


def assess_non_receipt(evidence: Sequence[Evidence]) -> Assessment:
    """Grade the proof of delivery from the gathered records."""
    order = _first(evidence, "order")
    scan = next(
        (
            e
            for e in reversed(evidence)
            if e.kind == "tracking" and value(e, "state") == "delivered"
        ),
        None,
    )
    contradictions = _contradictions(evidence, order, scan)
    grade = _grade(order, scan)
    fight = grade in DEFENSIBLE and not contradictions
    return Assessment(
        grade=grade,
        decision="fight" if fight else "accept",
        scan=scan.id if scan else None,
        strengths=_strengths(evidence, grade),
        contradictions=contradictions,
        missing=_missing(evidence, scan),
    )


def _grade(order: Evidence | None, scan: Evidence | None) -> Grade:
    if scan is None:
        return "E"
    scanned, wanted = value(scan, "postcode"), value(order, "to_postcode")
    if scanned and wanted:
        if _folded(scanned) != _folded(wanted):
            return "D"
        return "A" if value(scan, "signed_by") else "B"
    city, to_city = value(scan, "city"), value(order, "to_city")
    return "C" if city and to_city and _folded(city) == _folded(to_city) else "D"


def _contradictions(
    evidence: Sequence[Evidence], order: Evidence | None, scan: Evidence | None
) -> tuple[Contradiction, ...]:
    if scan is None:
        return ()
    found: list[Contradiction] = []
    city, to_city = value(scan, "city"), value(order, "to_city")
    if city and to_city and _folded(city) != _folded(to_city):
        found.append("city")
    shipped = value(_first(evidence, "shipment"), "shipped_at")
    if shipped and value(scan, "at") < shipped:
        found.append("before_shipping")
    signed, name = value(scan, "signed_by"), value(order, "to_name")
    if signed and name and not set(_folded(signed).split()) & set(_folded(name).split()):
        found.append("signed_by")
    return tuple(found)


def _strengths(evidence: Sequence[Evidence], grade: Grade) -> tuple[str, ...]:
    payment = _first(evidence, "payment")
    found = [f"proof of delivery {grade}"] if grade in DEFENSIBLE else []
    for name in ("avs_postcode", "avs_line1", "cvc"):
        if value(payment, name) == "pass":
            found.append(f"{name} pass")
    if value(payment, "eci") in ("05", "5", "02", "2"):
        found.append("3-D Secure authenticated")
    return tuple(found)


def _missing(evidence: Sequence[Evidence], scan: Evidence | None) -> tuple[Missing, ...]:
    kinds = {item.kind for item in evidence}
    needed: tuple[Literal["order", "payment", "shipment"], ...] = ("order", "payment", "shipment")
    found: list[Missing] = [kind for kind in needed if kind not in kinds]
    if scan is None:
        found.append("scan")
    elif not value(scan, "postcode"):
        found.append("postcode")
    return tuple(found)


def value(evidence: Evidence | None, name: str) -> str:
    """A fact's value as text; empty when the record or the fact is not there."""
    if evidence is None:
        return ""
    return next((str(fact.value) for fact in evidence.facts if fact.name == name), "")


def _first(evidence: Sequence[Evidence], kind: str) -> Evidence | None:
    return next((item for item in evidence if item.kind == kind), None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
