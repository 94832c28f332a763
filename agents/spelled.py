"""A text as patterns read it: NFKC, digits of every script as ASCII, and the way back."""

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

_MARKS = {0x066B: ".", 0x066C: ",", 0x2009: " ", 0x202F: " ", 0x00A0: " ", 0x3000: " "}
"""The Arabic decimal sign and group sign; blanks that stand within numbers."""


@dataclass(frozen=True)
class Spelled:
    """`plain` is what patterns read; `places` are the places of its characters in `text`, None
    where each stands at its own."""

    text: str
    plain: str
    places: tuple[int, ...] | None = None

    def written(self, start: int, end: int) -> str:
        """A stretch of `plain`, as the text has it."""
        if self.places is None:
            return self.text[start:end]
        return self.text[self.places[start] : self.places[end - 1] + 1]


def spell(text: str) -> Spelled:
    """Read a text; linear in its length."""
    if text.isascii():
        return Spelled(text, text)
    if unicodedata.is_normalized("NFKC", text):
        return Spelled(text, text.translate(_digits()))
    pieces = [unicodedata.normalize("NFKC", character) for character in text]
    places = tuple(at for at, piece in enumerate(pieces) for _ in piece)
    return Spelled(text, "".join(pieces).translate(_digits()), places)


@cache
def _digits() -> dict[int, str]:
    every = (chr(code) for code in range(128, sys.maxunicode + 1))
    return _MARKS | {ord(c): str(unicodedata.decimal(c)) for c in every if c.isdecimal()}
