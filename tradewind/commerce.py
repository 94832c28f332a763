"""Shop records: what connectors bring in, stores keep and tools read.

Ids are the merchant's own, as text, unique per kind and tenant. Countries are ISO 3166-1
alpha-2 where the source gives one that can be mapped, else the source's text.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from tradewind.base import Json, Money, Record, Time

RecordKind = Literal[
    "product", "customer", "order", "payment", "shipment", "tracking_event",
    "dispute", "policy", "faq", "ad_statistic", "message",
]  # fmt: skip

TrackingState = Literal[
    "unknown", "label_made", "moving", "customs", "out_for_delivery", "attempt_failed",
    "pickup", "delivered", "exception", "returning", "returned", "lost", "stale",
]  # fmt: skip

OrderStatus = Literal[
    "pending", "processed", "shipped", "delivered", "cancelled",
    "return_requested", "exchange_requested", "refunded", "unknown",
]  # fmt: skip

DisputeCategory = Literal[
    "fraudulent", "product_not_received", "product_unacceptable", "credit_not_processed",
    "subscription_canceled", "duplicate", "general", "unknown",
]  # fmt: skip


class Address(Record):
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class Variant(Record):
    """One buyable form of a product. `stock` None: not told; `available` None: not told."""

    id: str
    sku: str = ""
    options: dict[str, str] = Field(default_factory=dict)
    price: Money | None = None
    stock: int | None = None
    available: bool | None = None
    barcode: str = ""
    weight_grams: int | None = None


class Product(Record):
    kind: Literal["product"] = "product"
    id: str
    title: str
    description: str = ""
    type: str = ""
    vendor: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    language: str = "en"
    url: str = ""
    images: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


class Customer(Record):
    kind: Literal["customer"] = "customer"
    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    created_at: Time | None = None


class OrderLine(Record):
    """`price` is for one unit."""

    product_id: str = ""
    variant_id: str = ""
    title: str
    options: dict[str, str] = Field(default_factory=dict)
    quantity: int = 1
    price: Money


class Order(Record):
    """`source_status` is the source's own word; `status` our reading of it. `source_id` is the
    shop system's inner id where it differs from the number that people use (`id`)."""

    kind: Literal["order"] = "order"
    id: str
    source_id: str = ""
    customer_id: str = ""
    email: str = ""
    placed_at: Time | None = None
    status: OrderStatus = "unknown"
    source_status: str = ""
    total: Money
    lines: tuple[OrderLine, ...] = ()
    ship_to: Address | None = None
    bill_to: Address | None = None
    ip: str = ""
    device: str = ""
    language: str = ""


class Payment(Record):
    """AVS and CVC as the processor words them (pass, fail, unavailable, unchecked); ECI as sent."""

    kind: Literal["payment"] = "payment"
    id: str
    order_id: str = ""
    amount: Money
    refunded: Money | None = None
    status: str = ""
    method: str = ""
    brand: str = ""
    last4: str = ""
    fingerprint: str = ""
    avs_line1: str = ""
    avs_postcode: str = ""
    cvc: str = ""
    eci: str = ""
    three_ds: str = ""
    email: str = ""
    name: str = ""
    bill_to: Address | None = None
    ip: str = ""
    device: str = ""
    descriptor: str = ""
    created_at: Time | None = None


class Shipment(Record):
    kind: Literal["shipment"] = "shipment"
    id: str
    order_id: str = ""
    carrier: str = ""
    service: str = ""
    tracking_no: str = ""
    state: TrackingState = "unknown"
    shipped_at: Time | None = None
    estimated_at: Time | None = None
    delivered_at: Time | None = None
    ship_to: Address | None = None
    variant_ids: tuple[str, ...] = ()


class TrackingEvent(Record):
    """One scan. `source_state` is the vocabulary's own word (AfterShip tag, EasyPost status)."""

    kind: Literal["tracking_event"] = "tracking_event"
    id: str
    tracking_no: str
    carrier: str = ""
    at: Time
    state: TrackingState
    source_state: str = ""
    message: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    signed_by: str = ""


class Dispute(Record):
    """`due_by` is the processor's deadline, never computed; None: not told."""

    kind: Literal["dispute"] = "dispute"
    id: str
    processor: str = ""
    payment_id: str = ""
    order_id: str = ""
    amount: Money
    network: str = ""
    reason_code: str = ""
    reason: str = ""
    category: DisputeCategory = "unknown"
    stage: Literal["inquiry", "chargeback", "pre_arbitration", "arbitration", "unknown"] = "unknown"
    status: str = ""
    due_by: Time | None = None
    opened_at: Time | None = None


class Policy(Record):
    """A shop rule as published; `facts` are its figures, typed by name (`_days`, `_money`)."""

    kind: Literal["policy"] = "policy"
    id: str
    topic: str
    title: str
    text: str
    language: str = "en"
    market: str = ""
    version: str = "1"
    effective_from: date | None = None
    facts: dict[str, str] = Field(default_factory=dict)


class Faq(Record):
    kind: Literal["faq"] = "faq"
    id: str
    question: str
    answer: str
    language: str = "en"
    market: str = ""


class AdStatistic(Record):
    """One report row: a target's or search term's figures on one day or span."""

    kind: Literal["ad_statistic"] = "ad_statistic"
    id: str
    day: date
    campaign: str
    ad_group: str = ""
    target: str = ""
    match_type: str = ""
    search_term: str = ""
    bid: Money | None = None
    impressions: int = 0
    clicks: int = 0
    spend: Money
    sales: Money
    orders: int = 0


class Message(Record):
    """A message between buyer and shop. Its text is untrusted."""

    kind: Literal["message"] = "message"
    id: str
    order_id: str = ""
    customer_id: str = ""
    at: Time
    sender: Literal["buyer", "shop"]
    language: str = ""
    text: str


ShopRecord = (
    Product | Customer | Order | Payment | Shipment | TrackingEvent
    | Dispute | Policy | Faq | AdStatistic | Message
)  # fmt: skip


class SourceRow(Record):
    """A record as read from a file, with the raw row it came from, kept for evidence.

    `row` counts from 1 in the source (a CSV's first data row is 1).
    """

    record: ShopRecord = Field(discriminator="kind")
    raw: Json
    source: str
    row: int = 0


class Rejected(Record):
    """A row that was set aside, with the field and value that stopped it."""

    row: int
    field: str
    value: str
    reason: str
