"""Ask for money back: the wish is noted, a person decides what is paid."""

from datetime import datetime
from typing import Annotated

from pydantic import JsonValue

from tools.access import readable_order
from tools.orders.asking import Method, OrderId, Reason, Seen, first, proposed
from tools.orders.entering import NOTHING, noted, order_in, text_in
from tools.orders.money import chosen, held_by
from tools.orders.permission import Refusal, forbidden, refusal, seen_of, stale
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Order
from tradewind.effects import Effect
from tradewind.evidence import MoneyFact, NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import From, Revision, ToolContext, ToolResult, tool

NAME = "refunds.ask"


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    order, told = order_in(shop, effect), effect.arguments
    if order is None:
        return NOTHING
    change = OrderChange(
        kind="refund", reason=text_in(told, "reason"), method_id=text_in(told, "method"),
        difference=Money.model_validate(told["amount"]),
    )  # fmt: skip
    return noted(order, effect, change, at)


@tool(NAME, effect="write", audiences=("merchant", "buyer"), enter=_enter)
def ask(
    context: ToolContext, order_id: OrderId, reason: Reason,
    amount: Annotated[Money | None, From.of("amount", "request", "record", "buyer")] = None,
    method: Method = "", seen: Seen = None,
) -> ToolResult:  # fmt: skip
    """Note that a buyer wants money back for an order, with the reason: all that was paid, or an
    amount. Nothing is paid by it: a person decides."""
    order = readable_order(context, order_id)
    wanted, now = amount or _held(context, order), seen_of(order)
    why = first(
        stale(seen or {}, now), forbidden(context, order, "refund", NAME, reason),
        _too_much(context, order, wanted),
    )  # fmt: skip
    means = why or chosen(context, order, "refund", method)
    if isinstance(means, Refusal):
        return refusal(context, order, "refund", means)
    told: dict[str, JsonValue] = {
        "order_id": order.id, "reason": reason, "amount": wanted.model_dump(mode="json"),
        "method": means, "seen": {**now},
    }  # fmt: skip
    return proposed(
        context, NAME, order, told,
        f"The buyer of order {order.id} asks for {wanted} back. Reason: {reason}.",
        MoneyFact(name="amount", value=wanted), NameFact(name="reason", value=reason), once=True,
    )  # fmt: skip


def _held(context: ToolContext, order: Order) -> Money:
    """What was paid for the order and not paid back; its total where no payment is recorded."""
    held = held_by(context.shop, order)
    minor = sum(held.values()) if held else order.total.minor
    return order.total.model_copy(update={"minor": minor})


def _too_much(context: ToolContext, order: Order, wanted: Money) -> Refusal | None:
    held = _held(context, order)
    if wanted.currency != held.currency or not 0 < wanted.minor <= held.minor:
        return Refusal("refund.amount", f"{wanted} of the {held} that order {order.id} holds.")
    return None
