"""Counters of the rate limits in SQL, shared by all processes of an installation."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Insert, Table, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from stores.keys import micros, plain
from stores.link import Link, Write
from stores.tables import rate_windows
from tradewind.ports.people import Hit

_r = rate_windows.c
_WINDOW = select(_r.count, _r.expires_at).where(_r.key == bindparam("key"))
_CLEAR = delete(rate_windows).where(_r.key == bindparam("key"))
_CLEAR_ALL = delete(rate_windows)
_OVER = select(_r.key).where(_r.expires_at < bindparam("now"))
_SWEEP = delete(rate_windows).where(_r.key.in_(_OVER.with_for_update(skip_locked=True)))
SWEEP_EVERY = 512
"""Hits of one handle between two clearings of windows that are over."""


def _statement(insert: Callable[[Table], sqlite.Insert | postgresql.Insert]) -> Insert:
    """Insert a window, count on in one that runs, or open it anew when it is over."""
    start = insert(rate_windows).values(
        key=bindparam("key"), count=bindparam("count"), expires_at=bindparam("expires_at")
    )
    over = _r.expires_at <= bindparam("now")
    return start.on_conflict_do_update(
        index_elements=[_r.key],
        set_={
            "count": case((over, start.excluded.count), else_=_r.count + start.excluded.count),
            "expires_at": case((over, start.excluded.expires_at), else_=_r.expires_at),
        },
    ).returning(_r.count)


_HIT = {"sqlite": _statement(sqlite.insert), "postgresql": _statement(postgresql.insert)}


class SqlRates:
    """RateStore over SQL."""

    def __init__(self, link: Link, clock: Callable[[], datetime]) -> None:
        self._link = link
        self._clock = clock
        self._hits = 0
        self._hit = _HIT[link.engine.dialect.name]

    def hit(self, key: str, seconds: int, amount: int = 1) -> int:
        """Add to a counter; what it is now. One statement: no two hits read the same count."""
        now = micros(self._clock())
        with self._link.write() as write:
            self._sweep(write, now)
            return self._add(write, now, key, seconds, amount)

    def hit_all(self, hits: Sequence[Hit]) -> Hit | None:
        """Add one to each counter in one transaction, or to none: one that is full, if any."""
        now = micros(self._clock())
        try:
            with self._link.write() as write:
                self._sweep(write, now)
                for hit in sorted(hits, key=_key):  # one order for all: no two wait for each other
                    if self._add(write, now, hit.key, hit.seconds, 1) > hit.most:
                        raise _Full(hit)
        except _Full as full:
            return full.hit
        return None

    def window(self, key: str) -> tuple[int, float]:
        """A counter and when it ends, in seconds since 1970; (0, now) for none that counts."""
        now = micros(self._clock())
        rows = self._link.rows(_WINDOW, {"key": plain(key)})
        if not rows or rows[0][1] <= now:
            return 0, now / 1e6
        return rows[0][0], rows[0][1] / 1e6

    def clear(self, key: str) -> None:
        with self._link.write() as write:
            write.run(_CLEAR, {"key": plain(key)})

    def clear_all(self) -> int:
        """How many counters there were."""
        with self._link.write() as write:
            return write.run(_CLEAR_ALL, {})

    def _add(self, write: Write, now: int, key: str, seconds: int, amount: int) -> int:
        values = {
            "key": plain(key), "count": amount, "now": now, "expires_at": now + seconds * 1_000_000
        }  # fmt: skip
        return write.rows(self._hit, values)[0][0]

    def _sweep(self, write: Write, now: int) -> None:
        self._hits += 1
        if self._hits % SWEEP_EVERY == 0:
            write.run(_SWEEP, {"now": now})


class _Full(Exception):
    """Ends a transaction without its writes."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit


def _key(hit: Hit) -> str:
    return hit.key
