"""A payment as evidence: the one that is disputed, and others of the same buyer."""

from tools.outsiders import as_email, as_line, as_name, as_token, as_word
from tradewind.commerce import Address, Order, Payment
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, MoneyFact, NameFact, TimeFact

LONGEST = 200
"""Characters of what was bought, in a fact."""


def payment_evidence(payment: Payment, order: Order | None = None) -> Evidence:
    """The payment with what the issuer checked: AVS, CVC, 3-D Secure; what it does not tell of
    who paid is its order's."""
    facts: list[Fact] = [
        IdFact(name="id", value=payment.id),
        MoneyFact(name="amount", value=payment.amount),
    ]
    names = {
        "brand": payment.brand, "name": as_name(payment.name), "avs_postcode": payment.avs_postcode,
        "avs_line1": payment.avs_line1, "cvc": payment.cvc, "three_ds": payment.three_ds,
        "method": payment.method,
    }  # fmt: skip
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    ids = {"last4": payment.last4, "eci": payment.eci, "ip": payment.ip, "device": payment.device}
    ids = {name: as_token(value) for name, value in ids.items()}
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    if payment.bill_to and payment.bill_to.postcode:
        facts.append(IdFact(name="bill_postcode", value=payment.bill_to.postcode))
    facts += _lines(payment.bill_to, "bill_")
    if payment.created_at:
        facts.append(TimeFact(name="paid_at", value=payment.created_at))
    facts += _more_of(payment, order, told={fact.name for fact in facts})
    checks = ", ".join(f"{k} {v}" for k, v in (names | ids).items() if v)
    paid = f" on {payment.created_at:%Y-%m-%d %H:%M} UTC" if payment.created_at else ""
    gone = payment.refunded
    back = f" {gone} of it went back." if gone and gone.minor else ""
    return Evidence.of(
        "payment", f"payment/{payment.id}", f"Payment {payment.id}",
        f"Payment {payment.id} of {payment.amount}{paid}: {checks}.{back}",
        tuple(facts), observed_at=payment.created_at,
    )  # fmt: skip


def prior_evidence(payment: Payment, order: Order | None, disputed: bool | None) -> Evidence:
    """Another payment of the same card, account or customer, with all that may tie it to this
    buyer. `disputed` None: not known."""
    known = payment.model_copy(update={"disputed": disputed})
    at = payment.captured_at or payment.created_at
    facts: list[Fact] = [
        IdFact(name="payment", value=payment.id),
        MoneyFact(name="amount", value=payment.amount),
        *([TimeFact(name="processed_at", value=at)] if at else []),
        *_more_of(known, order, told={"captured_at"}),
    ]
    when = f" on {at:%Y-%m-%d %H:%M} UTC" if at else ""
    word = {True: "disputed", False: "not disputed", None: "not known whether disputed"}[disputed]
    bought = _bought(payment, order)
    return Evidence.of(
        "prior", f"payment/{payment.id}", f"Payment {payment.id}",
        f"Payment {payment.id} of {payment.amount}{when}, {word}"
        f"{': ' + bought if bought else ''}.",
        tuple(facts), observed_at=at,
    )  # fmt: skip


def _more_of(payment: Payment, order: Order | None, told: set[str]) -> list[Fact]:
    """What ties a payment to a buyer, and what became of it; without the facts told already."""
    ids = {
        "order": payment.order_id or (order.id if order else ""),
        "fingerprint": as_token(payment.fingerprint),
        "ip": as_token(payment.ip or (order.ip if order else "")),
        "device": as_token(payment.device or (order.device if order else "")),
        "account": as_word(payment.account or (order.customer_id if order else "")),
        "email": as_email(payment.email or (order.email if order else "")),
    }
    names = {"network": as_word(payment.network), "descriptor": as_word(payment.descriptor),
             "description": _bought(payment, order)}  # fmt: skip
    flags = {"disputed": payment.disputed, "fraud_reported": payment.fraud_reported}
    facts: list[Fact] = [IdFact(name=k, value=v) for k, v in ids.items() if v]
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    facts += [FlagFact(name=k, value=v) for k, v in flags.items() if v is not None]
    if payment.refunded:
        facts.append(MoneyFact(name="refunded", value=payment.refunded))
    if payment.captured_at:
        facts.append(TimeFact(name="captured_at", value=payment.captured_at))
    facts += _address_facts(payment.ship_to or (order.ship_to if order else None))
    return [fact for fact in facts if fact.name not in told]


def _address_facts(address: Address | None) -> list[Fact]:
    """Where the goods went."""
    facts = _lines(address, "")
    if address and facts and as_name(address.postcode):
        facts.append(IdFact(name="postcode", value=address.postcode))
    return facts


def _lines(address: Address | None, prefix: str) -> list[Fact]:
    """An address without its postcode, whole or not at all: two whose odd lines were both left out
    would look the same."""
    if address is None:
        return []
    parts = {
        "address_line1": address.line1, "line2": address.line2, "city": address.city,
        "region": address.region, "country": address.country,
    }  # fmt: skip
    told = {name: as_line(value) for name, value in parts.items() if value}
    if not all(told.values()):
        return []
    return [NameFact(name=f"{prefix}{name}", value=value) for name, value in told.items()]


def _bought(payment: Payment, order: Order | None) -> str:
    """What was paid for: the order's items, else the payment's own words."""
    items = "; ".join(line.title for line in order.lines) if order else ""
    return " ".join((items or payment.description).split())[:LONGEST]
