"""What is wrong with a filled evidence form, before anybody sends it."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from packets.cutting import length
from packets.forms import EvidenceField, EvidenceForm
from tradewind.base import Record

_DOCUMENT = re.compile(r"[A-Za-z0-9\-_,\s]+\.[A-Za-z]+")
"""PayPal's pattern for a document's name."""


class Fault(Record):
    """A field, and what is wrong with it; no field: with the whole."""

    field: str
    problem: str


def faults(form: EvidenceForm, evidence: JsonValue) -> list[Fault]:
    """Everything that is wrong; nothing when the form may be sent."""
    found = _object_faults if form.shape == "object" else _list_faults
    return list(found(form, evidence))


# ---- Stripe: one object, a value a field


def _object_faults(form: EvidenceForm, evidence: JsonValue) -> Iterator[Fault]:
    if not isinstance(evidence, dict):
        yield Fault(field="", problem="is no object")
        return
    used = 0
    for name, value in evidence.items():
        field = form.fields.get(name)
        if field is None:
            yield Fault(field=name, problem="does not exist")
        elif field.kinds == ("object",):
            if not isinstance(value, dict):
                yield Fault(field=name, problem="is no object")
        elif not isinstance(value, str) or not value.strip():
            yield Fault(
                field=name, problem="is no text" if "text" in field.kinds else "is no file id"
            )
        elif "file" in field.kinds:
            if not value.isascii() or any(sign.isspace() for sign in value) or length(value) > 255:
                yield Fault(field=name, problem="is no file id")
        else:
            used += length(value)
            yield from _too_long(name, value, form.text_characters)
    most = form.combined_characters
    if most is not None and used > most:
        yield Fault(
            field="", problem=f"{used} characters in all, more than {form.combined_characters}"
        )


def _too_long(name: str, value: str, limit: int) -> Iterator[Fault]:
    if length(value) > limit:
        yield Fault(field=name, problem=f"has {length(value)} characters, more than {limit}")


# ---- PayPal: a list of evidence, each of a type


def _list_faults(form: EvidenceForm, evidence: JsonValue) -> Iterator[Fault]:
    if not isinstance(evidence, list):
        yield Fault(field="", problem="is no list")
        return
    for item in evidence:
        name = item.get("evidence_type") if isinstance(item, dict) else None
        field = form.fields.get(name) if isinstance(name, str) else None
        if not isinstance(item, dict) or field is None:
            yield Fault(field=str(name), problem="is no type of evidence")
            continue
        yield from _item_faults(form, field, item)


def _item_faults(
    form: EvidenceForm, field: EvidenceField, item: Mapping[str, JsonValue]
) -> Iterator[Fault]:
    wanted = {"evidence_type", "notes", "documents", "evidence_info"}
    for name in sorted(item.keys() - wanted):
        yield Fault(field=field.name, problem=f"takes no {name}")
    if len(item.keys() & wanted) < 2:
        yield Fault(field=field.name, problem="holds nothing")
    notes = item.get("notes", None)
    if notes is not None:
        if "text" not in field.kinds or not isinstance(notes, str) or not notes.strip():
            yield Fault(field=field.name, problem="takes no such notes")
        else:
            yield from _too_long(field.name, notes, form.text_characters)
    yield from _document_faults(field, item.get("documents", []))
    yield from _info_faults(field, item.get("evidence_info"))


def _document_faults(field: EvidenceField, documents: JsonValue) -> Iterator[Fault]:
    given = documents if isinstance(documents, list) else []
    names = [one.get("name") if isinstance(one, dict) else None for one in given]
    if given != documents or len(given) > 100:
        yield Fault(field=field.name, problem="has no list of up to 100 documents")
    for name in names:
        if not isinstance(name, str) or not _DOCUMENT.fullmatch(name):
            yield Fault(field=field.name, problem=f"{name!r} is no name of a document")


def _info_faults(field: EvidenceField, info: JsonValue) -> Iterator[Fault]:
    if info is None:
        return
    lists = {"tracking": ("tracking_info", 10), "refund": ("refund_ids", 100)}
    allowed = dict(lists[kind] for kind in field.kinds if kind in lists)
    if not isinstance(info, dict) or not info or info.keys() - allowed.keys():
        yield Fault(field=field.name, problem="takes no such evidence_info")
        return
    for name, most in allowed.items():
        given = info.get(name, [])
        if not isinstance(given, list) or not 1 <= len(given) <= most:
            yield Fault(field=field.name, problem=f"has no {name} of 1 to {most}")
            continue
        for one in given:
            if not _is_info(name, one):
                yield Fault(field=field.name, problem=f"{one!r} does not belong into {name}")


def _is_info(name: str, one: JsonValue) -> bool:
    if name == "refund_ids":
        return isinstance(one, str) and 1 <= len(one) <= 255
    if not isinstance(one, dict):
        return False
    number, carrier = one.get("tracking_number"), one.get("carrier_name")
    named = carrier != "OTHER" or bool(one.get("carrier_name_other"))
    return isinstance(number, str) and 1 <= len(number) <= 255 and bool(carrier) and named
