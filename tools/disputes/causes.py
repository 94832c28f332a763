"""Disputed orders beside all orders: by lane, carrier, product, claim, descriptor."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from tools.disputes.claims import claims, claims_in
from tools.disputes.counting import counted, figure, is_counted, order_key, rules, some
from tools.disputes.parcels import read_parcels
from tools.outsiders import as_word
from tradewind.base import Time
from tradewind.commerce import Dispute, Order, Payment
from tradewind.evidence import Evidence, Fact, NameFact
from tradewind.ports.storage import ShopReader
from tradewind.prevention import Dimension
from tradewind.tool import ToolContext, ToolResult, tool

_Group = tuple[Dimension, str]


class _Cohort(NamedTuple):
    """The orders of the window by key, those disputed with their disputes, the groups that they
    are in, and by claim the disputed orders whose buyers made it."""

    orders: dict[str, Order]
    disputed: dict[str, list[Dispute]]
    groups: dict[_Group, set[str]]
    claimed: dict[str, dict[str, set[str]]]
    undated: int


@tool("disputes.causes", effect="read", bulk=True)
def count_causes(context: ToolContext, at: Time) -> ToolResult:
    """Count disputed orders among all orders of the last months, by carrier and lane (country of
    the first scan and of the address), product, what disputed messages say is not as described, and
    statement descriptor: each group beside all others."""
    found = _gather(context.shop, at)
    if not found.orders:
        return ToolResult(note="No order of these months is recorded.")
    return ToolResult(evidence=(_base(found), *_groups(found)))


def _gather(shop: ShopReader, at: Time) -> _Cohort:
    orders, undated = _orders(shop, at)
    found = _Cohort(orders, defaultdict(list), defaultdict(set), {}, undated)
    for key, order in orders.items():
        for line in order.lines:
            found.groups["product", _product(line.product_id, line.title)].add(key)
    payments = _payments(shop, found)
    for dispute in shop.all("dispute"):
        if isinstance(dispute, Dispute) and is_counted(dispute):
            key = order_key(dispute.order_id) or payments.get(dispute.payment_id, "")
            if key in orders and not (dispute.opened_at and dispute.opened_at > at):
                found.disputed[key].append(dispute)
    for parcel in read_parcels(shop, at):
        key = order_key(parcel.order_id)
        if key in orders and parcel.carrier:
            carrier = parcel.carrier.casefold().replace("-", " ")
            found.groups["carrier", carrier].add(key)
            if parcel.origin and parcel.destination:
                lane = f"{carrier}, {parcel.origin} to {parcel.destination}"
                found.groups["lane", lane].add(key)
    _add_claims(shop, found)
    return found


def _orders(shop: ShopReader, at: Time) -> tuple[dict[str, Order], int]:
    """Orders placed within the window; how many have no time."""
    first, undated = at - timedelta(days=rules().causes.window_days), 0
    found: dict[str, Order] = {}
    for order in shop.all("order"):
        if isinstance(order, Order):
            undated += order.placed_at is None
            if order.placed_at and first <= order.placed_at <= at:
                found[order_key(order.id)] = order
    return found, undated


def _payments(shop: ShopReader, found: _Cohort) -> dict[str, str]:
    """The orders of payments, by the ids that a dispute may name; groups by descriptor."""
    inner = {order_key(o.source_id): key for key, o in found.orders.items() if o.source_id}
    payments: dict[str, str] = {}
    for payment in shop.all("payment"):
        if not isinstance(payment, Payment):
            continue
        key = order_key(payment.order_id)
        key = key if key in found.orders else inner.get(key, "")
        if key:
            payments |= {id_: key for id_ in (payment.id, payment.intent) if id_}
            if descriptor := as_word(payment.descriptor):
                found.groups["descriptor", descriptor].add(key)
    return payments


def _add_claims(shop: ShopReader, found: _Cohort) -> None:
    """What buyers of orders disputed as not as described wrote, by product. The base of a claim is
    every order of the product."""
    for key, disputes in found.disputed.items():
        if all(d.category != "product_unacceptable" for d in disputes):
            continue
        order = found.orders[key]
        texts = [m.text for m in shop.messages_of(order.id) if m.sender == "buyer"]
        for claim in claims_in(texts):
            by_product = found.claimed.setdefault(claim, defaultdict(set))
            for line in order.lines:
                by_product[_product(line.product_id, line.title)].add(key)


def _product(id_: str, title: str) -> str:
    """A product by its title, for a person; by its number where the title is no name."""
    return as_word(title) or as_word(id_) or "product not told"


def _base(found: _Cohort) -> Evidence:
    """All orders of the window, and how many groups they were put into: what chance is told by."""
    days = rules().causes.window_days
    disputed = len(found.disputed)
    facts: list[Fact] = [
        NameFact(name="count", value="base"), counted("days", days, "day"),
        counted("orders", len(found.orders)), counted("disputed", disputed),
        counted("groups", _looked_at(found)), counted("undated", found.undated),
        *_kinds(found),
    ]  # fmt: skip
    return figure(
        "base", "Orders and disputes",
        f"Orders placed in the last {days} days: {len(found.orders)}, of them disputed {disputed}; "
        f"{found.undated} orders without a time are not counted.", facts,
        (*found.orders, *_ids(found, found.disputed)),
    )  # fmt: skip


def _kinds(found: _Cohort) -> Iterator[Fact]:
    """Disputes by category and by network and reason code, over the same orders."""
    kinds: defaultdict[str, int] = defaultdict(int)
    for dispute in (d for held in found.disputed.values() for d in held):
        kinds[f"category.{dispute.category}"] += 1
        code = f"{as_word(dispute.network)} {as_word(dispute.reason_code)}".strip()
        kinds[f"code.{code or 'not told'}"] += 1
    return (counted(name, n) for name, n in sorted(kinds.items()))


def _groups(found: _Cohort) -> Iterator[Evidence]:
    """Every group with a disputed order, beside all other orders of which the dimension is known:
    an order that was never sent says nothing of a carrier. What is compared for a claim is orders
    disputed with that claim, not all disputed ones."""
    disputed, known = found.disputed.keys(), _known(found)
    for (dimension, name), members in sorted(found.groups.items()):
        if hit := members & disputed:
            others = known[dimension] - members
            yield _group((dimension, name), members, hit, others, others & disputed, found)
    for claim, products in sorted(found.claimed.items()):
        made = set[str]().union(*products.values())
        for product, hit in sorted(products.items()):
            members = found.groups["product", product]
            others = known["product"] - members
            yield _group(("claim", f"{product}: {claim}"), members, hit, others, made - hit, found)


def _known(found: _Cohort) -> dict[Dimension, set[str]]:
    known: defaultdict[Dimension, set[str]] = defaultdict(set)
    for (dimension, _), members in found.groups.items():
        known[dimension] |= members
    return known


def _group(
    group: _Group, members: set[str], hit: set[str], others: set[str], others_hit: set[str],
    found: _Cohort,
) -> Evidence:  # fmt: skip
    dimension, name = group
    rest, rest_hit, ids = len(others), len(others_hit), _ids(found, hit)
    facts: list[Fact] = [
        NameFact(name="count", value="group"), NameFact(name="dimension", value=dimension),
        NameFact(name="name", value=name), counted("orders", len(members)),
        counted("disputed", len(hit)), counted("rest_orders", rest),
        counted("rest_disputed", rest_hit),
    ]  # fmt: skip
    return figure(
        f"group/{dimension}/{name}", f"{dimension}: {name}",
        f"{dimension} {name}: {len(hit)} of {len(members)} orders disputed ({some(ids)}); of all "
        f"others {rest_hit} of {rest}.", facts, (*members, *ids),
    )  # fmt: skip


def _looked_at(found: _Cohort) -> int:
    """How many groups there are to be surprised by: every one of every dimension, and each claim of
    the list with each product, also where nobody made it."""
    products = sum(dimension == "product" for dimension, _ in found.groups)
    return len(found.groups) + products * len(claims())


def _ids(found: _Cohort, keys: Iterable[str]) -> list[str]:
    return [dispute.id for key in keys for dispute in found.disputed.get(key, ())]
