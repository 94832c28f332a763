"""Opening a file's content the way an import does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from connectors.open import open_source
from tradewind.commerce import Rejected, ShopRecord, SourceRow

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Opened:
    """What a file gave."""

    kind: str
    rows: tuple[SourceRow, ...]
    rejected: tuple[Rejected, ...]

    @property
    def records(self) -> list[ShopRecord]:
        return [row.record for row in self.rows]

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [record for record in self.records if isinstance(record, kind)]


Open = Callable[..., Opened]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Write content (text as UTF-8) to a file and read it all."""

    def read(content: str | bytes, name: str = "export", kind: str | None = None, **known: Any):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        source = open_source(path, kind, **known)
        rows = list(source.rows())
        return Opened(
            source.kind,
            tuple(row for row in rows if isinstance(row, SourceRow)),
            tuple(row for row in rows if isinstance(row, Rejected)),
        )

    return read
