"""Reading cases: `evals/cases/<suite>/*.toml`, each with a list `case`."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from evals.records import Case
from tradewind.errors import SpecError

FOLDER = Path(__file__).resolve().parent / "cases"

C = TypeVar("C", bound=Case)


def read_cases(suite: str, kind: type[C], folder: Path = FOLDER) -> tuple[C, ...]:
    """All cases of a suite, by file and order. Raises SpecError naming file and case."""
    files = sorted((folder / suite).glob("*.toml"))
    cases = [case for path in files for case in read_file(path, kind)]
    if not cases:
        raise SpecError(f"no case below {folder / suite}", "Add a file with [[case]] tables.")
    ids = [case.id for case in cases]
    twice = next((id for id in ids if ids.count(id) > 1), None)
    if twice is not None:
        raise SpecError(f"suite {suite} has two cases {twice!r}", "Rename one.")
    return tuple(cases)


def read_file(path: Path, kind: type[C]) -> list[C]:
    """All cases of one file. Raises SpecError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        return [_read_case(path, table, kind) for table in tables]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SpecError(f"{path}: {error}", "Write [[case]] tables.") from error


def _read_case(path: Path, table: dict[str, object], kind: type[C]) -> C:
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise SpecError(f"{path}: case {table.get('id')!r}: {error}", "Mend the case.") from error
