"""Amounts in a text: a number with its currency, or one that a charge makes an amount."""

import re
from collections.abc import Iterator
from functools import cache

from agents.entity_words import LETTER, any_of, compiled, entity_words

NUMBER = r"\d{1,3}(?:[ .,']\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?"
_LEAST = 3
"""A smaller number with two decimals is more often a height or a length."""
_DECIMAL = re.compile(
    rf"(?<![{LETTER}\d#])(?<!\d[.,:/-])(?:\d{{1,3}}(?:[ .,']\d{{3}}){{1,3}}|\d{{1,6}})[.,]\d\d"
    rf"(?![\d{LETTER}%])(?![.,:/-]\d|\s?(?:%|[x×]\s?\d|m\b|cm\b|mm\b|kg\b|km\b|l\b|uhr\b|h\b|gb\b|м\b|кг\b))",
    re.I,
)
_CLOCK = re.compile(r"(?<!\w)(?:at|um|gegen|à|alle|às|as|las|в|saat|الساعة)\s\Z", re.I)
"""What stands before a time of day."""
_THOUSANDS = re.compile(r"(?<![\d.,:/-])(?<!\d )\d{1,3} \d{3}(?!\d|[.,:/ -]\d)")
_YEARS = range(1900, 2100)

Sum = tuple[tuple[int, int], tuple[int, int] | None]
"""Where the number stands, and where its currency does."""


@cache
def _with_currency() -> re.Pattern[str]:
    """A number, its multiplier, and a currency before or after."""
    w = entity_words().money
    number = rf"(?:{NUMBER})(?:(?:{w.powers})(?:\d{{1,4}}[千천百]?)?)?"
    after = (
        rf"{w.signs}|(?-i:{w.codes})(?![A-Za-z])|(?:{w.small}|{w.words})(?![\w])"
        rf"|{w.unspaced}|(?:{w.arabic})(?!\w)"
    )
    turkish = rf"(?P<c3>{w.turkish})(?:{w.endings})(?![\w])"
    return compiled(
        rf"(?<![A-Za-z])(?P<c1>{w.signs}|(?-i:{w.codes})(?=\s|\d+[.,])|{w.leading})\s?(?P<n1>{number})(?!\d)"
        rf"|(?<![\dA-Za-z#])(?<!\d[.,:/-])(?P<n2>{number})\s?(?:(?P<c2>{after})|{turkish})"
    )


@cache
def _in_words() -> re.Pattern[str]:
    w = entity_words().money
    return compiled(
        rf"(?P<n>{w.numerals})\s?(?P<c>{w.unspaced})"
        rf"|(?<!\w)[وب]?(?P<an>{w.arabic_numerals})\s(?P<ac>{w.arabic})(?!\w)"
    )


@cache
def _charge() -> re.Pattern[str]:
    return compiled(any_of(entity_words().money.charge))


@cache
def _beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    w = entity_words().money.beside
    return (
        compiled(rf"(?<![{LETTER}])(?:{w.before})\s?\Z"),
        compiled(w.after),
    )


def sums_with_currency(plain: str) -> Iterator[Sum]:
    """By their places in the text."""
    return iter(sorted(_sums(plain)))


def _sums(plain: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for match in _with_currency().finditer(plain):
        number, currency = ("n1", "c1") if match["n1"] else ("n2", "c2" if match["c2"] else "c3")
        yield match.span(number), match.span(currency)
    if not plain.isascii():
        for match in _in_words().finditer(plain):
            number, currency = ("n", "c") if match["n"] else ("an", "ac")
            yield match.span(number), match.span(currency)


def sums_by_charge(plain: str) -> Iterator[Sum]:
    """Numbers without a currency in a message that speaks of paying."""
    if _charge().search(plain) is not None:
        for match in (*_DECIMAL.finditer(plain), *_THOUSANDS.finditer(plain)):
            if _is_sum(plain, match):
                yield match.span(), None
    before, after = _beside()
    for match in re.finditer(rf"(?<![{LETTER}\d#.,:/-])\d{{2,6}}(?![{LETTER}\d%.:/-])", plain):
        start, end = match.span()
        beside = before.search(plain[max(0, start - 16) : start]) or after.match(plain, end)
        if beside and int(match[0]) not in _YEARS:
            yield match.span(), None


def _is_sum(plain: str, match: re.Match[str]) -> bool:
    whole, _, part = match[0].replace(",", ".").rpartition(".")
    if not whole or len(part) != 2:
        return True
    if whole.isdigit() and (int(whole) < _LEAST or _CLOCK.search(plain[: match.start()][-8:])):
        return False
    return not (whole.isdigit() and 1 <= int(whole) <= 31 and 1 <= int(part) <= 12)
