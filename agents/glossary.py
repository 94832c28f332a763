"""What goods, colours and materials are called in twelve languages, for searching records in
English. `data/goods.tsv` is our own list; nothing of it is ever said."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tradewind.errors import SpecError

ENDING, SHORT = 4, 4
"""Letters that a word may end in beyond its stem; a stem of fewer than SHORT has no ending."""
INNER = 3
"""Letters that a word inside a term of several may end in beyond what is written."""
MOST = 8
"""Words of one message."""
_HAN, _HANGUL = r"\u3400-\u9fff", r"\uac00-\ud7a3"
_PARTICLES = "은는이가을를도만로의랑과와요"

Term = tuple[str, str]
"""A word as it is written, and its English."""


class Glossary:
    """Finds the words of a language that have an English name."""

    def __init__(self, terms: Mapping[str, Mapping[str, str]]) -> None:
        self._terms = terms
        self._compiled: dict[str, re.Pattern[str]] = {}

    @classmethod
    def read(cls, path: Path) -> "Glossary":
        """A row a thing, a column a language, "/" between words for the same. Raises SpecError."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise SpecError(f"{path}: {error.strerror}", "Restore the file.") from error
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        odd = next((row[0] for row in rows if len(row) != len(rows[0])), None)
        if not rows or odd is not None:
            raise SpecError(f"{path}: row {odd!r} has not one field a language", "Mend the row.")
        names = rows[0][1:]
        return cls({name: _column(rows[1:], at) for at, name in enumerate(names, start=1)})

    def find(self, text: str, language: str) -> tuple[Term, ...]:
        """The words of the text with their English, in order, each English once."""
        terms = self._terms.get(language)
        if not terms:
            return ()
        found: dict[str, str] = {}
        for match in self._pattern(language, terms).finditer(text):
            found.setdefault(_english(match[str(match.lastgroup)].casefold(), terms), match[0])
        return tuple((word, english) for english, word in found.items())[:MOST]

    def words(self, language: str) -> frozenset[str]:
        """The English words that a text of this language may be given."""
        return frozenset(w for name in self._terms.get(language, {}).values() for w in name.split())

    def _pattern(self, language: str, terms: Mapping[str, str]) -> re.Pattern[str]:
        if language not in self._compiled:
            self._compiled[language] = re.compile(_form(terms, language), re.I)
        return self._compiled[language]


def _column(rows: Iterable[Sequence[str]], at: int) -> dict[str, str]:
    terms: dict[str, str] = {}
    for row in rows:
        for word in row[at].split("/"):
            terms.setdefault(word.casefold(), row[0])
    return terms


def _english(found: str, terms: Mapping[str, str]) -> str:
    """The English of a term that was found, its inner words perhaps with endings."""
    if found in terms:
        return terms[found]
    longest = sorted(terms, key=len, reverse=True)
    return next(terms[term] for term in longest if re.fullmatch(_inner(term), found, re.I))


def _inner(term: str) -> str:
    """A term of several words: each may end in up to INNER letters more ("casques de vélo"). In
    Arabic with the article, and the feminine ending as it stands in a plural."""
    told = rf"\w{{0,{INNER}}} (?:ال)?".join(map(re.escape, term.split(" ")))
    return told.replace("ة", "(?:ة|ه|ات)")


def _form(terms: Iterable[str], language: str) -> str:
    """How words stand in a text. A single sign of Chinese is part of another word more often than
    a word; Korean and Japanese ones stand apart from their own kind."""
    least = 2 if language in ("zh", "ja", "ko") else SHORT
    words = sorted(terms, key=len, reverse=True)
    long = "|".join(_inner(word) for word in words if len(word) >= least)
    short = "|".join(_inner(word) for word in words if len(word) < least) or "(?!)"
    match language:
        case "zh":
            return f"(?P<long>{long})"
        case "ja":
            return f"(?P<long>{long})|(?<![{_HAN}])(?P<short>{short})(?![{_HAN}])"
        case "ko":
            last = f"(?=[{_PARTICLES}]|[^{_HANGUL}]|$)"
            return f"(?P<long>{long})|(?<![{_HANGUL}])(?P<short>{short}){last}"
        case _:
            article = "(?:ال|بال|وال|لل)?" if language == "ar" else ""
            ending = rf"\w{{0,{ENDING}}}"
            return rf"(?<!\w){article}(?:(?P<long>{long}){ending}|(?P<short>{short}))(?!\w)"
