"""What listings and policies said over time: a row for each wording, from first to last seeing."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    Table,
    case,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)  # fmt: skip

from stores.tables import versions
from tradewind.commerce import RecordKind

VERSIONED: frozenset[RecordKind] = frozenset(("product", "policy"))


def keep_versions(
    connection: Connection, kind: RecordKind, staged: Table, tenant: str, now: int
) -> None:
    """Note what these rows say, one for each id, as seen `now` (microseconds).

    A wording that stands already was seen again. A new one was there since its source changed it
    last, where that is told and fits; else since now.
    """
    at = literal(now, BigInteger)
    v = versions.c
    same = tuple_(v.id, v.content).in_(select(staged.c.id, staged.c.content))
    again = update(versions).where(
        v.tenant == tenant,
        v.kind == kind,
        v.seen_to < at,
        _is_newest(versions),
        same,
    )
    connection.execute(again.values(seen_to=at))
    newest = _newest(tenant, kind)
    told = staged.c.said_at
    fits = (told > func.coalesce(newest.c.seen_to, -1)) & (told <= at)
    after = (newest.c.seen_to >= at, newest.c.seen_to + 1)  # two within one microsecond
    new = (
        select(literal(tenant), literal(kind), staged.c.id, case((fits, told), after, else_=at),
               case(after, else_=at), staged.c.content, staged.c.body)
        .select_from(staged.outerjoin(newest, newest.c.id == staged.c.id))
        .where(newest.c.id.is_(None) | (newest.c.content != staged.c.content))
    )  # fmt: skip
    columns = ["tenant", "kind", "id", "seen_from", "seen_to", "content", "body"]
    connection.execute(insert(versions).from_select(columns, new))


def _newest(tenant: str, kind: RecordKind) -> Subquery:
    """The newest version of each id."""
    v = versions.alias()
    found = select(v.c.id, v.c.seen_to, v.c.content).where(
        v.c.tenant == tenant, v.c.kind == kind, _is_newest(v)
    )
    return found.subquery()


def _is_newest(table: FromClause) -> ColumnElement[bool]:
    other = versions.alias()
    of = (
        other.c.tenant == table.c.tenant, other.c.kind == table.c.kind, other.c.id == table.c.id
    )  # fmt: skip
    newest = select(func.max(other.c.seen_from)).where(*of).correlate(table).scalar_subquery()
    return table.c.seen_from == newest
