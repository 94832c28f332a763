"""Which line of the records answers a question, as the reranker judges them. What is said is then
the record's line, letter for letter: a wrong choice misses the question, and says nothing false."""

from collections.abc import Sequence

from agents.passages import Passage, told_by
from agents.run import Run
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.evidence import Evidence

BESIDE = -1.5
"""Log odds below which a passage is not about what was asked (chosen by us on data/passages)."""

_OPTIONS = "Options:"
"""A record's line of what can be chosen: typed facts tell it, and it is near to every question."""


class Borne(Record):
    """The line that answers, or None where no line does; whether the reranker judged so."""

    passage: Passage | None
    judged: bool = True


async def bear(run: Run, question: str, english: str, evidence: Sequence[Evidence]) -> Borne | None:
    """The line that answers the question, given with its translation. None where nothing can judge:
    no reranker, records of other languages only, or a model that failed."""
    lines: dict[str, Evidence] = {}
    for item in evidence:
        if item.language == "en":
            for text in told_by(item):
                if not text.startswith(_OPTIONS):
                    lines.setdefault(text, item)
    told = [item.model_copy(update={"excerpt": text}) for text, item in lines.items()]
    scores = await weigh(run, question, english, told) if english else None
    if not scores:
        return None
    best = max(range(len(told)), key=lambda n: scores[n])
    if scores[best] <= 0:
        return Borne(passage=None)
    return Borne(passage=Passage(evidence=told[best], text=told[best].excerpt, coverage=1.0))


async def weigh(run: Run, asked: str, english: str, told: Sequence[Evidence]) -> list[float] | None:
    """How surely the excerpts answer, above 0 where they do; None where nothing can judge. Few are
    judged without a translation."""
    passages = [f"{item.title}: {item.excerpt}" for item in told if item.language == "en"]
    if not asked or not passages or len(passages) < len(told):
        return None
    try:
        return await run.bearing(asked, passages, english)
    except BackendError as error:
        run.go_without("bearing", error)
        return None
