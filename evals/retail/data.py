"""The retail tasks as they lie in a folder: `db.json`, `tasks*.json`, `expected_state_diffs*.json`,
each also gzipped."""

import gzip
import json
from pathlib import Path
from typing import Any

from evals.records import Case
from tradewind.base import Record
from tradewind.errors import SpecError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "retail"

Json = dict[str, Any]
"""The tasks' own form, read and written as plain data."""


class Action(Record):
    """One call of the tasks' own tools."""

    name: str
    arguments: dict[str, Any]


class RetailCase(Case):
    """A task: its gold actions, and the records that they should leave, where that is told."""

    actions: tuple[Action, ...]
    expected: dict[str, Any] | None = None


def read_tasks(folder: Path = FOLDER) -> tuple[RetailCase, ...]:
    """Every task of the folder. Raises SpecError."""
    expected: Json = {}
    for path in _files(folder, "expected_state_diffs"):
        expected |= _read(path)
    tasks = [task for path in _files(folder, "tasks") for task in _read(path)]
    if not tasks:
        raise SpecError(f"there is no tasks*.json in {folder}.", "Name the folder of the tasks.")
    return tuple(_case(task, expected) for task in tasks)


def _case(task: Json, expected: Json) -> RetailCase:
    told = task["evaluation_criteria"]["actions"] or []
    actions = tuple(Action(name=a["name"], arguments=a["arguments"]) for a in told)
    return RetailCase(id=str(task["id"]), actions=actions, expected=expected.get(str(task["id"])))


def read_start(folder: Path = FOLDER) -> Json:
    """The start state. Raises SpecError."""
    path = next(iter(_files(folder, "db")), None)
    if path is None:
        raise SpecError(f"there is no db.json in {folder}.", "Name the folder of the tasks.")
    return _read(path)


def _files(folder: Path, stem: str) -> list[Path]:
    return sorted((*folder.glob(f"{stem}*.json"), *folder.glob(f"{stem}*.json.gz")))


def _read(path: Path) -> Any:
    """Raises SpecError naming the file."""
    try:
        told = path.read_bytes()
        return json.loads(gzip.decompress(told) if path.suffix == ".gz" else told)
    except (OSError, ValueError) as error:
        raise SpecError(f"{path}: {error}", "Take it anew from its source.") from error
