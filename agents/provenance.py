"""Whence the value of an argument comes: by typed values, never by where a model says it is from.

A value is looked for in the request, the proof, the trusted records of what is to be changed, and
the texts of outsiders. What is found nowhere is invented.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from pydantic import JsonValue, ValidationError

from agents.entities import find_all, order_key
from agents.grounding.mentions import find_mentions, id_key
from tradewind.base import Money
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact, NameFact
from tradewind.people import Session
from tradewind.plan import InputType
from tradewind.tool import From, Origin

_PREFERRED: tuple[Origin, ...] = ("request", "proof", "record", "buyer", "untrusted")
_IDS: frozenset[InputType] = frozenset(
    ("order_id", "dispute_id", "tracking_no", "email", "postcode")
)


class Sources:
    """What a run has heard and read so far.

    `said` are the words of who speaks, and what was typed beside them or in earlier turns.
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
            origin for origin in _PREFERRED if self._is_from(origin, mark.type, value, target)
        ]
        for origin in found:
            if origin in mark.origins:
                return origin
        return found[0] if found else "invented"

    def _is_from(self, origin: Origin, kind: InputType, value: JsonValue, target: str) -> bool:
        staff = self._session.audience != "buyer"
        match origin:
            case "request":
                return staff and any(says(text, kind, value) for text in self._said)
            case "buyer":
                return not staff and any(says(text, kind, value) for text in self._said)
            case "proof":
                proven = self._session.verified_order
                return kind == "order_id" and bool(proven) and same_order(proven or "", value)
            case "record":
                trusted = [e for e in self._evidence if e.trust == "record" and names(e, target)]
                return any(carries(e.facts, kind, value) for e in trusted)
            case "untrusted":
                return any(says(e.excerpt, kind, value) for e in self._outside())
            case _:
                return False

    def _outside(self) -> list[Evidence]:
        return [e for e in self._evidence if e.trust == "untrusted"]


def says(text: str, kind: InputType, value: JsonValue) -> bool:
    """Whether a text holds the value, read as its kind."""
    if kind == "amount":
        amount = read_money(value)
        return amount is not None and amount in amounts_in(text, amount.currency)
    if kind == "order_id":
        return any(same_order(found, value) for found in (text, *find_all(text, kind)))
    if kind in _IDS:
        return value in (text, *find_all(text, kind))
    return isinstance(value, str) and _holds_words(text, value)


def carries(facts: Sequence[Fact], kind: InputType, value: JsonValue) -> bool:
    """Whether one of a record's facts is the value."""
    if kind == "amount":
        amount = read_money(value)
        return any(isinstance(fact, MoneyFact) and fact.value == amount for fact in facts)
    if kind == "order_id":
        ids = (fact.value for fact in facts if isinstance(fact, IdFact) and fact.name == "id")
        return any(same_order(id, value) for id in ids)
    return any(isinstance(fact, IdFact | NameFact) and fact.value == value for fact in facts)


def names(evidence: Evidence, target: str) -> bool:
    """Whether a record is the target ("order/#W1"), or says that it belongs to it."""
    wanted = id_key(target.partition("/")[2])
    ids = {id_key(fact.value) for fact in evidence.facts if isinstance(fact, IdFact)}
    return evidence.source == target or wanted in ids


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


def read_money(value: JsonValue) -> Money | None:
    try:
        return Money.model_validate(value)
    except ValidationError:
        return None


def _holds_words(text: str, value: str) -> bool:
    """Whether the value's words stand in the text in a row, and are whole words there."""
    wanted, heard = _words(value), _words(text)
    return bool(wanted) and f" {wanted} " in f" {heard} "


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
