"""bench: what the platform costs, each figure with its baseline in the same run."""

import os
from typing import Annotated

import typer

from commands.console import AsJson, fail, note, page, show_json
from tradewind.errors import PlatformError
from wiring.bench.figure import Figure
from wiring.settings import Settings

Names = Annotated[
    list[str] | None,
    typer.Argument(
        help="overhead, limits, replay, search_50k, matching, store, import_100k, kill, attacks, "
        "packet, insights; none: all."
    ),
]


def bench(names: Names = None, as_json: AsJson = False) -> None:
    """Measure the platform; nothing of your shops is touched. All of it takes minutes.

    Example: tradewind bench overhead
    """
    from wiring.bench.registry import run_bench, wanted  # late: it needs half of what there is

    found: list[Figure] = []
    try:
        models = Settings.read(os.environ).models
        for name in wanted(names or []):
            note.print(f"measuring {name}", style="dim", markup=False)
            for figure in run_bench(name, models):
                found.append(figure)
                if not as_json:
                    page.print(_line(figure), markup=False, soft_wrap=True)
    except PlatformError as error:
        fail(error)
    if as_json:
        show_json({"benches": [figure.model_dump() for figure in found]})


def _line(figure: Figure) -> str:
    if figure.value is None:
        return f"{figure.name:24} {figure.note}"
    told = f"{figure.name:24} {figure.value:12.4g} {figure.unit}"
    if figure.baseline is not None:
        told += f"   baseline {figure.baseline:.4g}, ratio {figure.ratio:.3g}"
    return told + (f"   aim {figure.aim:g}" if figure.aim is not None else "")
