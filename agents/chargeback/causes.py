"""Groups of orders that are disputed more often than the others, where that is more than chance.

A group is named by what the records carry: its counts beside those of all other orders. Why it is
so no record tells, and nothing here does.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from agents.chargeback.chance import corrected, tail
from agents.chargeback.facts import text_of, whole_of
from agents.chargeback.rules import Rules
from tradewind.base import Record
from tradewind.evidence import Evidence, NumberFact
from tradewind.prevention import Dimension

Verdict = Literal["more", "chance", "few"]
"""more: disputed more often than the others, beyond chance. chance: not so. few: too few to tell.
"""


class Cause(Record):
    """A group of orders: `disputed` of `orders`, beside those of all others. `chance` is how likely
    as many would be if it were as the others, corrected for all groups; None where it was not
    tested."""

    dimension: Dimension
    name: str
    orders: int
    disputed: int
    rest_orders: int
    rest_disputed: int
    verdict: Verdict
    chance: float | None
    evidence: str


class Causes(Record):
    """All groups with a disputed order, named ones first; of the orders of so many days. `kinds`
    are disputes by category, `codes` by network and reason code, over the same orders."""

    days: int = 0
    orders: int = 0
    disputed: int = 0
    undated: int = 0
    kinds: Mapping[str, int] = {}
    codes: Mapping[str, int] = {}
    groups: tuple[Cause, ...] = ()

    @property
    def named(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.groups if cause.verdict == "more")


def read_causes(evidence: Sequence[Evidence], rules: Rules) -> Causes:
    """What the counts of `disputes.causes` say."""
    base = next((item for item in evidence if text_of(item, "count") == "base"), None)
    if base is None:
        return Causes()
    groups = [item for item in evidence if text_of(item, "count") == "group"]
    enough = [item for item in groups if _is_enough(item, rules)]
    chances = corrected([_chance(item) for item in enough], whole_of(base, "groups") or 0)
    known = {item.id: chance for item, chance in zip(enough, chances, strict=True)}
    causes = [_cause(item, known.get(item.id), rules) for item in groups]
    return Causes(
        days=whole_of(base, "days") or 0, orders=whole_of(base, "orders") or 0,
        disputed=whole_of(base, "disputed") or 0, undated=whole_of(base, "undated") or 0,
        kinds=_by(base, "category."), codes=_by(base, "code."),
        groups=tuple(sorted(causes, key=_rank)),
    )  # fmt: skip


def _is_enough(item: Evidence, rules: Rules) -> bool:
    """A group is tested where it has enough orders and disputes, and others to compare it with."""
    least = rules.prevention.causes
    orders, disputed = whole_of(item, "orders") or 0, whole_of(item, "disputed") or 0
    others = whole_of(item, "rest_orders") or 0
    return min(orders, others) >= least.least_orders and disputed >= least.least_disputed


def _chance(item: Evidence) -> float:
    size, hit = whole_of(item, "orders") or 0, whole_of(item, "disputed") or 0
    rest, rest_hit = whole_of(item, "rest_orders") or 0, whole_of(item, "rest_disputed") or 0
    return tail(hit, size, hit + rest_hit, size + rest)


def _cause(item: Evidence, chance: float | None, rules: Rules) -> Cause:
    if chance is None:
        verdict: Verdict = "few"
    else:
        verdict = "more" if chance < rules.prevention.causes.error_rate else "chance"
    return Cause(
        dimension=cast(Dimension, text_of(item, "dimension")), name=text_of(item, "name"),
        orders=whole_of(item, "orders") or 0, disputed=whole_of(item, "disputed") or 0,
        rest_orders=whole_of(item, "rest_orders") or 0,
        rest_disputed=whole_of(item, "rest_disputed") or 0, verdict=verdict, chance=chance,
        evidence=item.id,
    )  # fmt: skip


def _rank(cause: Cause) -> tuple[int, float, int, str, str]:
    verdicts: tuple[Verdict, ...] = ("more", "chance", "few")
    return (verdicts.index(cause.verdict), 1.0 if cause.chance is None else cause.chance,
            -cause.disputed, cause.dimension, cause.name)  # fmt: skip


def _by(base: Evidence, prefix: str) -> dict[str, int]:
    """Counts by what follows a prefix, the largest first."""
    found = {
        fact.name.removeprefix(prefix): int(fact.value)
        for fact in base.facts
        if isinstance(fact, NumberFact) and fact.name.startswith(prefix)
    }
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
