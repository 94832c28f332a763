"""What a resolved conversation cost: models by the price list, computing and people by the
merchant's own prices. What nobody told is unknown, and never nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

from agents.measures.conversations import TERMINAL
from tradewind.base import Money, Record, exponent_of
from tradewind.measures import Measuring
from tradewind.ports.measures import Held, Spoken

MICROS = 1_000_000
_HOLD_ENDS = ("given_back", "closed")
Part = Literal["models", "computing", "people"]


class Sum(Record):
    """An amount in millionths of the currency's major unit."""

    micros: int
    currency: str


class CostPart(Record):
    """One part of the cost: `units` of work (tokens, CPU seconds, minutes), and what they cost
    where that is known. `unknown` says why it is not, or not all of it; "" where it is."""

    part: Part
    units: float
    unit: str
    cost: Sum | None
    unknown: str = ""


class Costs(Record):
    """All parts, and what they make by `resolved` conversation.

    `each` is None unless every part is known, in one currency, and something was resolved;
    `at_least` is what the known parts make, by currency.
    """

    parts: tuple[CostPart, ...]
    resolved: int
    each: Sum | None
    at_least: tuple[Sum, ...]
    unknown: tuple[str, ...]


class Meter:
    """Adds up what runs took, as they stream by."""

    def __init__(self, since: int, *, terminal: bool = False) -> None:
        self._since, self._terminal = since, terminal
        self._runs = self._tokens = self._micros = self._uncounted = 0
        self._seconds = 0.0
        self._unpriced: Counter[str] = Counter()

    def watch(self, runs: Iterable[Spoken]) -> Iterator[Spoken]:
        """The runs as they come; those of the window are counted."""
        for run in runs:
            if run.at >= self._since and (self._terminal or run.actor != TERMINAL):
                self._add(run)
            yield run

    def _add(self, run: Spoken) -> None:
        self._runs += 1
        self._tokens += run.tokens
        self._micros += run.cost_micros or 0
        self._unpriced.update(run.unpriced)
        self._seconds += run.cpu_seconds or 0.0
        self._uncounted += run.cpu_seconds is None

    def models(self) -> CostPart:
        """By the price list, in its currency; models on own machines cost no tokens."""
        names = ", ".join(sorted(self._unpriced))
        told = f"no price is known of {names}" if names else ""
        cost = Sum(micros=self._micros, currency="USD")
        return CostPart(part="models", units=self._tokens, unit="tokens", cost=cost, unknown=told)

    def computing(self, hour: Money | None) -> CostPart:
        """The CPU time of this server's processes; a store or a model elsewhere is not in it."""
        cost = _priced(self._seconds / 3600, hour)
        told = "" if hour else "the price of a CPU hour is not told"
        if hour and self._uncounted:
            told = f"{self._uncounted} of {self._runs} runs have no CPU time"
        return CostPart(
            part="computing", units=round(self._seconds, 3), unit="CPU seconds", cost=cost,
            unknown=told,
        )  # fmt: skip


def people(held: Iterable[Held], wage: Money | None, most_minutes: int) -> CostPart:
    """A person's minutes: from taking a conversation to each reply, and to giving it back.

    An act counts `most_minutes` at most. What somebody took and let lapse tells no time.
    """
    micros, lapsed = 0, 0
    handover, taken, acted = "", None, False
    for step in held:
        if step.handover != handover:
            handover, taken = step.handover, None
        if step.kind == "taken":
            taken, acted = step.at if taken is None else taken, False
        elif taken is not None and step.kind in ("replied", *_HOLD_ENDS):
            micros += min(step.at - taken, most_minutes * 60 * MICROS)
            taken, acted = (None if step.kind in _HOLD_ENDS else step.at), True
        elif taken is not None and step.kind == "lapsed":
            lapsed += not acted
            taken = None
    minutes = micros / (60 * MICROS)
    told = "" if wage or not minutes else "the wage of an hour is not told"
    if not told and lapsed:
        told = f"{lapsed} conversations were taken and forgotten: how long they took is not known"
    cost = _priced(minutes / 60, wage) if wage or minutes else Sum(micros=0, currency="USD")
    return CostPart(
        part="people", units=round(minutes, 2), unit="minutes", cost=cost, unknown=told
    )  # fmt: skip


def _priced(hours: float, price: Money | None) -> Sum | None:
    if price is None:
        return None
    each = Decimal(price.minor).scaleb(6 - exponent_of(price.currency))
    return Sum(micros=round(each * Decimal(hours)), currency=price.currency)


def costs(
    meter: Meter, held: Iterable[Held], measuring: Measuring, resolved: int, most_minutes: int
) -> Costs:
    """The cost of all conversations of the window by each that was resolved in it."""
    parts = (
        meter.models(), meter.computing(measuring.cpu_hour),
        people(held, measuring.wage_hour, most_minutes),
    )  # fmt: skip
    sums: Counter[str] = Counter()
    for part in parts:
        if part.cost and part.cost.micros:
            sums[part.cost.currency] += part.cost.micros
    unknown = [f"{part.part}: {part.unknown}" for part in parts if part.unknown]
    if len(sums) > 1:
        unknown.append(f"sum: {' and '.join(sorted(sums))} are not added")
    if not resolved:
        unknown.append("each: nothing was resolved")
    known = tuple(
        Sum(micros=round(micros / resolved), currency=name) for name, micros in sorted(sums.items())
    ) if resolved else ()  # fmt: skip
    each = None
    if not unknown:
        each = known[0] if known else Sum(micros=0, currency="USD")
    return Costs(
        parts=parts, resolved=resolved, each=each, at_least=known, unknown=tuple(unknown)
    )  # fmt: skip
