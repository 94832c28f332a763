"""Runs and their journal in SQL, for one tenant."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from stores import leases, tables
from stores.keys import micros, plain
from stores.link import Link, Row, Values, Write
from stores.run_rows import Told, effect_rows, read_run, read_span, run_row, span_rows, tell
from stores.subjects import Subjects
from stores.threads import keep
from stores.vault import Seal
from tradewind.base import Time
from tradewind.errors import InvalidInput, NotFound, PlatformError
from tradewind.ports.storage import Heard
from tradewind.trace import Run, Span

_r = tables.runs.c
_MINE = _r.tenant == bindparam("tenant")
_START = insert(tables.runs)
# Who came up before a pause stays named.
_NAMED = func.coalesce(_r.named + " " + bindparam("named"), bindparam("named"), _r.named)
_FINISH = (
    update(tables.runs)
    .where(
        _r.tenant == bindparam("of_tenant"),
        _r.id == bindparam("of_run"),
        _r.fence.is_not_distinct_from(bindparam("of_fence")),
    )
    .values(
        status=bindparam("status"),
        body=bindparam("body"),
        fence=null(),
        sealed=bindparam("sealed"),
        named=_NAMED,
    )
)
_KEEP = (
    update(tables.runs)
    .where(
        _r.tenant == bindparam("of_tenant"), _r.id == bindparam("of_run"),
        _r.fence == bindparam("of_fence"),
    )
    .values(
        status=bindparam("status"), body=bindparam("body"), sealed=bindparam("sealed"),
        named=_NAMED,
    )
)  # fmt: skip
_TAKEN = (
    update(tables.runs)
    .where(_r.tenant == bindparam("of_tenant"), _r.id == bindparam("of_run"))
    .values(fence=bindparam("fence"))
)
_RUN = select(_r.body, _r.sealed).where(_MINE, _r.id == bindparam("run"))
_NEWEST = (
    select(_r.body, _r.sealed).where(_MINE).order_by(_r.started_at.desc(), _r.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_SINCE = (
    select(_r.body, _r.sealed, _r.started_at, _r.id)
    .where(
        _MINE, or_(
            _r.started_at > bindparam("at"),
            and_(_r.started_at == bindparam("at"), _r.id > bindparam("after")),
        ),
    )
    .order_by(_r.started_at, _r.id).limit(bindparam("limit"))
)  # fmt: skip
PAGE = 500
_WAITING = (
    select(_r.body, _r.sealed).where(_MINE, _r.status == "waiting").order_by(_r.started_at, _r.id)
)  # fmt: skip
_LOCKED = _RUN.with_for_update()
_l = tables.leases.c
_STALE = (
    select(_r.body, _r.sealed)
    .where(
        _MINE, _r.fence.is_not(None), _r.status == "running",
        ~exists().where(
            _l.tenant == _r.tenant, _l.thread == _r.thread, _l.fence == _r.fence,
            _l.until > bindparam("now"),
        ),
    )
    .order_by(_r.started_at, _r.id)
)  # fmt: skip
_NEWEST_OF = _NEWEST.where(_r.thread == bindparam("thread"))


def _spans() -> Select[*tuple[Any, ...]]:
    """The columns of `read_span`, oldest first."""
    s, e = tables.spans.c, tables.effects.c
    same = (s.tenant == e.tenant) & (s.run == e.run) & (s.path == e.path) & (s.ordinal == e.ordinal)
    return (
        select(
            s.run, s.path, s.ordinal, s.kind, s.name, s.started_us, s.duration_us, s.level,
            s.error, s.attributes, s.request_hash,
            func.coalesce(s.request, e.request), func.coalesce(s.response, e.response),
            s.sealed, e.sealed,
        )
        .select_from(tables.spans.outerjoin(tables.effects, same))
        .where(s.tenant == bindparam("tenant"), s.run == bindparam("run"))
        .order_by(s.started_us, s.path, s.ordinal)
    )  # fmt: skip


SPANS = _spans()


class SqlRuns:
    """RunStore over SQL: one commit at a turn's start, one at its end."""

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects

    def start(self, run: Run, until: Time | None = None) -> int:
        """Commit the run's row and take its thread's lease; gives the fence.

        Without `until` the run takes no lease (0). Raises Busy while another run's lease is
        live, InvalidInput for another tenant's run or a known id.
        """
        self._own(run)
        thread, began = plain(run.thread), micros(run.started_at)
        values: Values = {
            "tenant": self._tenant, "id": plain(run.id), "thread": thread,
            "status": run.status, "started_at": began,
        }  # fmt: skip
        told = tell(run)
        with self._link.write() as write:
            if until is None:
                leases.check_free(write, self._tenant, thread, began)
                fence = None
            else:
                fence = self._take(write, run, began, until)
            seal, named = self._subjects.of_run(write, run, told.named())
            write.add(
                _START,
                {**values, "fence": fence, "named": named, **run_row(run, told, seal)},
                f"run {run.id}",
            )
        return fence or 0

    def finish(
        self,
        run: Run,
        spans: Sequence[Span],
        heard: Heard | None = None,
        fence: int | None = None,
    ) -> None:
        """Commit the run's end, its spans, its effects and what its thread heard, at once, and
        give the lease back.

        A span is known by path and ordinal: given again (a run that paused and went on) it
        replaces the earlier one. Raises NotFound for a run that was not started, InvalidInput
        for two spans in one place, LeaseLost when the fence is no longer the lease's.
        """
        self._own(run)
        _check(run, spans)
        told = tell(run, spans, heard)
        with self._link.write() as write:
            seal = self._end(write, _FINISH, run, told, fence or None)
            if fence:
                leases.give_back(write, self._tenant, plain(run.thread), fence)
            _write_journal(write, run, told, seal)
            keep(write, self._tenant, run.thread, told, seal)

    def keep(self, run: Run, spans: Sequence[Span], fence: int, until: Time) -> None:
        """Commit what a run has done so far and hold its lease longer.

        Raises NotFound; LeaseLost, and writes nothing, when the fence is no longer the lease's.
        """
        self._own(run)
        _check(run, spans)
        told = tell(run, spans)
        with self._link.write() as write:
            seal = self._end(write, _KEEP, run, told, fence)
            leases.renew(write, self._tenant, plain(run.thread), fence, micros(until))
            _write_journal(write, run, told, seal)

    def renew(self, thread: str, fence: int, until: Time) -> None:
        """Hold the lease longer. Raises LeaseLost."""
        with self._link.write() as write:
            leases.renew(write, self._tenant, plain(thread), fence, micros(until))

    def take_over(self, run_id: str, now: Time, until: Time) -> int:
        """Take the lease for a run that has not ended and whose thread's lease is free.

        Raises NotFound, InvalidInput for a run that has ended, Busy while the lease is live.
        """
        with self._link.write() as write:
            rows = write.rows(_LOCKED, {"tenant": self._tenant, "run": plain(run_id)})
            if not rows:
                raise NotFound(f"there is no run {run_id}.", "List the stale ones.")
            run = Run.model_validate_json(rows[0][0])  # its thread and status are never sealed
            if run.status not in ("running", "waiting"):
                raise InvalidInput(f"run {run_id} is {run.status}.", "An end stands.")
            fence = self._take(write, run, micros(now), until)
            write.run(_TAKEN, {
                "of_tenant": self._tenant, "of_run": plain(run.id), "fence": fence,
            })  # fmt: skip
        return fence

    def stale(self, now: Time) -> Sequence[Run]:
        """Runs that are still running though their lease has expired; oldest first."""
        return self._read(self._link.rows(_STALE, {"tenant": self._tenant, "now": micros(now)}))

    def waiting(self) -> Sequence[Run]:
        """Runs that wait for people; oldest first."""
        return self._read(self._link.rows(_WAITING, {"tenant": self._tenant}))

    def run(self, run_id: str) -> Run | None:
        values = {"tenant": self._tenant, "run": plain(run_id)}
        found = self._read(self._link.rows(_RUN, values))
        return found[0] if found else None

    def runs(self, limit: int = 50, thread: str | None = None) -> Sequence[Run]:
        """Newest first."""
        values = {"tenant": self._tenant, "limit": limit}
        if thread is None:
            rows = self._link.rows(_NEWEST, values)
        else:
            rows = self._link.rows(_NEWEST_OF, values | {"thread": plain(thread)})
        return self._read(rows)

    def since(self, at: Time) -> Iterator[Run]:
        """Those begun at a time or later, oldest first, read in pages: never all in memory."""
        began, after = micros(at), ""
        while True:
            values = {"tenant": self._tenant, "at": began, "after": after, "limit": PAGE}
            rows = self._link.rows(_SINCE, values)
            yield from self._read([row[:2] for row in rows])
            if len(rows) < PAGE:
                return
            began, after = rows[-1][2], rows[-1][3]

    def spans(self, run_id: str) -> Sequence[Span]:
        """In the order in which they started."""
        values = {"tenant": self._tenant, "run": plain(run_id)}
        rows = self._link.rows(SPANS, values)
        opener = self._subjects.opener(self._link, (sealed for row in rows for sealed in row[13:]))
        return tuple(read_span(self._tenant, row, opener) for row in rows)

    def _read(self, rows: Sequence[Row]) -> tuple[Run, ...]:
        opener = self._subjects.opener(self._link, (sealed for _, sealed in rows))
        return tuple(read_run(row, opener) for row in rows)

    def _take(self, write: Write, run: Run, now: int, until: Time) -> int:
        thread, id_ = plain(run.thread), plain(run.id)
        return leases.take(write, self._tenant, thread, id_, now, micros(until))

    def _end(
        self, write: Write, statement: Update, run: Run, told: Told, fence: int | None
    ) -> Seal | None:
        """Write the run's row; gives how it is sealed. Raises NotFound, LeaseLost."""
        seal, named = self._subjects.of_run(write, run, told.named())
        of: Values = {
            "of_tenant": self._tenant, "of_run": plain(run.id), "of_fence": fence,
            "status": run.status, "named": named,
        }  # fmt: skip
        if not write.run(statement, {**of, **run_row(run, told, seal)}):
            raise self._unfinished(write, run)
        return seal

    def _unfinished(self, write: Write, run: Run) -> PlatformError:
        if write.rows(_RUN, {"tenant": self._tenant, "run": plain(run.id)}):
            return leases.lost(run.thread)
        return NotFound(f"run {run.id} was not started.", "Start it before it is finished.")

    def _own(self, run: Run) -> None:
        if run.tenant != self._tenant:
            raise InvalidInput(
                f"run {run.id} is tenant {run.tenant}'s, the store is {self._tenant}'s.",
                "Open the store of the run's tenant.",
            )


def _write_journal(write: Write, run: Run, told: Told, seal: Seal | None) -> None:
    write.upsert(tables.spans, span_rows(run, told, seal))
    write.upsert(tables.effects, effect_rows(run, told, seal))


def _check(run: Run, given: Sequence[Span]) -> None:
    places: set[tuple[str, int]] = set()
    for span in given:
        place = (span.path, span.ordinal)
        if span.run != run.id or place in places:
            raise InvalidInput(
                f"span {span.name} of run {span.run} at {place} does not fit run {run.id}.",
                "Give each span of a run a place of its own.",
            )
        places.add(place)
