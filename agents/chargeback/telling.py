"""What a person tells of a dispute, checked: only what the records leave open can be stated."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from agents.chargeback.assessment import Assessment, assess
from agents.chargeback.case import Case, order_key, read_case
from agents.chargeback.facts import text_of
from agents.chargeback.rules import Rules
from agents.chargeback.stated import figures_of
from tools.disputes.told import own_word
from tradewind.base import Record
from tradewind.commerce import DisputeCategory, StatedAbout
from tradewind.errors import InvalidInput
from tradewind.evidence import Evidence

RECORDS = frozenset(("order", "payment"))
"""Kinds of records of which a person can say whether they are right."""


class Telling(Record):
    """What a person says; what is empty is not said. `records` are a record's id or source, or a
    contradiction's name (or "order", "payment": the case's), and whether it is right."""

    category: DisputeCategory | None = None
    code: str = ""
    network: str = ""
    order: str = ""
    payment: str = ""
    records: Mapping[str, bool] = Field(default_factory=dict)


class Point(Record):
    """One thing that is stated, as a Statement keeps it."""

    about: StatedAbout
    value: str
    right: bool | None = None
    was: str = ""


def points_of(telling: Telling, evidence: Sequence[Evidence], rules: Rules) -> tuple[Point, ...]:
    """The points of what is told about the dispute in the evidence. Order and payment are known to
    the shop already. Raises InvalidInput for what the records answer themselves, and for what
    cannot be."""
    case = read_case(evidence)
    if case is None:
        raise InvalidInput("there is no dispute in the evidence.", "Name an open dispute.")
    assessed = assess(case, rules)
    told = (*_meaning(telling, case, rules), *_records(telling, case, assessed, evidence))
    if not told:
        raise InvalidInput(
            "nothing is told.", "Name a category, a code with its network, an order or a payment."
        )
    return tuple(p.model_copy(update={"was": p.was or _was(p, case)}) for p in told)


def _was(point: Point, case: Case) -> str:
    if point.about in ("record", "contradiction"):
        whole = case.whole or case
        return figures_of(case.dispute, whole.payment, whole.order)
    return own_word(case.dispute, point.about)


# ---- what it is about


def _meaning(telling: Telling, case: Case, rules: Rules) -> Iterator[Point]:
    category = telling.category
    if telling.code or telling.network:
        network, code = _code(telling, case, rules)
        yield Point(about="code", value=code)
        if network != rules.codes.network(case.network):
            yield Point(about="network", value=network)
        category = _category_of(network, code, telling.category, case, rules)
    if category and category != "unknown":
        own = case.own_category
        if own not in ("unknown", category):
            raise InvalidInput(
                f"the processor calls it {own}: it is answered as that, not as {category}.",
                "Ask the processor where its word is wrong.",
            )
        yield Point(about="category", value=category)
    yield from _named("order", telling.order, case)
    yield from _named("payment", telling.payment, case)


def _code(telling: Telling, case: Case, rules: Rules) -> tuple[str, str]:
    network = rules.codes.network(telling.network or case.network)
    own, codes = text_of(case.dispute, "reason_code"), rules.codes
    if network not in codes.codes:
        known = ", ".join(codes.codes)
        raise InvalidInput(f"network {network!r} is not known.", f"Name one of {known}.")
    if not telling.code:
        raise InvalidInput("a network is told without its code.", "Name both, or a category.")
    if own and codes.find(case.network, own) and own.upper() != telling.code.upper():
        raise InvalidInput(
            f"the processor names code {own}, which is known.", "Ask it where its word is wrong."
        )
    if codes.find(network, telling.code) is None:
        known = ", ".join(codes.codes[network])
        raise InvalidInput(f"{network} has no code {telling.code}.", f"It has {known}.")
    return network, telling.code.strip().upper()


def _category_of(
    network: str, code: str, told: DisputeCategory | None, case: Case, rules: Rules
) -> DisputeCategory | None:
    """What the code comes to: its category, or the one of several that is told beside it."""
    row = rules.codes.find(network, code)
    several = row.categories if row else ()
    if told and told not in several:
        raise InvalidInput(
            f"{network} {code} is {' or '.join(several)}, not {told}.", "Tell one of the two alone."
        )
    if told or len(several) == 1:
        return told or next(iter(several))
    if case.own_category in several:
        return None
    raise InvalidInput(
        f"{network} {code} can be {' or '.join(several)}.", "Tell the category with it."
    )


def _named(about: StatedAbout, value: str, case: Case) -> Iterator[Point]:
    """The order or payment that is meant, where the records name none or two."""
    if not value:
        return
    whole = case.whole or case
    there = whole.order if about == "order" else whole.payment
    known, two = text_of(there, "id"), len(whole.order_ids) > 1
    stated = case.stated.of(about)
    if there and not stated and not (about == "order" and two) and not _same(known, value):
        raise InvalidInput(
            f"the records name {about} {known} already.",
            f"Say that it is wrong where it is asked about: --record {there.source}=wrong.",
        )
    yield Point(about=about, value=value)


def _same(one: str, other: str) -> bool:
    return order_key(one) == order_key(other)


# ---- which record is right


def _records(
    telling: Telling, case: Case, assessed: Assessment, evidence: Sequence[Evidence]
) -> Iterator[Point]:
    asked = [c for c in assessed.contradictions if c.asks or c.id in case.stated.contradictions]
    at_odds = {id_ for c in asked for id_ in c.evidence}
    known = {e.id: e for e in evidence if e.kind in RECORDS and e.trust == "record"}
    whole = case.whole or case
    known |= {e.kind: e for e in (whole.order, whole.payment) if e}
    open_ = {e.source for e in known.values() if e.id in at_odds} | case.stated.records.keys()
    for name, right in telling.records.items():
        source = known[name].source if name in known else name
        if name in {c.id for c in asked}:
            yield Point(about="contradiction", value=name, right=right)
        elif source in open_:
            yield Point(about="record", value=source, right=right)
        else:
            named = ", ".join(sorted({*(c.id for c in asked), *open_}))
            raise InvalidInput(
                f"nothing is asked about {name!r}.",
                f"Name one of {named}." if named else "Nothing of this dispute is at odds.",
            )
