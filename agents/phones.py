"""Phone numbers in a text: of a national form, or said to be one."""

import re
from collections.abc import Iterator
from functools import cache

from agents.entity_words import LETTER, compiled, entity_words, foreign

_BEFORE = 28
"""Characters before a number in which a word may say that it is a phone's."""
_LEAST, _MOST = 8, 15
"""Digits; the most is ITU-T E.164's."""
_ANY = re.compile(
    rf"(?<![{LETTER}\d#])(?<!\d[.,:/ -])\(?\d[\d ().-]{{6,16}}\d(?![\d{LETTER}])(?!-\d)"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d[.-]\d\d[.-]\d{4}")


@cache
def _forms() -> re.Pattern[str]:
    forms = "|".join(f"(?:{form})" for form in entity_words().phone.form.values())
    return re.compile(
        rf"(?<![{LETTER}\d#+])(?<!\d[.,:/ -])(?:{forms})(?![\d{LETTER}]|[ .-]\d|-[A-Za-z])"
    )


@cache
def _announced() -> re.Pattern[str]:
    words = entity_words().phone.announce
    return compiled(rf"(?<![^\W\d_])(?:{words})[^\d\n!?。]{{0,20}}\Z")


def phones(plain: str) -> Iterator[tuple[int, int]]:
    for match in _forms().finditer(plain):
        before = plain[max(0, match.start() - _BEFORE) : match.start()]
        if _LEAST <= _digits(match[0]) <= _MOST and not foreign().search(before):
            yield match.span()
    for match in _ANY.finditer(plain):
        if not _LEAST <= _digits(match[0]) <= _MOST or _DATE.match(match[0]):
            continue
        if _announced().search(plain[max(0, match.start() - _BEFORE) : match.start()]):
            yield match.span()


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
