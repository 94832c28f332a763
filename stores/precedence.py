"""Which of two things a source said stands: what it said later, however late it comes in.

What is decided (a dispute won) stays so, unless the dispute goes into another round; rounds go
forward only. So the same events lead to the same state, in whatever order they arrive. A file
that tells no time replaces what is there, but a decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, exists, select, update

from stores.kinds import RECORDS, TABLES
from tradewind.commerce import Dispute, DisputeStage, DisputeState, RecordKind

TIMED: frozenset[RecordKind] = frozenset(("payment", "refund", "dispute"))
BATCH = 500
T = TypeVar("T")
_ROUNDS: dict[DisputeStage, int] = {
    "inquiry": 0, "chargeback": 1, "unknown": 1, "pre_arbitration": 2, "arbitration": 3,
}  # fmt: skip
_DECIDED: frozenset[DisputeState] = frozenset(("won", "lost", "closed"))
_STEPS: dict[DisputeState, int] = {"unknown": 0, "needs_response": 1, "under_review": 2}

SECOND = 1_000_000
Weight = tuple[int, bool, int, int, int, bool, int, str]
"""Round, decided, the second in which it was said, step within a round, submissions, whether
evidence is there, the microsecond, digest: the greater stands. An event tells no less than its
second, so what lies further within a round comes first among what was said in one."""


@dataclass(frozen=True)
class Said:
    """One saying about one record; `n` is its place among those that came, 0 for the kept one."""

    n: int
    id: str
    digest: str
    said_at: int | None
    body: str


def give_way(connection: Connection, kind: RecordKind, staged: Table, tenant: str) -> int:
    """Take out of the stage what does not stand; how many ids only older things were said of."""
    if kind != "dispute" and not _any_told(connection, kind, staged, tenant):
        return 0
    came = _by_id(_sayings(connection, staged, kind))
    older = 0
    for ids in _batches(sorted(came)):
        kept = _kept(connection, kind, tenant, ids)
        for id_ in ids:
            older += _settle(connection, kind, staged, tenant, came[id_], kept.get(id_))
    return older


def _settle(
    connection: Connection, kind: RecordKind, staged: Table, tenant: str, came: list[Said],
    kept: Said | None,
) -> int:  # fmt: skip
    best = came[0]
    for said in came[1:]:
        best = said if stands(kind, said, best) else best
    new = kept is None or stands(kind, best, kept)
    gone = [said.n for said in came if not (new and said is best)]
    for numbers in _batches(gone):
        connection.execute(delete(staged).where(staged.c.n.in_(numbers)))
    times = [one.said_at for one in (*came, *([kept] if kept else [])) if one.said_at is not None]
    if new and times and best.said_at is None:
        connection.execute(update(staged).where(staged.c.n == best.n).values(said_at=max(times)))
    if new and kept is not None and best.digest == kept.digest and best.said_at != kept.said_at:
        _seen_again(connection, kind, tenant, best)
    return 0 if new else 1


def _seen_again(connection: Connection, kind: RecordKind, tenant: str, said: Said) -> None:
    """The same was said later: what was said between the two does not replace it."""
    target = TABLES[kind]
    if said.said_at is not None:
        same = (target.c.tenant == tenant) & (target.c.id == said.id)
        connection.execute(update(target).where(same).values(said_at=said.said_at))


def stands(kind: RecordKind, new: Said, kept: Said) -> bool:
    """Whether the new saying replaces the kept one."""
    new_weight, kept_weight = _weight(kind, new), _weight(kind, kept)
    if new.said_at is None or kept.said_at is None:
        return new_weight[:2] >= kept_weight[:2]
    return new_weight >= kept_weight


def _weight(kind: RecordKind, said: Said) -> Weight:
    at = -SECOND if said.said_at is None else said.said_at
    record = RECORDS[kind].model_validate_json(said.body) if kind == "dispute" else None
    if not isinstance(record, Dispute):
        return 0, False, at, 0, 0, False, 0, said.digest
    return (
        _ROUNDS[record.stage], record.state in _DECIDED, at // SECOND, _STEPS.get(record.state, 3),
        record.submissions or 0, bool(record.has_evidence), at, said.digest,
    )  # fmt: skip


def _any_told(connection: Connection, kind: RecordKind, staged: Table, tenant: str) -> bool:
    """Whether a time is told for any of these rows, or for what is kept of them."""
    t = TABLES[kind].c
    kept = exists().where(t.tenant == tenant, t.id == staged.c.id, t.said_at.is_not(None))
    told = select(staged.c.n).where(staged.c.said_at.is_not(None) | kept).limit(1)
    return connection.execute(told).first() is not None


def _sayings(connection: Connection, staged: Table, kind: RecordKind) -> Iterable[Said]:
    body = staged.c.body if kind == "dispute" else staged.c.id
    columns = (staged.c.n, staged.c.id, staged.c.digest, staged.c.said_at, body)
    for row in connection.execute(select(*columns).order_by(staged.c.n)):
        yield Said(*row)


def _kept(
    connection: Connection, kind: RecordKind, tenant: str, ids: Sequence[str]
) -> dict[str, Said]:
    t = TABLES[kind].c
    body = t.body if kind == "dispute" else t.id
    found = select(t.id, t.digest, t.said_at, body).where(
        t.tenant == bindparam("tenant"), t.id.in_(ids)
    )
    return {row[0]: Said(0, *row) for row in connection.execute(found, {"tenant": tenant})}


def _by_id(sayings: Iterable[Said]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for said in sayings:
        found.setdefault(said.id, []).append(said)
    return found


def _batches(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
