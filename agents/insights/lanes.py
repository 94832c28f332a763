"""Which lanes are late beyond chance: Fisher's exact test with Holm's correction over all lanes."""

from collections.abc import Sequence
from typing import Literal

from agents.chargeback.chance import corrected, tail
from agents.chargeback.facts import text_of, whole_of
from agents.insights.records import InsightRules, LateLane
from tradewind.evidence import Evidence

Verdict = Literal["late", "chance", "few"]
_VERDICTS: tuple[Verdict, ...] = ("late", "chance", "few")


def read_lanes(evidence: Sequence[Evidence], rules: InsightRules) -> tuple[LateLane, ...]:
    """What the counts of `insights.lanes` say, those that are late beyond chance first."""
    lanes = [item for item in evidence if text_of(item, "count") == "lane"]
    enough = [item for item in lanes if _is_enough(item, rules)]
    chances = corrected([_chance(item) for item in enough], len(lanes))
    known = {item.id: chance for item, chance in zip(enough, chances, strict=True)}
    return tuple(sorted((_lane(item, known.get(item.id), rules) for item in lanes), key=_rank))


def _is_enough(item: Evidence, rules: InsightRules) -> bool:
    parcels, rest = _whole(item, "parcels"), _whole(item, "rest")
    return min(parcels, rest) >= rules.least_parcels and _whole(item, "late") >= rules.least_late


def _chance(item: Evidence) -> float:
    size, hit = _whole(item, "parcels"), _whole(item, "late")
    rest, rest_hit = _whole(item, "rest"), _whole(item, "rest_late")
    return tail(hit, size, hit + rest_hit, size + rest)


def _lane(item: Evidence, chance: float | None, rules: InsightRules) -> LateLane:
    verdict: Verdict = "few"
    if chance is not None:
        verdict = "late" if chance < rules.error_rate else "chance"
    return LateLane(
        name=text_of(item, "name") or "", parcels=_whole(item, "parcels"),
        late=_whole(item, "late"), rest=_whole(item, "rest"), rest_late=_whole(item, "rest_late"),
        verdict=verdict, chance=chance, evidence=item.id,
    )  # fmt: skip


def _rank(lane: LateLane) -> tuple[int, float, int, str]:
    chance = 1.0 if lane.chance is None else lane.chance
    return _VERDICTS.index(lane.verdict), chance, -lane.late, lane.name


def _whole(item: Evidence, name: str) -> int:
    return whole_of(item, name) or 0
