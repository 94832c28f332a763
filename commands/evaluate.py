"""eval: the suites over the sample shop, on tapes or with the real model."""

import importlib
import os
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agents.assistant import Assistant
from agents.kit import Kit
from agents.run import Road
from agents.turns import Shop
from commands.console import AsJson, bar, fail, note, page, show_json
from evals.tape import Deck, Facts, Role
from evals.taped import (
    RecordingChat,
    RecordingEmbedding,
    RecordingReranker,
    TapeChat,
    TapeEmbedding,
    TapeReranker,
    facts_of,
)
from evals.worlds import World
from models.reranker import HiddenReranker, Probe
from tradewind.commerce import SourceRow
from tradewind.errors import InvalidInput, PlatformError, SpecError
from tradewind.people import Tenant
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, EmbeddingModel, Reranker
from wiring.platform import PROBE, SAMPLE, Platform
from wiring.retail import FOLDER, TENANT, RetailShop
from wiring.sample import import_sample
from wiring.settings import LOCAL, NONE, Settings

if TYPE_CHECKING:
    from evals.gates import GateResult
    from evals.records import SuiteReport
    from evals.suites.base import Suite

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The moment for which the sample shop is made (`data/sample/traps.json`)."""

Suites = Annotated[
    list[str] | None,
    typer.Argument(
        help="planner, search, answer, conversation, dossier, pairs, instructions, entities, "
        "benign, disputes, ce3; none: all. By name alone: retail takes minutes, apart has no tape."
    ),
]
Model = Annotated[str, typer.Option("--model", help="Chat model by URL; implies --live.")]


class EvalPlatform(Platform):
    """The sample shop's platform at its moment; its models play a deck, or record one."""

    def __init__(self, settings: Settings, deck: Deck | None, *, records: bool = False) -> None:
        super().__init__(settings)
        self._deck = deck
        self._records = records

    @cached_property
    def road(self) -> Road:
        road = replace(super().road, clock=lambda: AS_OF)
        reach = self._deck.reach if self._deck else None
        if self._deck is None or reach is None:
            return road
        deck = self._deck
        chats: dict[Tier, ChatModel] = {
            tier: TapeChat(deck, facts.name, frozenset(facts.trusted_languages))
            for tier, facts in reach.chats.items()
        }
        features = Facts(name=reach.features, dimension=0) if reach.features else None
        return replace(
            road, chats=chats, features=TapeEmbedding(deck, features) if features else None,
            reranker=TapeReranker(deck, reach.reranker) if reach.reranker else None,
        )  # fmt: skip

    def _chat(self, url: str) -> ChatModel:
        if self._deck is None:
            return super()._chat(url)
        if self._records:
            return RecordingChat(self._deck, super()._chat(url))
        return TapeChat(self._deck, LOCAL, frozenset(self.weights[LOCAL].trusted_languages))

    def _embedding(self, url: str) -> EmbeddingModel:
        role: Role = "embed" if url == self.settings.embed else "features"
        if self._deck is None:
            return super()._embedding(url)
        if not self._records:
            return TapeEmbedding(self._deck, self._deck.facts(role))
        model = super()._embedding(url)
        self._deck.introduce(role, facts_of(model))
        return RecordingEmbedding(self._deck, model)

    def _reranker(self, url: str) -> Reranker | None:
        if self._deck is None or url == NONE:
            return super()._reranker(url)
        if not self._records:
            return TapeReranker(self._deck, url)
        near, last = super()._embedding(self.settings.embed), super()._embedding(url)
        return RecordingReranker(self._deck, HiddenReranker(near, last, Probe.read(PROBE)))


def evaluate(
    suites: Suites = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="Repeats (with --live).")] = 1,
    model: Model = "",
    live: Annotated[bool, typer.Option("--live", help="Ask the real model.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Ask it what the tapes lack; keep it.")
    ] = False,
    case: Annotated[
        Path | None, typer.Option("--case", help="One case that `runs case` wrote, on its tape.")
    ] = None,
    retail: Annotated[
        Path, typer.Option("--retail", help="The folder of the retail tasks.")
    ] = FOLDER,
    only: Annotated[
        str, typer.Option("--only", help="Cases alone whose id begins so: de-, answer-.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Run the eval suites over the sample shop; exit code 1 when a gate fails.

    Example: tradewind eval planner search --live --k 3
    """
    try:
        if case is not None:
            return _report_case(case, as_json)
        _check(k, model, live, record, only)
        done = _run(suites or [], k, model, retail, only, live=live or bool(model), record=record)
    except PlatformError as error:
        return fail(error)
    reports, gates = done
    told = {
        "mode": "record" if record else "live" if live or model else "tape",
        "model": model or f"local:{LOCAL}",
        "suites": [report.model_dump(mode="json") for report in reports],
        "gates": [gate.model_dump(mode="json") for gate in gates],
    }
    show_json(told) if as_json else _show(reports, gates)
    if not all(gate.ok for gate in gates):
        raise typer.Exit(1)


def _check(k: int, model: str, live: bool, record: bool, only: str) -> None:
    if record and (model or live or k > 1 or only):
        raise InvalidInput("--record goes alone: it keeps one repeat of the default model.")
    if k > 1 and not (live or model):
        raise InvalidInput("a tape gives the same each time.", "Repeat with --live --k N.")


def _run(
    names: list[str], k: int, model: str, retail: Path, only: str = "", *, live: bool, record: bool
) -> "tuple[tuple[SuiteReport, ...], tuple[GateResult, ...]]":
    from evals.gates import judge_gates, read_gates
    from evals.suites.all import named_suites

    runner = _load_runner()
    suites = [_beginning(suite, only) for suite in named_suites(names, retail)]
    suites = [suite for suite in suites if suite.cases]
    deck = None if live else Deck()
    if deck and record:
        deck.begin(suite.name for suite in suites if suite.taped)
    with _world(deck, model, record, retail) as world, bar() as progress:
        task = progress.add_task("cases", total=k * sum(len(suite.cases) for suite in suites))

        def advance(suite: str, case: str) -> None:
            progress.update(task, advance=1, description=f"{suite} {case}")

        reports = runner.run_suites(
            world, suites, k=k, deck=deck, seen=advance
        )  # fmt: skip
    if deck and record:
        for path in deck.save():
            note.print(f"kept {path.name}: {path.stat().st_size / 1000:.0f} kB", markup=False)
    return reports, judge_gates(read_gates(), reports)


def _beginning(suite: "Suite[Any, Any]", only: str) -> "Suite[Any, Any]":
    """The suite with the cases whose id begins so."""
    return replace(suite, cases=tuple(case for case in suite.cases if case.id.startswith(only)))


def _report_case(file: Path, as_json: bool) -> None:
    """One written case on its tape; exit code 1 when it fails."""
    from evals.suites.all import suite_of_case
    from evals.writing import tape_beside

    runner = _load_runner()
    suite = suite_of_case(file)
    deck = Deck()
    deck.play_case(suite.name, tape_beside(file))
    with _world(deck, "", False, FOLDER) as world:
        reports = runner.run_suites(world, [suite], deck=deck)
    told = {"mode": "tape", "suites": [r.model_dump(mode="json") for r in reports], "gates": []}
    show_json(told) if as_json else _show(reports, ())
    if any(report.failures for report in reports):
        raise typer.Exit(1)


def _load_runner() -> "ModuleType":
    """Raises SpecError where the extra is not installed."""
    try:
        return importlib.import_module("evals.runner")
    except ModuleNotFoundError as error:
        if error.name != "inspect_ai":
            raise
        raise SpecError(
            "inspect-ai is not installed.", "Install the extra: pip install -e '.[evals]'."
        ) from error


@contextmanager
def _world(deck: Deck | None, model: str, record: bool, retail: Path) -> Generator[World]:
    """The sample shop in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tradewind-eval-") as home:
        platform = EvalPlatform(_settings(home, model, deck), deck, records=record)
        laid = RetailShop(Path(home) / "retail", retail)
        try:
            import_sample(platform)
            shop = platform.shop(SAMPLE)
            yield World(
                assistant=platform.assistant,
                tenant=platform.tenant(SAMPLE),
                open_shop=lambda: shop,
                english_only=bool(platform.embedding.languages),
                plant=lambda id, rows: plant_beside(platform, id, rows),
                retail=lambda: retail_world(platform.assistant.kit, laid),
            )
        finally:
            platform.close()


def plant_beside(platform: Platform, id: str, rows: Iterable[SourceRow]) -> tuple[Tenant, Shop]:
    """Another shop beside the sample, with these records."""
    tenant = Tenant(id=id, name="Example Shop")
    platform.database.tenants().put_tenant(tenant)
    platform.database.shop(id).put(rows)
    return tenant, platform.stores(id)


@contextmanager
def retail_world(kit: Kit, laid: RetailShop) -> Generator[World]:
    """A fresh retail shop; nothing in it asks a model."""
    with laid.copy() as platform:
        shop = platform.stores(TENANT.id)
        yield World(
            assistant=Assistant(kit, platform.road), tenant=TENANT, open_shop=lambda: shop,
            store=platform.database.shop(TENANT.id),
        )  # fmt: skip


def _settings(home: str, model: str, deck: Deck | None) -> Settings:
    """The user's models, but never the user's shop; with a deck the default models alone."""
    kept = {name: os.environ.get(name, "") for name in ("TRADEWIND_MODELS", "TRADEWIND_THREADS")}
    environ = kept if deck else {**os.environ, "TRADEWIND_DATABASE": "", "TRADEWIND_INDEX": ""}
    if model:
        environ = {**environ, "TRADEWIND_MODEL_BASE": model}
    return Settings.read({**environ, "TRADEWIND_HOME": home})


def _show(reports: "tuple[SuiteReport, ...]", gates: "tuple[GateResult, ...]") -> None:
    for report in reports:
        page.print(
            f"{report.name:8} {report.passed}/{report.cases} passed, pass@1 {report.pass_at_1}, "
            f"pass^{report.k} {report.pass_hat_k}", markup=False,
        )  # fmt: skip
        figures = ", ".join(f"{name} {value:g}" for name, value in report.metrics.items())
        page.print(f"         {figures}", markup=False, style="dim", soft_wrap=True)
        for failure in report.failures:
            told = "; ".join(failure.problems)
            note.print(f"  {report.name}/{failure.case}: {told}", markup=False, soft_wrap=True)
    for gate in gates:
        page.print(
            f"{'ok  ' if gate.ok else 'FAIL'} {gate.name}: {gate.value:g} (limit {gate.limit:g})",
            markup=False,
        )
