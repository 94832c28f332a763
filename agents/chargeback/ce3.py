"""Visa Compelling Evidence 3.0: two earlier payments that show who bought (ce3.toml).

Days are calendar days in UTC, counted back from the disputed payment's processing.
"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from itertools import combinations
from typing import Literal

from pydantic import JsonValue

from agents.chargeback.case import Case
from agents.chargeback.duplicate import goods_of
from agents.chargeback.facts import flag_of, folded, money_of, text_of, time_of
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Ce3Rule
from tradewind.base import Record
from tradewind.evidence import Evidence

Mark = Literal["account", "ip", "address", "device"]
Refusal = Literal[
    "other_credential", "disputed", "dispute_unknown", "fraud_reported", "zero_amount", "no_time",
    "too_recent", "too_old", "no_description",
]  # fmt: skip
Why = Literal[
    "qualified", "borderline", "other_network", "other_code", "no_payment", "no_time",
    "no_credential", "no_description", "too_few_priors", "too_few_shared", "no_anchor",
]  # fmt: skip


class Candidate(Record):
    """One other payment: its day, what it shares with the disputed one, why it cannot be used."""

    evidence: str
    payment: str
    days: int | None
    shared: tuple[Mark, ...]
    borderline: bool
    refused: tuple[Refusal, ...]


class Ce3(Record):
    """The verdict. `priors` are the two that were chosen, newest first; `shared` is the same in all
    three payments. A pair with a payment on the borderline day does not qualify; it is flagged.
    `fraud_unknown`: nobody told whether fraud was reported on them."""

    qualified: bool
    why: Why
    borderline: bool = False
    priors: tuple[Candidate, ...] = ()
    shared: tuple[Mark, ...] = ()
    fraud_unknown: bool = False
    considered: tuple[Candidate, ...] = ()


def match_ce3(case: Case, rules: Rules) -> Ce3:
    """Whether the dispute qualifies, by which two payments, and why not when not."""
    barred = _barred(case, rules)
    if barred:
        return Ce3(qualified=False, why=barred)
    told = tuple(_candidate(prior, case, rules.ce3) for prior in case.priors)
    usable = [c for c in told if not c.refused]
    few = _newest(usable, rules.ce3)
    pairs = [p for p in combinations(few, rules.ce3.priors) if not _lacks(p, rules.ce3)]
    if not pairs:
        return Ce3(qualified=False, why=_why(few, rules.ce3), considered=told)
    best = min(pairs, key=_rank)
    borderline = any(c.borderline for c in best)
    unknown = {p.id for p in case.priors if flag_of(p, "fraud_reported") is None}
    return Ce3(
        qualified=not borderline,
        why="borderline" if borderline else "qualified",
        borderline=borderline,
        priors=tuple(sorted(best, key=lambda c: (c.days or 0, c.payment))),
        shared=_common(best),
        fraud_unknown=any(c.evidence in unknown for c in best),
        considered=told,
    )


def _barred(case: Case, rules: Rules) -> Why | None:
    """Why the dispute itself cannot use it."""
    if rules.codes.network(case.network) != rules.ce3.network:
        return "other_network"
    if case.code != rules.ce3.code:
        return "other_code"
    if case.payment is None:
        return "no_payment"
    if not time_of(case.payment, "paid_at"):
        return "no_time"
    if not text_of(case.payment, "fingerprint"):
        return "no_credential"
    return None if goods_of(case) else "no_description"


def _candidate(prior: Evidence, case: Case, rule: Ce3Rule) -> Candidate:
    days = _days(prior, case)
    return Candidate(
        evidence=prior.id,
        payment=text_of(prior, "payment"),
        days=days,
        shared=tuple(m for m in rule.elements if _shares(m, prior, case.payment, rule)),
        borderline=days == rule.borderline_day,
        refused=tuple(_refusals(prior, case, days, rule)),
    )


def _days(prior: Evidence, case: Case) -> int | None:
    before, paid = time_of(prior, "processed_at"), time_of(case.payment, "paid_at")
    if before is None or paid is None:
        return None
    return (paid.date() - before.date()).days


def _refusals(prior: Evidence, case: Case, days: int | None, rule: Ce3Rule) -> Iterable[Refusal]:
    credential = text_of(case.payment, "fingerprint")
    if text_of(prior, "fingerprint") != credential:
        yield "other_credential"
    disputed, amount = flag_of(prior, "disputed"), money_of(prior, "amount")
    if disputed is None:
        yield "dispute_unknown"
    elif disputed:
        yield "disputed"
    if flag_of(prior, "fraud_reported"):
        yield "fraud_reported"
    if amount is None or amount.minor <= 0:
        yield "zero_amount"
    if days is None:
        yield "no_time"
    elif days < rule.first_day:
        yield "too_recent"
    elif days > rule.last_day and days != rule.borderline_day:
        yield "too_old"
    if not text_of(prior, "description").strip():
        yield "no_description"


def _shares(mark: Mark, prior: Evidence, payment: Evidence | None, rule: Ce3Rule) -> bool:
    """Whether both tell the mark, and the same."""
    one, other = _mark(mark, prior, rule), _mark(mark, payment, rule)
    return bool(one) and one == other


def _mark(mark: Mark, payment: Evidence | None, rule: Ce3Rule) -> tuple[str, ...]:
    """A payment's mark as it is compared; empty where it is not told, or not whole."""
    if mark == "address":
        return _address(payment)
    told = text_of(payment, mark).strip()
    if mark == "device" and len(told) < rule.device_id_least:
        return ()
    if not told:
        return ()
    return (_plain_ip(told),) if mark == "ip" else (told,)


def _plain_ip(told: str) -> str:
    """An address of the net in its usual form."""
    try:
        return str(ip_address(told))
    except ValueError:
        return told.casefold()


PARTS = ("line1", "line2", "city", "region", "postcode", "country")
NEEDED = ("line1", "city", "postcode", "country")


def address_part(payment: Evidence | None, part: str) -> str:
    """A part of where the goods went; only the first line's fact says that it is an address's."""
    return text_of(payment, "address_line1" if part == "line1" else part)


def _address(payment: Evidence | None) -> tuple[str, ...]:
    """The whole address where the goods went; empty where a part that every address has is not
    told."""
    if not all(address_part(payment, part) for part in NEEDED):
        return ()
    return tuple(folded(address_part(payment, part)) for part in PARTS)


def _newest(usable: Sequence[Candidate], rule: Ce3Rule) -> list[Candidate]:
    """Of payments that share the same marks the newest: no pair of others is better, and a buyer of
    a thousand orders has not half a million pairs."""
    kept: dict[tuple[tuple[Mark, ...], bool], list[Candidate]] = {}
    for candidate in sorted(usable, key=lambda c: (c.days or 0, c.payment)):
        alike = kept.setdefault((candidate.shared, candidate.borderline), [])
        if len(alike) < rule.priors:
            alike.append(candidate)
    return [candidate for alike in kept.values() for candidate in alike]


def _common(pair: Sequence[Candidate]) -> tuple[Mark, ...]:
    """What all of them share with the disputed payment, and so with each other."""
    return tuple(mark for mark in pair[0].shared if all(mark in c.shared for c in pair))


def _lacks(pair: Sequence[Candidate], rule: Ce3Rule) -> Why | None:
    common = _common(pair)
    if len(common) < rule.shared_least:
        return "too_few_shared"
    return None if any(mark in rule.anchors for mark in common) else "no_anchor"


def _why(usable: Sequence[Candidate], rule: Ce3Rule) -> Why:
    """What the nearest pair lacks."""
    lacks = {_lacks(pair, rule) for pair in combinations(usable, rule.priors)}
    if not lacks:
        return "too_few_priors"
    return "no_anchor" if "no_anchor" in lacks else "too_few_shared"


def _rank(pair: Sequence[Candidate]) -> tuple[bool, int, int, tuple[str, ...]]:
    """Within the window first, then the most in common, then the newest."""
    return (
        any(c.borderline for c in pair),
        -len(_common(pair)),
        sum(c.days or 0 for c in pair),
        tuple(c.payment for c in pair),
    )


# ---- Stripe's object


def enhanced_evidence(case: Case, ce3: Ce3, rules: Rules) -> dict[str, JsonValue]:
    """Stripe's `evidence.enhanced_evidence`; empty where the dispute does not qualify.

    Source: docs.stripe.com/disputes/api/visa-ce3.
    """
    if not ce3.qualified:
        return {}
    by_id = {prior.id: prior for prior in case.priors}
    disputed = _transaction(case.payment, goods_of(case), rules.ce3)
    kind = "merchandise" if case.shipments else "services"
    priors: list[JsonValue] = [
        {"charge": c.payment,
         **_transaction(by_id[c.evidence], text_of(by_id[c.evidence], "description"), rules.ce3)}
        for c in ce3.priors
    ]  # fmt: skip
    return {
        "visa_compelling_evidence_3": {
            "disputed_transaction": {**disputed, "merchandise_or_services": kind},
            "prior_undisputed_transactions": priors,
        }
    }


def _transaction(payment: Evidence | None, goods: str, rule: Ce3Rule) -> dict[str, JsonValue]:
    """One transaction; what is not told, or too short for Stripe, is left out."""
    device = text_of(payment, "device")
    told: dict[str, JsonValue] = {
        "customer_account_id": text_of(payment, "account"),
        "customer_device_id": device if len(device) >= rule.device_id_least else "",
        "customer_email_address": text_of(payment, "email"),
        "customer_purchase_ip": text_of(payment, "ip"),
        "product_description": goods,
    }
    if _address(payment):
        told["shipping_address"] = _shipping(payment)
    return {name: value for name, value in told.items() if value}


def _shipping(payment: Evidence | None) -> dict[str, JsonValue]:
    names = {"region": "state", "postcode": "postal_code"}
    parts = {names.get(part, part): address_part(payment, part) for part in PARTS}
    return {name: value for name, value in parts.items() if value}
