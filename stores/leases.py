"""Leases of threads: who may carry a run on, and a fence that tells a late worker apart.

All within a transaction of the caller's; times are microseconds since 1970.
"""

from sqlalchemy import bindparam, select, text, update

from stores.keys import instant
from stores.link import Write
from stores.tables import leases, runs
from tradewind.errors import Busy, LeaseLost

_l = leases.c
_THREAD = (_l.tenant == bindparam("tenant"), _l.thread == bindparam("thread"))
_OWN = (
    _l.tenant == bindparam("of_tenant"),
    _l.thread == bindparam("of_thread"),
    _l.fence == bindparam("of_fence"),
    _l.run != "",
)
# One statement takes: of two workers the second finds a time that is not over.
_TAKE = text(
    "INSERT INTO leases (tenant, thread, run, fence, until) "
    "VALUES (:tenant, :thread, :run, 1, :until) "
    "ON CONFLICT (tenant, thread) DO UPDATE "
    "SET run = excluded.run, fence = leases.fence + 1, until = excluded.until "
    "WHERE leases.until <= :now RETURNING fence"
)
_LIVE = select(_l.run, _l.until).where(*_THREAD, _l.until > bindparam("now"))
_GIVE_BACK = update(leases).where(*_OWN).values(run="", until=0)
_HELD = (
    select(_l.thread)
    .join(runs, (runs.c.tenant == _l.tenant) & (runs.c.thread == _l.thread))
    .where(
        runs.c.tenant == bindparam("tenant"), runs.c.id == bindparam("run"),
        runs.c.fence == bindparam("fence"), _l.fence == bindparam("fence"), _l.run != "",
    )
    .with_for_update(of=leases)
)  # fmt: skip
_RENEW = update(leases).where(*_OWN).values(until=bindparam("until"))


def take(write: Write, tenant: str, thread: str, run: str, now: int, until: int) -> int:
    """Take the thread's lease for the run; gives the fence. Raises Busy while it is live."""
    values = {"tenant": tenant, "thread": thread, "run": run, "now": now, "until": until}
    taken = write.rows(_TAKE, values)
    if taken:
        return taken[0][0]
    check_free(write, tenant, thread, now)
    raise Busy(f"thread {thread} was taken and given back just now.", "Do it again.")


def check_free(write: Write, tenant: str, thread: str, now: int) -> None:
    """Raises Busy while the thread's lease is live."""
    held = write.rows(_LIVE, {"tenant": tenant, "thread": thread, "now": now})
    if held:
        raise _busy(thread, *held[0])


def _busy(thread: str, run: str, until: int) -> Busy:
    return Busy(
        f"run {run} is at work in thread {thread}.",
        f"Wait for its answer, until {instant(until):%H:%M:%S} UTC at most.",
    )


def give_back(write: Write, tenant: str, thread: str, fence: int) -> None:
    """Free the lease. Raises LeaseLost when the fence is no longer its own."""
    if not write.run(_GIVE_BACK, {"of_tenant": tenant, "of_thread": thread, "of_fence": fence}):
        raise lost(thread)


def renew(write: Write, tenant: str, thread: str, fence: int, until: int) -> None:
    """Hold the lease longer. Raises LeaseLost as `give_back` does."""
    values = {"of_tenant": tenant, "of_thread": thread, "of_fence": fence, "until": until}
    if not write.run(_RENEW, values):
        raise lost(thread)


def check_held(write: Write, tenant: str, run: str, fence: int | None) -> None:
    """Hold the lease of the run's thread until the transaction ends; None asks nothing.

    Raises LeaseLost when the fence is no longer its own.
    """
    if fence is None:
        return
    if not write.rows(_HELD, {"tenant": tenant, "run": run, "fence": fence}):
        raise lost(f"of run {run}")


def lost(thread: str) -> LeaseLost:
    return LeaseLost(
        f"the lease of thread {thread} has gone to another worker.",
        "Drop this run's work: who holds the lease carries it on.",
    )
