"""What a mail says anew: without quoted history and signature."""

import re
from collections.abc import Sequence
from functools import cache

from connectors.words import vocabulary

JOINED = 2
"""Lines over which a mail program may break the line above a quotation."""
HEADER_WITHIN = 3
"""Lines after "From:" within which a quoted mail's header tells its date."""


def newest(text: str) -> tuple[str, bool]:
    """The text without what was quoted and without signature; whether something was left out.

    Who writes below a quotation is read there: nothing is cut before their first words.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        skipped = _begins(lines, place)
        if skipped and any(_says(line) for line in kept):
            break
        kept += [] if skipped or lines[place].lstrip().startswith(">") else [lines[place]]
        place += skipped or 1
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return said, len(kept) < len(lines)


def _begins(lines: Sequence[str], place: int) -> int:
    """How many lines announce a quotation or a signature here; 0 for none."""
    line = lines[place].strip()
    if line == vocabulary("mail_quotes")["signature"]["dashes"] or _marks().fullmatch(line):
        return 1
    for count in range(1, JOINED + 1):
        joined = " ".join(part.strip() for part in lines[place : place + count])
        if len(joined) <= 500 and _wrote().fullmatch(joined):
            return count
    after = lines[place + 1 : place + 1 + HEADER_WITHIN]
    quoted = _header("from").fullmatch(line) and any(
        _header("sent").fullmatch(other.strip()) for other in after
    )
    return 1 if quoted else 0


def _says(line: str) -> bool:
    return any(character.isalnum() for character in line)


@cache
def _wrote() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary("mail_quotes")["wrote"].values()), re.I)


@cache
def _marks() -> re.Pattern[str]:
    words = vocabulary("mail_quotes")
    return re.compile(f"{words['original']['line']}|{words['signature']['device']}", re.I)


@cache
def _header(which: str) -> re.Pattern[str]:
    return re.compile(vocabulary("mail_quotes")["header"][which], re.I)
