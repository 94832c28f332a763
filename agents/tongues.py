"""A buyer's wish to go on in another language: told by what the twelve languages are called, in a
clause that asks for nothing else. Lists, no model; `data/tongues.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from tradewind.base import LANGUAGES, Language, Record
from tradewind.errors import SpecError

LONGEST = 400
"""Characters; a longer message is not looked through."""
_CLAUSE = re.compile(r"[.!?,;:…。！？，、；：؟،؛\n]+|\s[-–—]\s")
_UNSPACED = frozenset(("zh", "ja", "ko"))


class TongueWish(Record):
    """The language that is asked for, and what else the message says; empty where nothing."""

    language: Language
    rest: str


class _Lists(Record):
    names: dict[Language, str]
    beside: dict[Language, str]


class Tongues:
    """Finds the wish in any of the twelve languages."""

    def __init__(self, names: Mapping[Language, str], beside: Mapping[Language, str]) -> None:
        every = "|".join(f"(?P<{name}>{_plain(names[name])})" for name in LANGUAGES)
        self._name = re.compile(every, re.I)
        self._beside = tuple(_beside(words, name in _UNSPACED) for name, words in beside.items())

    @classmethod
    def read(cls, path: Path) -> "Tongues":
        """Raises SpecError naming the file."""
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            lists = _Lists(names=told["names"], beside=told["beside"])
            return cls(lists.names, lists.beside)
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError, re.error) as error:
            raise SpecError(
                f"{path}: {error}", "Write [names] and [beside] by language."
            ) from error

    def wish(self, text: str) -> TongueWish | None:
        """The last language that a clause of the text asks for; None where none does."""
        if len(text) > LONGEST or self._name.search(_plain(text)) is None:
            return None
        wanted: Language | None = None
        kept: list[str] = []
        at = 0
        for end, after in [*(match.span() for match in _CLAUSE.finditer(text)), (len(text),) * 2]:
            asked = self._asked(_plain(text[at:end]))
            wanted = asked or wanted
            kept += [] if asked else [text[at:after]]
            at = after
        rest = "".join(kept).strip()
        if wanted is None:
            return None
        return TongueWish(language=wanted, rest="" if self._says_nothing(rest) else rest)

    def _asked(self, clause: str) -> Language | None:
        """The language that the clause names, where its other words only ask to speak it."""
        found = list(self._name.finditer(clause))
        if not found or not self._says_nothing(self._name.sub(" ", clause)):
            return None
        return next(name for name in LANGUAGES if found[-1][name] is not None)

    def _says_nothing(self, text: str) -> bool:
        return any(pattern.fullmatch(_plain(text)) for pattern in self._beside)


def _beside(words: str, unspaced: bool) -> re.Pattern[str]:
    ordered = "|".join(sorted(_plain(words).split("|"), key=len, reverse=True))
    edge = "" if unspaced else r"(?:(?<=['’])|(?![^\W_]))"
    # Atomic: what could be read in several ways is read in one, so that the time stays linear.
    return re.compile(rf"(?>[\W_]+|(?:{ordered}){edge})*+", re.I)


def _plain(text: str) -> str:
    """Without accents: people leave them out."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(bare))
