"""Finding the sentences of a record that bear on a question, and telling when none does."""

import re
from collections.abc import Sequence
from functools import lru_cache

from agents.grounding.verify import sentences
from tradewind.base import Record
from tradewind.evidence import Evidence

COVERAGE = 0.5
"""Share of a question's content words that a passage must hold to count as an answer."""

STEM, ENDING = 5, 3
"""Letters by which two words are forms of one, and how much longer one may be."""

_TOKEN = re.compile(r"[^\W\d_]{3,}|\d+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_COMMON = frozenset(
    (
    "the and for are was were does did can could will would shall should may might must "
    "have has had you your yours our ours their they them this that these those with from "
    "into what when where which who whom whose why how long much many any some there here "
    "about please tell know want need get got hello dear thanks thank not yes but also "
    "just very too its it's than then item product shop store order buy bought"
).split()
)  # fmt: skip


class Passage(Record):
    """One or two sentences of a record, and how much of the question they hold (0 to 1)."""

    evidence: Evidence
    text: str
    coverage: float


def best_passage(question: str, evidence: Sequence[Evidence]) -> Passage | None:
    """The passage that holds most of the question's content words; None below COVERAGE."""
    asked = content_stems(question)
    best: Passage | None = None
    for item in evidence:
        told = sentences(item.excerpt)
        titled = content_stems(item.title)
        for index, sentence in enumerate(told):
            coverage = _coverage(asked, content_stems(sentence), titled)
            if best is None or coverage > best.coverage:
                text = " ".join(told[index : index + 2])
                best = Passage(evidence=item, text=text, coverage=coverage)
    return best if best is not None and best.coverage >= COVERAGE else None


def named_first(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The records whose title the question names best; none where it names none."""
    asked = _words(question)
    shared = [sum(_named(word, asked) for word in _words(item.title)) for item in evidence]
    most = max(shared, default=0)
    return tuple(item for item, n in zip(evidence, shared, strict=True) if n == most > 0)


def _named(word: str, asked: frozenset[str]) -> bool:
    """Whether one of the words is this one or a form of it: "waterproof" is none of "water"."""
    return any(
        word[:STEM] == other[:STEM] and abs(len(word) - len(other)) <= ENDING for other in asked
    )


def coverage_of(question: str, sentence: str, title: str = "") -> float:
    """How much of a question's content words a sentence holds (0 to 1)."""
    return _coverage(content_stems(question), content_stems(sentence), content_stems(title))


def _coverage(asked: frozenset[str], told: frozenset[str], titled: frozenset[str]) -> float:
    """Words of the title count as known, and not as an answer by themselves."""
    open_ = asked - titled
    if not open_:
        return 1.0 if asked & told else 0.0
    return len(open_ & told) / len(open_)


@lru_cache(maxsize=512)
def content_stems(text: str) -> frozenset[str]:
    """Content words of a text cut to their first letters, without common words."""
    return frozenset(word[:STEM] for word in _words(text))


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _TOKEN.findall(text.casefold()) if word not in _COMMON)
