"""The retail data as records; fields with a default are the sample shop's own additions."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """A part of the retail data; an unknown field is refused, so nothing is lost unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(Entry):
    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: str


class PersonName(Entry):
    first_name: str
    last_name: str


class PaymentMethod(Entry):
    source: Literal["credit_card", "paypal", "gift_card"]
    id: str
    brand: str | None = None
    last_four: str | None = None
    balance: float | None = None


class User(Entry):
    user_id: str
    name: PersonName
    address: Address
    email: str
    payment_methods: dict[str, PaymentMethod]
    orders: list[str]

    @property
    def full_name(self) -> str:
        return f"{self.name.first_name} {self.name.last_name}"


class Item(Entry):
    name: str
    product_id: str
    item_id: str
    price: float
    options: dict[str, str]


class Fulfillment(Entry):
    tracking_id: list[str]
    item_ids: list[str]


class Transaction(Entry):
    """`transaction_id`: the processor's id of the charge or refund."""

    transaction_type: Literal["payment", "refund"]
    amount: float
    payment_method_id: str
    transaction_id: str | None = None


class Order(Entry):
    """`placed_at` ISO 8601 UTC; `device` the id that the shop's page sent."""

    order_id: str
    user_id: str
    address: Address
    items: list[Item]
    status: Literal["pending", "processed", "delivered", "cancelled"]
    fulfillments: list[Fulfillment]
    payment_history: list[Transaction]
    placed_at: str | None = None
    currency: str | None = None
    language: str | None = None
    ip: str | None = None
    device: str | None = None

    @property
    def method(self) -> str:
        return self.payment_history[0].payment_method_id

    @property
    def by_card(self) -> bool:
        return self.method.startswith("credit_card")

    @property
    def cents(self) -> int:
        return round(self.payment_history[0].amount * 100)


class Variant(Entry):
    """`stock`: pieces on hand, 0 where not available."""

    item_id: str
    options: dict[str, str]
    available: bool
    price: float
    stock: int | None = None


class SizeRow(Entry):
    """What a size is for: a body's measure from `low` to `high`."""

    size: str
    name: str
    low: float
    high: float
    unit: str


class Product(Entry):
    name: str
    product_id: str
    variants: dict[str, Variant]
    description: str | None = None
    vendor: str | None = None
    type: str | None = None
    tags: list[str] | None = None
    attributes: dict[str, str] | None = None
    images: list[str] | None = None
    url: str | None = None
    sizes: list[SizeRow] | None = None


class Retail(Entry):
    products: dict[str, Product]
    users: dict[str, User]
    orders: dict[str, Order] = Field(default_factory=dict)


def read_retail(folder: Path) -> Retail:
    """Read `db.json` of the retail folder. Raises OSError or pydantic's ValidationError."""
    return Retail.model_validate(json.loads((folder / "db.json").read_text(encoding="utf-8")))
