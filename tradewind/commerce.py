"""Shop records: what connectors bring in, stores keep and tools read. Ids are the merchant's own,
as text, unique per kind and tenant. Countries are ISO 3166-1 alpha-2 where the source gives one
that can be mapped, else the source's text.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from tradewind.base import Json, Money, Record, Time
from tradewind.changes import OrderChange, PaymentMethod
from tradewind.goods import Charted
from tradewind.letters import Letter

RecordKind = Literal[
    "product", "customer", "order", "payment", "refund", "shipment", "tracking_event",
    "dispute", "policy", "faq", "ad_statistic", "message", "statement",
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

DisputeStage = Literal["inquiry", "chargeback", "pre_arbitration", "arbitration", "unknown"]

DisputeState = Literal["needs_response", "under_review", "won", "lost", "closed", "unknown"]
"""Who is next. "won", "lost": decided; "closed": ended without (inquiry, withdrawn, prevented)."""

StatedAbout = Literal["category", "code", "network", "order", "payment", "record", "contradiction"]
ReturnState = Literal["asked", "approved", "received", "refused", "cancelled", "unknown"]


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


class Product(Charted):
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
    """`revision` counts what we did to the record since it was read in."""

    kind: Literal["customer"] = "customer"
    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    methods: tuple[PaymentMethod, ...] = ()
    created_at: Time | None = None
    revision: int = 0


class OrderLine(Record):
    """`price` is for one unit."""

    product_id: str = ""
    variant_id: str = ""
    title: str
    options: dict[str, str] = Field(default_factory=dict)
    quantity: int = 1
    price: Money


class Return(Record):
    """A return of an order's items, as far as the source tells of it."""

    state: ReturnState = "unknown"
    asked_at: Time | None = None
    received_at: Time | None = None


class Order(Record):
    """`source_status` is the source's own word; `status` our reading of it. `source_id` is the
    shop system's inner id where it differs from the number that people use (`id`).
    `terms_accepted_at`: when the buyer ticked the shop's terms at checkout, where that was noted.
    `revision` counts what we did to the record since it was read in.
    """

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
    returns: tuple[Return, ...] = ()
    changes: tuple[OrderChange, ...] = ()
    terms_accepted_at: Time | None = None
    revision: int = 0


class Payment(Record):
    """AVS and CVC as the processor words them (pass, fail, unavailable, unchecked); ECI as sent.

    `fraud_reported`, `disputed` None: not told. `intent` is the processor's id of the attempt to
    pay where it has one, `account` the shop's own id of who paid, `method_id` that of the
    customer's means of payment.
    """

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
    captured_at: Time | None = None
    intent: str = ""
    account: str = ""
    method_id: str = ""
    network: str = ""
    description: str = ""
    ship_to: Address | None = None
    disputed: bool | None = None
    fraud_reported: bool | None = None


class Refund(Record):
    """Money that went back, or is on its way. `status` and `reason` are the processor's words;
    `arn` is the acquirer's number, by which the issuer finds it."""

    kind: Literal["refund"] = "refund"
    id: str
    payment_id: str = ""
    order_id: str = ""
    amount: Money
    method_id: str = ""
    at: Time | None = None
    status: str = ""
    arn: str = ""
    reason: str = ""


class Shipment(Record):
    """`origin` is the country that it came from, as the tracker or its first scan tells."""

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
    origin: str = ""


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


class Eligibility(Record):
    """Of a network's programme that a dispute may fall under, what the processor says:
    `programme` (visa_compelling_evidence_3), `status` (qualified), `required` (what is missing)."""

    programme: str
    status: str = ""
    required: tuple[str, ...] = ()


class Dispute(Record):
    """`due_by` is the processor's deadline, never computed; None: not told, or no response is
    taken (`answerable` False). `status` is the processor's word, `state` our reading of it.

    `past_due`, `submissions`, `has_evidence`: of evidence sent so far; None: not told.
    """

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
    stage: DisputeStage = "unknown"
    status: str = ""
    state: DisputeState = "unknown"
    due_by: Time | None = None
    opened_at: Time | None = None
    closed_at: Time | None = None
    answerable: bool | None = None
    past_due: bool | None = None
    has_evidence: bool | None = None
    submissions: int | None = None
    refundable: bool | None = None
    eligibility: tuple[Eligibility, ...] = ()


class Statement(Record):
    """What a person of the shop stated of a dispute. It says what the dispute is about and which
    record to use; it is no proof of anything, and the processor's record stays as it is.

    `value`: the category, the code, the network, the id of the order or payment; for "record" a
    record's source (`payment/ch_1`), for "contradiction" its name, and `right` whether it is right.
    `was` is what the records said of it then: once they say otherwise it no longer holds. Of
    several about the same the newest holds; one that was revoked holds no more.
    """

    kind: Literal["statement"] = "statement"
    id: str
    dispute_id: str
    about: StatedAbout
    value: str
    right: bool | None = None
    was: str = ""
    by: str
    at: Time
    revoked_at: Time | None = None
    revoked_by: str = ""


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
    """A report row: a target's or search term's figures on one day or span."""

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
    """A message between buyer and shop; `letter` of one from outside. Its text is untrusted."""

    kind: Literal["message"] = "message"
    id: str
    order_id: str = ""
    customer_id: str = ""
    at: Time
    sender: Literal["buyer", "shop"]
    language: str = ""
    text: str
    letter: Letter | None = None


ShopRecord = (
    Product | Customer | Order | Payment | Refund | Shipment | TrackingEvent
    | Dispute | Policy | Faq | AdStatistic | Message | Statement
)  # fmt: skip


class SourceRow(Record):
    """A record as read from a file, with the raw row it came from, kept for evidence.

    `row` counts from 1 in the source (a CSV's first data row is 1). `at` is when the source said
    so, where it tells: what it said later is never replaced by what it said before.
    """

    record: ShopRecord = Field(discriminator="kind")
    raw: Json
    source: str
    row: int = 0
    at: Time | None = None


class Version(Record):
    """What a product's listing or a policy said, from its first to its last seeing.

    It stood from `seen_from` to `seen_to`, without doubt; between the `seen_to` of one version and
    the `seen_from` of the next nobody knows. A listing is what a buyer reads: stock is none of it.
    """

    record: Product | Policy = Field(discriminator="kind")
    seen_from: Time
    seen_to: Time

    def stood(self, at: Time) -> bool:
        """Whether it is known to have been shown at that time."""
        return self.seen_from <= at <= self.seen_to


class Rejected(Record):
    """A row that was set aside, with the field and value that stopped it."""

    row: int
    field: str
    value: str
    reason: str
