"""Typed mentions in a text: ids, money, dates, numbers with units, quoted names."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from agents.entities import iterate_ids
from agents.grounding.lexicon import (
    ISO_CODES,
    currency_signs,
    day_halves,
    fold,
    months,
    unit_after,
    units,
)
from tradewind.base import LANGUAGES, Record

_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９٫", "012345678901234567890123456789."
)
_SPACES = re.compile(r"[\u00a0\u202f\u2009]")
_ISOLATES = re.compile(r"[\u2066-\u2069]")
_DIRECTIONS = re.compile(r"[\u200e\u200f\u061c]")
# Letters of alphabets in which a token of letters and digits is one word; CJK and Arabic
# letters may stand right before a number.
_LETTER = r"A-Za-z0-9_\u00c0-\u024f\u0400-\u04ff"
_NUMBER = r"\d{1,3}(?:[ .,'٬]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?"
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?(?!\d)")
_KOREAN_DATE = re.compile(r"(?<!\d)(?:(\d{4})년\s?)?(\d{1,2})월\s?(\d{1,2})일")
_CJK_DATE = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d])")
_ID = re.compile(
    rf"(?<![{_LETTER}])(?=[A-Za-z0-9_#-]*\d)(?=[A-Za-z0-9_#-]*[A-Za-z#])"
    r"#?[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
)
_PLAIN = re.compile(rf"(?<![{_LETTER}])(?P<before>[%％٪]\s?)?(?P<n>{_NUMBER})(?P<after>\s?[%％٪])?")
_AMOUNT = re.compile(rf"(?<![\d.,])(?:{_NUMBER})(?!\d)")
_DIGIT = re.compile(r"\d")
_WORDLIKE = re.compile(rf"[{_LETTER}]")
_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff]")
_LONGEST = 12
"""Length of the longest currency sign or word that is looked for."""
_QUOTED = re.compile(r"[«“„「『\"‘]([^«»“”„「」『』\"]{2,200})[»”“」』\"’]")
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])")
_WITH_H = ("fr", "pt")
"""Languages that write 14h05."""
_LINK = re.compile(r"https?://\S+|www\.\S+", re.I)


SHARES = ("|percent",)
TIMES = ("|minute", "|hour", "|day", "|week", "|month", "|year")
"""How the readings of numbers end that are shares, and spans of time."""


class Mention(Record):
    """One thing said. `readings` are the values it can mean, by type:
    id: the id · money: "minor-free decimal|CODE" · date: ISO or --MM-DD · number: decimal|unit."""

    kind: str
    text: str
    readings: frozenset[str]


def find_mentions(text: str, language: str) -> tuple[Mention, ...]:
    """Every typed mention of a text; each stretch of text is read once, quotations beside it."""
    plain = text if text.isascii() else _ISOLATES.sub("", text)
    found = [mention for mention, _, _ in _quotes(plain)]
    left = plain if text.isascii() else _western(plain)
    for finder in (_ids, _dates, _clocks, _money, _loose_ids, _numbers):
        if finder is not _ids and _DIGIT.search(left) is None:
            break  # nothing but ids and links can be said without a digit
        for mention, start, end in list(finder(left, language)):
            found.append(mention)
            left = f"{left[:start]}{' ' * (end - start)}{left[end:]}"
    return tuple(found)


def _western(text: str) -> str:
    """The text with Western digits, plain blanks and no marks of direction."""
    return _SPACES.sub(" ", _DIRECTIONS.sub("", text).translate(_DIGITS))


Found = Iterator[tuple[Mention, int, int]]


def _mention(kind: str, text: str, readings: set[str], start: int) -> tuple[Mention, int, int]:
    mention = Mention(kind=kind, text=text, readings=frozenset(readings))
    return mention, start, start + len(text)


def _quotes(text: str) -> Found:
    """Each sentence of a quotation: the record may have other blanks between them."""
    for match in _QUOTED.finditer(text):
        for part in filter(None, map(str.strip, _SENTENCE_END.split(match[1]))):
            yield _mention("quote", part, {part}, match.start(1))


def _ids(text: str, _: str) -> Found:
    for match in _LINK.finditer(text) if "://" in text or "www." in text.lower() else ():
        yield _mention("link", match[0], {match[0].rstrip(".,)")}, match.start())
    for _, value in iterate_ids(text):
        start = text.find(value)
        if start >= 0:
            yield _mention("id", value, {id_key(value)}, start)


def _dates(text: str, language: str) -> Found:
    for match in _ISO_DATE.finditer(text):
        yield _mention("date", match[0], _days((match[1], match[2], match[3])), match.start())
    if not text.isascii():
        yield from _cjk_dates(text)
    for match in _NUMERIC_DATE.finditer(text):
        readings = _numeric_days(match[1], match[2], match[3], language)
        if readings:
            yield _mention("date", match[0], readings, match.start())
    yield from _worded_dates(text, language)


def _cjk_dates(text: str) -> Found:
    for match in _KOREAN_DATE.finditer(text):
        yield _mention("date", match[0], _days((match[1], match[2], match[3])), match.start())
    for match in _CJK_DATE.finditer(text):
        if text[max(0, match.start() - 1)] not in "年-/.":
            yield _mention("date", match[0], _days((None, match[1], match[2])), match.start())


def _numeric_days(first: str, second: str, year: str, language: str) -> set[str]:
    """The day comes first in all our languages but English, where either may."""
    year = year if len(year) == 4 else f"20{year}"
    day_first, month_first = _days((year, second, first)), _days((year, first, second))
    return day_first | month_first if language == "en" else day_first or month_first


def _worded_dates(text: str, language: str) -> Found:
    """Dates with the month's name, in the language or English; in a quotation in any."""
    quoted = [match.span(1) for match in _QUOTED.finditer(text)]
    for tongue in dict.fromkeys((language, "en", *(LANGUAGES if quoted else ()))):
        for form in _date_forms(tongue):
            for match in form.finditer(text):
                inside = any(start <= match.start() < end for start, end in quoted)
                if inside or tongue in (language, "en"):
                    parts = (match["y"], str(months(tongue)[fold(match["m"])]), match["d"])
                    yield _mention("date", match[0], _days(parts), match.start())


@lru_cache(maxsize=32)
def _date_forms(language: str) -> tuple[re.Pattern[str], ...]:
    """Day before month, and month before day; empty where months are numbers."""
    words = "|".join(sorted(map(re.escape, months(language)), key=len, reverse=True))
    if not words:
        return ()
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th|º|er|\.)?"
    year = r"(?:[,،]?\s(?:de\s|del\s)?(?P<y>\d{4})(?!\d))?"
    return (
        re.compile(rf"(?<!\d){day}\s(?:de\s)?(?P<m>{words})\b\.?{year}", re.I),
        re.compile(rf"\b(?P<m>{words})\.?\s{day}(?!\d){year}", re.I),
    )


def _clocks(text: str, language: str) -> Found:
    if text.isascii() and ":" not in text and language not in _WITH_H:
        return
    halves = day_halves(language)
    for match in _clock_form(language).finditer(text):
        half = match["before"] or match["after"]
        hour, minute = int(match["h"] or match["ch"]), int(match["m"] or match["cm"])
        if half:
            hour = hour % 12 + halves[half.lower()]
        yield _mention("clock", match[0], {f"{hour:02d}:{minute:02d}"}, match.start())


@lru_cache(maxsize=32)
def _clock_form(language: str) -> re.Pattern[str]:
    """14:05, 2:05 pm, 下午2:05, 14時5分, and 14h05 where French and Portuguese write it."""
    halves = "|".join(sorted(map(re.escape, day_halves(language)), key=len, reverse=True))
    mark = r"(?::|\s?h\s?)" if language in _WITH_H else ":"
    return re.compile(
        rf"(?:(?P<before>{halves})\s?)?(?<![\d:])"
        rf"(?:(?P<h>\d{{1,2}}){mark}(?P<m>\d{{2}})(?!\d)(?::\d{{2}})?"
        r"|(?P<ch>\d{1,2})\s?[点點时時시]\s?(?P<cm>\d{1,2})\s?[分분])"
        rf"(?:\s?(?P<after>{halves})(?![^\W\d_]))?(?:\s?UTC)?",
        re.I,
    )


def _days(parts: tuple[str | None, str, str]) -> set[str]:
    year, month, day = parts
    try:
        checked = date(int(year) if year else 2024, int(month), int(day))
    except ValueError:
        return set()
    return {checked.isoformat() if year else f"--{checked:%m-%d}"}


def _money(text: str, language: str) -> Found:
    """Numbers with a sign, currency word or ISO code (in capitals) before or after them."""
    taken = 0
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        sign, gap = _sign_before(text[taken:start], language)
        if sign:
            start -= len(sign) + gap
        elif _WORDLIKE.match(text, max(0, start - 1)) is None or start == 0:
            sign, gap = _sign_after(text[end:], language)
            end += len(sign) + gap
        if sign:
            codes = currency_signs(language).get(sign.lower()) or {sign}
            readings = {f"{value}|{code}" for value in read_number(match[0]) for code in codes}
            yield _mention("money", text[start:end], readings, start)
            taken = end


def _sign_before(text: str, language: str) -> tuple[str, int]:
    """The longest sign that the text ends with, and the blanks after it (at most one)."""
    gap = 1 if text.endswith(" ") else 0
    text = text[-_LONGEST - 1 :].removesuffix(" ")
    for size in range(min(_LONGEST, len(text)), 0, -1):
        piece, outside = text[-size:], text[-size - 1 : -size]
        if _is_sign(piece, language) and not (_LETTERS.match(piece) and _LETTERS.match(outside)):
            return piece, gap
    return "", 0


def _sign_after(text: str, language: str) -> tuple[str, int]:
    """The longest sign that the text begins with, and the blanks before it (at most one)."""
    gap = 1 if text.startswith(" ") else 0
    text = text[gap : gap + _LONGEST + 1]
    for size in range(min(_LONGEST, len(text)), 0, -1):
        piece, outside = text[:size], text[size : size + 1]
        if _is_sign(piece, language) and not (
            _LETTERS.match(piece[-1]) and _LETTERS.match(outside)
        ):
            return piece, gap
    return "", 0


def _is_sign(piece: str, language: str) -> bool:
    return piece in ISO_CODES or piece.lower() in currency_signs(language)


def _loose_ids(text: str, language: str) -> Found:
    """Tokens of letters and digits: an id, or a number with its unit written together."""
    for match in _ID.finditer(text):
        split = re.fullmatch(r"(\d+)-?([A-Za-z]+)", match[0])
        if split and split[2].lower() in units(language) | units("en"):
            unit = (units(language) | units("en"))[split[2].lower()]
            yield _mention("number", match[0], {f"{split[1]}|{unit}"}, match.start())
        else:
            yield _mention("id", match[0], {id_key(match[0])}, match.start())


def _numbers(text: str, language: str) -> Found:
    for match in _PLAIN.finditer(text):
        percent = match["before"] or match["after"]
        unit = "percent" if percent else unit_after(text[match.end() :], language)
        readings = {f"{value}|{unit}" for value in read_number(match["n"])}
        yield _mention("number", match[0], readings, match.start())


def read_number(text: str) -> set[str]:
    """The values a written number can have: "1.234" is 1234 or 1.234. Canonical decimals."""
    text = re.sub(r"[ '٬]", "", text)
    marks = re.findall(r"[.,]", text)
    if len(marks) > 1 and len(set(marks)) == 1:
        forms = {re.sub(r"[.,]", "", text)}
    elif len(marks) == 1 and re.search(r"[.,]\d{3}$", text):
        forms = {re.sub(r"[.,]", "", text), text.replace(",", ".")}
    else:
        forms = {_by_last_separator(text)}
    return {canonical_number(Decimal(form)) for form in forms}


def _by_last_separator(text: str) -> str:
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    return re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :]


def canonical_number(value: Decimal) -> str:
    """One text for one value: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def id_key(text: str) -> str:
    """One form for an id however it is written."""
    return text.strip().lstrip("#").replace(" ", "").casefold()
