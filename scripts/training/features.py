"""Features of messages: weighted n-grams, and hidden states of the local model."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agents.classifier import BUCKETS, count, unit
from agents.run import FEATURE_BYTES
from scripts.training.messages import ROOT, Audience, Labelled
from tradewind.base import LANGUAGES
from wiring.platform import open_platform
from wiring.settings import Settings

Matrix = Any
"""A scipy CSR matrix; scipy has no types."""

Vectors = NDArray[np.float32]
WIDTH = 1536
OUT = ROOT / "data" / "classifiers"


def counts_matrix(rows: Sequence[Labelled]) -> Matrix:
    """1 + ln(count) of each n-gram: characters in the first BUCKETS columns, words after."""
    data: list[float] = []
    at: list[int] = []
    columns: list[int] = []
    for number, row in enumerate(rows):
        for block, counts in enumerate(count(row.text)):
            at += [number] * len(counts)
            columns += [bucket + block * BUCKETS for bucket in counts]
            data += [1.0 + float(np.log(value)) for value in counts.values()]
    shape = (len(rows), 2 * BUCKETS)
    return sparse.csr_matrix((np.array(data, dtype=np.float32), (at, columns)), shape=shape)


def idf_of(matrix: Matrix) -> Vectors:
    """ln((1 + n) / (1 + df)) + 1; n-grams seen once count nothing."""
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    idf = np.log((1 + matrix.shape[0]) / (1 + seen)) + 1
    idf[seen < 2] = 0.0
    return idf.astype(np.float16).astype(np.float32)


def weighted(matrix: Matrix, idf: Vectors) -> Matrix:
    """Counts times idf, each block at unit length, as `agents.classifier.weigh` does it."""
    blocks: list[Matrix] = []
    for block in range(2):
        columns = slice(block * BUCKETS, (block + 1) * BUCKETS)
        part = matrix[:, columns] @ sparse.diags(idf[columns])
        length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        length[length == 0] = 1.0
        blocks.append(sparse.diags(1 / length) @ part)
    return sparse.hstack(blocks).tocsr().astype(np.float32)


def hidden_file(name: str) -> Path:
    return OUT / f"hidden_{name}.npz"


def stored_hidden(name: str) -> dict[str, Vectors]:
    """The stored hidden states by text."""
    path = hidden_file(name)
    if not path.exists():
        return {}
    with np.load(path) as stored:
        vectors = stored["values"].astype(np.float32) * stored["scale"][:, None]
        return dict(zip(map(str, stored["texts"]), vectors, strict=True))


def store_hidden(name: str, known: dict[str, Vectors]) -> None:
    """Store them as int8 with a scale a text."""
    vectors = np.stack(list(known.values()))
    scale = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    values = np.round(vectors / scale[:, None]).astype(np.int8)
    texts = np.array(list(known))
    np.savez_compressed(hidden_file(name), texts=texts, values=values, scale=scale)


def compute_hidden(audience: Audience, rows: Sequence[Labelled], known: dict[str, Vectors]) -> None:
    """Add the hidden states that are missing, with the local model; stores as it goes."""
    platform = open_platform(Settings.read(os.environ))
    source = platform.road.features
    if source is None:
        sys.exit("train_classifiers: no local model; run `tradewind models pull`.")
    missing = [row.text for row in rows if row.text not in known]
    for number, text in enumerate(dict.fromkeys(missing), start=1):
        head = text.encode()[:FEATURE_BYTES].decode(errors="ignore")
        known[text] = np.array(source.embed([head], "query")[0], dtype=np.float32)
        if number % 50 == 0 or number == len(set(missing)):
            store_hidden(audience, known)
            print(f"{audience}: {number}/{len(set(missing))}", file=sys.stderr)
    platform.close()


def centres_of(hidden: Vectors, rows: Sequence[Labelled]) -> Vectors:
    """The mean of each language's vectors, and of all for an unknown language (last row)."""
    means: list[Vectors] = []
    for language in LANGUAGES:
        mine = [h for h, row in zip(hidden, rows, strict=True) if row.lang == language]
        means.append(np.mean(mine if mine else hidden, axis=0))
    return np.stack([*means, np.mean(hidden, axis=0)]).astype(np.float32)


def centred(hidden: Vectors, rows: Sequence[Labelled], centres: Vectors) -> Vectors:
    """Vectors less their language's mean, at unit length."""
    places = {language: number for number, language in enumerate(LANGUAGES)}
    return np.stack([
        unit(h - centres[places.get(row.lang, len(LANGUAGES))])  # pyright: ignore[reportArgumentType, reportCallIssue]
        for h, row in zip(hidden, rows, strict=True)
    ])  # fmt: skip
