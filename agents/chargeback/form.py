"""A processor's evidence form, filled from the records and the letter's own sentences.

Fields are spoken of by Stripe's names; a form of another processor says which of its fields stand
for them. What a form has no field for is in the packet's files alone.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from agents.chargeback.ce3 import Ce3, enhanced_evidence
from agents.chargeback.duplicate import goods_of
from agents.chargeback.facts import day_of, text_of, time_of
from agents.chargeback.packet import Defence, fixed
from agents.chargeback.rules import Rules
from packets.cutting import length
from packets.forms import Entry, EvidenceForm
from packets.records import LetterSection, Packet, exhibit_numbers
from prompts.replies import Replies
from tradewind.evidence import Claim, Evidence

SENT = ("delivery_signed", "delivery_matched", "delivery_city", "shipped")
"""Elements with which the parcels stand uncontradicted."""

USED = ("digital_access", "used_since", "used_after_cancelling")
"""Elements that records of access show."""


def form_entries(
    defence: Defence, packet: Packet, files: Mapping[str, str], ce3: Ce3, rules: Rules,
    letters: Replies, form: EvidenceForm,
) -> list[Entry]:  # fmt: skip
    """What goes into the form, what counts most first. `files`: names of packed files by field,
    which stand for the ids that the processor gives them."""
    entries = _texts(defence, packet, rules, letters, form)
    entries += [Entry(field=name, kind="file", value=file) for name, file in files.items()]
    entries += _listed(defence, rules, form)
    more = enhanced_evidence(defence.case, ce3, rules)
    if more and "enhanced_evidence" in form.fields:
        entries.append(Entry(field="enhanced_evidence", kind="object", value=more))
    return entries


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


# ---- texts


def _texts(
    defence: Defence, packet: Packet, rules: Rules, letters: Replies, form: EvidenceForm
) -> list[Entry]:
    """Each field's text; what two of Stripe's fields would say in one field stands one below the
    other."""
    said = dict(_explained(defence, rules)) | dict(_known(defence, rules))
    said["uncategorized_text"] = _letter(packet, letters, form)
    texts: dict[str, list[str]] = {}
    for name, text in said.items():
        field = form.named(name, "text")
        if field and text:
            texts.setdefault(field, []).append(text)
    return [Entry(field=n, kind="text", value="\n\n".join(told)) for n, told in texts.items()]


def _letter(packet: Packet, letters: Replies, form: EvidenceForm) -> str:
    """The whole letter; where a field has no room for it, its opening and where the rest is."""
    whole = letter_text(packet)
    if length(whole) <= form.text_characters or form.shape == "object":
        return whole
    opening = _section(packet.letter.sections[0], exhibit_numbers(packet))
    return f"{opening}\n\n{fixed(letters, 'form.letter_in_file')}"


def _explained(defence: Defence, rules: Rules) -> Iterator[tuple[str, str]]:
    """The points' sentences in the text fields of their elements."""
    told: dict[str, list[str]] = {}
    for point in defence.letter.points:
        field = rules.book.elements[point.element].stripe
        if field not in _RECORDS:
            told.setdefault(field, []).extend(claim.text for claim in point.claims)
    return ((name, " ".join(texts)) for name, texts in told.items())


_RECORDS = frozenset((
    "access_activity_log", "billing_address", "shipping_tracking_number", "shipping_address",
    "product_description", "uncategorized_text",
))  # fmt: skip
"""Fields that hold a record's value and no sentence."""


def _known(defence: Defence, rules: Rules) -> Iterator[tuple[str, str]]:
    """Fields that the records fill."""
    case, told = defence.case, {point.element for point in defence.letter.points}
    yield "customer_name", text_of(case.payment, "name") or text_of(case.order, "to_name")
    yield "customer_email_address", text_of(case.payment, "email")
    yield "customer_purchase_ip", text_of(case.payment, "ip")
    yield "billing_address", _billed(case.payment)
    yield "product_description", goods_of(case)
    if told.intersection(SENT):
        yield from _shipped(defence, rules)
    if told.intersection(USED):
        yield from _used(_shown(defence, USED, case.accesses))
    if "two_orders" in told:
        yield "duplicate_charge_id", _other_charge(defence)


def _shown(defence: Defence, elements: Sequence[str], items: Sequence[Evidence]) -> list[Evidence]:
    """Records that the letter's points on these elements rest on."""
    told = {point.element for point in defence.letter.points}.intersection(elements)
    shown = {id_ for e in defence.assessed.elements if e.id in told for id_ in e.evidence}
    return [item for item in items if item.id in shown]


def _shipped(defence: Defence, rules: Rules) -> Iterator[tuple[str, str]]:
    parcels = _shown(defence, SENT, defence.case.shipments)
    carriers = [rules.names.carrier_name(text_of(p, "carrier")) for p in parcels]
    yield "shipping_carrier", _joined(carriers)
    days = sorted(day for p in parcels if (day := day_of(p, "shipped_at")))
    yield "shipping_date", _joined([day.isoformat() for day in days])
    yield "shipping_tracking_number", _joined([text_of(p, "tracking_no") for p in parcels])
    yield "shipping_address", _address(defence)


def _used(accesses: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """What was used when, from where; the service began with the first use."""
    yield "access_activity_log", "\n".join(filter(None, map(_line, accesses)))
    days = [day for one in accesses if (day := day_of(one, "at"))]
    yield "service_date", min(days).isoformat() if days else ""


def _line(access: Evidence) -> str:
    at = time_of(access, "at")
    marks = ((name, text_of(access, fact)) for name, fact in _MARKS.items())
    told = [f"{name} {value}".strip() for name, value in marks if value]
    return ", ".join([f"{at:%Y-%m-%d %H:%M} UTC", *told]) if at else ""


_MARKS = {"": "what", "IP address": "ip", "device": "device", "account": "account"}


def _address(defence: Defence) -> str:
    """Where the goods went, as far as it is told: the payment's whole address, else the order's
    place."""
    payment, order = defence.case.payment, defence.case.order
    place = ("to_city", "to_postcode", "to_country")
    parts = [text_of(payment, name) for name in _WHOLE] if text_of(payment, "address_line1") else [
        text_of(order, name) for name in place
    ]  # fmt: skip
    return ", ".join(filter(None, [text_of(order, "to_name"), *parts]))


def _billed(payment: Evidence | None) -> str:
    """The billing address, whole or not at all."""
    parts = [text_of(payment, f"bill_{name}") for name in _WHOLE]
    whole = bool(text_of(payment, "bill_address_line1"))
    return ", ".join(filter(None, [text_of(payment, "name"), *parts])) if whole else ""


_WHOLE = ("address_line1", "line2", "city", "region", "postcode", "country")


def _other_charge(defence: Defence) -> str:
    element = next(e for e in defence.assessed.elements if e.id == "two_orders")
    priors = [p for p in defence.case.priors if p.id in element.evidence]
    return text_of(priors[0], "payment") if priors else ""


def _joined(values: Sequence[JsonValue]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values if value))


# ---- tracking numbers and refund ids, where a form lists them


def _listed(defence: Defence, rules: Rules, form: EvidenceForm) -> Iterator[Entry]:
    tracking, refund = form.named("shipping_tracking_number", "tracking"), form.named(
        "refund", "refund"
    )  # fmt: skip
    for parcel in _shown(defence, SENT, defence.case.shipments) if tracking else ():
        number = text_of(parcel, "tracking_no")
        if number:
            value = _parcel(number, text_of(parcel, "carrier"), rules)
            yield Entry(field=tracking, kind="tracking", value=value)
    for back in _shown(defence, ("refund_made",), defence.case.refunds) if refund else ():
        yield Entry(field=refund, kind="refund", value=text_of(back, "refund"))


def _parcel(number: str, carrier: str, rules: Rules) -> JsonValue:
    """A tracking number as PayPal takes it."""
    known = rules.names.paypal_carrier(carrier)
    if known:
        return {"carrier_name": known, "tracking_number": number}
    other = rules.names.carrier_name(carrier) or "not told"
    return {"carrier_name": "OTHER", "carrier_name_other": other, "tracking_number": number}
