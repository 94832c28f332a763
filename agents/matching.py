"""From a merchant's message to scenarios: certain rules, the classifier, neighbours among the
scenarios' examples, and the model as arbiter between close candidates.
"""

import json
import math
import re

from pydantic import JsonValue

from agents.classifier import AGENTS
from agents.instructions import Command
from agents.kit import Kit
from agents.reading import Reading
from agents.run import Run
from agents.signs import signed
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.plan import Agent, Scenario
from tradewind.ports.models import ChatMessage, ChatRequest

NEARNESS = 12.0
"""Weight of the nearest example's cosine beside the classifier's logit (chosen by us)."""

SIGNED = 6.0
"""Weight of a scenario's own sign in the text; certain words outweigh a guess (chosen by us)."""

UNJUDGED = 0.5
"""Probability of a scenario that is newer than the classifier: its examples and signs decide."""

CLOSE = 0.05
"""The model arbitrates between two wishes whose probabilities differ by less: one message in
thirty, where it was right in 47 of 126 and the classifier's first choice in 39."""

_REPORT_COLUMNS = re.compile(
    r"\b(?:acos|roas|tacos|impressions?|clicks?|cpc|ctr|search ?term|match ?type)\b", re.I
)
_BANK_CASE = re.compile(
    r"\b(?:dp|du)_[A-Za-z0-9]{4,}|\bPP-[A-Z]-\d+|\bcharge-?backs?\b|\b(?:10\.4|13\.[1-7]|12\.6)\b"
    r"|чардж?бэк|拒付|チャージバック|차지백|contracargos?|contestação de cartão"
    r"|rückbuchung|rückbelastung|rétrofacturation|ters ibraz",
    re.I,
)


_PASTED = re.compile(r"(?P<head>[^\n:：]{3,200})[:：\n]\s*\S", re.S)


class Match(Record):
    """What the message asks for. No scenario: it is too vague, or out of scope."""

    scenarios: tuple[str, ...] = ()
    out_of_scope: bool = False
    arbitrated: bool = False


async def match(run: Run, kit: Kit, reading: Reading) -> Match:
    """The scenarios a message asks for, one an agent wished for, in the order of likelihood."""
    replying = replies_to(kit, reading.text)
    if replying:
        return Match(scenarios=(replying,))
    told = commands_in(kit, reading)
    certain = certain_agents(reading.text) | {kit.catalog[id].agent for id in told}
    wishes = {w: p for w, p in reading.wishes.items() if certain <= agents_of(w)}
    wishes = wishes or {"+".join(sorted(certain)): 1.0}
    first, *others = sorted(wishes, key=lambda w: -wishes[w])
    arbitrated = False
    if others and wishes[first] - wishes[others[0]] < CLOSE:
        first, arbitrated = await _arbitrate(run, kit, reading, (first, others[0]))
    asked = agents_of(first)
    agents: list[Agent] = [agent for agent in AGENTS if agent in asked]
    agents.sort(key=lambda agent: -reading.scores[f"agent.{agent}"])
    chosen = tuple(id for agent in agents for id in chosen_of(kit, reading, agent, tuple(told)))
    return Match(scenarios=chosen, out_of_scope=first == "out_of_scope", arbitrated=arbitrated)


def replies_to(kit: Kit, text: str) -> str:
    """The scenario that drafts a reply, where its sign stands before a text that was pasted: what
    an outsider wrote there is no wish of the merchant's. Empty for any other message."""
    pasted = _PASTED.match(text)
    drafting = (s for s in kit.catalog.values() if s.engine == "reply")
    found = (s.id for s in drafting if pasted and signed(s, pasted["head"]))
    return next(found, "")


def commands_in(kit: Kit, reading: Reading) -> dict[str, Command]:
    """The scenarios that a merchant's message plainly tells us to carry out."""
    found = {
        s.id: kit.instructions.find(s, reading.text, reading.language, "merchant")
        for s in kit.catalog.values()
        if s.commands and "merchant" in s.audiences
    }
    return {id: command for id, command in found.items() if command is not None}


def chosen_of(kit: Kit, reading: Reading, agent: Agent, told: tuple[str, ...]) -> tuple[str, ...]:
    """The agent's scenarios: all that it is told to carry out, else the likeliest one."""
    ours = tuple(id for id in told if kit.catalog[id].agent == agent)
    return ours or (choose(kit, reading, agent).id,)


def agents_of(wish: str) -> frozenset[Agent]:
    """The agents of "ads+studio"; none for "vague" and "out_of_scope"."""
    named = wish.split("+")
    return frozenset(agent for agent in AGENTS if agent in named)


def certain_agents(text: str) -> frozenset[Agent]:
    """The agents that a sign in the text leaves no doubt about."""
    found: set[Agent] = set()
    if _BANK_CASE.search(text):
        found.add("chargeback")
    if len(set(map(str.lower, _REPORT_COLUMNS.findall(text)))) >= 3:
        found.add("ads")
    return frozenset(found)


def choose(kit: Kit, reading: Reading, agent: Agent) -> Scenario:
    """The agent's likeliest scenario: the classifier's score, the nearest example, its signs."""
    near = kit.neighbours.nearness(reading.text)
    nearest = max(near, key=lambda id: near[id], default="")

    def weight(scenario: Scenario) -> float:
        judged = _logit(reading.scores.get(f"scenario.{scenario.id}", UNJUDGED))
        near_by = NEARNESS * near.get(scenario.id, 0.0)
        return judged + near_by + SIGNED * signed(scenario, reading.text)

    def eligible(scenario: Scenario) -> bool:
        """What can only act is never guessed; what the classifier has not learnt needs a sign, or
        an example that is the nearest of all."""
        only_acts = bool(scenario.act) and not scenario.replies
        learnt = f"scenario.{scenario.id}" in reading.scores
        told = learnt or scenario.id == nearest or bool(signed(scenario, reading.text))
        return "merchant" in scenario.audiences and not only_acts and told

    return max(filter(eligible, kit.catalog.of_agent(agent)), key=weight)


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


async def _arbitrate(
    run: Run, kit: Kit, reading: Reading, pair: tuple[str, str]
) -> tuple[str, bool]:
    """Ask the model which of the two likeliest wishes is meant; it can name no other."""
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"wish": {"enum": list(pair)}},
        "required": ["wish"],
        "additionalProperties": False,
    }
    prompt = kit.prompts.render(run.prompt("planner/arbitrate@2"), wishes=pair)
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=reading.text[:1500]),
    )
    try:
        completion = await run.complete(
            "base", ChatRequest(messages=messages, json_schema=schema, max_tokens=24)
        )
    except BackendError as error:
        run.go_without("arbitration", error)
        return pair[0], False
    if completion is None:
        return pair[0], False
    named = _named_in(completion.text) if completion.finish == "stop" else ""
    if named not in pair:
        run.go_without("arbitration", "the answer names neither wish")
        return pair[0], False
    return named, True


def _named_in(text: str) -> str:
    """The wish that a model's JSON names; empty when it is no such JSON."""
    try:
        return str(json.loads(text)["wish"])
    except (ValueError, KeyError, TypeError):
        return ""
