"""Who seems to have written, and about which order. A From proves nothing: SPF and DKIM are not
looked at, so what the draft tells of an order is for that order's own address alone."""

from pydantic import JsonValue

from agents.letters.records import Sender
from agents.run import Run
from tradewind.base import Record
from tradewind.commerce import Message, Order
from tradewind.ports.storage import ShopReader


class Known(Record):
    """`order` is set where the draft may tell of it, `to` where alone it may go then."""

    sender: Sender
    order: str = ""
    to: str = ""


async def find_sender(run: Run, message: Message, named: str) -> Known:
    """What the records say of who wrote, as a recorded read; `named` is the order's number that
    the message gives."""
    letter = message.letter
    if letter is None:
        channel, address = "pasted", ""
    else:
        channel, address = letter.channel, letter.address
    asked: dict[str, JsonValue] = {
        "channel": channel, "address": address, "named": named, "order": message.order_id,
    }  # fmt: skip
    told = await run.look("sender", asked, lambda shop: _known(shop, asked).model_dump())
    return Known.model_validate(told)


def _known(shop: ShopReader, asked: dict[str, JsonValue]) -> Known:
    channel, address, named, given = (
        str(asked[k]) for k in ("channel", "address", "named", "order")
    )
    if channel == "review":
        return Known(sender="public")
    if channel == "marketplace":
        order = shop.order(given) if given else None
        return Known(sender="place", order=order.id) if order else Known(sender="no_order")
    if channel == "pasted":
        order = shop.order(named) if named else None
        if order is None:
            return Known(sender="no_order")
        return Known(sender="pasted", order=order.id, to=_own_address(shop, order))
    return _of_mail(shop, address, named)


def _of_mail(shop: ShopReader, address: str, named: str) -> Known:
    """An unknown order and one of another address take the same way: the writer learns nothing."""
    if named:
        order = shop.order(named)
        own = _own_address(shop, order) if order else ""
        if order and same_address(address, own):
            return Known(sender="matches", order=order.id, to=own)
        return Known(sender="differs", to=address)
    orders = [o for o in shop.orders_by(address) if same_address(address, o.email)]
    if len(orders) == 1:
        return Known(sender="matches", order=orders[0].id, to=orders[0].email)
    return Known(sender="several" if orders else "no_order", to=address)


def _own_address(shop: ShopReader, order: Order) -> str:
    """The order's e-mail, else its customer's."""
    if order.email or not order.customer_id:
        return order.email
    customer = shop.customer(order.customer_id)
    return customer.email if customer else ""


def same_address(one: str, other: str) -> bool:
    """Equal but for case. Letters that only look alike are others: both have to be ASCII."""
    known = bool(one) and one.isascii() and other.isascii()
    return known and one.strip().casefold() == other.strip().casefold()
