"""What a session may read: buyers only the order that they proved to own."""

from tradewind.commerce import Order
from tradewind.errors import ToolDenied, ToolRetry
from tradewind.tool import ToolContext


def readable_order(context: ToolContext, order_id: str) -> Order:
    """The order. Raises ToolDenied for a buyer's foreign order, whether or not it exists."""
    order = context.shop.order(order_id)
    session = context.session
    if session.audience == "buyer" and (order is None or order.id != session.verified_order):
        raise ToolDenied(
            f"order {order_id} is not this buyer's.", "Ask for the order number and its e-mail."
        )
    if order is None:
        raise ToolRetry(f"there is no order {order_id}.", "Check the number.")
    return order


def told_order(context: ToolContext, order_id: str) -> Order:
    """As `readable_order`, to tell of it: one that was just read to prove it is not read again.

    Given out once, so that a later look is one at the records of then.
    """
    read = context.proving.pop(order_id, None)
    if read is not None and order_id == context.session.verified_order:
        return read
    return readable_order(context, order_id)


def readable_order_id(context: ToolContext, order_id: str) -> str:
    """The order's id, refused as `readable_order` does; a proven order is not read again."""
    session = context.session
    if session.audience == "buyer" and order_id == session.verified_order:
        return order_id
    return readable_order(context, order_id).id
