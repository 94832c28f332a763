"""The weekly view of a shop's disputes, from counts alone: rates, weeks, causes, parcels."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from agents.chargeback.causes import Causes, read_causes
from agents.chargeback.facts import day_of, flag_of, text_of, whole_of
from agents.chargeback.monitoring import Counts, Meter, read_counts, read_meters
from agents.chargeback.parcels import Parcels, read_parcels
from agents.chargeback.rules import Rules
from tradewind.base import Money, Record, Time
from tradewind.evidence import Evidence, MoneyFact

Trend = Literal["more", "fewer", "chance", "few"]
"""The last weeks beside those before them: `chance`, no more than chance; `few`, too few to tell.
"""


class Week(Record):
    """The disputes opened in a week from its Monday (UTC); `amounts` by currency."""

    begins: date
    ended: bool
    disputes: int
    amounts: tuple[Money, ...]
    evidence: str


class LeftOut(Record):
    """What could not be counted."""

    no_network: int = 0
    undated_payments: int = 0
    undated_disputes: int = 0


class Prevention(Record):
    """All that the view says, at a moment. Every part names the evidence that it was read from."""

    at: Time
    counts: tuple[Counts, ...]
    meters: tuple[Meter, ...]
    left_out: LeftOut
    weeks: tuple[Week, ...]
    trend: Trend
    causes: Causes
    parcels: Parcels


def read_view(evidence: Sequence[Evidence], rules: Rules, now: datetime) -> Prevention:
    """The view that the counts give."""
    weeks = _weeks(evidence)
    return Prevention(
        at=now, counts=read_counts(evidence, rules), meters=read_meters(evidence, rules),
        left_out=_left_out(evidence), weeks=weeks, trend=_trend(weeks, rules),
        causes=read_causes(evidence, rules), parcels=read_parcels(evidence, rules, now),
    )  # fmt: skip


def _left_out(evidence: Sequence[Evidence]) -> LeftOut:
    found = next((item for item in evidence if text_of(item, "count") == "left_out"), None)
    return LeftOut(**{name: whole_of(found, name) or 0 for name in LeftOut.model_fields})


def _weeks(evidence: Sequence[Evidence]) -> tuple[Week, ...]:
    """Oldest first."""
    weeks = [
        Week(
            begins=begins, ended=bool(flag_of(item, "ended")),
            disputes=whole_of(item, "disputes") or 0, evidence=item.id,
            amounts=tuple(f.value for f in item.facts if isinstance(f, MoneyFact)),
        )
        for item in evidence
        if text_of(item, "count") == "week" and (begins := day_of(item, "from"))
    ]  # fmt: skip
    return tuple(sorted(weeks, key=lambda week: week.begins))


def _trend(weeks: Sequence[Week], rules: Rules) -> Trend:
    """The later half of the whole weeks beside the earlier: as chance would put each dispute into
    any week, how likely so many in one half are. The week that goes on is left out."""
    whole = [week.disputes for week in weeks if week.ended]
    half = len(whole) >> 1
    later, earlier = sum(whole[len(whole) - half :]), sum(whole[:half])
    if later + earlier < rules.prevention.causes.least_disputed:
        return "few"
    level = rules.prevention.causes.trend_rate
    if _binomial(later, later + earlier) < level:
        return "more"
    return "fewer" if _binomial(earlier, later + earlier) < level else "chance"


def _binomial(hit: int, count: int) -> float:
    """The chance of so many or more of a count where each falls here or there alike."""
    return sum(math.comb(count, k) for k in range(hit, count + 1)) / (1 << count)
