"""What the view over questions costs in a large shop: 20,000 orders, 50,000 questions."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from agents.engines.insights import look_over
from agents.events import Answer, Citation
from agents.reception import NO_RECORD
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Message,
    Order,
    OrderLine,
    Product,
    Shipment,
    ShopRecord,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.letters import Letter
from tradewind.people import Actor, Session
from tradewind.ports.storage import RunStore
from tradewind.trace import Run
from wiring.bench.figure import Figure, Place
from wiring.bench.growth import TENANT
from wiring.bench.imports import peak_megabytes
from wiring.bench.overhead import bare_platform

ORDERS, TURNS, LETTERS, PRODUCTS, DAYS = 20_000, 40_000, 10_000, 2_000, 84
CPU_AIM, MEMORY_AIM = 120.0, 600.0
NOTE = f"{ORDERS} orders with parcel and two scans, {TURNS} buyers' turns, {LETTERS} letters"

_CARRIERS, _COUNTRIES = ("UPS", "DHL", "China Post", "Correos"), ("US", "DE", "ES", "BR", "JP")
_PRICE = Money(minor=4666, currency="USD")
_INTENTS = ("order_status", "product_question", "stock_price", "return_refund")
_ASKED = ("Is the Kettle {} waterproof?", "Which material is the Kettle {} made of?",
          "Wie schwer ist der Kettle {}?", "where is my parcel?")  # fmt: skip


def measure_insights(place: Place) -> Iterator[Figure]:
    """CPU seconds of one view, and what it adds to the process's peak memory."""
    now = datetime.now(UTC)
    with closing(bare_platform(place)) as platform:
        platform.database.tenants().put_tenant(TENANT)
        platform.database.shop(TENANT.id).put(
            SourceRow(record=record, raw={}, source="bench") for record in _records(now)
        )
        _ask(platform.database.runs(TENANT.id), now)
        session = Session(tenant=TENANT, actor=Actor(id="m", audience="merchant"), thread="t")
        run = platform.assistant.glance(session, platform.stores(TENANT.id))
        before, began = peak_megabytes(), time.process_time()
        view, _ = asyncio.run(look_over(run, platform.kit, DAYS))
        seconds = time.process_time() - began
    asked = view.asked
    found = (
        f"; {asked.questions} asked, {asked.unanswered} without a record, {len(asked.gaps)} gaps"
    )
    yield Figure.of("insights", seconds, "CPU s", aim=CPU_AIM, note=NOTE + found)
    note = "peak of the process; baseline: before the view"
    yield Figure.of(
        "insights_memory", peak_megabytes(), "MB", baseline=before, aim=MEMORY_AIM, note=note
    )


def _records(now: datetime) -> Iterator[ShopRecord]:
    for n in range(PRODUCTS):
        yield Product(id=f"p{n}", title=f"Kettle {_name(n)}")
    for n in range(ORDERS):
        yield from _order(n, now)
    for n in range(LETTERS):
        yield _letter(n, now)


def _name(n: int) -> str:
    """A name of letters alone: `Abca`."""
    return "A" + "".join(chr(ord("a") + (n // 26**k) % 26) for k in range(3))


def _order(n: int, now: datetime) -> Iterator[ShopRecord]:
    sent = now - timedelta(days=n % 180 + 2)
    days = 3 + n % 5 + (12 if n % 7 == 0 and n % 4 == 2 else 0)
    came = sent + timedelta(days=days)
    country = _COUNTRIES[n % len(_COUNTRIES)]
    home = Address(name="Anna Berg", city="Berlin", postcode="12043", country=country)
    line = OrderLine(title="Kettle", quantity=1, price=_PRICE)
    yield Order(
        id=f"#W{n:07}", email=f"b{n}@example.com", placed_at=sent, status="shipped",
        total=_PRICE, lines=(line,), ship_to=home,
    )  # fmt: skip
    number, carrier = f"1Z{n:016}", _CARRIERS[n % len(_CARRIERS)]
    yield Shipment(
        id=f"s{n}", order_id=f"#W{n:07}", carrier=carrier, tracking_no=number, ship_to=home,
        state="delivered" if came <= now else "moving", shipped_at=sent,
        delivered_at=came if came <= now else None,
    )  # fmt: skip
    for k, state in enumerate(("moving", "delivered") if came <= now else ("moving",)):
        at = sent if k == 0 else came
        yield TrackingEvent(
            id=f"{number}/{k}", tracking_no=number, at=at, state=state, city="Reno",
            country="CN" if k == 0 else country,
        )  # fmt: skip


def _letter(n: int, now: datetime) -> Message:
    review = n % 2 == 0
    letter = Letter(
        channel="review" if review else "email", address=f"b{n}@example.com",
        product=f"p{n % PRODUCTS}" if review else "", stars=n % 5 + 1 if review else None,
    )  # fmt: skip
    return Message(
        id=f"m{n}", at=now - timedelta(hours=n % (24 * DAYS)), sender="buyer",
        text=_ASKED[n % len(_ASKED)].format(_name(n % PRODUCTS)), letter=letter, language="en",
    )  # fmt: skip


def _ask(runs: RunStore, now: datetime) -> None:
    """Turns as the assistant leaves them: one in three found no record."""
    for n in range(TURNS):
        product, missing = n % PRODUCTS, n % 3 == 0
        cited = () if missing else (Citation(id="e", source=f"product/p{product}", excerpt="x"),)
        answer = Answer(
            text="…", language="en", intent=_INTENTS[n % len(_INTENTS)], citations=cited,
            handover=NO_RECORD if missing else None,
        )  # fmt: skip
        request: dict[str, JsonValue] = {
            "text": _ASKED[n % len(_ASKED)].format(_name(product)), "memory": {},
        }  # fmt: skip
        runs.start(Run(
            id=f"run_{n}", tenant=TENANT.id, thread=f"t{n}", actor="b", audience="buyer",
            request=request, status="done", answer=answer.model_dump(mode="json"),
            started_at=now - timedelta(seconds=n % (DAYS * 86_400)),
        ))  # fmt: skip
