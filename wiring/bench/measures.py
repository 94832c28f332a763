"""What counting a large shop's conversations costs: 100,000 of them, sealed as they are kept."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from agents.measures.view import measure
from tradewind.base import Money
from tradewind.commerce import Order, SourceRow
from tradewind.errors import BackendError
from tradewind.measures import Mark, Vote
from tradewind.ports.storage import Database, Heard
from tradewind.trace import Run
from wiring.bench.figure import Figure, Place
from wiring.bench.growth import TENANT
from wiring.bench.imports import peak_megabytes
from wiring.bench.overhead import bare_platform

CONVERSATIONS = 100_000
PROVEN = 3
"""One in so many has a proven order."""
CUSTOMERS = 20_000
DAYS = 60
CPU_AIM, MEMORY_AIM = 20.0, 200.0
_INTENTS = ("order_status", "product_question", "return_refund", "delivery_estimate")
_BASELINE = """
SELECT thread, count(*), max(started_at), sum(json_extract(body, '$.mark.answered')) FROM runs
WHERE tenant = ? AND json_extract(body, '$.audience') = 'buyer' GROUP BY thread
"""


def measure_measures(place: Place, conversations: int = CONVERSATIONS) -> Iterator[Figure]:
    """CPU seconds and memory of `tradewind measures` over these many conversations; in a third of
    them an order is proven."""
    now = datetime.now(UTC)
    with closing(bare_platform(place)) as platform:
        platform.database.tenants().put_tenant(TENANT)
        runs = _fill(platform.database, conversations, now)
        began = time.process_time()
        baseline = _by_sql(place)
        plain = time.process_time() - began
        held, began = _fresh_peak(), time.process_time()
        sources, since = platform.sources(TENANT.id), now - timedelta(days=DAYS + 1)
        found = measure(sources, platform.kit.measures, since, now)
        seconds = time.process_time() - began
    if found.service.conversations != conversations or baseline != conversations:
        raise BackendError(
            f"{found.service.conversations} of {conversations} conversations were counted.",
            "Look at agents/measures.",
        )
    note = f"{conversations} conversations of {runs} runs, a third with a proven order"
    yield Figure.of(
        "measures", seconds, "CPU s", baseline=plain, aim=CPU_AIM,
        note=f"{note}; baseline: SQLite alone groups the runs by thread, with no definition kept",
    )  # fmt: skip
    yield Figure.of(
        "measures_memory", peak_megabytes() - held, "MB", aim=MEMORY_AIM,
        note=f"by which the process's peak grew, from {held:.0f} MB",
    )  # fmt: skip


def _fresh_peak() -> float:
    """The memory held now; where the system can, peaks from here on are told anew."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")  # proc(5): resets the peak resident set size
    return peak_megabytes()


def _by_sql(place: Place) -> int:
    """How many threads there are, from one statement."""
    file = next((place.work / "home").glob("*.db"))
    with closing(sqlite3.connect(file)) as connection:
        return len(connection.execute(_BASELINE, (TENANT.id,)).fetchall())


def _fill(database: Database, conversations: int, now: datetime) -> int:
    """A thread a conversation, of one to three turns; gives how many runs that are."""
    chance, written = Random(7), 0
    database.shop(TENANT.id).put(
        SourceRow(record=_order(n), raw={}, source="bench") for n in range(CUSTOMERS)
    )
    runs, measures = database.runs(TENANT.id), database.measures(TENANT.id)
    for n in range(conversations):
        thread, began = f"buyer_{n:08x}:t", now - timedelta(minutes=chance.randrange(DAYS * 1440))
        proven, turns = n % PROVEN == 0, chance.choice((1, 1, 2, 3))
        for k in range(turns):
            run = _run(f"run_{n:08x}{k}", thread, began + timedelta(minutes=k), chance, proven)
            runs.start(run)
            if proven and k == turns - 1:
                state = {"verified_order": f"#W{n % CUSTOMERS}"}
                runs.finish(run, (), Heard(state=dict(state)))
            if k == turns - 1 and chance.random() < 0.1:
                yes = chance.random() < 0.8
                measures.vote(Vote(thread=thread, run=run.id, helped=yes, at=now))
        written += turns
    return written


def _run(id: str, thread: str, at: datetime, chance: Random, proven: bool) -> Run:
    mark = Mark(
        asked=True, answered=chance.random() < 0.8, handed=chance.random() < 0.1, proven=proven,
        intent=chance.choice(_INTENTS), language="en",
    )  # fmt: skip
    return Run(
        id=id, tenant=TENANT.id, thread=thread, actor=thread.partition(":")[0], audience="buyer",
        request={"text": "Where is my order? It has not arrived yet."}, status="done",
        answer={"text": "Your order is on its way."}, started_at=at, seconds=0.1, tokens=400,
        cost_micros=120, cpu_seconds=0.05, mark=mark,
    )  # fmt: skip


def _order(n: int) -> Order:
    return Order(
        id=f"#W{n}", customer_id=f"c{n}", email=f"buyer{n}@example.com",
        total=Money(minor=4666, currency="USD"),
    )  # fmt: skip
