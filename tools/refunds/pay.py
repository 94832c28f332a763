"""Pay money back to a buyer."""

from typing import Annotated

from tools.access import readable_order
from tools.effects import refused, standing, target_of, told
from tradewind.base import Money
from tradewind.commerce import Order
from tradewind.effects import Cap
from tradewind.evidence import MoneyFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "refunds.pay"


@tool(NAME, effect="spend", audiences=("merchant", "buyer"))
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
