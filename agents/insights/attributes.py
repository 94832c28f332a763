"""What a question about a product is about: a word list of twelve languages."""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from tradewind.errors import SpecError

OTHER = "other"
_UNSPACED = frozenset(("zh", "ja", "ko"))


class Attributes:
    """`data/insights/attributes.toml`, compiled when a language is first read."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        self._words = words
        self._patterns: dict[str, re.Pattern[str]] = {}

    @classmethod
    def read(cls, path: Path) -> "Attributes":
        """Raises SpecError."""
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8"))["attribute"])
        except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
            raise SpecError(f"{path}: {error}", "Restore the file.") from error

    def find(self, text: str, language: str) -> str:
        """The attribute that the text names first; OTHER where it names none."""
        match = self._pattern(language).search(text)
        return str(match.lastgroup) if match else OTHER

    def name(self, attribute: str, language: str) -> str:
        """What people call it."""
        words = self._words.get(attribute, {})
        return (words.get(language) or words.get("en") or attribute).partition("|")[0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self._words)

    def _pattern(self, language: str) -> re.Pattern[str]:
        if language not in self._patterns:
            parts = [
                f"(?P<{name}>{_form(words.get(language) or words['en'], language)})"
                for name, words in self._words.items()
            ]
            self._patterns[language] = re.compile("|".join(parts), re.I)
        return self._patterns[language]


def _form(words: str, language: str) -> str:
    escaped = "|".join(map(re.escape, words.split("|")))
    if language in _UNSPACED:
        return escaped
    article = "(?:ال|بال|وال|لل)?" if language == "ar" else ""
    return rf"(?<!\w){article}(?:{escaped})\w{{0,4}}(?!\w)"
