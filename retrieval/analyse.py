"""The analyser: a text in any of our languages becomes the terms that are indexed and searched.

Folding, the same for documents and queries:

- NFKC (full width to half width), case folding, accents dropped (`café` and `cafe` meet, `ё`
  is `е`; `й` keeps its breve, being a letter of its own), `ß` is `ss`.
- Turkish: dotted and dotless i are one letter (`İ`, `I`, `ı`, `i`): keyboards and capitals mix
  them, and few words differ by it alone.
- Arabic: harakat and tatweel dropped, hamza carriers to their bare letter, `ى` to `ي`, `ة` to
  `ه`, Arabic-Indic digits to ASCII.

Terms:

- words; a light English plural cut on ASCII words (`batteries` and `battery` meet).
- SKU-like and hyphened words (`WH-1000XM4`) whole, joiners removed, and their parts.
- runs of Han, kana and Hangul as bigrams, a run of one sign as that sign. A Korean particle
  thus costs one bigram, not the word.
"""

import re
import unicodedata

MAX_CHARACTERS = 20_000
"""So much of one text is analysed; the rest is cut off."""

_CJK = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003ffff"
)
_WORD = rf"[^\W_{_CJK}]+"
_TOKEN = re.compile(rf"([{_CJK}]+)|({_WORD}(?:[-./_'’+]{_WORD})*)")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+(?:[-./_'+][a-z0-9]+)*")
_JOINER = re.compile(r"[-./_'’+]")
_MARKS = re.compile("(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u064b-\u065f\u0670\u0640]")
_LETTERS = str.maketrans(
    "ıىةکی" + "٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹",
    "iيهكي" + "0123456789" + "0123456789",
)


def clean(text: str) -> str:
    """The text with lone surrogates as `?`, so that every back end can take it."""
    return text.encode("utf-8", "replace").decode()


def fold(text: str) -> str:
    """The text with case, width, accents and letter variants folded; its length may change."""
    if text.isascii():
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", wide))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def terms(text: str) -> list[str]:
    """The terms of a text in order, each as often as it occurs."""
    folded = fold(text[:MAX_CHARACTERS])
    found: list[str] = []
    if folded.isascii():
        for token in _ASCII_TOKEN.findall(folded):
            _add_word(found, token)
        return found
    for run, word in _TOKEN.findall(folded):
        if run:
            found.extend(_bigrams(run))
        else:
            _add_word(found, word)
    return found


def key(text: str) -> str:
    """An id, SKU or title as it is compared whole: folded, letters and digits only."""
    return "".join(filter(str.isalnum, fold(text[:300])))


def _add_word(found: list[str], token: str) -> None:
    if token.isalnum():
        found.append(_singular(token) if token[-1] == "s" else token)
        return
    parts = _JOINER.split(token)
    if len(parts) > 1:
        found.append(_singular("".join(parts)))
    found.extend(_singular(part) for part in parts)


def _singular(word: str) -> str:
    """Harman's S-stemmer ("How effective is suffixing?", 1991), for ASCII words of four up."""
    if word[-1:] != "s" or len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    return word if word[-2] in "us" else word[:-1]


def _bigrams(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
