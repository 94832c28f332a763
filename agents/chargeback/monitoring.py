"""The meter of the networks' monitoring programmes."""

from datetime import date
from typing import Literal

from agents.chargeback.rules import Rules
from agents.chargeback.tables import Programme
from tradewind.base import Record


class Counts(Record):
    """A merchant's month with one network: settled payments without the card, disputes, and frauds
    that issuers reported."""

    network: str
    settled: int
    disputes: int
    frauds: int = 0


class Meter(Record):
    """Where a month stands with a programme: `share` of its limit that is reached (1: over it)."""

    programme: str
    title: str
    ratio: float
    limit: float
    count: int
    least: int
    share: float
    state: Literal["safe", "near", "over"]


def read_meter(counts: Counts, day: date, rules: Rules) -> tuple[Meter, ...]:
    """The programmes of the network that are in force on a day."""
    ours = [p for p in rules.monitoring.programme
            if p.network == counts.network and p.since <= day]  # fmt: skip
    newest = {p.id: p for p in sorted(ours, key=lambda p: p.since)}
    return tuple(_meter(counts, programme, rules) for programme in newest.values())


def _meter(counts: Counts, programme: Programme, rules: Rules) -> Meter:
    count = counts.disputes + (counts.frauds if programme.counts == "both" else 0)
    ratio = count / counts.settled if counts.settled else 0.0
    share = min(ratio / programme.ratio, count / programme.least)
    near = share >= rules.monitoring.meter.warn_share
    return Meter(
        programme=programme.id, title=programme.title, ratio=ratio, limit=programme.ratio,
        count=count, least=programme.least, share=share,
        state="over" if share >= 1 else "near" if near else "safe",
    )  # fmt: skip
