"""The letter to the issuer: an opening, then the elements point by point, over reviewed sentences.

Every sentence cites the records of its element; those that the verifier refuses are left out. A
point whose records are contradicted is never made.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import get_args

from agents.chargeback.assessment import Assessment
from agents.chargeback.case import Case
from agents.chargeback.facts import text_of, time_of
from agents.chargeback.found import Element
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Grade
from agents.gather import by_kind
from agents.grounding.verify import Problem, check_templates
from prompts.replies import Replies
from tradewind.base import Record
from tradewind.evidence import Claim, Evidence, EvidenceKind

HEADS: frozenset[EvidenceKind] = frozenset(("dispute", "payment", "order"))
"""The case's own records, which every sentence may name."""

WHEN: Mapping[str, str] = {
    "order": "placed_at", "payment": "paid_at", "shipment": "shipped_at", "tracking": "at",
    "refund": "at", "return": "asked_at", "message": "at", "access": "at", "dispute": "opened_at",
    "prior": "processed_at",
}  # fmt: skip
"""The fact that tells when a record of a kind happened."""


class Point(Record):
    """What one element says, under its group's heading."""

    element: str
    group: str
    grade: Grade
    claims: tuple[Claim, ...]


class Letter(Record):
    """A letter; empty where the records give no sentence for a whole answer."""

    opening: tuple[Claim, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All sentences, in their order."""
        return (*self.opening, *(claim for point in self.points for claim in point.claims))

    def worded(self, claims: Sequence[Claim]) -> "Letter":
        """The same letter in other words: as many sentences, in their order."""
        left = iter(claims)
        opening = tuple(islice(left, len(self.opening)))
        points = [
            p.model_copy(update={"claims": tuple(islice(left, len(p.claims)))}) for p in self.points
        ]
        return Letter(opening=opening, points=tuple(points))

    def sections(self) -> tuple[tuple[str, tuple[Claim, ...]], ...]:
        """The points' sentences by group, in the order of each group's first point."""
        groups: dict[str, tuple[Claim, ...]] = {}
        for point in self.points:
            groups[point.group] = (*groups.get(point.group, ()), *point.claims)
        return tuple(groups.items())


def write_letter(
    case: Case, assessed: Assessment, evidence: Sequence[Evidence], rules: Rules, letters: Replies,
) -> tuple[Letter, tuple[Problem, ...]]:  # fmt: skip
    """The letter that the records allow, and the sentences that they do not carry."""
    heads = heads_of(case)
    opening = [
        *(letters.say("en", "letter.opening", heads, names=rules.names) or ()),
        *(letters.say("en", f"claimed.{assessed.category}", heads, names=rules.names) or ()),
    ]
    points = [_point(e, heads, evidence, rules, letters) for e in _sayable(assessed, evidence)]
    whole = Letter(opening=tuple(opening), points=tuple(points))
    problems = check_templates(whole.claims, evidence, "en")
    letter = _without(whole, {problem.sentence for problem in problems})
    told = {point.element for point in letter.points}
    answered = any(told.issuperset(way) for way in assessed.ways)
    return (letter if answered else Letter()), problems


def heads_of(case: Case) -> dict[str, Evidence]:
    """The case's own records by the names that sentences use."""
    named = {"dispute": case.dispute, "payment": case.payment, "order": case.order}
    return {name: item for name, item in named.items() if item}


def doubted(assessed: Assessment, evidence: Sequence[Evidence]) -> frozenset[str]:
    """Records that others contradict, and those that speak against the merchant; not the case's
    own, of which only some fact is doubted. A file goes with the text that was found in it."""
    heads = {item.id for item in evidence if item.kind in HEADS}
    against = [e for e in assessed.elements if e.grade == "against"]
    told = {id_ for item in (*assessed.contradictions, *against) for id_ in item.evidence}
    files = {text_of(e, "file") for e in evidence if e.kind == "upload" and e.id in told}
    told |= {e.id for e in evidence if e.kind == "upload" and text_of(e, "file") in files}
    return frozenset(told - heads)


def _sayable(assessed: Assessment, evidence: Sequence[Evidence]) -> list[Element]:
    """Elements for the merchant that nothing contradicts: required, compelling, weak."""
    doubt = doubted(assessed, evidence)
    ours = [e for e in assessed.elements if e.grade != "against" and not doubt & set(e.evidence)]
    return sorted(ours, key=lambda e: get_args(Grade).index(e.grade))


def _point(
    element: Element, heads: Mapping[str, Evidence], evidence: Sequence[Evidence], rules: Rules,
    letters: Replies,
) -> Point:  # fmt: skip
    shown = [item for item in evidence if item.id in element.evidence]
    named = {**heads, **by_kind(shown)}
    said = [*(letters.say("en", f"element.{element.id}", named, names=rules.names) or ())]
    for item in _newest(shown, rules.book.packet.records_each):
        key = f"each.{element.id}.{item.kind}"
        said += letters.say("en", key, {**heads, item.kind: item}, names=rules.names) or ()
    claims = [
        c if c.evidence else c.model_copy(update={"evidence": element.evidence}) for c in said
    ]
    group = rules.book.elements[element.id].group
    return Point(element=element.id, group=group, grade=element.grade, claims=tuple(claims))


def _newest(shown: Sequence[Evidence], most: int) -> Iterator[Evidence]:
    """The newest of each kind, oldest first."""
    for kind in dict.fromkeys(item.kind for item in shown):
        alike = [item for item in shown if item.kind == kind]
        fact = WHEN.get(kind, "at")
        alike.sort(key=lambda e: at.timestamp() if (at := time_of(e, fact)) else 0)
        yield from alike[-most:]


def _without(letter: Letter, refused: set[str]) -> Letter:
    """The letter without these sentences, each of the others once over the same records. A point
    that is left with none is none, unless another made it in the same words."""
    told: set[Claim] = set()

    def kept(claims: Sequence[Claim]) -> tuple[Claim, ...]:
        new = [c for c in dict.fromkeys(claims) if c.text not in refused and c not in told]
        told.update(new)
        return tuple(new)

    opening = kept(letter.opening)
    sayable = [p for p in letter.points if any(c.text not in refused for c in p.claims)]
    points = [p.model_copy(update={"claims": kept(p.claims)}) for p in sayable]
    return Letter(opening=opening, points=tuple(points))
