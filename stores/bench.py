"""Measures a store: bulk writes, the lookups and the journal of a buyer's turn."""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from stores.open import SqlDatabase, open_database
from tradewind.base import Money, Record
from tradewind.commerce import Customer, Order, OrderLine, Shipment, SourceRow, TrackingEvent
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import Run, Span

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_USD = Money(minor=4666, currency="USD")


class Figure(Record):
    """One measured value. CPU time is this process's alone: a server's work is not in it."""

    name: str
    value: float
    unit: str


def measure(url: str, rows: int = 100_000, turns: int = 2_000) -> tuple[Figure, ...]:
    """Fill a tenant of its own at `url` with `rows` orders and run `turns` turns over them.

    The rows stay in the store: give it a database that may be thrown away.
    """
    database = open_database(url)
    tenant = f"bench-{uuid4().hex[:8]}"
    try:
        return (*_bulk(database, tenant, rows), *_turns(database, tenant, min(rows, 1000), turns))
    finally:
        database.close()


def _bulk(database: SqlDatabase, tenant: str, rows: int) -> Iterator[Figure]:
    shop = database.shop(tenant)
    for name in ("first", "again"):
        began, cpu = time.perf_counter(), time.process_time()
        shop.put(_orders(rows))
        yield Figure(name=f"put {rows} {name}", value=time.perf_counter() - began, unit="s")
        yield Figure(name=f"put {rows} {name}, CPU", value=time.process_time() - cpu, unit="s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure(name="peak memory", value=peak, unit="MB")
    shop.put(_parcels(min(rows, 1000)))


def _turns(database: SqlDatabase, tenant: str, known: int, turns: int) -> Iterator[Figure]:
    shop, runs, threads = database.shop(tenant), database.runs(tenant), database.threads(tenant)
    open_runs = [_run(tenant, f"run-{n}") for n in range(turns)]
    spans = [_spans(run) for run in open_runs]
    said = Turn(role="user", text="where is it?", run="run-0", at=_AT)
    heard = Heard(turns=(said, said), state={"language": "en"})
    timed: dict[str, Callable[[int], object]] = {
        "order": lambda n: shop.order(f"w{n % known}"),
        "shipments_of": lambda n: shop.shipments_of(f"W{n % known}"),
        "events_of, 5 events": lambda n: shop.events_of(f"1Z{n % known}"),
        "customer": lambda n: shop.customer(f"c{n % known}"),
        "start": lambda n: runs.start(open_runs[n]),
        "finish, 8 spans, 2 turns": lambda n: runs.finish(open_runs[n], spans[n], heard),
        "turns": lambda n: threads.turns(open_runs[n].thread),
        "state": lambda n: threads.state(open_runs[n].thread),
    }
    for name, call in timed.items():
        yield from _each(name, call, turns)


def _each(name: str, call: Callable[[int], object], times: int) -> Iterator[Figure]:
    began, cpu = time.perf_counter(), time.process_time()
    for n in range(times):
        call(n)
    spent, used = time.perf_counter() - began, time.process_time() - cpu
    yield Figure(name=f"{name}, CPU", value=used / times * 1000, unit="ms")
    yield Figure(name=name, value=spent / times * 1000, unit="ms")


def _orders(count: int) -> Iterator[SourceRow]:
    line = OrderLine(title="Walking boot", options={"size": "42"}, price=_USD)
    raw = {"note": "x" * 300}
    for n in range(count):
        order = Order(
            id=f"#W{n}", customer_id=f"c{n % 5000}", email=f"buyer{n}@example.com",
            placed_at=_AT, total=_USD, lines=(line, line),
        )  # fmt: skip
        yield SourceRow(record=order, raw={"id": n, **raw}, source="bench", row=n + 1)


def _parcels(count: int) -> Iterator[SourceRow]:
    for n in range(count):
        customer = Customer(id=f"c{n}", name="Ana", email=f"buyer{n}@example.com")
        shipment = Shipment(id=f"s{n}", order_id=f"#W{n}", tracking_no=f"1Z{n}")
        events = (
            TrackingEvent(id=f"e{n}-{k}", tracking_no=f"1Z{n}", at=_AT, state="moving")
            for k in range(5)
        )
        for record in (customer, shipment, *events):
            yield SourceRow(record=record, raw={}, source="bench")


def _run(tenant: str, id_: str) -> Run:
    return Run(
        id=id_, tenant=tenant, thread=f"thread of {id_}", actor="buyer", audience="buyer",
        request={"text": "where is my order W1?"}, started_at=_AT,
    )  # fmt: skip


def _spans(run: Run) -> list[Span]:
    """Four steps and four effects with a few hundred bytes each."""
    return [
        Span(
            run=run.id, path="0", ordinal=n, kind="tool" if n % 2 else "step", name="orders.find",
            started_us=n, duration_us=1, request_hash="0" * 64 if n % 2 else "",
            request={"order_id": "W1"} if n % 2 else None,
            response={"text": "x" * 400} if n % 2 else None,
        )
        for n in range(8)
    ]  # fmt: skip
