"""Planner: a merchant's message and the plan that is made of it; nothing is carried out."""

from evals.reading import read_cases
from evals.records import AskKind, PlannerCase, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.plan import Plan


def planner_suite() -> Suite[PlannerCase, Plan]:
    cases = read_cases("planner", PlannerCase)
    return Suite(name="planner", cases=cases, outcome=Plan, carry_out=plan, judge=judge)


async def plan(world: World, case: PlannerCase) -> Plan:
    return await world.assistant.plan(world.session("merchant"), world.open_shop(), case.text)


def judge(world: World, case: PlannerCase, made: Plan) -> Verdict:
    """Agents must be the very set, each named scenario must be there, inputs must be found."""
    agents = {step.agent for step in made.steps}
    scenarios = {step.scenario for step in made.steps}
    missing = [s for s in case.scenarios if not scenarios & set(s.split("|"))]
    inputs = {(name, value) for step in made.steps for name, value in step.inputs.items()}
    unfound = sorted(set(case.inputs.items()) - inputs)
    asked = ask_kind(made)
    problems = [
        *([f"agents {sorted(agents)} for {sorted(case.agents)}"] * (agents != set(case.agents))),
        *(f"no step {scenario}; steps {sorted(scenarios)}" for scenario in missing),
        *(f"input {name} {value!r} was not found" for name, value in unfound),
        *([f"asks {asked}, expected {case.ask}: {made.ask!r}"] * (asked != case.ask)),
    ]
    metrics = {
        "agents_exact": float(agents == set(case.agents)),
        "scenarios_right": float(not missing),
        "inputs_right": float(not unfound),
        "asks_right": float(asked == case.ask),
    }
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))


def ask_kind(made: Plan) -> AskKind:
    """What the plan's question is about."""
    if made.ask is None:
        return "nothing"
    if made.steps:
        return "input"
    return "out_of_scope" if made.out_of_scope else "vague"
