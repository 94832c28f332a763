"""Whose money an order holds: what was paid by which means, and what may be paid or paid back."""

from collections import Counter
from collections.abc import Sequence

from tools.orders.permission import Refusal, rule_of
from tradewind.base import Money
from tradewind.changes import ChangeKind, PaymentMethod
from tradewind.commerce import Customer, Order, Payment, Refund
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext


def customer_of(shop: ShopReader, order: Order) -> Customer | None:
    return shop.customer(order.customer_id) if order.customer_id else None


def method_of(customer: Customer | None, method_id: str) -> PaymentMethod | None:
    held = customer.methods if customer else ()
    return next((method for method in held if method.id == method_id), None)


def held_by(shop: ShopReader, order: Order) -> dict[str, int]:
    """By payment what of it was not paid back, in minor units, in the order of paying."""
    back: Counter[str] = Counter()
    for refund in shop.refunds_of(order.id):
        back[refund.payment_id] += refund.amount.minor
    held: dict[str, int] = {}
    for payment in shop.payments_of(order.id):
        told = payment.refunded.minor if payment.refunded else 0
        held[payment.id] = payment.amount.minor - max(told, back[payment.id])
    return held


def originals(shop: ShopReader, order: Order) -> list[str]:
    """The means of payment that hold the order's money; "" is one that the shop does not name."""
    held = held_by(shop, order)
    payments = shop.payments_of(order.id)
    paid = [p.method_id for p in payments if held[p.id] > 0] or [p.method_id for p in payments]
    return list(dict.fromkeys(paid))


def chosen(
    context: ToolContext, order: Order, kind: ChangeKind, method_id: str, pays: int = 0
) -> str | Refusal:
    """The means of payment that money goes to, or comes from where `pays` is above zero.

    None named: the one that the order was paid with, where it was one.
    """
    first = originals(context.shop, order)
    if not method_id:
        if len(first) == 1 and not rule_of(context, kind).needs_method:
            method_id = first[0]
        else:
            return Refusal(f"{kind}.method", "no means of payment is named.")
    return _allowed(context, order, kind, method_id, first, pays)


def _allowed(
    context: ToolContext, order: Order, kind: ChangeKind, method_id: str, first: Sequence[str],
    pays: int,
) -> str | Refusal:  # fmt: skip
    method = method_of(customer_of(context.shop, order), method_id)
    if method is None and method_id not in first:
        return Refusal(f"{kind}.method", f"{method_id} is none of this customer's.")
    to = rule_of(context, kind).to
    known = "any" in to or ("original" in to and method_id in first)
    if not known and not ("gift_card" in to and method and method.kind == "gift_card"):
        return Refusal(
            f"{kind}.to", f"{method_id} is neither what order {order.id} was paid with nor a "
            "gift card.",
        )  # fmt: skip
    return short(method, kind, pays) or method_id


def short(method: PaymentMethod | None, kind: ChangeKind, pays: int) -> Refusal | None:
    """Whether a gift card holds too little for what it is to pay."""
    if pays <= 0 or method is None or method.kind != "gift_card":
        return None
    balance = method.balance
    if balance is not None and balance.minor >= pays:
        return None
    return Refusal(f"{kind}.balance", f"{method.id} holds {balance or 'an unknown balance'}.")


def with_balance(customer: Customer, method_id: str, minor: int) -> Customer:
    """The customer, so much more on a gift card; another means keeps no balance here."""
    if not minor or not _keeps_balance(customer, method_id):
        return customer
    methods = tuple(_with(m, minor) if m.id == method_id else m for m in customer.methods)
    return customer.model_copy(update={"methods": methods, "revision": customer.revision + 1})


def _keeps_balance(customer: Customer, method_id: str) -> bool:
    method = method_of(customer, method_id)
    return method is not None and method.kind == "gift_card" and method.balance is not None


def _with(method: PaymentMethod, minor: int) -> PaymentMethod:
    if method.balance is None:
        return method
    more = method.balance.model_copy(update={"minor": method.balance.minor + minor})
    return method.model_copy(update={"balance": more})


def moves_balance(customer: Customer | None, *method_ids: str) -> Customer | None:
    """The customer, where one of these is a gift card of theirs."""
    found = [method_of(customer, id_) for id_ in method_ids]
    return customer if any(m is not None and m.kind == "gift_card" for m in found) else None


def paid(order: Order, effect_id: str, amount: Money, method: PaymentMethod | None, id_: str,
         like: Payment | None) -> Payment:  # fmt: skip
    """A payment that an effect made."""
    return Payment(
        id=f"{order.id}/payment/{effect_id}", order_id=order.id, amount=amount, status="paid",
        method=method.kind if method else (like.method if like else ""), method_id=id_,
        brand=method.brand if method else "", last4=method.last4 if method else "",
        email=order.email, name=like.name if like else "",
    )  # fmt: skip


def paid_back(order: Order, effect_id: str, n: int, amount: Money, method_id: str,
              payment_id: str) -> Refund:  # fmt: skip
    """Money that an effect sent back."""
    return Refund(
        id=f"{order.id}/refund/{effect_id}/{n}", payment_id=payment_id, order_id=order.id,
        amount=amount, method_id=method_id, status="refunded",
    )  # fmt: skip
