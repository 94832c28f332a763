"""Engines run scenarios: answer (retrieve, ground, answer), dossier (gather, assess, draft, file),
survey (count, weigh, tell), reply (find, read, draft),
insights (count what was asked)."""

from agents.engines.answer import answer
from agents.engines.ending import stopped
from agents.engines.filing import defend
from agents.engines.insights import insights
from agents.engines.reply import reply
from agents.engines.survey import survey
from agents.events import Answer
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import say
from tradewind.errors import RunLimit
from tradewind.plan import Scenario

ENGINES = {
    "answer": answer,
    "dossier": defend,
    "survey": survey,
    "reply": reply,
    "insights": insights,
}


async def carry_out(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Run one scenario by its engine; says so when it is only planned, and when it met a limit of
    the run."""
    engine = ENGINES.get(scenario.engine)
    if scenario.status == "planned" or engine is None:
        text = say(kit, request.language, "planner.not_yet", title=scenario.title)
        return Answer(text=text, language=request.language, details={"scenario": scenario.id})
    try:
        return await engine(run.asked_for(scenario.act), kit, scenario, request)
    except RunLimit as stop:
        return stopped(run, kit, request.language, stop)
