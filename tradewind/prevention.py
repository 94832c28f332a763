"""What the weekly view of disputes counts (`data/disputes/prevention.toml`)."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.disputes import Confidence

Risk = Literal[
    "lost", "returned", "returning", "exception", "stale", "asked", "late", "past_promise",
    "attempt_failed", "pickup",
]  # fmt: skip
"""Why a parcel may become a dispute over goods not received. `asked`: the buyer wrote since it was
shipped; `late`: older than nearly all parcels of its lane; `past_promise`: the carrier's own day
has passed; the others are the carrier's states."""

Dimension = Literal["lane", "carrier", "product", "claim", "descriptor"]
"""What orders are put together by; `claim`: a product, and what its buyers said is not as told."""


class CauseRule(Record):
    """From when on a group of orders is named as more than chance."""

    window_days: int = Field(gt=0)
    least_disputed: int = Field(gt=0)
    least_orders: int = Field(gt=0)
    error_rate: float = Field(gt=0, lt=1)
    trend_rate: float = Field(gt=0, lt=1)
    named: int = Field(gt=0)


class ParcelRule(Record):
    """Which parcels are looked at, and which reason goes first."""

    latest_days: int = Field(gt=0)
    confidence: Confidence
    order: tuple[Risk, ...]


class PreventionRules(Record):
    """See the file."""

    version: int
    as_of: date
    source: str
    settled: frozenset[str]
    present: frozenset[str]
    not_cards: frozenset[str]
    own_network: frozenset[str]
    months: int = Field(gt=0)
    weeks: int = Field(gt=0)
    causes: CauseRule
    parcels: ParcelRule


def read_prevention(folder: Path) -> PreventionRules:
    """Of `data/disputes`. Raises SpecError."""
    return read_data(folder / "prevention.toml", PreventionRules)
