"""A dossier as files: the packet within the limits of where it goes, and the form's JSON."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from agents.chargeback.case import Case, read_case
from agents.chargeback.facts import text_of
from agents.chargeback.form import form_entries
from agents.chargeback.packet import Defence, make_packet
from agents.chargeback.rules import Rules
from agents.engines.dossier import Dossier
from agents.kit import Kit
from packets.faults import faults
from packets.forms import EvidenceForm
from packets.limits import Target
from packets.pack import Packed, PackedFile, Packer
from packets.records import Packet
from tradewind.base import Record
from tradewind.errors import InvalidInput
from wiring.packets import open_packer, read_form, read_limits
from wiring.platform import Platform

FORM = "stripe_evidence"
FORM_FILE = f"{FORM}.json"


class Filed(Record):
    """Files by name, and what became of packing: where it goes and why, limits, reductions,
    faults, remedies."""

    files: Mapping[str, bytes] = {}
    told: Mapping[str, Any] = {}


class Goal(Record):
    """Where a packet goes, and why there."""

    target: Target
    why: str


async def pack_dossier(platform: Platform, merchant: str, made: Dossier, target: str = "") -> Filed:
    """The packet of a dossier that has a letter, for the target that the dispute's processor or
    network asks for, or for the one that is named; nothing for another dossier.

    Raises NotFound for a target that does not exist.
    """
    table = read_limits()
    named = table.find(target) if target else None
    if not made.letter.claims:
        return Filed()
    packer = open_packer(platform.settings.models)
    defence = defence_of(made, merchant)
    if named:
        goal = Goal(target=named, why=f"{named.title} was chosen.")
    else:
        rules = platform.kit.rules
        route = table.route_of(*_sides(defence.case, rules))
        goal = Goal(target=table.find(route.target), why=route.why)
    return await asyncio.to_thread(_packed, packer, goal, platform.kit, defence, made)


def _sides(case: Case, rules: Rules) -> tuple[str, str]:
    """Processor and network, as routes name them."""
    return text_of(case.dispute, "processor").casefold(), rules.codes.network(case.network)


def _packed(packer: Packer, goal: Goal, kit: Kit, defence: Defence, made: Dossier) -> Filed:
    form = None if goal.target.manual else read_form(goal.target.form)
    packet = make_packet(defence, kit.rules, kit.letters, form)
    packed, told = _pack(packer, packet, goal)
    told["translations"] = [one.model_dump(mode="json") for one in made.translated]
    files = {file.name: file.content for file in packed.files}
    if form:
        filled, more = _filled(form, kit, defence, made, packet, packed)
        files |= {f"{form.id}.json": filled}
        told |= more
    return Filed(files=files, told=told)


def _filled(
    form: EvidenceForm, kit: Kit, defence: Defence, made: Dossier, packet: Packet, packed: Packed
) -> tuple[bytes, dict[str, Any]]:  # fmt: skip
    """The form's JSON, and what was cut of it or is wrong in it."""
    fields = {file.field: file.name for file in packed.files}
    entries = form_entries(defence, packet, fields, made.advice.ce3, kit.rules, kit.letters, form)
    filled = form.fill(entries)
    text = json.dumps(filled.evidence, ensure_ascii=False, indent=1) + "\n"
    return text.encode(), {
        "cuts": [cut.model_dump(mode="json") for cut in filled.cuts],
        "faults": [fault.model_dump(mode="json") for fault in faults(form, filled.evidence)],
    }


def _pack(packer: Packer, packet: Packet, goal: Goal) -> tuple[Packed, dict[str, Any]]:
    """The packed files. What cannot be set is told with its remedy: no letter is lost without a
    word, and the form is there without files."""
    target = goal.target
    whither = {"target": target.id, "title": target.title, "why": goal.why,
               "manual": target.manual, "form": target.form or None}  # fmt: skip
    try:
        packed = packer.pack(packet, target.id)
    except InvalidInput as error:
        told = {**whither, "refused": error.message, "remedy": error.hint}
        return Packed(target=target.id), told
    return packed, whither | _told(packed, packet)


def defence_of(made: Dossier, merchant: str) -> Defence:
    """What the packet of a dossier with a letter is made from."""
    case = read_case(made.evidence)
    assert case is not None  # it has a letter
    return Defence(
        case=case, assessed=made.advice.assessment, letter=made.letter, evidence=made.evidence,
        merchant=merchant, written_on=made.written_on, translated=made.translated,
    )  # fmt: skip


def _told(packed: Packed, packet: Packet) -> dict[str, Any]:
    """What packing came to; the files' names stand in the form for ids that an upload gives."""
    return {
        "files": [_row(file) for file in packed.files],
        "exhibits": [
            {"number": n, "title": one.title, "evidence": list(one.evidence), "field": one.field,
             "strength": one.strength, "outsider": one.outsider, "language": one.language}
            for n, one in enumerate(packet.exhibits, start=1)
        ],
        "reduced": [one.model_dump(mode="json") for one in packed.reduced],
        "excess": [one.model_dump(mode="json") for one in packed.excess],
        "drop_first": [one.model_dump(mode="json") for one in packed.drop_first],
        "spelled": list(packed.spelled),
        "flags": list(packed.flags),
    }  # fmt: skip


def _row(file: PackedFile) -> dict[str, Any]:
    return file.model_dump(mode="json", exclude={"content", "exhibits"})
