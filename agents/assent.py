"""A buyer's yes or no in words: the whole message, or it is neither."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from tradewind.base import Record
from tradewind.errors import SpecError

Assented = Literal["yes", "no", "unclear"]
"""A plain yes, a plain no; "unclear" begins like a yes and says more, or less."""

_ENDS = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_COMMAS = re.compile(r"(?<=([\u3040-\u30ff\u3400-\u9fff]))\s*[,，、،]\s*|\s*[,，、،]\s*|\s+")
"""What stands between words; nothing does in scripts that do not set them apart."""
_OTHERS = "en"
"""A yes in this language is one in every conversation."""


class _Words(Record):
    """One language's lists; see `data/assent.toml`."""

    yes: str
    no: str
    begins: str


class Assent:
    """The lists of all languages."""

    def __init__(self, words: Mapping[str, _Words]) -> None:
        self._patterns = {
            name: tuple(re.compile(text, re.I) for text in (told.yes, told.no, told.begins))
            for name, told in words.items()
        }

    @classmethod
    def read(cls, path: Path) -> "Assent":
        """Raises SpecError naming the file."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))["language"]
            return cls({name: _Words.model_validate(table) for name, table in tables.items()})
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError, re.error) as error:
            raise SpecError(f"{path}: {error}", "Write [language.<code>] tables.") from error

    def heard(self, text: str, language: str) -> Assented | None:
        """What a message says to a question that waits for a yes; None where it speaks of
        something else. A question mark makes it none."""
        said = _COMMAS.sub(lambda m: "" if m[1] else " ", _ENDS.sub("", text))
        asks = text.rstrip().endswith(("?", "？", "؟"))
        spoken = dict.fromkeys((language, _OTHERS))
        found = [self._patterns[name] for name in spoken if name in self._patterns]
        if not asks and any(yes.fullmatch(said) for yes, _, _ in found):
            return "yes"
        if not asks and any(no.fullmatch(said) for _, no, _ in found):
            return "no"
        return "unclear" if any(begins.match(said) for _, _, begins in found) else None
