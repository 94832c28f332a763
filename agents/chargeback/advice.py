"""The advice on one dispute from its evidence: assessment, strength, decision, what is missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from agents.chargeback.assessment import Assessment, assess
from agents.chargeback.calibration import Calibration, calibrate, outcomes_in
from agents.chargeback.case import Case, read_case, split_by_time
from agents.chargeback.ce3 import Ce3, match_ce3
from agents.chargeback.decision import Act, Decision, decide
from agents.chargeback.found import Element
from agents.chargeback.monitoring import Meter
from agents.chargeback.rules import Rules
from agents.chargeback.strength import Strength, weigh
from agents.chargeback.tables import CategoryRule, Grade
from tradewind.base import Record
from tradewind.evidence import Evidence


class Wanted(Record):
    """Elements that are not there: what they would be, the odds with them, and the advice then.

    Several stand together where only together they are an answer.
    """

    elements: tuple[str, ...]
    grade: Grade
    probability: float
    act: Act


class Advice(Record):
    """All that is advised on one dispute, with its reasons."""

    assessment: Assessment
    strength: Strength
    decision: Decision
    wanted: tuple[Wanted, ...]
    ce3: Ce3

    @property
    def would_change(self) -> tuple[Wanted, ...]:
        """What would turn the advice."""
        return tuple(item for item in self.wanted if item.act != self.decision.act)


def advise(
    evidence: Sequence[Evidence], rules: Rules, now: datetime,
    calibration: Calibration | None = None, meter: tuple[Meter, ...] = (),
) -> Advice | None:  # fmt: skip
    """What to do about the dispute in the evidence; None where there is none. The calibration is
    that of the shop's outcomes in the evidence, where no other is given."""
    come, ahead = split_by_time(evidence, now)
    case = read_case(come)
    if case is None:
        return None
    if calibration is None:
        calibration = calibrate(outcomes_in(evidence), rules.strength)
    assessed = assess(case, rules)
    strength = weigh(assessed, rules, calibration)
    return Advice(
        assessment=assessed,
        strength=strength,
        decision=_noting(decide(case, assessed, strength, now, rules, meter), case, ahead, now),
        wanted=_wanted(case, assessed, now, rules, calibration),
        ce3=match_ce3(case, rules),
    )


def _noting(decision: Decision, case: Case, ahead: Sequence[Evidence], now: datetime) -> Decision:
    """The decision, with a note where records tell of a time that has not come."""
    heads = (case.dispute, case.payment, case.order)
    early = [e for e in heads if e and e.observed_at and e.observed_at > now + timedelta(days=1)]
    if not (ahead or early):
        return decision
    return decision.model_copy(update={"notes": (*decision.notes, "ahead")})


def _wanted(
    case: Case, assessed: Assessment, now: datetime, rules: Rules, calibration: Calibration | None
) -> tuple[Wanted, ...]:
    """What each missing part of an answer, and each missing help, would bring."""
    rule = rules.book.rule_for(assessed.category, assessed.network, case.code)
    if rule is None:
        return ()
    told: list[Wanted] = []
    for part in dict.fromkeys([*rule.ways, *((name,) for name in rule.compelling)]):
        lacking = tuple(name for name in part if not assessed.has(name))
        if not lacking:
            continue
        grade: Grade = "required" if part in rule.ways else "compelling"
        with_it = _with(assessed, lacking, grade, rule, rules)
        strength = weigh(with_it, rules, calibration)
        act = decide(case, with_it, strength, now, rules).act
        told.append(
            Wanted(elements=lacking, grade=grade, probability=strength.probability, act=act)
        )
    return tuple({item.elements: item for item in told}.values())


def _with(
    assessed: Assessment, more: Sequence[str], grade: Grade, rule: CategoryRule, rules: Rules
) -> Assessment:
    """The assessment as if these elements had been found."""
    gone = {old for name in more for old in rules.book.elements[name].instead_of}
    added = tuple(Element(id=name, evidence=(), grade=grade) for name in more)
    elements = (*(item for item in assessed.elements if item.id not in gone), *added)
    told = {item.id for item in elements}
    whole = tuple(way for way in rule.ways if told.issuperset(way))
    return assessed.model_copy(update={
        "elements": elements, "ways": whole,
        "settled": assessed.settled or any(rules.book.elements[n].settles for n in more),
    })  # fmt: skip
