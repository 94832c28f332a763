"""What buyer and shop wrote about an order."""

from tools.access import readable_order
from tradewind.evidence import Evidence, IdFact, NameFact, TimeFact
from tradewind.tool import ToolContext, ToolResult, tool


@tool("orders.messages", effect="read", audiences=("merchant", "ops"))
def order_messages(context: ToolContext, order_id: str) -> ToolResult:
    """Read the messages between the buyer and the shop about one order, oldest first."""
    order = readable_order(context, order_id)
    return ToolResult(evidence=tuple(
        Evidence.of(
            "message", f"message/{m.id}", f"Message from the {m.sender}", m.text,
            (IdFact(name="order", value=order.id), NameFact(name="sender", value=m.sender),
             TimeFact(name="at", value=m.at)),
            language=m.language or "en", observed_at=m.at, trust="untrusted",
        )
        for m in context.shop.messages_of(order.id)
    ))  # fmt: skip
