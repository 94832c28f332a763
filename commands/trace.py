"""runs: what happened, told, carried out again, tried otherwise, compared, kept as a case."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from agents.assistant import Assistant
from agents.compare import Comparison, compare, cost_of
from agents.fork import fork
from agents.recording import read_recording
from agents.replay import Replay, replay
from agents.run import Road
from commands.console import SHOP, AsJson, Shop, note, opened, page, show_json
from tools import collect_tools
from tradewind.errors import InvalidInput, NotFound
from tradewind.trace import Run, Span
from wiring.platform import SAMPLE, Platform

runs = typer.Typer(
    help="Runs: list, show, replay, fork, diff, turn into a case.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(help="The run's id.")]


@runs.command("list")
def list_runs(
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 20,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """The newest runs.

    Example: tradewind runs list --limit 5
    """
    with opened() as platform:
        platform.tenant(shop)
        found = platform.database.runs(shop).runs(limit)
        if as_json:
            show_json({"runs": [run.model_dump(mode="json") for run in found]})
            return
        for run in found:
            text = str(run.request.get("text", ""))[:60]
            page.print(
                f"{run.started_at:%Y-%m-%d %H:%M:%S} {run.status:9} {run.seconds:7.2f} s "
                f"{run.audience:8} {run.id}  {text}",
                markup=False, soft_wrap=True,
            )  # fmt: skip


@runs.command("show")
def show_run(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """One run with its steps.

    Example: tradewind runs show run_1a2b
    """
    with opened() as platform:
        run, spans = _stored(platform, shop, id)
        if as_json:
            show_json(
                {
                    "run": run.model_dump(mode="json"),
                    "spans": [s.model_dump(mode="json") for s in spans],
                }
            )
            return
        page.print(
            f"{run.id}  {run.status}  {run.seconds} s  {run.audience}  thread {run.thread}",
            markup=False,
        )
        page.print(f"asked:    {run.request.get('text', '')}", markup=False, soft_wrap=True)
        page.print(f"took:     {run.tokens} tokens, {_cost(run)}", markup=False, soft_wrap=True)
        number = 0
        for span in spans:
            number += span.kind != "step"
            page.print(_line(span, number), markup=False, soft_wrap=True)
        page.print(
            f"answered: {(run.answer or {}).get('text', run.error or '')}",
            markup=False,
            soft_wrap=True,
        )


@runs.command("replay")
def replay_run(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Carry a run out again from its journal; nothing outside is touched.

    Exit code 1 when anything is not as it was.

    Example: tradewind runs replay run_1a2b
    """
    with opened() as platform:
        run, spans = _stored(platform, shop, id)
        bare = Assistant(platform.kit, Road(collect_tools(), {}, None))
        done = asyncio.run(replay(bare, platform.tenant(shop), run, spans))
        show_json(done.model_dump(mode="json")) if as_json else _show_replay(done)
    if not done.identical:
        raise typer.Exit(1)


@runs.command("fork")
def fork_run(
    id: Id,
    at: Annotated[int, typer.Option("--at", min=0, help="Effects to repeat before going live.")],
    model: Annotated[str, typer.Option("--model", help="Another chat model, by URL.")] = "",
    prompt: Annotated[str, typer.Option("--prompt", help="Another prompt: name@version.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Repeat a run's first effects, then go on live; writes are left out. Kept as a new run.

    Example: tradewind runs fork run_1a2b --at 2 --model openai+http://localhost:8000/v1#qwen
    """
    with opened() as platform:
        run, spans = _stored(platform, shop, id)
        chat = platform.chat(model) if model else None
        tenant, handles = platform.tenant(shop), platform.shop(shop)
        made = asyncio.run(fork(platform.assistant, tenant, handles, run, spans, at, chat, prompt))
        left_out = [s.name for s in handles.runs.spans(made.id) if s.attributes.get("stubbed")]
        told = {
            "run": made.id, "source": run.id, "at": at, "status": made.status,
            "answer": (made.answer or {}).get("text"), "error": made.error, "left_out": left_out,
        }  # fmt: skip
        if as_json:
            return show_json(told)
        page.print(f"{made.id}  {made.status}, forked from {run.id} at {at}", markup=False)
        page.print(str(told["answer"] or made.error or ""), markup=False, soft_wrap=True)
        if left_out:
            note.print(f"left out: {', '.join(left_out)}", markup=False)


@runs.command("diff")
def diff_runs(
    a: Annotated[str, typer.Argument(help="One run's id.")],
    b: Annotated[str, typer.Argument(help="The other's.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Two runs side by side: plan, calls, answer, tokens, cost, time.

    Example: tradewind runs diff run_1a2b run_3c4d
    """
    with opened() as platform:
        found = compare(*_stored(platform, shop, a), *_stored(platform, shop, b))
        show_json(found.model_dump(mode="json")) if as_json else _show_comparison(found)


@runs.command("case")
def case_of_run(
    id: Id,
    out: Annotated[Path, typer.Option("--out", help="The case's .toml; its tape goes beside it.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Write a run of the sample shop as an eval case with its tape.

    Example: tradewind runs case run_1a2b --out late.toml && tradewind eval --case late.toml
    """
    from evals.fromrun import case_of
    from evals.writing import tape_beside, write_case

    with opened() as platform:
        if shop != SAMPLE:
            raise InvalidInput(f"cases are of the shop {SAMPLE!r}.", "Ask the same there.")
        run, _ = _stored(platform, shop, id)
        store = platform.database.runs(shop)
        before = store.runs(1000, run.thread) if run.audience == "buyer" else (run,)
        thread = [one for one in reversed(before) if one.started_at <= run.started_at]
        talk = [read_recording(one, store.spans(one.id)) for one in thread]
        written = case_of(talk, platform.database.shop(shop), lambda: platform.embedding)
        write_case(written, out)
        told = {
            "suite": written.suite, "case": written.case.id, "file": str(out),
            "tape": str(tape_beside(out)),
        }  # fmt: skip
        if as_json:
            return show_json(told)
        page.print(f"{out}: a case of suite {written.suite}", markup=False)
        page.print(f"run it: tradewind eval --case {out}", markup=False)


def _stored(platform: Platform, shop: str, id: str) -> tuple[Run, tuple[Span, ...]]:
    """A run with its journal. Raises NotFound."""
    platform.tenant(shop)
    store = platform.database.runs(shop)
    run = store.run(id)
    if run is None:
        raise NotFound(f"there is no run {id}.", "See `tradewind runs list`.")
    return run, tuple(store.spans(id))


def _cost(run: Run) -> str:
    told = cost_of(run)
    return f"{told} millionths of a US dollar" if told else "no model that costs"


def _line(span: Span, number: int) -> str:
    """One step; effects carry the number that `fork --at` counts."""
    told: Any = span.error or span.response or span.attributes or ""
    vector = span.name.startswith("hidden:") and not span.error
    brief = "(hidden states)" if vector else json.dumps(told, ensure_ascii=False)[:110]
    counted = f"{number:3}" if span.kind != "step" else "   "
    return (
        f"{counted} {span.path:12} {span.kind:6} {span.name:34} "
        f"{span.duration_us / 1000:9.1f} ms  {brief}"
    )


def _show_replay(done: Replay) -> None:
    told = "identical" if done.identical else "NOT identical"
    page.print(f"{done.source}: {told}, {done.effects_executed} effects executed", markup=False)
    found = done.mismatch
    if found is not None:
        place = "the end" if found.kind == "end" else f"step {found.path}/{found.ordinal}"
        page.print(f"at {place}: {found.kind} {found.name}: {found.why}", markup=False)
        page.print(f"recorded: {found.recorded or 'nothing'}", markup=False, soft_wrap=True)
        page.print(f"now:      {found.asked or 'nothing'}", markup=False, soft_wrap=True)


def _show_comparison(found: Comparison) -> None:
    table = Table(show_lines=True, highlight=False)
    for title in ("", found.a, found.b):
        table.add_column(title, overflow="fold")
    for row in found.rows:
        mark = " " if row.same else "≠"
        table.add_row(f"{mark} {row.aspect}", *(_plain(text) for text in (row.a, row.b)))
    page.print(table)


def _plain(text: str) -> Any:
    """Text of a run, never read as markup."""
    from rich.text import Text

    return Text(text)
