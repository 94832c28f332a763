"""Gathering evidence: a scenario's tools, called with the inputs that are there."""

from collections.abc import Sequence
from functools import cache

from pydantic import JsonValue

from agents.kit import Request
from agents.run import Run
from tradewind.base import Record
from tradewind.errors import ToolRetry
from tradewind.evidence import Evidence
from tradewind.plan import Scenario


async def gather(run: Run, scenario: Scenario, request: Request) -> tuple[Evidence, ...]:
    """Evidence of all tools of the scenario, each record once, in the tools' order.

    A tool whose arguments are not all there is left out; so is one that finds nothing.
    """
    values = {
        "text": request.text, "language": request.language, "english": request.english,
        **scenario.arguments, **request.inputs,
    }  # fmt: skip
    found: dict[str, Evidence] = {}
    for name in scenario.tools:
        for item in await gather_one(run, name, values):
            found.setdefault(item.id, item)
    return tuple(found.values())


async def gather_one(run: Run, name: str, values: dict[str, str]) -> Sequence[Evidence]:
    """Evidence of one tool; none when an argument is missing or the record does not exist. A tool
    that counts up to `today` is told the day."""
    arguments = arguments_for(run, name, {**values, "today": "asked"})
    if arguments is None:
        return ()
    if "today" in arguments:
        arguments["today"] = run.now().date().isoformat()
    try:
        return (await run.call(name, arguments)).evidence
    except ToolRetry:
        return ()


def arguments_for(run: Run, name: str, values: dict[str, str]) -> dict[str, JsonValue] | None:
    """Of these values those that the tool takes; None when a required one is missing."""
    tool = run.tool(name)
    if tool is None:
        return None
    taken = _taken_by(tool.arguments)
    if any(required and not values.get(n) for n, required in taken):
        return None
    return {n: values[n] for n, _ in taken if values.get(n)}


@cache
def _taken_by(arguments: type[Record]) -> tuple[tuple[str, bool], ...]:
    """A tool's arguments by name, and whether each is required."""
    return tuple((n, field.is_required()) for n, field in arguments.model_fields.items())


def by_kind(evidence: Sequence[Evidence]) -> dict[str, Evidence]:
    """The first record of each kind, under the name that replies use."""
    named: dict[str, Evidence] = {}
    for item in evidence:
        if item.kind not in named or (not named[item.kind].facts and item.facts):
            named[item.kind] = item
    return named
