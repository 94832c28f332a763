"""What a suite is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from evals.records import Case, Verdict
from evals.worlds import World
from tradewind.base import Record

C = TypeVar("C", bound=Case)
O = TypeVar("O", bound=Record)  # noqa: E741


@dataclass(frozen=True)
class Suite(Generic[C, O]):
    """Cases of one kind. `carry_out` asks the product, `judge` looks at what came of it.

    `counts` are the metrics that are added up over the cases; the others are averaged. `shares`
    are of some cases only: one count by another. One that is not `taped` asks no model. `derive`
    makes of these what is reported in their place.
    """

    name: str
    cases: tuple[C, ...]
    outcome: type[O]
    carry_out: Callable[[World, C], Awaitable[O]]
    judge: Callable[[World, C, O], Verdict]
    counts: frozenset[str] = frozenset()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    taped: bool = True
    derive: Callable[[dict[str, float]], dict[str, float]] = dict
