"""Countries named in a message, by their CLDR names in its language and in English."""

import re
from functools import lru_cache

from babel import Locale

from tradewind.base import Record

# What people write and CLDR does not: short forms and the union.
_ALSO = {
    "usa": "US", "u.s.": "US", "america": "US", "uk": "GB", "england": "GB",
    "emirates": "AE", "uae": "AE", "korea": "KR", "eu": "EU", "europe": "EU", "europa": "EU",
    "欧洲": "EU", "欧盟": "EU", "eeuu": "US", "ee.uu.": "US", "eua": "US", "сша": "US",
    "abd": "US", "미국": "US", "영국": "GB", "米国": "US", "amerika": "US",
    "한국": "KR", "국내": "KR", "韩国": "KR", "south korea": "KR", "corea": "KR", "coreia": "KR",
    "corée": "KR", "kore": "KR", "корею": "KR", "корея": "KR", "корее": "KR", "كوريا": "KR",
    "great britain": "GB", "scotland": "GB", "inghilterra": "GB", "inglaterra": "GB",
    "angleterre": "GB", "англию": "GB", "англия": "GB", "holland": "NL", "olanda": "NL",
    "czech republic": "CZ", "россию": "RU", "германию": "DE", "италию": "IT", "испанию": "ES",
    "францию": "FR", "польшу": "PL", "америку": "US", "турцию": "TR", "австрию": "AT",
    "السعودية": "SA", "الإمارات": "AE", "الامارات": "AE", "امريكا": "US", "أمريكا": "US",
}  # fmt: skip


_I = re.compile(r"(?<!\w)eu(?!\w)")
"""The union in most languages, "I" in Portuguese."""


class Place(Record):
    """A country: its name as written, and ISO 3166-1 alpha-2, "EU" for the union."""

    name: str
    code: str


def find_country(text: str, language: str) -> str:
    """The code of the first country named; empty when none is."""
    place = find_place(text, language)
    return place.code if place else ""


def find_place(text: str, language: str) -> Place | None:
    """The first country named."""
    names, pattern = _names(language)
    low = text.casefold()
    match = pattern.search(_I.sub("  ", low) if language == "pt" else low)
    if match is None:
        return None
    return Place(name=text[slice(*match.span())], code=names[match[0]])


@lru_cache(maxsize=16)
def _names(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    names = dict(_ALSO)
    for tongue in dict.fromkeys((language, "en")):
        for code, name in Locale.parse(tongue).territories.items():
            if (
                len(code) == 2
                and code.isalpha()
                and code not in ("ZZ", "XA", "XB", "EZ", "UN", "QO")
            ):
                names.setdefault(name.casefold(), code)
    words = sorted(map(re.escape, names), key=len, reverse=True)
    edge = "" if language in ("zh", "ja", "ko") else r"(?<!\w)"
    close = "" if language in ("zh", "ja", "ko", "tr", "ru", "ar") else r"(?!\w)"
    return names, re.compile(rf"{edge}(?:{'|'.join(words)}){close}")
