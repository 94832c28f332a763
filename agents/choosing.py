"""Letting a model choose, not word: which of the records' own sentences answer a question. The
reranker judges where there is one; else the chat model is shown them by number.

What is said is then the record's sentence, letter for letter. A model that chooses wrongly
gives a true sentence that misses the question; it cannot give a false one.
"""

from collections.abc import Sequence

from pydantic import JsonValue, ValidationError

from agents.bearing import Borne, bear
from agents.kit import Kit
from agents.passages import Passage, best_passage, coverage_of, told_by
from agents.run import Run
from agents.saying import join
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.evidence import Evidence
from tradewind.plan import Tier
from tradewind.ports.models import ChatMessage, ChatRequest

SHOWN = 10
"""Sentences that the model chooses from: those nearest to the question first."""

PICKED = 2


class _Chosen(Record):
    answers: tuple[int, ...]


async def choose(
    run: Run, kit: Kit, tier: Tier, asked: str, question: str, evidence: Sequence[Evidence]
) -> Borne:
    """The sentences of one record that answer the question, if any do. `question` is `asked` in
    English.

    Without a model, the passage that holds enough of the question's words.
    """
    borne = await bear(run, asked, question, evidence)
    if borne is None:
        borne = Borne(passage=await _chosen(run, kit, tier, question, evidence), judged=False)
    return borne


async def _chosen(
    run: Run, kit: Kit, tier: Tier, question: str, evidence: Sequence[Evidence]
) -> Passage | None:
    """The sentences that a chat model chooses."""
    candidates = ranked(question, evidence)
    if not candidates or run.model(tier) is None:
        return best_passage(question, evidence)
    try:
        numbers = await _ask(run, kit, tier, question, [text for _, text in candidates])
    except BackendError as error:
        run.go_without("choosing", error)
        return best_passage(question, evidence)
    picked = [candidates[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(candidates)]
    if not picked:
        return None
    record = picked[0][0]
    told = [text for item, text in picked if item.id == record.id]
    return Passage(evidence=record, text=join(record.language, told), coverage=1.0)


def ranked(question: str, evidence: Sequence[Evidence]) -> list[tuple[Evidence, str]]:
    """Sentences of the records that share a word with the question, the most words first.

    The record's title is no such word: what a thing is called answers nothing about it.
    """
    told = [(item, text) for item in evidence for text in told_by(item)]
    shared = [coverage_of(question, text, item.title) for item, text in told]
    order = sorted(range(len(told)), key=lambda n: (-shared[n], n))
    return [told[n] for n in order[:SHOWN] if shared[n] > 0]


async def _ask(
    run: Run, kit: Kit, tier: Tier, question: str, told: Sequence[str]
) -> tuple[int, ...]:
    numbers: JsonValue = {"enum": list(range(1, len(told) + 1))}
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"answers": {"type": "array", "items": numbers, "maxItems": PICKED}},
        "required": ["answers"],
        "additionalProperties": False,
    }
    prompt = kit.prompts.render(run.prompt("service/choose@1"), sentences=told)
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=question),
    )
    completion = await run.complete(
        tier, ChatRequest(messages=messages, json_schema=schema, max_tokens=24)
    )
    try:
        if completion is not None and completion.finish == "stop":
            return _Chosen.model_validate_json(completion.text).answers
    except ValidationError:
        pass
    run.go_without("choosing", "the answer is no list of sentences")
    return ()
