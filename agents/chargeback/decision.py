"""Fight, accept, refund, answer: what is advised, by what, and what would change it.

In this order: what is closed or too late; what only the merchant can say; what the records or the
shop itself forbid; then the odds and what they are worth.
"""

from datetime import datetime
from typing import Literal

from agents.chargeback.assessment import Assessment
from agents.chargeback.case import Case
from agents.chargeback.costs import Costs, costs_of, expected_value
from agents.chargeback.facts import flag_of, text_of
from agents.chargeback.monitoring import Meter
from agents.chargeback.rules import Rules
from agents.chargeback.strength import Strength
from tradewind.base import Money, Record
from tradewind.disputes import waits

Act = Literal["fight", "accept", "refund", "answer", "too_late", "ask", "closed"]
"""answer: reply to an inquiry. refund: give the money back before an inquiry becomes a dispute.
ask: only the merchant can say. closed: the processor waits for nothing."""

Question = Literal[
    "code", "category", "order", "payment", "two_orders", "currency", "amount", "overcharged"
]
Reason = Literal[
    "closed", "deadline_passed", "question", "contradicted", "no_answer", "unlikely",
    "not_worth_it", "worth_it", "refunded", "answered",
]  # fmt: skip
Note = Literal[
    "code_differs", "deadline_odd", "no_deadline", "costs_unknown", "bound_doubtful",
    "two_disputes", "zero_amount", "ahead",
]  # fmt: skip
"""ahead: records tell of a time that has not come; they prove nothing."""
Effect = Literal["counted", "not_counted", "avoided", "removed"]
"""On the monitoring count: counted whatever becomes of it, not counted, avoided by refunding the
inquiry, or taken out again (Compelling Evidence 3.0)."""


class Decision(Record):
    """What is advised and why. `expected_value` is a fight's against accepting."""

    act: Act
    reason: Reason
    questions: tuple[Question, ...] = ()
    notes: tuple[Note, ...] = ()
    expected_value: Money | None
    costs: Costs
    monitoring: Effect
    meter: tuple[Meter, ...] = ()


def decide(
    case: Case, assessed: Assessment, strength: Strength, now: datetime, rules: Rules,
    meter: tuple[Meter, ...] = (),
) -> Decision:  # fmt: skip
    """The advice at a moment."""
    costs = costs_of(case, assessed.network, rules)
    worth = expected_value(case.amount, strength.probability, costs) if case.amount else None
    questions = _questions(case, assessed)
    act, reason = _act(case, assessed, strength, now, rules, worth, questions)
    return Decision(
        act=act,
        reason=reason,
        questions=questions,
        notes=_notes(case, assessed, costs, rules),
        expected_value=worth,
        costs=costs,
        monitoring=_monitoring(case, assessed, act),
        meter=meter,
    )


def _act(
    case: Case, assessed: Assessment, strength: Strength, now: datetime, rules: Rules,
    worth: Money | None, questions: tuple[Question, ...],
) -> tuple[Act, Reason]:  # fmt: skip
    over = _over(case, now)
    if over:
        return over
    if questions:
        return "ask", "question"
    inquiry = text_of(case.dispute, "stage") == "inquiry"
    against = _against(assessed, strength, rules, worth)
    if against is None:
        return ("answer", "answered") if inquiry else ("fight", "worth_it")
    if not inquiry:
        return "accept", against
    return ("answer", "refunded") if assessed.has("refund_made") else ("refund", against)


def _over(case: Case, now: datetime) -> tuple[Act, Reason] | None:
    """Where nothing can be sent any more."""
    if not is_open(case):
        return "closed", "closed"
    if _late(case, now):
        return "too_late", "deadline_passed"
    return ("closed", "closed") if flag_of(case.dispute, "answerable") is False else None


def _against(
    assessed: Assessment, strength: Strength, rules: Rules, worth: Money | None
) -> Reason | None:
    """Why it is not fought; None where it is."""
    if any(item.bars for item in assessed.standing):
        return "contradicted"
    if not assessed.ways:
        return "no_answer"
    if strength.probability < rules.strength.fight_from:
        return "unlikely"
    return None if worth and worth.minor > 0 else "not_worth_it"


def is_open(case: Case) -> bool:
    """Whether the processor still waits; where nobody told, it is taken for open."""
    return waits(text_of(case.dispute, "state"), text_of(case.dispute, "status"))


def _late(case: Case, now: datetime) -> bool:
    """By the processor's own word, or by its deadline."""
    return bool(flag_of(case.dispute, "past_due") or (case.due_by and now > case.due_by))


def _questions(case: Case, assessed: Assessment) -> tuple[Question, ...]:
    """What only the merchant can say."""
    asked: list[Question] = []
    if assessed.doubt == "unknown_code":
        asked.append("code")
    if assessed.category == "unknown":
        asked.append("category")
    at_odds = {c.id for c in assessed.contradictions if c.asks}
    asked.extend(q for q in _ASKED if q in at_odds)
    if not assessed.ways and case.order is None and "two_orders" not in asked:
        asked.append("order")
    if not assessed.ways and case.payment is None:
        asked.append("payment")
    return tuple(asked)


_ASKED: tuple[Question, ...] = ("two_orders", "currency", "amount", "overcharged")


def _notes(case: Case, assessed: Assessment, costs: Costs, rules: Rules) -> tuple[Note, ...]:
    """What the merchant should know beside the advice."""
    told: list[Note] = []
    if assessed.doubt == "differs":
        told.append("code_differs")
    bound = rules.deadlines.bound_of(assessed.network)
    if case.due_by is None:
        told.append("no_deadline")
    elif case.opened_at and bound and (case.due_by - case.opened_at).days > bound.latest_days:
        told.append("deadline_odd")
        if bound.confidence == "?":
            told.append("bound_doubtful")
    if text_of(case.dispute, "also"):
        told.append("two_disputes")
    if case.amount and case.amount.minor <= 0:
        told.append("zero_amount")
    return tuple(told if costs.known else [*told, "costs_unknown"])


def _monitoring(case: Case, assessed: Assessment, act: Act) -> Effect:
    """An inquiry counts only once it becomes a dispute; a dispute counts won or lost."""
    if text_of(case.dispute, "stage") == "inquiry":
        return "avoided" if act == "refund" else "not_counted"
    return "removed" if act == "fight" and assessed.has("ce3_qualified") else "counted"
