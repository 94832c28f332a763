"""Running suites on inspect-ai: a task a suite, a sample a case, an epoch a repeat.

inspect-ai keeps its logs in a temporary folder and no server; no model of its own is used.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import TypeAdapter

from evals.records import Failure, SuiteReport, Verdict
from evals.suites.base import Suite
from evals.tape import Deck
from evals.worlds import World
from tradewind.errors import BackendError

AnySuite = Suite[Any, Any]
_DATA_HOME = "XDG_DATA_HOME"
_VALUES = TypeAdapter(dict[str, float])
Seen = Callable[[str, str], None]


def run_suites(
    world: World, suites: Sequence[AnySuite], *, k: int = 1, deck: Deck | None = None,
    seen: Seen | None = None,
) -> tuple[SuiteReport, ...]:  # fmt: skip
    """Run every case k times, one after the other. `seen` hears (suite, case) when one is done.

    Raises SpecError for a suite without a tape, ReplayMismatch when its tape lacks a request; a
    case in which the product raised anything else has failed.
    """
    if deck is not None:
        deck.load(suite.name for suite in suites if suite.taped)
    tasks = [_task(world, suite, deck, seen) for suite in suites]
    with tempfile.TemporaryDirectory(prefix="tradewind-evals-") as logs, _data_folder(logs):
        done = inspect_ai.eval(
            tasks, model="none", epochs=k, max_tasks=1, max_samples=1, fail_on_error=False,
            display="none", log_level="error", log_dir=logs, log_realtime=False,
            ctl_server=False, acp_server=False,
        )  # fmt: skip
        if deck is not None and deck.mismatch is not None:
            raise deck.mismatch
        by_name = {log.eval.task: log for log in done}
        return tuple(_report(suite, by_name[suite.name], k) for suite in suites)


@contextmanager
def _data_folder(folder: str) -> Generator[None]:
    """inspect-ai's traces and notes go below this folder instead of the user's data folder."""
    before = os.environ.get(_DATA_HOME)
    os.environ[_DATA_HOME] = folder
    try:
        yield
    finally:
        os.environ.pop(_DATA_HOME)
        if before is not None:
            os.environ[_DATA_HOME] = before


def _task(world: World, suite: AnySuite, deck: Deck | None, seen: Seen | None) -> Task:
    cases = {case.id: case for case in suite.cases}

    @solver
    def product() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            case = cases[str(state.sample_id)]
            with deck.at(suite.name, case.id) if deck and suite.taped else nullcontext():
                outcome = await suite.carry_out(world, case)
            state.metadata["outcome"] = outcome.model_dump(mode="json")
            if seen:
                seen(suite.name, case.id)
            return state

        return solve

    @scorer(metrics={"*": [mean()]})
    def records() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            outcome = suite.outcome.model_validate(state.metadata["outcome"])
            verdict: Verdict = suite.judge(world, cases[str(state.sample_id)], outcome)
            values = {"passed": float(verdict.passed), **verdict.metrics}
            return Score(value=values, metadata={"problems": list(verdict.problems)})

        return score

    samples = [Sample(id=case.id, input=case.model_dump_json()) for case in suite.cases]
    dataset = MemoryDataset(samples, name=suite.name)
    return Task(name=suite.name, dataset=dataset, solver=product(), scorer=records())


def _report(suite: AnySuite, log: EvalLog, k: int) -> SuiteReport:
    """Raises BackendError when the suite broke off as a whole."""
    if log.samples is None or len(log.samples) != len(suite.cases) * k:
        told = log.error.message if log.error else log.status
        raise BackendError(f"suite {suite.name} broke off: {told}", "Run it alone to see more.")
    verdicts = [(sample, _verdict(sample)) for sample in log.samples]
    by_case: defaultdict[str, list[bool]] = defaultdict(list)
    for sample, verdict in verdicts:
        by_case[str(sample.id)].append(verdict.passed)
    passed = sum(all(repeats) for repeats in by_case.values())
    return SuiteReport(
        name=suite.name, cases=len(by_case), passed=passed, k=k,
        pass_at_1=_share(v.passed for _, v in verdicts),
        pass_hat_k=round(passed / len(by_case), 4),
        metrics=_metrics(suite, [v for _, v in verdicts], k),
        failures=tuple(
            Failure(case=str(s.id), repeat=s.epoch, problems=v.problems)
            for s, v in verdicts if not v.passed
        ),
    )  # fmt: skip


def _verdict(sample: EvalSample) -> Verdict:
    """What the scorer said; a sample that raised has failed and has no metrics."""
    if sample.error is not None or not sample.scores:
        told = sample.error.message if sample.error else "no score"
        return Verdict(passed=False, metrics={}, problems=(f"raised {told}",))
    score = next(iter(sample.scores.values()))
    values = _VALUES.validate_python(score.value)
    problems: list[str] = (score.metadata or {}).get("problems", [])
    passed = values.pop("passed") == 1.0
    return Verdict(passed=passed, metrics=values, problems=tuple(problems))


def _metrics(suite: AnySuite, verdicts: Sequence[Verdict], k: int) -> dict[str, float]:
    """Counts added up, for one repeat on average; shares averaged over all cases, of which
    those that raised count as zero. A share of no case is whole."""
    names = {name: None for verdict in verdicts for name in verdict.metrics}
    totals = {name: sum(v.metrics.get(name, 0.0) for v in verdicts) for name in names}
    told = {
        name: round(total / (k if name in suite.counts else len(verdicts)), 4)
        for name, total in totals.items()
    } | {
        name: round(totals[part] / totals[whole], 4) if totals.get(whole) else 1.0
        for name, (part, whole) in suite.shares.items()
    }
    return suite.derive(told) | {"raised": float(sum(not v.metrics for v in verdicts))}


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 4)
