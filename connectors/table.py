"""Tables as text: separator, header, and rows streamed one by one."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from connectors.encoding import Encoding
from connectors.fields import Fields
from connectors.limits import CELL_CHARACTERS, COLUMNS
from connectors.numbers import NumberStyle, style_of
from connectors.privacy import mask_value
from tradewind.base import Json
from tradewind.cards import has_long_number
from tradewind.commerce import Rejected
from tradewind.errors import InvalidInput

SEPARATORS = (",", ";", "\t", "|")
# Ad reports and hand-made sheets have a few lines above their header.
_HEADER_WITHIN = 12
_HEAD_BYTES = 262_144
_END = "\x00end"


@dataclass(frozen=True)
class TableRow:
    """A data row: `fields` by lower-case column name, `raw` by the column's own, filled ones.

    `fault`: the row as a whole is wrong (more cells than columns, unreadable bytes).
    """

    number: int
    fields: Fields
    raw: Json
    fault: Rejected | None = None


@dataclass(frozen=True)
class Table:
    """A table ready to be read: any number of times, each time from the start."""

    data: bytes
    encoding: Encoding
    separator: str
    header: tuple[str, ...]
    header_at: int
    style: NumberStyle = "unknown"

    @property
    def names(self) -> tuple[str, ...]:
        return _unique(tuple(fold_name(name) for name in self.header))

    def rows(self) -> Iterator[TableRow]:
        """Data rows from 1; blank ones count and are left out."""
        names, labels = self.names, _unique(self.header)
        records = _records(_lines(self.data, self.encoding), self.separator)
        for number, cells in enumerate(islice(records, self.header_at + 1, None), start=1):
            if any(cell.strip() for cell in cells):
                yield self._row(number, cells, names, labels)

    def styled(self, *columns: str) -> "Table":
        """The table with the decimal mark that its first 500 rows show in these columns."""
        seen = [row.fields.text(column) for row in islice(self.rows(), 500) for column in columns]
        return Table(
            self.data, self.encoding, self.separator, self.header, self.header_at, style_of(seen)
        )

    def _row(
        self, number: int, cells: list[str], names: Sequence[str], labels: Sequence[str]
    ) -> TableRow:
        if has_long_number("\n".join(cells)):
            cells = [
                str(mask_value(label, cell)) if len(cell) > 12 else cell
                for label, cell in zip_longest(labels, cells, fillvalue="")
            ]
        raw = {label: cell for label, cell in zip(labels, cells, strict=False) if cell}
        fields = Fields(dict(zip(names, cells, strict=False)), "", self.style)
        return TableRow(number, fields, raw, self._fault(number, cells))

    def _fault(self, number: int, cells: list[str]) -> Rejected | None:
        """Why a row cannot be trusted as a whole, if so."""
        if len(cells) > len(self.header):
            extra = [cell for cell in cells[len(self.header) :] if cell.strip()]
            reason = f"the row has {len(cells)} cells, the header {len(self.header)}"
            return _set_aside(number, "(columns)", extra[0], reason) if extra else None
        if self.encoding.lossy and (broken := [cell for cell in cells if "\ufffd" in cell]):
            return _set_aside(number, "(encoding)", broken[0], "has bytes that are not UTF-8")
        return None


def _set_aside(number: int, field: str, value: str, reason: str) -> Rejected:
    return Rejected(row=number, field=field, value=value[:200], reason=reason)


def fold_name(name: str) -> str:
    """A column's name as readers know it: lower case, single blanks."""
    return " ".join(name.replace("\ufeff", "").replace("_", " ").casefold().split())


def find_table(
    data: bytes, encoding: Encoding, fits: Callable[[tuple[str, ...]], bool]
) -> Table | None:
    """The table whose header `fits`, trying each separator and the first lines."""
    for separator in SEPARATORS:
        for place, cells in enumerate(_head(data, encoding, separator)):
            header = tuple(cell.strip() for cell in cells)
            if len(header) <= COLUMNS and fits(tuple(fold_name(cell) for cell in header)):
                return Table(data, encoding, separator, _trimmed(header), place)
    return None


def guess_header(data: bytes, encoding: Encoding) -> list[str]:
    """The first line's cells by the separator that gives most, to say what was seen."""
    heads = [next(iter(_head(data, encoding, separator)), []) for separator in SEPARATORS]
    return max(heads, key=len)


def check_table(table: Table) -> None:
    """Go through the whole table once. Raises InvalidInput for an open quote or endless cell."""
    last = 0
    try:
        for record in _records(_lines(table.data, table.encoding), table.separator, closed=True):
            last += 1
            if any(len(cell) > CELL_CHARACTERS for cell in record):
                raise csv.Error(f"a cell is longer than {CELL_CHARACTERS} characters")
    except csv.Error as error:
        raise InvalidInput(
            f"broken table after row {last}: {error}", "A quote may be missing; export it again."
        ) from error


def _head(data: bytes, encoding: Encoding, separator: str) -> list[list[str]]:
    """The first records. A cell cut at the end of the piece does no harm here."""
    piece = _lines(data[:_HEAD_BYTES], Encoding(encoding.codec, lossy=True))
    found: list[list[str]] = []
    try:
        found.extend(islice(_records(piece, separator), _HEADER_WITHIN))
    except csv.Error:
        return found
    return found


def _records(lines: Iterator[str], separator: str, closed: bool = False) -> Iterator[list[str]]:
    """CSV records. `closed` checks that no quote is open at the end: a mark fed after the last
    line must come back as a record of its own."""
    reader = csv.reader(chain(lines, (_END,)) if closed else lines, delimiter=separator)
    record: list[str] = []
    for record in reader:
        if record != [_END]:
            yield record
    if closed and record != [_END]:
        raise csv.Error("a quote is open to the end of the file")


def _lines(data: bytes, encoding: Encoding) -> Iterator[str]:
    errors = "replace" if encoding.lossy else "strict"
    text = io.TextIOWrapper(io.BytesIO(data), encoding.codec, errors=errors, newline="")
    for line in text:
        yield line.replace("\0", "") if "\0" in line else line


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty columns that spreadsheets leave at the right."""
    width = max((place for place, name in enumerate(header, start=1) if name), default=0)
    return header[:width]


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    unique: list[str] = []
    for place, name in enumerate(names, start=1):
        label = name or f"column {place}"
        seen[label] = seen.get(label, 0) + 1
        unique.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(unique)
