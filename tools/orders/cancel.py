"""Cancel an order that has not been shipped."""

from typing import Annotated

from tools.access import readable_order
from tools.effects import refused, standing, target_of, told
from tradewind.commerce import OrderStatus
from tradewind.effects import Cap
from tradewind.evidence import MoneyFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "orders.cancel"
CANCELLABLE: frozenset[OrderStatus] = frozenset(("pending",))


@tool(NAME, effect="write", audiences=("merchant", "buyer"))
def cancel(
    context: ToolContext, order_id: Annotated[str, From.of("order_id", "request", "proof")]
) -> ToolResult:
    """Cancel a whole order that has not been shipped. It cannot be taken back."""
    order = readable_order(context, order_id)
    if order.status not in CANCELLABLE:
        return refused(f"order {order.id} is {order.status.replace('_', ' ')}.")
    if standing(context, NAME, target_of(order)):
        return refused(f"order {order.id} is being cancelled already.")
    return ToolResult(proposal=Proposal(
        arguments={"order_id": order.id}, target=target_of(order),
        bound=Cap(tool=NAME, target=target_of(order), count=1),
        evidence=told(
            NAME, order.id, f"Cancel order {order.id}.",
            MoneyFact(name="total", value=order.total),
        ),
    ))  # fmt: skip
