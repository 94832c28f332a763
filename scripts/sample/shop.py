"""The whole shop, made of its parts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .catalog import described
from .course import AS_OF, Course, Dice, Script, courses_of, read_script
from .parcels import HANDLING, Parcel, numbered, placed_at, send
from .people import Places, choose, read_places, settle
from .retail import Order, Retail, Transaction
from .stripe import CardOrder, charge_id, refund_id
from .texts import Sent, messages

_NETS = ("203.0.113", "198.51.100", "192.0.2")


@dataclass(frozen=True)
class Shop:
    """Everything that is written out. `courses` and `parcels` go by order id."""

    retail: Retail
    courses: dict[str, Course]
    parcels: dict[str, Parcel]
    script: Script
    messages: list[Sent]
    dice: Dice

    def card_orders(self) -> list[CardOrder]:
        disputed = {case.order for case in self.script.dispute}
        return [
            CardOrder(order, self.retail.users[order.user_id], self.courses[key], key in disputed)
            for key, order in self.retail.orders.items()
            if order.by_card
        ]


def build(source: Retail, texts: Path, seed: int) -> Shop:
    """Make the shop; the same source and seed give the same shop."""
    dice, script, places = Dice(seed), read_script(texts), read_places(texts)
    chosen = settle(choose(source, script, dice), script, places)
    courses = courses_of(chosen.orders, script, dice)
    parcels = _parcels(chosen, courses, places, dice)
    strangers = {case.order for case in script.dispute if case.stranger}
    orders = {
        key: _completed(order, courses[key], parcels.get(key), chosen, key in strangers, dice)
        for key, order in chosen.orders.items()
    }
    retail = Retail(
        products=described(chosen.products, texts, dice), users=chosen.users, orders=orders
    )
    return Shop(retail, courses, parcels, script, messages(texts, orders, parcels, dice), dice)


def _parcels(
    shop: Retail, courses: dict[str, Course], places: Places, dice: Dice
) -> dict[str, Parcel]:
    return {
        key: send(order, shop.users[order.user_id], courses[key], places, dice)
        for key, order in shop.orders.items()
        if order.fulfillments
    }


def _completed(
    order: Order, course: Course, parcel: Parcel | None, shop: Retail, stranger: bool, dice: Dice
) -> Order:
    """The order with its time, parcel number, IP, device and the processor's ids."""
    at = placed_at(parcel, course, dice) if parcel else course.placed
    who = f"stranger-{order.order_id}" if stranger else order.user_id
    full = numbered(order, parcel) if parcel else order
    return full.model_copy(update={
        "placed_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ip": _ip(sorted(shop.users).index(order.user_id) + (400 if stranger else 0)),
        "device": f"dev_{dice.mark('device', who, length=20)}",
        "payment_history": [_identified(order, entry, dice) for entry in order.payment_history],
    })  # fmt: skip


def _ip(number: int) -> str:
    """An address from the ranges kept for documentation (RFC 5737), one for each user."""
    return f"{_NETS[number // 254 % 3]}.{number % 254 + 1}"


def _identified(order: Order, entry: Transaction, dice: Dice) -> Transaction:
    if not order.by_card:
        return entry
    make = charge_id if entry.transaction_type == "payment" else refund_id
    return entry.model_copy(update={"transaction_id": make(order.order_id, dice)})


def check_times(shop: Shop) -> None:
    """Raise ValueError for a scan after the shop's date, or a label too early or too late."""
    for key, parcel in shop.parcels.items():
        if parcel.last.at > AS_OF:
            raise ValueError(f"{key}: a scan at {parcel.last.at}, after {AS_OF}")
        placed = datetime.fromisoformat(shop.retail.orders[key].placed_at or "")
        label = next(scan.at for scan in parcel.scans if scan.step == "label")
        if not timedelta(0) <= label - placed <= HANDLING:
            raise ValueError(f"{key}: labelled at {label}, the order is of {placed}")
