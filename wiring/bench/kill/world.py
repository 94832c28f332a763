"""The world of a kill: a small shop's store, opened by each worker for itself."""

import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.assistant import Assistant
from agents.delivery import Hands
from agents.policy import Policy
from agents.turns import Shop
from connectors.outside import open_outside
from stores.open import SqlDatabase, open_database
from tradewind.commerce import SourceRow
from tradewind.ports.storage import Heard
from tradewind.trace import Run
from wiring.bench.kill.courses import GRANTS, NOON, RECORDS, TENANT, THREAD, Course
from wiring.bench.kill.points import Points, Watched
from wiring.bench.kill.receiver import Manners, Receiver

AGE = timedelta(hours=1)
"""What passes between a worker's death and the recovery: every lease is over."""

EARLIER = "run_earlier"
"""The run that left what a thread knows before a course."""


@dataclass(frozen=True)
class World:
    """What all workers share. The assistant has no model, the receiver is other processes."""

    assistant: Assistant
    policy: Policy
    receiver: Receiver
    work: Path

    def template(self, course: Course) -> Path:
        """The store as it is before a course."""
        return self.work / f"before {course.name}.db"

    def make_template(self, course: Course) -> None:
        """A shop of two orders, the rules of the course, what its thread knows."""
        database = open_database(f"sqlite:///{self.template(course)}")
        database.tenants().put_tenant(TENANT)
        database.shop(TENANT.id).put(
            SourceRow(record=record, raw={}, source="bench") for record in RECORDS
        )
        for rule in GRANTS if course.granted else ():
            database.rules(TENANT.id).put(rule)
        if course.state is not None:
            _hear(database, Heard(state=course.state.model_dump(mode="json")))
        database.close()
        with closing(sqlite3.connect(self.template(course))) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def place(self, course: Course, number: int) -> Path:
        """A folder with a store of its own."""
        folder = self.work / f"round{number}"
        folder.mkdir()
        shutil.copyfile(self.template(course), folder / "store.db")
        return folder

    @contextmanager
    def shop(
        self, folder: Path, manners: Manners, account: str, points: Points, *,
        recovering: bool = False,
    ) -> Generator[Shop]:  # fmt: skip
        """The shop as a worker opens it."""
        points.watch_store()
        database = open_database(f"sqlite:///{folder / 'store.db'}")
        url = self.receiver.url(manners, recovering=recovering)
        hands = Hands(
            ledger=database.ledger(TENANT.id), rules=database.rules(TENANT.id),
            outside=Watched(open_outside(url, account), points), policy=self.policy,
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        yield Shop(
            reader=database.shop(TENANT.id), search=None, runs=database.runs(TENANT.id),
            threads=database.threads(TENANT.id), hands=hands,
        )  # fmt: skip
        database.close()


def let_leases_end(folder: Path) -> None:
    """Time passes: no lease in the store is live."""
    age = round(AGE.total_seconds() * 1_000_000)
    with closing(sqlite3.connect(folder / "store.db", timeout=10.0)) as db, db:
        db.execute("UPDATE leases SET until = until - ? WHERE until > 0", (age,))
        db.execute("UPDATE ledger SET lease_until = lease_until - ?", (age,))


def _hear(database: SqlDatabase, heard: Heard) -> None:
    """A run that left something in the thread."""
    run = Run(
        id=EARLIER, tenant=TENANT.id, thread=THREAD, actor="ann", audience="merchant",
        request={}, status="done", started_at=NOON,
    )  # fmt: skip
    database.runs(TENANT.id).start(run)
    database.runs(TENANT.id).finish(run, (), heard)
