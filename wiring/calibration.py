"""`tradewind disputes calibration`: the strength model beside the shop's own outcomes."""

from typing import Any

from agents.chargeback.calibration import calibrate, outcomes_in
from tools.disputes.outcomes import list_outcomes
from tradewind.people import Session
from wiring.platform import Platform


def calibration_of_shop(platform: Platform, session: Session) -> dict[str, Any]:
    """The fit over the outcomes as a run would find them, and how many it needs."""
    context = platform.stores(session.tenant.id).context(session)
    outcomes = outcomes_in(list_outcomes(context, {}).evidence)
    model = platform.kit.rules.strength
    fit, needed = calibrate(outcomes, model), model.calibration
    won = sum(outcome.won for outcome in outcomes)
    kept = context.predictions.predictions() if context.predictions else ()
    return {
        "model": fit.model,
        "version": model.version,
        "predictions": len(kept),
        "outcomes": fit.outcomes,
        "won": won,
        "lost": fit.outcomes - won,
        "needed": {
            "outcomes": needed.outcomes_least, "won": needed.won_least, "lost": needed.lost_least,
        },
        "slope": fit.slope,
        "intercept": fit.intercept,
    }  # fmt: skip
