"""Runs and their journal in SQL, for one tenant."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Select, bindparam, func, insert, select, update

from stores import tables
from stores.body import dump, dump_value, load_value
from stores.keys import micros, plain
from stores.link import Link, Row, Values
from stores.threads import keep
from tradewind.errors import InvalidInput, NotFound
from tradewind.ports.storage import Heard
from tradewind.trace import Run, Span

_r = tables.runs.c
_MINE = _r.tenant == bindparam("tenant")
_START = insert(tables.runs)
_FINISH = (
    update(tables.runs)
    .where(_r.tenant == bindparam("of_tenant"), _r.id == bindparam("of_run"))
    .values(status=bindparam("status"), body=bindparam("body"))
)
_RUN = select(_r.body).where(_MINE, _r.id == bindparam("run"))
_NEWEST = (
    select(_r.body).where(_MINE).order_by(_r.started_at.desc(), _r.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_NEWEST_OF = _NEWEST.where(_r.thread == bindparam("thread"))


def _spans() -> Select[*tuple[Any, ...]]:
    """The columns of `_span`, oldest first."""
    s, e = tables.spans.c, tables.effects.c
    same = (s.tenant == e.tenant) & (s.run == e.run) & (s.path == e.path) & (s.ordinal == e.ordinal)
    return (
        select(
            s.run, s.path, s.ordinal, s.kind, s.name, s.started_us, s.duration_us, s.level,
            s.error, s.attributes, s.request_hash,
            func.coalesce(s.request, e.request), func.coalesce(s.response, e.response),
        )
        .select_from(tables.spans.outerjoin(tables.effects, same))
        .where(s.tenant == bindparam("tenant"), s.run == bindparam("run"))
        .order_by(s.started_us, s.path, s.ordinal)
    )  # fmt: skip


_SPANS = _spans()


class SqlRuns:
    """RunStore over SQL: one commit at a turn's start, one at its end."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def start(self, run: Run) -> None:
        """Commit the run's row. Raises InvalidInput for another tenant's run or a known id."""
        self._own(run)
        values: Values = {
            "tenant": self._tenant, "id": plain(run.id), "thread": plain(run.thread),
            "status": run.status, "started_at": micros(run.started_at), "body": dump(run),
        }  # fmt: skip
        with self._link.write() as write:
            write.add(_START, values, f"run {run.id}")

    def finish(self, run: Run, spans: Sequence[Span], heard: Heard | None = None) -> None:
        """Commit the run's end, its spans, its effects and what its thread heard, at once.

        A span is known by path and ordinal: given again (a run that paused and went on) it
        replaces the earlier one. Raises NotFound for a run that was not started, InvalidInput
        for two spans in one place.
        """
        self._own(run)
        _check(run, spans)
        of_run = plain(run.id)
        span_rows = [_span_row(self._tenant, of_run, span) for span in spans]
        effect_rows = [_effect_row(self._tenant, of_run, s) for s in spans if s.kind != "step"]
        values = {
            "of_tenant": self._tenant, "of_run": of_run, "status": run.status, "body": dump(run),
        }  # fmt: skip
        with self._link.write() as write:
            if not write.run(_FINISH, values):
                raise NotFound(f"run {run.id} was not started.", "Start it before it is finished.")
            write.upsert(tables.spans, span_rows)
            write.upsert(tables.effects, effect_rows)
            if heard is not None:
                keep(write, self._tenant, run.thread, heard)

    def run(self, run_id: str) -> Run | None:
        values = {"tenant": self._tenant, "run": plain(run_id)}
        rows = self._link.rows(_RUN, values)
        return Run.model_validate_json(rows[0][0]) if rows else None

    def runs(self, limit: int = 50, thread: str | None = None) -> Sequence[Run]:
        """Newest first."""
        values = {"tenant": self._tenant, "limit": limit}
        if thread is None:
            rows = self._link.rows(_NEWEST, values)
        else:
            rows = self._link.rows(_NEWEST_OF, values | {"thread": plain(thread)})
        return tuple(Run.model_validate_json(row[0]) for row in rows)

    def spans(self, run_id: str) -> Sequence[Span]:
        """In the order in which they started."""
        values = {"tenant": self._tenant, "run": plain(run_id)}
        return tuple(_span(row) for row in self._link.rows(_SPANS, values))

    def _own(self, run: Run) -> None:
        if run.tenant != self._tenant:
            raise InvalidInput(
                f"run {run.id} is tenant {run.tenant}'s, the store is {self._tenant}'s.",
                "Open the store of the run's tenant.",
            )


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


def _span_row(tenant: str, run: str, span: Span) -> Values:
    step = span.kind == "step"
    return {
        "tenant": tenant, "run": run, "path": plain(span.path), "ordinal": span.ordinal,
        "kind": span.kind, "name": plain(span.name), "started_us": span.started_us,
        "duration_us": span.duration_us, "level": span.level,
        "error": None if span.error is None else plain(span.error),
        "attributes": dump_value(span.attributes), "request_hash": span.request_hash,
        "request": dump_value(span.request) if step else None,
        "response": dump_value(span.response) if step else None,
    }  # fmt: skip


def _effect_row(tenant: str, run: str, span: Span) -> Values:
    return {
        "tenant": tenant, "run": run, "path": plain(span.path), "ordinal": span.ordinal,
        "kind": span.kind, "name": plain(span.name), "level": span.level,
        "request_hash": span.request_hash, "request": dump_value(span.request),
        "response": dump_value(span.response),
    }  # fmt: skip


def _span(row: Row) -> Span:
    run, path, ordinal, kind, name, started, duration, level, error, attributes, mark = row[:11]
    return Span(
        run=run, path=path, ordinal=ordinal, kind=kind, name=name, started_us=started,
        duration_us=duration, level=level, error=error,
        attributes=from_json(attributes),
        request_hash=mark, request=load_value(row[11]), response=load_value(row[12]),
    )  # fmt: skip
