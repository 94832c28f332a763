"""Parcels of a shop that took so many days, and a buyer who asks."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from agent_world import NOON, Talk

from agents.events import Answer
from agents.kit import Kit
from tradewind.base import Money
from tradewind.commerce import Address, Order, Shipment, ShopRecord, SourceRow, TrackingState
from tradewind.ports.storage import ShopStore
from wiring.platform import Platform

DAY = timedelta(days=1)
ORDER, EMAIL = "#L1000001", "kim@example.com"


def parcel(
    number: int | str, shipped: datetime | None, days: int | None = None, *, to: str = "KR",
    carrier: str = "YunExpress", order: str = "", state: TrackingState = "moving",
    due: datetime | None = None,
) -> Shipment:  # fmt: skip
    return Shipment(
        id=f"lane/{number}", order_id=order, tracking_no=f"YT{number:0>16}", carrier=carrier,
        service="Economy", state="delivered" if days is not None else state, shipped_at=shipped,
        delivered_at=None if shipped is None or days is None else shipped + days * DAY,
        ship_to=Address(city="Seoul", country=to), origin="CN", estimated_at=due,
    )  # fmt: skip


def history(days: Iterable[int], to: str = "KR", carrier: str = "YunExpress") -> list[Shipment]:
    """Delivered parcels, all shipped sixty days ago."""
    return [
        parcel(f"{carrier[:2]}{to}{n}", NOON - 60 * DAY, taken, to=to, carrier=carrier)
        for n, taken in enumerate(days)
    ]


def order(country: str = "KR") -> Order:
    return Order(
        id=ORDER, email=EMAIL, total=Money(minor=4500, currency="USD"), status="shipped",
        placed_at=NOON - 40 * DAY, ship_to=Address(city="Seoul", country=country),
    )  # fmt: skip


class LaneShop:
    """The sample shop with more parcels in it, and a buyer's talk in it."""

    def __init__(self, platform: Platform, kit: Kit) -> None:
        self.platform, self.kit = platform, kit
        self._threads = 0

    @property
    def store(self) -> ShopStore:
        return self.platform.database.shop("sample")

    def put(self, *records: ShopRecord) -> None:
        self.store.put(SourceRow(record=record, raw={}, source="test") for record in records)

    def ask(self, text: str, **given: str) -> Answer:
        """A buyer's first message, in a thread of its own."""
        self._threads += 1
        talk = Talk(self.platform.shop("sample"), self.kit, "buyer")
        return asyncio.run(talk.say(text, f"lane{self._threads}", **given))

    def ask_of_order(self, text: str) -> Answer:
        return self.ask(text, order_id=ORDER, email=EMAIL)
