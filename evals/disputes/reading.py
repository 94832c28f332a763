"""Reads a letter's sentences and holds each against the planted world.

Every kind of sentence is known by its words, and what it says is looked up in what was planted:
another city, another date, another parcel is false whatever record was cited for it. A sentence
of no known kind is `unread`: of it only ids, days, amounts and postcodes are looked up.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from evals.disputes.label import label
from evals.disputes.planting import records_of
from evals.disputes.world import Planted
from tradewind.base import Money, Record
from tradewind.commerce import Order, Payment, Refund, Shipment, TrackingEvent

Said = re.Match[str]
Check = Callable[[Planted, Said], bool]


class Look(Record):
    """What is false in a letter, and what nobody here can read."""

    false: tuple[str, ...]
    unread: tuple[str, ...]


def look(world: Planted, sentences: Sequence[str]) -> Look:
    false = [s for s in sentences if (kind := _kind(s)) and not all(c(world, m) for c, m in kind)]
    unread = [s for s in sentences if not _kind(s)]
    false += [s for s in unread if list(strange(world, s))]
    return Look(false=tuple(false), unread=tuple(unread))


def _kind(sentence: str) -> list[tuple[Check, Said]]:
    return [(c, m) for p, c in SENTENCES if (m := p.fullmatch(sentence))]


# ---- what is true


def day(at: datetime) -> str:
    return f"{at:%B} {at.day}, {at.year}"


def moment(at: datetime) -> str:
    return f"{day(at)} {at:%H:%M} UTC"


def money(amount: Money) -> str:
    sign = {"USD": "$", "EUR": "€"}[amount.currency]
    return f"{sign}{amount.minor // 100:,}.{amount.minor % 100:02d}"


def _orders(world: Planted) -> list[Order]:
    return [r for r in records_of(world) if isinstance(r, Order)]


def _order(world: Planted, id_: str) -> Order | None:
    return next((order for order in _orders(world) if order.id == id_), None)


def _payments(world: Planted) -> list[Payment]:
    return [r for r in records_of(world) if isinstance(r, Payment)]


def _paid(world: Planted, id_: str) -> Payment | None:
    return next((payment for payment in _payments(world) if payment.id == id_), None)


def _parcels(world: Planted) -> list[Shipment]:
    return [r for r in records_of(world) if isinstance(r, Shipment)]


def _delivered(world: Planted) -> TrackingEvent | None:
    scans = [r for r in records_of(world) if isinstance(r, TrackingEvent)]
    return next((scan for scan in scans if scan.state == "delivered"), None)


def _refund(world: Planted, id_: str) -> Refund | None:
    found = [r for r in records_of(world) if isinstance(r, Refund) and r.id == id_]
    return found[0] if found and found[0].status == "succeeded" else None


# ---- what a kind of sentence says


def _dispute(w: Planted, m: Said) -> bool:
    return m[1] == w.dispute and m[2] == money(w.disputed)


def _placed(w: Planted, m: Said) -> bool:
    order = _order(w, m[1])
    return bool(
        order and order.placed_at and m[2] == day(order.placed_at)
        and m[3] == ", ".join(line.title for line in order.lines) and m[4] == money(order.total)
    )  # fmt: skip


def _was_paid(w: Planted, m: Said) -> bool:
    paid = _paid(w, m[1])
    return bool(
        paid and paid.id == w.payment and m[2] == day(w.paid_at)
        and m[3] == (paid.brand or m[3]) and m[4] == paid.last4
    )  # fmt: skip


def _claims(w: Planted, m: Said) -> bool:
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


def _scanned(w: Planted, m: Said) -> bool:
    scan = _delivered(w)
    if scan is None or w.plot.delivery == "taken_back":
        return False
    at = bool(scan and m[1] == moment(scan.at) and m[2] == scan.tracking_no)
    if m.re.groups == 4:
        return at and m[3] == scan.city == w.buyer.home.city
    return at and m[3] == scan.postcode == w.buyer.home.postcode


def _city(w: Planted, m: Said) -> bool:
    scan = _delivered(w)
    return bool(scan and m[1] == scan.city)


def _addressed(w: Planted, m: Said) -> bool:
    order = _order(w, m[1])
    return bool(order and order.ship_to and m[2] == order.ship_to.postcode)


def _signed(w: Planted, m: Said) -> bool:
    scan = _delivered(w)
    return bool(scan and m[1] == scan.tracking_no and m[2] == scan.signed_by != "")


def _handed(w: Planted, m: Said) -> bool:
    return any(
        m[1] == p.tracking_no and m[2] == p.carrier and p.shipped_at and m[3] == day(p.shipped_at)
        for p in _parcels(w)
    )


def _went_to(w: Planted, m: Said) -> bool:
    return any(
        p.ship_to and m[1] == p.tracking_no
        and (m[2], m[3]) == (p.ship_to.city, p.ship_to.postcode) for p in _parcels(w)
    )  # fmt: skip


def _billing(w: Planted, m: Said) -> bool:
    home, scan = w.buyer.home.postcode, _delivered(w)
    ours = w.plot.checks == "pass" and not w.plot.billing_elsewhere
    return bool(scan and ours and m[1] == m[2] == home == scan.postcode)


def _comes_to(w: Planted, m: Said) -> bool:
    order = _order(w, m[1])
    return bool(order and m[2] == money(order.total))


def _same_amount(w: Planted, m: Said) -> bool:
    order, paid = _order(w, w.order), _paid(w, m[1])
    return bool(order and paid and paid.amount == order.total and m[2] == money(paid.amount))


def _eci(w: Planted, m: Said) -> bool:
    paid = _paid(w, w.payment)
    return bool(paid and paid.eci == m[1])


def _shifted(w: Planted, m: Said) -> bool:
    return m[1] == w.payment and w.plot.shift in ("authenticated", "attempted")


def _checked(w: Planted, m: Said) -> bool:
    return w.plot.checks == "pass" and set(m.groups()) == {"pass"}


def _earlier(w: Planted, m: Said) -> bool:
    """An earlier payment, its amount and day; one that nobody disputed."""
    paid = _paid(w, m[1])
    return bool(
        paid and paid.id != w.payment and paid.created_at and not paid.disputed
        and m[2] == money(paid.amount) and m[3] == day(paid.created_at)
        and paid.created_at < w.paid_at
    )  # fmt: skip


def _for(w: Planted, m: Said) -> bool:
    paid = _paid(w, m[1])
    return bool(paid and m[2] == paid.description)


def _shared(name: str) -> Check:
    def check(w: Planted, m: Said) -> bool:
        one, other = _paid(w, m[1]), _paid(w, m[2])
        if not one or not other or other.id != w.payment:
            return False
        told = m[3] if m.re.groups > 2 else getattr(other, name)
        return bool(told) and getattr(one, name) == getattr(other, name) == told

    return check


def _priors(w: Planted, m: Said) -> bool:
    return m[1] == w.payment and w.plot.before in ("ce3", "known")


def _ce3(w: Planted, m: Said) -> bool:
    return _priors(w, m) and w.plot.before == "ce3" and w.plot.network == "visa"


def _gave_back(w: Planted, m: Said) -> bool:
    refund = _refund(w, m[1])
    return bool(refund and m[2] == money(refund.amount))


def _refunded_on(w: Planted, m: Said) -> bool:
    refund = _refund(w, m[1])
    ends = len(m.groups()) < 3 or m[3] == day(w.opened_at)
    return bool(refund and refund.at and m[2] == day(refund.at) and ends)


def _acquirer(w: Planted, m: Said) -> bool:
    refund = _refund(w, m[1])
    return bool(refund and m[2] == refund.arn)


def _no_return(w: Planted, m: Said) -> bool:
    return (
        m[1] == w.order and w.plot.back == "none" and not w.plot.cancelled
        and w.plot.words not in ("return_asked", "cancelled_before")
    )  # fmt: skip


def _no_cancel(w: Planted, m: Said) -> bool:
    kept = w.plot.words != "cancelled_before" and not w.plot.cancelled
    return (m[1], m[2]) == (w.order, w.payment) and kept


def _single(w: Planted, m: Said) -> bool:
    same = [p for p in _payments(w) if p.amount.minor == w.plot.amount]
    return (m[1], m[2]) == (w.payment, w.order) and len(same) == 1


def _once(w: Planted, m: Said) -> bool:
    charges = [p for p in _payments(w) if p.order_id == w.order]
    return (m[1], m[2]) == (w.order, w.payment) and len(charges) == 1


def _of_order(w: Planted, m: Said) -> bool:
    order = _order(w, m[2])
    return bool(
        order and (m[1], m[2]) == (w.payment, w.order)
        and m[3] == ", ".join(line.title for line in order.lines)
    )  # fmt: skip


def _other_order(w: Planted, m: Said) -> bool:
    paid = _paid(w, m[1])
    return bool(
        paid and paid.created_at and paid.order_id != w.order
        and (m[2], m[3]) == (money(paid.amount), day(paid.created_at))
        and (m[4], m[5]) == (paid.order_id, paid.description)
    )  # fmt: skip


def _wrote(w: Planted, m: Said) -> bool:
    sender = "buyer" if w.plot.words in ("received",) else "shop"
    return m[1] == sender and m[2] == moment(w.message_at)


def _policy(w: Planted, m: Said) -> bool:
    return w.plot.terms in ("published", "accepted") and m[1] == "returns"


def _since(w: Planted, m: Said) -> bool:
    return _policy(w, m) and m[2] == day(w.policy_since)


def _accepted(w: Planted, m: Said) -> bool:
    return w.plot.terms == "accepted" and m[1] == "returns" and m[2] == moment(w.accepted_at)


def _shown(w: Planted, m: Said) -> bool:
    return w.plot.terms == "accepted" and m[1] == "returns"


def _code(w: Planted, m: Said) -> bool:
    return m[1] == w.code


def _listing(w: Planted, m: Said) -> bool:
    return m[1] in w.goods and w.plot.listing == "sold"


def _listing_later(w: Planted, m: Said) -> bool:
    return m[1] in w.goods and w.plot.listing == "later"


def _asked_back(w: Planted, m: Said) -> bool:
    orders = [o for o in _orders(w) for r in o.returns if r.asked_at and m[1] == day(r.asked_at)]
    return bool(orders) and w.plot.back == "late"


def _delivered_on(w: Planted, m: Said) -> bool:
    scan = _delivered(w)
    return bool(scan and m[1] == day(scan.at))


def _window(_: Planted, m: Said) -> bool:
    return m[1] == "14"


_DAY = r"(\w+ \d{1,2}, \d{4})"
_AT = r"(\w+ \d{1,2}, \d{4} \d\d:\d\d UTC)"
_MONEY = r"([$€][\d,]+\.\d\d)"
_ID = r"(#?\w+)"
_KNOWN: tuple[tuple[str, Check], ...] = (
    (rf"This is our response to dispute {_ID} over {_MONEY}\.", _dispute),
    (r"Its reason code is (\S+)\.", _code),
    (rf"Order {_ID} was placed on {_DAY} for (.+), {_MONEY} in total\.", _placed),
    (rf"It was paid with payment {_ID} on {_DAY}, (\w+) ending in (\d+)\.", _was_paid),
    (rf"Dispute {_ID} claims that (.+)\.", _claims),
    (rf"The carrier's scan of {_AT} shows parcel {_ID} as delivered at postcode (\S+)\.", _scanned),
    (rf"The carrier's scan of {_AT} shows parcel {_ID} as delivered in (.+)(, the city of the "
     r"order)\.", _scanned),
    (r"The scan names (.+)\.", _city),
    (rf"Order {_ID} was to go to postcode (\S+)\.", _addressed),
    (rf"Parcel {_ID} was signed for by (.+)\.", _signed),
    (rf"Parcel {_ID} was handed to (\w+) on {_DAY}\.", _handed),
    (rf"Parcel {_ID} was addressed to (.+), (\d+), US\.", _went_to),
    (r"The postcode of the delivery, (\S+), is that of the billing address, (\S+), which the "
     r"issuer confirmed\.", _billing),
    (rf"Order {_ID} comes to {_MONEY}\.", _comes_to),
    (rf"Payment {_ID} is over the same amount, {_MONEY}\.", _same_amount),
    (rf"The issuer authenticated payment {_ID}, or an attempt at it was made, so that the issuer "
     r"carries the liability\.", _shifted),
    (r"The electronic commerce indicator is (\d+)\.", _eci),
    (r"The issuer's check of the billing address gave for the street: (\w+), for the postcode: "
     r"(\w+)\.", _checked),
    (r"The issuer's check of the security code gave: (\w+)\.", _checked),
    (rf"Payment {_ID} over {_MONEY} was made on {_DAY}\.", _earlier),
    (rf"Payment {_ID} was for: (.+)\.", _for),
    (rf"Payments {_ID} and {_ID} came from IP address (\S+)\.", _shared("ip")),
    (rf"Payments {_ID} and {_ID} came from device (\S+)\.", _shared("device")),
    (rf"Payments {_ID} and {_ID} were made with account (\S+)\.", _shared("account")),
    (rf"Payments {_ID} and {_ID} were made under the same e-mail address\.", _shared("email")),
    (rf"Before payment {_ID} came payments that share its marks and that nobody disputed\.",
     _priors),
    (rf"Two earlier payments that nobody disputed were made with the card of payment {_ID}\.",
     _ce3),
    (rf"Refund {_ID} gave back {_MONEY}\.", _gave_back),
    (rf"Refund {_ID} was made on {_DAY}\.", _refunded_on),
    (rf"Refund {_ID} was made on {_DAY}; the dispute was opened on {_DAY}\.", _refunded_on),
    (rf"The acquirer's reference number of refund {_ID} is (\S+)\.", _acquirer),
    (rf"The records hold no request to return order {_ID}\.", _no_return),
    (rf"The records hold no cancellation of order {_ID} before payment {_ID}\.", _no_cancel),
    (rf"Payment {_ID} is a single payment for order {_ID}; the records hold no other payment of "
     r"the same amount\.", _single),
    (rf"The records hold one charge for order {_ID}: payment {_ID}\.", _once),
    (rf"Payment {_ID} is for order {_ID}: (.+)\.", _of_order),
    (rf"Payment {_ID} over {_MONEY} of {_DAY} is for another order, {_ID}: (.+)\.", _other_order),
    (rf"The (buyer|shop) wrote to the (?:shop|buyer) on {_AT}; the message is shown as it was "
     r"written\.", _wrote),
    (rf"The shop's policy on (\w+), in force from {_DAY}, is shown in full\.", _since),
    (rf"The policy on (\w+) was in force from {_DAY}\.", _since),
    (r"The shop's policy on (\w+) is shown in full\.", _policy),
    (r"The policy on (\w+) was shown at the checkout\.", _shown),
    (rf"The buyer accepted the (?:policy|terms) on (\w+) on {_AT}\.", _accepted),
    (r"The listing of (.+) is shown as it stood at the purchase\.", _listing),
    (r"The listing of (.+) is shown as it is recorded\.", _listing_later),
    (r"The record of the listing of (.+) is of .+\.", _listing_later),
    (rf"A return was asked for on {_DAY}\.", _asked_back),
    (rf"The parcel was delivered on {_DAY}\.", _delivered_on),
    (r"The policy gives (\d+) days for a return\.", _window),
)  # fmt: skip
SENTENCES = tuple((re.compile(pattern), check) for pattern, check in _KNOWN)


# ---- a sentence of no known kind

_VALUES = re.compile(rf"#\w+|\b(?:ch|dp|re)_\w+|1Z\w+|{_MONEY}|{_DAY}|\b\d{{5}}\b")


def strange(world: Planted, sentence: str) -> Iterator[str]:
    """Values in it that nothing of the planted world has."""
    text = "\n".join(record.model_dump_json() for record in records_of(world))
    known = {money(m) for m in _amounts(world)} | {day(at) for at in _days(world)}
    for found in _VALUES.finditer(sentence):
        if found[0] not in known and found[0] not in text:
            yield found[0]


def _amounts(world: Planted) -> Iterator[Money]:
    yield world.disputed
    yield from (order.total for order in _orders(world))
    yield from (payment.amount for payment in _payments(world))


def _days(world: Planted) -> Iterator[datetime]:
    yield from (world.paid_at, world.shipped_at, world.came_at, world.opened_at, world.message_at)
    yield from (world.policy_since, world.accepted_at)
