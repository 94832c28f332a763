"""Translations of what people wrote, where a model is trusted in the language."""

from collections.abc import Sequence

from agents.chargeback.translation import Translated, lost
from agents.kit import Kit
from agents.run import Run
from tradewind.errors import BackendError
from tradewind.evidence import Evidence
from tradewind.plan import Tier
from tradewind.ports.models import ChatMessage, ChatRequest

PROMPT = "chargeback/translate@1"
TOKENS = 1000
"""Most tokens of a translation; one that is cut is not used."""


async def translate(
    run: Run, kit: Kit, tier: Tier, cited: frozenset[str], evidence: Sequence[Evidence]
) -> tuple[Translated, ...]:
    """What became of translating each cited message that is not in English."""
    foreign = [e for e in evidence if e.kind == "message" and e.language != "en" and e.id in cited]
    return tuple([await _one(run, kit, tier, item, evidence) for item in foreign])


async def _one(
    run: Run, kit: Kit, tier: Tier, item: Evidence, known: Sequence[Evidence]
) -> Translated:
    model = run.model(tier)
    made = Translated(evidence=item.id, language=item.language, why_not="no_trusted_model")
    if model is None or not {item.language, "en"} <= set(model.trusted_languages):
        return made
    request = ChatRequest(
        messages=(
            ChatMessage(role="system", content=kit.prompts.render(run.prompt(PROMPT))),
            ChatMessage(role="user", content=item.excerpt),
        ),
        max_tokens=TOKENS,
    )  # fmt: skip
    try:
        completion = await run.complete(tier, request)
    except BackendError as error:
        run.go_without("translation", error)
        return made.model_copy(update={"why_not": "model_failed"})
    text = completion.text.strip() if completion and completion.finish == "stop" else ""
    why = lost(item, text, known)
    if why:
        return made.model_copy(update={"why_not": why, "by": model.name})
    return made.model_copy(update={"why_not": "", "text": text, "by": model.name})
