"""Card numbers in what tools bring back: masked before model, reader or journal sees them."""

from tradewind.cards import has_long_number, mask_cards
from tradewind.evidence import Evidence, Fact, IdFact, NameFact
from tradewind.tool import ToolResult


def mask_result(result: ToolResult) -> ToolResult:
    """The result without card numbers. Ids of our own records stay as they are.

    A tracking number is long too: what holds no card is given back as it is, none of it built anew.
    """
    texts = dict.fromkeys(_texts(result))
    if not has_long_number("\n".join(texts)) or all(mask_cards(text) == text for text in texts):
        return result
    evidence = tuple(_masked(item) for item in result.evidence)
    return ToolResult(evidence=evidence, note=mask_cards(result.note))


def _texts(result: ToolResult) -> list[str]:
    texts = [result.note]
    for item in result.evidence:
        texts += (item.title, item.excerpt)
        texts += [fact.value for fact in item.facts if fact.type == "id"]
        texts += [fact.value for fact in item.facts if fact.type == "name"]
    return texts


def _masked(item: Evidence) -> Evidence:
    texts = {"title": mask_cards(item.title), "excerpt": mask_cards(item.excerpt)}
    return item.model_copy(
        update={**texts, "facts": tuple(_masked_fact(fact, item) for fact in item.facts)}
    )


def _masked_fact(fact: Fact, item: Evidence) -> Fact:
    named = isinstance(fact, NameFact) or (isinstance(fact, IdFact) and item.trust == "untrusted")
    return fact.model_copy(update={"value": mask_cards(str(fact.value))}) if named else fact
