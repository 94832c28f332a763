"""Limits of targets and of uploads: `data/disputes/packing.toml`, read and checked."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.errors import NotFound, SpecError

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
    def manual(self) -> bool:
        """Whether a person uploads the files: the target has no form that is known here."""
        return not self.form

    @property
    def bytes(self) -> int:
        """Bytes of all files, where a single file may hold less."""
        single = self.file if self.split == "one" and self.file else self.combined
        return min(single, self.combined)


class Route(Record):
    """Disputes that go to a target: those of one of the processors, or on one of the networks. One
    that names neither takes all."""

    target: str
    processors: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    why: str

    def takes(self, processor: str, network: str) -> bool:
        """Whether a dispute of this processor on this network goes here."""
        every = not self.processors and not self.networks
        return every or processor in self.processors or network in self.networks


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
    route: tuple[Route, ...]
    uploads: UploadLimits
    reduction: Reduction

    @classmethod
    def read(cls, path: Path) -> "PackingTable":
        """Read the table. Raises SpecError naming the file and what is wrong in it."""
        table = read_data(path, cls)
        unknown = [route.target for route in table.route if route.target not in table.targets]
        if unknown or not (table.route and table.route[-1].takes("", "")):
            fault = f"a route goes to {unknown[0]!r}" if unknown else "no last route takes all"
            raise SpecError(f"{path}: {fault}", "Compare it with the shipped table.")
        return table

    @property
    def targets(self) -> Mapping[str, Target]:
        return {target.id: target for target in self.target}

    def route_of(self, processor: str, network: str) -> Route:
        """The first route that takes a dispute: its processor in lower case, its network by the
        usual name (codes.toml)."""
        return next(route for route in self.route if route.takes(processor, network))

    def find(self, name: str) -> Target:
        """The target of this id. Raises NotFound."""
        if name not in self.targets:
            raise NotFound(
                f"packing target {name!r} does not exist", f"There are {', '.join(self.targets)}."
            )
        return self.targets[name]
