"""Finding the sentences of a record that bear on a question, and telling when none does."""

import re
from collections.abc import Sequence
from functools import lru_cache

from agents.grounding.verify import sentences
from agents.saying import join
from tradewind.base import Record
from tradewind.evidence import Evidence

COVERAGE = 0.5
"""Share of a question's content words that a passage must hold to count as an answer."""

STEM, ENDING = 5, 4
"""Letters by which two words are forms of one, and how much longer one may be (chosen by us)."""
SHORT_STEM = 4
"""A shorter word has no other form."""

_TOKEN = re.compile(r"[^\W\d_]{3,}|\d+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_COMMON = frozenset(
    (
    "the and for are was were does did can could will would shall should may might must "
    "have has had you your yours our ours their they them this that these those with from "
    "into what when where which who whom whose why how long much many any some there here "
    "about please tell know want need get got hello dear thanks thank not yes but also "
    "just very too its it's than then item product shop store order buy bought machine"
).split()
)  # fmt: skip


class Passage(Record):
    """One or two sentences of a record, and how much of the question they hold (0 to 1)."""

    evidence: Evidence
    text: str
    coverage: float


def best_passage(question: str, evidence: Sequence[Evidence]) -> Passage | None:
    """The passage that holds most of the question's content words; None below COVERAGE."""
    best: Passage | None = None
    for item in evidence:
        told = told_by(item)
        for index, sentence in enumerate(told):
            coverage = coverage_of(question, sentence, item.title)
            if best is None or coverage > best.coverage:
                text = join(item.language, told[index : index + 2])
                best = Passage(evidence=item, text=text, coverage=coverage)
    return best if best is not None and best.coverage >= COVERAGE else None


def told_by(item: Evidence) -> list[str]:
    """A record's sentences; headings are none."""
    return [text for text in sentences(item.excerpt) if not text.startswith("#")]


def named_first(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The records whose title the question names best; none where it names none."""
    asked = content_words(question)
    shared = [len(_shared(content_words(item.title), asked)) for item in evidence]
    most = max(shared, default=0)
    return tuple(item for item, n in zip(evidence, shared, strict=True) if n == most > 0)


def coverage_of(question: str, sentence: str, title: str = "") -> float:
    """How much of a question's content words a sentence holds (0 to 1). Words of the title count
    as known, and not as an answer by themselves."""
    asked, told, titled = map(content_words, (question, sentence, title))
    open_ = asked - _shared(asked, titled)
    if not open_:
        return 1.0 if _shared(asked, told) else 0.0
    return len(_shared(open_, told)) / len(open_)


def says_only(question: str, titles: Sequence[str], known: frozenset[str] = frozenset()) -> bool:
    """Whether the words, but for common and `known` ones, are all of the titles."""
    asked = content_words(question) - known
    return asked == _shared(asked, content_words(" ".join(titles)))


@lru_cache(maxsize=512)
def content_words(text: str) -> frozenset[str]:
    """The words of a text, without common ones."""
    return frozenset(word for word in _TOKEN.findall(text.casefold()) if word not in _COMMON)


def _shared(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Of the words those that stand among the others in some form."""
    begun = {other[:SHORT_STEM] for other in others}  # forms of one word begin alike
    return frozenset(
        word for word in words
        if word[:SHORT_STEM] in begun and any(same_word(word, other) for other in others)
    )  # fmt: skip


def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: "cost" and "costs", but not "water" and "waterproof"."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORT_STEM:
        return one == other
    return long.startswith(short[:STEM]) and len(long) - len(short) <= ENDING
