"""The packet of a dispute: its letter in sections, what happened when, and the records as exhibits.

Records that are contradicted, or that speak against the merchant, are in none of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

from agents.chargeback.assessment import Assessment
from agents.chargeback.case import Case
from agents.chargeback.exhibits import exhibit_of
from agents.chargeback.facts import day_of, flag_of, same, text_of, time_of
from agents.chargeback.letter import HEADS, WHEN, Letter, doubted
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Grade
from agents.chargeback.translation import Translated
from agents.grounding.verify import check_templates
from packets.forms import EvidenceForm
from packets.records import Exhibit, LetterSection, Packet, PacketLetter, TimelineRow, Upload
from prompts.replies import Replies
from tradewind.base import Record
from tradewind.errors import InvalidInput
from tradewind.evidence import Evidence

_PARCEL = frozenset(("shipment", "tracking"))


class Defence(Record):
    """What a packet is made from; `uploads` are attached files as pages, by their ids."""

    case: Case
    assessed: Assessment
    letter: Letter
    evidence: tuple[Evidence, ...]
    merchant: str
    written_on: date
    uploads: Mapping[str, Upload] = {}
    translated: tuple[Translated, ...] = ()


def make_packet(
    defence: Defence, rules: Rules, letters: Replies, form: EvidenceForm | None
) -> Packet:
    """The packet for a processor's form, or for a person to upload. Raises InvalidInput where the
    dispute tells no amount."""
    rows = _timeline(defence, rules, letters)
    cited = [claim.evidence for claim in defence.letter.claims] + [row.evidence for row in rows]
    shown = dict.fromkeys(id_ for ids in cited for id_ in ids)
    known = {item.id: item for item in defence.evidence}
    shown |= dict.fromkeys(item.id for item in _attached(defence))
    exhibits = [_exhibit(known[id_], defence, rules, letters, form) for id_ in shown]
    return Packet(
        letter=_letter(defence, rules, letters), timeline=tuple(rows), exhibits=tuple(exhibits),
        paper="us-letter" if text_of(defence.case.order, "to_country") in ("US", "CA") else "a4",
    )  # fmt: skip


def fixed(letters: Replies, key: str) -> str:
    """A reviewed text that reads no record."""
    return " ".join(claim.text for claim in letters.say("en", key) or ())


# ---- the letter


def _letter(defence: Defence, rules: Rules, letters: Replies) -> PacketLetter:
    case, letter = defence.case, defence.letter
    network = rules.codes.network(case.network)
    reason = rules.codes.find(network, case.code)
    addressee = "letter.paypal" if network == "paypal" else "letter.addressee"
    if case.amount is None:
        raise InvalidInput("the dispute tells no amount", "Import the dispute again.")
    sections = [(fixed(letters, "letter.purchase"), letter.opening)]
    sections += [(fixed(letters, f"heading.{g}"), claims) for g, claims in letter.sections()]
    return PacketLetter(
        dispute=text_of(case.dispute, "id"), network=rules.names.network_name(network),
        reason_code=case.code, category=reason.title if reason else case.category.replace("_", " "),
        payment=text_of(case.payment, "id") or text_of(case.dispute, "payment"),
        order=text_of(case.order, "id"), amount=case.amount,
        transacted_on=day_of(case.payment, "paid_at"),
        disputed_on=day_of(case.dispute, "opened_at"), written_on=defence.written_on,
        addressee=fixed(letters, addressee),
        merchant=defence.merchant, subject=fixed(letters, "letter.subject"),
        sections=tuple(LetterSection(heading=h, claims=claims) for h, claims in sections if claims),
    )  # fmt: skip


# ---- what happened


def _timeline(defence: Defence, rules: Rules, letters: Replies) -> list[TimelineRow]:
    """Rows that the verifier takes, oldest first."""
    rows: list[TimelineRow] = []
    for item in _happened(defence, rules):
        at = time_of(item, WHEN[item.kind])
        key = f"timeline.{item.kind}"
        told = letters.say("en", key, {item.kind: item}, names=rules.names) if at else None
        if at and told and not check_templates(told, defence.evidence, "en"):
            rows.append(TimelineRow(at=at, text=told[0].text, evidence=(item.id,)))
    return sorted(rows, key=lambda row: row.at)


def _happened(defence: Defence, rules: Rules) -> Iterator[Evidence]:
    """Records of the case that the timeline tells; of messages those that the letter cites."""
    case, doubt = defence.case, doubted(defence.assessed, defence.evidence)
    cited = {id_ for claim in defence.letter.claims for id_ in claim.evidence}
    yield from filter(None, (case.order, case.payment, case.dispute))
    if not any(item.kind in _PARCEL and item.id in doubt for item in defence.evidence):
        yield from case.shipments
        yield from _scans(case)[-rules.book.packet.scans :]
    yield from (r for r in case.refunds if r.id in cited)
    yield from (r for r in case.returns if r.id not in doubt)
    yield from (m for m in case.messages if m.id in cited)


def _scans(case: Case) -> Sequence[Evidence]:
    """Scans of the case's own parcels."""
    numbers = [text_of(parcel, "tracking_no") for parcel in case.shipments]
    ours = [s for s in case.scans if any(same(text_of(s, "tracking_no"), n) for n in numbers)]
    return ours


# ---- exhibits


def _attached(defence: Defence) -> Iterator[Evidence]:
    """The files that may be shown."""
    out = left_out(defence)
    yield from (e for e in defence.case.uploads if text_of(e, "file") not in out)


def left_out(defence: Defence) -> Mapping[str, str]:
    """Files that the packet does not show, by their ids, and why."""
    doubt = doubted(defence.assessed, defence.evidence)
    told: dict[str, str] = {}
    for item in defence.case.uploads:
        file = text_of(item, "file")
        if item.id in doubt:
            told[file] = "what stands in it speaks against the shop"
        elif item.trust == "untrusted" and flag_of(item, "hidden_letters"):
            told[file] = (
                "it holds letters that a reader does not see, and nobody has vouched for it"
            )
        elif file not in defence.uploads:
            told[file] = "it could not be read again"
    return told


def _exhibit(
    item: Evidence, defence: Defence, rules: Rules, letters: Replies, form: EvidenceForm | None
) -> Exhibit:
    shown = [e for e in defence.assessed.elements if item.id in e.evidence and e.grade != "against"]
    shown.sort(key=lambda e: get_args(Grade).index(e.grade))
    rule = rules.book.packet
    own = rule.elements[shown[0].grade] if shown else rule.timeline
    elements, upload = [e.id for e in shown], None
    if item.kind == "upload":
        upload = defence.uploads.get(text_of(item, "file"))
        named = text_of(item, "role")
        elements = [role.element for name, role in rules.uploads.roles.items() if name == named]
    return exhibit_of(
        item, rules, letters, {one.evidence: one for one in defence.translated},
        field=_field(elements, rules, form), strength=rule.own if item.kind in HEADS else own,
        upload=upload,
    )  # fmt: skip


def _field(elements: Sequence[str], rules: Rules, form: EvidenceForm | None) -> str:
    """The first of the elements' fields that takes a file; none: it goes with the letter."""
    known = [rules.book.elements[element] for element in elements] if form else []
    names = [name for rule in known for name in (rule.stripe, rule.stripe_file) if name]
    found = (form.named(name, "file") for name in names) if form else ()
    return next(filter(None, found), "")
