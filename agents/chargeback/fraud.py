"""Who paid: authentication, card checks, and what else the same buyer bought."""

from agents.chargeback.case import Case
from agents.chargeback.ce3 import match_ce3
from agents.chargeback.facts import flag_of, money_of, same, same_postcode, text_of, time_of
from agents.chargeback.found import Found, found
from agents.chargeback.rules import Rules
from tradewind.evidence import Evidence


def prove_buyer(case: Case, rules: Rules) -> list[Found]:
    """Elements of who paid, for and against."""
    qualified = match_ce3(case, rules)
    shown = [p for p in case.priors if p.id in {c.evidence for c in qualified.priors}]
    return [*([found("ce3_qualified", case.payment, *shown)] if qualified.qualified else []),
            *_authenticated(case, rules), *_checked(case, rules), *_bought_before(case, rules),
            *_used(case, rules), *_sent_elsewhere(case)]  # fmt: skip


def _authenticated(case: Case, rules: Rules) -> list[Found]:
    network = rules.codes.network(case.network)
    eci, three_ds = text_of(case.payment, "eci"), text_of(case.payment, "three_ds")
    shifted = rules.checks.shifted(network, eci, three_ds)
    return [found("liability_shift", case.payment)] if shifted else []


def _checked(case: Case, rules: Rules) -> list[Found]:
    payment = case.payment
    address = rules.checks.address(text_of(payment, "avs_line1"), text_of(payment, "avs_postcode"))
    told: list[Found] = []
    if address.line1 == address.postcode == "pass":
        told.append(found("avs_match", payment))
    elif "fail" in (address.line1, address.postcode):
        told.append(found("avs_failed", payment))
    code = rules.checks.security_code(text_of(payment, "cvc"))
    if code == "pass":
        told.append(found("cvc_match", payment))
    elif code == "fail":
        told.append(found("cvc_failed", payment))
    return told


def _bought_before(case: Case, rules: Rules) -> list[Found]:
    """Earlier payments that nobody disputed and that share marks with this one."""
    near = rules.book.near
    alike = [p for p in case.priors if _undisputed_before(p, case)
             and _marks(p, case) >= near.prior_marks]  # fmt: skip
    if len(alike) < near.prior_least:
        return []
    return [found("prior_undisputed", case.payment, *alike)]


def _undisputed_before(prior: Evidence, case: Case) -> bool:
    """Known not to be disputed; a fraud report speaks against, an unknown one does not."""
    at, amount = time_of(prior, "processed_at"), money_of(prior, "amount")
    return bool(
        flag_of(prior, "disputed") is False
        and not flag_of(prior, "fraud_reported")
        and at and case.paid_at and at < case.paid_at
        and amount and amount.minor > 0
    )  # fmt: skip


def _marks(prior: Evidence, case: Case) -> int:
    told = [same(text_of(prior, name), text_of(case.payment, name)) for name in _MARKS]
    at_home = same_postcode(text_of(prior, "postcode"), text_of(case.order, "to_postcode"))
    return sum((*told, at_home))


_MARKS = ("ip", "device", "email")


def _used(case: Case, rules: Rules) -> list[Found]:
    later = [a for a in case.accesses if _after_purchase(a, case)
             and marks_of_access(a, case) >= rules.book.near.digital_marks]  # fmt: skip
    return [found("used_since", *later)] if later else []


def _after_purchase(access: Evidence, case: Case) -> bool:
    at = time_of(access, "at")
    return bool(at and case.paid_at and at > case.paid_at)


def marks_of_access(access: Evidence, case: Case) -> int:
    """In how many of IP, device and account the access is the buyer's."""
    return sum(
        same(text_of(access, n), text_of(case.payment, n)) for n in ("ip", "device", "account")
    )


def _sent_elsewhere(case: Case) -> list[Found]:
    to, billing = text_of(case.order, "to_postcode"), text_of(case.payment, "bill_postcode")
    if to and billing and not same_postcode(to, billing):
        return [found("sent_elsewhere", case.order, case.payment)]
    return []
