"""The message classifier: a linear model over character n-grams and hidden states.

Two weight sets are in one artefact: `full` uses the local model's hidden states of the text
beside its n-grams, `text` the n-grams alone (no model at hand). Both were fitted on
`data/messages` by `scripts/train_classifiers.py`; the datasheet lies beside the artefact.
"""

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tradewind.base import Record
from tradewind.errors import SpecError

BUCKETS = 1 << 15
"""Hash buckets of the n-grams; two n-grams may share one."""

_SHORTEST, _LONGEST = 1, 5
_MARKED = (
    (re.compile(r"https?://\S+|\S+@\S+"), " ‹link› "),
    (re.compile(r"\b(?:dp|du)_\w+|\bPP-[\w-]+", re.I), " ‹dispute› "),
    (re.compile(r"#?\b[A-Z]{0,3}\d{7,}[A-Z]{0,2}\b"), " ‹id› "),
    (re.compile(r"\d+"), "0"),
)

Vector = NDArray[np.float32]


class Scores(Record):
    """A probability for each label, independent of one another."""

    by_label: dict[str, float]

    def best(self, labels: Sequence[str]) -> str:
        return max(labels, key=self.by_label.__getitem__)


class MessageClassifier:
    """Reads a text and gives label probabilities. Loaded once; 2 ms a text without the model."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.labels = tuple(str(label) for label in arrays["labels"])
        self.languages = tuple(str(name) for name in arrays["languages"])
        self.source = str(arrays["source"])
        self._centres = arrays["centres"].astype(np.float32)
        self._full = _Weights(arrays, "full")
        self._text = _Weights(arrays, "text")
        self.thresholds = {
            str(k): float(v)
            for k, v in zip(arrays["threshold_names"], arrays["threshold_values"], strict=True)
        }

    @classmethod
    def read(cls, path: Path) -> "MessageClassifier":
        """Load the artefact. Raises SpecError when it is missing or of another make."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls({name: stored[name] for name in stored.files})
        except (OSError, KeyError, ValueError) as error:
            raise SpecError(f"{path}: {error}", "Rebuild it with `make classifiers`.") from error

    def score(self, text: str, language: str, hidden: Sequence[float] | None) -> Scores:
        """Label probabilities of a text; `hidden` are its features, None without a model."""
        grams = count_grams(text)
        if hidden is None:
            values = self._text.apply(grams, None)
        else:
            values = self._full.apply(grams, self.centre(hidden, language))
        return Scores(by_label=dict(zip(self.labels, map(float, values), strict=True)))

    def centre(self, hidden: Sequence[float], language: str) -> Vector:
        """Hidden states less their language's mean, at unit length."""
        row = self.languages.index(language) if language in self.languages else len(self.languages)
        return unit(np.asarray(hidden, dtype=np.float32) - self._centres[row])


class _Weights:
    """One weight set: int8 n-gram weights with a scale a label, float hidden-state weights."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]], name: str) -> None:
        self._grams = arrays[f"{name}_grams"]
        self._scale = arrays[f"{name}_scale"].astype(np.float32)
        self._hidden = arrays[f"{name}_hidden"].astype(np.float32)
        self._bias = arrays[f"{name}_bias"].astype(np.float32)

    def apply(self, grams: dict[int, float], hidden: Vector | None) -> Vector:
        columns = np.fromiter(grams, dtype=np.int64, count=len(grams))
        weights = np.fromiter(grams.values(), dtype=np.float32, count=len(grams))
        logits = (self._grams[:, columns].astype(np.float32) @ weights) * self._scale + self._bias
        if hidden is not None:
            logits = logits + self._hidden @ hidden
        return (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)


def unit(vector: Vector) -> Vector:
    """The vector at length one; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length else vector


def count_grams(text: str) -> dict[int, float]:
    """Hashed character n-grams (1 to 5, inside words) and word pairs: bucket to weight.

    Weights are 1 + ln(count), at unit length: sublinear term frequency without idf.
    """
    for pattern, mark in _MARKED:
        text = pattern.sub(mark, text)
    words = text.casefold().split()
    counts: dict[int, int] = {}
    for gram in _grams(words):
        bucket = zlib.crc32(gram.encode("utf-8", "replace")) % BUCKETS
        counts[bucket] = counts.get(bucket, 0) + 1
    weights = {bucket: 1.0 + float(np.log(count)) for bucket, count in counts.items()}
    length = sum(value * value for value in weights.values()) ** 0.5 or 1.0
    return {bucket: value / length for bucket, value in weights.items()}


def _grams(words: Sequence[str]) -> list[str]:
    found = [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    for word in words:
        padded = f" {word[:40]} "
        for size in range(_SHORTEST, _LONGEST + 1):
            found += [padded[i : i + size] for i in range(len(padded) - size + 1)]
    return found
