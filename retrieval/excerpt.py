"""The passage of a text that answers a query best."""

import re
from collections.abc import Mapping

from retrieval.analyse import fold

LENGTH = 280
"""Characters of an excerpt."""

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?=\s|$|[^\x00-\x7f])|[.!?。！？\n]|$)\s*")
_LOOKED_AT = 6_000


def excerpt(text: str, weights: Mapping[str, float]) -> str:
    """The sentence with the heaviest words, and what follows it, in at most LENGTH characters.

    `weights` gives each searched term its weight; terms are found as parts of words.
    """
    if len(text) <= LENGTH:
        return text
    sentences = _SENTENCE.findall(text[:_LOOKED_AT]) or [text]
    folded = [fold(sentence) for sentence in sentences]
    scores = [sum(w for term, w in weights.items() if term in s) for s in folded]
    start = max(range(len(scores)), key=scores.__getitem__)
    return _cut("".join(sentences[start:]), weights)


def _cut(text: str, weights: Mapping[str, float]) -> str:
    """LENGTH characters from the first searched word on, or from the start when it is near."""
    folded = fold(text)
    first = min((p for term in weights if (p := folded.find(term)) >= 0), default=0)
    begin = 0 if first < LENGTH // 2 else max(0, first - 40)
    piece = text[begin : begin + LENGTH].strip()
    ended = begin + LENGTH >= len(text)
    return ("… " if begin else "") + piece + ("" if ended else " …")
