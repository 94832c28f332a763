"""A dossier as files: the packet within the processor's limits, and its evidence form."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from agents.engines.dossier import Dossier
from agents.kit import Kit
from packets.forms import EvidenceForm
from packets.pack import Packed, PackedFile, Packer
from packets.records import Packet, Upload
from packets.uploads import Unread
from tradewind.base import Record
from wiring.filing import FORM, TARGET, draft_of, finish
from wiring.packets import open_packer, read_form
from wiring.platform import Platform

FORM_FILE = f"{FORM}.json"


class Filed(Record):
    """Files by name, and what became of packing: limits, reductions, faults, remedies."""

    files: Mapping[str, bytes] = {}
    told: Mapping[str, Any] = {}


async def pack_dossier(platform: Platform, tenant: Tenant, made: Dossier) -> Filed:
    """The packet of a dossier that has a letter, with the files that were attached to its dispute;
    nothing for another."""
    if not made.letter.claims:
        return Filed()
    packer = open_packer(platform.settings.models)
    files = await asyncio.to_thread(platform.attachments(tenant.id).shown, made.evidence)
    defence = _defence(made, tenant.name, files)
    told = await asyncio.to_thread(_packed, packer, read_form(FORM), platform.kit, defence, made)
    out = [{"file": file, "why": why} for file, why in left_out(defence).items()]
    return told.model_copy(update={"told": {**told.told, "left_out": out}})


def _packed(packer: Packer, form: EvidenceForm, kit: Kit, merchant: str, made: Dossier) -> Filed:
    done = finish(draft_of(made, merchant, kit, form), packer, form)
    text = json.dumps(done.filled.evidence, ensure_ascii=False, indent=1) + "\n"
    contents = {file.name: file.content for file in done.packed.files}
    told = _told(done.packed, done.draft.packet) if not done.refused else {
        "target": TARGET, "refused": done.refused, "remedy": done.remedy
    }  # fmt: skip
    told |= {
        "cuts": [cut.model_dump(mode="json") for cut in done.filled.cuts],
        "faults": [fault.model_dump(mode="json") for fault in done.faults],
    }
    return Filed(files={**contents, FORM_FILE: text.encode()}, told=told)


def _told(packed: Packed, packet: Packet) -> dict[str, Any]:
    """What packing came to; the files' names stand in the form for ids that an upload gives."""
    return {
        "target": packed.target,
        "files": [_row(file) for file in packed.files],
        "exhibits": [
            {"number": n, "title": one.title, "evidence": list(one.evidence), "field": one.field,
             "strength": one.strength, "outsider": one.outsider}
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
