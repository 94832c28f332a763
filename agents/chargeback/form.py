"""Stripe's evidence object, filled from the records and the letter's own sentences."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from agents.chargeback.ce3 import Ce3, enhanced_evidence
from agents.chargeback.duplicate import goods_of
from agents.chargeback.facts import day_of, text_of
from agents.chargeback.packet import Defence
from agents.chargeback.rules import Rules
from packets.forms import Entry, EvidenceForm
from packets.records import LetterSection, Packet, exhibit_numbers
from tradewind.evidence import Claim

SENT = ("delivery_signed", "delivery_matched", "delivery_city", "shipped")
"""Elements with which the parcels stand uncontradicted."""


def stripe_entries(
    defence: Defence, packet: Packet, files: Mapping[str, str], ce3: Ce3, rules: Rules,
    form: EvidenceForm,
) -> list[Entry]:  # fmt: skip
    """What goes into the form, what counts most first. `files`: names of packed files by field,
    which stand for the ids that the processor gives them."""
    texts = dict(_explained(defence, rules, form)) | dict(_known(defence))
    texts["uncategorized_text"] = letter_text(packet)
    entries = [Entry(field=name, kind="text", value=text) for name, text in texts.items() if text]
    entries += [Entry(field=name, kind="file", value=file) for name, file in files.items()]
    more = enhanced_evidence(defence.case, ce3, rules)
    return [
        *entries,
        *([Entry(field="enhanced_evidence", kind="object", value=more)] if more else []),
    ]


def letter_text(packet: Packet) -> str:
    """The letter as plain text, each sentence with its exhibits."""
    numbers = exhibit_numbers(packet)
    sections = packet.letter.sections
    return "\n\n".join(_section(section, numbers) for section in sections)


def _section(section: LetterSection, numbers: Mapping[str, int]) -> str:
    return "\n".join([section.heading, *(_sentence(c, numbers) for c in section.claims)])


def _sentence(claim: Claim, numbers: Mapping[str, int]) -> str:
    shown = ", ".join(map(str, sorted({numbers[id_] for id_ in claim.evidence})))
    return f"{claim.text} [Exhibit {shown}]" if shown else claim.text


def _explained(defence: Defence, rules: Rules, form: EvidenceForm) -> Iterator[tuple[str, str]]:
    """The points' sentences in the text fields of their elements."""
    told: dict[str, list[str]] = {}
    for point in defence.letter.points:
        field = form.fields.get(rules.book.elements[point.element].stripe)
        if field and field.kinds == ("text",) and field.name not in _RECORDS:
            told.setdefault(field.name, []).extend(claim.text for claim in point.claims)
    return ((name, " ".join(texts)) for name, texts in told.items())


_RECORDS = frozenset((
    "billing_address", "shipping_tracking_number", "shipping_address", "product_description",
    "uncategorized_text",
))  # fmt: skip
"""Fields that hold a record's value and no sentence."""


def _known(defence: Defence) -> Iterator[tuple[str, str]]:
    """Fields that the records fill."""
    case = defence.case
    yield "customer_name", text_of(case.payment, "name") or text_of(case.order, "to_name")
    yield "customer_email_address", text_of(case.payment, "email")
    yield "customer_purchase_ip", text_of(case.payment, "ip")
    yield "product_description", goods_of(case)
    told = {point.element for point in defence.letter.points}
    if told.intersection(SENT):
        yield from _shipped(defence)
    if "two_orders" in told:
        yield "duplicate_charge_id", _other_charge(defence)


def _shipped(defence: Defence) -> Iterator[tuple[str, str]]:
    told = {point.element for point in defence.letter.points}.intersection(SENT)
    shown = {id_ for e in defence.assessed.elements if e.id in told for id_ in e.evidence}
    parcels = [parcel for parcel in defence.case.shipments if parcel.id in shown]
    yield "shipping_carrier", _joined([text_of(p, "carrier") for p in parcels])
    days = sorted(day for p in parcels if (day := day_of(p, "shipped_at")))
    yield "shipping_date", _joined([day.isoformat() for day in days])
    yield "shipping_tracking_number", _joined([text_of(p, "tracking_no") for p in parcels])
    yield "shipping_address", _address(defence)


def _address(defence: Defence) -> str:
    """Where the goods went, as far as it is told: the payment's whole address, else the order's
    place."""
    payment, order = defence.case.payment, defence.case.order
    whole = ("address_line1", "line2", "city", "region", "postcode", "country")
    place = ("to_city", "to_postcode", "to_country")
    parts = [text_of(payment, name) for name in whole] if text_of(payment, "address_line1") else [
        text_of(order, name) for name in place
    ]  # fmt: skip
    return ", ".join(filter(None, [text_of(order, "to_name"), *parts]))


def _other_charge(defence: Defence) -> str:
    element = next(e for e in defence.assessed.elements if e.id == "two_orders")
    priors = [p for p in defence.case.priors if p.id in element.evidence]
    return text_of(priors[0], "payment") if priors else ""


def _joined(values: Sequence[JsonValue]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values if value))
