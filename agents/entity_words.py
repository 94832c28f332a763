"""The words and forms by which entities are told, from `data/entities.toml`, compiled once."""

import re
from functools import cache
from pathlib import Path

from tradewind.base import Record
from tradewind.datafile import read_data

_FILE = Path(__file__).parents[1] / "data" / "entities.toml"
LETTER = r"A-Za-z\u00c0-\u024f\u0400-\u04ff"
"""Letters of alphabets whose words are set apart from numbers; others may touch a number."""
MOST = 60
"""Bare numbers of one text whose surroundings are looked at; a longer list is no message."""
Words = dict[str, str]
"""A pattern by language or country."""


class OrderWords(Record):
    """`announce` with `number` and `link` stand before an order's number, `after` behind it;
    `refers` right before one that nothing announces, `followed` right after it, `acts` in its
    sentence; the others make a number none."""

    number: str
    link: str
    after: str
    acts: str
    announce: Words
    refers: Words
    followed: Words
    not_before: str
    not_after: str
    street: str


class Beside(Record):
    before: str
    after: str


class MoneyWords(Record):
    """Currencies by how they are set: `signs`, `codes` and `leading` also stand before a number."""

    signs: str
    codes: str
    small: str
    words: str
    turkish: str
    endings: str
    unspaced: str
    arabic: str
    leading: str
    powers: str
    numerals: str
    arabic_numerals: str
    charge: Words
    beside: Beside


class PhoneWords(Record):
    announce: str
    form: Words


class TrackingWords(Record):
    announce: str


class PostcodeWords(Record):
    """`street` and `unspaced_street` make a number in the same part of a text a postcode, `to`
    one that a town follows; `form` are those that are nothing else, by country."""

    announce: str
    announced_after: str
    street: str
    unspaced_street: str
    to: str
    form: Words


class CountryWords(Record):
    """Names beside CLDR's, and those that count with a capital only, or never."""

    origin: str
    origin_after: str
    capital: tuple[str, ...]
    never: tuple[str, ...]
    also: Words


class EntityWords(Record):
    """`registered` and `secret` stand before numbers that are none of these."""

    version: int
    registered: str
    secret: str
    order: OrderWords
    money: MoneyWords
    phone: PhoneWords
    tracking: TrackingWords
    postcode: PostcodeWords
    country: CountryWords


@cache
def entity_words() -> EntityWords:
    """Raises SpecError naming the file."""
    return read_data(_FILE, EntityWords)


@cache
def foreign() -> re.Pattern[str]:
    """The end of a text after which a number is an office's, or a code."""
    words = entity_words()
    return compiled(
        rf"(?<![^\W\d_])(?:(?:{words.registered})\.?[^\d.!?\n]{{0,8}}|(?:{words.secret})[^\d.!?\n,;]{{0,20}})\Z"
    )


def any_of(words: Words) -> str:
    """One pattern for all languages."""
    return "|".join(f"(?:{pattern})" for pattern in words.values())


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)
