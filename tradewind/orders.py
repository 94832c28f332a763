"""What may be done to an order, as data: `data/orders/policy.toml`, a shop's own file over it, and
what the law of a market gives its consumers (`data/orders/markets.toml`).
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from tradewind.base import Record
from tradewind.changes import ChangeKind
from tradewind.commerce import OrderStatus
from tradewind.errors import SpecError

Confidence = Literal["primary", "secondary", "general"]
"""How a rule of law was found: read at its source, told by others, known in general."""


class ActionRule(Record):
    """When one kind of change is allowed.

    `states` are those of the order, `not_after` the kinds of change after which it is closed,
    `times` how often it may be done. `reasons` are the only ones that count; empty: any. `days`
    are counted from delivery where the shop has published none. `to` names the means of payment
    that money goes to: those that hold the order's money, a gift card, any of the customer's.
    `same_variant`: an item may be exchanged for its like. `refunds`: what was paid goes back at
    once with it. `same_country`: an order stays in the country that it was placed for.
    """

    states: tuple[OrderStatus, ...]
    not_after: tuple[ChangeKind, ...] = ()
    times: int | None = None
    reasons: tuple[str, ...] = ()
    needs_reason: bool = False
    days: int | None = None
    to: tuple[Literal["original", "gift_card", "any"], ...] = ("any",)
    same_variant: bool = False
    needs_method: bool = False
    needs_photo: bool = False
    refunds: bool = False
    same_country: bool = False


class Market(Record):
    """What consumers of some countries have by law. `excepted` are tags of products to which the
    withdrawal does not apply; None: no such right."""

    id: str
    countries: tuple[str, ...]
    withdrawal_days: int | None = None
    refund_days: int | None = None
    conformity_months: int | None = None
    excepted: tuple[str, ...] = ()
    source: str
    confidence: Confidence


class Markets(Record):
    """`data/orders/markets.toml`."""

    version: int
    date: date
    market: tuple[Market, ...]

    def of(self, country: str) -> Market | None:
        """The market of a country (ISO 3166-1 alpha-2)."""
        return next((market for market in self.market if country in market.countries), None)


_NOWHERE = Markets(version=0, date=date.min, market=())


class OrderPolicy(Record):
    """A shop's rules of what may be done to orders. `shop` names the shop's own file, where there
    is one."""

    version: int
    date: date
    source: str
    shop: str = ""
    action: dict[ChangeKind, ActionRule]
    markets: Markets = _NOWHERE

    @property
    def name(self) -> str:
        """As a trace and a refusal name it."""
        return f"orders {self.shop or 'shipped'} {self.version} ({self.date})"


def read_order_policy(shipped: Path, markets: Path, own: Path | None = None) -> OrderPolicy:
    """The shipped policy with a shop's own file over it, table by table and key by key: what it
    does not name stays as shipped. Raises SpecError naming the file."""
    told: dict[str, Any] = _read(shipped)
    path = shipped
    try:
        if own is not None:
            path = own
            told = _over(told, _read(own)) | {"shop": own.stem}
        held = OrderPolicy.model_validate(told)
        path = markets
        return held.model_copy(update={"markets": Markets.model_validate(_read(markets))})
    except ValidationError as error:
        raise SpecError(f"{path}: {error}", "Compare it with the shipped one.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: {error}", "Compare it with the shipped one.") from error


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = (
            _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
        )
    return merged
