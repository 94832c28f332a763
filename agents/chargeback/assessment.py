"""What speaks for the merchant, what against, what contradicts itself, and what is missing."""

from collections.abc import Sequence
from typing import Literal

from agents.chargeback.case import Case
from agents.chargeback.credit import prove_credit
from agents.chargeback.delivery import Delivery, prove_delivery
from agents.chargeback.duplicate import find_double, prove_apart
from agents.chargeback.facts import text_of
from agents.chargeback.found import Element, Found, found, merged
from agents.chargeback.fraud import prove_buyer
from agents.chargeback.money import find_contradictions, prove_amounts, refunded_in_full
from agents.chargeback.quality import prove_quality
from agents.chargeback.receipt import prove_receipt
from agents.chargeback.rules import Rules
from agents.chargeback.signs import written
from agents.chargeback.subscription import prove_subscription
from agents.chargeback.tables import CategoryRule, Proof
from tradewind.base import Record
from tradewind.commerce import DisputeCategory

Missing = Literal["order", "payment", "shipment", "scan", "postcode"]
"""Records without which little can be shown."""


class Contradiction(Found):
    """Where the records say otherwise. One that bars a fight bars it whatever the odds; one that
    asks needs the merchant's word on which record is right."""

    bars: bool
    asks: bool


class Assessment(Record):
    """The case against its rule. `grade` is the proof of delivery's, `scan` the record that decided
    it. `ways` are the whole answers that the records give; `settled` is there where one of them
    stands whatever else is contradicted; `loses` is what usually loses."""

    category: DisputeCategory
    network: str
    code_title: str
    doubt: Literal["", "unknown_code", "ambiguous", "differs", "nothing"]
    grade: Proof
    scan: str | None
    elements: tuple[Element, ...]
    ways: tuple[tuple[str, ...], ...]
    settled: bool
    contradictions: tuple[Contradiction, ...]
    missing: tuple[Missing, ...]
    loses: str

    @property
    def standing(self) -> tuple[Contradiction, ...]:
        """The contradictions that count: a settled claim leaves those that have to be asked."""
        return tuple(c for c in self.contradictions if c.asks or not self.settled)

    def has(self, element: str) -> bool:
        return any(item.id == element for item in self.elements)


def assess(case: Case, rules: Rules) -> Assessment:
    """Grade everything that the records show by the rule of the dispute's category."""
    network = rules.codes.network(case.network)
    reading = rules.codes.read(network, case.code, text_of(case.dispute, "reason"))
    category, doubt = case.category, reading.doubt
    if doubt != "differs" and case.stated.of("category"):
        doubt = ""
    rule = rules.book.rule_for(category, network, case.code)
    delivery = prove_delivery(case, rules)
    elements = _graded(_all_found(case, rules, delivery), rule, case)
    if case.whole:
        elements = (*elements, *_harms_beside(elements, case.whole, rule, rules))
    told = {item.id for item in elements}
    return Assessment(
        category=category,
        network=network,
        code_title=reading.title,
        doubt=doubt,
        grade=delivery.grade,
        scan=delivery.scan.id if delivery.scan else None,
        elements=elements,
        ways=tuple(way for way in (rule.ways if rule else ()) if told.issuperset(way)),
        settled=any(rules.book.elements[name].settles for name in told),
        contradictions=_contradictions(case.whole or case, rules),
        missing=_missing(case, delivery, rule),
        loses=rule.loses if rule else "",
    )


def _harms_beside(
    elements: Sequence[Element], whole: Case, rule: CategoryRule | None, rules: Rules
) -> list[Element]:
    """What speaks against the merchant in records that a person called wrong."""
    told = {item.id for item in elements}
    graded = _graded(_all_found(whole, rules, prove_delivery(whole, rules)), rule, whole)
    return [e for e in graded if e.grade == "against" and e.id not in told]


def _all_found(case: Case, rules: Rules, delivery: Delivery) -> tuple[Found, ...]:
    """Everything that any rule may ask for; which of it counts is the rule's matter."""
    return merged([
        *prove_amounts(case, rules),
        *prove_buyer(case, rules),
        *prove_receipt(case, rules, delivery),
        *prove_quality(case, rules),
        *prove_credit(case, rules, delivery),
        *prove_subscription(case, rules),
        *prove_apart(case, rules),
    ])  # fmt: skip


def _graded(items: Sequence[Found], rule: CategoryRule | None, case: Case) -> tuple[Element, ...]:
    if rule is None:
        return ()
    signed = any(item.id == "delivery_signed" for item in items)
    unsigned = not signed and _needs_signature(rule, case)
    return tuple(
        Element(id=item.id, evidence=item.evidence, grade=grade)
        for item in items
        if (grade := rule.grade(item.id)) and not (unsigned and item.id == "delivery_matched")
    )


def _needs_signature(rule: CategoryRule, case: Case) -> bool:
    """Above the rule's amount, and where the amounts cannot be compared."""
    above, amount = rule.signature_above, case.amount
    if above is None:
        return False
    return amount is None or amount.currency != above.currency or amount.minor > above.minor


def _contradictions(case: Case, rules: Rules) -> tuple[Contradiction, ...]:
    """All of them, also those that do not bar this category's answer; none is taken away by what
    a person stated."""
    told = merged([
        *prove_delivery(case, rules).contradictions,
        *find_contradictions(case),
        *find_double(case, rules),
        *_admitted(case, rules),
    ])  # fmt: skip
    return tuple(_ruled(item, case, rules) for item in told)


def _ruled(item: Found, case: Case, rules: Rules) -> Contradiction:
    """A person who says that it is so bars the fight; who says otherwise has answered."""
    rule, category = rules.book.contradictions[item.id], case.category
    so = case.stated.contradictions.get(item.id)
    bars = category in rule.bars or "*" in rule.bars or so is True
    asks = not bars and (category in rule.asks or "*" in rule.asks) and not _answered(item, case)
    return Contradiction(id=item.id, evidence=item.evidence, bars=bars, asks=asks)


def _answered(item: Found, case: Case) -> bool:
    """Whether a person said how it stands, or which of its records to use."""
    if item.id == "two_orders" and case.stated.of("order"):
        return True
    named = {e.source for e in (case.payment, case.order) if e and e.id in item.evidence}
    return item.id in case.stated.contradictions or not named.isdisjoint(case.stated.records)


def _admitted(case: Case, rules: Rules) -> list[Found]:
    """The shop's own words against it; what was promised and paid is settled."""
    told = written(rules, case.messages, "shop", "admitted")
    return [found("admitted", *told)] if told and not refunded_in_full(case, rules) else []


def _missing(case: Case, delivery: Delivery, rule: CategoryRule | None) -> tuple[Missing, ...]:
    """Records that are not there; those of a delivery only where one would be an answer."""
    told: list[Missing] = []
    if case.order is None:
        told.append("order")
    if case.payment is None:
        told.append("payment")
    asked = any("delivery_matched" in way for way in (rule.ways if rule else ()))
    return (*told, *_missing_of(case, delivery)) if asked and not case.accesses else tuple(told)


def _missing_of(case: Case, delivery: Delivery) -> tuple[Missing, ...]:
    if delivery.scan is None:
        return ("scan",) if case.shipments else ("shipment", "scan")
    return () if text_of(delivery.scan, "postcode") else ("postcode",)
