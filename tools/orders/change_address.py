"""Send an order that has not been shipped to another address."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import JsonValue

from tools.access import readable_order
from tools.effects import refused, target_of, told
from tools.orders.cancel import CANCELLABLE
from tradewind.evidence import NameFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "orders.change_address"


def _former(
    arguments: Mapping[str, JsonValue], state: Mapping[str, JsonValue]
) -> dict[str, JsonValue] | None:
    """The address before, where the outside told it."""
    before = state.get("address_before")
    return {"order_id": arguments["order_id"], "address": before} if before else None


@tool(NAME, effect="write", audiences=("merchant", "buyer"), undo=_former)
def change_address(
    context: ToolContext,
    order_id: Annotated[str, From.of("order_id", "request", "proof")],
    address: Annotated[str, From.of("address", "request", "buyer")],
) -> ToolResult:
    """Change the delivery address of an order that has not been shipped. Give the whole address
    as it was written."""
    order = readable_order(context, order_id)
    if order.status not in CANCELLABLE:
        return refused(f"order {order.id} is {order.status.replace('_', ' ')}.")
    if not any(map(str.isalnum, address)):
        return refused("there is no address.")
    return ToolResult(proposal=Proposal(
        arguments={"order_id": order.id, "address": address}, target=target_of(order),
        evidence=told(
            NAME, order.id, f"Send order {order.id} to: {address}.",
            NameFact(name="address", value=address),
        ),
    ))  # fmt: skip
