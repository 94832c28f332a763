"""Fit the message classifiers from `data/messages` into `data/classifiers`.

    python -m scripts.train_classifiers [--audience merchant|buyer] [--hidden]

Author plans whose name starts with `h` are kept aside and only measured. `--hidden` computes
the hidden states that `data/classifiers/hidden_<audience>.npz` lacks with the local model (a
second a message); without it the stored ones are used. Same data, same artefact: fits are
deterministic, folds are author plans.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.classifier import HEADS
from scripts.training import features as f
from scripts.training import fitting as m
from scripts.training.messages import (
    Audience,
    Labelled,
    Labels,
    Mask,
    labels_of,
    read,
    select,
)
from tradewind.base import LANGUAGES

FEWEST = 200
"""Stored hidden states below which the n-grams judge alone."""

SOURCE = "qwen2.5-coder-1.5b-instruct"


@dataclass
class Rows:
    """The messages of an audience, their labels, n-grams and hidden states."""

    audience: Audience
    all: list[Labelled]
    names: list[str]
    wanted: Labels
    heads: int
    plans: NDArray[np.str_]
    aside: Mask

    @classmethod
    def read(cls, audience: Audience) -> "Rows":
        rows = read(audience)
        names, wanted = labels_of(audience, rows)
        heads = len(HEADS) if audience == "merchant" else len(names)
        plans = np.array([row.plan for row in rows])
        return cls(audience, rows, names, wanted, heads, plans, np.array([r.aside for r in rows]))

    def of(self, mask: Mask) -> list[Labelled]:
        return select(self.all, mask)


def train(audience: Audience, *, compute: bool) -> dict[str, Any]:
    """Fit, measure on the plans kept aside, store; gives the measures."""
    rows = Rows.read(audience)
    counts = f.counts_matrix(rows.all)
    idf = f.idf_of(counts[~rows.aside])
    text, (weights, bias) = _text_logits(f.weighted(counts, idf), rows)
    fitted, has, centres, directions = _hidden(rows, compute=compute)
    full, folds = _full_logits(text, directions, rows, fitted)
    of_text = _wishes(text, ~rows.aside, rows)
    of_full = _wishes(folds, fitted if fitted.any() else ~rows.aside, rows)
    both, kept = full.logits(text, directions), rows.aside & has
    report = {
        "trained_on": int((~rows.aside).sum()),
        "with_hidden_states": int(fitted.sum()),
        "text_only": _measured(text, of_text, rows, rows.aside),
        "full": _measured(both, of_full, rows, kept),
        "by_plan": {
            plan: _measured(both, of_full, rows, kept & (rows.plans == plan))
            for plan in sorted(set(rows.plans[kept]))
        },
    }
    if audience == "merchant" and fitted.any():
        report["out_of_fold"] = _measured(folds, of_full, rows, fitted)
    _save(rows, idf, centres, (weights, bias), full, (of_text, of_full))
    return report


def _hidden(rows: Rows, *, compute: bool) -> tuple[Mask, Mask, Any, Any]:
    """Which rows are fitted with hidden states, which have them, the centres, the directions."""
    known = f.stored_hidden(rows.audience)
    if compute:
        f.compute_hidden(rows.audience, rows.all, known)
    has = np.array([row.text in known for row in rows.all])
    fitted = ~rows.aside & has
    if fitted.sum() < FEWEST:
        nothing = np.zeros((1 + len(LANGUAGES), 0)), np.zeros((len(rows.all), 0))
        return np.zeros_like(has), np.ones_like(has), *nothing
    hidden = np.stack([known.get(r.text, np.zeros(f.WIDTH, np.float32)) for r in rows.all])
    centres = f.centres_of(hidden[fitted], rows.of(fitted))
    return fitted, has, centres, f.centred(hidden, rows.all, centres)


def _wishes(logits: m.Floats, judged: Mask, rows: Rows) -> m.Wishes:
    """The second stage; empty for buyers, whose intents exclude one another."""
    if rows.audience == "buyer":
        return m.Wishes([], np.zeros((0, 0)), np.zeros(0))
    return m.fit_wishes(logits[judged, : rows.heads], rows.of(judged))


def _measured(logits: m.Floats, wishes: m.Wishes, rows: Rows, mask: Mask) -> dict[str, float]:
    if rows.audience == "buyer":
        return m.measure_intents(logits[mask], rows.names, rows.of(mask))
    return m.measure_wishes(wishes.read(logits[mask, : rows.heads]), rows.of(mask))


def _text_logits(matrix: f.Matrix, rows: Rows) -> tuple[m.Floats, tuple[m.Floats, m.Floats]]:
    """Logits of all rows (those trained on out of fold), and the weights of all labels."""
    inside, heads = ~rows.aside, rows.heads
    weights, bias = m.fit_text(matrix[inside], rows.wanted[inside])
    text = np.asarray(matrix @ weights.T + bias)
    text[inside, :heads] = m.out_of_fold(
        matrix[inside], rows.wanted[inside, :heads], rows.plans[inside]
    )
    return text, (weights, bias)


def _full_logits(
    text: m.Floats, directions: Any, rows: Rows, fitted: Mask
) -> tuple[m.Full, m.Floats]:
    """The full set for all labels, and its out-of-fold logits."""
    labels, heads, width = text.shape[1], rows.heads, directions.shape[1]
    wanted = rows.wanted[:, :heads]
    full = m.Full(np.ones(labels), np.zeros((labels, width)), np.zeros(labels))
    folds = text.copy()
    if fitted.any():
        part = m.fit_full(text[fitted, :heads], directions[fitted], wanted[fitted])
        full.factors[:heads], full.weights[:heads], full.bias[:heads] = (
            part.factors, part.weights, part.bias,
        )  # fmt: skip
        if rows.audience == "merchant":  # the second stage is fitted on them
            folds[:, :heads] = m.full_out_of_fold(
                text[:, :heads], directions, wanted, rows.plans, fitted
            )
    return full, folds


def _save(
    rows: Rows, idf: Any, centres: Any, text: tuple[m.Floats, m.Floats], full: m.Full,
    wishes: tuple[m.Wishes, m.Wishes],
) -> None:  # fmt: skip
    """Store the artefact: n-gram weights in int8 with a scale a label."""
    weights, bias = text
    of_text, of_full = wishes
    scale = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9)
    if of_text.names != of_full.names:
        sys.exit(f"wishes differ: {of_text.names} and {of_full.names}; label more messages.")
    np.savez_compressed(
        f.OUT / f"{rows.audience}.npz",
        labels=np.array(rows.names), languages=np.array(LANGUAGES), source=np.array(SOURCE),
        idf=idf.astype(np.float16), centres=centres.astype(np.float16),
        grams=np.round(weights / scale[:, None]).astype(np.int8), scale=scale.astype(np.float32),
        text_factor=np.ones(len(rows.names), np.float32), text_bias=bias.astype(np.float32),
        text_hidden=np.zeros((len(rows.names), 0), np.float16),
        full_factor=full.factors.astype(np.float32),
        full_bias=(bias * full.factors + full.bias).astype(np.float32),
        full_hidden=full.weights.astype(np.float16),
        wishes=np.array(of_full.names, dtype="U64"),
        text_wish=of_text.weights.astype(np.float32),
        text_wish_bias=of_text.bias.astype(np.float32),
        full_wish=of_full.weights.astype(np.float32),
        full_wish_bias=of_full.bias.astype(np.float32),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audience", choices=("merchant", "buyer"))
    parser.add_argument("--hidden", action="store_true", help="compute missing hidden states")
    asked = parser.parse_args()
    f.OUT.mkdir(parents=True, exist_ok=True)
    audiences: tuple[Audience, ...] = ("merchant", "buyer")
    for audience in audiences:
        if asked.audience in (None, audience):
            report = train(audience, compute=asked.hidden)
            path = f.OUT / f"measured_{audience}.json"
            path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
            print(audience, json.dumps(report))


if __name__ == "__main__":
    main()
