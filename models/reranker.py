"""`HiddenReranker`: which passage answers a question, read off the local model.

The passages nearest to the question by their vectors are put to the model together with it, one by
one; a linear probe on the state of the last token tells whether the passage answers. The model
writes nothing. Fitted by `scripts/train_reranker.py`, see data/answers.
"""

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tradewind.errors import SpecError
from tradewind.ports.models import EmbeddingModel

TRIED = 2
"""Passages that are put to the model, the nearest first: about a second each on two cores."""

DOUBT = -0.6
"""Log odds of a question in another language below which its translation is not read: what speaks
against a passage as it was asked is not outvoted (chosen on evals/cases/pairs)."""

UNTRIED = -12.0
"""The log odds of a passage that others are nearer than."""


class Probe:
    """Log odds that a text's passage answers its question, from the state of the last token. Of
    English questions and of others the states lie apart: each have their centre and their bias."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.source = str(arrays["source"])
        self._centres = arrays["centres"].astype(np.float32)
        self._weights = arrays["weights"].astype(np.float32)
        self._bias = arrays["bias"].astype(np.float32)

    @classmethod
    def read(cls, path: Path) -> "Probe":
        """Load the artefact. Raises SpecError when it is missing or of another make."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls({name: stored[name] for name in stored.files})
        except (OSError, EOFError, BadZipFile, KeyError, ValueError) as error:
            raise SpecError(f"{path}: {error}", "Rebuild it with `make classifiers`.") from error

    def judge(self, states: Sequence[Sequence[float]], *, foreign: bool = False) -> list[float]:
        rows = np.asarray(states, dtype=np.float32) - self._centres[int(foreign)]
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return [float(value) for value in rows @ self._weights + self._bias[int(foreign)]]


class HiddenReranker:
    """A Reranker on the local model. `near` tells the passages nearest to the question, `last`
    gives the state of a text's last token."""

    def __init__(self, near: EmbeddingModel, last: EmbeddingModel, probe: Probe) -> None:
        self._near, self.last, self._probe = near, last, probe

    @property
    def name(self) -> str:
        return self.last.name

    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
        """Log odds in the passages' order. Raises BackendError.

        A question in another language is read as it was asked, and its translation where a passage
        may answer: either reading may be wrong, and their mean is less often.
        """
        scores = [UNTRIED] * len(passages)
        tried = nearest(self._near, english or question, passages)[:TRIED]
        foreign = english not in ("", question)
        for n, value in zip(tried, self._judge(question, passages, tried, foreign), strict=True):
            scores[n] = value
        likely = [n for n in tried if scores[n] > DOUBT] if foreign else []
        for n, value in zip(likely, self._judge(english, passages, likely), strict=True):
            scores[n] = (scores[n] + value) / 2
        return scores

    def _judge(
        self, question: str, passages: Sequence[str], tried: Sequence[int], foreign: bool = False
    ) -> list[float]:
        states = self.last.embed([joined(question, passages[n]) for n in tried])
        return self._probe.judge(states, foreign=foreign) if states else []


def nearest(near: EmbeddingModel, question: str, passages: Sequence[str]) -> list[int]:
    """The passages' places, the one nearest to the question first; as they come where all are
    tried."""
    if len(passages) <= TRIED:
        return list(range(len(passages)))
    asked, *told = (np.asarray(v) for v in near.embed([question, *passages]))
    cosines = [float(asked @ one) for one in told]
    return sorted(range(len(passages)), key=lambda n: -cosines[n])


def joined(question: str, passage: str) -> str:
    """What the model reads."""
    return f"{passage}\nQuestion: {question}\nDoes the line answer the question?"
