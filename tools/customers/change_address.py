"""Change a customer's own address; orders keep theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import JsonValue

from tools.effects import refused
from tools.orders.change_address import Written, address_in, as_told, incomplete, one_line
from tools.orders.entering import NOTHING, with_customer
from tradewind.commerce import Customer
from tradewind.effects import Effect
from tradewind.errors import ToolDenied, ToolRetry
from tradewind.evidence import Evidence, IdFact, NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import From, Proposal, Revision, ToolContext, ToolResult, tool

NAME = "customers.change_address"


def _former(
    arguments: Mapping[str, JsonValue], state: Mapping[str, JsonValue]
) -> dict[str, JsonValue] | None:
    """The address before, where the outside told it."""
    before = state.get("address_before")
    return {"customer_id": arguments["customer_id"], "address": before} if before else None


def _enter(shop: ShopReader, effect: Effect, at: datetime) -> Revision:
    customer = shop.customer(str(effect.arguments["customer_id"]))
    if customer is None:
        return NOTHING
    address = address_in(effect.arguments["address"], customer.address)
    if address == customer.address:
        return NOTHING
    told = {"address": address, "revision": customer.revision + 1}
    return with_customer(customer, customer.model_copy(update=told))


@tool(NAME, effect="write", audiences=("merchant", "buyer"), undo=_former, enter=_enter)
def change_address(
    context: ToolContext,
    customer_id: Annotated[str, From.of("customer", "request", "proof", "record")],
    address: Written,
) -> ToolResult:
    """Change the address that the shop keeps of a customer for orders to come. Give the whole
    address as it was written, or all its parts."""
    customer = _own(context, customer_id)
    why = incomplete(address, "customer")
    if why:
        return refused(why.why)
    line = one_line(address)
    said = f"Keep for customer {customer.id} the address: {line}."
    return ToolResult(proposal=Proposal(
        arguments={"customer_id": customer.id, "address": as_told(address)},
        target=f"customer/{customer.id}",
        evidence=Evidence.of(
            "effect", f"{NAME}/{customer.id}", said, said,
            (IdFact(name="id", value=customer.id), NameFact(name="address", value=line)),
        ),
    ))  # fmt: skip


def _own(context: ToolContext, customer_id: str) -> Customer:
    """The customer. Raises ToolDenied for another than the buyer, whether or not they exist."""
    session = context.session
    if session.audience == "buyer":
        order = context.shop.order(session.verified_order) if session.verified_order else None
        if customer_id not in filter(None, (session.customer, order and order.customer_id)):
            raise ToolDenied(f"customer {customer_id} is not this buyer.", "Ask for their order.")
    customer = context.shop.customer(customer_id)
    if customer is None:
        raise ToolRetry(f"there is no customer {customer_id}.", "Check the id.")
    return customer
