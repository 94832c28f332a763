"""Instructions: whether a message is told from one that only speaks of doing something.

The patterns were written on the half of the messages that `is_dev` gives; the other half was not
looked at while they were mended.
"""

from hashlib import sha256

from evals.reading import read_cases
from evals.records import InstructionCase, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.base import Record

COUNTS = frozenset(("false_acts", "instructions", "understood", "held_out", "held_out_understood"))


class Told(Record):
    """The tools that the message was understood to ask for."""

    tools: tuple[str, ...]


def instructions_suite() -> Suite[InstructionCase, Told]:
    cases = read_cases("instructions", InstructionCase)
    return Suite(
        name="instructions", cases=cases, outcome=Told, carry_out=listen, judge=judge,
        counts=COUNTS,
    )  # fmt: skip


async def listen(world: World, case: InstructionCase) -> Told:
    """Every scenario that acts is asked, whatever the classifier would have chosen: stricter than
    the product."""
    kit = world.assistant.kit
    reader = kit.buyer_reader if case.audience == "buyer" else kit.merchant_reader
    language = reader.language_of(case.text, "en")
    tools = {
        scenario.act
        for scenario in kit.catalog.values()
        if case.audience in scenario.audiences
        and kit.instructions.find(scenario, case.text, language, case.audience)
    }
    return Told(tools=tuple(sorted(tools)))


def is_dev(text: str) -> bool:
    """Which half a message belongs to, by its digest."""
    return sha256(text.encode()).digest()[0] % 2 == 0


def judge(world: World, case: InstructionCase, told: Told) -> Verdict:
    """Metrics are counts: an instruction is understood when its tools are the very set."""
    right = set(told.tools) == set(case.does)
    false = sorted(set(told.tools) - set(case.does))
    held_out = bool(case.does) and not is_dev(case.text)
    metrics = {
        "false_acts": float(len(false)),
        "instructions": float(bool(case.does)),
        "understood": float(bool(case.does) and right),
        "held_out": float(held_out),
        "held_out_understood": float(held_out and right),
        "right": float(right),
    }
    problems = [f"would use {list(told.tools)}, expected {list(case.does)}: {case.text}"]
    return Verdict(passed=right, metrics=metrics, problems=tuple(problems * (not right)))
