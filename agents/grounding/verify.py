"""The verifier: every number, date, amount, id, name and negation must be carried.

Two strengths. A sentence from a reviewed template is checked for its typed mentions. A
sentence that a model wrote is also checked for its words, its negation and its promises.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.grounding.lexicon import negation
from agents.grounding.mentions import Mention, canonical_number, find_mentions, id_key
from tradewind.base import Record
from tradewind.evidence import (
    Claim,
    DateFact,
    Evidence,
    Fact,
    IdFact,
    MoneyFact,
    NumberFact,
    TimeFact,
)  # fmt: skip

SUPPORT = 0.6
"""Share of a model sentence's content words that its evidence must hold. Chosen by us."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])|\n+")
_PROMISE = re.compile(
    r"\b(?:guarantee[ds]?|promise[ds]?|i(?:'|’)?ll|we(?:'|’)?ll|(?:i|we) (?:will|can offer)|"
    r"you (?:will|(?:'|’)ll) (?:get|receive)|for free|compensat\w+|discount|voucher|coupon)\b",
    re.I,
)
_SMALL_UNITS = frozenset({"", "piece"})


class Problem(Record):
    """Something said that no evidence carries."""

    sentence: str
    mention: str
    reason: str


class Facts:
    """What a set of evidence carries, keyed for matching."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.evidence = tuple(evidence)
        self.values: dict[str, set[str]] = {k: set() for k in ("id", "money", "date", "clock")}
        self.numbers: dict[str, set[str]] = {}
        told = " ".join(_searchable(item) for item in self.evidence)
        self.text = " ".join(told.split()).casefold()
        for item in self.evidence:
            for fact in item.facts:
                self._add(fact)
            self._add_written(item)

    def _add(self, fact: Fact) -> None:
        match fact:
            case IdFact():
                self.values["id"].add(id_key(fact.value))
            case MoneyFact():
                amount = canonical_number(fact.value.decimal())
                self.values["money"].add(f"{amount}|{fact.value.currency}")
            case DateFact():
                self._add_day(fact.value.isoformat())
            case TimeFact():
                self._add_day(fact.value.date().isoformat())
                self.values["clock"].add(f"{fact.value:%H:%M}")
            case NumberFact():
                self.numbers.setdefault(canonical_number(fact.value), set()).add(fact.unit)
            case _:
                pass

    def _add_day(self, iso: str) -> None:
        self.values["date"] |= {iso, f"--{iso[5:]}"}

    def _add_written(self, item: Evidence) -> None:
        """What the record's own text states counts as stated by it, by type."""
        written = " ".join([item.title, item.excerpt, *_names(item)])
        for mention in find_mentions(written, item.language):
            if mention.kind == "number":
                for reading in mention.readings:
                    value, unit = reading.split("|")
                    self.numbers.setdefault(value, set()).add(unit)
            elif mention.kind in self.values:
                self.values[mention.kind] |= mention.readings

    def carries(self, mention: Mention) -> bool:
        """Whether some reading of the mention is a value of the evidence."""
        if mention.kind == "quote":
            return mention.text.casefold().strip() in self.text
        if mention.kind == "link":
            return any(reading.casefold() in self.text for reading in mention.readings)
        if mention.kind == "number":
            return any(self._carries_number(*r.split("|")) for r in mention.readings)
        return bool(self.values[mention.kind] & mention.readings)

    def _carries_number(self, value: str, unit: str) -> bool:
        known = self.numbers.get(value)
        if known is None:
            return False
        return unit in known or unit in _SMALL_UNITS or known <= _SMALL_UNITS


def _names(item: Evidence) -> list[str]:
    return [str(fact.value) for fact in item.facts if fact.type in ("name", "id")]


def _searchable(item: Evidence) -> str:
    return " ".join([item.title, item.excerpt, *_names(item)])


def check_template(claim: Claim, evidence: Sequence[Evidence], language: str) -> list[Problem]:
    """Problems of a sentence made from a reviewed template over these records."""
    facts = Facts(item for item in evidence if item.id in claim.evidence)
    return _typed_problems(claim.text, facts, language)


def check_model(
    text: str, evidence: Sequence[Evidence], language: str, question: str = ""
) -> list[Problem]:
    """Problems of a text that a model wrote from these records, sentence by sentence."""
    facts = Facts(evidence)
    problems: list[Problem] = []
    for sentence in sentences(text):
        problems += _typed_problems(sentence, facts, language)
        problems += _word_problems(sentence, facts, question)
        problems += _negation_problems(sentence, evidence, language)
        problems += _promise_problems(sentence, facts)
    return problems


def sentences(text: str) -> list[str]:
    """Split at sentence ends and line breaks; decimals and dates stay whole."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def _typed_problems(sentence: str, facts: Facts, language: str) -> list[Problem]:
    return [
        Problem(sentence=sentence, mention=m.text, reason=f"no evidence carries this {m.kind}")
        for m in find_mentions(sentence, language)
        if not facts.carries(m)
    ]


def _word_problems(sentence: str, facts: Facts, question: str) -> list[Problem]:
    words = [_stem(word) for word in _WORD.findall(sentence)]
    known = _stems(facts.text) | _stems(question)
    missing = [word for word in words if word not in known and word not in _GLUE]
    if not words or len(missing) <= (1 - SUPPORT) * len(words):
        return []
    return [Problem(sentence=sentence, mention=", ".join(missing), reason="words without a source")]


@lru_cache(maxsize=64)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text))


def _stem(word: str) -> str:
    return word.casefold()[:6]


_GLUE = frozenset(
    _stem(w) for w in (
    "this that with from your have will also these those which they their there such about "
    "into please thank when where while been being them then than only"
).split()
)  # fmt: skip


def _negation_problems(sentence: str, evidence: Sequence[Evidence], language: str) -> list[Problem]:
    closest, shared = None, 1
    said = {_stem(word) for word in _WORD.findall(sentence)}
    for item in evidence:
        for source in sentences(item.excerpt):
            overlap = len(said & _stems(source))
            if overlap > shared:
                closest, shared = (source, item.language), overlap
    if closest is None:
        return []
    if _negated(sentence, language) == _negated(*closest):
        return []
    return [Problem(sentence=sentence, mention=closest[0], reason="negation differs from source")]


def _negated(sentence: str, language: str) -> bool:
    return len(negation(language).findall(sentence)) % 2 == 1


def _promise_problems(sentence: str, facts: Facts) -> list[Problem]:
    return [
        Problem(sentence=sentence, mention=match[0], reason="a promise that no record makes")
        for match in _PROMISE.finditer(sentence)
        if match[0].casefold() not in facts.text
    ]
