"""A shop record without the person in it: what bookkeeping needs stays.

Kept: the record's own id, amounts, dates, items, status, country. A customer's id may be a name:
it is replaced by one that only the installation's key can make again.
"""

from collections.abc import Callable

from stores.keys import micros
from tradewind.changes import OrderChange
from tradewind.commerce import (
    Address,
    Customer,
    Dispute,
    Message,
    Order,
    Payment,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    Statement,
    TrackingEvent,
)  # fmt: skip
from tradewind.trace import ERASED_TEXT

Pseudonym = Callable[[str], str]
"""A customer's id to the one that stands for it."""


def forget(row: SourceRow, pseudonym: Pseudonym) -> SourceRow:
    """The row without its person and without what it was read from; again changes nothing."""
    return row.model_copy(update={"record": without_person(row.record, pseudonym), "raw": {}})


def without_person(record: ShopRecord, pseudonym: Pseudonym) -> ShopRecord:
    """The record without its person; one that is about none as it is."""
    if isinstance(record, Customer):
        address = _country(record.address)
        return Customer(id=pseudonym(record.id), address=address, created_at=record.created_at)
    return record.model_copy(update=_changed(record, pseudonym))


def _changed(record: ShopRecord, pseudonym: Pseudonym) -> dict[str, object]:
    """The fields that tell of the person, as they are without one."""
    told: dict[str, object] = {}
    match record:
        case Order():
            told = dict.fromkeys(("email", "ip", "device"), "")
            told |= {"customer_id": pseudonym(record.customer_id)}
            told |= {"ship_to": _country(record.ship_to), "bill_to": _country(record.bill_to)}
            told |= {"changes": tuple(_bare(change) for change in record.changes)}
        case Payment():
            told = dict.fromkeys(("email", "name", "ip", "device", "fingerprint", "last4"), "")
            told |= dict.fromkeys(("method_id", "intent", "description"), "")
            told |= {"account": pseudonym(record.account)}
            told |= {"bill_to": _country(record.bill_to), "ship_to": _country(record.ship_to)}
        case Refund():
            told = {"reason": "", "method_id": ""}
        case Shipment():
            told = {"ship_to": _country(record.ship_to)}
        case TrackingEvent():
            told = dict.fromkeys(("message", "signed_by", "city", "region", "postcode"), "")
        case Statement(about="order" | "payment" | "record"):
            told = {"value": ""}
        case Message():
            told = {"customer_id": pseudonym(record.customer_id), "text": ERASED_TEXT}
            told |= {"letter": record.letter.bare()} if record.letter else {}
        case _:
            pass
    return told


def said_at(record: ShopRecord) -> int | None:
    """When the record came to be, in microseconds; None: not told, or it lasts."""
    match record:
        case (
            Order(placed_at=at) | Payment(created_at=at) | Message(at=at)
            | Refund(at=at) | Dispute(opened_at=at) | Statement(at=at)
        ):  # fmt: skip
            return None if at is None else micros(at)
        case _:
            return None


def _bare(change: OrderChange) -> OrderChange:
    """What was changed, without means of payment, words and picture."""
    return change.model_copy(update=dict.fromkeys(("method_id", "reason", "photo"), ""))


def _country(address: Address | None) -> Address | None:
    return Address(country=address.country) if address else None
