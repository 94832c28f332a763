"""What an answer tells of limits that were met and of models that failed."""

from agents.events import Answer
from agents.kit import Kit
from agents.run import Run
from agents.saying import say
from tradewind.errors import RunLimit


def stopped(run: Run, kit: Kit, language: str, stop: RunLimit) -> Answer:
    """The end of a run, or of one of its steps, at a limit: said plainly, and for a buyer handed
    to a person. `details` name the limit."""
    buyer = run.session.audience == "buyer"
    return Answer(
        text=say(kit, language, "common.stopped" if buyer else "common.stopped_merchant"),
        language=language,
        handover=stop.message if buyer else None,
        details={"stopped": stop.message},
    )


def with_faults(run: Run, answer: Answer) -> Answer:
    """The answer, its `details` naming the parts of the turn that went on without their model."""
    if not run.journal.without:
        return answer
    told = answer.details | {"without_model": sorted(run.journal.without)}
    return answer.model_copy(update={"details": told})
