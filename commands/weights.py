"""models list, pull, verify: weight files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from commands.console import AsJson, bar, note, opened, page, show_json
from models.catalog import WeightFile
from models.pull import place, present, pull, verify
from wiring.platform import Platform

models = typer.Typer(help="Weight files: list, pull, verify.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="Catalogue names; none: the default set.")]


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """The catalogue: licence, size, where it comes from, whether it is here.

    Example: tradewind models list
    """
    with opened() as platform:
        rows = [_row(platform, entry, None) for entry in platform.weights.values()]
        _show(rows, as_json)


@models.command("pull")
def pull_models(names: Names = None, as_json: AsJson = False) -> None:
    """Download weight files and check their SHA-256; goes on where it stopped.

    Example: tradewind models pull qwen2.5-coder-1.5b-instruct
    """
    with opened() as platform:
        rows: list[dict[str, Any]] = []
        for entry in _wanted(platform, names):
            _pull_one(entry, platform.settings.models)
            rows.append(_row(platform, entry, True))
            note.print(f"{entry.name}: here and right", markup=False)
        _show(rows, as_json)


@models.command("verify")
def verify_models(names: Names = None, as_json: AsJson = False) -> None:
    """Check the SHA-256 of the files that are here, or of those named.

    Example: tradewind models verify
    """
    with opened() as platform:
        entries = [platform.weights[n] for n in names] if names else list(platform.weights.values())
        folder = platform.settings.models
        checked = entries if names else [e for e in entries if place(e, folder).is_file()]
        rows = [_row(platform, e, verify(e, folder)) for e in checked]
        _show(rows, as_json)
        wrong = " ".join(row["name"] for row in rows if not row["sha256_ok"])
        if wrong:
            note.print(f"tradewind: missing or not right: {wrong}. Run tradewind models pull.")
            raise typer.Exit(1)


def pull_missing(platform: Platform) -> None:
    """Download the weight files that the settings name and that are not here yet."""
    for entry in platform.needed_weights():
        if not present(entry, platform.settings.models):
            note.print(f"downloading {entry.name} ({entry.bytes / 1e6:.0f} MB)", markup=False)
            _pull_one(entry, platform.settings.models)


def _pull_one(entry: WeightFile, folder: Path) -> None:
    with bar(bytes_=True) as progress:
        task = progress.add_task(entry.name, total=entry.bytes)
        pull(entry, folder, lambda report: progress.update(task, completed=report.done))


def _wanted(platform: Platform, names: list[str] | None) -> list[WeightFile]:
    if names:
        return [platform.weights[name] for name in names]
    return platform.needed_weights()


def _row(platform: Platform, entry: WeightFile, right: bool | None) -> dict[str, Any]:
    folder = platform.settings.models
    return {
        "name": entry.name,
        "present": present(entry, folder),
        "sha256_ok": right,
        "bytes": entry.bytes,
        "licence": entry.licence,
        "sha256": entry.sha256,
        "sources": [source.label for source in entry.sources],
        "path": str(folder / entry.file),
    }


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        show_json({"models": rows})
        return
    for row in rows:
        state = "here" if row["present"] else "not here"
        page.print(
            f"{row['name']:34} {row['bytes'] / 1e6:8.1f} MB  {row['licence']:12} {state}",
            markup=False,
        )
