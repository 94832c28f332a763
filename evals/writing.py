"""Writing a case as TOML, in the form in which `evals/cases` are read, with its tape beside it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue

from evals.fromrun import Written
from evals.records import Case
from tradewind.errors import BackendError, InvalidInput


def tape_beside(file: Path) -> Path:
    """The tape of a case's file."""
    return file.with_suffix(".tape.gz")


def write_case(written: Written, file: Path) -> None:
    """Write the case and its tape. Raises InvalidInput for a name that is no .toml,
    BackendError when the folder cannot be written."""
    if file.suffix != ".toml":
        raise InvalidInput(f"{file} is no .toml file.", "Name one, such as late.toml.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(case_text(written.suite, written.case), encoding="utf-8")
        written.tape.write(tape_beside(file))
    except OSError as error:
        raise BackendError(
            f"{file} cannot be written: {error.strerror}.", "Name another folder."
        ) from error


def case_text(suite: str, case: Case) -> str:
    """The file's text; what has its default is left out."""
    told = case.model_dump(mode="json", exclude_defaults=True)
    lines = [f"suite = {json.dumps(suite)}", *_table("case", told, many=True)]
    return "\n".join(lines) + "\n"


def _table(name: str, values: Mapping[str, JsonValue], *, many: bool = False) -> Iterable[str]:
    """A table's own values, then the tables within it."""
    yield f"\n[[{name}]]" if many else f"[{name}]"
    inner = {key: value for key, value in values.items() if _is_table(value)}
    for key, value in values.items():
        if key not in inner:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in inner.items():
        tables = value if isinstance(value, list) else [value]
        for table in tables:
            if isinstance(table, dict):
                yield from _table(f"{name}.{key}", table, many=isinstance(value, list))


def _is_table(value: JsonValue) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, dict) for item in value)
    )
