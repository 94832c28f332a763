"""A dossier as files: the packet within the limits of where it goes, and the form's JSON."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from agents.engines.dossier import Dossier
from packets.pack import PackedFile
from tradewind.base import Record
from tradewind.people import Tenant
from wiring.drafts import Finished, Goal, draft_of, finish, goal_named, goal_of
from wiring.packets import open_packer
from wiring.platform import Platform


class Filed(Record):
    """Files by name, and what became of packing: where it goes and why, limits, reductions,
    faults, remedies."""

    files: Mapping[str, bytes] = {}
    told: Mapping[str, Any] = {}


async def pack_dossier(
    platform: Platform, tenant: Tenant, made: Dossier, target: str = ""
) -> Filed:
    """The packet of a dossier that has a letter, with the files that were attached to its dispute:
    for the target that the dispute's processor or network asks for, or for the one that is named.
    Nothing for another dossier.

    Raises NotFound for a target that does not exist.
    """
    named = goal_named(target) if target else None
    if not made.letter.claims:
        return Filed()
    return await asyncio.to_thread(_packed, platform, tenant, made, named)


def _packed(platform: Platform, tenant: Tenant, made: Dossier, named: Goal | None) -> Filed:
    kit, files = platform.kit, platform.attachments(tenant.id).shown(made.evidence)
    goal = named or goal_of(made, kit.rules)
    draft = draft_of(made, tenant.name, kit, goal, files)
    done = finish(draft, open_packer(platform.settings.models))
    told = _told(done) | {"translations": [one.model_dump(mode="json") for one in made.translated]}
    contents = {file.name: file.content for file in done.packed.files}
    if done.filled:
        text = json.dumps(done.filled.evidence, ensure_ascii=False, indent=1) + "\n"
        contents[f"{goal.target.form}.json"] = text.encode()
    return Filed(files=contents, told=told)


def _told(done: Finished) -> dict[str, Any]:
    """What packing came to; the files' names stand in the form for ids that an upload gives."""
    target, out = done.draft.goal.target, done.draft.left_out
    told: dict[str, Any] = {
        "target": target.id, "title": target.title, "why": done.draft.goal.why,
        "manual": target.manual, "form": target.form or None,
        "left_out": [{"file": file, "why": why} for file, why in out.items()],
    }  # fmt: skip
    if done.filled:
        told["cuts"] = [cut.model_dump(mode="json") for cut in done.cuts]
        told["faults"] = [fault.model_dump(mode="json") for fault in done.faults]
    if done.refused:
        return told | {"refused": done.refused, "remedy": done.remedy}
    return told | _shown(done)


def _shown(done: Finished) -> dict[str, Any]:
    packed, exhibits = done.packed, done.draft.packet.exhibits
    return {
        "files": [_row(file) for file in packed.files],
        "exhibits": [
            {"number": n, "title": one.title, "evidence": list(one.evidence), "field": one.field,
             "strength": one.strength, "outsider": one.outsider, "language": one.language}
            for n, one in enumerate(exhibits, start=1)
        ],
        "reduced": [one.model_dump(mode="json") for one in packed.reduced],
        "excess": [one.model_dump(mode="json") for one in packed.excess],
        "drop_first": [one.model_dump(mode="json") for one in packed.drop_first],
        "spelled": list(packed.spelled),
        "flags": list(packed.flags),
    }  # fmt: skip


def _row(file: PackedFile) -> dict[str, Any]:
    return file.model_dump(mode="json", exclude={"content", "exhibits"})
