"""Write to the buyer of an order."""

from typing import Annotated

from pydantic import JsonValue

from tools.access import readable_order
from tools.effects import refused, standing, target_of, told
from tradewind.evidence import NameFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "messages.send"


@tool(NAME, effect="write", audiences=("merchant",))
def send(
    context: ToolContext,
    order_id: Annotated[str, From.of("order_id", "request")],
    text: Annotated[str, From.of("text", "request", "record")],
    news: Annotated[str, From.of("text", "record")] = "",
) -> ToolResult:
    """Send the buyer of an order a message, word for word. What was sent cannot be unsaid. `news`
    names what a reviewed text tells of (a parcel and its state): it is told once."""
    order = readable_order(context, order_id)
    past = standing(context, NAME, target_of(order)) if news else ()
    if any(effect.arguments.get("news") == news for effect in past):
        return refused(f"the buyer of order {order.id} was told this, or somebody is asked whether "
                       "to tell it.")  # fmt: skip
    arguments: dict[str, JsonValue] = {"order_id": order.id, "text": text}
    return ToolResult(proposal=Proposal(
        arguments=arguments | ({"news": news} if news else {}), target=target_of(order),
        evidence=told(
            NAME, order.id, f"Write to the buyer of order {order.id}: {text}",
            NameFact(name="text", value=text),
        ),
    ))  # fmt: skip
