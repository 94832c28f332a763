"""A shop's records in SQL, for one tenant."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import JsonValue
from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from stores import tables
from stores.body import dump, load_raw
from stores.intake import Stale, take_in
from stores.keys import email_key, instant, micros, order_key, plain, tracking_key
from stores.kinds import RECORDS, TABLES
from stores.link import Link
from stores.subjects import Subjects
from stores.uploads import SqlUploads
from stores.vault import Vault
from tradewind.base import Record
from tradewind.commerce import (
    Customer,
    Dispute,
    Faq,
    Message,
    Order,
    Payment,
    Policy,
    Product,
    RecordKind,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    Statement,
    TrackingEvent,
    Version,
)  # fmt: skip
from tradewind.ports.storage import ImportEntry, PutCount
from tradewind.uploads import Attachment

R = TypeVar("R", bound=Record)
PAGE = 500


def _select(kind: RecordKind, column: str, *order: str) -> Select[str]:
    """Bodies of the rows whose `column` is :value, ordered by the columns, then by id."""
    table = TABLES[kind]
    return (
        select(table.c.body)
        .where(table.c.tenant == bindparam("tenant"), table.c[column] == bindparam("value"))
        .order_by(*(table.c[name] for name in (*order, "id")))
    )


def _exact_first(id_: ColumnElement[str]) -> ColumnElement[bool]:
    return id_ != bindparam("exact")


_BY_ID = {kind: _select(kind, "id") for kind in TABLES}
_RAW = {
    kind: select(table.c.raw).where(
        table.c.tenant == bindparam("tenant"), table.c.id == bindparam("value")
    )
    for kind, table in TABLES.items()
}
_PAGES = {
    kind: select(table.c.id, table.c.body)
    .where(table.c.tenant == bindparam("tenant"), table.c.id > bindparam("after"))
    .order_by(table.c.id)
    .limit(PAGE)
    for kind, table in TABLES.items()
}
_o = tables.orders.c


def _order(column: ColumnElement[str]) -> tuple[Select[str], Select[str]]:
    """The statements that find an order by its number, and by the shop system's inner id."""
    one = select(column).where(_o.tenant == bindparam("tenant")).limit(1)
    return (
        one.where(_o.order_key == bindparam("value")).order_by(_exact_first(_o.id), _o.id),
        one.where(_o.source_id == bindparam("exact")).order_by(_o.id),
    )


_ORDER, _ORDER_RAW = _order(_o.body), _order(_o.raw)
_ORDERS_OF = _select("order", "customer_id")
_PAYMENTS_OF = _select("payment", "order_key")
_PAYMENTS_WITH = _select("payment", "fingerprint")
_REFUNDS_OF = _select("refund", "order_key")
_REFUNDS_TO = _select("refund", "payment_id")
_DISPUTES_OF = _select("dispute", "payment_id")
_STATEMENTS_OF = _select("statement", "dispute_id", "at")
_SHIPMENTS_OF = _select("shipment", "order_key")
_BY_TRACKING = _select("shipment", "tracking_key")
_EVENTS_OF = _select("tracking_event", "tracking_key", "at")
_MESSAGES_OF = _select("message", "order_key", "at")
_m = tables.messages.c
_NEWEST_MESSAGES = (
    select(_m.body)
    .where(_m.tenant == bindparam("tenant"))
    .order_by(_m.at.desc(), _m.id.desc())
    .limit(bindparam("limit"))
)
_ORDERS_BY = _select("order", "email")
_d = tables.disputes.c
_DISPUTES = (
    select(_d.body)
    .where(_d.tenant == bindparam("tenant"))
    .order_by(_d.due_by.is_(None), _d.due_by, _d.id)
)
_v = tables.versions.c
_VERSIONS = (
    select(_v.body, _v.seen_from, _v.seen_to)
    .where(
        _v.tenant == bindparam("tenant"), _v.kind == bindparam("kind"), _v.id == bindparam("value")
    )
    .order_by(_v.seen_from)
)
_COUNTS = union_all(
    *(
        select(literal(kind), func.count()).where(table.c.tenant == bindparam("tenant"))
        for kind, table in TABLES.items()
    )
)
_DROP_FAQ = delete(tables.faqs).where(
    tables.faqs.c.tenant == bindparam("tenant"), tables.faqs.c.id == bindparam("id")
)
_LOG = insert(tables.imports).values(
    tenant=bindparam("tenant"), at=bindparam("at"), body=bindparam("body")
)
_IMPORTS = (
    select(tables.imports.c.body)
    .where(tables.imports.c.tenant == bindparam("tenant"))
    .order_by(tables.imports.c.n.desc())
)


class SqlShop:
    """ShopStore over SQL. Order and tracking numbers are found however they are written."""

    def __init__(
        self, link: Link, tenant: str, clock: Callable[[], datetime], vault: Vault | None
    ) -> None:
        self._link = link
        self._tenant = tenant
        self._clock = clock
        self._vault = vault

    def order(self, order_id: str) -> Order | None:
        found = self._of_order(_ORDER, order_id)
        return Order.model_validate_json(found) if found is not None else None

    def orders_of(self, customer_id: str) -> Sequence[Order]:
        return self._many(Order, _ORDERS_OF, plain(customer_id))

    def orders_by(self, email: str) -> Sequence[Order]:
        """Orders that were placed with this address."""
        return self._many(Order, _ORDERS_BY, email_key(email))

    def customer(self, customer_id: str) -> Customer | None:
        return self._one(Customer, _BY_ID["customer"], plain(customer_id))

    def payment(self, payment_id: str) -> Payment | None:
        return self._one(Payment, _BY_ID["payment"], plain(payment_id))

    def payments_of(self, order_id: str) -> Sequence[Payment]:
        return self._many(Payment, _PAYMENTS_OF, order_key(order_id))

    def payments_with(self, fingerprint: str) -> Sequence[Payment]:
        """All payments of one card or account, as the processor marks it."""
        return self._many(Payment, _PAYMENTS_WITH, plain(fingerprint))

    def refunds_of(self, order_id: str) -> Sequence[Refund]:
        return self._many(Refund, _REFUNDS_OF, order_key(order_id))

    def refunds_to(self, payment_id: str) -> Sequence[Refund]:
        return self._many(Refund, _REFUNDS_TO, plain(payment_id))

    def shipments_of(self, order_id: str) -> Sequence[Shipment]:
        return self._many(Shipment, _SHIPMENTS_OF, order_key(order_id))

    def shipments_with(self, tracking_no: str) -> Sequence[Shipment]:
        return self._many(Shipment, _BY_TRACKING, tracking_key(tracking_no))

    def events_of(self, tracking_no: str) -> Sequence[TrackingEvent]:
        return self._many(TrackingEvent, _EVENTS_OF, tracking_key(tracking_no))

    def dispute(self, dispute_id: str) -> Dispute | None:
        return self._one(Dispute, _BY_ID["dispute"], plain(dispute_id))

    def disputes(self) -> Sequence[Dispute]:
        rows = self._link.rows(_DISPUTES, {"tenant": self._tenant})
        return tuple(Dispute.model_validate_json(row[0]) for row in rows)

    def disputes_of(self, payment_id: str) -> Sequence[Dispute]:
        return self._many(Dispute, _DISPUTES_OF, plain(payment_id))

    def statements_of(self, dispute_id: str) -> Sequence[Statement]:
        """What people of the shop stated of a dispute, oldest first."""
        return self._many(Statement, _STATEMENTS_OF, plain(dispute_id))

    def product(self, product_id: str) -> Product | None:
        return self._one(Product, _BY_ID["product"], plain(product_id))

    def listings(self, product_id: str) -> Sequence[Version]:
        """What a product's listing said over time, oldest first."""
        return self._versions(Product, product_id)

    def policy_versions(self, policy_id: str) -> Sequence[Version]:
        """Oldest first."""
        return self._versions(Policy, policy_id)

    def products(self) -> Sequence[Product]:
        return tuple(self._pages("product", Product))

    def policies(self) -> Sequence[Policy]:
        return tuple(self._pages("policy", Policy))

    def faqs(self) -> Sequence[Faq]:
        return tuple(self._pages("faq", Faq))

    def messages_of(self, order_id: str) -> Sequence[Message]:
        """Oldest first."""
        return self._many(Message, _MESSAGES_OF, order_key(order_id))

    def message(self, message_id: str) -> Message | None:
        return self._one(Message, _BY_ID["message"], plain(message_id))

    def messages(self, limit: int) -> Sequence[Message]:
        """Newest first."""
        rows = self._link.rows(_NEWEST_MESSAGES, {"tenant": self._tenant, "limit": limit})
        return tuple(Message.model_validate_json(row[0]) for row in rows)

    def attachments(self, dispute_id: str) -> Sequence[Attachment]:
        """Files that the merchant gave for a dispute, without their originals."""
        subjects = Subjects(self._tenant, self._vault, self._link.engine.dialect.name)
        return SqlUploads(self._link, self._tenant, subjects).attachments(dispute_id)

    def raw(self, kind: RecordKind, record_id: str) -> dict[str, JsonValue] | None:
        """The source row as it was imported."""
        if kind == "order":
            found = self._of_order(_ORDER_RAW, record_id)
            return load_raw(found) if found is not None else None
        values = {"tenant": self._tenant, "value": plain(record_id)}
        rows = self._link.rows(_RAW[kind], values)
        return load_raw(rows[0][0]) if rows else None

    def counts(self) -> dict[str, int]:
        """How many records of each kind there are; every kind is named."""
        return dict(self._link.rows(_COUNTS, {"tenant": self._tenant}))  # pyright: ignore[reportArgumentType]

    def put(self, rows: Iterable[SourceRow]) -> PutCount:
        """Insert or update by kind and id, in one transaction; same content changes nothing.

        Each id counts once; of an id that comes several times the last wins.
        """
        return take_in(self._link, self._tenant, rows, micros(self._clock()), self._vault)

    def revise(
        self, before: Sequence[ShopRecord], after: Sequence[ShopRecord], source: str
    ) -> bool:
        """Put `after` if all of `before` stand as they were read; False where one does not."""
        rows = [SourceRow(record=r, raw=self.raw(r.kind, r.id) or {}, source=source) for r in after]
        now = micros(self._clock())
        try:
            take_in(self._link, self._tenant, rows, now, self._vault, before)
        except Stale:
            return False
        return True

    def all(self, kind: RecordKind) -> Iterable[ShopRecord]:
        """Every record of a kind by id, read in pages: never all in memory."""
        return self._pages(kind, RECORDS[kind])

    def drop_faq(self, faq_id: str) -> bool:
        """Take an FAQ entry away; whether there was one."""
        with self._link.write() as write:
            return write.run(_DROP_FAQ, {"tenant": self._tenant, "id": plain(faq_id)}) > 0

    def log_import(self, entry: ImportEntry) -> None:
        with self._link.write() as write:
            write.run(_LOG, {"tenant": self._tenant, "at": micros(entry.at), "body": dump(entry)})

    def imports(self) -> Sequence[ImportEntry]:
        """Newest first."""
        rows = self._link.rows(_IMPORTS, {"tenant": self._tenant})
        return tuple(ImportEntry.model_validate_json(row[0]) for row in rows)

    def _versions(self, record: type[Product] | type[Policy], id_: str) -> Sequence[Version]:
        kind: str = record.model_fields["kind"].default
        values = {"tenant": self._tenant, "kind": kind, "value": plain(id_)}
        return tuple(
            Version(record=record.model_validate_json(body), seen_from=instant(start),
                    seen_to=instant(end))
            for body, start, end in self._link.rows(_VERSIONS, values)
        )  # fmt: skip

    def _of_order(self, statements: tuple[Select[str], Select[str]], order_id: str) -> str | None:
        key = order_key(order_id)
        values = {"tenant": self._tenant, "value": key, "exact": plain(order_id)}
        by_number, by_source = statements
        rows = self._link.rows(by_number, values) if key else ()
        if key and not rows:  # its other records name it by the inner id
            rows = self._link.rows(by_source, {k: values[k] for k in ("tenant", "exact")})
        return rows[0][0] if rows else None

    def _one(self, record: type[R], statement: Select[str], value: str) -> R | None:
        found = self._many(record, statement, value)
        return found[0] if found else None

    def _many(self, record: type[R], statement: Select[str], value: str) -> Sequence[R]:
        if not value:  # no id is empty, and a record without one belongs to nobody
            return ()
        rows = self._link.rows(statement, {"tenant": self._tenant, "value": value})
        return tuple(record.model_validate_json(row[0]) for row in rows)

    def _pages(self, kind: RecordKind, record: type[R]) -> Iterator[R]:
        after = ""
        while True:
            values = {"tenant": self._tenant, "after": after}
            rows = self._link.rows(_PAGES[kind], values)
            yield from (record.model_validate_json(row[1]) for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]
