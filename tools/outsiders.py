"""Words of outsiders where a name belongs: a place, a person, as a carrier or a buyer wrote it."""

import re
import unicodedata

LONGEST, MOST_WORDS = 60, 7
_SIGNS = frozenset(" .,'’()-/&·")
_WORD = r"[A-Za-z0-9,'()/&-]+"
_PLAIN = re.compile(rf"(?=.{{1,{LONGEST}}}\Z){_WORD}(?: {_WORD}){{0,{MOST_WORDS - 1}}}")
"""Most names: few ASCII words and no dot."""


def as_name(text: str) -> str:
    """The text where it can be a name of a person or place, else nothing: a name is short, of one
    line, and has no address, sign of a sentence's end or mark-up in it."""
    if not text or _PLAIN.fullmatch(text):
        return text
    words = text.split()
    text = " ".join(words)
    fits = len(text) <= LONGEST and len(words) <= MOST_WORDS
    return text if fits and all(map(_may_stand, text)) and not _dotted(text) else ""


def as_token(text: str) -> str:
    """The text where it can be an id or a code, else nothing: one word of plain signs."""
    fits = len(text) <= LONGEST and text.isascii() and text.isprintable()
    return text if fits and not set(text) & set(" <>\"'()[]{}@/\\") else ""


def as_word(text: str) -> str:
    """The text where it can be a name, an id or a code, else nothing."""
    return as_token(text) or as_name(text)


def as_email(text: str) -> str:
    """The text where it can be an e-mail address, else nothing."""
    name, _, host = text.partition("@")
    return text if name and host and as_token(name) and as_token(host) else ""


def _may_stand(character: str) -> bool:
    return character in _SIGNS or unicodedata.category(character)[0] in "LMN"


def _dotted(text: str) -> bool:
    """Whether letters stand on both sides of a dot, as in a host's name ("St. Ives" has none)."""
    return any(
        text[i] == "." and text[i - 1].isalpha() and text[i + 1].isalpha() and i > 1
        and text[i - 2].isalpha()
        for i in range(1, len(text) - 1)
    )  # fmt: skip
