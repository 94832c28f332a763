"""A table's columns: by their names in a vocabulary, or by a mapping that the merchant gives."""

from collections.abc import Mapping

from connectors.table import Table, fold_name
from connectors.words import vocabulary
from tradewind.errors import InvalidInput

Columns = Mapping[str, tuple[str, ...]]
"""A field's columns, folded, the surest first."""


def columns_of(name: str, mapping: Mapping[str, str]) -> Columns:
    """The columns of `vocabulary/<name>.toml`; `mapping` gives a field for each column that it
    names. Raises InvalidInput for a field that there is none of."""
    known = {field: tuple(names.split("|")) for field, names in vocabulary(name)["columns"].items()}
    for column, field in mapping.items():
        if field not in known:
            raise InvalidInput(
                f"--map {column}={field}: there is no field {field!r}",
                f"Fields: {', '.join(known)}.",
            )
    given = {field: fold_name(column) for column, field in mapping.items()}
    taken = set(given.values())
    return {
        field: (given[field],) if field in given else tuple(n for n in names if n not in taken)
        for field, names in known.items()
    }


def unread_of(table: Table, columns: Columns) -> tuple[str, ...]:
    """The columns that nothing is read from, as the file writes them."""
    known = {name for names in columns.values() for name in names}
    pairs = zip(table.names, table.header, strict=True)
    return tuple(label for name, label in pairs if label and name not in known)
