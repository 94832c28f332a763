"""What a kind of sentence says, held against the planted world: one check a kind."""

import re
from collections.abc import Callable
from datetime import datetime

from evals.disputes.label import label
from evals.disputes.planting import records_of
from evals.disputes.world import Planted
from tradewind.base import Money
from tradewind.commerce import Order, Payment, Refund, Shipment, TrackingEvent

Said = re.Match[str]
Check = Callable[[Planted, Said], bool]


# ---- what is true


def day(at: datetime) -> str:
    return f"{at.day} {at:%B} {at.year}"


def moment(at: datetime) -> str:
    return f"{day(at)} {at:%H:%M} UTC"


def named(code: str) -> str:
    """A network or carrier as people write it."""
    written = {
        "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express",
        "discover": "Discover", "ups": "UPS", "usps": "USPS", "dhl": "DHL", "fedex": "FedEx",
    }  # fmt: skip
    return written.get(code, code)


def money(amount: Money) -> str:
    sign = {"USD": "$", "EUR": "€"}[amount.currency]
    return f"{sign}{amount.minor // 100:,}.{amount.minor % 100:02d}"


def orders_in(world: Planted) -> list[Order]:
    return [r for r in records_of(world) if isinstance(r, Order)]


def order_with(world: Planted, id_: str) -> Order | None:
    return next((order for order in orders_in(world) if order.id == id_), None)


def payments_in(world: Planted) -> list[Payment]:
    return [r for r in records_of(world) if isinstance(r, Payment)]


def payment_with(world: Planted, id_: str) -> Payment | None:
    return next((payment for payment in payments_in(world) if payment.id == id_), None)


def parcels_in(world: Planted) -> list[Shipment]:
    return [r for r in records_of(world) if isinstance(r, Shipment)]


def delivered_scan(world: Planted) -> TrackingEvent | None:
    scans = [r for r in records_of(world) if isinstance(r, TrackingEvent)]
    return next((scan for scan in scans if scan.state == "delivered"), None)


def refund_with(world: Planted, id_: str) -> Refund | None:
    found = [r for r in records_of(world) if isinstance(r, Refund) and r.id == id_]
    return found[0] if found and found[0].status == "succeeded" else None


# ---- what a kind of sentence says


def dispute(w: Planted, m: Said) -> bool:
    return m[1] == w.dispute and m[2] == money(w.disputed)


def placed(w: Planted, m: Said) -> bool:
    order = order_with(w, m[1])
    return bool(
        order and order.placed_at and m[2] == day(order.placed_at)
        and m[3] == ", ".join(line.title for line in order.lines) and m[4] == money(order.total)
    )  # fmt: skip


def was_paid(w: Planted, m: Said) -> bool:
    paid = payment_with(w, m[1])
    return bool(
        paid and paid.id == w.payment and m[2] == day(w.paid_at)
        and m[3] == (named(paid.brand) or m[3]) and m[4] == paid.last4
    )  # fmt: skip


def claims(w: Planted, m: Said) -> bool:
    wanted = {
        "the cardholder did not make the payment": "fraudulent",
        "were not received": "product_not_received",
        "were not as described": "product_unacceptable",
        "was due and not given": "credit_not_processed",
        "came after a cancellation": "subscription_canceled",
        "was charged more than once": "duplicate",
    }
    told = next((c for words, c in wanted.items() if words in m[2]), "")
    named = re.findall(r"#\w+|ch_\w+", m[2])
    return m[1] == w.dispute and told == label(w.plot).category and set(named) <= {
        w.order, w.payment
    }  # fmt: skip


def scanned(w: Planted, m: Said) -> bool:
    scan = delivered_scan(w)
    if scan is None or w.plot.delivery == "taken_back":
        return False
    at = bool(scan and m[1] == moment(scan.at) and m[2] == scan.tracking_no)
    if m.re.groups == 4:
        return at and m[3] == scan.city == w.buyer.home.city
    return at and m[3] == scan.postcode == w.buyer.home.postcode


def city(w: Planted, m: Said) -> bool:
    scan = delivered_scan(w)
    return bool(scan and m[1] == scan.city)


def addressed(w: Planted, m: Said) -> bool:
    order = order_with(w, m[1])
    return bool(order and order.ship_to and m[2] == order.ship_to.postcode)


def signed(w: Planted, m: Said) -> bool:
    scan = delivered_scan(w)
    return bool(scan and m[1] == scan.tracking_no and m[2] == scan.signed_by != "")


def handed(w: Planted, m: Said) -> bool:
    return any(
        m[1] == p.tracking_no
        and m[2] == named(p.carrier)
        and p.shipped_at
        and m[3] == day(p.shipped_at)
        for p in parcels_in(w)
    )


def went_to(w: Planted, m: Said) -> bool:
    return any(
        p.ship_to and m[1] == p.tracking_no
        and (m[2], m[3]) == (p.ship_to.city, p.ship_to.postcode) for p in parcels_in(w)
    )  # fmt: skip


def billing(w: Planted, m: Said) -> bool:
    home, scan = w.buyer.home.postcode, delivered_scan(w)
    ours = w.plot.checks == "pass" and not w.plot.billing_elsewhere
    return bool(scan and ours and m[1] == m[2] == home == scan.postcode)


def comes_to(w: Planted, m: Said) -> bool:
    order = order_with(w, m[1])
    return bool(order and m[2] == money(order.total))


def same_amount(w: Planted, m: Said) -> bool:
    order, paid = order_with(w, w.order), payment_with(w, m[1])
    return bool(order and paid and paid.amount == order.total and m[2] == money(paid.amount))


def eci(w: Planted, m: Said) -> bool:
    paid = payment_with(w, w.payment)
    return bool(paid and paid.eci == m[1])


def shifted(w: Planted, m: Said) -> bool:
    return m[1] == w.payment and w.plot.shift in ("authenticated", "attempted")


def checked(w: Planted, m: Said) -> bool:
    return w.plot.checks == "pass" and set(m.groups()) == {"pass"}


def earlier(w: Planted, m: Said) -> bool:
    """An earlier payment, its amount and day; one that nobody disputed."""
    paid = payment_with(w, m[1])
    return bool(
        paid and paid.id != w.payment and paid.created_at and not paid.disputed
        and m[2] == money(paid.amount) and m[3] == day(paid.created_at)
        and paid.created_at < w.paid_at
    )  # fmt: skip


def for_of(w: Planted, m: Said) -> bool:
    paid = payment_with(w, m[1])
    return bool(paid and m[2] == paid.description)


def shared(name: str) -> Check:
    def check(w: Planted, m: Said) -> bool:
        one, other = payment_with(w, m[1]), payment_with(w, m[2])
        if not one or not other or other.id != w.payment:
            return False
        told = m[3] if m.re.groups > 2 else getattr(other, name)
        return bool(told) and getattr(one, name) == getattr(other, name) == told

    return check


def priors(w: Planted, m: Said) -> bool:
    return m[1] == w.payment and w.plot.before in ("ce3", "known")


def ce3(w: Planted, m: Said) -> bool:
    return priors(w, m) and w.plot.before == "ce3" and w.plot.network == "visa"


def gave_back(w: Planted, m: Said) -> bool:
    refund = refund_with(w, m[1])
    return bool(refund and m[2] == money(refund.amount))


def refunded_on(w: Planted, m: Said) -> bool:
    refund = refund_with(w, m[1])
    ends = len(m.groups()) < 3 or m[3] == day(w.opened_at)
    return bool(refund and refund.at and m[2] == day(refund.at) and ends)


def acquirer(w: Planted, m: Said) -> bool:
    refund = refund_with(w, m[1])
    return bool(refund and m[2] == refund.arn)


def no_return(w: Planted, m: Said) -> bool:
    return (
        m[1] == w.order and w.plot.back == "none" and not w.plot.cancelled
        and w.plot.words not in ("return_asked", "cancelled_before")
    )  # fmt: skip


def no_cancel(w: Planted, m: Said) -> bool:
    kept = w.plot.words != "cancelled_before" and not w.plot.cancelled
    return (m[1], m[2]) == (w.order, w.payment) and kept


def single(w: Planted, m: Said) -> bool:
    same = [p for p in payments_in(w) if p.amount.minor == w.plot.amount]
    return (m[1], m[2]) == (w.payment, w.order) and len(same) == 1


def once(w: Planted, m: Said) -> bool:
    charges = [p for p in payments_in(w) if p.order_id == w.order]
    return (m[1], m[2]) == (w.order, w.payment) and len(charges) == 1


def of_order(w: Planted, m: Said) -> bool:
    order = order_with(w, m[2])
    return bool(
        order and (m[1], m[2]) == (w.payment, w.order)
        and m[3] == ", ".join(line.title for line in order.lines)
    )  # fmt: skip


def other_order(w: Planted, m: Said) -> bool:
    paid = payment_with(w, m[1])
    return bool(
        paid and paid.created_at and paid.order_id != w.order
        and (m[2], m[3]) == (money(paid.amount), day(paid.created_at))
        and (m[4], m[5]) == (paid.order_id, paid.description)
    )  # fmt: skip


def wrote(w: Planted, m: Said) -> bool:
    sender = "buyer" if w.plot.words in ("received",) else "shop"
    return m[1] == sender and m[2] == moment(w.message_at)


def policy(w: Planted, m: Said) -> bool:
    return w.plot.terms in ("published", "accepted") and m[1] == "returns"


def since(w: Planted, m: Said) -> bool:
    return policy(w, m) and m[2] == day(w.policy_since)


def accepted(w: Planted, m: Said) -> bool:
    return w.plot.terms == "accepted" and m[1] == "returns" and m[2] == moment(w.accepted_at)


def shown(w: Planted, m: Said) -> bool:
    return w.plot.terms == "accepted" and m[1] == "returns"


def code_of(w: Planted, m: Said) -> bool:
    return m[1] == w.code


def listing(w: Planted, m: Said) -> bool:
    return m[1] in w.goods and w.plot.listing == "sold"


def listing_later(w: Planted, m: Said) -> bool:
    return m[1] in w.goods and w.plot.listing == "later"


def asked_back(w: Planted, m: Said) -> bool:
    orders = [o for o in orders_in(w) for r in o.returns if r.asked_at and m[1] == day(r.asked_at)]
    return bool(orders) and w.plot.back == "late"


def delivered_on(w: Planted, m: Said) -> bool:
    scan = delivered_scan(w)
    return bool(scan and m[1] == day(scan.at))


def window(_: Planted, m: Said) -> bool:
    return m[1] == "14"
