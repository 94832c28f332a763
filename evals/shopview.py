"""Records of a shop by the name that citations give them, and what is private of an order."""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from tradewind.base import Record
from tradewind.commerce import Product
from tradewind.errors import SpecError
from tradewind.ports.storage import ShopReader

CUSTOMS = Path(__file__).resolve().parent.parent / "data" / "customs"
_RULE = re.compile(r"rule/customs ([A-Z]{2})")
_FIGURE = re.compile(r"figure/lane (?:to ([A-Z]{2})|like (\S+))")


def records_of(shop: ShopReader, sources: Iterable[str]) -> list[Record]:
    """The records named `policy/returns`, `order/#W1`, `dispute/dp_1`; an order comes with its
    parcels and scans, a dispute also with payment, refunds, order and the
    rules on returns. Raises SpecError for none such."""
    return [record for source in sources for record in _records(shop, source)]


def exists(shop: ShopReader, source: str) -> bool:
    """Whether a citation's source names a record of the shop."""
    kind, _, id = source.partition("/")
    if kind in ("rule", "figure"):
        return _of_no_record(shop, source)
    if kind in ("shipment", "tracking_event"):
        return shop.raw(kind, id) is not None
    return bool(_find(shop, kind, id))


def _of_no_record(shop: ShopReader, source: str) -> bool:
    """Whether a row on import charges names a country of our data, and a count over parcels a
    country or one of the shop's parcels."""
    rule, figure = _RULE.fullmatch(source), _FIGURE.fullmatch(source)
    if rule:
        areas = [tomllib.loads(f.read_text(encoding="utf-8")) for f in CUSTOMS.glob("*.toml")]
        return any(rule[1] in area.get("countries", ()) for area in areas)
    return bool(figure and (figure[1] or shop.shipments_with(figure[2])))


def _records(shop: ShopReader, source: str) -> list[Record]:
    kind, _, id = source.partition("/")
    found = _find(shop, kind, id)
    if not found:
        raise SpecError(f"the shop has no record {source!r}", "Mend the case's truth.")
    return found


def _find(shop: ShopReader, kind: str, id: str) -> list[Record]:
    finders: dict[str, Callable[[ShopReader, str], Iterable[Record | None]]] = {
        "order": _order,
        "dispute": _dispute,
        "product": _product,
        "payment": lambda shop, id: [shop.payment(id)],
        "policy": lambda shop, id: (policy for policy in shop.policies() if policy.id == id),
        "faq": lambda shop, id: (faq for faq in shop.faqs() if faq.id == id),
    }
    finder = finders.get(kind)
    return [] if finder is None else [record for record in finder(shop, id) if record is not None]


def _order(shop: ShopReader, id: str) -> list[Record]:
    order = shop.order(id)
    if order is None:
        return []
    parcels = shop.shipments_of(order.id)
    numbers = [parcel.tracking_no for parcel in parcels if parcel.tracking_no]
    told = [record for number in numbers for record in shop.shipments_with(number)]
    scans = [event for number in numbers for event in shop.events_of(number)]
    return [order, *parcels, *told, *scans, *shop.payments_of(order.id)]


def _dispute(shop: ShopReader, id: str) -> list[Record]:
    dispute = shop.dispute(id)
    if dispute is None:
        return []
    payment = shop.payment(dispute.payment_id)
    order_id = dispute.order_id or (payment.order_id if payment else "")
    messages = shop.messages_of(order_id)
    returns = [policy for policy in shop.policies() if policy.topic == "returns"]
    paid = [payment, *shop.refunds_to(payment.id)] if payment else []
    return [dispute, *paid, *_order(shop, order_id), *messages, *returns]


def _product(shop: ShopReader, id: str) -> list[Record]:
    product = shop.product(id)
    if product is None:
        return []
    return [product, *_counts(product)]


def _counts(product: Product) -> Iterable["Counts"]:
    """Of all variants, and of those with one value of an option."""
    values = {value for variant in product.variants for value in variant.options.values()}
    for value in (None, *values):
        chosen = [v for v in product.variants if value is None or value in v.options.values()]
        yield Counts(variants=len(chosen), sellable=sum(bool(v.available) for v in chosen))


class Counts(Record):
    """What may be said of a product and stands in none of its fields."""

    variants: int
    sellable: int


def secrets_of(shop: ShopReader, order_id: str) -> set[str]:
    """Texts that give an order away: buyer, address, parcel numbers, total."""
    order = shop.order(order_id)
    if order is None:
        raise SpecError(f"the shop has no order {order_id}", "Mend the case's `private`.")
    customer = shop.customer(order.customer_id)
    told = {order.email, f"{order.total.decimal():f}"}
    if customer:
        told |= {customer.email, customer.name, customer.phone}
    if order.ship_to:
        to = order.ship_to
        told |= {to.name, to.line1, to.city, to.postcode, to.phone}
    told |= {parcel.tracking_no for parcel in shop.shipments_of(order.id)}
    return {text for text in told if text}


def disclosed(secrets: Iterable[str], told: str, known: str) -> list[str]:
    """Secrets that stand in what was told and not in what the asker wrote."""
    told, known = told.casefold(), known.casefold()
    return sorted(s for s in secrets if s.casefold() in told and s.casefold() not in known)
