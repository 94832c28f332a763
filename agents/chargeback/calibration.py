"""The strength model set right by a merchant's own outcomes (Platt's logistic fit).

The fit keeps the order of the shipped model: a slope that is never negative and an intercept over
its log-odds. It starts from the shipped model and leaves it as the outcomes outweigh it.
"""

import math
from collections.abc import Sequence
from typing import Literal

from agents.chargeback.tables import CalibrationRule, StrengthModel
from tradewind.base import Record
from tradewind.evidence import Evidence, NumberFact


class Outcome(Record):
    """A dispute that was fought and ended: the log-odds of that time, and whether it was won."""

    dispute: str
    log_odds: float
    won: bool


class Calibration(Record):
    """Which model tells the probability, and how many outcomes there are."""

    model: Literal["shipped", "calibrated"]
    outcomes: int
    slope: float = 1.0
    intercept: float = 0.0

    def applied(self, log_odds: float) -> float:
        return self.slope * log_odds + self.intercept


def outcomes_in(evidence: Sequence[Evidence]) -> list[Outcome]:
    """What the record of outcomes says: a fact each, "won" or "lost", with the log-odds that were
    foretold."""
    facts = [fact for item in evidence if item.kind == "outcomes" for fact in item.facts]
    return [
        Outcome(dispute=str(number), log_odds=float(fact.value), won=fact.name == "won")
        for number, fact in enumerate(facts)
        if isinstance(fact, NumberFact)
    ]


def calibrate(outcomes: Sequence[Outcome], model: StrengthModel) -> Calibration:
    """Fit the outcomes, each dispute once; with too few of them the shipped model stands."""
    told = list({outcome.dispute: outcome for outcome in outcomes}.values())
    rule, won = model.calibration, sum(outcome.won for outcome in told)
    enough = len(told) >= rule.outcomes_least
    if not enough or won < rule.won_least or len(told) - won < rule.lost_least:
        return Calibration(model="shipped", outcomes=len(told))
    slope, intercept = _fit(told, rule)
    return Calibration(model="calibrated", outcomes=len(told), slope=slope, intercept=intercept)


def _fit(outcomes: Sequence[Outcome], rule: CalibrationRule) -> tuple[float, float]:
    """Newton's steps on the log-likelihood, held towards slope 1 and intercept 0 by a prior of
    `prior_weight`; a slope below zero is held at zero."""
    slope, intercept = 1.0, 0.0
    for _ in range(rule.rounds):
        down, across, mixed, both = _gradient(outcomes, slope, intercept, rule)
        step_slope, step_intercept = _solved(down, across, mixed, both)
        slope, intercept = max(0.0, slope - step_slope), intercept - step_intercept
        if abs(step_slope) + abs(step_intercept) < rule.tolerance:
            break
    return slope, intercept


Pair = tuple[float, float]


def _gradient(
    outcomes: Sequence[Outcome], slope: float, intercept: float, rule: CalibrationRule
) -> tuple[Pair, float, float, float]:
    """The gradient, then the second derivatives: by slope, by intercept, mixed."""
    weight = rule.prior_weight
    by_slope, by_intercept = weight * (slope - 1), weight * intercept
    slope_twice, intercept_twice, mixed = weight, weight, 0.0
    for outcome in outcomes:
        share = 1 / (1 + math.exp(-(slope * outcome.log_odds + intercept)))
        miss, spread = share - outcome.won, share * (1 - share)
        by_slope += miss * outcome.log_odds
        by_intercept += miss
        slope_twice += spread * outcome.log_odds * outcome.log_odds
        intercept_twice += spread
        mixed += spread * outcome.log_odds
    return (by_slope, by_intercept), slope_twice, mixed, intercept_twice


def _solved(gradient: Pair, slope_twice: float, mixed: float, intercept_twice: float) -> Pair:
    """The step that solves the two linear equations; the prior keeps them solvable."""
    whole = slope_twice * intercept_twice - mixed * mixed
    slope = (gradient[0] * intercept_twice - gradient[1] * mixed) / whole
    intercept = (gradient[1] * slope_twice - gradient[0] * mixed) / whole
    return slope, intercept
