"""Disputes of every category and network, each labelled by a rule in words, not by the product.

A template is one situation; `cases()` makes it of every network that it is for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dispute_world import (
    CAME,
    CHECKED,
    CODES,
    DUE,
    NOW,
    OPENED,
    PAID,
    SHIPPED,
    access,
    dispute,
    listing,
    order,
    parcel,
    payment,
    policy,
    prior,
    refund,
    returned,
    said,
    scan,
    upload,
    usd,
)

from tradewind.evidence import Evidence

CARDS = ("visa", "mastercard", "amex", "discover")
ALL = (*CARDS, "paypal")
SHIFT = {"visa": "05", "mastercard": "02", "amex": "05", "discover": "05"}
TRIED = {"visa": "06", "mastercard": "01", "amex": "06", "discover": "06"}
NONE = {"visa": "07", "mastercard": "00", "amex": "07", "discover": "07"}

Make = Callable[[str], Sequence[Evidence]]


@dataclass(frozen=True)
class Template:
    """One situation. `why` says what the label rests on."""

    name: str
    act: str
    why: str
    make: Make
    networks: Sequence[str] = ALL
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Labelled:
    name: str
    act: str
    against: tuple[str, ...]
    evidence: tuple[Evidence, ...]


DELIVERED = (parcel(), scan())
SIGNED = (parcel(), scan(signed_by="A. LEE"))
ADMITTED = said("shop", "That is our fault; we will refund it.")
DEFECT = said("buyer", "The lamp arrived broken.")
SHOWN = policy(shown_at_checkout=True)
CANCELLED = said("buyer", "I cancelled my plan, why this charge?", PAID - timedelta(days=9))
CANCELLED_LATER = said("buyer", "Please cancel my plan.", PAID + timedelta(days=3))
TERMS = policy(topic="subscription", accepted_at=PAID - timedelta(days=60))
RECURRING = payment(recurring=True)
EARLIER = (prior(150), prior(200))


def of(category: str, *evidence: Evidence, **facts: object) -> Make:
    """A dispute of a category over a sound order; what is given replaces its kind."""

    def make(network: str) -> Sequence[Evidence]:
        given = {e.kind for e in evidence}
        sound = [e for e in (payment(), order()) if e.kind not in given]
        return [dispute(category, network, **facts), *sound, *evidence]  # pyright: ignore[reportArgumentType]

    return make


def fraud(eci: dict[str, str], *evidence: Evidence) -> Make:
    return lambda network: [
        dispute("fraudulent", network), payment(eci=eci.get(network, "")), order(), *evidence
    ]  # fmt: skip


FRAUD = [
    Template("authenticated", "fight", "the issuer carries the liability", fraud(SHIFT), CARDS),
    Template("attempted", "fight", "an attempt shifts it too", fraud(TRIED), CARDS),
    Template("no 3-D Secure", "accept", "nothing shows who paid", fraud(NONE), CARDS),
    Template("delivery alone", "accept", "delivery does not show who paid",
             fraud(NONE, *SIGNED), CARDS),
    Template("delivery, Seller Protection", "fight", "PayPal protects what came to its address",
             of("fraudulent", *DELIVERED), ["paypal"]),
    Template("bought before, checks passed", "fight", "the same buyer, whom the issuer knew",
             of("fraudulent", payment(**CHECKED), *EARLIER), CARDS),
    Template("bought before, all disputed", "accept", "disputed payments vouch for nothing",
             of("fraudulent", payment(**CHECKED), prior(150, disputed=True)), CARDS),
    Template("bought by another", "accept", "no mark is shared",
             of("fraudulent", payment(**CHECKED),
                prior(150, ip="203.0.113.9", device="other-device", email="x@example.com",
                      postcode="10001")), CARDS),
    Template("checks failed, sent elsewhere", "accept", "all speaks against",
             of("fraudulent", payment(avs_line1="fail", avs_postcode="fail",
                                      bill_postcode="10001"), *SIGNED), CARDS),
    Template("authenticated, delivered elsewhere", "fight", "who paid is the question",
             fraud(SHIFT, parcel(), scan(city="Houston")), CARDS, ("city",)),
    Template("authenticated, admitted", "accept", "the shop said that it was at fault",
             fraud(SHIFT, ADMITTED), CARDS, ("admitted",)),
]  # fmt: skip

NR = "product_not_received"
RECEIPT = [
    Template("signed", "fight", "signed for at the address", of(NR, *SIGNED)),
    Template("postcode", "fight", "delivered at the postcode", of(NR, *DELIVERED)),
    Template("city only", "accept", "no postcode, no proof", of(NR, parcel(), scan(postcode=""))),
    Template("neighbour", "accept", "somebody else took it",
             of(NR, parcel(), scan(text="Left with a neighbour"))),
    Template("label only", "accept", "the carrier never had it",
             of(NR, parcel(state="label_made", shipped_at=None), scan(state="label_made"))),
    Template("lost", "accept", "the carrier gave it up",
             of(NR, parcel(state="lost"), scan(state="moving"))),
    Template("another city", "accept", "the scan contradicts the order",
             of(NR, parcel(), scan(city="Houston", postcode="77002")), against=("city",)),
    Template("another city, the same postcode", "accept", "the scan contradicts the order",
             of(NR, parcel(), scan(city="Houston")), against=("city",)),
    Template("before it was shipped", "accept", "that cannot be",
             of(NR, parcel(), scan(at=SHIPPED - timedelta(days=1))),
             against=("before_shipping",)),
    Template("another name", "accept", "a stranger signed",
             of(NR, parcel(), scan(signed_by="BOB RAY")), against=("signed_by",)),
    Template("a member of the family", "fight", "the household signed",
             of(NR, parcel(), scan(signed_by="TOM LEE"))),
    Template("redirected", "accept", "not sent where it was ordered to",
             of(NR, parcel(to_postcode="10001"), scan()), against=("redirected",)),
    Template("sent back after it came", "accept", "later scans take it back",
             of(NR, parcel(), scan(), scan(state="returning", at=CAME + timedelta(days=2))),
             against=("taken_back",)),
    Template("one of two parcels", "accept", "the other never came",
             of(NR, parcel(), scan(), parcel("T2", state="moving"))),
    Template("refunded before", "fight", "the money is back", of(NR, refund())),
    Template("another city, refunded", "fight", "the refund answers whatever the scan says",
             of(NR, parcel(), scan(city="Houston"), refund()), against=("city",)),
    Template("refunded after", "accept", "no proof from before the dispute",
             of(NR, refund(at=OPENED + timedelta(days=1)))),
    Template("refunded in part", "accept", "a part is no answer", of(NR, refund(5000))),
    Template("downloaded", "fight", "the buyer's own device took it", of(NR, access(1))),
    Template("downloaded by another", "accept", "no mark is the buyer's",
             of(NR, access(1, ip="203.0.113.9", device="other", account="bob"))),
    Template("a scan of nobody's parcel", "accept", "no record names that parcel",
             of(NR, parcel("T9"), scan("T1"))),
    Template("above 750 without a signature", "accept", "Seller Protection asks for one",
             of(NR, payment(amount=usd(90000)), order(total=usd(90000)), *DELIVERED,
                amount=usd(90000)), ["paypal"]),
    Template("above 750, signed", "fight", "Seller Protection has what it asks for",
             of(NR, payment(amount=usd(90000)), order(total=usd(90000)), *SIGNED,
                amount=usd(90000)), ["paypal"]),
    Template("admitted", "accept", "the shop said so",
             of(NR, *SIGNED, ADMITTED), against=("admitted",)),
    Template("not admitted", "fight", "a denial is no admission",
             of(NR, *SIGNED, said("shop", "That is not our fault. We will not refund it."))),
]  # fmt: skip

NQ = "product_unacceptable"
QUALITY = [
    Template("listing, no return", "fight", "sold as shown, never sent back", of(NQ, listing())),
    Template("policy shown, no return", "fight", "it could have gone back", of(NQ, SHOWN)),
    Template("nothing", "accept", "no listing, no terms", of(NQ)),
    Template("listing of today", "accept", "it may have been another then",
             of(NQ, listing(certain=False))),
    Template("policy of later", "accept", "it did not stand at the purchase",
             of(NQ, policy(effective_from=PAID + timedelta(days=5)))),
    Template("broken", "accept", "the buyer reported it", of(NQ, policy(), DEFECT)),
    Template("asked to send it back, in Spanish", "accept", "a return was asked for",
             of(NQ, listing(), said("buyer", "Quiero devolver el producto.", language="es"))),
    Template("sent back", "accept", "the goods are here, the money too",
             of(NQ, SHOWN, returned(received_at=CAME + timedelta(days=9)))),
    Template("admitted in German", "accept", "the shop said so", of(NQ, listing(), SHOWN,
             said("shop", "Das war unser Fehler.", language="de")), against=("admitted",)),
    Template("admitted in Chinese", "accept", "the shop said so", of(NQ, listing(), SHOWN,
             said("shop", "这是我们的失误。", language="zh")), against=("admitted",)),
    Template("admitted, then refunded", "fight", "what was promised was paid",
             of(NQ, refund(), ADMITTED)),
    Template("counterfeit, listing", "accept", "only the brand's paper counts",
             of(NQ, listing(), SHOWN, reason_code="13.4"), ["visa"]),
    Template("counterfeit, invoice vouched for", "fight", "the distributor's paper",
             of(NQ, listing(), upload("supplier_invoice", "record"), reason_code="13.4"),
             ["visa"]),
    Template("counterfeit, a file", "accept", "nobody vouched for the file",
             of(NQ, listing(), upload("supplier_invoice"), reason_code="13.4"), ["visa"]),
]  # fmt: skip

NC = "credit_not_processed"
CREDIT = [
    Template("refunded", "fight", "the money is back", of(NC, refund())),
    Template("refunded, says the processor", "fight", "its sum counts too",
             of(NC, payment(refunded=usd(20000)))),
    Template("refund that failed", "accept", "nothing went back",
             of(NC, refund(status="failed"))),
    Template("late, policy shown", "fight", "the time was over, and that was known",
             of(NC, SHOWN, *DELIVERED, returned(asked_at=CAME + timedelta(days=20)))),
    Template("late, policy published", "accept", "not shown before the purchase",
             of(NC, policy(), *DELIVERED, returned(asked_at=CAME + timedelta(days=20)))),
    Template("in time", "accept", "the refund was due",
             of(NC, SHOWN, *DELIVERED, returned(asked_at=CAME + timedelta(days=2)))),
    Template("goods came back", "accept", "the refund was due",
             of(NC, SHOWN, *DELIVERED, returned(received_at=CAME + timedelta(days=9)))),
    Template("cancelled order", "accept", "cancelled and not refunded",
             of(NC, order(status="cancelled"))),
    Template("no return, policy shown", "fight", "nothing was ever due", of(NC, SHOWN)),
    Template("asked for a return in a message", "accept", "no record may say that none was asked",
             of(NC, SHOWN, said("buyer", "I want to send it back."))),
    Template("cancelled before it left", "accept", "the buyer had said so",
             of(NC, SHOWN, *DELIVERED,
                said("buyer", "Please cancel my order.", SHIPPED - timedelta(hours=5)))),
    Template("promised", "accept", "the shop promised it",
             of(NC, SHOWN, said("shop", "We will refund you this week.")),
             against=("admitted",)),
]  # fmt: skip

NS = "subscription_canceled"
SUBSCRIPTION = [
    Template("single purchase", "fight", "there never was a plan", of(NS)),
    Template("terms, no cancellation", "fight", "accepted and never cancelled",
             of(NS, RECURRING, TERMS)),
    Template("cancelled before", "accept", "the buyer had said so",
             of(NS, RECURRING, TERMS, CANCELLED)),
    Template("used on", "fight", "used after the claimed cancellation",
             of(NS, RECURRING, TERMS, CANCELLED_LATER, access(20))),
    Template("no terms", "accept", "nobody accepted a plan",
             of(NS, RECURRING, CANCELLED_LATER)),
    Template("the same amount each month", "accept", "it does recur, without terms",
             of(NS, prior(30, amount=usd(20000)), prior(60, amount=usd(20000)))),
]  # fmt: skip

ND = "duplicate"
DUPLICATE = [
    Template("two orders", "fight", "other goods, another order", of(ND, prior(1))),
    Template("charged once", "fight", "there is no other charge", of(ND, prior(90))),
    Template("charged twice", "accept", "the same order, the same amount",
             of(ND, prior(0, order="#W1", amount=usd(20000))), against=("charged_twice",)),
    Template("a twin order", "accept", "the same goods for the same amount",
             of(ND, prior(1, amount=usd(20000), description="Lamp"))),
    Template("paid otherwise", "accept", "one charge does not answer that",
             lambda n: of(ND, reason_code={"visa": "12.6.2", "amex": "C14", "discover": "PM",
                                           "paypal": "PAYMENT_BY_OTHER_MEANS"}[n])(n),
             ["visa", "amex", "discover", "paypal"]),
    Template("paid in two parts", "fight", "together they are the order's total",
             of(ND, order(total=usd(30000)), prior(1, order="#W1", amount=usd(10000)),
                prior(2))),
]  # fmt: skip

NG = "general"
GENERAL = [
    Template("agrees", "fight", "order and charge agree", of(NG, payment(**CHECKED))),
    Template("too much", "accept", "more was charged than ordered",
             of(NG, order(total=usd(15000))), against=("overcharged",)),
]  # fmt: skip

BAD: list[Template] = []
for _category in CODES["visa"]:
    BAD += [
        Template(f"{_category}: deadline passed", "too_late", "nothing can be filed",
                 of(_category, *SIGNED, refund(), due_by=NOW - timedelta(seconds=1))),
        Template(f"{_category}: won already", "closed", "it is over",
                 of(_category, *SIGNED, status="won")),
        Template(f"{_category}: unknown code", "ask", "nobody guesses a code",
                 of(_category, *SIGNED, refund(), reason_code="99.9")),
        Template(f"{_category}: other currency", "ask", "which record is right?",
                 of(_category, payment(amount=usd(20000)), refund(), *SIGNED,
                    amount=usd(20000).model_copy(update={"currency": "EUR"})),
                 against=("currency",)),
        Template(f"{_category}: more than was paid", "ask", "which record is right?",
                 of(_category, *SIGNED, refund(25000), amount=usd(25000)),
                 against=("amount",)),
        Template(f"{_category}: two orders", "ask", "which order is it?",
                 of(_category, payment(order="#W2"), refund(), *SIGNED),
                 against=("two_orders",)),
    ]  # fmt: skip
BAD += [
    Template("no category", "ask", "what does the cardholder claim?",
             of("unknown", *SIGNED, reason="general", reason_code="4853"), ["mastercard"]),
    Template("no order", "ask", "which order is it?",
             lambda n: [dispute(NR, n), payment(), *DELIVERED[1:]]),
    Template("no records at all", "ask", "nothing is known", lambda n: [dispute(NQ, n)]),
    Template("not worth it", "accept", "five dollars do not pay the work",
             of(NR, payment(amount=usd(500)), order(total=usd(500)), *SIGNED, amount=usd(500)),
             CARDS),
    Template("at the last second", "fight", "in time is in time",
             of(NR, *SIGNED, due_by=NOW)),
    Template("no deadline told", "fight", "it is shown as unknown",
             of(NR, *SIGNED, due_by=None)),
]  # fmt: skip

INQUIRY = [
    Template("inquiry, strong", "answer", "the records answer it", of(NR, *SIGNED, stage="inquiry",
             status="warning_needs_response")),
    Template("inquiry, weak", "refund", "a refund keeps it from becoming a dispute",
             of(NR, stage="inquiry", status="warning_needs_response")),
    Template("inquiry, admitted", "refund", "the shop was at fault",
             of(NQ, listing(), ADMITTED, stage="inquiry", status="warning_needs_response"),
             against=("admitted",)),
    Template("inquiry, refunded", "answer", "the money is back already",
             of(NQ, refund(), stage="inquiry", status="warning_needs_response")),
    Template("inquiry over", "too_late", "nobody waits for an answer",
             of(NR, *SIGNED, stage="inquiry", due_by=NOW - timedelta(days=1))),
]  # fmt: skip

TEMPLATES = (*FRAUD, *RECEIPT, *QUALITY, *CREDIT, *SUBSCRIPTION, *DUPLICATE, *GENERAL, *BAD,
             *INQUIRY)  # fmt: skip


def cases() -> Iterator[Labelled]:
    for template in TEMPLATES:
        for network in template.networks:
            yield Labelled(
                f"{network}: {template.name}", template.act, template.against,
                tuple(template.make(network)),
            )  # fmt: skip


assert DUE > NOW
