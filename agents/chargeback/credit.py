"""Whether money was owed: returns beside the policy's time, and what was cancelled."""

from datetime import timedelta

from agents.chargeback.case import Case
from agents.chargeback.delivery import Delivery
from agents.chargeback.facts import text_of, time_of, whole_of
from agents.chargeback.found import Found, found
from agents.chargeback.money import refunded_in_full
from agents.chargeback.rules import Rules
from agents.chargeback.signs import written
from tradewind.evidence import Evidence


def prove_credit(case: Case, rules: Rules, delivery: Delivery) -> list[Found]:
    """Elements of a credit that was or was not due."""
    told: list[Found] = []
    cancelled = text_of(case.order, "status") == "cancelled"
    if cancelled and not refunded_in_full(case, rules):
        told.append(found("cancelled_before", case.order))
    early = _before_shipping(case, rules)
    if early:
        told.append(found("cancelled_before", *early))
    return [*told, *_late(case, rules, delivery)]


def _before_shipping(case: Case, rules: Rules) -> list[Evidence]:
    """The buyer's cancellations that came before any parcel left."""
    left = [at for at in (time_of(s, "shipped_at") for s in case.shipments) if at]
    asked = written(rules, case.messages, "buyer", "cancelled")
    return [m for m in asked if (at := time_of(m, "at")) and left and at < min(left)]


def _late(case: Case, rules: Rules, delivery: Delivery) -> list[Found]:
    """A return that was asked for after the policy's days, counted from the delivery."""
    came = time_of(delivery.scan, "at") if delivery.defends else None
    fact = rules.book.policies.window_fact
    policy = next((p for p in case.policies if whole_of(p, fact) is not None), None)
    days = whole_of(policy, fact)
    if came is None or days is None:
        return []
    end = came.date() + timedelta(days=days)
    late = [r for r in case.returns if (at := time_of(r, "asked_at")) and at.date() > end]
    on_time = [r for r in case.returns if r not in late]
    return [found("return_late", *late, policy, delivery.scan)] if late and not on_time else []
