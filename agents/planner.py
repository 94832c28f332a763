"""The planner: read, match, fill, ask or dispatch, merge; a LangGraph graph.

The graph keeps no checkpoint: what a turn needs of the past comes from the thread's state,
what it did is in the journal. Independent steps run in parallel, each in a branch of the run.
"""

import operator
import time
from typing import Annotated, Any, NotRequired, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from agents.chargeback.telling import Telling
from agents.engines import carry_out
from agents.engines.dossier import questions_in
from agents.events import Answer, PlanReady, StepBegan, StepEnded
from agents.hearing import hear_answer
from agents.instructions import Command, amounts_said, part_of
from agents.kit import Kit, Request, ThreadState
from agents.matching import Match, commands_in, match
from agents.reading import Reading
from agents.run import Run
from agents.saying import say
from agents.telling import ADVISE, tell_in_turn
from tradewind.plan import InputType, Plan, PlanStep, Scenario

_ASKABLE: frozenset[InputType] = frozenset(
    ("order_id", "dispute_id", "product", "market", "language", "file", "percent", "text")
)


FEW_WORDS = 3
"""Words beside an id that are still an answer ("it is dp_…", "the order is #…")."""


class PlannerState(TypedDict):
    """What flows through the graph. `steps` collects the answers of parallel branches; `telling` is
    what the message answers to a question about a dispute."""

    run: Run
    text: str
    memory: ThreadState
    only_plan: bool
    reading: Reading
    match: Match
    plan: Plan
    index: int
    telling: NotRequired[Telling]
    steps: Annotated[list[tuple[int, Answer]], operator.add]
    answer: Answer


AND = " / "
"""Between amounts of which it is not clear which is meant."""

Update = dict[str, object]
"""The keys of PlannerState that a node sets."""


class Planner:
    """Plans and carries out a merchant's message."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._graph = self._build()

    async def plan(self, run: Run, text: str, memory: ThreadState) -> Plan:
        """The plan alone; nothing is carried out."""
        state = await self._graph.ainvoke(_start(run, text, memory, only_plan=True))
        return state["plan"]

    async def turn(self, run: Run, text: str, memory: ThreadState) -> tuple[Plan, Answer]:
        """Plan, carry out, merge."""
        state = await self._graph.ainvoke(_start(run, text, memory, only_plan=False))
        return state["plan"], state["answer"]

    def after(self, plan: Plan, memory: ThreadState, answer: Answer) -> ThreadState:
        """What a merchant's thread remembers: the ids spoken of, and the questions left open."""
        inputs = {k: v for step in plan.steps for k, v in step.inputs.items()}
        return memory.model_copy(update={
            "language": plan.language, "turns": memory.turns + 1,
            "order_id": inputs.get("order_id", memory.order_id),
            "dispute_id": inputs.get("dispute_id", memory.dispute_id),
            "questions": memory.questions if "refused" in answer.details else questions_in(answer),
            "asked": plan if plan.ask is not None and plan.steps else None,
        })  # fmt: skip

    def _build(self) -> Any:
        graph = StateGraph(PlannerState)
        graph.add_node("read", self._read)
        graph.add_node("match", self._match)
        graph.add_node("fill", self._fill)
        graph.add_node("step", self._step)
        graph.add_node("merge", self._merge)
        graph.add_edge(START, "read")
        graph.add_edge("read", "match")
        graph.add_edge("match", "fill")
        graph.add_conditional_edges("fill", _dispatch, ["step", "merge", END])
        graph.add_node("join", _join)
        graph.add_edge("step", "join")
        graph.add_conditional_edges("join", _dispatch, ["step", "merge"])
        graph.add_edge("merge", END)
        return graph.compile()

    async def _read(self, state: PlannerState) -> Update:
        memory = state["memory"]
        reader = self._kit.merchant_reader
        return {"reading": await reader.read(state["run"], state["text"], memory.language)}

    async def _match(self, state: PlannerState) -> Update:
        reading, memory = state["reading"], state["memory"]
        if not reading.readable:
            return {"match": Match()}
        telling = hear_answer(reading, memory.questions, self._kit.rules)
        if telling and memory.dispute_id and not commands_in(self._kit, reading):
            return {"match": Match(scenarios=(ADVISE,)), "telling": telling}
        if memory.asked and gives_only(reading):
            return {"match": _same_as(memory.asked)}
        found = await match(state["run"], self._kit, reading)
        if not found.scenarios and memory.asked and reading.entities:
            found = _same_as(memory.asked)
        return {"match": found}

    async def _fill(self, state: PlannerState) -> Update:
        began = time.perf_counter_ns()
        plan = make_plan(self._kit, state["reading"], state["match"], state["memory"])
        run = state["run"]
        run.step("plan", began, plan.model_dump(mode="json"))
        run.emit(PlanReady(plan=plan))
        return {"plan": plan}

    async def _step(self, state: PlannerState) -> Update:
        plan, index, reading = state["plan"], state["index"], state["reading"]
        step = plan.steps[index]
        run = state["run"].branch(f"step{index}")
        run.emit(StepBegan(index=index, scenario=step.scenario))
        telling = state.get("telling")
        if telling is not None:
            refused = await tell_in_turn(run, self._kit, reading.language, step.inputs, telling)
            if refused is not None:
                return {"steps": [(index, refused)]}
        request = Request(
            text=reading.text, language=reading.language, inputs=step.inputs,
            instructed=step.instructed,
        )  # fmt: skip
        answer = await carry_out(run, self._kit, self._kit.catalog[step.scenario], request)
        run.emit(StepEnded(index=index, scenario=step.scenario))
        return {"steps": [(index, answer)]}

    async def _merge(self, state: PlannerState) -> Update:
        plan = state["plan"]
        if plan.ask is not None:
            return {"answer": Answer(text=plan.ask, language=plan.language)}
        answers = [answer for _, answer in sorted(state["steps"], key=lambda pair: pair[0])]
        return {"answer": merge(plan.language, answers)}


def _start(run: Run, text: str, memory: ThreadState, *, only_plan: bool) -> Update:
    return {"run": run, "text": text, "memory": memory, "only_plan": only_plan, "steps": []}


def _dispatch(state: PlannerState) -> str | list[Send]:
    """Send every step whose predecessors are done; merge when none is left."""
    if state["only_plan"]:
        return END
    done = {index for index, _ in state["steps"]}
    steps = () if state["plan"].ask is not None else state["plan"].steps
    ready = [i for i, s in enumerate(steps) if i not in done and done.issuperset(s.after)]
    return [Send("step", {**state, "index": i, "steps": []}) for i in ready] or "merge"


def _join(state: PlannerState) -> Update:
    """Where parallel branches meet."""
    return {}


def make_plan(kit: Kit, reading: Reading, found: Match, memory: ThreadState) -> Plan:
    """The plan of a match: steps with their inputs, or the question to ask back."""
    language = reading.language
    if not found.scenarios:
        key = "planner.out_of_scope" if found.out_of_scope else "planner.vague"
        return Plan(language=language, ask=say(kit, language, key), out_of_scope=found.out_of_scope)
    scenarios = [kit.catalog[id] for id in found.scenarios]
    told = commands_in(kit, reading)
    steps = tuple(
        _step(s, scenarios, reading, memory, told.get(s.id), _left_open(s, found, memory))
        for s in scenarios
    )
    missing = [
        needed
        for scenario, step in zip(scenarios, steps, strict=True)
        for needed in missing_inputs(scenario, step.inputs)
    ]
    ask = say(kit, language, f"planner.need_{missing[0]}") if missing else None
    return Plan(language=language, steps=steps, ask=ask)


def _step(
    scenario: Scenario, scenarios: list[Scenario], reading: Reading, memory: ThreadState,
    told: Command | None, open_: PlanStep | None,
) -> PlanStep:  # fmt: skip
    """One step. It acts where the message tells it to, or goes on with a plan that did and only
    lacked an input: that plan's own inputs stand."""
    inputs = fill(scenario, reading, memory, told)
    if told is None and open_ is not None:
        inputs = open_.inputs | inputs
    return PlanStep(
        scenario=scenario.id, agent=scenario.agent, inputs=inputs,
        instructed=told is not None or (open_ is not None and open_.instructed),
        after=tuple(i for i, other in enumerate(scenarios) if other.id in scenario.after),
    )  # fmt: skip


def _left_open(scenario: Scenario, found: Match, memory: ThreadState) -> PlanStep | None:
    """The scenario's step in the plan that was left open, where the message goes on with it."""
    asked = memory.asked
    if asked is None or found != _same_as(asked):
        return None
    return next((step for step in asked.steps if step.scenario == scenario.id), None)


def gives_only(reading: Reading) -> bool:
    """Whether a message is an id, an address or a number and hardly a word more: the answer to
    a question, not a wish of its own."""
    rest = reading.text
    for value in reading.entities.values():
        rest = rest.replace(value, " ")
    words = [word for word in rest.split() if any(map(str.isalpha, word))]
    return bool(reading.entities) and len(words) <= FEW_WORDS


def _same_as(asked: Plan) -> Match:
    return Match(scenarios=tuple(step.scenario for step in asked.steps))


def fill(
    scenario: Scenario, reading: Reading, memory: ThreadState, told: Command | None = None
) -> dict[str, str]:
    """Inputs by rule from the text, then from what the thread last spoke of. What a command says
    itself goes first."""
    remembered = {"order_id": memory.order_id, "dispute_id": memory.dispute_id}
    said = told.model_dump(include={"order_id", "dispute_id"}) if told else {}
    said |= {"amount": AND.join(told.amounts)} if told else {}
    found: dict[str, str] = {}
    for name, spec in scenario.inputs.items():
        value = reading.entities.get(spec.type) or remembered.get(spec.type, "")
        if spec.type == "text":
            value = reading.text
        if spec.found:
            value = part_of(spec.found, reading.text)
        if spec.type == "amount" and scenario.act:
            value = "" if told else AND.join(amounts_said(reading.text))
        value = said.get(spec.type) or value
        if value:
            found[name] = value
    return found


def missing_inputs(scenario: Scenario, inputs: dict[str, str]) -> list[InputType]:
    """Types of the required inputs that are not there and can be asked for."""
    if scenario.status == "planned":
        return []
    return [
        spec.type
        for name, spec in scenario.inputs.items()
        if spec.required and name not in inputs and spec.type in _ASKABLE
    ]


def merge(language: str, answers: list[Answer]) -> Answer:
    """One answer of several, in the plan's order."""
    if len(answers) == 1:
        return answers[0]
    cited = {citation.id: citation for answer in answers for citation in answer.citations}
    return Answer(
        text="\n\n".join(dict.fromkeys(answer.text for answer in answers)),
        language=language,
        citations=tuple(cited.values()),
        actions=tuple(action for answer in answers for action in answer.actions),
        approvals=tuple(card for answer in answers for card in answer.approvals),
        handover=next((answer.handover for answer in answers if answer.handover), None),
        grounded=all(answer.grounded for answer in answers),
        details={f"step{n}": answer.details for n, answer in enumerate(answers)},
    )
