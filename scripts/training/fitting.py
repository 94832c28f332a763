"""Logistic regressions, folds by author plan, thresholds, measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from scripts.training.features import Matrix, Vectors
from scripts.training.messages import AGENTS, Audience, Labelled, Labels, Mask

Floats = NDArray[np.floating[Any]]
Limits = dict[str, float]


def fit(matrix: Matrix, wanted: Floats | Labels, strength: float) -> Any:
    model = LogisticRegression(
        C=strength, solver="liblinear", max_iter=200, class_weight="balanced", random_state=0
    )
    return model.fit(matrix, wanted)


def fit_text(matrix: Matrix, wanted: Labels) -> tuple[Floats, Floats]:
    """Weights and intercepts, a row a label."""
    models = [fit(matrix, wanted[:, k], 20.0) for k in range(wanted.shape[1])]
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


def agent_sets(scores: Floats, names: Sequence[str], limits: Limits) -> list[frozenset[str]]:
    """Predicted agent sets, by the planner's rule (agents/matching.py)."""
    heads = scores[:, [names.index(f"agent.{agent}") for agent in AGENTS]]
    kinds = [names.index("kind.vague"), names.index("kind.out_of_scope")]
    nothing = scores[:, kinds].max(axis=1)
    found: list[frozenset[str]] = []
    for row, none in zip(heads, nothing, strict=True):
        agents = frozenset(a for a, p in zip(AGENTS, row, strict=True) if p >= limits[a])
        if none >= limits["nothing"]:
            agents = agents if row.max() >= limits["sure"] else frozenset()
        elif not agents:
            agents = frozenset({AGENTS[int(row.argmax())]})
        found.append(agents)
    return found


def best_limits(scores: Floats, names: Sequence[str], rows: Sequence[Labelled]) -> Limits:
    """Thresholds with most exact agent sets on these rows, judged out of fold."""
    wanted = [row.agents for row in rows]
    best, limits = -1.0, Limits()
    grid = product(np.arange(0.3, 0.85, 0.05), np.arange(0.2, 0.9, 0.1), (0.5, 0.7, 0.8, 0.9, 0.99))
    for agent, nothing, sure in grid:
        tried = {**dict.fromkeys(AGENTS, float(agent)), "nothing": float(nothing), "sure": sure}
        found = agent_sets(scores, names, tried)
        share = float(np.mean([f == w for f, w in zip(found, wanted, strict=True)]))
        if share > best:
            best, limits = share, tried
    return {**limits, "close": 0.0}


def measure(
    audience: Audience,
    scores: Floats,
    names: Sequence[str],
    rows: Sequence[Labelled],
    limits: Limits,
) -> dict[str, float]:
    """Share of exact agent sets, by kind of message; for buyers the share of right intents."""
    if audience == "buyer":
        right = [names[k] == row.intent for k, row in zip(scores.argmax(axis=1), rows, strict=True)]
        return {"messages": len(rows), "accuracy": round(float(np.mean(right)), 4)}
    found = agent_sets(scores, names, limits)
    exact = np.array([f == row.agents for f, row in zip(found, rows, strict=True)])
    told = {"messages": float(len(rows)), "exact_agent_sets": round(float(exact.mean()), 4)}
    for kind in sorted({row.kind for row in rows}):
        told[kind] = round(float(exact[[row.kind == kind for row in rows]].mean()), 4)
    return told
