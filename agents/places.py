"""Countries named in a message, by their CLDR names in its language and in English."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from babel import Locale

from agents.entity_words import compiled, entity_words
from tradewind.base import Record

NO_COUNTRY = frozenset(("ZZ", "XA", "XB", "EZ", "UN", "QO"))
"""Codes of CLDR's that name none."""
_BEFORE = 12
"""Characters before a name in which a word says that something comes from there."""
_SHORT = 12
"""Letters of what may be in capitals without being shouted."""
_WORD = r"(?<![A-Za-z\u00c0-\u04ff]){}(?![A-Za-z\u00c0-\u04ff])"
_EDGES = {
    "zh": r"{}(?![语語文人式])",
    "ja": r"(?<![ァ-ヺー]){}(?![ァ-ヺー語人製])",
    "ko": r"(?<![가-힣]){}(?!어|인|산|식|제)",
    "tr": r"(?<!\w){}(?=['’]|(?:[yn]?[aeıiuü][nr]?|[dt][ae]n?|l[ıiuü]\w*)?(?!\w))",
    "de": r"(?<!\w){}(?=s?(?!\w))",
    "ar": r"(?<!\w)(?:[وف]?[بلك]?){}(?!\w)",
}
"""Where a name begins and ends: its language, its people and a longer word are no country."""
_RU_VOWELS = re.compile(r"(?:ия|[аяьйы])\Z")
_RU_CUT = "(?:ами|ями|ией|ию|ии|ия|ой|ей|ью|ем|ах|ям|ях|ов|[аяьйыиуюе])"
_RU_ADDED = "(?:ом|ем|ам|ах|ами|ов|[ауеы])?"
"""What follows a Russian name that lost its last letters, and one that ends in a consonant."""
_RU_FIXED = "оуэеи"
"""Last letters of names that no case changes."""


class Place(Record):
    """A country: its name as written, and ISO 3166-1 alpha-2, "EU" for the union."""

    name: str
    code: str


def find_country(text: str, language: str) -> str:
    """The code of the country named; empty when none is."""
    place = find_place(text, language)
    return place.code if place else ""


def find_place(text: str, language: str) -> Place | None:
    """The first country named; of several the first that nothing says to be the origin."""
    first: Place | None = None
    for place, origin in _places(text, language):
        if not origin:
            return place
        first = first or place
    return first


def _places(text: str, language: str) -> Iterator[tuple[Place, bool]]:
    """Every country named, and whether something comes from there."""
    names, pattern = _names(language)
    before, after = _origins()
    low = _lower(text)
    for match in pattern.finditer(low):
        start, end = match.span("n") if match["n"] else match.span(match.lastindex or 0)
        if _is_other_word(text, start, end, language):
            continue
        code = names[match["cut"] or match["whole"] or low[start:end]]
        origin = before.search(low[max(0, start - _BEFORE) : start]) or after.match(low, end)
        yield Place(name=text[start:end], code=code), origin is not None


def _is_other_word(text: str, start: int, end: int, language: str) -> bool:
    """Whether it is a part of an address, or another word in small letters."""
    word = text[start:end]
    if text[start - 1 : start] in (".", "@") or text[end : end + 1] in ("@", "$"):
        return True
    if _lower(word) not in entity_words().country.capital:
        return False
    if word.islower():
        return not (language == "en" and word in ("eu", "uk", "usa"))
    return _shouts(text)


def _shouts(text: str) -> bool:
    """Whether a message is in capitals, so that one more says nothing ("GIVE US A REFUND")."""
    letters = [c for c in text if c.isascii() and c.isalpha()]
    return len(letters) > _SHORT and all(map(str.isupper, letters))


@cache
def _origins() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = entity_words().country
    return compiled(rf"(?<!\w)(?:{words.origin})\s*\Z"), compiled(words.origin_after)


@lru_cache(maxsize=16)
def _names(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Codes by name, and a pattern with the name in its only group that is not empty."""
    also = entity_words().country.also
    own, english = dict(also), dict(also)
    for tongue, found in ((language, own), ("en", english)):
        for code, name in Locale.parse(tongue).territories.items():
            known = len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
            if known and name not in entity_words().country.never:
                found.setdefault(_lower(name), code)
    arabic = {f"لل{name[2:]}": code for name, code in own.items() if name.startswith("ال")}
    stems = {_stem(name): code for name, code in own.items() if _is_cyrillic(name)}
    cut, whole = stems.keys() - own.keys(), stems.keys() & own.keys()
    edges = _EDGES.get(language, _WORD)
    fits = _is_unspaced if language in ("zh", "ja", "ko", "ar") else _is_spaced
    parts = [
        edges.format(f"({_any(name for name in (*own, *arabic) if fits(name))})"),
        _WORD.format(f"({_any(filter(_is_spaced, english))})"),
        _WORD.format(f"(?P<n>(?P<cut>{_any(cut)}){_RU_CUT}|(?P<whole>{_any(whole)}){_RU_ADDED})"),
    ]
    return english | own | arabic | stems, re.compile("|".join(parts))


def _any(names: Iterable[str]) -> str:
    """The longest first."""
    return f"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"


def _is_unspaced(name: str) -> bool:
    return name[0] > "\u04ff"


def _is_spaced(name: str) -> bool:
    return name[0] < "\u0400"


def _is_cyrillic(name: str) -> bool:
    return "\u0400" <= name[0] <= "\u04ff"


def _stem(name: str) -> str:
    """A Russian name without the ending that its cases change."""
    if not _is_cyrillic(name) or len(name) < 5 or name[-1] in _RU_FIXED:
        return name
    return _RU_VOWELS.sub("", name)


def _lower(text: str) -> str:
    """Small letters, each at the place of its capital."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower()[:1] for c in text)
