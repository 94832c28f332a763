"""Data files that come with the product: TOML, one record a file."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tradewind.base import Record
from tradewind.errors import SpecError

R = TypeVar("R", bound=Record)


def read_data(path: Path, record: type[R]) -> R:
    """The record that a data file holds. Raises SpecError naming the file and what is wrong."""
    try:
        return record.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Compare it with the shipped one.") from error
