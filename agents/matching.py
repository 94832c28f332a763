"""From a merchant's message to scenarios: certain rules, the classifier, neighbours among the
scenarios' examples, and the model as arbiter between close candidates.
"""

import json
import math
import re
from collections.abc import Mapping

from pydantic import JsonValue

from agents.kit import Kit
from agents.reading import Reading
from agents.run import Run
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.plan import Agent, Scenario
from tradewind.ports.models import ChatMessage, ChatRequest

NEARNESS = 12.0
"""Weight of the nearest example's cosine beside the classifier's logit (chosen by us)."""

SIGNED = 6.0
"""Weight of a scenario's own sign in the text; certain words outweigh a guess (chosen by us)."""

CERTAIN = 2.0
"""Above every probability: no threshold and no "nothing is asked for" outweighs it."""

UNJUDGED = 0.5
"""Probability of a scenario that is newer than the classifier: its examples and signs decide."""

AGENTS: tuple[Agent, ...] = ("chargeback", "service", "ads", "studio")

_REPORT_COLUMNS = re.compile(
    r"\b(?:acos|roas|tacos|impressions?|clicks?|cpc|ctr|search ?term|match ?type)\b", re.I
)
_BANK_CASE = re.compile(
    r"\b(?:dp|du)_[A-Za-z0-9]{4,}|\bPP-[A-Z]-\d+|\bcharge-?backs?\b|\b(?:10\.4|13\.[1-7]|12\.6)\b"
    r"|чардж?бэк|拒付|チャージバック|차지백|contracargos?|contestação de cartão"
    r"|rückbuchung|rückbelastung|rétrofacturation|ters ibraz",
    re.I,
)


class Match(Record):
    """What the message asks for. No scenario: it is too vague, or out of scope."""

    scenarios: tuple[str, ...] = ()
    out_of_scope: bool = False
    arbitrated: bool = False


async def match(run: Run, kit: Kit, reading: Reading) -> Match:
    """The scenarios a message asks for, one an agent wished for, in the order of likelihood."""
    scores = apply_rules(reading)
    limits = kit.merchant_reader.classifier.thresholds
    nothing = max(scores["kind.vague"], scores["kind.out_of_scope"])
    agents: list[Agent] = [a for a in AGENTS if scores[f"agent.{a}"] >= limits[a]]
    if not agents and nothing < limits["nothing"]:
        agents = [max(AGENTS, key=lambda a: scores[f"agent.{a}"])]
    if nothing >= limits["nothing"] and all(scores[f"agent.{a}"] < limits["sure"] for a in AGENTS):
        return Match(out_of_scope=scores["kind.out_of_scope"] > scores["kind.vague"])
    arbitrated = False
    if len(agents) == 1 and _close(scores, limits["close"]):
        agents, arbitrated = await _arbitrate(run, kit, reading, scores, agents)
    agents.sort(key=lambda a: -scores[f"agent.{a}"])
    chosen = tuple(choose(kit, reading, agent, scores).id for agent in agents)
    return Match(scenarios=chosen, arbitrated=arbitrated)


def apply_rules(reading: Reading) -> dict[str, float]:
    """The classifier's scores; CERTAIN where a sign in the text leaves no doubt."""
    scores = dict(reading.scores)
    if _BANK_CASE.search(reading.text):
        scores["agent.chargeback"] = CERTAIN
    if len(set(map(str.lower, _REPORT_COLUMNS.findall(reading.text)))) >= 3:
        scores["agent.ads"] = CERTAIN
    return scores


def choose(kit: Kit, reading: Reading, agent: Agent, scores: Mapping[str, float]) -> Scenario:
    """The agent's likeliest scenario: the classifier's score, the nearest example, its signs."""
    near = kit.neighbours.nearness(reading.text)

    def weight(scenario: Scenario) -> float:
        judged = _logit(scores.get(f"scenario.{scenario.id}", UNJUDGED))
        signed = any(re.search(sign, reading.text, re.I) for sign in scenario.signs)
        return judged + NEARNESS * near.get(scenario.id, 0.0) + SIGNED * signed

    return max((s for s in kit.catalog.of_agent(agent) if "merchant" in s.audiences), key=weight)


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def _close(scores: Mapping[str, float], margin: float) -> bool:
    first, second = sorted((scores[f"agent.{a}"] for a in AGENTS), reverse=True)[:2]
    return first - second < margin


async def _arbitrate(
    run: Run, kit: Kit, reading: Reading, scores: Mapping[str, float], agents: list[Agent]
) -> tuple[list[Agent], bool]:
    """Ask the model which of the two likeliest agents is meant; it can name no other."""
    pair = sorted(AGENTS, key=lambda a: -scores[f"agent.{a}"])[:2]
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"agent": {"enum": list(pair)}},
        "required": ["agent"],
        "additionalProperties": False,
    }
    prompt = kit.prompts.render("planner/arbitrate@1", agents=pair)
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=reading.text[:1500]),
    )
    try:
        completion = await run.complete(
            "base", ChatRequest(messages=messages, json_schema=schema, max_tokens=16)
        )
    except BackendError:
        return agents, False
    named = _named_in(completion.text) if completion and completion.finish == "stop" else ""
    chosen: list[Agent] = [agent for agent in pair if agent == named]
    return (chosen, True) if chosen else (agents, False)


def _named_in(text: str) -> str:
    """The agent that a model's JSON names; empty when it is no such JSON."""
    try:
        return str(json.loads(text)["agent"])
    except (ValueError, KeyError, TypeError):
        return ""
