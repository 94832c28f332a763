"""What is measured, in SQL, for one tenant: votes, visits, and buyers' runs by thread, in pages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Select, and_, bindparam, delete, insert, or_, select

from stores import tables
from stores.keys import instant, micros, plain
from stores.link import Link, Row, Values
from tradewind.base import Time
from tradewind.measures import Arm, Mark, Visit, Vote
from tradewind.ports.measures import Held, Passed, Said, Spoken

PAGE = 1000
_r, _v, _h, _s, _w, _o = (
    tables.runs.c, tables.votes.c, tables.handovers.c, tables.handover_steps.c, tables.visits.c,
    tables.orders.c,
)  # fmt: skip


def _after(*columns: Any) -> Any:
    """Rows that come after :k0, :k1, … in the order of these columns."""
    last = len(columns) - 1
    return or_(*(
        and_(*(columns[j] == bindparam(f"k{j}") for j in range(i)), columns[i] > bindparam(f"k{i}"))
        for i in range(last + 1)
    ))  # fmt: skip


def _pages(*, of: Sequence[Any], keys: Sequence[Any], where: Sequence[Any]) -> Any:
    first = keys[0]
    return (
        select(*keys, *of)
        .where(first.table.c.tenant == bindparam("tenant"), first >= bindparam("k0"),
               _after(*keys), *where)
        .order_by(*keys).limit(PAGE)
    )  # fmt: skip


_SINCE = bindparam("since")
_SPOKEN = _pages(of=[_r.body], keys=[_r.thread, _r.started_at, _r.id],
                 where=[_r.started_at >= _SINCE])  # fmt: skip
_VOTES = _pages(of=[_v.helped, _v.at], keys=[_v.thread, _v.run], where=[])
_PASSED = _pages(of=[_h.body], keys=[_h.thread, _h.opened_at, _h.id],
                 where=[_h.opened_at >= _SINCE])  # fmt: skip
_HELD = _pages(of=[_s.kind, _s.at], keys=[_s.handover, _s.n], where=[_s.at >= _SINCE])
_VISITS = _pages(of=[_w.arm, _w.share], keys=[_w.at, _w.mark], where=[])
_BOUGHT = _pages(of=[_o.body, _o.raw], keys=[_o.id], where=[_o.raw.contains(bindparam("word"))])
_OWN_RUN = select(_r.id).where(
    _r.tenant == bindparam("tenant"), _r.id == bindparam("run"), _r.thread == bindparam("thread")
)
_VISIT = select(_w.arm, _w.share, _w.at).where(
    _w.tenant == bindparam("tenant"), _w.mark == bindparam("mark")
)
_ADD_VISIT = insert(tables.visits)
_DROP = delete(tables.visits).where(_w.tenant == bindparam("tenant"), _w.mark == bindparam("mark"))
_DROP_OLD = delete(tables.visits).where(
    _w.tenant == bindparam("tenant"), _w.at < bindparam("before")
)


class SqlMeasures:
    """MeasureStore over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def vote(self, vote: Vote) -> bool:
        of: Values = {
            "tenant": self._tenant, "thread": plain(vote.thread), "run": plain(vote.run)
        }  # fmt: skip
        if not self._link.rows(_OWN_RUN, of):
            return False
        with self._link.write() as write:
            told = {"helped": vote.helped, "at": micros(vote.at)}
            write.upsert(tables.votes, [{**of, **told}])
        return True

    def visit(self, visit: Visit) -> Visit:
        of = {"tenant": self._tenant, "mark": plain(visit.mark)}
        with self._link.write() as write:
            write.queue(self._tenant)
            if found := write.rows(_VISIT, of):
                arm, share, at = found[0]
                return Visit(mark=visit.mark, arm=arm, share=share, at=instant(at))
            told = {"arm": visit.arm, "share": visit.share, "at": micros(visit.at)}
            write.run(_ADD_VISIT, {**of, **told})
        return visit

    def forget_visit(self, mark: str) -> bool:
        with self._link.write() as write:
            return write.run(_DROP, {"tenant": self._tenant, "mark": plain(mark)}) > 0

    def forget_visits(self, before: Time) -> int:
        with self._link.write() as write:
            return write.run(_DROP_OLD, {"tenant": self._tenant, "before": micros(before)})

    def arm(self, mark: str) -> Arm | None:
        """Which arm a known visitor is in."""
        found = self._link.rows(_VISIT, {"tenant": self._tenant, "mark": plain(mark)})
        return found[0][0] if found else None

    def spoken(self, since: Time) -> Iterator[Spoken]:
        for thread, at, run, body in self._all(_SPOKEN, 3, since=micros(since)):
            told = from_json(body)
            if told["audience"] == "buyer" and told.get("forked_from") is None:
                yield _spoken(thread, at, run, told)

    def votes(self) -> Iterator[Said]:
        for thread, run, helped, at in self._all(_VOTES, 2):
            yield Said(thread, at, run, bool(helped))

    def passed(self, since: Time) -> Iterator[Passed]:
        for thread, at, _, body in self._all(_PASSED, 3, since=micros(since)):
            yield Passed(thread, at, from_json(body)["run"])

    def held(self, since: Time) -> Iterator[Held]:
        for handover, _, kind, at in self._all(_HELD, 2, since=micros(since)):
            yield Held(handover, kind, at)

    def visits(self, since: Time) -> Iterator[Visit]:
        for at, mark, arm, share in self._all(_VISITS, 2, begin=(micros(since), "")):
            yield Visit.unchecked(mark=mark, arm=arm, share=share, at=instant(at))

    def bought(self, word: str) -> Iterator[tuple[str, str, str]]:
        for row in self._all(_BOUGHT, 1, word=word):
            yield row[0], row[1], row[2]

    def _all(
        self, page: Select[Any], keys: int, begin: tuple[int | str, ...] | None = None,
        **values: int | str,
    ) -> Iterator[Row]:  # fmt: skip
        """Every row, a page at a time; the first `keys` columns are those that order them."""
        last: tuple[int | str, ...] = begin or ("", *(-1 for _ in range(keys - 1)))
        while True:
            at = {f"k{i}": _kind(page, i, value) for i, value in enumerate(last)}
            rows = self._link.rows(page, {"tenant": self._tenant, **values, **at})
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][:keys]


def _kind(page: Select[Any], i: int, value: int | str) -> int | str:
    """The value as the column takes it: what comes before every text is the empty one."""
    return "" if value == -1 and page.selected_columns[i].type.python_type is str else value


def _spoken(thread: str, at: int, run: str, told: Mapping[str, Any]) -> Spoken:
    mark = told.get("mark")
    return Spoken(
        thread, at, run, told["actor"], told["status"],
        None if mark is None else Mark.unchecked(**mark), told["cost_micros"],
        tuple(told.get("unpriced") or ()), told["tokens"], told.get("cpu_seconds"),
    )  # fmt: skip
