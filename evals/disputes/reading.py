"""Reads a letter's sentences and holds each against the planted world.

Every kind of sentence is known by its words, and what it says is looked up in what was planted:
another city, another date, another parcel is false whatever record was cited for it. A sentence
of no known kind is `unread`: of it only ids, days, amounts and postcodes are looked up.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from evals.disputes import truths
from evals.disputes.planting import records_of
from evals.disputes.truths import Check, Said, day, money
from evals.disputes.world import Planted
from tradewind.base import Money, Record


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


# ---- kinds of sentences

_DAY = r"(\d{1,2} \w+ \d{4})"
_AT = r"(\d{1,2} \w+ \d{4} \d\d:\d\d UTC)"
_MONEY = r"([$€][\d,]+\.\d\d)"
_ID = r"(#?\w+)"
_KNOWN: tuple[tuple[str, Check], ...] = (
    (rf"This is our response to dispute {_ID} over {_MONEY}\.", truths.dispute),
    (r"Its reason code is (\S+)\.", truths.code_of),
    (rf"Order {_ID} was placed on {_DAY} for (.+), {_MONEY} in total\.", truths.placed),
    (rf"It was paid with payment {_ID} on {_DAY}, (.+) ending in (\d+)\.", truths.was_paid),
    (rf"Dispute {_ID} claims that (.+)\.", truths.claims),
    (rf"The carrier's scan of {_AT} shows parcel {_ID} as delivered at postcode (\S+)\.",
     truths.scanned),
    (rf"The carrier's scan of {_AT} shows parcel {_ID} as delivered in (.+)(, the city of the "
     r"order)\.", truths.scanned),
    (r"The scan names (.+)\.", truths.city),
    (rf"Order {_ID} was to go to postcode (\S+)\.", truths.addressed),
    (rf"Parcel {_ID} was signed for by (.+)\.", truths.signed),
    (rf"Parcel {_ID} was handed to (.+) on {_DAY}\.", truths.handed),
    (rf"Parcel {_ID} was addressed to (.+), (\d+), US\.", truths.went_to),
    (r"The postcode of the delivery, (\S+), is that of the billing address, (\S+), which the "
     r"issuer confirmed\.", truths.billing),
    (rf"Order {_ID} comes to {_MONEY}\.", truths.comes_to),
    (rf"Payment {_ID} is over the same amount, {_MONEY}\.", truths.same_amount),
    (rf"The issuer authenticated payment {_ID}, or an attempt at it was made, so that the issuer "
     r"carries the liability\.", truths.shifted),
    (r"The electronic commerce indicator is (\d+)\.", truths.eci),
    (r"The issuer's check of the billing address gave for the street: (\w+), for the postcode: "
     r"(\w+)\.", truths.checked),
    (r"The issuer's check of the security code gave: (\w+)\.", truths.checked),
    (rf"Payment {_ID} over {_MONEY} was made on {_DAY}\.", truths.earlier),
    (rf"Payment {_ID} was for: (.+)\.", truths.for_of),
    (rf"Payments {_ID} and {_ID} came from IP address (\S+)\.", truths.shared("ip")),
    (rf"Payments {_ID} and {_ID} came from device (\S+)\.", truths.shared("device")),
    (rf"Payments {_ID} and {_ID} were made with account (\S+)\.", truths.shared("account")),
    (rf"Payments {_ID} and {_ID} were made under the same e-mail address\.",
     truths.shared("email")),
    (rf"Before payment {_ID} came payments that share its marks and that nobody disputed\.",
     truths.priors),
    (rf"Two earlier payments that nobody disputed were made with the card of payment {_ID}\.",
     truths.ce3),
    (rf"Refund {_ID} gave back {_MONEY}\.", truths.gave_back),
    (rf"Refund {_ID} was made on {_DAY}\.", truths.refunded_on),
    (rf"Refund {_ID} was made on {_DAY}; the dispute was opened on {_DAY}\.", truths.refunded_on),
    (rf"The acquirer's reference number of refund {_ID} is (\S+)\.", truths.acquirer),
    (rf"The records hold no request to return order {_ID}\.", truths.no_return),
    (rf"The records hold no cancellation of order {_ID} before payment {_ID}\.", truths.no_cancel),
    (rf"Payment {_ID} is a single payment for order {_ID}; the records hold no other payment of "
     r"the same amount\.", truths.single),
    (rf"The records hold one charge for order {_ID}: payment {_ID}\.", truths.once),
    (rf"Payment {_ID} is for order {_ID}: (.+)\.", truths.of_order),
    (rf"Payment {_ID} over {_MONEY} of {_DAY} is for another order, {_ID}: (.+)\.",
     truths.other_order),
    (rf"The (buyer|shop) wrote to the (?:shop|buyer) on {_AT}; the message is shown as it was "
     r"written\.", truths.wrote),
    (rf"The shop's policy on (\w+), in force from {_DAY}, is shown in full\.", truths.since),
    (rf"The policy on (\w+) was in force from {_DAY}\.", truths.since),
    (r"The shop's policy on (\w+) is shown in full\.", truths.policy),
    (r"The policy on (\w+) was shown at the checkout\.", truths.shown),
    (rf"The buyer accepted the (?:policy|terms) on (\w+) on {_AT}\.", truths.accepted),
    (r"The listing of (.+) is shown as it stood at the purchase\.", truths.listing),
    (r"The listing of (.+) is shown as it is recorded\.", truths.listing_later),
    (r"The record of the listing of (.+) is of .+\.", truths.listing_later),
    (rf"A return was asked for on {_DAY}\.", truths.asked_back),
    (rf"The parcel was delivered on {_DAY}\.", truths.delivered_on),
    (r"The policy gives (\d+) days for a return\.", truths.window),
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
    yield from (order.total for order in truths.orders_in(world))
    yield from (payment.amount for payment in truths.payments_in(world))


def _days(world: Planted) -> Iterator[datetime]:
    yield from (world.paid_at, world.shipped_at, world.came_at, world.opened_at, world.message_at)
    yield from (world.policy_since, world.accepted_at)
