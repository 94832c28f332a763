"""Rows of the ledger and effects, either way."""

from datetime import date
from typing import Any, cast

from pydantic import JsonValue

from stores.body import dump, dump_value, load_raw, pack
from stores.keys import instant, int64, micros, plain
from stores.link import Row
from stores.tables import ledger
from stores.vault import Gone, Opener, Place, Seal
from tradewind.base import Money
from tradewind.effects import Cap, Consent, Effect
from tradewind.trace import ERASED_TEXT, erased

COLUMNS = tuple(column for column in ledger.c if column.name != "proposed_hash")
"""The columns of `effect_of`."""
_NAMES = tuple(column.name for column in COLUMNS)


PARKED = "the person it is about was erased: look it up at the receiver under its id"
"""Why an effect stays unknown that could neither be found out nor be told again."""


def row_of(effect: Effect, seal: Seal | None) -> dict[str, str | int | bool | bytes | None]:
    """All columns. Raises InvalidInput for what a database cannot hold."""
    texts = effect.model_dump(
        include={"tenant", "id", "run", "path", "tool", "level", "status", "proposed_by"}
    )
    return {
        **{name: plain(text) for name, text in texts.items()},
        **arguments_of(effect, effect.arguments, effect.arguments_hash, effect.amount, seal),
        **end_of(effect.tenant, effect.id, effect.receipt, effect.error, seal),
        "ordinal": effect.ordinal, "proposed_hash": effect.arguments_hash,
        "day": effect.day.isoformat(), "allowed_by": effect.allowed_by, "undoes": effect.undoes,
        "target": plain(effect.target), "bound": dump(effect.bound) if effect.bound else None,
        "consent": dump(effect.consent) if effect.consent else None,
        "created_at": micros(effect.created_at), "updated_at": micros(effect.updated_at),
        "lease_until": None if effect.lease_until is None else micros(effect.lease_until),
    }  # fmt: skip


def arguments_of(
    effect: Effect, arguments: dict[str, JsonValue], arguments_hash: str, amount: Money | None,
    seal: Seal | None,
) -> dict[str, str | int | bool | bytes | None]:  # fmt: skip
    """The columns that hold what an effect does."""
    closed = seal.close(_place(effect.tenant, effect.id), pack(arguments)) if seal else None
    return {
        "arguments": "{}" if closed else dump_value(arguments), "sealed": closed,
        "arguments_hash": plain(arguments_hash),
        "amount_minor": int64(amount.minor, "amount") if amount else None,
        "currency": amount.currency if amount else None,
    }  # fmt: skip


def end_of(
    tenant: str, effect_id: str, receipt: dict[str, JsonValue] | None, error: str | None,
    seal: Seal | None,
) -> dict[str, str | bytes | None]:  # fmt: skip
    """The columns that hold what became of it."""
    if seal is None or (receipt is None and error is None):
        return {"receipt": dump_value(receipt), "error": error, "sealed_end": None}
    closed = seal.close(_place(tenant, effect_id, "end"), pack([receipt, error]))
    return {
        "receipt": None if receipt is None else "{}", "error": None if error is None else "",
        "sealed_end": closed,
    }  # fmt: skip


def effect_of(row: Row, opener: Opener) -> Effect:
    """An effect of COLUMNS; arguments, receipt and error of an erased person say so."""
    found = dict(zip(_NAMES, row, strict=True))
    minor, currency = found.pop("amount_minor"), found.pop("currency")
    lease, bound = found.pop("lease_until"), found.pop("bound")
    consent = found.pop("consent")
    sealed, end = found.pop("sealed"), found.pop("sealed_end")
    return Effect.model_validate(found | {
        "arguments": load_raw(found["arguments"]),
        "amount": None if minor is None else Money(minor=minor, currency=currency),
        "bound": None if bound is None else Cap.model_validate_json(bound),
        "consent": None if consent is None else Consent.model_validate_json(consent),
        "day": date.fromisoformat(found["day"]),
        "receipt": None if found["receipt"] is None else load_raw(found["receipt"]),
        "created_at": instant(found["created_at"]), "updated_at": instant(found["updated_at"]),
        "lease_until": None if lease is None else instant(lease),
        **_opened_arguments(found["tenant"], found["id"], sealed, opener),
        **_opened_end(found, end, opener),
    })  # fmt: skip


def _opened_arguments(
    tenant: str, effect_id: str, sealed: bytes | None, opener: Opener
) -> dict[str, Any]:
    if sealed is None:
        return {}
    told = opener.open(sealed, _place(tenant, effect_id))
    return {"arguments": erased() if isinstance(told, Gone) else told}


def _opened_end(found: dict[str, Any], sealed: bytes | None, opener: Opener) -> dict[str, Any]:
    if sealed is None:
        return {}
    told = opener.open(sealed, _place(found["tenant"], found["id"], "end"))
    if not isinstance(told, Gone):
        return dict(zip(("receipt", "error"), cast(list[Any], told), strict=True))
    receipt = None if found["receipt"] is None else erased()
    why = PARKED if found["status"] == "unknown" else ERASED_TEXT
    return {"receipt": receipt, "error": None if found["error"] is None else why}


def _place(tenant: str, effect_id: str, part: str = "arguments") -> Place:
    return plain(tenant), "ledger", plain(effect_id), part
