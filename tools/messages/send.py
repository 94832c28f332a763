"""Write to the buyer of an order."""

from typing import Annotated

from tools.access import readable_order
from tools.effects import target_of, told
from tradewind.evidence import NameFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "messages.send"


@tool(NAME, effect="write", audiences=("merchant",))
def send(
    context: ToolContext,
    order_id: Annotated[str, From.of("order_id", "request")],
    text: Annotated[str, From.of("text", "request")],
) -> ToolResult:
    """Send the buyer of an order a message, word for word. What was sent cannot be unsaid."""
    order = readable_order(context, order_id)
    return ToolResult(proposal=Proposal(
        arguments={"order_id": order.id, "text": text}, target=target_of(order),
        evidence=told(
            NAME, order.id, f"Write to the buyer of order {order.id}: {text}",
            NameFact(name="text", value=text),
        ),
    ))  # fmt: skip
