"""Whether a buyer's turn costs more in a larger shop: the same turn over three sizes."""

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.assistant import Assistant
from agents.turns import Shop
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Order,
    OrderLine,
    Shipment,
    ShopRecord,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.errors import BackendError
from tradewind.people import Actor, Session, Tenant
from wiring.bench.figure import Figure, Place, cpu_ms
from wiring.bench.overhead import BUYER_TEXT, UNIT, bare_platform

SIZES = (1_000, 10_000, 100_000)
BATCHES, TURNS = 60, 12
STRIDE = 7_919
"""A prime: orders are asked for all over the shop, none twice running."""
SCANS = 4
TENANT = Tenant(
    id="grown", name="Grown", home="US", currency="USD", languages=("en",), timezone="UTC"
)

_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
_PRICE = Money(minor=4666, currency="USD")
_HOME = Address(name="Ana Gomez", city="Austin", region="TX", postcode="78701", country="US")
_TITLES = ("Walking boot", "Desk lamp", "Water bottle", "Wool travel blanket")


@dataclass
class Grown:
    """A shop of a size, and what its turns cost at best."""

    orders: int
    shop: Shop
    best: float = math.inf


def measure_growth(place: Place, sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    """A buyer's turn (order status with a proven order) in shops of these many orders, each with
    a parcel and its scans; a shop in a database of its own, the turns in rotation."""
    with ExitStack() as stack:
        platforms = [
            stack.enter_context(closing(bare_platform(_in(place, str(size))))) for size in sizes
        ]
        shops: list[Grown] = []
        for size, platform in zip(sizes, platforms, strict=True):
            platform.database.tenants().put_tenant(TENANT)
            platform.database.shop(TENANT.id).put(shop_rows(size))
            shops.append(Grown(size, platform.stores(TENANT.id)))
        asyncio.run(_measure(platforms[0].assistant, shops))
    first = shops[0].best
    for grown in shops:
        yield Figure.of(
            f"buyer_{grown.orders}_orders", grown.best, UNIT, baseline=first,
            note=f"a turn in a shop of {grown.orders} orders; baseline: {sizes[0]} orders",
        )  # fmt: skip


def _in(place: Place, name: str) -> Place:
    folder: Path = place.work / name
    folder.mkdir()
    return Place(work=folder, models=place.models)


async def _measure(assistant: Assistant, shops: Sequence[Grown]) -> None:
    """The best of several batches of each, in rotation."""
    for first in range(0, BATCHES * TURNS, TURNS):
        for grown in shops:
            began = time.process_time()
            for n in range(first, first + TURNS):
                await _turn(assistant, grown, n)
            grown.best = min(grown.best, cpu_ms(began, TURNS))


async def _turn(assistant: Assistant, grown: Grown, n: int) -> None:
    order = (n * STRIDE) % grown.orders
    session = Session(tenant=TENANT, actor=Actor(id="bench", audience="buyer"), thread=f"grown{n}")
    given = {"order_id": f"#W{order:07}", "email": f"buyer{order}@example.com"}
    ended = await assistant.turn(session, grown.shop, BUYER_TEXT, given=given)
    if not ended.answer.citations:
        raise BackendError(f"order {order} of {grown.orders} was not answered.", "Read its run.")


def shop_rows(orders: int) -> Iterator[SourceRow]:
    """Orders of two lines, each with a parcel on its way and its scans."""
    for n in range(orders):
        for record in _of_order(n):
            yield SourceRow(record=record, raw={}, source="bench", row=n + 1)


def _of_order(n: int) -> Iterator[ShopRecord]:
    lines = tuple(
        OrderLine(title=_TITLES[(n + k) % len(_TITLES)], options={"size": str(k)}, price=_PRICE)
        for k in range(2)
    )
    yield Order(
        id=f"#W{n:07}", customer_id=f"c{n}", email=f"buyer{n}@example.com", placed_at=_AT,
        status="shipped", total=_PRICE, lines=lines, ship_to=_HOME,
    )  # fmt: skip
    number = f"1Z{n:016}"
    yield Shipment(
        id=f"s{n}", order_id=f"#W{n:07}", carrier="ups", tracking_no=number, state="moving",
        ship_to=_HOME,
    )  # fmt: skip
    for k in range(SCANS):
        yield TrackingEvent(
            id=f"{number}/{k}", tracking_no=number, at=_AT + timedelta(hours=k), state="moving",
            message="Departed facility", city="Reno", country="US",
        )  # fmt: skip
