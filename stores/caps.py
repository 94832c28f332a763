"""Caps: how much of a day's allowance is used, counted in the transaction that sends."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from stores.link import Write
from stores.tables import ledger
from tradewind.base import Money
from tradewind.effects import COUNTED, Cap, Effect, EffectStatus
from tradewind.errors import QuotaExceeded

_e = ledger.c


def usage(statuses: Iterable[EffectStatus]) -> Select[int, int]:
    """How many other effects of the statuses there are on :day, and their sum in :currency."""
    minor = case((_e.currency == bindparam("currency"), _e.amount_minor), else_=0)
    return select(func.count(), func.coalesce(func.sum(minor), 0)).where(
        and_(
            _e.tenant == bindparam("tenant"),
            _e.day == bindparam("day"),
            or_(bindparam("tool") == "*", _e.tool == bindparam("tool")),
            or_(*(_e.status == status for status in sorted(statuses))),
            _e.id != bindparam("effect"),
        )
    )


_USED = usage(COUNTED)


def reserve(write: Write, effect: Effect, day: date, caps: Sequence[Cap]) -> None:
    """Raises QuotaExceeded, naming cap, used and asked, when the effect does not fit a cap.

    What it counts holds until the transaction ends: the caller has queued (`Write.queue`).
    """
    for cap in caps:
        if cap.tool in ("*", effect.tool):
            _fit(write, effect, day, cap)


def _fit(write: Write, effect: Effect, day: date, cap: Cap) -> None:
    currency = cap.amount.currency if cap.amount else ""
    values = {
        "tenant": effect.tenant, "day": day.isoformat(), "tool": cap.tool,
        "currency": currency, "effect": effect.id,
    }  # fmt: skip
    count, minor = write.rows(_USED, values)[0]
    if cap.count is not None and count + 1 > cap.count:
        raise _exceeded(cap, day, f"{cap.count} a day", f"{count}", "1")
    if cap.amount is not None:
        _fit_amount(effect, day, cap, cap.amount, int(minor))


def _fit_amount(effect: Effect, day: date, cap: Cap, limit: Money, used: int) -> None:
    asked = effect.amount
    if asked is None and effect.level != "spend":
        return
    if asked is None or asked.currency != limit.currency or used + asked.minor > limit.minor:
        spent = Money(minor=used, currency=limit.currency)
        raise _exceeded(cap, day, f"{limit} a day", f"{spent}", f"{asked or 'an unknown amount'}")


def _exceeded(cap: Cap, day: date, limit: str, used: str, asked: str) -> QuotaExceeded:
    return QuotaExceeded(
        f"cap of {cap.tool}: {limit}; used on {day}: {used}; asked: {asked}.",
        "Wait for the next day, or raise the cap.",
    )
