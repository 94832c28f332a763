"""How often somebody may knock: the `limits` package over counters that all processes share."""

import hashlib
import math
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from pydantic import Field, TypeAdapter, ValidationError

from tradewind.base import Record
from tradewind.errors import BackendError, QuotaExceeded, SpecError
from tradewind.ports.people import Hit, RateStore

RateName = Literal[
    "chat_buyer", "chat_tenant", "chat_staff", "identity_order", "identity_address", "sign_in",
    "hook_shop", "hook_refused", "news_buyer", "contact_address", "contact_shop",
    "helped_buyer", "visitor_address", "visitor_shop", "photo_buyer",
]  # fmt: skip


class Rate(Record):
    """At most `amount` in `seconds`."""

    name: RateName
    amount: int = Field(ge=1)
    seconds: int = Field(ge=1)
    source: str = ""
    since: date
    reason: str


Knock = tuple[RateName, tuple[str, ...]]
"""Which rate, and who knocks."""

_rates = TypeAdapter(list[Rate])
RateTable = Mapping[RateName, Rate]


def read_rates(path: Path) -> RateTable:
    """The table of a data file. Raises SpecError naming the file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["rate"]
        read = _rates.validate_python(tables)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Write [[rate]] tables.") from error
    found: dict[RateName, Rate] = {rate.name: rate for rate in read}
    if missing := set(get_args(RateName)) - found.keys():
        raise SpecError(f"{path} has no rate {sorted(missing)}.", "Add it.")
    return found


def raised(table: RateTable, amount: int) -> RateTable:
    """The table with another amount everywhere: for measuring what lies behind it."""
    return {name: rate.model_copy(update={"amount": amount}) for name, rate in table.items()}


class StoreStorage(Storage):
    """Storage of the `limits` package over our store; errors stay ours."""

    STORAGE_SCHEME = None

    def __init__(self, store: RateStore) -> None:
        super().__init__()
        self._store = store

    @property
    def base_exceptions(self) -> type[Exception]:
        return BackendError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._store.hit(key, expiry, amount)

    def get(self, key: str) -> int:
        return self._store.window(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._store.window(key)[1]

    def check(self) -> bool:
        self._store.window("check")
        return True

    def reset(self) -> int:
        return self._store.clear_all()

    def clear(self, key: str) -> None:
        self._store.clear(key)


class Rates:
    """A table in force. `clock` gives seconds since 1970."""

    def __init__(
        self, table: RateTable, store: RateStore, clock: Callable[[], float] = time.time
    ) -> None:
        self._table = table
        self._store = store
        self._limiter = FixedWindowRateLimiter(StoreStorage(store))
        self._clock = clock

    def take(self, name: RateName, *who: str) -> None:
        """Count one knock of somebody. Raises QuotaExceeded, which tells when to come back."""
        self.take_all([(name, who)])

    def take_all(self, knocks: Sequence[Knock]) -> None:
        """Count all these knocks, or none. Raises QuotaExceeded as `take` does."""
        hits = [self._hit(name, who) for name, who in knocks]
        full = self._store.hit_all(hits)
        if full is None:
            return
        name, who = knocks[hits.index(full)]
        opens = self._limiter.get_window_stats(self._item(name), name, _hashed(who)).reset_time
        wait = min(full.seconds, max(1, math.ceil(opens - self._clock())))
        raise QuotaExceeded("too many tries.", f"Come back in {wait} seconds.", retry_after=wait)

    def _hit(self, name: RateName, who: tuple[str, ...]) -> Hit:
        rate = self._table[name]
        key = self._item(name).key_for(name, _hashed(who))
        return Hit(key=key, seconds=rate.seconds, most=rate.amount)

    def _item(self, name: RateName) -> RateLimitItemPerSecond:
        rate = self._table[name]
        return RateLimitItemPerSecond(rate.amount, rate.seconds, namespace="tradewind")


def _hashed(who: tuple[str, ...]) -> str:
    """Counters name nobody: no address and no order number is kept as it is."""
    return hashlib.sha256("\0".join(who).encode("utf-8", "replace")).hexdigest()[:40]
