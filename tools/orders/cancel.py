"""Cancel an order that has not been shipped."""

from datetime import datetime

from pydantic import JsonValue

from tools.access import readable_order
from tools.effects import standing, target_of
from tools.orders.asking import OrderId, Reason, Seen, first, proposed
from tools.orders.entering import (
    NOTHING,
    added,
    noted,
    order_in,
    restocked,
    text_in,
    together,
    with_customer,
)  # fmt: skip
from tools.orders.money import customer_of, held_by, moves_balance, paid_back, with_balance
from tools.orders.permission import Refusal, forbidden, refusal, rule_of, seen_of, stale
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Order, Refund
from tradewind.effects import Effect
from tradewind.evidence import MoneyFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import Revision, ToolContext, ToolResult, tool

NAME = "orders.cancel"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """Cancelled, its items back in stock; where it was so proposed, its money paid back."""
    order = order_in(shop, effect)
    if order is None:
        return NOTHING
    change = OrderChange(kind="cancel", reason=text_in(effect.arguments, "reason"))
    done = noted(order, effect, change, at, status="cancelled")
    stock = restocked(
        shop, order, [li.variant_id for li in order.lines for _ in range(li.quantity)]
    )
    return together(done, stock, _repaid(shop, order, effect) if effect.amount else NOTHING)


def _repaid(shop: ShopReader, order: Order, effect: Effect) -> Revision:
    refunds = _refunds(shop, order, effect.id)
    customer = after = customer_of(shop, order)
    for refund in refunds:
        after = after and with_balance(after, refund.method_id, refund.amount.minor)
    payments = {p.id: p for p in shop.payments_of(order.id)}
    back = tuple(payments[refund.payment_id] for refund in refunds)
    repaid = tuple(
        p.model_copy(update={"refunded": p.amount, "status": "refunded"}) for p in back
    )  # fmt: skip
    return together(Revision(back, repaid), added(*refunds), with_customer(customer, after))


def _refunds(shop: ShopReader, order: Order, effect_id: str) -> list[Refund]:
    """What each payment still holds, back to where it came from."""
    held, refunds = held_by(shop, order), list[Refund]()
    for n, payment in enumerate(shop.payments_of(order.id), start=1):
        if held[payment.id] > 0:
            amount = payment.amount.model_copy(update={"minor": held[payment.id]})
            refunds.append(paid_back(order, effect_id, n, amount, payment.method_id, payment.id))
    return refunds


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def cancel(
    context: ToolContext, order_id: OrderId, reason: Reason = "", seen: Seen = None
) -> ToolResult:
    """Cancel a whole order that has not been shipped, with the reason where the shop wants one. It
    cannot be taken back."""
    order = readable_order(context, order_id)
    refunds = _refunds(context.shop, order, "") if rule_of(context, "cancel").refunds else []
    cards = moves_balance(customer_of(context.shop, order), *(r.method_id for r in refunds))
    now = seen_of(order, cards)
    why = first(
        _running(context, order), forbidden(context, order, "cancel", NAME, reason),
        stale(seen or {}, now),
    )  # fmt: skip
    if why:
        return refusal(context, order, "cancel", why)
    amount = Money(minor=sum(r.amount.minor for r in refunds), currency=order.total.currency)
    told: dict[str, JsonValue] = {"order_id": order.id, "seen": {**now}}
    told |= {"reason": reason} if reason else {}
    return proposed(
        context, NAME, order, told, _excerpt(order, reason, amount),
        MoneyFact(name="total", value=order.total), once=True,
        amount=amount if refunds else None,
    )  # fmt: skip


def _running(context: ToolContext, order: Order) -> Refusal | None:
    if order.status == "cancelled" or not standing(context, NAME, target_of(order)):
        return None
    return Refusal("cancel.times", f"order {order.id} is being cancelled already.")


def _excerpt(order: Order, reason: str, amount: Money) -> str:
    because = f" Reason: {reason}." if reason else ""
    back = f" {amount} goes back to where it came from." if amount.minor else ""
    return f"Cancel order {order.id}.{because}{back}"
