"""What the weekly view costs in a large shop: 20,000 orders, 2,000 disputes."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Dispute,
    Order,
    OrderLine,
    Payment,
    Shipment,
    ShopRecord,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.people import Actor, Session
from wiring.bench.figure import Figure, Place
from wiring.bench.growth import TENANT
from wiring.bench.imports import peak_megabytes
from wiring.bench.overhead import bare_platform

ORDERS, DISPUTES, SCANS = 20_000, 2_000, 6
WAITS = 20
"""Of so many parcels one is still under way."""
CPU_AIM, MEMORY_AIM = 20.0, 600.0
NOTE = f"{ORDERS} orders with payment, parcel and {SCANS} scans each, {DISPUTES} disputes"

_CARRIERS, _COUNTRIES = ("UPS", "DHL", "China Post", "Correos"), ("US", "DE", "ES", "BR", "JP")
_STEPS = ("label_made", "moving", "moving", "customs", "out_for_delivery", "delivered")
_PRICE = Money(minor=4666, currency="USD")


def measure_prevention(place: Place) -> Iterator[Figure]:
    """CPU seconds of one view over a whole shop, and the process's peak memory."""
    now = datetime.now(UTC)
    with closing(bare_platform(place)) as platform:
        platform.database.tenants().put_tenant(TENANT)
        platform.database.shop(TENANT.id).put(
            SourceRow(record=record, raw={}, source="bench")
            for n in range(ORDERS)
            for record in _order(n, now)
        )
        session = Session(tenant=TENANT, actor=Actor(id="m", audience="merchant"), thread="t")
        before, began = peak_megabytes(), time.process_time()
        seen = asyncio.run(platform.assistant.survey(session, platform.stores(TENANT.id)))
        seconds = time.process_time() - began
    parcels, groups = len(seen.view.parcels.risky), len(seen.view.causes.groups)
    found = f"; {parcels} parcels at risk, {groups} groups"
    yield Figure.of("prevention", seconds, "CPU s", aim=CPU_AIM, note=NOTE + found)
    note = "peak of the process; baseline: before the view"
    yield Figure.of(
        "prevention_memory", peak_megabytes(), "MB", baseline=before, aim=MEMORY_AIM, note=note
    )


def _order(n: int, now: datetime) -> Iterator[ShopRecord]:
    """One order with all that belongs to it; every tenth is disputed."""
    placed = now - timedelta(days=n % 170, hours=n % 24)
    country, carrier = _COUNTRIES[n % 5], _CARRIERS[n % 4]
    home = Address(name="Ana Gomez", city="Austin", postcode="78701", country=country)
    line = OrderLine(product_id=f"p{n % 200}", title=f"Product {n % 200}", price=_PRICE)
    yield Order(id=f"#W{n}", placed_at=placed, status="shipped", total=_PRICE, lines=(line,),
                ship_to=home, language="en")  # fmt: skip
    yield Payment(id=f"ch_{n}", order_id=f"#W{n}", amount=_PRICE, status="succeeded", method="card",
                  network="visa" if n % 3 else "mastercard", created_at=placed,
                  descriptor="BENCH")  # fmt: skip
    steps = _STEPS if n % WAITS else _STEPS[:-1]
    number, took = f"T{n:08}", 1 + n % 7
    came = placed + timedelta(days=took) if n % WAITS else None
    yield Shipment(id=f"s{n}", order_id=f"#W{n}", carrier=carrier, tracking_no=number,
                   state=steps[-1], shipped_at=placed, delivered_at=came, ship_to=home)  # fmt: skip
    for k, state in enumerate(steps):
        yield TrackingEvent(id=f"e{n}.{k}", tracking_no=number, state=state, country="CN",
                            at=placed + timedelta(days=took * k / SCANS))  # fmt: skip
    if n % (ORDERS // DISPUTES) == 1:
        yield Dispute(id=f"dp_{n}", payment_id=f"ch_{n}", amount=_PRICE, network="visa",
                      reason_code="13.1", category="product_not_received", stage="chargeback",
                      opened_at=placed + timedelta(days=9))  # fmt: skip
