"""What defending a dispute costs, from the records in a shop to the files on disk: 40 pieces of
evidence in five scripts, ten photographs of 3 MB and four scanned pages beside them."""

import asyncio
import io
import json
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from agents.chargeback.form import form_entries
from agents.chargeback.packet import make_packet
from agents.engines.dossier import Dossier
from packets.faults import faults
from packets.pack import PackedFile, check_filed
from packets.records import Exhibit, Packet
from packets.uploads import Unread, UploadFile
from tradewind.commerce import Message, ShopRecord, SourceRow, TrackingEvent
from tradewind.errors import InvalidInput
from tradewind.people import Actor, Session
from wiring.bench.figure import Figure, Place
from wiring.bench.overhead import bare_platform
from wiring.bench.packet import TEXTS, cpu, joined, photo
from wiring.drafts import defence_of
from wiring.packets import open_packer, open_uploads, read_form
from wiring.platform import SAMPLE, Platform, open_platform
from wiring.sample import import_sample
from wiring.settings import NONE, Settings

DISPUTE, ORDER, PARCEL = "dp_1QSamplepbDnETYhXfRA9", "#W7156413", "1Z8R4W716835059349"
SENT = datetime(2026, 10, 15, 9, tzinfo=UTC)
"""Between the parcel's first scan and its last."""

EVIDENCE, PHOTOS, SCANS = 40, 10, 4
MESSAGES, SCANNED = 12, 12
"""Records that are added to the sample's, so that they are 40."""
WALL_AIM, MODEL_AIM, SIZE_AIM = 3.0, 60.0, 4.5
MODEL = "qwen2.5-coder-1.5b-q4_k_m.gguf"
NOTE = f"{os.cpu_count()} cores; baseline: the photographs alone, joined to a PDF by Pillow"


def measure_defence(place: Place) -> Iterator[Figure]:
    """Wall seconds of decision and packet without a model, the packet's megabytes, and wall
    seconds with the local model."""
    platform = bare_platform(place)
    files = [*(photo(n) for n in range(PHOTOS)), *(_scan(n) for n in range(SCANS))]
    try:
        import_sample(platform)
        _fill(platform)
        assert platform.assistant  # what a start reads is not part of a defence
        began, spent = time.perf_counter(), cpu()
        packed, told = asyncio.run(_defended(platform, files, place.work / "packet"))
        ours, busy = time.perf_counter() - began, cpu() - spent
        began = time.perf_counter()
        size = joined(files[:PHOTOS])
        theirs = time.perf_counter() - began
    except InvalidInput as error:
        yield Figure.skipped("defence", "s", str(error))
        return
    finally:
        platform.close()
    note = f"{told}; {NOTE}"
    weight = sum(file.size for file in packed)
    yield Figure.of("defence", ours, "s", baseline=theirs, aim=WALL_AIM, note=note)
    yield Figure.of("defence_cpu", busy, "CPU s", note=f"{note}; all cores")
    yield Figure.of(
        "defence_size", weight / 1e6, "MB", baseline=size / 1e6, aim=SIZE_AIM, note=note
    )
    yield from _with_model(place, files)


def _with_model(place: Place, files: Sequence[bytes]) -> Iterator[Figure]:
    """With the local model as it is shipped, trusted in no language, and trusted in English, so
    that it words the opening."""
    if not (place.models / MODEL).is_file():
        yield Figure.skipped("defence_model", "s", f"{MODEL} is not there")
        return
    for name, more in (("defence_model", {}), ("defence_worded", {"TRADEWIND_TRUSTED": "en"})):
        platform = open_platform(Settings.read({
            "TRADEWIND_HOME": str(place.work / "home"), "TRADEWIND_MODELS": str(place.models),
            "TRADEWIND_MODEL_FEATURES": NONE, "TRADEWIND_MODEL_EMBED": "scripted:", **more,
        }))  # fmt: skip
        try:
            began, spent = time.perf_counter(), cpu()
            _, told = asyncio.run(_defended(platform, files, place.work / name))
            took, busy = time.perf_counter() - began, cpu() - spent
        finally:
            platform.close()
        note = f"{told}; {busy:.1f} CPU s, all cores; {_MODEL_NOTES[name]}"
        yield Figure.of(name, took, "s", aim=MODEL_AIM, note=note)


_MODEL_NOTES = {
    "defence_model": "the local model as it is shipped: the letter is the reviewed one",
    "defence_worded": "the local model, trusted in English for this figure, words the opening",
}


async def _defended(
    platform: Platform, files: Sequence[bytes], out: Path
) -> tuple[tuple[PackedFile, ...], str]:
    """The files as they lie in `out`, and how much went into them. Raises InvalidInput for a
    packet that may not be filed."""
    tenant = platform.tenant(SAMPLE)
    session = Session(tenant=tenant, actor=Actor(id="bench", audience="merchant"), thread="bench")
    made = await platform.assistant.defend(session, platform.shop(SAMPLE), DISPUTE)
    if len(made.evidence) < EVIDENCE or not made.letter.claims:
        raise InvalidInput(f"{len(made.evidence)} pieces of evidence, no letter over {EVIDENCE}")
    packet, packed = _packed(platform, made, files, out)
    return packed, f"{len(made.evidence)} pieces of evidence, {len(packet.exhibits)} exhibits"


def _packed(
    platform: Platform, made: Dossier, files: Sequence[bytes], out: Path
) -> tuple[Packet, tuple[PackedFile, ...]]:
    kit, form, defence = platform.kit, read_form("stripe_evidence"), defence_of(made, "Bench")
    packet = make_packet(defence, kit.rules, kit.letters, form)
    packet = packet.model_copy(update={"exhibits": (*packet.exhibits, *_exhibits(files))})
    packed = check_filed(open_packer(platform.settings.models).pack(packet, "stripe"))
    names = {file.field: file.name for file in packed}
    entries = form_entries(defence, packet, names, made.advice.ce3, kit.rules, kit.letters, form)
    evidence = form.fill(entries).evidence
    if faults(form, evidence):
        raise InvalidInput("the form has faults")
    out.mkdir(exist_ok=True)
    for file in packed:
        (out / file.name).write_bytes(file.content)
    (out / "form.json").write_text(json.dumps(evidence), encoding="utf-8")
    return packet, packed


def _exhibits(files: Sequence[bytes]) -> Iterator[Exhibit]:
    given = [UploadFile(name=f"file{n}", data=data) for n, data in enumerate(files)]
    for n, upload in enumerate(open_uploads().read_all(given)):
        if isinstance(upload, Unread):
            raise InvalidInput(f"{upload.name} {upload.reason}")
        yield Exhibit(title=f"File {n + 1}", source=f"upload/{n}", evidence=(f"file{n}",),
                      strength=40, upload=upload)  # fmt: skip


# ---- what is measured over


def _fill(platform: Platform) -> None:
    """Messages and scans, so that the sample's dispute has enough evidence."""
    records: list[ShopRecord] = [
        Message(
            id=f"bench-{n}", order_id=ORDER, at=SENT + timedelta(days=3, hours=n), sender="buyer",
            language=TEXTS[n % len(TEXTS)][0], text=f"{TEXTS[n % len(TEXTS)][1] * 3}({n})",
        )
        for n in range(MESSAGES)
    ]  # fmt: skip
    records += [
        TrackingEvent(
            id=f"bench-{n}", tracking_no=PARCEL, carrier="ups", at=SENT + timedelta(hours=n),
            state="moving", message="Departed facility", city="Louisville", postcode="40213",
            country="US",
        )
        for n in range(SCANNED)
    ]  # fmt: skip
    rows = [SourceRow(record=record, raw={}, source="bench") for record in records]
    platform.database.shop(SAMPLE).put(rows)


def _scan(n: int) -> bytes:
    """A page as a scanner makes it: 300 DPI of A4 in grey, in a PDF."""
    page = Image.effect_noise((2480, 3508), 12 + n)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=300, quality=80)
    return out.getvalue()
