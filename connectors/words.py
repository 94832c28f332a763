"""Vocabularies as data: carriers' status words, dispute reasons, column names, topics."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from tradewind.commerce import TrackingState
from tradewind.errors import SpecError

_FOLDER = Path(__file__).with_name("vocabulary")


@cache
def vocabulary(name: str) -> Mapping[str, Mapping[str, str]]:
    """The tables of `vocabulary/<name>.toml` without its `source` and `as_of` marks.

    Raises SpecError when a file has no source or date.
    """
    path = _FOLDER / f"{name}.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if not data.get("source") or not data.get("as_of"):
        raise SpecError(f"{path.name} has no source or as_of", "Say where the words come from.")
    return {key: table for key, table in data.items() if isinstance(table, dict)}


def tracking_state(carrier_words: str, *words: str) -> TrackingState:
    """Our state for the first of a source's words that its vocabulary knows; else for the main word
    of one (`Exception` of `Exception_099`); else "unknown"."""
    states = vocabulary(carrier_words)["states"]
    for word in (*words, *(word.partition("_")[0] for word in words)):
        found = states.get(word) or states.get(word.lower())
        for state in get_args(TrackingState):
            if state == found:
                return state
    return "unknown"


def doubt_of(carrier_words: str, word: str) -> str:
    """Why sources differ on what a word says; empty where they do not."""
    return vocabulary(carrier_words).get("doubtful", {}).get(word, "")


def language_of(text: str, default: str) -> str:
    """The language that the script gives away, else `default`: Latin letters tell nothing."""
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in text[:400] if char > "\u036f"}
    for script, language in _SCRIPTS.items():
        if script in scripts:
            return language
    return default


# In this order: Japanese text has Han characters too.
_SCRIPTS = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "ARABIC": "ar",
            "CYRILLIC": "ru"}  # fmt: skip
