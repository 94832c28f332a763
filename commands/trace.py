"""runs list, runs show: what happened."""

import json
from typing import Annotated, Any

import typer

from commands.console import SHOP, AsJson, Shop, opened, page, show_json
from tradewind.errors import NotFound
from tradewind.trace import Span

runs = typer.Typer(help="Runs: list, show.", no_args_is_help=True)


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
def show_run(id: str, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """One run with its steps.

    Example: tradewind runs show run_1a2b
    """
    with opened() as platform:
        platform.tenant(shop)
        store = platform.database.runs(shop)
        run = store.run(id)
        if run is None:
            raise NotFound(f"there is no run {id}.", "See `tradewind runs list`.")
        spans = store.spans(id)
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
        for span in spans:
            page.print(_line(span), markup=False, soft_wrap=True)
        page.print(
            f"answered: {(run.answer or {}).get('text', run.error or '')}",
            markup=False,
            soft_wrap=True,
        )


def _line(span: Span) -> str:
    told: Any = span.error or span.response or span.attributes or ""
    vector = span.name.startswith("hidden:") and not span.error
    brief = "(hidden states)" if vector else json.dumps(told, ensure_ascii=False)[:110]
    return (
        f"  {span.path:12} {span.kind:6} {span.name:34} {span.duration_us / 1000:9.1f} ms  {brief}"
    )
