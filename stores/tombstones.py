"""Who was erased, as marks, and what an import does with them."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, bindparam, select

from stores.forget import Pseudonym, forget, said_at
from stores.keys import plain
from stores.kinds import lookups
from stores.named import Named, one_form
from stores.tables import erased
from stores.vault import Vault
from tradewind.commerce import Customer, Payment, ShopRecord, SourceRow
from tradewind.errors import BackendError

_ALL = select(erased.c.mark, erased.c.at).where(erased.c.tenant == bindparam("tenant"))
_COLUMNS = {
    "email": "email", "customer_id": "customer", "order_key": "order", "tracking_key": "tracking",
    "payment_id": "payment",
}  # fmt: skip
"""Lookup columns to the kind of mark that they are known by."""
PSEUDONYM = "erased-"


def pseudonyms(vault: Vault, tenant: str) -> Pseudonym:
    """What stands for an erased customer's id."""

    def of(customer_id: str) -> str:
        if not customer_id or customer_id.startswith(PSEUDONYM):
            return customer_id
        return PSEUDONYM + vault.mark(tenant, "pseudonym", plain(customer_id))

    return of


def whose(record: ShopRecord) -> set[Named]:
    """By whom and what a record is known for a person's."""
    told = lookups(record)
    named = {(kind, str(told[column])) for column, kind in _COLUMNS.items() if told.get(column)}
    if isinstance(record, Customer | Payment):
        named.add((record.kind, one_form(record.kind, record.id)))
    return named


class Tombstones:
    """A tenant's, as they were when an import began; `met` counts the rows that they stripped."""

    def __init__(self, connection: Connection, vault: Vault | None, tenant: str) -> None:
        self.met = 0
        self._vault = vault
        self._tenant = tenant
        self._marks = self._read(connection)

    def honour(self, rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
        """The rows; those of erased persons without them. What they did later is new: it stays."""
        if self._vault is None or not self._marks:
            yield from rows
            return
        pseudonym = pseudonyms(self._vault, self._tenant)
        for row in rows:
            gone = self._is_gone(row.record, self._vault)
            self.met += gone
            yield forget(row, pseudonym) if gone else row

    def check(self, connection: Connection) -> None:
        """Raises BackendError when somebody was erased since."""
        if self._read(connection) != self._marks:
            raise BackendError("a person was erased during the import.", "Import the file again.")

    def _is_gone(self, record: ShopRecord, vault: Vault) -> bool:
        marks = (vault.mark(self._tenant, *one) for one in whose(record))
        erased_at = max((self._marks.get(mark, -1) for mark in marks), default=-1)
        began = said_at(record)
        return erased_at >= 0 and (began is None or began <= erased_at)

    def _read(self, connection: Connection) -> dict[str, int]:
        """When, in microseconds, by mark."""
        rows = connection.execute(_ALL, {"tenant": self._tenant})
        return {row.mark: row.at for row in rows}
