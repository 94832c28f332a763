"""Proof of delivery: the grade of an order's parcels, and what speaks against it."""

from collections.abc import Sequence
from datetime import datetime

from agents.chargeback.case import Case
from agents.chargeback.facts import folded, same, same_postcode, text_of, time_of
from agents.chargeback.found import Found, found, merged
from agents.chargeback.rules import Rules
from agents.chargeback.signs import says
from agents.chargeback.tables import Proof, ProofGrade
from tradewind.base import Record
from tradewind.evidence import Evidence

GONE = frozenset(("lost", "returning", "returned"))


class Delivery(Record):
    """The delivery of an order: the grade of its worst parcel.

    `scan` is that parcel's delivered scan. `to_billing`: every parcel was delivered at the billing
    address's postcode, which the issuer confirmed; None where either is not known.
    """

    grade: Proof
    defends: bool
    scan: Evidence | None = None
    parcel: Evidence | None = None
    to_billing: bool | None = None
    contradictions: tuple[Found, ...] = ()


def prove_delivery(case: Case, rules: Rules) -> Delivery:
    """Grade what the scans of the order's parcels prove."""
    parcels = [_parcel(case, rules, parcel) for parcel in case.shipments]
    if not parcels:
        return Delivery(grade=rules.delivery.grade_of(frozenset()).id, defends=False)
    order = [grade.id for grade in rules.delivery.grade]
    worst = max(parcels, key=lambda p: order.index(p.grade))
    told = merged(c for parcel in parcels for c in parcel.contradictions)
    at_billing = [parcel.to_billing for parcel in parcels]
    return worst.model_copy(update={
        "contradictions": told,
        "to_billing": None if None in at_billing else all(at_billing),
    })  # fmt: skip


def _parcel(case: Case, rules: Rules, parcel: Evidence) -> Delivery:
    scans = _scans_of(case, parcel)
    last = next((s for s in reversed(scans) if text_of(s, "state") == "delivered"), None)
    against = _contradictions(case, parcel, scans, last)
    grade = rules.delivery.grade_of(_facts(case, rules, parcel, last, against))
    return Delivery(
        grade=grade.id, defends=_defends(grade, against), scan=last, parcel=parcel,
        to_billing=_to_billing(case, rules, last), contradictions=against,
    )  # fmt: skip


def _defends(grade: ProofGrade, against: Sequence[Found]) -> bool:
    return grade.defends and not against


def _scans_of(case: Case, parcel: Evidence) -> tuple[Evidence, ...]:
    number = text_of(parcel, "tracking_no")
    if not number:
        return ()
    return tuple(s for s in case.scans if same(text_of(s, "tracking_no"), number))


def _facts(
    case: Case, rules: Rules, parcel: Evidence, scan: Evidence | None, against: Sequence[Found]
) -> frozenset[str]:
    """The conditions of delivery.toml that hold."""
    if scan is None or any(item.id == "taken_back" for item in against):
        return frozenset()
    to = case.order or parcel
    told = {
        "delivered": True,
        "handed": not says(rules, scan, "handed_over"),
        "postcode": same_postcode(text_of(scan, "postcode"), text_of(to, "to_postcode")),
        "city": same(text_of(scan, "city"), text_of(to, "to_city")),
        "signed": bool(text_of(scan, "signed_by")),
    }
    return frozenset(name for name, holds in told.items() if holds)


def _contradictions(
    case: Case, parcel: Evidence, scans: Sequence[Evidence], scan: Evidence | None
) -> tuple[Found, ...]:
    to = case.order or parcel
    told: list[Found] = []
    if _differ(text_of(parcel, "to_postcode"), text_of(case.order, "to_postcode")):
        told.append(found("redirected", parcel, case.order))
    if scan is None:
        return tuple(told)
    city, wanted = text_of(scan, "city"), text_of(to, "to_city")
    if city and wanted and not same(city, wanted):
        told.append(found("city", scan, to))
    shipped, at = time_of(parcel, "shipped_at"), time_of(scan, "at")
    if shipped and at and at < shipped:
        told.append(found("before_shipping", scan, parcel))
    if _another(text_of(scan, "signed_by"), text_of(to, "to_name")):
        told.append(found("signed_by", scan, to))
    after = _taken_back(scans, at)
    return (*told, found("taken_back", scan, after)) if after else tuple(told)


def _taken_back(scans: Sequence[Evidence], at: datetime | None) -> Evidence | None:
    """A scan after the delivered one that says otherwise."""
    return next(
        (s for s in scans if text_of(s, "state") in GONE and at and (time_of(s, "at") or at) > at),
        None,
    )


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and not same_postcode(one, other)


def _another(signed: str, name: str) -> bool:
    """Whether the two share no name; a family name in common is a member of the household."""
    return bool(signed and name) and not set(folded(signed).split()) & set(folded(name).split())


def _to_billing(case: Case, rules: Rules, scan: Evidence | None) -> bool | None:
    billing, scanned = text_of(case.payment, "bill_postcode"), text_of(scan, "postcode")
    if not (billing and scanned):
        return None
    checked = rules.checks.address(
        text_of(case.payment, "avs_line1"), text_of(case.payment, "avs_postcode")
    )
    return checked.postcode == "pass" and same_postcode(scanned, billing)
