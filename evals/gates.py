"""Gates: limits that a suite's figures must keep, with reason and date, in `gates.toml`."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator

from evals.records import SuiteReport
from tradewind.base import Record
from tradewind.errors import SpecError

FILE = Path(__file__).resolve().parent / "gates.toml"


class Gate(Record):
    """One limit: the metric must be at least, or at most, so much."""

    name: str
    suite: str
    metric: str
    at_least: float | None = None
    at_most: float | None = None
    since: date
    reason: str

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"gate {self.name}: give at_least or at_most")
        return self


class GateResult(Record):
    name: str
    ok: bool
    value: float
    limit: float


def read_gates(path: Path = FILE) -> tuple[Gate, ...]:
    """Raises SpecError naming the file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["gate"]
        return tuple(Gate.model_validate(table) for table in tables)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Write [[gate]] tables.") from error


def judge_gates(gates: Sequence[Gate], reports: Sequence[SuiteReport]) -> tuple[GateResult, ...]:
    """Results of the gates whose suites ran. Raises SpecError for a metric that is not there."""
    by_name = {report.name: report for report in reports}
    return tuple(_judge(gate, by_name[gate.suite]) for gate in gates if gate.suite in by_name)


def _judge(gate: Gate, report: SuiteReport) -> GateResult:
    if gate.metric not in report.metrics:
        raise SpecError(
            f"gate {gate.name}: suite {gate.suite} has no metric {gate.metric!r}",
            f"It has {', '.join(sorted(report.metrics))}.",
        )
    value = report.metrics[gate.metric]
    if gate.at_least is not None:
        return GateResult(
            name=gate.name, ok=value >= gate.at_least, value=value, limit=gate.at_least
        )
    limit = gate.at_most or 0.0
    return GateResult(name=gate.name, ok=value <= limit, value=value, limit=limit)
