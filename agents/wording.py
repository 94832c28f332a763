"""Letting a model word an answer, and taking its words only when the verifier does.

The model answers in sentences with the numbers of the records it leans on. What the verifier
refuses goes back to it once, with the reasons; what fails again is not said.
"""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from agents.grounding.verify import Problem, check_model
from agents.run import Run
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.evidence import Claim, Evidence
from tradewind.plan import Tier
from tradewind.ports.models import ChatMessage, ChatRequest

REASONS = 2
"""Reasons told a refused sentence: more of them tell a small model nothing more. Chosen by us."""


class _Sentence(Record):
    text: str
    sources: tuple[int, ...]


class _Draft(Record):
    answerable: bool
    sentences: tuple[_Sentence, ...] = Field(max_length=6)


_SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {
        "answerable": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "maxItems": 6,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": 300},
                    "sources": {"type": "array", "items": {"type": "integer"}, "maxItems": 4},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answerable", "sentences"],
    "additionalProperties": False,
}


class Wording(Record):
    """Claims that hold, or why there are none: `unanswerable`, `refused`, `no_model`."""

    claims: tuple[Claim, ...] = ()
    reason: str = ""
    repaired: bool = False
    problems: tuple[Problem, ...] = ()


async def word(
    run: Run, tier: Tier, prompt: str, question: str, evidence: Sequence[Evidence], language: str
) -> Wording:
    """Have the tier's model answer from the evidence. `prompt` ends with the numbered records."""
    model = run.model(tier)
    if model is None or language not in model.trusted_languages:
        return Wording(reason="no_model")
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=question),
    )
    problems: list[Problem] = []
    for attempt in range(2):
        try:
            completion = await run.complete(
                tier, ChatRequest(messages=messages, json_schema=_SCHEMA, max_tokens=400)
            )
        except BackendError as error:
            run.go_without("wording", error)
            return Wording(reason=f"model failed: {error.message}")
        draft = _parse(completion.text if completion and completion.finish == "stop" else "")
        if draft is None:
            run.go_without("wording", "the answer is no draft, or was cut")
            return Wording(reason="refused")
        if not draft.answerable or not draft.sentences:
            return Wording(reason="unanswerable")
        claims, problems = _check(draft, evidence, language, question)
        if not problems:
            return Wording(claims=claims, repaired=attempt > 0)
        messages = (*messages, *_complaint(draft, problems))
    return Wording(reason="refused", problems=tuple(problems))


def _parse(text: str) -> _Draft | None:
    try:
        data: Any = json.loads(text)
        return _Draft.model_validate(data)
    except (ValueError, ValidationError):
        return None


def _check(
    draft: _Draft, evidence: Sequence[Evidence], language: str, question: str
) -> tuple[tuple[Claim, ...], list[Problem]]:
    claims: list[Claim] = []
    problems: list[Problem] = []
    for sentence in draft.sentences:
        cited = [evidence[n - 1] for n in sentence.sources if 0 < n <= len(evidence)]
        if not cited:
            problems.append(Problem(sentence=sentence.text, mention="", reason="cites no record"))
            continue
        problems += check_model(sentence.text, cited, language, question)
        claims.append(Claim(text=sentence.text, evidence=tuple(item.id for item in cited)))
    return tuple(claims), problems


def _complaint(draft: _Draft, problems: Sequence[Problem]) -> tuple[ChatMessage, ChatMessage]:
    told = [p for n, p in enumerate(problems) if _earlier(problems[:n], p) < REASONS]
    reasons = "\n".join(f"- {p.sentence!r}: {p.mention!r}: {p.reason}" for p in told)
    return (
        ChatMessage(role="assistant", content=draft.model_dump_json()),
        ChatMessage(
            role="user",
            content=f"These sentences are not carried by the records:\n{reasons}\n"
            "Answer again with what the records say, in their own words, or answerable=false.",
        ),
    )


def _earlier(problems: Sequence[Problem], problem: Problem) -> int:
    return sum(p.sentence == problem.sentence for p in problems)
