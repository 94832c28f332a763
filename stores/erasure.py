"""Forgets one person: keys deleted, records without them, marks that keep them out; one commit."""

import time
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import BigInteger, Select, bindparam, delete, literal_column, or_, select, text

from stores import questions, tables
from stores.body import load_raw
from stores.forget import forget
from stores.keys import email_key, instant, micros, order_key, plain, tracking_key
from stores.kinds import RECORDS, TABLES
from stores.ledger import moving
from stores.link import ZERO_ALL, Link, Write
from stores.named import Named, one_form
from stores.resealing import seal_old
from stores.stage import columns_of
from stores.subjects import Subjects
from stores.tombstones import pseudonyms
from stores.uploads import forget_uploads
from stores.vault import Vault, mark_of, subjects_of
from tradewind.base import Time
from tradewind.commerce import (
    Customer,
    Dispute,
    Order,
    Payment,
    RecordKind,
    Shipment,
    ShopRecord,
    SourceRow,
)  # fmt: skip
from tradewind.errors import BackendTimeout, InvalidInput, SpecError
from tradewind.ports.privacy import Erasure

PAGE = 10_000
TRIES, PAUSE = 50, 0.05
"""How often, and seconds between, until readers let the write-ahead log go."""

Found = dict[tuple[RecordKind, str], SourceRow]


def _rows(kind: RecordKind, column: str) -> Select[str, str, str, int, int]:
    t = TABLES[kind].c
    said_at = t.said_at if "said_at" in t else literal_column("NULL", BigInteger)
    return select(t.body, t.raw, t.source, t.row, said_at).where(
        t.tenant == bindparam("tenant"), t[column] == bindparam("value")
    )


_k, _r, _e = tables.subject_keys.c, tables.runs.c, tables.ledger.c
_THREADS = (
    select(_r.id, _r.thread, _r.named)
    .where(_r.tenant == bindparam("tenant"), _r.id > bindparam("after"), _r.named.is_not(None))
    .order_by(_r.id).limit(PAGE)
)  # fmt: skip
_FORGET_KEY = delete(tables.subject_keys).where(
    _k.tenant == bindparam("tenant"), _k.mark == bindparam("mark")
)
_OPEN = select(_e.id, _e.status, _e.sealed).where(
    _e.tenant == bindparam("tenant"), or_(_e.status == "proposed", _e.status == "approved")
)
_COLUMNS: dict[RecordKind, tuple[str, ...]] = {
    "customer": ("email",), "order": ("email", "customer_id"),
    "payment": ("email", "order_key"), "shipment": ("order_key", "tracking_key"),
    "tracking_event": ("tracking_key",), "dispute": ("order_key", "payment_id"),
    "message": ("order_key", "customer_id", "email"), "refund": ("order_key", "payment_id"),
    "statement": ("dispute_id", "order_key", "payment_id"),
}  # fmt: skip
_STATEMENTS = {
    (kind, column): _rows(kind, column) for kind, columns in _COLUMNS.items() for column in columns
}
_CUSTOMER_GONE = delete(tables.customers).where(
    tables.customers.c.tenant == bindparam("tenant"), tables.customers.c.id == bindparam("id")
)
_REJECT = moving("allowed_by")
_ZERO_ALL = text(ZERO_ALL)
_TRUNCATE = text("PRAGMA wal_checkpoint(TRUNCATE)")


class SqlErasure:
    """ErasureStore over SQL."""

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects
        self._embedded = link.engine.dialect.name == "sqlite"

    def erase(self, email: str, at: Time) -> Erasure:
        """Delete the keys of all that a person with this e-mail comes up in, and take them out of
        the shop's records; what comes in again later stays without them.

        Raises InvalidInput for the empty e-mail, SpecError for a store that has no key,
        BackendTimeout while others keep the write-ahead log (all is done then but its emptying).
        """
        key, vault = email_key(email), self._subjects.vault
        if not key:
            raise InvalidInput("no e-mail is given.", "Name whom to erase.")
        if vault is None:
            raise SpecError("the store was opened without a key.", "Open it with one.")
        old = seal_old(self._link, self._tenant, self._subjects)
        with self._link.write() as write:
            if self._embedded:
                write.run(_ZERO_ALL, {})
            write.queue(self._tenant)
            done = self._forget(write, vault, key, at)
        if self._embedded:
            self._leave_no_bytes(vacuum=old > 0)
        return done

    def _forget(self, write: Write, vault: Vault, email: str, at: Time) -> Erasure:
        found = self._find(write, email)
        marks = {vault.mark(self._tenant, *one) for one in _named(email, found.values())}
        threads = {
            vault.mark(self._tenant, "thread", name) for name in self._threads(write, marks)
        }  # fmt: skip
        dead = sorted(marks | threads)
        effects = self._close_effects(write, set(dead), at)
        write.upsert(
            tables.erased, [{"tenant": self._tenant, "mark": m, "at": micros(at)} for m in dead]
        )
        return Erasure(
            records=self._rewrite(write, vault, found, micros(at)),
            threads=sum(write.run(_FORGET_KEY, self._of(mark=mark)) for mark in threads),
            keys=sum(write.run(_FORGET_KEY, self._of(mark=mark)) for mark in marks - threads),
            effects=effects,
            uploads=self._delete_uploads(write, found),
        )

    def _delete_uploads(self, write: Write, found: Found) -> int:
        """The files of the person's disputes and orders, however many others they tell of."""
        disputes = [id_ for kind, id_ in found if kind == "dispute"]
        orders = [id_ for kind, id_ in found if kind == "order"]
        return forget_uploads(write, self._tenant, disputes, orders)

    def _find(self, write: Write, email: str) -> Found:
        """All records of the person: the customers with this e-mail, the orders with it or of
        them, and what belongs to those orders."""
        found: Found = {}

        def add(kind: RecordKind, column: str, values: Iterable[str]) -> None:
            for value in {value for value in values if value}:
                found.update(self._read(write, kind, column, value))

        def ids(kind: type[ShopRecord]) -> list[str]:
            return [plain(row.record.id) for row in found.values() if isinstance(row.record, kind)]

        add("customer", "email", [email])
        add("order", "email", [email])
        add("order", "customer_id", ids(Customer))
        orders = [order_key(order_id) for order_id in (*ids(Order), *_inner_ids(found.values()))]
        for kind in ("payment", "refund", "shipment", "dispute", "message", "statement"):
            add(kind, "order_key", orders)
        add("payment", "email", [email])
        add("dispute", "payment_id", ids(Payment))
        add("refund", "payment_id", ids(Payment))
        add("statement", "payment_id", ids(Payment))
        add("statement", "dispute_id", ids(Dispute))
        add("message", "customer_id", ids(Customer))
        add("message", "email", [email])
        parcels = list(_tracking(found.values()))
        add("shipment", "tracking_key", parcels)
        add("tracking_event", "tracking_key", parcels)
        return found

    def _read(self, write: Write, kind: RecordKind, column: str, value: str) -> Found:
        values = {"tenant": self._tenant, "value": value}
        rows: Found = {}
        for body, raw, source, row, said_at in write.rows(_STATEMENTS[kind, column], values):
            record = RECORDS[kind].model_validate_json(body)
            rows[kind, record.id] = SourceRow.model_construct(
                record=record, raw=load_raw(raw), source=source, row=row,
                at=None if said_at is None else instant(said_at),
            )  # fmt: skip
        return rows

    def _rewrite(self, write: Write, vault: Vault, found: Found, now: int) -> dict[str, int]:
        """Put the records without their person; how many of each kind changed."""
        pseudonym = pseudonyms(vault, self._tenant)
        changed: dict[str, int] = {}
        for (kind, id_), row in sorted(found.items()):
            bare = forget(row, pseudonym)
            if bare.record == row.record and not row.raw:
                continue
            if bare.record.id != id_:
                write.run(_CUSTOMER_GONE, self._of(id=plain(id_)))
            ours = {"tenant": self._tenant, "updated_at": now}
            write.upsert(TABLES[kind], [{**columns_of(bare), **ours}])
            changed[kind] = changed.get(kind, 0) + 1
        return changed

    def _threads(self, write: Write, marks: set[str]) -> set[str]:
        """The buyers' threads in which one of these came up."""
        found: set[str] = set()
        after = ""
        while True:
            rows = write.rows(_THREADS, self._of(after=after))
            found.update(row[1] for row in rows if not marks.isdisjoint(row[2].split()))
            if len(rows) < PAGE:
                return found
            after = rows[-1][0]

    def _close_effects(self, write: Write, gone: set[str], at: Time) -> int:
        """Reject what is about the person and was not sent: its arguments cannot be read again."""
        closed = 0
        for id_, status, sealed in write.rows(_OPEN, {"tenant": self._tenant}):
            if sealed is None or gone.isdisjoint(map(mark_of, subjects_of(sealed))):
                continue
            asked = questions.about(write, self._subjects, id_)
            if asked is not None:
                questions.close(write, self._subjects, asked, "rejected")
            moved: Mapping[str, str | int | None] = {
                "of_tenant": self._tenant, "of_id": id_, "of": status, "status": "rejected",
                "updated_at": micros(at), "allowed_by": None,
            }  # fmt: skip
            closed += write.run(_REJECT, moved)
        return closed

    def _leave_no_bytes(self, vacuum: bool) -> None:
        """What was replaced is zeroed in the file (`secure_delete`): empty the write-ahead log
        too. Rows of an older version may have left copies in free pages."""
        if vacuum:
            self._link.run_alone("VACUUM")
        for _ in range(TRIES):
            busy = self._link.rows(_TRUNCATE, {})[0][0]
            if not busy:
                return
            time.sleep(PAUSE)
        raise BackendTimeout(
            "the person is erased, the write-ahead log still holds older pages: others read.",
            "Run the same again when they have ended.",
        )

    def _of(self, **values: str) -> dict[str, str]:
        return {"tenant": self._tenant, **values}


def _named(email: str, found: Iterable[SourceRow]) -> Iterator[Named]:
    """What the person comes up by: the e-mail, and each of their records."""
    yield "email", email
    for row in found:
        yield row.record.kind, one_form(row.record.kind, row.record.id)
        if isinstance(row.record, Shipment) and row.record.tracking_no:
            yield "tracking", tracking_key(row.record.tracking_no)


def _inner_ids(found: Iterable[SourceRow]) -> Iterator[str]:
    """The shop system's ids of the orders, by which its other records may name them."""
    for row in found:
        if isinstance(row.record, Order):
            yield row.record.source_id


def _tracking(found: Iterable[SourceRow]) -> Iterator[str]:
    for row in found:
        if isinstance(row.record, Shipment):
            yield tracking_key(row.record.tracking_no)
