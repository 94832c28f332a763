"""Have an order that has not been shipped paid by another means."""

from datetime import datetime

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import Method, OrderId, Seen, first, proposed
from tools.orders.entering import (
    NOTHING,
    added,
    noted,
    order_in,
    text_in,
    together,
    with_customer,
)  # fmt: skip
from tools.orders.money import (
    chosen,
    customer_of,
    held_by,
    method_of,
    moves_balance,
    paid,
    paid_back,
    with_balance,
)  # fmt: skip
from tools.orders.permission import Refusal, forbidden, refusal, seen_of, stale
from tradewind.changes import OrderChange
from tradewind.commerce import Order, Payment
from tradewind.effects import Effect
from tradewind.evidence import MoneyFact, NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision, ToolContext, ToolResult, tool

NAME = "orders.change_payment"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """Paid anew by the other means, and paid back to the one before."""
    order, means = order_in(shop, effect), text_in(effect.arguments, "method")
    before = _only_payment(shop, order) if order else None
    if order is None or before is None:
        return NOTHING
    customer = after = customer_of(shop, order)
    method = method_of(customer, means)
    new = paid(order, effect.id, before.amount, method, means, before)
    back = paid_back(order, effect.id, 1, before.amount, before.method_id, before.id)
    old = before.model_copy(update={"refunded": before.amount, "status": "refunded"})
    if after:
        after = with_balance(after, means, -before.amount.minor)
        after = with_balance(after, before.method_id, before.amount.minor)
    done = noted(order, effect, OrderChange(kind="payment", method_id=means), at)
    return together(
        done, Revision((before,), (old,)), added(new, back), with_customer(customer, after)
    )


def _only_payment(shop: ShopReader, order: Order) -> Payment | None:
    """The one payment that holds the order's money; None where there is not just one."""
    held = [p for p in shop.payments_of(order.id) if held_by(shop, order)[p.id] > 0]
    return held[0] if len(held) == 1 else None


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def change_payment(
    context: ToolContext, order_id: OrderId, method: Method, seen: Seen = None
) -> ToolResult:
    """Have an order that has not been shipped paid by another of the customer's means of payment;
    what was paid before goes back. It is done once for an order."""
    order = readable_order(context, order_id)
    before = _only_payment(context.shop, order)
    why = first(forbidden(context, order, "payment", NAME), _single(order, before, method))
    pays = before.amount.minor if before else 0
    means = why or chosen(context, order, "payment", method, pays)
    if isinstance(means, Refusal) or before is None:
        return refusal(
            context, order, "payment", means if isinstance(means, Refusal) else _none(order)
        )
    cards = moves_balance(customer_of(context.shop, order), means, before.method_id)
    now = seen_of(order, cards)
    if gone := stale(seen or {}, now):
        return refusal(context, order, "payment", gone)
    told: dict[str, JsonValue] = {"order_id": order.id, "method": means, "seen": {**now}}
    return proposed(
        context, NAME, order, told,
        f"Order {order.id} is paid by {means}; {before.amount} goes back to "
        f"{before.method_id or 'the means before'}.",
        MoneyFact(name="amount", value=before.amount), NameFact(name="method", value=means),
        amount=before.amount, once=True,
    )  # fmt: skip


def other_means(context: ToolContext, order: Order) -> tuple[str, ...] | Refusal:
    """The customer's other means of payment that can pay for the order."""
    before, customer = _only_payment(context.shop, order), customer_of(context.shop, order)
    if before is None:
        return _none(order)
    kept = [m.id for m in customer.methods if m.id != before.method_id] if customer else []
    found = tuple(
        id_ for id_ in kept
        if not isinstance(chosen(context, order, "payment", id_, before.amount.minor), Refusal)
    )  # fmt: skip
    return found or Refusal("payment.on_file", f"order {order.id}: no other means is on file.")


def _none(order: Order) -> Refusal:
    return Refusal("payment.single", f"order {order.id} was not paid by one payment.")


def _single(order: Order, before: Payment | None, method: str) -> Refusal | None:
    if before is None:
        return _none(order)
    if before.method_id == method:
        return Refusal("payment.other", f"order {order.id} is paid by {method} already.")
    return None
