"""Fonts for a packet's texts, chosen by what their `cmap` tables hold.

Letters that no font has are refused with the remedy: a box on a page that a bank reads is a
sentence lost. Signs (emoji) are written out by name instead.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from packets.cmap import characters_of
from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.errors import InvalidInput

_LETTERS = ("L", "M", "Nd", "Nl")
"""General categories without which a text cannot be read."""

_NO_FONT = "Show a translation in its place, or add the script's font to data/fonts/fonts.toml."


class FontEntry(Record):
    """One family of `fonts.toml`: its files by preference, and what to do when there is none."""

    family: str
    files: tuple[str, ...]
    bold: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    remedy: str


class FontTable(Record):
    """`data/fonts/fonts.toml`."""

    version: int
    date: object
    source: str
    system: tuple[Path, ...]
    font: tuple[FontEntry, ...] = Field(min_length=1)


class FontChoice(Record):
    """Families in the order of search, their files, and signs that are written out."""

    families: tuple[str, ...]
    files: tuple[Path, ...]
    spelled: Mapping[str, str]


class FontShelf:
    """The fonts that this machine has; a font's characters are read when first asked for."""

    def __init__(self, table: FontTable, folders: Sequence[Path]) -> None:
        self._entries = table.font
        self._folders = tuple(folders)
        self._characters: dict[Path, frozenset[int]] = {}

    @classmethod
    def read(cls, folder: Path, added: Sequence[Path] = (), *, system: bool = True) -> "FontShelf":
        """The shelf of `folder` (with `fonts.toml`), of `added` folders and the system's.

        Raises SpecError for a table that is wrong.
        """
        table = read_data(folder / "fonts.toml", FontTable)
        return cls(table, (folder, *added, *(table.system if system else ())))

    def choose(self, texts: Iterable[str]) -> FontChoice:
        """Fonts that have all characters of the texts. Raises InvalidInput naming the letters
        that none has, and the remedy."""
        wanted = {ord(sign) for text in texts for sign in text if not sign.isspace()}
        families: list[str] = []
        files: list[Path] = []
        for number, entry in enumerate(self._entries):
            path = self._file(entry.files)
            if path is None or (number and not wanted):
                continue
            had = wanted & self._of(path)
            if had or not number:
                wanted -= had
                bold = self._file(entry.bold)
                families.append(entry.family)
                files += [path, *([bold] if bold else [])]
        self._refuse([sign for sign in map(chr, sorted(wanted)) if _is_letter(sign)])
        spelled = {chr(code): name_of(chr(code)) for code in wanted}
        return FontChoice(families=tuple(families), files=tuple(files), spelled=spelled)

    def _file(self, names: Sequence[str]) -> Path | None:
        places = (folder / name for name in names for folder in self._folders)
        return next((place for place in places if place.is_file()), None)

    def _of(self, path: Path) -> frozenset[int]:
        if path not in self._characters:
            self._characters[path] = characters_of(path)
        return self._characters[path]

    def _refuse(self, letters: Sequence[str]) -> None:
        if not letters:
            return
        script = name_of(letters[0]).upper().split()[0].strip("[]")
        entry = next((e for e in self._entries if script in e.scripts), None)
        some = ", ".join(f"{sign!r} ({name_of(sign).strip('[]')})" for sign in letters[:3])
        raise InvalidInput(
            f"no font here has {len(letters)} of the packet's letters: {some}",
            entry.remedy if entry else _NO_FONT,
        )


def name_of(sign: str) -> str:
    """A character written out: `[grinning face]`, or its number where it has no name."""
    name = unicodedata.name(sign, "")
    return f"[{name.lower()}]" if name else f"[U+{ord(sign):04X}]"


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign).startswith(_LETTERS)
