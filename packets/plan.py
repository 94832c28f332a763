"""Which file of a packet holds what, under which name."""

import re
from collections.abc import Mapping

from packets.layout import Part
from packets.limits import Target
from packets.records import Packet
from tradewind.base import Record

ENDING = ".pdf"


class FilePlan(Record):
    """One file to be made: the target's field, its name, the exhibits in it.

    `front`: it begins with letter, timeline and table of exhibits. `place` counts from 1.
    """

    place: int
    field: str
    name: str
    front: bool
    numbers: tuple[int, ...]
    dense: bool = False

    def part(self, of: int, places: Mapping[int, str] | None = None) -> Part:
        """The file as it is set, one of so many; `places` tells where other files' exhibits are."""
        name = f"File {self.place} of {of}: {self.name}" if of > 1 else self.name
        return Part(
            name=name, front=self.front, numbers=self.numbers, places=places or {}, dense=self.dense
        )


def plan_files(packet: Packet, target: Target, dense: bool) -> tuple[FilePlan, ...]:
    """The packet's files, the letter's first. An exhibit without a field goes with the letter."""
    fields: dict[str, list[int]] = {target.letter: []}
    for number, exhibit in enumerate(packet.exhibits, start=1):
        field = exhibit.field or target.letter if target.split == "field" else target.letter
        fields.setdefault(field, []).append(number)

    def named(field: str) -> str:
        return field if target.split == "field" else "packet"

    return tuple(
        FilePlan(
            place=place, field=field, front=place == 1, numbers=tuple(numbers), dense=dense,
            name=file_name(packet.letter.dispute, named(field), place, target),
        )
        for place, (field, numbers) in enumerate(fields.items(), start=1)
    )  # fmt: skip


def file_name(dispute: str, field: str, place: int, target: Target) -> str:
    """A name that the target takes and that no two files of a packet share.

    >>> file_name("dp_1Pxyz", "receipt", 3, mastercard)   # the last signs tell disputes apart
    'dp1Pxyz3.pdf'
    """
    if target.name == "plain":
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{dispute[-40:]}-{field or 'packet'}").strip("-")
        return stem[: target.name_length - len(ENDING)] + ENDING
    number = str(place)
    room = target.name_length - len(ENDING) - len(number)
    stem = re.sub(r"[^A-Za-z0-9]+", "", dispute)[-room:]
    return f"{stem}{number}{ENDING}"
