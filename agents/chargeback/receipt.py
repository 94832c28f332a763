"""Whether the goods came: parcels, downloads, the buyer's own words."""

from agents.chargeback.case import Case
from agents.chargeback.delivery import GONE, Delivery
from agents.chargeback.facts import text_of, time_of
from agents.chargeback.found import Found, found
from agents.chargeback.fraud import marks_of_access
from agents.chargeback.rules import Rules
from agents.chargeback.signs import written


def prove_receipt(case: Case, rules: Rules, delivery: Delivery) -> list[Found]:
    """Elements of receipt, for and against."""
    confirmed = written(rules, case.messages, "buyer", "received")
    return [
        *_delivered(case, delivery),
        *_on_its_way(case, delivery),
        *_accessed(case, rules),
        *([found("buyer_confirmed", *confirmed)] if confirmed else []),
    ]


def _delivered(case: Case, delivery: Delivery) -> list[Found]:
    """What the grade shows; contradicted scans show nothing for the merchant."""
    shown = (delivery.scan, delivery.parcel)
    if delivery.contradictions and delivery.scan:
        return [found("delivered_elsewhere", *shown)]
    told = [found(name, *shown) for name in _BY_GRADE[delivery.grade]]
    if delivery.grade == "E":
        digital = bool(case.accesses) and not case.shipments
        unseen = delivery.parcel or case.order or case.dispute
        return [] if digital else [found("no_delivery_scan", unseen)]
    if delivery.defends and delivery.to_billing:
        told.append(found("delivered_to_billing", *shown))
    return told


_BY_GRADE = {
    "A": ("delivery_matched", "delivery_signed"),
    "B": ("delivery_matched",),
    "C": ("delivery_city",),
    "D": ("delivered_elsewhere",),
    "E": (),
}


def _on_its_way(case: Case, delivery: Delivery) -> list[Found]:
    gone = [s for s in case.shipments if text_of(s, "state") in GONE]
    shipped = [s for s in case.shipments if time_of(s, "shipped_at") and s not in gone]
    return [
        *([found("shipped", *shipped)] if shipped and not delivery.contradictions else []),
        *([found("parcel_lost", *gone)] if gone else []),
    ]


def _accessed(case: Case, rules: Rules) -> list[Found]:
    least = rules.book.near.digital_marks
    ours = [a for a in case.accesses if marks_of_access(a, case) >= least]
    return [found("digital_access", *ours)] if ours else []
