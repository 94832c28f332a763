"""Counts over questions, messages, reviews and lanes. Nobody is named in them."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from tradewind.base import Record, Time


class InsightRules(Record):
    """`data/insights/rules.toml`."""

    version: int
    as_of: date
    source: str
    few: int
    least_gap: int
    examples: int
    example_length: int
    least_parcels: int
    least_late: int
    error_rate: float


class Gap(Record):
    """Questions about one attribute of one product that no record answered: what its listing does
    not say. Without a product: what they are about nobody could tell. `examples` are masked."""

    product: str
    title: str
    attribute: str
    count: int
    asked: int
    examples: tuple[str, ...]
    few: bool


class Week(Record):
    """Questions by intent of the week that begins on a Monday."""

    begins: date
    intents: Mapping[str, int]


class Rated(Record):
    """Reviews of one product, as its export names it; `low` have one or two stars. `attributes` are
    what those speak of."""

    product: str
    title: str
    reviews: int
    low: int
    attributes: Mapping[str, int]
    few: bool


class Asked(Record):
    """What was counted of buyers' turns, mails and messages since `since`.

    `questions` were asked in the chat, or in letters that a reply was drafted to; `unread` are
    letters that none was drafted to: of those the intents alone are told, by their words.
    """

    since: Time
    until: Time
    questions: int
    unanswered: int
    letters: Mapping[str, int]
    unread: int
    intents: Mapping[str, int]
    languages: Mapping[str, int]
    unanswered_intents: Mapping[str, int]
    weeks: tuple[Week, ...]
    gaps: tuple[Gap, ...]
    rated: tuple[Rated, ...]
    few: bool


class LateLane(Record):
    """A lane's late parcels beside those of all others. `chance`: how likely as many would be if it
    were as the others, after Holm; None where it has too few to be tested."""

    name: str
    parcels: int
    late: int
    rest: int
    rest_late: int
    verdict: Literal["late", "chance", "few"]
    chance: float | None
    evidence: str


class Insights(Record):
    days: int
    asked: Asked
    lanes: tuple[LateLane, ...]
    parcels: int
    late: int

    @property
    def late_lanes(self) -> tuple[LateLane, ...]:
        return tuple(lane for lane in self.lanes if lane.verdict == "late")
