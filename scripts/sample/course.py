"""What is set by hand (`disputes.toml`) and what every order gets: its time, fate and carrier."""

import hashlib
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from .retail import Entry, Order

AS_OF = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)

Carrier = Literal["USPS", "UPS", "DHL", "DHL Express", "China Post", "Korea Post"]
Fate = Literal[
    "none", "label_made", "label_voided", "moving", "customs", "out_for_delivery",
    "attempt_failed", "pickup", "held", "damaged", "returning", "returned", "lost", "stale",
    "delivered", "delivered_signed", "delivered_neighbour", "delivered_elsewhere",
    "delivered_before_shipped", "delivered_redirected", "delivered_signed_other",
]  # fmt: skip

# Fates of processed orders with their weights; the rare ones are dealt out by `_RARE` first.
_PROCESSED: dict[Fate, int] = {
    "label_made": 14, "moving": 34, "customs": 16, "out_for_delivery": 10, "attempt_failed": 6,
    "pickup": 5, "held": 5, "damaged": 2, "returning": 4,
}  # fmt: skip
_RARE: dict[str, tuple[Fate, ...]] = {
    "processed": ("stale", "stale", "stale", "lost", "returned", "attempt_failed", "pickup",
                  "returning", "out_for_delivery"),
    "delivered": ("delivered_elsewhere", "delivered_before_shipped", "delivered_redirected",
                  "delivered_signed_other", "delivered_signed_other", "delivered_before_shipped",
                  "delivered_redirected"),
    "cancelled": ("returned", "returned"),
}  # fmt: skip
# Countries that are served from a warehouse of their own customs area.
_NO_CUSTOMS = ("DEU", "FRA", "ITA", "ESP", "KOR")
TRAPS: frozenset[Fate] = frozenset({
    "delivered_elsewhere", "delivered_before_shipped", "delivered_redirected",
    "delivered_signed_other", "stale", "lost", "returned",
})  # fmt: skip


class Course(Entry):
    """How one order went: when it was placed, by whom it was carried, how it was paid."""

    placed: datetime
    fate: Fate
    carrier: Carrier
    avs: tuple[str, str]
    cvc: str
    three_ds: str
    eci: str


class DisputeCase(Entry):
    """One dispute with what a careful clerk would say of it."""

    key: str
    order: str
    category: str
    brand: str
    code: str
    opened: datetime
    due: datetime
    advice: Literal["fight", "accept", "answer", "too_late"]
    trap: str
    why: str
    payment: Course
    stranger: bool = False
    other_order: str = ""


class SetOrder(Entry):
    order: str
    payment: Course


class Script(Entry):
    """The file `disputes.toml`."""

    dispute: tuple[DisputeCase, ...]
    order: tuple[SetOrder, ...]

    def courses(self) -> dict[str, Course]:
        return {entry.order: entry.payment for entry in (*self.dispute, *self.order)}


def read_script(folder: Path) -> Script:
    return Script.model_validate(
        tomllib.loads((folder / "disputes.toml").read_text(encoding="utf-8"))
    )


@dataclass(frozen=True)
class Dice:
    """Random choices that depend on the seed and a name only, not on the order of asking."""

    seed: int

    def of(self, *names: str) -> random.Random:
        return random.Random(f"{self.seed}:{':'.join(names)}")

    def mark(self, *names: str, length: int) -> str:
        """Letters and digits, as ids of processors have them."""
        alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
        raw = hashlib.sha256(f"{self.seed}:{':'.join(names)}".encode()).digest()
        return "".join(alphabet[byte % len(alphabet)] for byte in raw[:length])


def courses_of(orders: Mapping[str, Order], script: Script, dice: Dice) -> dict[str, Course]:
    """A course for each order: the set ones, then rare fates, then the usual by weight."""
    fixed = script.courses()
    free = sorted(set(orders) - set(fixed))
    dice.of("rare").shuffle(free)
    rare = _deal(free, orders)
    made = {key: _course(orders[key], rare.get(key), dice) for key in orders if key not in fixed}
    return {key: fixed[key] if key in fixed else made[key] for key in orders}


def _deal(free: list[str], orders: Mapping[str, Order]) -> dict[str, Fate]:
    dealt: dict[str, Fate] = {}
    for status, fates in _RARE.items():
        fitting = [key for key in free if orders[key].status == status]
        at_home = [key for key in fitting if orders[key].address.country == "USA"]
        dealt |= dict(zip(at_home, fates, strict=False))
    return dealt


def _course(order: Order, rare: Fate | None, dice: Dice) -> Course:
    rng = dice.of("course", order.order_id)
    fate = rare or _usual(order, rng)
    if fate == "customs" and order.address.country in _NO_CUSTOMS:
        fate = "moving"
    three_ds, eci = _secure(rng)
    return Course(
        placed=_placed(order, rng),
        fate=fate,
        carrier=_carrier(order, fate, rng),
        avs=_avs(order, rng),
        cvc=rng.choices(("pass", "unchecked", "unavailable"), (96, 2, 2))[0],
        three_ds=three_ds,
        eci=eci,
    )


def _usual(order: Order, rng: random.Random) -> Fate:
    if order.status == "pending":
        return "none"
    if order.status == "cancelled":
        return "label_voided"
    if order.status == "delivered":
        ways: tuple[Fate, ...] = ("delivered", "delivered_signed", "delivered_neighbour")
        return rng.choices(ways, (62, 33, 5))[0]
    return rng.choices(tuple(_PROCESSED), tuple(_PROCESSED.values()))[0]


def _placed(order: Order, rng: random.Random) -> datetime:
    """Pending orders are days old; processed ones are dated by their parcel later."""
    if order.status == "pending":
        late = rng.random() < 0.04
        return AS_OF - timedelta(
            minutes=rng.randint(9000, 12000) if late else rng.randint(30, 5400)
        )
    last = AS_OF - timedelta(days=22 if order.status == "delivered" else 4)
    return FIRST + timedelta(seconds=rng.randint(0, int((last - FIRST).total_seconds())))


def _carrier(order: Order, fate: Fate, rng: random.Random) -> Carrier:
    country = order.address.country
    if country == "KOR":
        return "Korea Post"
    if country in ("DEU", "FRA", "ITA", "ESP"):
        return rng.choices(("DHL", "DHL Express"), (3, 1))[0]
    abroad: tuple[Carrier, ...] = ("China Post", "Korea Post", "DHL Express")
    if country == "JPN":
        return rng.choices(abroad[1:], (2, 1))[0]
    if country != "USA" or fate == "customs":
        return rng.choices(abroad, (3, 1, 2) if country == "USA" else (3, 0, 2))[0]
    return rng.choices(("USPS", "UPS", *abroad), (34, 28, 18, 8, 12))[0]


def _avs(order: Order, rng: random.Random) -> tuple[str, str]:
    """American addresses are mostly checked, others mostly not."""
    if order.address.country != "USA":
        return "unavailable", "unavailable"
    ways = (("pass", "pass"), ("fail", "pass"), ("unavailable", "unavailable"), ("fail", "fail"))
    return rng.choices(ways, (86, 7, 4, 3))[0]


def _secure(rng: random.Random) -> tuple[str, str]:
    """3-D Secure result and the ECI of Visa and Amex; Mastercard's is set when written."""
    ways = (("", ""), ("authenticated", "05"), ("attempt_acknowledged", "06"))
    return rng.choices(ways, (55, 35, 10))[0]
