"""The catalogue of weight files: `catalog.toml`, read and checked."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from tradewind.base import Language, Record
from tradewind.errors import NotFound, SpecError
from tradewind.plan import Tier


class HubSource(Record):
    """A plain HTTPS address of the file itself."""

    kind: Literal["hub"] = "hub"
    url: str

    @property
    def label(self) -> str:
        return self.url


class WheelSource(Record):
    """Data wheels of the machine's package index; `{n}` counts 1..parts, joined in order."""

    kind: Literal["wheels"] = "wheels"
    package: str
    version: str
    member: str
    parts: int = Field(default=1, ge=1)

    @property
    def label(self) -> str:
        return f"package {self.requirement(1)}" + (f" .. {self.parts}" if self.parts > 1 else "")

    def requirement(self, n: int) -> str:
        return f"{self.package.format(n=n)}=={self.version}"

    def member_of(self, n: int) -> str:
        return self.member.format(n=n)


class NpmSource(Record):
    """One file inside an npm package's tarball; `member` starts with `package/`."""

    kind: Literal["npm"] = "npm"
    package: str
    version: str
    member: str

    @property
    def label(self) -> str:
        return f"npm package {self.package}@{self.version}"


Source = Annotated[HubSource | WheelSource | NpmSource, Field(discriminator="kind")]


class WeightFile(Record):
    """One file of weights. `file` is its place below the model folder, `dimension` its vectors'.

    `trusted_languages`: those in which the model may word facts by itself.
    """

    name: str
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    licence: str
    author: str = ""
    purpose: str
    tier: Tier | Literal["font"]
    trusted_languages: tuple[Language, ...] = ()
    dimension: int | None = None
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        place = PurePosixPath(self.file)
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"file {self.file!r} leaves the model folder")
        return self


class WeightCatalog(Mapping[str, WeightFile]):
    """Weight files by name."""

    def __init__(self, files: Mapping[str, WeightFile]) -> None:
        self._by_name = dict(files)

    @classmethod
    def read(cls, path: Path) -> "WeightCatalog":
        """Read a catalogue. Raises SpecError naming the file and what is wrong in it."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            entries = [WeightFile.model_validate(one) for one in data.get("file", [])]
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise SpecError(
                f"{path}: {error}", "Compare it with the catalogue as shipped."
            ) from error
        names = [entry.name for entry in entries]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SpecError(f"{path}: {twice[0]!r} is listed twice", "Give each file one name.")
        return cls({entry.name: entry for entry in entries})

    @classmethod
    def shipped(cls) -> "WeightCatalog":
        """The catalogue that comes with the product."""
        return cls.read(Path(__file__).with_name("catalog.toml"))

    def __getitem__(self, key: str) -> WeightFile:
        if key not in self._by_name:
            raise NotFound(f"model {key!r} is not in the catalogue", f"It has {', '.join(self)}.")
        return self._by_name[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def for_file(self, path: Path) -> WeightFile | None:
        """The entry whose file has this name, whatever the folder."""
        found = (e for e in self._by_name.values() if PurePosixPath(e.file).name == path.name)
        return next(found, None)
