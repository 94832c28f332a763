"""Evidence and claims: what may be said, and by what it is carried."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field

from tradewind.base import Money, Record, Time, seal


class MoneyFact(Record):
    type: Literal["money"] = "money"
    name: str
    value: Money


class DateFact(Record):
    type: Literal["date"] = "date"
    name: str
    value: date


class TimeFact(Record):
    type: Literal["time"] = "time"
    name: str
    value: Time


class NumberFact(Record):
    type: Literal["number"] = "number"
    name: str
    value: Decimal
    unit: str = ""


class IdFact(Record):
    """An order number, tracking number, dispute id, SKU: matched whole."""

    type: Literal["id"] = "id"
    name: str
    value: str


class NameFact(Record):
    """A person, place, carrier, product or option value: matched as words."""

    type: Literal["name"] = "name"
    name: str
    value: str


class FlagFact(Record):
    """Something that is so or is not (`delivered`, `available`): carries negation."""

    type: Literal["flag"] = "flag"
    name: str
    value: bool


Fact = Annotated[
    MoneyFact | DateFact | TimeFact | NumberFact | IdFact | NameFact | FlagFact,
    Field(discriminator="type"),
]

Trust = Literal["record", "untrusted"]

EvidenceKind = Literal[
    "order", "payment", "shipment", "tracking", "policy", "faq", "product",
    "dispute", "message", "customer", "return", "effect", "prior", "refund", "listing", "access",
    "upload", "figure", "rule",
]  # fmt: skip
"""`figure`: counted over many of the shop's records; `rule`: a row of a data file of ours."""


class Evidence(Record):
    """One record, or part of one, that carries what is said.

    `source` names the record (`order/#W2611340`), `excerpt` is what a person reads when they
    open it, `facts` are its typed values. `trust` is "untrusted" for text that an outsider
    wrote: it may be quoted, it never decides anything.
    """

    id: str
    kind: EvidenceKind
    source: str
    title: str
    excerpt: str
    language: str = "en"
    observed_at: Time | None = None
    facts: tuple[Fact, ...] = ()
    trust: Trust = "record"
    digest: str = ""

    @classmethod
    def of(
        cls,
        kind: EvidenceKind,
        source: str,
        title: str,
        excerpt: str,
        facts: tuple[Fact, ...] = (),
        *,
        language: str = "en",
        observed_at: Time | None = None,
        trust: Trust = "record",
    ) -> Self:
        """Build one with its id and digest taken from the content, all of records and facts that
        were checked when they were made."""
        mark = seal(source, excerpt, facts)
        return cls.unchecked(
            id=f"ev_{mark[:12]}", kind=kind, source=source, title=title, excerpt=excerpt,
            language=language, observed_at=observed_at, facts=facts, trust=trust, digest=mark,
        )  # fmt: skip


class Claim(Record):
    """One sentence that somebody will read, with the ids of the evidence that carries it."""

    text: str
    evidence: tuple[str, ...]
