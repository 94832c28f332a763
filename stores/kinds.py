"""Each kind of shop record: its table, its record type, and the columns it is found by."""

from sqlalchemy import Table

from stores import tables
from stores.keys import email_key, int64, micros, order_key, plain, tracking_key
from tradewind.base import digest
from tradewind.commerce import (
    AdStatistic,
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
    Statement,
    TrackingEvent,
)  # fmt: skip

Lookups = dict[str, str | int | bool | None]

TABLES: dict[RecordKind, Table] = {
    "product": tables.products,
    "customer": tables.customers,
    "order": tables.orders,
    "payment": tables.payments,
    "refund": tables.refunds,
    "shipment": tables.shipments,
    "tracking_event": tables.tracking_events,
    "dispute": tables.disputes,
    "policy": tables.policies,
    "faq": tables.faqs,
    "ad_statistic": tables.ad_statistics,
    "message": tables.messages,
    "statement": tables.statements,
}

RECORDS: dict[RecordKind, type[ShopRecord]] = {
    "product": Product,
    "customer": Customer,
    "order": Order,
    "payment": Payment,
    "refund": Refund,
    "shipment": Shipment,
    "tracking_event": TrackingEvent,
    "dispute": Dispute,
    "policy": Policy,
    "faq": Faq,
    "ad_statistic": AdStatistic,
    "message": Message,
    "statement": Statement,
}


def lookups(record: ShopRecord) -> Lookups:
    """The values of the columns that only this kind's table has."""
    found: Lookups = {}
    match record:
        case Order(id=id_, customer_id=customer, email=email, source_id=source_id):
            found = {"order_key": order_key(id_), "customer_id": plain(customer)}
            found["source_id"] = plain(source_id)
            found["email"] = email_key(email)
        case Payment(order_id=order, email=email, fingerprint=mark):
            found = {"order_key": order_key(order), "email": email_key(email)}
            found["fingerprint"] = plain(mark)
        case Refund(order_id=order, payment_id=payment):
            found = {"order_key": order_key(order), "payment_id": plain(payment)}
        case Shipment(order_id=order, tracking_no=number):
            found = {"order_key": order_key(order), "tracking_key": tracking_key(number)}
        case TrackingEvent(tracking_no=number, at=at):
            found = {"tracking_key": tracking_key(number), "at": micros(at)}
        case Customer(email=email):
            found = {"email": email_key(email)}
        case Dispute(order_id=order, payment_id=payment, due_by=due_by):
            found = {"order_key": order_key(order), "payment_id": plain(payment)}
            found["due_by"] = None if due_by is None else micros(due_by)
        case Statement(dispute_id=dispute, about=about, value=value, at=at):
            found = {"dispute_id": plain(dispute), "at": micros(at)}
            found["order_key"] = order_key(value) if about == "order" else ""
            found["payment_id"] = plain(value) if about == "payment" else ""
        case Message(order_id=order, customer_id=customer, at=at, letter=letter):
            found = {"order_key": order_key(order), "customer_id": plain(customer)}
            found["at"] = micros(at)
            found["email"] = email_key(letter.address) if letter else ""
        case AdStatistic(day=day, campaign=campaign):
            found = {"day": day.isoformat(), "campaign": plain(campaign)}
        case Product() | Policy():
            found = {"content": content_of(record)}
        case Faq():
            pass
    return found


def content_of(record: Product | Policy) -> str:
    """The digest of what a buyer reads: a listing without its stock, a policy whole."""
    if isinstance(record, Policy):
        return digest(record)
    bare = [v.model_copy(update={"stock": None, "available": None}) for v in record.variants]
    return digest(record.model_copy(update={"variants": tuple(bare)}))


def variant_rows(product: Product) -> list[Lookups]:
    """The product's variants as rows, the last one of an id. Raises InvalidInput for a price
    or stock beyond 64 bits."""
    rows: dict[str, Lookups] = {}
    for variant in product.variants:
        what = f"variant {variant.id} of product {product.id}:"
        price = variant.price
        rows[plain(variant.id)] = {
            "product_id": plain(product.id),
            "id": plain(variant.id),
            "sku": plain(variant.sku),
            "price_minor": int64(price.minor, f"{what} price") if price else None,
            "currency": plain(price.currency) if price else None,
            "stock": int64(variant.stock, f"{what} stock"),
            "available": variant.available,
        }
    return list(rows.values())
