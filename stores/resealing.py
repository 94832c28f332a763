"""Seals what an older version left in clear, so that an erase reaches it too."""

from sqlalchemy import bindparam, select, update

from stores import tables
from stores.keys import micros, plain
from stores.link import Link, Write
from stores.named import named_in
from stores.run_rows import effect_rows, read_run, read_span, run_row, span_rows, tell
from stores.runs import SPANS
from stores.subjects import Subjects
from stores.threads import state_row, turn_row
from stores.vault import Opener
from tradewind.ports.storage import Turn

PAGE = 200
_NOTHING = Opener({})
_MINE = bindparam("tenant")
_r, _t, _c = tables.runs.c, tables.turns.c, tables.conversations.c
_RUNS = (
    select(_r.body, _r.sealed).where(_r.tenant == _MINE, _r.sealed.is_(None))
    .limit(PAGE).with_for_update()
)  # fmt: skip
_RUN = (
    update(tables.runs)
    .where(_r.tenant == bindparam("of_tenant"), _r.id == bindparam("of_id"))
    .values(body=bindparam("body"), sealed=bindparam("sealed"), named=bindparam("named"))
)
_TURNS = select(_t.n, _t.thread, _t.body).where(_t.tenant == _MINE, _t.sealed.is_(None)).limit(PAGE)
_TURN = (
    update(tables.turns)
    .where(_t.n == bindparam("of_n"))
    .values(body=bindparam("body"), sealed=bindparam("sealed"))
)
_STATES = (
    select(_c.thread, _c.state).where(_c.tenant == _MINE, _c.sealed.is_(None)).limit(PAGE)
)  # fmt: skip
_LAST = (
    select(_r.id).where(_r.tenant == _MINE, _r.thread == bindparam("thread"))
    .order_by(_r.started_at.desc(), _r.id.desc()).limit(1)
)  # fmt: skip


def seal_old(link: Link, tenant: str, subjects: Subjects) -> int:
    """Seal the tenant's clear runs with their spans, turns and states, a page at a time; how many
    rows there were. Effects and approvals keep no clear rows: no released version wrote any."""
    total = 0
    for page in (_runs, _turns, _states):
        while True:
            with link.write() as write:
                sealed = page(write, tenant, subjects)
            total += sealed
            if sealed < PAGE:
                break
    return total


def _runs(write: Write, tenant: str, subjects: Subjects) -> int:
    rows = write.rows(_RUNS, {"tenant": tenant})
    for row in rows:
        run = read_run(row, _NOTHING)
        found = write.rows(SPANS, {"tenant": tenant, "run": plain(run.id)})
        spans = [read_span(tenant, span, _NOTHING) for span in found]
        told = tell(run, spans)
        seal, named = subjects.of_run(write, run, told.named())
        put = {**run_row(run, told, seal), "named": named}
        write.run(_RUN, {"of_tenant": tenant, "of_id": plain(run.id), **put})
        write.upsert(tables.spans, span_rows(run, told, seal))
        write.upsert(tables.effects, effect_rows(run, told, seal))
    return len(rows)


def _turns(write: Write, tenant: str, subjects: Subjects) -> int:
    rows = write.rows(_TURNS, {"tenant": tenant})
    for n, thread, body in rows:
        turn = Turn.model_validate_json(body)
        named = named_in(turn.text.encode())
        seal = subjects.of_effect(write, turn.run, named, micros(turn.at))
        write.run(_TURN, {"of_n": n, **turn_row(tenant, thread, turn, seal)})
    return len(rows)


def _states(write: Write, tenant: str, subjects: Subjects) -> int:
    rows = write.rows(_STATES, {"tenant": tenant})
    for thread, state in rows:
        last = write.rows(_LAST, {"tenant": tenant, "thread": thread})
        named = named_in(state.encode())
        seal = subjects.of_effect(write, last[0][0] if last else thread, named, 0)
        put = state_row(tenant, thread, state.encode(), seal)
        write.upsert(tables.conversations, [{"tenant": tenant, "thread": thread, **put}])
    return len(rows)
