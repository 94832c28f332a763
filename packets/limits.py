"""Limits of targets and of uploads: `data/disputes/packing.toml`, read and checked."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.errors import NotFound

Confidence = Literal["P", "S", "G", "?"]


class Target(Record):
    """What a network or processor takes. Bytes of a `file` and of all `combined`."""

    id: str
    title: str
    split: Literal["field", "one"]
    form: str = ""
    letter: str = ""
    file: int | None = None
    combined: int
    files: int | None = None
    pages: int | None = None
    dpi: int
    pixels: int | None = None
    grey: bool
    name: Literal["plain", "alphanumeric"]
    name_length: int
    source: str
    confidence: Confidence
    flag: str = ""

    @property
    def bytes(self) -> int:
        """Bytes of all files, where a single file may hold less."""
        single = self.file if self.split == "one" and self.file else self.combined
        return min(single, self.combined)


class UploadLimits(Record):
    """What is taken in. `content` is what a PDF's streams may unpack to."""

    source: str
    bytes: int
    pages: int
    pixels: int
    content: int
    forms: int
    seconds: int
    memory: int


class Reduction(Record):
    """Steps (longest edge in pixels, JPEG quality) in which pictures are made smaller."""

    source: str
    steps: tuple[tuple[int, int], ...] = Field(min_length=1)


class PackingTable(Record):
    """`packing.toml`."""

    version: int
    as_of: date
    target: tuple[Target, ...]
    uploads: UploadLimits
    reduction: Reduction

    @classmethod
    def read(cls, path: Path) -> "PackingTable":
        """Read the table. Raises SpecError naming the file and what is wrong in it."""
        return read_data(path, cls)

    @property
    def targets(self) -> Mapping[str, Target]:
        return {target.id: target for target in self.target}

    def find(self, name: str) -> Target:
        """The target of this id. Raises NotFound."""
        if name not in self.targets:
            raise NotFound(
                f"packing target {name!r} does not exist", f"There are {', '.join(self.targets)}."
            )
        return self.targets[name]
