"""Pay money back to a buyer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated

from tools.access import readable_order
from tools.effects import refused, standing, target_of, told
from tools.orders.entering import NOTHING, added, noted, order_in, together, with_customer
from tools.orders.money import customer_of, held_by, paid_back, with_balance
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Order, Refund
from tradewind.effects import Cap, Effect
from tradewind.evidence import MoneyFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import From, Proposal, Revision, ToolContext, ToolResult, tool

NAME = "refunds.pay"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    """The refund, of the payments that still hold money, oldest first; a gift card's balance; the
    order is refunded when nothing is left of it."""
    order, amount = order_in(shop, effect), effect.amount
    if order is None or amount is None:
        return NOTHING
    held = held_by(shop, order)
    refunds = tuple(_refunds(shop, order, effect.id, amount, held))
    customer = after = customer_of(shop, order)
    for refund in refunds:
        after = after and with_balance(after, refund.method_id, refund.amount.minor)
    whole = sum(held.values()) if held else order.total.minor
    told: dict[str, object] = {"status": "refunded"} if amount.minor >= whole else {}
    change = OrderChange(kind="paid_back", difference=amount)
    done = noted(order, effect, change, at, **told)
    return together(done, added(*refunds), with_customer(customer, after))


def _refunds(
    shop: ShopReader, order: Order, effect_id: str, amount: Money, held: Mapping[str, int]
) -> Iterator[Refund]:
    """The amount by payment; what no payment of the records holds stands by itself."""
    rest = amount.minor
    for n, payment in enumerate(shop.payments_of(order.id), start=1):
        part = min(rest, max(0, held[payment.id]))
        if part and payment.amount.currency == amount.currency:
            size, rest = amount.model_copy(update={"minor": part}), rest - part
            yield paid_back(order, effect_id, n, size, payment.method_id, payment.id)
    if rest:
        yield paid_back(order, effect_id, 0, amount.model_copy(update={"minor": rest}), "", "")


@tool(NAME, effect="spend", audiences=("merchant", "buyer"), enter=_enter)
def pay(
    context: ToolContext,
    order_id: Annotated[str, From.of("order_id", "request", "proof")],
    amount: Annotated[Money | None, From.of("amount", "request", "record")] = None,
) -> ToolResult:
    """Refund an order, or a part of it, to the means of payment it was paid with. Without an
    amount all that can still be refunded."""
    order = readable_order(context, order_id)
    left = _left(context, order)
    asked = amount or left
    why = _refusal(order, asked, left)
    if why:
        return refused(why)
    return ToolResult(proposal=Proposal(
        arguments={"order_id": order.id, "amount": asked.model_dump(mode="json")},
        target=target_of(order), amount=asked,
        bound=Cap(tool=NAME, target=target_of(order), amount=_refundable(context, order)),
        evidence=told(
            NAME, order.id, f"Refund {asked} of order {order.id}.",
            MoneyFact(name="amount", value=asked), MoneyFact(name="total", value=order.total),
        ),
    ))  # fmt: skip


def _refusal(order: Order, asked: Money, left: Money) -> str:
    if order.status == "refunded":
        return f"order {order.id} has been refunded."
    if asked.currency != left.currency:
        return f"order {order.id} was paid in {left.currency}, not {asked.currency}."
    if asked.minor <= 0:
        return f"nothing of order {order.id} is left to refund."
    if asked.minor > left.minor:
        return f"of order {order.id} no more than {left} can be refunded."
    return ""


def _refundable(context: ToolContext, order: Order) -> Money:
    """What was paid, less what the shop's records show as refunded."""
    back = [p.refunded for p in context.shop.payments_of(order.id) if p.refunded]
    known = sum(money.minor for money in back if money.currency == order.total.currency)
    return order.total.model_copy(update={"minor": order.total.minor - known})


def _left(context: ToolContext, order: Order) -> Money:
    """What our own effects leave of it: those that happened, may have, or are still asked about."""
    whole = _refundable(context, order)
    ours = standing(context, NAME, target_of(order))
    taken = sum(e.amount.minor for e in ours if e.amount and e.amount.currency == whole.currency)
    return whole.model_copy(update={"minor": whole.minor - taken})
