"""Whether the goods were as sold: the listing, the terms, and whether they could go back."""

from agents.chargeback.case import Case
from agents.chargeback.facts import day_of, flag_of, text_of, time_of
from agents.chargeback.found import Found, found, merged
from agents.chargeback.money import refunded_in_full
from agents.chargeback.rules import Rules
from agents.chargeback.signs import in_files, written
from agents.chargeback.tables import Sign
from tradewind.evidence import Evidence

BACK: tuple[Sign, ...] = ("return_asked", "cancelled")
"""What a buyer says who wants the goods to go back."""

KEPT = frozenset(("shipped", "delivered"))
"""What an order's record says while nothing is to go back."""


def prove_quality(case: Case, rules: Rules) -> list[Found]:
    """Elements of the goods and the terms, for and against."""
    defects = _said_or_filed(case, rules, "defect")
    offers = written(rules, case.messages, "shop", "return_offered")
    return [
        *_listing(case),
        *_terms(case, rules),
        *_going_back(case, rules),
        *([found("defect_reported", *defects)] if defects else []),
        *([found("return_offered", *offers)] if offers else []),
        *_papers(case, rules),
    ]


def _listing(case: Case) -> list[Found]:
    certain = [e for e in case.listings if flag_of(e, "certain")]
    later = [e for e in case.listings if not flag_of(e, "certain")]
    return [
        *([found("listing_as_sold", *certain)] if certain else []),
        *([found("listing_later", *later)] if later else []),
    ]


def _terms(case: Case, rules: Rules) -> list[Found]:
    ours = [p for p in case.policies if _bears(p, rules) and _stood(p, case)]
    shown = [p for p in ours if flag_of(p, "shown_at_checkout") or accepted(p, case)]
    hidden = [p for p in ours if flag_of(p, "shown_at_checkout") is False and p not in shown]
    published = [p for p in ours if p not in shown and day_of(p, "effective_from")]
    return [
        *([found("policy_disclosed", *shown)] if shown else []),
        *([found("policy_published", *published)] if published and not shown else []),
        *([found("policy_hidden", *hidden)] if hidden and not shown else []),
    ]


def accepted(policy: Evidence, case: Case) -> bool:
    """Whether the buyer accepted it before the payment."""
    at = time_of(policy, "accepted_at")
    return bool(at and case.paid_at and at <= case.paid_at)


def _bears(policy: Evidence, rules: Rules) -> bool:
    return text_of(policy, "topic") in rules.book.policies.topics


def _stood(policy: Evidence, case: Case) -> bool:
    """Whether it was in force at the payment; one without a date may have been."""
    since = day_of(policy, "effective_from")
    return since is None or bool(case.paid_at and since <= case.paid_at.date())


def _going_back(case: Case, rules: Rules) -> list[Found]:
    back = [r for r in case.returns if time_of(r, "received_at")]
    if back and not refunded_in_full(case, rules):
        return [found("return_received", *back)]
    said = [e for sign in BACK for e in _said_or_filed(case, rules, sign)]
    if case.returns or said or text_of(case.order, "status") not in KEPT:
        return []
    return [found("no_return_asked", case.order)]


def _said_or_filed(case: Case, rules: Rules, sign: Sign) -> tuple[Evidence, ...]:
    """Where a buyer said it, in a message or by a file."""
    return (*written(rules, case.messages, "buyer", sign), *in_files(rules, case, sign))


def _papers(case: Case, rules: Rules) -> list[Found]:
    """Files count as what they are to show only once somebody of the shop has vouched for them."""
    told: list[Found] = []
    for file in case.uploads:
        role = text_of(file, "role")
        rule = next((rule for name, rule in rules.uploads.roles.items() if name == role), None)
        counts = rule is not None and file.trust == "record"
        told.append(found(rule.element if rule and counts else rules.uploads.unvouched, file))
    return list(merged(told))
