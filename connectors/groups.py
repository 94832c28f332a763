"""Rows that belong together: the lines of one order, the variants of one product."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pydantic import JsonValue

from connectors.table import Table, TableRow
from tradewind.commerce import Rejected


@dataclass(frozen=True)
class Group:
    """Neighbouring sound rows with one key, at least one. `whole`: no row of it was set aside."""

    key: str
    rows: tuple[TableRow, ...]
    whole: bool

    @property
    def number(self) -> int:
        return self.rows[0].number

    @property
    def raw(self) -> dict[str, JsonValue]:
        """All its rows as read."""
        return {"rows": [dict(row.raw) for row in self.rows]}


def groups(table: Table, label: str, *names: str) -> Iterator[Group | Rejected]:
    """Group neighbouring rows by a column, in one pass and bounded memory.

    A key that comes back after others is set aside: taken alone, those rows would replace the
    record that was read before. `label` names the column in rejections.
    """
    seen: dict[str, int] = {}
    for key, rows in groupby(table.rows(), key=lambda row: row.fields.text(*names)):
        gathered = list(rows)
        sound = tuple(row for row in gathered if row.fault is None)
        yield from (row.fault for row in gathered if row.fault is not None)
        faults = [_fault(key, seen, label, row.number) for row in sound]
        yield from (fault for fault in faults if fault is not None)
        if sound and faults[0] is None:
            yield Group(key, sound, len(sound) == len(gathered))
        seen.setdefault(key, gathered[0].number)


def _fault(found: str, seen: dict[str, int], label: str, number: int) -> Rejected | None:
    if not found:
        return Rejected(row=number, field=label, value="", reason="is missing")
    if found in seen:
        reason = f"stood in row {seen[found]} already; rows of one {label} must stand together"
        return Rejected(row=number, field=label, value=found[:200], reason=reason)
    return None
