"""Texts cut to a limit: at a sentence's end, else between words; what was left out is told."""

import re
import unicodedata
from typing import Literal

from tradewind.base import Record

CutAt = Literal["sentence", "word", "sign", "start"]

# A sentence's end with its closing quotes: before a blank or the end, full-width anywhere, and the
# end of a line. A dot after a number or a short capitalised word ("St.", "5.") ends none.
_SENTENCE = re.compile(
    r"""(?:[!?…؟۔]+|(?<!\b[A-Z])(?<!\b[A-Z].)(?<!\b[A-Z]..)(?<!\b\d)(?<!\b\d\d)\.+)["'”’»)\]]*(?=\s|$)
    | [。！？｡]+[」』”’）]*
    | (?<=\S)(?=[^\S\n]*\n)""",
    re.VERBOSE,
)
_BLANK = re.compile(r"\s+")


class Cut(Record):
    """Where a text was cut, and what was left out of it; at its start: all."""

    field: str
    at: CutAt
    kept: int
    of: int
    left_out: str


def length(text: str) -> int:
    """Characters as UTF-16 units: the larger of the counts that a receiver may use."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def cut(text: str, limit: int) -> tuple[str, str, CutAt]:
    """The beginning that keeps the limit, the rest, and at what it was cut."""
    if length(text) <= limit:
        return text, "", "sentence"
    room = _room(text, limit)
    beginning = text[: room + 1]
    ends = [m.end() for m in _SENTENCE.finditer(beginning) if 0 < m.end() <= room]
    if ends:
        return text[: ends[-1]], text[ends[-1] :].lstrip(), "sentence"
    blanks = [m.start() for m in _BLANK.finditer(beginning) if m.start() > 0]
    if blanks:
        return text[: blanks[-1]], text[blanks[-1] :].lstrip(), "word"
    while room and _joined(text, room):
        room -= 1
    return text[:room], text[room:], "sign"


def _room(text: str, limit: int) -> int:
    """How many code points of the text fit."""
    used = 0
    for place, sign in enumerate(text):
        used += 1 + (sign > "\uffff")
        if used > limit:
            return place
    return len(text)


def _joined(text: str, place: int) -> bool:
    """Whether a cut here would tear a sign from its marks."""
    return bool(unicodedata.combining(text[place])) or "\u200d" in text[place - 1 : place + 1]
