"""Fit the message classifiers from `data/messages` into `data/classifiers`.

    python -m scripts.train_classifiers [--audience merchant|buyer] [--hidden]

Author plans whose name starts with `h` are kept aside and only measured. `--hidden` computes
the hidden states that `data/classifiers/hidden_<audience>.npz` lacks with the local model (a
second a message); without it the stored ones are used. Same data, same artefact: fits are
deterministic, folds are author plans.
"""

import argparse
import json
from typing import Any

import numpy as np

from scripts.training import features as f
from scripts.training import fitting as m
from scripts.training.messages import HEADS, Audience, Labels, labels_of, read, select
from tradewind.base import LANGUAGES

FEWEST = 200
"""Stored hidden states below which the n-grams judge alone."""

SOURCE = "qwen2.5-coder-1.5b-instruct"


def train(audience: Audience, *, compute: bool) -> dict[str, Any]:
    """Fit, choose thresholds, measure on the plans kept aside, store; gives the measures."""
    rows = read(audience)
    aside = np.array([row.aside for row in rows])
    plans = np.array([row.plan for row in rows])
    names, wanted = labels_of(audience, rows)
    heads = HEADS if audience == "merchant" else len(names)
    counts = f.counts_matrix(rows)
    idf = f.idf_of(counts[~aside])
    matrix = f.weighted(counts, idf)
    text, (weights, bias) = _text_logits(matrix, wanted, plans, aside, heads)

    known = f.stored_hidden(audience)
    if compute:
        f.compute_hidden(audience, rows, known)
    has = np.array([row.text in known for row in rows])
    hidden = np.stack([known.get(row.text, np.zeros(f.WIDTH, np.float32)) for row in rows])
    fitted = ~aside & has
    if fitted.sum() < FEWEST:
        fitted, has = np.zeros_like(has), np.ones_like(has)
        centres, directions = np.zeros((1 + len(LANGUAGES), 0)), np.zeros((len(rows), 0))
    else:
        centres = f.centres_of(hidden[fitted], select(rows, fitted))
        directions = f.centred(hidden, rows, centres)
    full, folds = _full_logits(text, directions, wanted[:, :heads], plans, fitted)

    judged = fitted if fitted.any() else ~aside
    limits = {} if audience == "buyer" else m.best_limits(
        m.sigmoid(folds[judged]), names, select(rows, judged)
    )  # fmt: skip
    both, kept = m.sigmoid(full.logits(text, directions)), aside & has
    report = {
        "trained_on": int((~aside).sum()),
        "with_hidden_states": int(fitted.sum()),
        "text_only": m.measure(
            audience, m.sigmoid(text[aside]), names, select(rows, aside), limits
        ),
        "full": m.measure(audience, both[kept], names, select(rows, kept), limits),
        "by_plan": {
            plan: m.measure(audience, both[of], names, select(rows, of), limits)
            for plan in sorted(set(plans[kept]))
            if (of := kept & (plans == plan)).any()
        },
        "thresholds": {name: round(value, 3) for name, value in limits.items()},
    }
    _save(audience, names, idf, centres, limits, (weights, bias), full)
    return report


def _text_logits(
    matrix: f.Matrix, wanted: Labels, plans: Any, aside: Any, heads: int
) -> tuple[m.Floats, tuple[m.Floats, m.Floats]]:
    """Logits of all rows (those trained on out of fold), and the weights of all labels."""
    inside = ~aside
    weights, bias = m.fit_text(matrix[inside], wanted[inside])
    text = np.asarray(matrix @ weights.T + bias)
    text[inside, :heads] = m.out_of_fold(matrix[inside], wanted[inside, :heads], plans[inside])
    return text, (weights, bias)


def _full_logits(
    text: m.Floats, directions: Any, wanted: Labels, plans: Any, fitted: Any
) -> tuple[m.Full, m.Floats]:
    """The full set for all labels, and its out-of-fold logits."""
    labels, heads, width = text.shape[1], wanted.shape[1], directions.shape[1]
    full = m.Full(np.ones(labels), np.zeros((labels, width)), np.zeros(labels))
    folds = text.copy()
    if fitted.any():
        part = m.fit_full(text[fitted, :heads], directions[fitted], wanted[fitted])
        full.factors[:heads], full.weights[:heads], full.bias[:heads] = (
            part.factors, part.weights, part.bias,
        )  # fmt: skip
        folds[:, :heads] = m.full_out_of_fold(text[:, :heads], directions, wanted, plans, fitted)
    return full, folds


def _save(
    audience: Audience, names: list[str], idf: Any, centres: Any, limits: m.Limits,
    text: tuple[m.Floats, m.Floats], full: m.Full,
) -> None:  # fmt: skip
    """Store the artefact: n-gram weights in int8 with a scale a label."""
    weights, bias = text
    scale = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9)
    np.savez_compressed(
        f.OUT / f"{audience}.npz",
        labels=np.array(names), languages=np.array(LANGUAGES), source=np.array(SOURCE),
        idf=idf.astype(np.float16), centres=centres.astype(np.float16),
        grams=np.round(weights / scale[:, None]).astype(np.int8), scale=scale.astype(np.float32),
        text_factor=np.ones(len(names), np.float32), text_bias=bias.astype(np.float32),
        text_hidden=np.zeros((len(names), 0), np.float16),
        full_factor=full.factors.astype(np.float32),
        full_bias=(bias * full.factors + full.bias).astype(np.float32),
        full_hidden=full.weights.astype(np.float16),
        threshold_names=np.array(list(limits), dtype="U16"),
        threshold_values=np.array(list(limits.values()), dtype=np.float32),
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
