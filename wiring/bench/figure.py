"""What a benchmark gives back, and what it is given."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tradewind.base import Record


class Figure(Record):
    """One measured value. `baseline` is measured in the same run, `ratio` is value / baseline,
    `aim` the value asked for (less is better but for rates). `note` says what the baseline is,
    or why nothing was measured."""

    name: str
    value: float | None
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    aim: float | None = None
    note: str = ""

    @classmethod
    def of(
        cls, name: str, value: float, unit: str, *,
        baseline: float | None = None, aim: float | None = None, note: str = "",
    ) -> "Figure":  # fmt: skip
        """A figure with its ratio, rounded to four decimals."""
        ratio = None if not baseline else round(value / baseline, 4)
        rounded = None if baseline is None else round(baseline, 4)
        return cls(
            name=name, value=round(value, 4), unit=unit, baseline=rounded, ratio=ratio,
            aim=aim, note=note,
        )  # fmt: skip

    @classmethod
    def skipped(cls, name: str, unit: str, why: str) -> "Figure":
        return cls(name=name, value=None, unit=unit, note=f"not measured: {why}")


class Place(Record):
    """Where a benchmark works: an empty folder of its own, and the folder of weight files."""

    work: Path
    models: Path


Measure = Callable[[Place], Iterable[Figure]]


def cpu_ms(began: float, times: int) -> float:
    """CPU milliseconds of this process (all threads) a time, since `began` (process_time)."""
    return (time.process_time() - began) * 1000 / times
