"""Rows of the ledger and effects, either way."""

from datetime import date

from pydantic import JsonValue

from stores.body import dump, dump_value, load_raw
from stores.keys import instant, int64, micros, plain
from stores.link import Row, Values
from stores.tables import ledger
from tradewind.base import Money
from tradewind.effects import Cap, Effect

COLUMNS = tuple(column for column in ledger.c if column.name != "proposed_hash")
"""The columns of `effect_of`."""
_NAMES = tuple(column.name for column in COLUMNS)


def row_of(effect: Effect) -> dict[str, str | int | bool | None]:
    """All columns. Raises InvalidInput for what a database cannot hold."""
    texts = effect.model_dump(
        include={"tenant", "id", "run", "path", "tool", "level", "status", "proposed_by"}
    )
    return {
        **{name: plain(text) for name, text in texts.items()},
        **arguments_of(effect.arguments, effect.arguments_hash, effect.amount),
        "ordinal": effect.ordinal, "proposed_hash": effect.arguments_hash,
        "day": effect.day.isoformat(), "allowed_by": effect.allowed_by,
        "target": plain(effect.target), "bound": dump(effect.bound) if effect.bound else None,
        "receipt": dump_value(effect.receipt), "error": effect.error, "undoes": effect.undoes,
        "created_at": micros(effect.created_at), "updated_at": micros(effect.updated_at),
        "lease_until": None if effect.lease_until is None else micros(effect.lease_until),
    }  # fmt: skip


def arguments_of(
    arguments: dict[str, JsonValue], arguments_hash: str, amount: Money | None
) -> Values:
    """The columns that hold what an effect does."""
    return {
        "arguments": dump_value(arguments), "arguments_hash": plain(arguments_hash),
        "amount_minor": int64(amount.minor, "amount") if amount else None,
        "currency": amount.currency if amount else None,
    }  # fmt: skip


def effect_of(row: Row) -> Effect:
    found = dict(zip(_NAMES, row, strict=True))
    minor, currency = found.pop("amount_minor"), found.pop("currency")
    lease, receipt, bound = (found.pop(name) for name in ("lease_until", "receipt", "bound"))
    return Effect.model_validate(found | {
        "arguments": load_raw(found["arguments"]),
        "amount": None if minor is None else Money(minor=minor, currency=currency),
        "bound": None if bound is None else Cap.model_validate_json(bound),
        "day": date.fromisoformat(found["day"]),
        "receipt": None if receipt is None else load_raw(receipt),
        "created_at": instant(found["created_at"]), "updated_at": instant(found["updated_at"]),
        "lease_until": None if lease is None else instant(lease),
    })  # fmt: skip
