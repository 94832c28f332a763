"""The world of a kill: a small shop's store, opened by each worker for itself."""

import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.assistant import Assistant
from agents.books import Books
from agents.delivery import Hands
from agents.policy import Policy
from agents.turns import Shop
from connectors.outside import open_outside
from stores.open import SqlDatabase, open_database
from tradewind.commerce import SourceRow
from tradewind.orders import OrderPolicy
from tradewind.ports.storage import Heard
from tradewind.trace import Run
from wiring.bench.kill.courses import COURSES, GRANTS, NOON, RECORDS, TENANT, THREAD, Course
from wiring.bench.kill.points import Points, Watched
from wiring.bench.kill.receiver import Manners, Receiver
from wiring.platform import Platform

AGE = timedelta(hours=1)
"""What passes between a worker's death, or its being stopped, and the recovery: every lease is
over."""

EARLIER = "run_earlier"
"""The run that left what a thread knows before a course."""


@dataclass(frozen=True)
class World:
    """What all workers share. The assistant has no model, the receiver is other processes.

    There is one store at a time, always in the same place: its statements are compiled once, in
    the parent, which holds no connection while it forks.
    """

    assistant: Assistant
    policy: Policy
    orders: OrderPolicy
    receiver: Receiver
    database: SqlDatabase
    store: Path

    @classmethod
    def open(cls, platform: Platform, receiver: Receiver, work: Path) -> "World":
        store = work / "store.db"
        world = cls(
            platform.assistant, platform.policy, platform.order_policy(TENANT.id), receiver,
            open_database(f"sqlite:///{store}"), store,
        )  # fmt: skip
        for course in COURSES:
            world._make_template(course)
        return world

    def lay(self, course: Course) -> None:
        """Put the store in place as it is before the course."""
        for name in ("store.db-wal", "store.db-shm"):
            self.store.with_name(name).unlink(missing_ok=True)
        shutil.copyfile(self._template(course), self.store)

    @contextmanager
    def shop(
        self, manners: Manners, account: str, points: Points, *, recovering: bool = False
    ) -> Generator[Shop]:
        """The shop as a worker opens it."""
        database, url = self.database, self.receiver.url(manners, recovering=recovering)
        hands = Hands(
            ledger=database.ledger(TENANT.id), rules=database.rules(TENANT.id),
            outside=Watched(open_outside(url, account), points), policy=self.policy,
            clock=lambda: datetime.now(UTC) + (AGE if points.woken else timedelta()),
            books=Books(self.assistant.road.tools, database.shop(TENANT.id)),
        )  # fmt: skip
        yield Shop(
            reader=database.shop(TENANT.id), search=None, runs=database.runs(TENANT.id),
            threads=database.threads(TENANT.id), hands=hands, orders=self.orders,
        )  # fmt: skip
        database.close()

    def let_leases_end(self) -> None:
        """Time passes: no lease in the store is live."""
        age = round(AGE.total_seconds() * 1_000_000)
        with closing(sqlite3.connect(self.store, timeout=10.0)) as db, db:
            db.execute("UPDATE leases SET until = until - ? WHERE until > 0", (age,))
            db.execute("UPDATE ledger SET lease_until = lease_until - ?", (age,))

    def _template(self, course: Course) -> Path:
        return self.store.with_name(f"before {course.name}.db")

    def _make_template(self, course: Course) -> None:
        """A shop of two orders, the rules of the course, what its thread knows."""
        database = open_database(f"sqlite:///{self._template(course)}")
        database.tenants().put_tenant(TENANT)
        database.shop(TENANT.id).put(
            SourceRow(record=record, raw={}, source="bench") for record in RECORDS
        )
        for rule in GRANTS if course.granted else ():
            database.rules(TENANT.id).put(rule)
        if course.state is not None:
            _hear(database, Heard(state=course.state.model_dump(mode="json")))
        database.close()


def _hear(database: SqlDatabase, heard: Heard) -> None:
    """A run that left something in the thread."""
    run = Run(
        id=EARLIER, tenant=TENANT.id, thread=THREAD, actor="ann", audience="merchant",
        request={}, status="done", started_at=NOON,
    )  # fmt: skip
    database.runs(TENANT.id).start(run)
    database.runs(TENANT.id).finish(run, (), heard)
