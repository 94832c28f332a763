"""Changes of orders, and the means of payment that they move money between."""

from typing import Literal

from tradewind.base import Money, Record, Time

ChangeKind = Literal[
    "cancel", "items", "payment", "address", "return", "exchange", "replacement", "refund",
    "paid_back",
]  # fmt: skip
MethodKind = Literal["gift_card", "paypal", "credit_card", "other"]


class PaymentMethod(Record):
    """A means of payment that a customer has left with the shop. `balance` is a gift card's."""

    id: str
    kind: MethodKind = "other"
    brand: str = ""
    last4: str = ""
    balance: Money | None = None


class OrderChange(Record):
    """What was asked of an order, or done to it, after it was placed.

    `effect` is the ledger's where it was ours, empty where the source tells of it. `items` are
    variants of the order's lines, one entry a unit, `new_items` those that come in their place,
    in the same order; `difference` is what the new ones cost more. `photo` is the SHA-256 of the
    picture that shows a damage.
    """

    kind: ChangeKind
    effect: str = ""
    at: Time | None = None
    items: tuple[str, ...] = ()
    new_items: tuple[str, ...] = ()
    method_id: str = ""
    difference: Money | None = None
    reason: str = ""
    photo: str = ""
