"""The message classifier: a linear model over character n-grams and hidden states.

Two weight sets are in one artefact: `full` uses the local model's hidden states of the text
beside its n-grams, `text` the n-grams alone (no model at hand). Both were fitted on
`data/messages` by `scripts/train_classifiers.py`; the datasheet lies beside the artefact.
"""

import itertools
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.plan import Agent

BUCKETS = 1 << 16
"""Hash buckets of each block of n-grams; two n-grams may share one."""

LONGEST_GRAM = 4

AGENTS: tuple[Agent, ...] = get_args(Agent)
HEADS = (
    *(f"agent.{agent}" for agent in AGENTS),
    "kind.vague", "kind.out_of_scope", "kind.single", "kind.multi",
)  # fmt: skip
"""The merchant's first labels, those that the wish as a whole is read from."""

LOUDEST = 8.0
"""A logit beyond this says no more."""
_WORD = re.compile(r"\w\w+")
# Ids and addresses say what kind of thing they are, not which: one word for each kind.
_MARKED = (
    (re.compile(r"https?://\S+|\S+@\S+\.\w+"), " xlink "),
    (re.compile(r"\b(?:dp|du)_[A-Za-z0-9]{4,}|\bPP-[\w-]+"), " xdispute "),
    (re.compile(r"(?<!\w)#?[A-Z]{0,3}\d{7,}[A-Z]{0,2}(?!\w)"), " xnumber "),
)

Vector = NDArray[np.float32]


class Scores(Record):
    """A probability for each label, independent of one another.

    `wishes` weighs what a message can ask for as a whole, together 1: sets of agents
    ("ads+studio"), "vague", "out_of_scope". Empty for an artefact that tells no agents.
    """

    by_label: dict[str, float]
    wishes: dict[str, float] = Field(default_factory=dict)

    def best(self, labels: Sequence[str]) -> str:
        return max(labels, key=self.by_label.__getitem__)


class MessageClassifier:
    """Reads a text and gives label probabilities. Loaded once; 2 ms a text without the model."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.labels = tuple(str(label) for label in arrays["labels"])
        self.languages = tuple(str(name) for name in arrays["languages"])
        self.source = str(arrays["source"])
        self._centres = arrays["centres"].astype(np.float32)
        # One n-gram's weights side by side: a text touches a few hundred rows, not columns of all.
        grams = np.ascontiguousarray(arrays["grams"].T)
        self._full = _Weights(arrays, "full", grams)
        self._text = _Weights(arrays, "text", grams)
        self.wishes = tuple(str(name) for name in arrays["wishes"])

    @classmethod
    def read(cls, path: Path) -> "MessageClassifier":
        """Load the artefact. Raises SpecError when it is missing or of another make."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls({name: stored[name] for name in stored.files})
        except (OSError, EOFError, BadZipFile, KeyError, ValueError) as error:
            raise SpecError(f"{path}: {error}", "Rebuild it with `make classifiers`.") from error

    @property
    def reads_hidden(self) -> bool:
        """Whether hidden states add anything; an artefact fitted without them needs none."""
        return self._full.reads_hidden

    def score(self, text: str, language: str, hidden: Sequence[float] | None) -> Scores:
        """Label probabilities of a text; `hidden` are its features, None without a model."""
        if hidden is None:
            values, wishes = self._text.apply(text, None)
        else:
            values, wishes = self._full.apply(text, self.centre(hidden, language))
        return Scores(
            by_label=dict(zip(self.labels, values.tolist(), strict=True)),
            wishes=dict(zip(self.wishes, wishes.tolist(), strict=True)),
        )

    def centre(self, hidden: Sequence[float], language: str) -> Vector:
        """Hidden states less their language's mean, at unit length."""
        row = self.languages.index(language) if language in self.languages else len(self.languages)
        return unit(np.asarray(hidden, dtype=np.float32) - self._centres[row])


class _Weights:
    """One weight set: int8 n-gram weights with a scale a label, float hidden-state weights, and
    the second stage that reads the wish as a whole from the labels' logits.

    Both sets share the n-gram weights; the full one weighs their sum by a factor a label.
    """

    def __init__(
        self, arrays: dict[str, NDArray[np.generic]], name: str, grams: NDArray[np.generic]
    ) -> None:
        self._idf = arrays["idf"].astype(np.float32)
        self._grams = grams
        self._scale = arrays["scale"].astype(np.float32) * arrays[f"{name}_factor"].astype(
            np.float32
        )
        self._hidden = arrays[f"{name}_hidden"].astype(np.float32)
        self._bias = arrays[f"{name}_bias"].astype(np.float32)
        self._wish = arrays[f"{name}_wish"].astype(np.float32)
        self._wish_bias = arrays[f"{name}_wish_bias"].astype(np.float32)

    @property
    def reads_hidden(self) -> bool:
        return self._hidden.size > 0

    def apply(self, text: str, hidden: Vector | None) -> tuple[Vector, Vector]:
        """Probabilities of the labels, and of the wishes."""
        columns, values = weigh(text, self._idf)
        grams = self._grams.take(columns, axis=0).astype(np.float32)
        logits = (values @ grams) * self._scale + self._bias
        if hidden is not None:
            logits = logits + self._hidden @ hidden
        values = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
        if not self._wish.size:
            return values, self._wish_bias
        weights = np.exp(self._wish @ wish_features(logits[: len(HEADS)]) + self._wish_bias)
        return values, (weights / weights.sum()).astype(np.float32)


def wish_features(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """What the second stage reads: the HEADS' logits (last axis) within LOUDEST, and the agents'
    from the quietest to the loudest, so that how many are asked for can be told."""
    told = np.clip(logits, -LOUDEST, LOUDEST)
    return np.concatenate([told, np.sort(told[..., : len(AGENTS)], axis=-1)], axis=-1) / 4.0


def unit(vector: Vector) -> Vector:
    """The vector at length one; a zero vector stays zero."""
    length = float(np.sqrt(vector.dot(vector)))  # as np.linalg.norm, in a quarter of its time
    return (vector / length).astype(np.float32) if length else vector


def weigh(text: str, idf: Vector) -> tuple[NDArray[np.int64], Vector]:
    """Columns and values of a text: characters in the first BUCKETS columns, words after.

    A value is (1 + ln count) * idf; each block is at unit length.
    """
    blocks = [_block(counts, idf, number * BUCKETS) for number, counts in enumerate(count(text))]
    columns = np.concatenate([columns for columns, _ in blocks])
    return columns, np.concatenate([values for _, values in blocks])


def _block(counts: dict[int, int], idf: Vector, offset: int) -> tuple[NDArray[np.int64], Vector]:
    columns = np.fromiter(counts, dtype=np.int64, count=len(counts)) + offset
    values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    return columns, unit(((1.0 + np.log(values)) * idf[columns]).astype(np.float32))


def count(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Hashed n-grams of characters (1 to 4, inside words), and words with pairs of words."""
    for pattern, mark in _MARKED:
        text = pattern.sub(mark, text)
    folded = text.casefold()
    words = _WORD.findall(folded)
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
    named = (word.encode("utf-8", "replace") for word in (*words, *pairs))
    return _hashed(_character_grams(folded)), _hashed(named)


def _hashed(grams: Iterable[bytes]) -> dict[int, int]:
    """How often each bucket is met, in the order in which they are."""
    marks = np.fromiter(map(zlib.crc32, grams), dtype=np.uint32)
    return Counter((marks % BUCKETS).tolist())


def _character_grams(folded: str) -> list[bytes]:
    found: list[bytes] = []
    for word in folded.split():
        padded = f" {word[:40]} "
        if padded.isascii():  # a character is a byte
            found += map(padded.encode().__getitem__, _places(len(padded)))
        else:
            found += [padded[place].encode("utf-8", "replace") for place in _places(len(padded))]
    return found


@cache
def _places(size: int) -> tuple[slice, ...]:
    """All pieces of a word of this size, of 1 to LONGEST_GRAM, the shortest first."""
    return tuple(
        slice(start, start + long)
        for long in range(1, LONGEST_GRAM + 1)
        for start in range(size - long + 1)
    )
