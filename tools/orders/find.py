"""Order, items and total."""

from decimal import Decimal

from tools.access import told_order
from tools.outsiders import as_name
from tradewind.commerce import Address, Order, OrderLine
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact, NameFact, NumberFact, TimeFact
from tradewind.tool import ToolContext, ToolResult, tool

# What became of the order itself, whatever its parcel's record says.
_SETTLED = frozenset(("cancelled", "refunded", "return_requested", "exchange_requested"))


@tool("orders.find", effect="read", audiences=("merchant", "buyer", "ops"))
def find_order(context: ToolContext, order_id: str) -> ToolResult:
    """Look up one order by its number: status, items, total, address, date."""
    return ToolResult(evidence=(order_evidence(told_order(context, order_id)),))


def order_evidence(order: Order) -> Evidence:
    """The order as evidence, with typed facts."""
    facts: list[Fact] = [
        IdFact(name="id", value=order.id),
        NameFact(name="status", value=order.status),
        MoneyFact(name="total", value=order.total),
        NumberFact(name="count", value=Decimal(sum(line.quantity for line in order.lines))),
    ]
    if order.status in _SETTLED:
        facts.append(NameFact(name="settled", value=order.status))
    facts += [NameFact(name="item", value=line.title) for line in order.lines]
    facts += [MoneyFact(name="price", value=line.price) for line in order.lines]
    if order.placed_at:
        facts.append(TimeFact(name="placed_at", value=order.placed_at))
    if order.ship_to:
        facts += address_facts(order.ship_to)
    return Evidence.of(
        "order", f"order/{order.id}", f"Order {order.id}", _excerpt(order), tuple(facts),
        observed_at=order.placed_at,
    )  # fmt: skip


def address_facts(address: Address) -> list[Fact]:
    """City, postcode and country as names; empty parts are left out."""
    told = {"to_name": address.name, "to_city": address.city, "to_country": address.country}
    parts = {name: as_name(value) for name, value in told.items()}
    facts: list[Fact] = [NameFact(name=k, value=v) for k, v in parts.items() if v]
    if as_name(address.postcode):
        facts.append(IdFact(name="to_postcode", value=address.postcode))
    return facts


def _excerpt(order: Order) -> str:
    told = [f"Order {order.id}, status {order.status}, total {order.total}."]
    if order.placed_at:
        told.append(f"Placed {order.placed_at:%Y-%m-%d}.")
    told.append(f"Items: {'; '.join(map(_line, order.lines))}.")
    if order.ship_to:
        to = order.ship_to
        parts = filter(None, map(as_name, (to.city, to.postcode, to.country)))
        told.append(f"Ship to: {' '.join(parts)}.")
    return " ".join(told)


def _line(line: OrderLine) -> str:
    options = ", ".join(f"{name} {value}" for name, value in line.options.items())
    return (
        f"{line.quantity} x {line.title}"
        + (f" ({options})" if options else "")
        + f" at {line.price}"
    )
