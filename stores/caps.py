"""Caps: how much of an allowance is used, counted in the transaction that sends.

A day's cap counts what a tool did that day; a target's counts what was ever done to one record.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from stores.link import Values, Write
from stores.tables import ledger
from tradewind.base import Money
from tradewind.effects import COUNTED, Cap, Effect, EffectStatus
from tradewind.errors import QuotaExceeded

_e = ledger.c


def usage(statuses: Iterable[EffectStatus], of: ColumnElement[bool]) -> Select[int, int]:
    """How many other effects of the statuses there are, and their sum in :currency."""
    minor = case((_e.currency == bindparam("currency"), _e.amount_minor), else_=0)
    return select(func.count(), func.coalesce(func.sum(minor), 0)).where(
        and_(
            _e.tenant == bindparam("tenant"),
            of,
            or_(bindparam("tool") == "*", _e.tool == bindparam("tool")),
            or_(*(_e.status == status for status in sorted(statuses))),
            _e.id != bindparam("effect"),
        )
    )


ON_DAY = _e.day == bindparam("day")
TO_TARGET = _e.target == bindparam("target")
_USED = usage(COUNTED, ON_DAY)
_USED_UP = usage(COUNTED, TO_TARGET)


def reserve(write: Write, effect: Effect, day: date, caps: Sequence[Cap]) -> None:
    """Raises QuotaExceeded, naming cap, used and asked, when the effect does not fit a cap.

    What it counts holds until the transaction ends: the caller has queued (`Write.queue`).
    """
    own = (effect.bound,) if effect.bound else ()
    for cap in (*own, *caps):
        if cap.tool in ("*", effect.tool) and cap.target in ("", effect.target):
            _fit(write, effect, day, cap)


def _fit(write: Write, effect: Effect, day: date, cap: Cap) -> None:
    values: Values = {
        "tenant": effect.tenant, "tool": cap.tool, "effect": effect.id,
        "currency": cap.amount.currency if cap.amount else "",
    }  # fmt: skip
    if cap.target:
        count, minor = write.rows(_USED_UP, values | {"target": cap.target})[0]
    else:
        count, minor = write.rows(_USED, values | {"day": day.isoformat()})[0]
    if cap.count is not None and count + 1 > cap.count:
        raise _exceeded(cap, day, str(cap.count), f"{count}", "1")
    if cap.amount is not None:
        _fit_amount(effect, day, cap, cap.amount, int(minor))


def _fit_amount(effect: Effect, day: date, cap: Cap, limit: Money, used: int) -> None:
    asked = effect.amount
    if asked is None and effect.level != "spend":
        return
    if asked is None or asked.currency != limit.currency or used + asked.minor > limit.minor:
        spent = Money(minor=used, currency=limit.currency)
        raise _exceeded(cap, day, str(limit), f"{spent}", f"{asked or 'an unknown amount'}")


def _exceeded(cap: Cap, day: date, limit: str, used: str, asked: str) -> QuotaExceeded:
    if cap.target:
        return QuotaExceeded(
            f"{cap.tool} for {cap.target}: {limit} at most; done: {used}; asked: {asked}.",
            "Look at what was already done to it.",
        )
    return QuotaExceeded(
        f"cap of {cap.tool}: {limit} a day; used on {day}: {used}; asked: {asked}.",
        "Wait for the next day, or raise the cap.",
    )
