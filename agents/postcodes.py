"""Postcodes in a text: announced, of a form that is nothing else, or in an address."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from agents.entity_words import LETTER, MOST, compiled, entity_words

Span = tuple[int, int]
_AHEAD = 44
"""Characters after an announcing word in which the value stands."""
_BEFORE = 48
"""Characters before a number that are looked at for a street."""
_SMALL_TOO = ("GB", "CA")
"""Forms that are told in small letters too, where a blank divides them."""
_KANA = re.compile(r"[\u3040-\u30ff〒]")
_VALUE = re.compile(
    r"(?-i:\d{4} ?[A-Z]{2})(?!\w)|\d{3,8}(?:-\d{2,4})?(?!\d)|"
    r"[A-Za-z]{1,2}\d[\dA-Za-z]?[ ]?\d[A-Za-z]{2}(?!\w)"
    r"|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d(?!\w)|[A-Za-z]\d{4}[A-Za-z]{3}(?!\w)"
)
_BARE = re.compile(rf"(?<![{LETTER}\d#+])(?<!\d[.,:/ -])\d{{4,6}}(?![\d{LETTER}%])(?![.,:/-]\d)")
_TOWN = re.compile(rf"[ ,]{{1,2}}(?!(?-i:[A-Z]{{2,}}\b)\s*\d)[{LETTER}][{LETTER}'’-]{{2,}}")
_OPENS = re.compile(r"[\n,:;(]\s*\Z")
_CAPITAL_TOWN = re.compile(r",? (?:[A-Z\u00c0-\u00de\u0410-\u042f])[^\W\d_]{2,}")
_END = re.compile(r"(?<!\d)[.!?？。！](?=\s|\Z)|\n")
_TOWN_BEFORE = re.compile(r"(?:[A-Z\u00c0-\u00de][^\W\d_]+[ -]){1,3}\Z")
_TOWN_TO = re.compile(r" [A-ZÇĞİÖŞÜ][^\W\d_]+['’](?:y?[ae]|n?[ae])(?!\w)")
"""A Turkish town to which something is to go."""
_NACH = re.compile(r"(?<!\w)(?:nach|to|à|an)[ :]{1,2}\Z", re.I)
"""A town in small letters is one only where something is to go."""
_TOWARD = re.compile(r"(?<!\w)(?:nach|an|to|à|au|a|al|ao|para|pra|на)[ :]{1,2}\Z", re.I)
_HOUSE = re.compile(
    r" (?:[A-Z][^\W\d_]+ ){1,3}(?:st|street|rd|road|ave|avenue|dr|drive|ln|lane|ct|blvd|way)\b",
    re.I,
)
"""What follows a house's number, in English."""
_STATE = re.compile(
    r"\b(?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|"
    r"S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \Z"
)


@cache
def _announced() -> re.Pattern[str]:
    return compiled(entity_words().postcode.announce)


@cache
def _announced_after() -> re.Pattern[str]:
    return compiled(entity_words().postcode.announced_after)


@cache
def _forms() -> re.Pattern[str]:
    """Told by their form alone, in capitals."""
    forms = entity_words().postcode.form
    plain = "|".join(f"(?:{f})" for land, f in forms.items() if land not in ("JP", "SE"))
    return re.compile(rf"(?<![\w#*-])(?<!\d[ .,:/-])(?:{plain})(?![\w-])")


@cache
def _small_forms() -> re.Pattern[str]:
    forms = entity_words().postcode.form
    spaced = "|".join(forms[land].replace(" ?", " ") for land in _SMALL_TOO)
    return compiled(rf"(?<![\w#-])(?:{spaced})(?![\w-])")


@cache
def _japanese() -> re.Pattern[str]:
    return re.compile(rf"(?<![\d-])(?:{entity_words().postcode.form['JP']})(?![\d-])")


@cache
def street() -> re.Pattern[str]:
    """A word of an address."""
    w = entity_words().postcode
    return compiled(rf"(?<![^\W\d_])(?:{w.street})(?![^\W\d_])|(?:{w.unspaced_street})")


@cache
def _to() -> re.Pattern[str]:
    return compiled(rf"(?<!\w)(?:{entity_words().postcode.to})[ :]{{1,2}}\Z")


def postcodes(plain: str) -> Iterator[Span]:
    """Announced ones, then those of a form that is nothing else."""
    yield from announced_postcodes(plain)
    for match in _forms().finditer(plain):
        yield match.span()
    if " " in plain:
        for match in _small_forms().finditer(plain):
            yield match.span()
    if _KANA.search(plain):
        for match in _japanese().finditer(plain):
            yield match.span()


def announced_postcodes(plain: str) -> Iterator[Span]:
    """What a word says to be one, before it or behind it."""
    for word in _announced().finditer(plain):
        value = _said_after(plain, word.end())
        if value:
            yield value
    for match in _BARE.finditer(plain):
        if _announced_after().match(plain, match.end()):
            yield match.span()


def _said_after(plain: str, at: int) -> Span | None:
    """The first value after an announcing word, in the same sentence."""
    rest = plain[at : at + _AHEAD]
    match = re.search(rf"(?<![{LETTER}\d#-])(?=[A-Za-z]{{0,2}}\d)", rest)
    if match is None or re.search(r"[.!?？。！]\s|[?？。！\n]|#", rest[: match.start()]):
        return None
    value = _VALUE.match(rest, match.start())
    return (at + value.start(), at + value.end()) if value else None


def postcodes_in_addresses(plain: str, *, has_order: bool) -> Iterator[Span]:
    """Bare numbers in an address, or before a town where something is to go. One that stands
    after "to" alone is a postcode where the order has its number elsewhere."""
    for match in islice(_BARE.finditer(plain), MOST):
        if _in_address(plain, match, has_order):
            yield match.span()


def _in_address(plain: str, match: re.Match[str], has_order: bool) -> bool:
    before = plain[max(0, match.start() - _BEFORE) : match.start()]
    part = _END.split(before)[-1]
    town = _CAPITAL_TOWN.match(plain, match.end()) is not None
    if _STATE.search(before) and len(match[0]) == 5:
        return True
    streets = list(street().finditer(before))
    if streets:
        return _after_house(before[streets[-1].end() :], match[0], town)
    if _TOWN_TO.match(plain, match.end()):
        return True
    if len(match[0]) > 4:
        return _long_in_address(plain, match, part, has_order=has_order, town=town)
    if _HOUSE.match(plain, match.end()):
        return False
    plausible = not match[0].endswith("00") and not 1900 <= int(match[0]) < 2100
    sent = _NACH.search(part) and _TOWN.match(plain, match.end())
    return plausible and (sent is not None or (town and _OPENS.search(part) is not None))


def _long_in_address(
    plain: str, match: re.Match[str], part: str, *, has_order: bool, town: bool
) -> bool:
    """Five digits or six: before a town, or behind one, where something is to go."""
    if _to().search(part):
        small = _NACH.search(part) is not None and _TOWN.match(plain, match.end()) is not None
        return town or small or (has_order and _TOWARD.search(part) is not None)
    behind = _TOWN_BEFORE.search(part)
    if behind and _to().search(part[: behind.start()]):
        return True
    opens = _OPENS.search(part) or (
        not part.strip() and plain[match.end() : match.end() + 1] == ","
    )
    return town and bool(opens)


def _after_house(between: str, number: str, town: bool) -> bool:
    """What stands between the street's word and the number: a house number or a comma, or the
    number is too long for a house."""
    apart = re.search(r"\d|[,、\n(]", between) is not None
    return (len(number) > 4 or town) and (apart or len(number) > 4)
