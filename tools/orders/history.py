"""What the shop knows of an order's customer from before."""

from collections.abc import Sequence
from decimal import Decimal

from tools.access import readable_order
from tools.outsiders import as_email, as_token
from tradewind.commerce import Address, Customer, Order
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, NumberFact, TimeFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool


@tool("orders.history", effect="read")
def order_history(context: ToolContext, order_id: str) -> ToolResult:
    """Read what was known of an order's customer when it was placed: since when the account is
    there, earlier orders and disputes, and whether IP, device and address came up before."""
    order = readable_order(context, order_id)
    if not order.customer_id:
        return ToolResult(note=f"Order {order.id} names no customer.")
    earlier = _earlier(context.shop.orders_of(order.customer_id), order)
    customer = context.shop.customer(order.customer_id)
    disputes = sum(_disputes(context.shop, other) for other in earlier)
    return ToolResult(evidence=(history_evidence(order, customer, earlier, disputes),))


def _earlier(orders: Sequence[Order], order: Order) -> list[Order]:
    """Placed before this one, oldest first; those without a time are left out."""
    if order.placed_at is None:
        return []
    before = [(o.placed_at, o.id, o) for o in orders if o.placed_at and o.id != order.id]
    return [o for at, _, o in sorted(before, key=lambda t: t[:2]) if at < order.placed_at]


def _disputes(shop: ShopReader, order: Order) -> int:
    return sum(len(shop.disputes_of(payment.id)) for payment in shop.payments_of(order.id))


def history_evidence(
    order: Order, customer: Customer | None, earlier: Sequence[Order], disputes: int
) -> Evidence:
    """The customer as of the order. A flag is left out where the order tells no such mark."""
    facts: list[Fact] = [
        IdFact(name="account", value=order.customer_id),
        IdFact(name="order", value=order.id),
        NumberFact(name="orders_before", value=Decimal(len(earlier))),
        NumberFact(name="disputes_before", value=Decimal(disputes)),
    ]
    ids = {"email": as_email(order.email), "ip": as_token(order.ip),
           "device": as_token(order.device)}  # fmt: skip
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    seen = {
        "ip_seen_before": _seen(order.ip, [o.ip for o in earlier]),
        "device_seen_before": _seen(order.device, [o.device for o in earlier]),
        "address_seen_before": _seen(_folded(order.ship_to), [_folded(o.ship_to) for o in earlier]),
    }
    facts += [FlagFact(name=k, value=v) for k, v in seen.items() if v is not None]
    times = {
        "customer_since": customer.created_at if customer else None,
        "first_order_at": earlier[0].placed_at if earlier else None,
        "last_order_at": earlier[-1].placed_at if earlier else None,
    }
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    marks = ", ".join(
        f"{name.removesuffix('_seen_before')} {'seen' if known else 'not seen'} before"
        for name, known in seen.items() if known is not None
    )  # fmt: skip
    return Evidence.of(
        "customer", f"customer/{order.customer_id}", f"Customer {order.customer_id}",
        f"Customer {order.customer_id} before order {order.id}: {len(earlier)} orders, "
        f"{disputes} disputes{'; ' + marks if marks else ''}.",
        tuple(facts), observed_at=order.placed_at,
    )  # fmt: skip


def _seen(mark: str, earlier: Sequence[str]) -> bool | None:
    return mark in earlier if mark else None


def _folded(address: Address | None) -> str:
    """An address for comparing; nothing where it is not whole."""
    if address is None or not (address.line1 and address.postcode):
        return ""
    parts = (address.line1, address.line2, address.city, address.postcode, address.country)
    return "|".join(" ".join(part.casefold().split()) for part in parts)
