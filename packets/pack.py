"""Packs a packet for a target: files within its limits, or what to leave out.

Pictures are made smaller until the files fit; what was reduced is told, from what to what. Nothing
is left out by itself: where smaller pictures do not suffice there are no files, and the weakest
exhibits are proposed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

from packets.forms import EvidenceForm
from packets.limits import PackingTable, Target
from packets.plan import FilePlan, plan_files
from packets.press import Pages, Press
from packets.records import Exhibit, Packet, Upload, cited
from packets.uploads import Uploads, Wanted
from tradewind.base import Record
from tradewind.errors import InvalidInput

_ATTEMPTS = 3
Limit = Literal["bytes", "file_bytes", "pages", "files"]
_MARGIN = 0.97
"""Part of the room that pictures are given: their frames take some too."""

_OWN_FILE, _OWN_EXHIBIT = 45_000, 2_000
"""Bytes that fonts take in a file, and an exhibit's card: a forecast, the set pages decide."""


class PackedFile(Record):
    """One finished file. `exhibits` gives each exhibit's page in it."""

    name: str
    field: str
    media: Literal["application/pdf"] = "application/pdf"
    size: int
    pages: int
    sha256: str
    exhibits: Mapping[int, int]
    content: bytes


class Reduced(Record):
    """What became smaller: bytes as set before and after, and the longest edge in pixels (0 for a
    document)."""

    exhibit: int
    file: str
    size_from: int
    size_to: int
    edge_from: int
    edge_to: int
    grey: bool = False


class Excess(Record):
    """A limit that the packet does not keep: of all bytes, of the bytes of each file, ..."""

    limit: Limit
    allowed: int
    found: int


class Dropping(Record):
    """An exhibit that may be left out, what that saves, and the sentences that need it."""

    exhibit: int
    title: str
    strength: int
    size: int
    pages: float
    sentences: tuple[str, ...] = ()


class Packed(Record):
    """What packing came to. With an `excess` there are no files, and `drop_first` says which
    exhibits would make it fit, the weakest first."""

    target: str
    files: tuple[PackedFile, ...] = ()
    reduced: tuple[Reduced, ...] = ()
    excess: tuple[Excess, ...] = ()
    drop_first: tuple[Dropping, ...] = ()
    spelled: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Packer:
    """Sets and packs packets."""

    def __init__(
        self, press: Press, uploads: Uploads, table: PackingTable,
        forms: Mapping[str, EvidenceForm],
    ) -> None:  # fmt: skip
        self._press = press
        self._uploads = uploads
        self._table = table
        self._forms = forms

    def pack(self, packet: Packet, target_id: str) -> Packed:
        """The packet's files for a target.

        Raises NotFound for an unknown target, InvalidInput for a field that it does not have, a
        letter without a font, a sentence whose evidence no exhibit shows.
        """
        target = self._table.find(target_id)
        self._check_fields(packet, target)
        given = packet
        packet = self._lightened(packet, target)
        plans, made = self._set_within_pages(packet, target)
        for _ in range(_ATTEMPTS):
            budgets = _too_heavy(packet, target, plans, made)
            if not budgets:
                break
            packet = self._shrunk(packet, budgets, target.grey)
            made = self._set(packet, plans)
        return _result(given, packet, target, plans, made)

    def _lightened(self, packet: Packet, target: Target) -> Packet:
        """Uploads in grey where it has to be, and smaller where it is plain before the pages are
        set that they are too large."""
        if target.grey:
            packet = self._shrunk(packet, dict.fromkeys(_reducible(packet), 10**9), True)
        files = len(plan_files(packet, target, False))
        own = files * _OWN_FILE + len(packet.exhibits) * _OWN_EXHIBIT
        over = sum(weight(one.upload) for one in packet.exhibits if one.upload) + own - target.bytes
        if over <= own:
            return packet
        return self._shrunk(packet, _budgets(packet, _reducible(packet), over), target.grey)

    def _check_fields(self, packet: Packet, target: Target) -> None:
        if target.split != "field":
            return
        form = self._forms[target.form]
        for exhibit in packet.exhibits:
            if exhibit.field:
                form.check_file(exhibit.field)

    def _set_within_pages(
        self, packet: Packet, target: Target
    ) -> tuple[tuple[FilePlan, ...], list[Pages]]:
        """All files; where their pages are too many, with two pictures a page."""
        plans = plan_files(packet, target, False)
        made = self._set(packet, plans)
        if target.pages is None or sum(pages.pages for pages in made) <= target.pages:
            return plans, made
        dense = plan_files(packet, target, True)
        return dense, self._set(packet, dense)

    def _set(self, packet: Packet, plans: Sequence[FilePlan]) -> list[Pages]:
        """All files; the letter's last, so that its table tells where the other exhibits are."""
        others = [self._press.set(packet, plan.part(len(plans))) for plan in plans[1:]]
        places = {
            number: f"file {place}, page {page}"
            for place, pages in enumerate(others, start=2)
            for number, page in pages.places.items()
        }
        return [self._press.set(packet, plans[0].part(len(plans), places)), *others]

    def _shrunk(self, packet: Packet, budgets: Mapping[int, int], grey: bool) -> Packet:
        """The packet with the uploads of these exhibits in fewer bytes."""
        wanted = [
            Wanted(upload=upload, budget=budget, grey=grey)
            for number, budget in budgets.items()
            if (upload := packet.exhibits[number - 1].upload)
        ]
        lighter = dict(zip(budgets, self._uploads.shrink(wanted), strict=True))
        exhibits = [
            one.model_copy(update={"upload": lighter[number]}) if number in lighter else one
            for number, one in enumerate(packet.exhibits, start=1)
        ]
        return packet.model_copy(update={"exhibits": tuple(exhibits)})


def _reducible(packet: Packet) -> list[int]:
    return [n for n, one in enumerate(packet.exhibits, start=1) if one.upload]


def weight(upload: Upload) -> int:
    """Bytes that an upload adds to a file."""
    return len(upload.pdf) + sum(len(picture.jpeg) for picture in upload.pictures)


def _too_heavy(
    packet: Packet, target: Target, plans: Sequence[FilePlan], made: Sequence[Pages]
) -> dict[int, int]:
    """Bytes for the uploads that have to be smaller so that all files, and each of them, keep the
    limits; nothing where they do, or where there is no upload to make smaller."""
    over = sum(len(pages.pdf) for pages in made) - target.bytes
    found = _budgets(packet, _reducible(packet), over) if over > 0 else {}
    for plan, pages in zip(plans, made, strict=True):
        own = len(pages.pdf) - target.file if target.file else 0
        if own > 0:
            less = _budgets(packet, plan.numbers, own)
            found |= {number: min(size, found.get(number, size)) for number, size in less.items()}
    return found


def _budgets(packet: Packet, numbers: Sequence[int], over: int) -> dict[int, int]:
    """Bytes for each of these exhibits' uploads so that together they lose `over`: the small ones
    keep theirs, the others share what is left evenly."""
    uploads = {number: packet.exhibits[number - 1].upload for number in numbers}
    weights = {number: weight(upload) for number, upload in uploads.items() if upload}
    room = max(0, int((sum(weights.values()) - over) * _MARGIN))
    budgets: dict[int, int] = {}
    for left, (number, own) in zip(
        range(len(weights), 0, -1), sorted(weights.items(), key=lambda one: one[1]), strict=True
    ):
        share = room // left
        if own > share:
            budgets[number] = share
        room -= min(own, share)
    return budgets


# ---- what came of it


def _result(
    given: Packet, packet: Packet, target: Target, plans: Sequence[FilePlan], made: Sequence[Pages]
) -> Packed:
    excess = _excess(target, made)
    files = [_file(plan, pages) for plan, pages in zip(plans, made, strict=True)]
    return Packed(
        target=target.id,
        files=() if excess else tuple(files),
        reduced=tuple(_reduced(given, packet, target.grey)),
        excess=tuple(excess),
        drop_first=tuple(_drop_first(packet, excess, _heavy(target, plans, made, excess))),
        spelled=tuple(sorted({sign for pages in made for sign in pages.spelled})),
        flags=(target.flag,) if target.flag else (),
    )


def _file(plan: FilePlan, pages: Pages) -> PackedFile:
    return PackedFile(
        name=plan.name, field=plan.field, size=len(pages.pdf), pages=pages.pages,
        sha256=hashlib.sha256(pages.pdf).hexdigest(), exhibits=pages.places, content=pages.pdf,
    )  # fmt: skip


def _excess(target: Target, made: Sequence[Pages]) -> list[Excess]:
    sizes = [len(pages.pdf) for pages in made]
    limits: tuple[tuple[Limit, int | None, int], ...] = (
        ("bytes", target.bytes, sum(sizes)),
        ("file_bytes", target.file if target.split == "field" else None, max(sizes)),
        ("pages", target.pages, sum(pages.pages for pages in made)),
        ("files", target.files, len(made)),
    )
    return [
        Excess(limit=name, allowed=allowed, found=found)
        for name, allowed, found in limits
        if allowed is not None and found > allowed
    ]


def _reduced(given: Packet, packet: Packet, grey: bool) -> list[Reduced]:
    pairs = zip(given.exhibits, packet.exhibits, strict=True)
    return [
        Reduced(
            exhibit=number, file=old.upload.name, size_from=weight(old.upload),
            size_to=weight(new.upload), edge_from=_edge(old.upload), edge_to=_edge(new.upload),
            grey=grey,
        )
        for number, (old, new) in enumerate(pairs, start=1)
        if old.upload and new.upload and old.upload != new.upload
    ]  # fmt: skip


def _edge(upload: Upload) -> int:
    return max((max(one.width, one.height) for one in upload.pictures), default=0)


def _heavy(
    target: Target, plans: Sequence[FilePlan], made: Sequence[Pages], excess: Sequence[Excess]
) -> frozenset[int]:
    """Exhibits that may be left out: all, or those of the files that alone are too large."""
    pairs = list(zip(plans, made, strict=True))
    if [one.limit for one in excess] == ["file_bytes"] and target.file:
        pairs = [(plan, pages) for plan, pages in pairs if len(pages.pdf) > (target.file or 0)]
    return frozenset(number for plan, _ in pairs for number in plan.numbers)


def _drop_first(packet: Packet, excess: Sequence[Excess], among: frozenset[int]) -> list[Dropping]:
    """The weakest exhibits of these, among equals the heaviest, until what is too much is saved."""
    left: dict[str, float] = {one.limit: one.found - one.allowed for one in excess}
    left["bytes"] = max(left.get("bytes", 0), left.pop("file_bytes", 0))
    found: list[Dropping] = []
    numbered = [(n, one) for n, one in enumerate(packet.exhibits, start=1) if n in among]
    for number, exhibit in sorted(numbered, key=lambda one: (one[1].strength, -_saves(one[1])[0])):
        if not any(left.get(limit, 0) > 0 for limit in ("bytes", "pages")):
            break
        size, pages = _saves(exhibit)
        if (left.get("bytes", 0) > 0 and size) or (left.get("pages", 0) > 0 and pages):
            left = {"bytes": left.get("bytes", 0) - size, "pages": left.get("pages", 0) - pages}
            found.append(_dropping(packet, number, exhibit))
    return found


def _saves(exhibit: Exhibit) -> tuple[int, float]:
    """Bytes and pages without this exhibit, about: a card without text takes a fifth of a page, a
    full page has 2,500 characters."""
    texts = exhibit.excerpt + (exhibit.translation.text if exhibit.translation else "")
    upload = exhibit.upload
    size = len(texts.encode()) // 2 + (weight(upload) if upload else 0)
    return size, round(0.2 + len(texts) / 2500 + (upload.pages if upload else 0), 1)


def _dropping(packet: Packet, number: int, exhibit: Exhibit) -> Dropping:
    size, pages = _saves(exhibit)
    needing = [one.text for one in cited(packet) if set(one.evidence) & set(exhibit.evidence)]
    return Dropping(
        exhibit=number, title=exhibit.title, strength=exhibit.strength, size=size, pages=pages,
        sentences=tuple(dict.fromkeys(needing)),
    )  # fmt: skip


def check_filed(packed: Packed) -> tuple[PackedFile, ...]:
    """The files, where the packet fits. Raises InvalidInput naming what is too much."""
    if packed.excess:
        told = ", ".join(f"{one.found} {one.limit}, {one.allowed} allowed" for one in packed.excess)
        first = ", ".join(f"exhibit {one.exhibit} ({one.title})" for one in packed.drop_first)
        raise InvalidInput(
            f"the packet is too large for {packed.target}: {told}",
            f"Leave out first: {first}." if first else "Choose fewer pages.",
        )
    return packed.files
