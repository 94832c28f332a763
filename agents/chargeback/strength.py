"""How likely the dispute is won: log-odds that add up over what was found, on show term by term.

More of what helps never lowers it, more of what harms never raises it: every weight of a kind has
one sign, and caps only hold back (strength.toml says what is assumed).
"""

import math
from typing import Literal

from agents.chargeback.assessment import Assessment
from agents.chargeback.calibration import Calibration
from agents.chargeback.found import Element
from agents.chargeback.rules import Rules
from agents.chargeback.tables import StrengthModel
from tradewind.base import Record


class Term(Record):
    """One summand of the log-odds: the base, a group of elements after its cap, a whole answer,
    what speaks against, a contradiction."""

    id: str
    weight: float


class Strength(Record):
    """The probability with its terms. `model` says whose it is: the shipped model's, or one that
    was fitted on the merchant's own outcomes."""

    probability: float
    log_odds: float
    terms: tuple[Term, ...]
    model: Literal["shipped", "calibrated"]
    version: int
    outcomes: int


def weigh(assessed: Assessment, rules: Rules, calibration: Calibration | None = None) -> Strength:
    """Add up what was found."""
    terms = (_base(assessed, rules), *_helps(assessed, rules), *_harms(assessed, rules))
    log_odds = sum(term.weight for term in terms)
    fitted = calibration.applied(log_odds) if calibration else log_odds
    return Strength(
        probability=round(_within(probability(fitted), rules), rules.strength.places),
        log_odds=log_odds,
        terms=terms,
        model=calibration.model if calibration else "shipped",
        version=rules.strength.version,
        outcomes=calibration.outcomes if calibration else 0,
    )


def probability(log_odds: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-log_odds))


def log_odds_of(share: float) -> float:
    return math.log(share / (1 - share))


def _base(assessed: Assessment, rules: Rules) -> Term:
    return Term(id="base", weight=log_odds_of(rules.strength.base[assessed.category]))


def _helps(assessed: Assessment, rules: Rules) -> list[Term]:
    """The groups that were found, each up to its cap, and a whole answer."""
    model, groups = rules.strength, dict[str, list[float]]()
    for element in assessed.elements:
        if element.grade != "against":
            group = rules.book.elements[element.id].group
            groups.setdefault(group, []).append(_weight(element, model))
    terms = [Term(id=g, weight=min(model.caps[g], sum(w))) for g, w in sorted(groups.items())]
    return [*terms, *([Term(id="complete", weight=model.complete)] if assessed.ways else [])]


def _weight(element: Element, model: StrengthModel) -> float:
    usual = model.grades[element.grade]
    return usual if element.grade == "weak" else model.elements.get(element.id, usual)


def _harms(assessed: Assessment, rules: Rules) -> list[Term]:
    """What speaks against; a contradiction that neither bars nor asks weighs no more than that.
    Where the claim is settled, a parcel that never came speaks against nobody."""
    grades = rules.strength.grades
    told = [Term(id=e.id, weight=-grades["against"]) for e in assessed.elements
            if e.grade == "against" and not assessed.settled]  # fmt: skip
    for item in assessed.standing:
        grade = "contradiction" if item.bars or item.asks else "against"
        told.append(Term(id=item.id, weight=-grades[grade]))
    return told


def _within(share: float, rules: Rules) -> float:
    return max(rules.strength.least, min(rules.strength.most, share))
