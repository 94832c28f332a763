"""Dispute tables: the exports of several processors, and any other with its columns named.

A column is known by its name (vocabulary/dispute_columns.toml) or by a mapping that the merchant
gives; what is known by neither is named, not guessed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from connectors.columns import Columns, columns_of, unread_of
from connectors.dispute_reasons import category_of, network_of, stage_of, state_of
from connectors.fields import FieldError, Fields
from connectors.reader import Context, Outcome, Reading, Row, TableReader, read_rows
from connectors.table import Table, TableRow, fold_name
from connectors.words import vocabulary
from tradewind.base import Json
from tradewind.commerce import Dispute, DisputeState

KIND = "disputes_csv"
_SIGNS = ("due_by", "reason_code", "stage")
"""Of a table with an id and an amount, one of these tells that it is of disputes."""
_DECIDED: frozenset[DisputeState] = frozenset(("won", "lost", "closed"))

COLUMNS = "dispute_columns"
"""Its vocabulary."""


def fields() -> tuple[str, ...]:
    """The fields that a column may be mapped to."""
    return tuple(vocabulary(COLUMNS)["columns"])


def reader(mapping: Mapping[str, str] | None = None) -> TableReader:
    """The reader; `mapping` gives a field for each column that the merchant names.

    Raises InvalidInput for a field that there is none of.
    """
    columns = columns_of(COLUMNS, mapping or {})
    needs = [columns["id"], columns["amount"]]
    if mapping:
        needs += [(fold_name(column),) for column in mapping]
    else:
        needs.append(tuple(name for field in _SIGNS for name in columns[field]))
    return TableReader(KIND, tuple(needs), partial(_read, columns=columns))


def unread(table: Table, mapping: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The columns that nothing is read from, as the file writes them."""
    return unread_of(table, columns_of(COLUMNS, mapping or {}))


def _read(table: Table, context: Context, *, columns: Columns) -> Iterator[Row]:
    styled = table.styled(*columns["amount"])
    processor = _processor(table)
    yield from read_rows(styled, context, lambda row: _dispute(row, context, columns, processor))


def _processor(table: Table) -> str:
    marks = vocabulary(COLUMNS)["processors"]
    return next((name for column, name in marks.items() if column in table.names), "")


def _dispute(
    row: TableRow, context: Context, columns: Columns, processor: str
) -> Iterator[Outcome]:
    told = row.fields
    currency = told.currency(*columns["currency"], default=context.currency)
    amount = told.money(*columns["amount"], currency=currency)
    if amount is None:
        raise FieldError(columns["amount"][0], "", "is missing")
    reason, code = told.text(*columns["reason"]), told.text(*columns["reason_code"])
    status = told.text(*columns["status"])
    state = state_of("states", status)
    at = told.time(*columns["said_at"])
    due_by, zoned = _due_by(told, columns)
    dispute = Dispute(
        id=told.need(*columns["id"]),
        processor=told.text(*columns["processor"]).lower() or processor,
        payment_id=told.text(*columns["payment_id"]),
        order_id=told.text(*columns["order_id"]),
        amount=amount,
        network=network_of(told.text(*columns["network"])),
        reason_code=code,
        reason=reason,
        category=category_of("_".join(reason.lower().split()), code),
        stage=stage_of(told.text(*columns["stage"])),
        status=status,
        state=state,
        due_by=due_by,
        opened_at=told.time(*columns["opened_at"]),
        closed_at=told.time(*columns["closed_at"]) or (at if state in _DECIDED else None),
        answerable=True if due_by else None,
    )
    yield Reading(dispute, _marked(row.raw, zoned), at)


def _due_by(told: Fields, columns: Columns) -> tuple[datetime | None, bool]:
    """The deadline, and whether its zone is told, by the value or by the column's name."""
    name, _ = told.value(*columns["due_by"])
    if not name:
        return None, True
    at = told.time(name)
    try:
        told.time(name, zoned=True)
    except FieldError:
        return at, "utc" in name
    return at, True


def _marked(raw: Json, zoned: bool) -> Json:
    """The row as read; one whose deadline has no zone, and is taken as UTC, says so."""
    return raw if zoned else {**raw, "_assumed_zone": "UTC"}
