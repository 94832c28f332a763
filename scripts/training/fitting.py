"""Logistic regressions, folds by author plan, measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from agents.classifier import wish_features
from scripts.training.features import Matrix, Vectors
from scripts.training.messages import Labelled, Labels, Mask

Floats = NDArray[np.floating[Any]]
NOBODY = ("vague", "out_of_scope")


def fit(
    matrix: Matrix, wanted: Floats | Labels, strength: float, balance: str | None = None
) -> Any:
    model = LogisticRegression(
        C=strength, solver="liblinear", max_iter=200, class_weight=balance, random_state=0
    )
    return model.fit(matrix, wanted)


def fit_text(matrix: Matrix, wanted: Labels) -> tuple[Floats, Floats]:
    """Weights and intercepts, a row a label."""
    models = [fit(matrix, wanted[:, k], 20.0, "balanced") for k in range(wanted.shape[1])]
    return np.vstack([m.coef_ for m in models]), np.array([m.intercept_[0] for m in models])


def out_of_fold(matrix: Matrix, wanted: Labels, plans: NDArray[np.str_]) -> Floats:
    """Logits of each row from models that saw none of its author plan."""
    logits = np.zeros(wanted.shape)
    for plan in sorted(set(plans)):
        inside = plans == plan
        weights, bias = fit_text(matrix[~inside], wanted[~inside])
        logits[inside] = matrix[inside] @ weights.T + bias
    return logits


@dataclass
class Full:
    """Text logits weighed by `factors`, hidden weights and intercepts, a row a label."""

    factors: Floats
    weights: Floats
    bias: Floats

    def logits(self, text: Floats, directions: Floats) -> Floats:
        return text * self.factors + directions @ self.weights.T + self.bias


def fit_full(text: Floats, directions: Vectors, wanted: Labels) -> Full:
    """A model a label over its own text logit and the hidden states."""
    factors: list[float] = []
    weights: list[Floats] = []
    bias: list[float] = []
    for k in range(wanted.shape[1]):
        model = fit(np.hstack([text[:, [k]] / 4, directions * 2]), wanted[:, k], 5.0)
        factors.append(model.coef_[0, 0] / 4)
        weights.append(model.coef_[0, 1:] * 2)
        bias.append(model.intercept_[0])
    return Full(np.array(factors), np.array(weights), np.array(bias))


def full_out_of_fold(
    text: Floats, directions: Vectors, wanted: Labels, plans: NDArray[np.str_], fitted: Mask
) -> Floats:
    """Full logits of the fitted rows, each from models that saw none of its author plan."""
    found = text.copy()
    for plan in sorted(set(plans[fitted])):
        others, mine = fitted & (plans != plan), fitted & (plans == plan)
        model = fit_full(text[others], directions[others], wanted[others])
        found[mine] = model.logits(text[mine], directions[mine])
    return found


def sigmoid(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-logits))


@dataclass
class Wishes:
    """The second stage: which wish as a whole the HEADS' logits speak for."""

    names: list[str]
    weights: Floats
    bias: Floats

    def read(self, logits: Floats) -> list[str]:
        """The likeliest wish of each row."""
        found = wish_features(logits) @ self.weights.T + self.bias
        return [self.names[k] for k in found.argmax(axis=1)]


def fit_wishes(logits: Floats, rows: Sequence[Labelled]) -> Wishes:
    """Fitted on logits that were judged out of fold, as those of new messages will be."""
    model: Any = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(wish_features(logits), [row.wish for row in rows])
    return Wishes([str(name) for name in model.classes_], model.coef_, model.intercept_)


def measure_intents(
    scores: Floats, names: Sequence[str], rows: Sequence[Labelled]
) -> dict[str, float]:
    """The share of right intents of buyers' messages."""
    right = [names[k] == row.intent for k, row in zip(scores.argmax(axis=1), rows, strict=True)]
    return {"messages": len(rows), "accuracy": round(float(np.mean(right)), 4)}


def measure_wishes(found: Sequence[str], rows: Sequence[Labelled]) -> dict[str, float]:
    """The share of exact agent sets, also by kind; no agent is right where none is asked for."""
    exact = np.array([f == row.wish or (not row.agents and f in NOBODY)
                      for f, row in zip(found, rows, strict=True)])  # fmt: skip
    told = {"messages": float(len(rows)), "exact_agent_sets": round(float(exact.mean()), 4)}
    for kind in sorted({row.kind for row in rows}):
        told[kind] = round(float(exact[[row.kind == kind for row in rows]].mean()), 4)
    return told
