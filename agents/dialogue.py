"""How people carry on a conversation: what says nothing but thanks, what leans on the last answer,
what takes a word back, what asks several things at once. Lists of twelve languages, no model."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from agents.entities import iterate_entities
from tradewind.base import Record
from tradewind.errors import SpecError

Social = Literal["thanks", "hello", "bye", "ok"]
SOCIAL: tuple[Social, ...] = get_args(Social)

LONGEST_SOCIAL = 80
"""Characters; a longer message says more than thanks."""
SHORT_WORDS, SHORT_SIGNS = 4, 9
"""What is still no question by itself: words, or signs where words are not set apart."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？؟])\s*|\n+")
_ASKS = re.compile(r"[?？؟]\W*$")
_MARKS = r"\W_"
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Speech(Record):
    """One language's lists; regular expressions, case ignored. See `data/dialogue.toml`."""

    thanks: str
    hello: str
    bye: str
    ok: str
    filler: str
    thing: str
    follow: str
    correct: str
    other: str
    joint: str
    ask: str
    seek: str
    into: str


class Dialogue:
    """The lists of all languages, compiled when first used."""

    def __init__(self, speeches: Mapping[str, Speech]) -> None:
        self._lists = {language: _Lists(speech) for language, speech in speeches.items()}

    @classmethod
    def read(cls, path: Path) -> "Dialogue":
        """Raises SpecError naming the file."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))["language"]
            return cls({name: Speech.model_validate(table) for name, table in tables.items()})
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
            raise SpecError(f"{path}: {error}", "Write [language.<code>] tables.") from error

    def social(self, text: str, language: str) -> Social | None:
        """What the message is, where it is nothing but that; of several the first named above."""
        if len(text) > LONGEST_SOCIAL:
            return None
        said = self._of(language).socials(text)
        return next((name for name in SOCIAL if name in said), None)

    def only_names(self, text: str, language: str) -> bool:
        """Whether ids and addresses are all that is said."""
        rest, found = text, False
        for _, value in iterate_entities(text):
            rest, found = rest.replace(value, " ", 1), True
        return found and self._of(language).is_filler(rest)

    def leans(self, text: str, language: str) -> bool:
        """Whether the words point at a thing that was spoken of."""
        lists = self._of(language)
        return lists.thing.search(text) is not None or self.clipped(text, language) != ""

    def puts_into(self, text: str, language: str) -> bool:
        """Whether it puts another thing to the one that was spoken of: "what laptop fits it?"."""
        return self._of(language).into.search(text) is not None

    def clipped(self, text: str, language: str) -> str:
        """What is left of a short question that goes on with the last one ("and in black?"), or of
        a correction ("no, the blue one"); empty where the message is neither."""
        rest = self._of(language).opened(text)
        return rest if rest and is_short(rest) else ""

    def other_order(self, text: str, language: str) -> bool:
        """Whether another order than the last one is meant, and no number is given."""
        return self._of(language).other.search(text) is not None

    def seeks(self, text: str, language: str) -> bool:
        """Whether it asks if there is a thing."""
        return self._of(language).seek.search(text) is not None

    def questions(self, text: str, language: str) -> tuple[str, ...]:
        """The questions of a message, where there are several."""
        found = tuple(self._of(language).questions(text))
        return found if len(found) > 1 else ()

    def _of(self, language: str) -> "_Lists":
        return self._lists.get(language) or self._lists["en"]


def bare(text: str) -> str:
    """The text without marks before and after its words."""
    return _EDGES.sub("", text)


def is_short(text: str) -> bool:
    if _UNSPACED.search(text):
        return len(text) <= SHORT_SIGNS
    return len(text.split()) <= SHORT_WORDS


class _Lists:
    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    @cached_property
    def thing(self) -> re.Pattern[str]:
        return re.compile(self._speech.thing, re.I)

    @cached_property
    def seek(self) -> re.Pattern[str]:
        return re.compile(self._speech.seek, re.I)

    @cached_property
    def into(self) -> re.Pattern[str]:
        return re.compile(self._speech.into, re.I)

    @cached_property
    def other(self) -> re.Pattern[str]:
        return re.compile(self._speech.other, re.I)

    @cached_property
    def _social(self) -> re.Pattern[str]:
        groups = "|".join(f"(?P<{name}>{getattr(self._speech, name)})" for name in SOCIAL)
        return re.compile(rf"(?:{groups})(?![^\W_])", re.I)

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        words = "|".join(sorted(self._speech.filler.split("|"), key=len, reverse=True))
        return re.compile(rf"(?:[{_MARKS}]+|(?:{words})(?!(?<![\u3040-\u9fff])[a-zа-яё]))*", re.I)

    @cached_property
    def _opener(self) -> re.Pattern[str]:
        speech = self._speech
        taken_back = rf"(?:(?:{speech.correct})[{_MARKS}]*)+"
        return re.compile(rf"[{_MARKS}]*(?:{taken_back}|{speech.follow})[{_MARKS}]*", re.I)

    @cached_property
    def _joint(self) -> re.Pattern[str]:
        ask = f"(?={self._speech.ask})" if self._speech.ask else ""
        return re.compile(self._speech.joint + ask, re.I)

    @cached_property
    def _ask(self) -> re.Pattern[str] | None:
        return re.compile(self._speech.ask, re.I) if self._speech.ask else None

    def socials(self, text: str) -> frozenset[str]:
        """The kinds that the whole text is made of; none where it says anything else."""
        said: set[str] = set()
        rest = bare(text)
        while rest:
            match = self._social.match(rest)
            if match is None or not match.end():
                return frozenset()
            said.add(str(match.lastgroup))
            rest = bare(rest[match.end() :])
        return frozenset(said)

    def is_filler(self, text: str) -> bool:
        return self._filler.fullmatch(text.strip()) is not None

    def opened(self, text: str) -> str:
        """The text without what opens a correction or goes on with the last question; empty where
        nothing does."""
        match = self._opener.match(text)
        return bare(text[match.end() :]) if match else ""

    def questions(self, text: str) -> Iterator[str]:
        for sentence in _SENTENCE.split(text):
            parts = [part.strip() for part in self._joint.split(sentence)]
            asked = len(parts) > 1 or _ASKS.search(sentence) is not None
            for part in parts:
                if len(part) > 3 and (asked or (self._ask and self._ask.match(part))):
                    yield part
