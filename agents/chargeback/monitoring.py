"""The meter of the networks' monitoring programmes."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from agents.chargeback.facts import flag_of, ids, text_of, whole_of
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Programme
from tradewind.base import Record
from tradewind.evidence import Evidence, FlagFact, NameFact, NumberFact


class Counts(Record):
    """A merchant's month with one network: settled payments without the card, disputes, and frauds
    that issuers reported. Of `fraud_unknown` payments no record tells whether a fraud was reported;
    `ended` False: the month is still going on. `evidence` are the counts that it was read from."""

    network: str
    settled: int
    disputes: int
    frauds: int = 0
    fraud_unknown: int = 0
    month: str = ""
    ended: bool = True
    evidence: tuple[str, ...] = ()


class Meter(Record):
    """Where a month stands with a programme: `share` of its limit that is reached (1: over it).

    `floor`: reported frauds count, and of some payments no record tells of them, so that the true
    count may be higher.
    """

    programme: str
    title: str
    network: str = ""
    month: str = ""
    ended: bool = True
    floor: bool = False
    evidence: tuple[str, ...] = ()
    ratio: float
    limit: float
    count: int
    least: int
    share: float
    state: Literal["safe", "near", "over"]


def read_meter(counts: Counts, day: date, rules: Rules) -> tuple[Meter, ...]:
    """The programmes of the network that are in force on a day."""
    ours = [p for p in rules.monitoring.of(counts.network) if p.since <= day]
    newest = {p.id: p for p in sorted(ours, key=lambda p: p.since)}
    return tuple(_meter(counts, programme, rules) for programme in newest.values())


def read_counts(evidence: Sequence[Evidence], rules: Rules) -> tuple[Counts, ...]:
    """The months that were counted, each network's by its usual name, oldest first. A network that
    is not told has the empty name."""
    months = [item for item in evidence if text_of(item, "count") == "month"]
    by_key: dict[tuple[str, str], list[Evidence]] = {}
    for item in months:
        network = rules.codes.network(text_of(item, "network"))
        by_key.setdefault((text_of(item, "month"), network), []).append(item)
    return tuple(_counts(network, month, held) for (month, network), held in sorted(by_key.items()))


def _counts(network: str, month: str, held: Sequence[Evidence]) -> Counts:
    names = ("settled", "disputes", "frauds", "fraud_unknown")
    sums = {name: sum(whole_of(item, name) or 0 for item in held) for name in names}
    ended = all(flag_of(item, "ended") for item in held)
    return Counts(network=network, month=month, ended=ended, evidence=ids(held), **sums)


def read_meters(evidence: Sequence[Evidence], rules: Rules) -> tuple[Meter, ...]:
    """Each counted month with settled payments beside the programmes that were in force at its end,
    newest first."""
    counts = [c for c in reversed(read_counts(evidence, rules)) if c.settled]
    return tuple(meter for c in counts for meter in read_meter(c, _end_of(c.month), rules))


def meter_of(evidence: Sequence[Evidence], network: str, rules: Rules) -> tuple[Meter, ...]:
    """Where a network stands: this month so far and the last whole one."""
    ours = [m for m in read_meters(evidence, rules) if m.network == rules.codes.network(network)]
    newest = sorted({m.month for m in ours})[-rules.monitoring.meter.months :]
    return tuple(m for m in ours if m.month in newest)


def meter_evidence(meter: Meter) -> Evidence:
    """A programme's count as a record that sentences can lean on; shares are of a hundred."""
    ratio, limit = _percent(meter.ratio), _percent(meter.limit)
    return Evidence.of(
        "figure", f"figure/programme/{meter.programme}/{meter.month}", meter.title,
        f"{meter.title}, {meter.month}: {ratio} % of {limit} %, {meter.count} of {meter.least} "
        f"cases ({meter.state}).",
        (NameFact(name="title", value=meter.title), NameFact(name="month", value=meter.month),
         NameFact(name="state", value=meter.state), FlagFact(name="ended", value=meter.ended),
         NumberFact(name="ratio", value=ratio, unit="percent"),
         NumberFact(name="limit", value=limit, unit="percent"),
         NumberFact(name="cases", value=Decimal(meter.count)),
         NumberFact(name="least", value=Decimal(meter.least))),
    )  # fmt: skip


def _percent(share: float) -> Decimal:
    """Of a hundred, two places."""
    return (Decimal(share) * Decimal("100")).quantize(Decimal("0.01")).normalize() + Decimal(0)


def _end_of(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])


def _meter(counts: Counts, programme: Programme, rules: Rules) -> Meter:
    count = counts.disputes + (counts.frauds if programme.counts == "both" else 0)
    ratio = count / counts.settled if counts.settled else 0.0
    share = min(ratio / programme.ratio, count / programme.least)
    near = share >= rules.monitoring.meter.warn_share
    return Meter(
        programme=programme.id, title=programme.title, network=counts.network,
        month=counts.month, ended=counts.ended, evidence=counts.evidence,
        floor=programme.counts == "both" and counts.fraud_unknown > 0, ratio=ratio,
        limit=programme.ratio,
        count=count, least=programme.least, share=share,
        state="over" if share >= 1 else "near" if near else "safe",
    )  # fmt: skip
