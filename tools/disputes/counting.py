"""What counts over many records have in common: the rules, the digest of what was counted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from tradewind.base import digest
from tradewind.commerce import Dispute
from tradewind.evidence import Evidence, Fact, IdFact, NumberFact
from tradewind.prevention import PreventionRules, read_prevention

_DATA = Path(__file__).parents[2] / "data" / "disputes"


_SHOWN = {"amex": "American Express", "paypal": "PayPal"}


def shown(name: str) -> str:
    """A network or processor as it calls itself."""
    return _SHOWN.get(name, name.capitalize())


@cache
def rules() -> PreventionRules:
    return read_prevention(_DATA)


def counted(name: str, count: int, unit: str = "") -> NumberFact:
    return NumberFact(name=name, value=Decimal(count), unit=unit)


def figure(
    source: str, title: str, excerpt: str, facts: Sequence[Fact], ids: Iterable[str]
) -> Evidence:
    """A count, with the digest of the ids of the records that it was made of: who has the records
    can count again."""
    mark = IdFact(name="digest", value=digest(sorted(ids)))
    return Evidence.of("figure", f"figure/{source}", title, excerpt, (*facts, mark))


def some(ids: Iterable[str]) -> str:
    """The first of these ids, for a person who wants to open them."""
    told, most = sorted(ids), rules().causes.named
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return f"{', '.join(told[:most])}{more}"


def is_counted(dispute: Dispute) -> bool:
    """Whether a network counts it: an inquiry takes no money and counts for nothing."""
    return dispute.stage != "inquiry"


def month_of(at: datetime) -> str:
    return f"{at:%Y-%m}"


def months_back(at: datetime, count: int) -> list[str]:
    """The present month and those before it, oldest first."""
    number = at.year * 12 + at.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(number - count + 1, number + 1)]


def week_of(at: datetime) -> date:
    """The Monday of its week, in UTC."""
    return at.date() - timedelta(days=at.weekday())


def order_key(id_: str) -> str:
    """One form for an order's number, however it is written."""
    return "".join(id_.split()).casefold().lstrip("#")
