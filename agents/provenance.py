"""Whence the value of an argument comes: by typed values, never by where a model says it is from.

A value is looked for in the request, the proof, the trusted records of what is to be changed, and
the texts of outsiders. What is found nowhere is invented.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pydantic import JsonValue, ValidationError

from agents.entities import find_all, order_key
from agents.grounding.mentions import SHARES, find_mentions, id_key
from agents.quoting import (
    Words,
    dictates,
    holds_words,
    names_whole,
    read_words,
    same_words,
)
from tradewind.base import Money
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact
from tradewind.people import Session
from tradewind.plan import InputType
from tradewind.tool import From, Origin

_PREFERRED: tuple[Origin, ...] = ("request", "proof", "record", "buyer", "untrusted")
_IDS: frozenset[InputType] = frozenset(
    ("order_id", "dispute_id", "tracking_no", "email", "postcode")
)
_CARRIED: Mapping[InputType, frozenset[str]] = {
    "order_id": frozenset(("id", "order")), "dispute_id": frozenset(("id", "dispute")),
    "tracking_no": frozenset(("tracking_no",)), "product": frozenset(("id",)),
    "file": frozenset(("packet",)), "text": frozenset(("reviewed",)),
    "item": frozenset(("item", "variant")),
    "method": frozenset(("method",)), "customer": frozenset(("customer", "account")),
}  # fmt: skip
"""The ids of a record that vouch for a value of a kind. Names vouch for none: a buyer's name, an
item's title, a place are words of outsiders, whatever record they stand in. A `reviewed` text is
what reviewed sentences say over trusted records (`agents.chargeback.news`); no tool brings one."""
_WHOLE = frozenset(("total", "amount"))
"""Amounts of a record as a whole: who names none means all of it, not the price of a part."""
_UNCLEAR = ("|", *SHARES)


class Sources:
    """What a run has heard and read so far.

    `said` are the words of who speaks, and what was typed beside them or in earlier turns. What
    they quote is somebody else's.
    """

    def __init__(
        self, session: Session, said: Iterable[str] = (), evidence: Iterable[Evidence] = ()
    ) -> None:
        self._session = session
        self._said = tuple(said)
        self._evidence = list(evidence)

    def add(self, evidence: Iterable[Evidence]) -> None:
        """Records that a tool brought."""
        self._evidence.extend(evidence)

    def of(self, session: Session) -> "Sources":
        """The same for another session; what is read from now on is kept apart."""
        return Sources(session, self._said, self._evidence)

    def origin(self, mark: From, value: JsonValue, target: str) -> Origin:
        """The first origin in which the value is found that the mark allows, else the first."""
        found: list[Origin] = [
            origin for origin in _PREFERRED
            if not (origin == "record" and self.binds(mark))
            and self._is_from(origin, mark.type, value, target)
        ]  # fmt: skip
        for origin in found:
            if origin in mark.origins:
                return origin
        return found[0] if found else "invented"

    def binds(self, mark: From) -> bool:
        """Whether the request itself names an amount: then it is one of these and no other, and
        none is left out. A number or a share without a currency is one that is not clear."""
        return mark.type == "amount" and any(
            mention.kind == "money"
            or any(reading.endswith(_UNCLEAR) for reading in mention.readings)
            for words in self._words
            for mention in find_mentions(words.own, "en")
        )

    @cached_property
    def _words(self) -> tuple[Words, ...]:
        return tuple(map(read_words, self._said))

    def _is_from(self, origin: Origin, kind: InputType, value: JsonValue, target: str) -> bool:
        staff = self._session.audience != "buyer"
        match origin:
            case "request":
                return staff and self._said_by_them(kind, value, target)
            case "buyer":
                return not staff and self._said_by_them(kind, value, target)
            case "proof":
                return self._is_proven(kind, value)
            case "record":
                trusted = [e for e in self._evidence if e.trust == "record" and names(e, target)]
                return any(carries(e.facts, kind, value) for e in trusted)
            case "untrusted":
                return any(says(text, kind, value) for text in self._outside())
            case _:
                return False

    def _is_proven(self, kind: InputType, value: JsonValue) -> bool:
        """The session's own order, or the customer for whom the shop vouches."""
        if kind == "customer":
            return bool(value) and value == self._session.customer
        proven = self._session.verified_order
        return kind == "order_id" and bool(proven) and same_order(proven or "", value)

    def _said_by_them(self, kind: InputType, value: JsonValue, target: str) -> bool:
        """In their own words. A text is the whole of what they dictate, and may be a quotation to
        which they lead by naming the target: 'write to the buyer of #W1: "…"'."""
        if kind != "text" or not isinstance(value, str):
            return any(says(words.own, kind, value) for words in self._words)
        if any(dictates(words.own, value) for words in self._words):
            return True
        wanted = target.partition("/")[2]
        quoted = [quotation for words in self._words for quotation in words.quoted]
        return any(
            same_words(quotation.text, value) and says(quotation.lead, "order_id", wanted)
            for quotation in quoted
        )

    def _outside(self) -> list[str]:
        quoted = [quotation.text for words in self._words for quotation in words.quoted]
        return [*quoted, *(e.excerpt for e in self._evidence if e.trust == "untrusted")]


def says(text: str, kind: InputType, value: JsonValue) -> bool:
    """Whether a text holds the value, read as its kind: of several all, of an address in parts
    each part."""
    if kind == "address" and isinstance(value, dict):
        return bool(value) and all(holds_words(text, str(part)) for part in value.values())
    if isinstance(value, list):
        return bool(value) and all(says(text, kind, one) for one in value)
    return _says_one(text, kind, value)


def _says_one(text: str, kind: InputType, value: JsonValue) -> bool:
    if kind == "amount":
        amount = read_money(value)
        return amount is not None and amount in amounts_in(text, amount.currency)
    if kind == "order_id":
        return any(same_order(found, value) for found in (text, *find_all(text, kind)))
    if kind in _IDS:
        return value in (text, *find_all(text, kind))
    if kind == "product":
        return isinstance(value, str) and names_whole(text, value)
    return isinstance(value, str) and holds_words(text, value)


def carries(facts: Sequence[Fact], kind: InputType, value: JsonValue) -> bool:
    """Whether one of a record's facts is the value: an amount, or an id of the kind; of several
    values each."""
    if isinstance(value, list):
        return bool(value) and all(carries(facts, kind, one) for one in value)
    if kind == "amount":
        amount = read_money(value)
        whole = [f.value for f in facts if isinstance(f, MoneyFact) and f.name in _WHOLE]
        return amount in whole
    known = _CARRIED.get(kind, frozenset())
    ids = [fact.value for fact in facts if isinstance(fact, IdFact) and fact.name in known]
    if kind == "order_id":
        return any(same_order(id, value) for id in ids)
    return value in ids


def names(evidence: Evidence, target: str) -> bool:
    """Whether a record is the target ("order/#W1"), or says by its own key whose it is."""
    kind, _, wanted = target.partition("/")
    owners = [f.value for f in evidence.facts if isinstance(f, IdFact) and f.name == kind]
    return evidence.source == target or id_key(wanted) in map(id_key, owners)


def same_order(one: str, other: JsonValue) -> bool:
    return isinstance(other, str) and order_key(one) == order_key(other)


def amounts_in(text: str, currency: str) -> list[Money]:
    """The amounts in a currency that a text names; what can be read in two ways is none."""
    found: list[Money] = []
    for mention in find_mentions(text, "en"):
        readings = [key for key in mention.readings if key.endswith(f"|{currency}")]
        if mention.kind == "money" and len(readings) == 1:
            found.append(Money.parse(readings[0].partition("|")[0], currency))
    return found


def currencies_in(text: str) -> list[str]:
    """The currencies of amounts that can be read in one way only."""
    mentions = [m for m in find_mentions(text, "en") if m.kind == "money"]
    return [next(iter(m.readings)).partition("|")[2] for m in mentions if len(m.readings) == 1]


def read_money(value: JsonValue) -> Money | None:
    try:
        return Money.model_validate(value)
    except ValidationError:
        return None
