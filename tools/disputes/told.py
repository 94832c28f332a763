"""What people of the shop stated of a dispute, as evidence: which records are meant."""

from collections.abc import Iterable, Mapping, Sequence

from tradewind.base import Record
from tradewind.commerce import Dispute, StatedAbout, Statement
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, NameFact, TimeFact
from tradewind.ports.storage import ShopReader

OWN: Mapping[StatedAbout, str] = {
    "category": "category", "code": "reason_code", "network": "network", "order": "order",
    "payment": "payment",
}  # fmt: skip
"""Of what a person can state the fact that the processor's record tells of it."""


class Meant(Record):
    """What holds: the order and payment that are meant, where a person named one."""

    order: str = ""
    payment: str = ""
    evidence: tuple[Evidence, ...] = ()


def read_meant(shop: ShopReader, dispute: Dispute, own: Evidence) -> Meant:
    """The statements that hold beside what the processor's record (`own`) says now."""
    held = holding(shop.statements_of(dispute.id), own)
    named = {s.about: s.value for s in held}
    return Meant(
        order=named.get("order", ""), payment=named.get("payment", ""),
        evidence=tuple(map(statement_evidence, held)),
    )  # fmt: skip


def holding(statements: Iterable[Statement], own: Evidence) -> Sequence[Statement]:
    """The newest of each matter that was not revoked, nor overtaken by what the record says now.

    Whether one about a record or a contradiction is overtaken shows beside the other records only.
    """
    newest: dict[tuple[StatedAbout, str], Statement] = {}
    for item in statements:
        if item.revoked_at is None and item.value:
            newest[item.about, "" if item.about in OWN else item.value] = item
    return [s for s in newest.values() if s.about not in OWN or s.was == own_word(own, s.about)]


def own_word(own: Evidence, about: StatedAbout) -> str:
    """What the processor's record says of it; empty where it tells nothing."""
    name = OWN[about]
    found = (f for f in own.facts if f.name == name and isinstance(f, IdFact | NameFact))
    return next((str(fact.value) for fact in found), "")


def statement_evidence(statement: Statement) -> Evidence:
    """One statement. It is the shop's own word: it proves nothing."""
    facts: list[Fact] = [
        IdFact(name="id", value=statement.id),
        IdFact(name="dispute", value=statement.dispute_id),
        NameFact(name="about", value=statement.about),
        IdFact(name=statement.about, value=statement.value),
        TimeFact(name="at", value=statement.at),
    ]
    if statement.was:
        facts.append(NameFact(name="was", value=statement.was))
    if statement.right is not None:
        facts.append(FlagFact(name="right", value=statement.right))
    says = {None: "", True: " is right", False: " is not right"}[statement.right]
    return Evidence.of(
        "statement", f"statement/{statement.id}", f"Statement on dispute {statement.dispute_id}",
        f"{statement.by} stated on {statement.at:%Y-%m-%d %H:%M} UTC: {statement.about} "
        f"{statement.value}{says}.",
        tuple(facts), observed_at=statement.at, trust="stated",
    )  # fmt: skip
