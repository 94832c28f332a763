"""Writes shop records in bulk: stage the stream, then change the store in one transaction.

Reading a file may take a minute; the store's write lock is held only while the rows that
differ are moved over (about 2 s for 100,000 new ones). An interrupt at any moment leaves the
store as it was before.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BigInteger,
    Connection,
    Table,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
)  # fmt: skip

from stores.keys import plain
from stores.kinds import RECORDS, TABLES
from stores.link import Link
from stores.precedence import TIMED, give_way
from stores.stage import Stage
from stores.tables import variants
from stores.tombstones import Tombstones
from stores.vault import Vault
from stores.versions import VERSIONED, keep_versions
from tradewind.commerce import ShopRecord, SourceRow
from tradewind.ports.storage import PutCount


class Stale(Exception):
    """A record is not as it was read."""


def take_in(
    link: Link, tenant: str, rows: Iterable[SourceRow], now: int, vault: Vault | None,
    before: Sequence[ShopRecord] = (),
) -> PutCount:  # fmt: skip
    """Insert or update by kind and id; `now` (µs) marks what changed. Who was erased stays out.

    Nothing is changed, and Stale raised, where one of `before` is not as it was read. Each id
    counts once, by what the call did to it: of an id that comes several times the last wins, so
    the same rows put again are always all unchanged.
    """
    with link.connect() as connection:
        stage = Stage(connection)
        with connection.execution_options(begin=link.begin_staging).begin():
            tombstones = Tombstones(connection, vault, tenant)
            stage.fill(tombstones.honour(rows))
        with connection.execution_options(begin=link.begin).begin():
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 7239134))")
                connection.execute(lock, {"tenant": tenant})
            tombstones.check(connection)
            if not all(_stands(connection, tenant, record) for record in before):
                raise Stale
            count = _move(connection, stage, tenant, now)
            return count.model_copy(update={"erased": tombstones.met})


def _stands(connection: Connection, tenant: str, record: ShopRecord) -> bool:
    t = TABLES[record.kind].c
    kept = connection.scalar(select(t.body).where(t.tenant == tenant, t.id == plain(record.id)))
    return kept is not None and RECORDS[record.kind].model_validate_json(kept) == record


def _move(connection: Connection, stage: Stage, tenant: str, now: int) -> PutCount:
    total = PutCount()
    for kind, staged in stage.tables.items():
        target = TABLES[kind]
        older = give_way(connection, kind, staged, tenant) if kind in TIMED else 0
        _keep_last(connection, staged)
        if kind in VERSIONED:
            keep_versions(connection, kind, staged, tenant, now)
        count = _reduce(connection, staged, target, tenant)
        total = PutCount(
            accepted=total.accepted + count.accepted,
            updated=total.updated + count.updated,
            unchanged=total.unchanged + count.unchanged + older,
        )
        if count.accepted + count.updated:
            _replace(connection, staged, target, tenant, now)
            if kind == "product" and stage.variants is not None:
                _replace_variants(connection, stage.variants, staged, tenant)
    return total


def _keep_last(connection: Connection, staged: Table) -> None:
    """Leave only the last row of each id."""
    last = select(func.max(staged.c.n)).group_by(staged.c.id)
    connection.execute(delete(staged).where(staged.c.n.not_in(last)))


def _reduce(connection: Connection, staged: Table, target: Table, tenant: str) -> PutCount:
    """Leave only the rows that differ from the store; count."""
    there = (target.c.tenant == tenant) & (target.c.id == staged.c.id)
    same = exists().where(there, target.c.digest == staged.c.digest)
    unchanged = connection.execute(delete(staged).where(same)).rowcount
    left = connection.scalar(select(func.count()).select_from(staged)) or 0
    known = select(func.count()).select_from(staged.join(target, there))
    updated = connection.scalar(known) or 0
    return PutCount(accepted=left - updated, updated=updated, unchanged=unchanged)


def _replace(connection: Connection, staged: Table, target: Table, tenant: str, now: int) -> None:
    ours = {"tenant": literal(tenant), "updated_at": literal(now, BigInteger)}
    columns = [ours[c.name] if c.name in ours else staged.c[c.name] for c in target.c]
    outdated = (target.c.tenant == tenant) & target.c.id.in_(select(staged.c.id))
    connection.execute(delete(target).where(outdated))
    moved = select(*columns).order_by(staged.c.n)
    connection.execute(insert(target).from_select([c.name for c in target.c], moved))


def _replace_variants(connection: Connection, staged: Table, products: Table, tenant: str) -> None:
    """Bring the variants of the changed products in step."""
    changed = variants.c.product_id.in_(select(products.c.id))
    connection.execute(delete(variants).where(variants.c.tenant == tenant, changed))
    columns = [literal(tenant) if c.name == "tenant" else staged.c[c.name] for c in variants.c]
    moved = select(*columns).where(staged.c.n.in_(select(products.c.n)))
    connection.execute(insert(variants).from_select([c.name for c in variants.c], moved))
