"""The verifier: every number, date, amount, id, name and negation must be carried.

Two strengths. A sentence from a reviewed template is checked for its typed mentions, and for
names that say more than a name. A sentence that a model wrote is also checked for its words, its
negation and its promises, and what outsiders wrote carries none of its amounts, dates, ids, links
and offers: a model may have been told by them what to say.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from agents.grounding.lexicon import negation
from agents.grounding.links import find_links
from agents.grounding.mentions import (
    SHARES,
    TIMES,
    Mention,
    canonical_number,
    find_mentions,
    id_key,
)  # fmt: skip
from agents.grounding.offers import is_short, matters, offers
from agents.quoting import read_words
from tradewind.base import Record
from tradewind.evidence import Claim, Evidence, Fact

SUPPORT = 0.6
"""Share of a model sentence's content words that its evidence must hold. Chosen by us."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])|\n+")
_SPOKEN = frozenset(("product",))
"""Outsiders' texts that a model may put into words of its own: what the shop's goods are. Others
are quoted, or not told at all."""
_OURS = frozenset(("policy", "effect", "figure", "rule"))
"""Kinds of evidence whose names are the shop's own words, or ours."""
_SMALL_UNITS = frozenset({"", "piece"})


class Problem(Record):
    """Something said that no evidence carries."""

    sentence: str
    mention: str
    reason: str


class _Values:
    """Typed values: ids, amounts, dates and clocks by their keys, units by number."""

    def __init__(self) -> None:
        self.keyed: dict[str, set[str]] = {k: set() for k in ("id", "money", "date", "clock")}
        self.units: dict[str, set[str]] = {}

    def add_fact(self, fact: Fact) -> None:
        if fact.type == "id":
            self.keyed["id"].add(id_key(fact.value))
        elif fact.type == "money":
            amount = canonical_number(fact.value.decimal())
            self.keyed["money"].add(f"{amount}|{fact.value.currency}")
        elif fact.type == "date":
            self._add_day(fact.value.isoformat())
        elif fact.type == "time":
            self._add_day(fact.value.date().isoformat())
            self.keyed["clock"].add(f"{fact.value:%H:%M}")
        elif fact.type == "number":
            self.units.setdefault(canonical_number(fact.value), set()).add(fact.unit)

    def add_mention(self, mention: Mention) -> None:
        if mention.kind == "number":
            for reading in mention.readings:
                value, unit = reading.split("|")
                self.units.setdefault(value, set()).add(unit)
        elif mention.kind in self.keyed:
            self.keyed[mention.kind] |= mention.readings

    def copy(self) -> "_Values":
        """The same values, to which more may be added."""
        other = _Values()
        other.keyed = {kind: set(held) for kind, held in self.keyed.items()}
        other.units = {value: set(units) for value, units in self.units.items()}
        return other

    def hold(self, mention: Mention) -> bool:
        """Whether some reading is among the values; true stays true when values are added."""
        if mention.kind == "number":
            pairs = (reading.split("|") for reading in mention.readings)
            return any(
                value in self.units and (unit in self.units[value] or unit in _SMALL_UNITS)
                for value, unit in pairs
            )
        return bool(self.keyed[mention.kind] & mention.readings)

    def hold_bare(self, mention: Mention) -> bool:
        """Whether a number is there and no unit is told with it anywhere."""
        numbers = mention.readings if mention.kind == "number" else ()
        known = (self.units.get(reading.split("|")[0]) for reading in numbers)
        return any(units is not None and units <= _SMALL_UNITS for units in known)

    def _add_day(self, iso: str) -> None:
        self.keyed["date"] |= {iso, f"--{iso[5:]}"}


class Facts:
    """What a set of evidence carries. Its texts are read only where its typed facts fall short:
    that is seldom, and costs more than all else."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.evidence = tuple(evidence)

    @cached_property
    def text(self) -> str:
        told = " ".join(_searchable(item) for item in self.evidence)
        return " ".join(told.split()).casefold()

    @cached_property
    def vouched(self) -> str:
        """What the shop itself wrote: no outsider's text, and no name out of one."""
        told = " ".join(_own_text(item) for item in self.evidence if item.trust == "record")
        return " ".join(told.split()).casefold()

    @cached_property
    def plain(self) -> str:
        """The texts without names that say more than a name."""
        told = self.text
        for name in self.doubtful_names:
            told = told.replace(" ".join(name.split()).casefold(), " ")
        return told

    @cached_property
    def doubtful_names(self) -> tuple[str, ...]:
        """Names of outsiders that say more than a name does."""
        return tuple(name for item in self.evidence for name in strange_names(item))

    @cached_property
    def of_goods(self) -> "Facts":
        """What the records of goods alone say."""
        return Facts(item for item in self.evidence if item.kind in _SPOKEN)

    def vouches(self, mention: Mention) -> bool:
        """As `carries`, but nothing that an outsider wrote counts, save typed values."""
        if mention.kind == "quote":
            return True
        if mention.kind == "link":
            return any(reading.casefold() in self.vouched for reading in mention.readings)
        return self._typed.hold(mention) or self._own.hold(mention)

    @cached_property
    def _own(self) -> _Values:
        values = _Values()
        for item in self.evidence:
            if item.trust == "record":
                for mention in _written(_own_text(item), item.language):
                    values.add_mention(mention)
        return values

    @cached_property
    def _typed(self) -> _Values:
        values = _Values()
        for item in self.evidence:
            for fact in item.facts:
                if fact.type != "name":
                    values.add_fact(fact)
        return values

    @cached_property
    def _all(self) -> _Values:
        """The typed facts, and what all texts state, an outsider's too: apart from the typed ones,
        which vouch."""
        values = self._typed.copy()
        for item in self.evidence:
            for mention in _written(_searchable(item), item.language):
                values.add_mention(mention)
        return values

    def carries(self, mention: Mention) -> bool:
        """Whether some reading of the mention is a value of the evidence."""
        if mention.kind == "quote":
            return mention.text.casefold().strip() in self.text
        if mention.kind == "link":
            return any(reading.casefold() in self.text for reading in mention.readings)
        if self._typed.hold(mention):
            return True
        return self._all.hold(mention) or self._all.hold_bare(mention)


@lru_cache(maxsize=512)
def _written(text: str, language: str) -> tuple[Mention, ...]:
    """Mentions of a record's own text; the same products, rules and disputes come up again."""
    return find_mentions(text, language)


def strange_names(item: Evidence) -> list[str]:
    """Names in a record that say more than a name does: an offer, a link, an amount, an order."""
    if item.kind in _OURS:
        return []
    names = [fact.value for fact in item.facts if fact.type == "name"]
    return [name for name in names if not is_short(name) and _says_more(name)]


@lru_cache(maxsize=4096)
def _says_more(name: str) -> bool:
    if offers(name) or matters(name) or find_links(name):
        return True
    return any(mention.kind == "money" for mention in find_mentions(name, "en"))


def _own_text(item: Evidence) -> str:
    """A record's text without the names in it that outsiders gave."""
    text = f"{item.title} {item.excerpt}"
    if item.kind in _OURS:
        return text
    for fact in item.facts:
        if fact.type == "name" and " " in fact.value:
            text = text.replace(fact.value, " ")
    return text


def _names(item: Evidence) -> list[str]:
    return [str(fact.value) for fact in item.facts if fact.type in ("name", "id")]


def _searchable(item: Evidence) -> str:
    return " ".join([item.title, item.excerpt, *_names(item)])


def check_templates(
    claims: Iterable[Claim], evidence: Sequence[Evidence], language: str
) -> tuple[Problem, ...]:
    """Problems of sentences made from reviewed templates; each may lean on the records that it
    names."""
    known: dict[frozenset[str], Facts] = {}
    problems: list[Problem] = []
    for claim in claims:
        ids = frozenset(claim.evidence)
        if ids not in known:
            known[ids] = Facts(item for item in evidence if item.id in ids)
        problems += _typed_problems(claim.text, known[ids], language)
        problems += _name_problems(claim.text, known[ids])
    return tuple(problems)


def check_model(
    text: str, evidence: Sequence[Evidence], language: str, question: str = ""
) -> list[Problem]:
    """Problems of a text that a model wrote from these records, sentence by sentence. The words of
    a question are known, save those that it quotes of somebody else."""
    facts, asked = Facts(evidence), read_words(question).own
    spoken = Facts(item for item in evidence if item.trust == "record" or item.kind in _SPOKEN)
    problems: list[Problem] = []
    for sentence in sentences(text):
        found = _typed_problems(sentence, facts, language)
        found += _word_problems(sentence, spoken, asked)
        found += _negation_problems(sentence, evidence, language)
        problems += found or _outside_problems(sentence, facts, language)
        problems += _name_problems(sentence, facts)
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
    known = _stems(facts.plain) | _stems(question)
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


def _name_problems(sentence: str, facts: Facts) -> list[Problem]:
    return [
        Problem(sentence=sentence, mention=name, reason="a name that says more than a name")
        for name in facts.doubtful_names
        if name in sentence
    ]


def _outside_problems(sentence: str, facts: Facts, language: str) -> list[Problem]:
    """What an outsider's text alone says: amounts, shares, times, dates, ids, links; and offers."""
    promised = (*offers(sentence), *matters(sentence))
    return [
        Problem(sentence=sentence, mention=m.text, reason="only an outsider's text says this")
        for m in find_mentions(sentence, language)
        if _is_doubtful(m, facts, bool(promised)) and not facts.vouches(m)
    ] + [
        Problem(sentence=sentence, mention=offer, reason="a promise that no record makes")
        for offer in promised
        if offer not in facts.vouched
    ] + [
        Problem(sentence=sentence, mention=link, reason="a link that no record holds")
        for link in find_links(sentence)
        if link.casefold() not in facts.vouched
    ]  # fmt: skip


def _is_doubtful(mention: Mention, facts: Facts, promised: bool) -> bool:
    """Whether a mention needs a record of the shop's own. A number needs none, but a share or a
    time does: "within 999 days" is a rule, unless it is said of a product and nothing else."""
    if mention.kind != "number":
        return True
    if any(reading.endswith(SHARES) for reading in mention.readings):
        return True
    timed = any(reading.endswith(TIMES) for reading in mention.readings)
    return timed and (promised or not facts.of_goods.carries(mention))
