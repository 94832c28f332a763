"""Amounts: what was ordered, charged, refunded and disputed, and whether they agree."""

from agents.chargeback.case import Case, order_key
from agents.chargeback.facts import money_of, text_of, time_of
from agents.chargeback.found import Found, found
from agents.chargeback.rules import Rules
from tradewind.base import Money
from tradewind.evidence import Evidence


def prove_amounts(case: Case, rules: Rules) -> list[Found]:
    """Refunds, and whether order and charge agree."""
    told: list[Found] = []
    refunded, shown = refunded_of(case, rules)
    if refunded and case.amount and refunded.currency == case.amount.currency:
        if refunded.minor >= case.amount.minor:
            told.append(found("refund_made", *shown))
        elif refunded.minor > 0:
            told.append(found("refund_partial", *shown))
    if agree(case):
        told.append(found("order_matches_charge", case.order, case.payment))
    return told


def refunded_in_full(case: Case, rules: Rules) -> bool:
    return any(item.id == "refund_made" for item in prove_amounts(case, rules))


def refunded_of(case: Case, rules: Rules) -> tuple[Money | None, tuple[Evidence, ...]]:
    """What went back before the dispute, and the records that show it.

    Refunds with a time of their own decide where one of them came after the dispute; else the
    processor's sum does where it is more.
    """
    done = [r for r in case.refunds if _done(r, case, rules)]
    early = [r for r in done if not _after(r, case)]
    listed = _sum(early)
    summed = money_of(case.payment, "refunded")
    if summed is None or len(early) < len(done):
        return listed, tuple(early)
    if listed is None or (listed.currency == summed.currency and listed.minor < summed.minor):
        return summed, (case.payment,) if case.payment else ()
    return listed, tuple(early)


def find_contradictions(case: Case) -> list[Found]:
    """Amounts, currencies and orders that do not fit together."""
    told: list[Found] = []
    dispute, payment, order = case.dispute, case.payment, case.order
    total = money_of(order, "total")
    known = [money for money in (case.amount, case.paid, total) if money]
    if len({money.currency for money in known}) > 1:
        return [found("currency", dispute, payment, order), *_orders(case)]
    if case.amount and case.paid and case.amount.minor > case.paid.minor:
        told.append(found("amount", dispute, payment))
    if case.paid and total and case.paid.minor > total.minor:
        told.append(found("overcharged", payment, order))
    elif case.paid and total and not agree(case):
        told.append(found("amount", payment, order))
    return [*told, *_orders(case)]


def _orders(case: Case) -> list[Found]:
    """One charge of which two orders are told."""
    named = case.order_ids
    if len(named) > 1:
        return [found("two_orders", case.dispute, case.payment)]
    if case.stated.of("order"):
        return []
    elsewhere = {order_key(text_of(prior, "order")) for prior in case.priors}
    told = {order_key(text_of(order, "id")) for order in case.orders} - elsewhere | named
    return [found("two_orders", case.payment, *case.orders)] if len(told) > 1 else []


def agree(case: Case) -> bool:
    """Whether the payments of the order come to its total."""
    total = money_of(case.order, "total")
    if total is None or case.paid is None or total.currency != case.paid.currency:
        return False
    return total in (case.paid, _sum([p for p in (case.payment, *partners(case)) if p]))


def partners(case: Case) -> list[Evidence]:
    """Other payments of the same order."""
    number = order_key(text_of(case.order, "id"))
    return [p for p in case.priors if number and order_key(text_of(p, "order")) == number]


def _sum(items: list[Evidence]) -> Money | None:
    amounts = [money for money in (money_of(item, "amount") for item in items) if money]
    if not amounts or len({money.currency for money in amounts}) > 1:
        return None
    return Money(minor=sum(money.minor for money in amounts), currency=amounts[0].currency)


def _done(refund: Evidence, case: Case, rules: Rules) -> bool:
    named = text_of(refund, "payment")
    ours = not named or named == text_of(case.dispute, "payment")
    return ours and text_of(refund, "status").casefold() in rules.book.refunds.done


def _after(refund: Evidence, case: Case) -> bool:
    at = time_of(refund, "at")
    return bool(at and case.opened_at and at > case.opened_at)
