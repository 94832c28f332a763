"""Whether a plan ran on: terms, cancellations, use after them; or no plan at all."""

from datetime import datetime

from agents.chargeback.case import Case
from agents.chargeback.facts import flag_of, money_of, text_of, time_of
from agents.chargeback.found import Found, found
from agents.chargeback.fraud import marks_of_access
from agents.chargeback.quality import accepted
from agents.chargeback.rules import Rules
from agents.chargeback.signs import in_files, written
from tradewind.evidence import Evidence


def prove_subscription(case: Case, rules: Rules) -> list[Found]:
    """Elements of recurring charges, for and against."""
    asked = written(rules, case.messages, "buyer", "cancelled")
    early = [m for m in asked if _before_charge(m, case)]
    terms = [p for p in case.policies if accepted(p, case)]
    return [
        *([found("cancelled_before", *early, case.payment)] if early else _none(case, rules)),
        *([found("terms_accepted", *terms)] if terms else []),
        *_used_after(case, asked, rules),
        *_single(case),
    ]


def _before_charge(message: Evidence, case: Case) -> bool:
    at = time_of(message, "at")
    return bool(at and case.paid_at and at < case.paid_at)


def _none(case: Case, rules: Rules) -> list[Found]:
    """No cancellation is known: said over the payment and the order that would show one."""
    if case.payment is None or text_of(case.order, "status") == "cancelled":
        return []
    if in_files(rules, case, "cancelled"):  # of when it is nobody knows
        return []
    return [found("no_cancellation", case.payment, case.order)]


def _used_after(case: Case, asked: tuple[Evidence, ...], rules: Rules) -> list[Found]:
    times = [at for at in (time_of(m, "at") for m in asked) if at]
    if not times:
        return []
    later = [a for a in case.accesses if _later(a, min(times))
             and marks_of_access(a, case) >= rules.book.near.digital_marks]  # fmt: skip
    return [found("used_after_cancelling", *later, *asked)] if later else []


def _later(access: Evidence, than: datetime) -> bool:
    at = time_of(access, "at")
    return at is not None and at > than


def _single(case: Case) -> list[Found]:
    """One payment for one order, and no other of the same amount: nothing recurs."""
    if case.payment is None or case.order is None or flag_of(case.payment, "recurring"):
        return []
    again = [p for p in case.priors if money_of(p, "amount") == case.paid]
    return [] if again else [found("single_purchase", case.payment, case.order)]
