"""Do it, or talk about it: whether a message plainly tells us to act, and with which words.

A command is a part of a sentence that begins (or, where verbs stand last, ends) as a command does
in one of twelve languages. Nothing in its sentence may make it a condition, a plan for later, a
part of something or a question; nothing after it may take it back; nothing anywhere may make the
message a text that somebody else wrote or is to get. Quotations are not read at all. What is in
doubt is no command: a person is asked instead.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import Field, ValidationError

from agents.entities import id_spans
from agents.grounding.mentions import find_mentions
from agents.quoting import read_words
from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.people import Audience
from tradewind.plan import Scenario

_ORDERS, _AMOUNTS, _DISPUTES = 0xE000, 0xE100, 0xE200
"""An order number, an amount and a dispute's number stand as one private sign each while a sentence
is looked at."""
_SIGNS = {"O": "[\ue000-\ue0ff]", "A": "[\ue100-\ue1ff]", "D": "[\ue200-\ue2ff]"}
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？؟;；])\s*|\n+")
_MARKS = " .!?…。！？؟;；"
_PART = re.compile(r"\s*[,،、，]\s*|\s+[-–—]+\s+|\s*[:：]\s*")
_COLON = re.compile(r"[:：]")
_QUESTION = re.compile(r"[?？؟]\s*$")
_EDGE = r"(?![A-Za-z\u00c0-\u024f\u0400-\u04ff\u0621-\u064a])"
"""No letter of an alphabet follows: the end of a word, where words are set apart."""
_DIGIT = re.compile(r"(?!(?<!\d)1\s?日)\d")
"""A number that is no order, amount or dispute, and not the one of "a day": what it counts is
not understood."""
_CJK = r"(?<=[\u3040-\u30ff\u3400-\u9fff])"
_MACRO = re.compile(r"<([a-zA-Z_]+)>")


class Grammar(Record):
    """How one language tells to do something; regular expressions, case ignored.

    `lead` may stand before a command, `polite` before one in a question, `filler` within one.
    `stops` in its sentence make it none, and so does `back` in itself; `undo` anywhere takes it
    back, `texts` anywhere make the message somebody's text, `mine` are a buyer's words of their
    own order. `words` are parts of scenarios' patterns, by name.
    """

    lead: str
    polite: str = ""
    filler: str
    stops: str
    back: str
    undo: str
    texts: str
    mine: str = ""
    words: dict[str, str] = Field(default_factory=dict)


class Command(Record):
    """What a message tells us to do: the order or dispute that its words name, where the message
    names several, and the amounts in its sentence, as written."""

    order_id: str = ""
    dispute_id: str = ""
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Masked:
    """A message without what is quoted, its numbers of orders and disputes and its amounts as
    signs."""

    text: str
    orders: tuple[str, ...]
    amounts: tuple[str, ...]
    disputes: tuple[str, ...]

    def orders_in(self, text: str) -> list[str]:
        return _held(text, _ORDERS, self.orders)

    def amounts_in(self, text: str) -> list[str]:
        return _held(text, _AMOUNTS, self.amounts)

    def disputes_in(self, text: str) -> list[str]:
        return _held(text, _DISPUTES, self.disputes)


@dataclass(frozen=True)
class _Place:
    """A part that is a command, with its sentence; `own` are words of its own that elsewhere mark
    somebody's text ("as a draft")."""

    part: str
    sentence: str
    own: tuple[str, ...]


class Instructions:
    """Reads commands. Made once, of `data/instructions.toml` and the scenarios' patterns."""

    def __init__(self, grammars: dict[str, Grammar]) -> None:
        self._spoken = {name: _Spoken(grammar) for name, grammar in grammars.items()}

    @classmethod
    def read(cls, path: Path) -> "Instructions":
        """Raises SpecError."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls({n: Grammar.model_validate(t) for n, t in tables["language"].items()})
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError, re.error) as error:
            raise SpecError(f"{path}: {error}", "Compare it with the shipped one.") from error

    def find(
        self, scenario: Scenario, text: str, language: str, audience: Audience
    ) -> Command | None:
        """The command to do what the scenario does; None where the message only speaks of it."""
        if not scenario.commands or _lacks_its_text(scenario, text):
            return None
        said = _mask(without_parts(scenario, text))
        usual = self._spoken.get(language)
        for name, spoken in self._spoken.items():
            places = spoken.commands(scenario, name, said.text, usual)
            for place in places:
                command = _bound(said, place)
                if command is not None:
                    if spoken.is_text(_without(said.text, place.own), audience):
                        break
                    return command
        return None


class _Spoken:
    """One language's patterns, compiled at their first use."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._made: dict[tuple[str, ...], tuple[re.Pattern[str], ...]] = {}
        self.stops = re.compile(grammar.stops, re.I)
        self.back = re.compile(grammar.back, re.I)
        self._texts = re.compile(f"{grammar.texts}|{grammar.undo}", re.I | re.M)
        self._filler = re.compile(rf"(?:^|(?<=\W)|{_CJK})(?:{grammar.filler}){_EDGE}", re.I)
        self._mine = re.compile(grammar.mine, re.I) if grammar.mine else None
        self._lead = re.compile(rf"(?:{grammar.lead})(?:(?<=')|{_EDGE})\s*[,،、，!！]?\s*", re.I)

    @cached_property
    def _polite(self) -> re.Pattern[str] | None:
        polite = self._grammar.polite
        return re.compile(rf"(?:{polite})\s*", re.I) if polite else None

    def is_text(self, text: str, audience: Audience) -> bool:
        """Whether it is somebody else's text, one that somebody is to get, or takes itself back."""
        if self._texts.search(text):
            return True
        return audience != "buyer" and self._mine is not None and bool(self._mine.search(text))

    def commands(
        self, scenario: Scenario, language: str, text: str, usual: "_Spoken | None"
    ) -> Iterator[_Place]:
        """The parts that are commands."""
        says = self._patterns(scenario.commands.get(language, ()))
        asks = self._patterns(scenario.requests.get(language, ()))
        disputes = any(spec.type == "dispute_id" for spec in scenario.inputs.values())
        for sentence, parts in _sentences(text):
            asking = _QUESTION.search(sentence) is not None
            for part in parts:
                bare = self._without_lead(part)
                told = self._is_command(bare, asks if asking else says, says, asking)
                other = not disputes and _DISPUTE.search(part)
                if told and not other and not self._hinders(sentence, part, usual):
                    yield _Place(part, sentence, tuple(filter(None, told.groupdict().values())))

    def _hinders(self, sentence: str, part: str, usual: "_Spoken | None") -> bool:
        """Whether something in the sentence makes the part no command."""
        if self.stops.search(sentence) or (usual and usual.stops.search(sentence)):
            return True
        return bool(self.back.search(part) or _DIGIT.search(part))

    def _is_command(
        self, bare: str, patterns: Sequence[re.Pattern[str]], says: Sequence[re.Pattern[str]],
        asking: bool,
    ) -> re.Match[str] | None:  # fmt: skip
        found = _first_match(patterns, bare)
        polite = self._polite.match(bare) if self._polite and found is None else None
        if polite is None or not (asking is False or _SIGN.search(bare)):
            return found
        return _first_match(says, self._without_lead(bare[polite.end() :]))

    def _without_lead(self, part: str) -> str:
        part = " ".join(self._filler.sub(" ", part).split())
        while True:
            lead = self._lead.match(part)
            if lead is None or not lead[0]:
                return part
            part = part[lead.end() :]

    def _patterns(self, told: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
        if told not in self._made:
            self._made[told] = tuple(re.compile(self._expand(p), re.I) for p in told)
        return self._made[told]

    def _expand(self, pattern: str) -> str:
        words = self._grammar.words | _SIGNS

        def put(match: re.Match[str]) -> str:
            return f"(?:{self._expand(words[match[1]])})" if match[1] in words else match[0]

        return _MACRO.sub(put, pattern)


_SIGN = re.compile("[\ue000-\ue2ff]")
_DISPUTE = re.compile(_SIGNS["D"])


def _first_match(patterns: Sequence[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.match(text) for pattern in patterns)), None)


def _without(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(word.strip(), " ", 1)
    return text


def amounts_said(text: str) -> tuple[str, ...]:
    """The amounts that the writer names themself, as written, with their currency."""
    said = _mask(text)
    return tuple(said.amounts_in(said.text))


def part_of(found: Sequence[str], text: str) -> str:
    """What the first fitting pattern finds in a text, by its group `v`; empty for none."""
    for pattern in found:
        match = re.search(pattern, text, re.I | re.S)
        if match is not None:
            return match["v"].strip()
    return ""


def without_parts(scenario: Scenario, text: str) -> str:
    """The text without the words that are to be sent or written down."""
    for spec in scenario.inputs.values():
        if spec.found and spec.type == "text":
            value = part_of(spec.found, text)
            if value:
                text = text.replace(value, " ")
    return text


def _lacks_its_text(scenario: Scenario, text: str) -> bool:
    """Whether words that are to be sent are not there."""
    needed = (s for s in scenario.inputs.values() if s.found and s.required)
    return any(not part_of(spec.found, text) for spec in needed)


@lru_cache(maxsize=64)
def _mask(text: str) -> _Masked:
    """The writer's own words, signs in place of order numbers and amounts."""
    text = read_words(text).own
    spans = [(start, end, _DISPUTES) for start, end in id_spans(text, "dispute_id")]
    spans += [(start, end, _ORDERS) for start, end in id_spans(text, "order_id")]
    spans += [(start, end, _AMOUNTS) for start, end in _amount_spans(text)]
    values: dict[int, list[str]] = {_ORDERS: [], _AMOUNTS: [], _DISPUTES: []}
    made, at = "", 0
    for start, end, base in sorted(spans):
        if start >= at:
            values[base].append(text[start:end])
            made += text[at:start] + chr(base + min(len(values[base]) - 1, 0xFF))
            at = end
    kept = (tuple(values[base]) for base in (_ORDERS, _AMOUNTS, _DISPUTES))
    return _Masked(made + text[at:], *kept)


def _amount_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where amounts with their currency stand."""
    at = 0
    for mention in find_mentions(text, "en"):
        start = text.find(mention.text, at) if mention.kind == "money" else -1
        if start >= 0:
            at = start + len(mention.text)
            yield start, at


def _held(text: str, base: int, values: Sequence[str]) -> list[str]:
    found = [ord(c) - base for c in text if base <= ord(c) < base + 0x100]
    return list(dict.fromkeys(values[n] for n in found))


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sentences, each with its parts; nothing of what stands after a colon, unless only an
    order stands before it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for sentence in filter(str.strip, _SENTENCE.split(text)):
        bare = sentence.rstrip(_MARKS)
        colon = None if _is_address(sentence) else _COLON.search(bare)
        parts = _PART.split(bare[: colon.start()] if colon else bare)
        found.append((sentence, tuple(filter(str.strip, parts))))
        if colon:
            break
    return tuple(found)


def _is_address(sentence: str) -> bool:
    """Whether what stands before the colon says of which order the rest is, and no more."""
    head = _COLON.split(sentence)[0]
    return _SIGN.search(head) is not None and len(head.split()) <= 2


def _bound(said: _Masked, place: _Place) -> Command | None:
    """The command with its own order, dispute and amounts; None where it cannot be told which."""
    order = _one_of(said.orders, said.orders_in(place.part) or said.orders_in(place.sentence))
    dispute = _one_of(
        said.disputes, said.disputes_in(place.part) or said.disputes_in(place.sentence)
    )
    if order is None or dispute is None:
        return None
    amounts = said.amounts_in(place.part) or said.amounts_in(place.sentence)
    if said.amounts and not amounts:
        return None
    return Command(order_id=order, dispute_id=dispute, amounts=tuple(amounts))


def _one_of(all_: Sequence[str], named: Sequence[str]) -> str | None:
    """Of several numbers in a message the one that is named here; empty where there are not
    several, None where it is not one."""
    if len(set(all_)) <= 1:
        return ""
    return named[0] if len(named) == 1 else None
