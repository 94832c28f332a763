"""Fit the message classifiers from `data/messages` into `data/classifiers`.

    python scripts/train_classifiers.py [--audience merchant|buyer] [--hidden]

Author plans whose name starts with `h` are kept aside and only measured. `--hidden` computes
the hidden states that `data/classifiers/hidden_<audience>.npz` lacks with the local model (a
second a message); without it the stored ones are used. Same data, same artefact: fits are
deterministic, folds are author plans.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from agents.classifier import BUCKETS, count, unit
from agents.run import FEATURE_BYTES
from tradewind.base import LANGUAGES
from wiring.platform import open_platform
from wiring.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MESSAGES, OUT = ROOT / "data" / "messages", ROOT / "data" / "classifiers"
AGENTS = ("chargeback", "service", "ads", "studio")
KINDS = ("vague", "out_of_scope")
HEADS = len(AGENTS) + len(KINDS)
"""The merchant's labels that hidden states judge too; which of an agent's scenarios is meant
is told by the n-grams and the examples."""


def read(audience):
    rows = []
    for path in sorted((MESSAGES / audience).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            rows.append({**json.loads(line), "plan": path.stem})
    return rows


def labels_of(audience, rows):
    """Label names and a 0/1 matrix."""
    if audience == "buyer":
        names = sorted({row["intent"] for row in rows})
        return names, np.array([[row["intent"] == name for name in names] for row in rows])
    scenarios = sorted({s for row in rows for s in row["scenarios"]})
    names = [f"agent.{a}" for a in AGENTS] + [f"kind.{k}" for k in KINDS]
    names += [f"scenario.{s}" for s in scenarios]
    return names, np.array([_merchant_row(row, scenarios) for row in rows])


def _merchant_row(row, scenarios):
    agents = {s.split(".")[0] for s in row["scenarios"]}
    return (
        [a in agents for a in AGENTS]
        + [row["kind"] == k for k in KINDS]
        + [s in row["scenarios"] for s in scenarios]
    )


def counts_matrix(rows):
    data, at, columns = [], [], []
    for number, row in enumerate(rows):
        for block, counts in enumerate(count(row["text"])):
            at += [number] * len(counts)
            columns += [bucket + block * BUCKETS for bucket in counts]
            data += [1.0 + np.log(value) for value in counts.values()]
    shape = (len(rows), 2 * BUCKETS)
    return sparse.csr_matrix((np.array(data, dtype=np.float32), (at, columns)), shape=shape)


def idf_of(matrix):
    """ln((1 + n) / (1 + df)) + 1; n-grams seen once count nothing."""
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    idf = np.log((1 + matrix.shape[0]) / (1 + seen)) + 1
    idf[seen < 2] = 0.0
    return idf.astype(np.float16).astype(np.float32)


def weighted(matrix, idf):
    blocks = []
    for block in range(2):
        columns = slice(block * BUCKETS, (block + 1) * BUCKETS)
        part = matrix[:, columns] @ sparse.diags(idf[columns])
        length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        length[length == 0] = 1.0
        blocks.append(sparse.diags(1 / length) @ part)
    return sparse.hstack(blocks).tocsr().astype(np.float32)


def stored_hidden(audience):
    path = OUT / f"hidden_{audience}.npz"
    if not path.exists():
        return {}
    with np.load(path) as stored:
        vectors = stored["values"].astype(np.float32) * stored["scale"][:, None]
        return dict(zip(map(str, stored["texts"]), vectors, strict=True))


def compute_hidden(audience, rows, known):
    platform = open_platform(Settings.read(os.environ))
    source = platform.road.features
    if source is None:
        sys.exit("train_classifiers: no local model; run `tradewind models pull`.")
    for number, row in enumerate(rows):
        if row["text"] not in known:
            head = row["text"].encode()[:FEATURE_BYTES].decode(errors="ignore")
            known[row["text"]] = np.array(source.embed([head], "query")[0], dtype=np.float32)
        if number % 50 == 49:
            store_hidden(audience, known)
            print(f"{audience}: {number + 1}/{len(rows)}", file=sys.stderr)
    store_hidden(audience, known)
    platform.close()


def store_hidden(audience, known):
    vectors = np.stack(list(known.values()))
    scale = np.abs(vectors).max(axis=1) / 127
    values = np.round(vectors / scale[:, None]).astype(np.int8)
    texts = np.array(list(known))
    np.savez_compressed(
        OUT / f"hidden_{audience}.npz", texts=texts, values=values, scale=scale.astype(np.float32)
    )


def centres_of(hidden, rows):
    """Mean of unit vectors a language, and of all for an unknown one (last row)."""
    means = []
    for language in LANGUAGES:
        mine = [h for h, row in zip(hidden, rows, strict=True) if row["lang"] == language]
        means.append(np.mean(mine, axis=0) if mine else np.mean(hidden, axis=0))
    return np.stack([*means, np.mean(hidden, axis=0)]).astype(np.float32)


def centred(hidden, rows, centres):
    return np.stack([
        unit(h - centres[LANGUAGES.index(row["lang"])]) for h, row in zip(hidden, rows, strict=True)
    ])  # fmt: skip


def fit(matrix, wanted, strength):
    model = LogisticRegression(
        C=strength, solver="liblinear", max_iter=200, class_weight="balanced", random_state=0
    )
    return model.fit(matrix, wanted)


def fit_text(matrix, wanted):
    """Coefficients and intercepts of one model a label."""
    models = [fit(matrix, wanted[:, k], 20.0) for k in range(wanted.shape[1])]
    return np.vstack([m.coef_ for m in models]), np.array([m.intercept_[0] for m in models])


def out_of_fold(matrix, wanted, plans):
    """Logits of each row from models that saw none of its author plan."""
    logits = np.zeros(wanted.shape)
    for plan in sorted(set(plans)):
        inside = plans == plan
        weights, bias = fit_text(matrix[~inside], wanted[~inside])
        logits[inside] = matrix[inside] @ weights.T + bias
    return logits


def fit_full(logits, hidden, wanted):
    """A model a label over its own text logit and the hidden states.

    Gives the factor of the text logits, hidden weights and intercepts.
    """
    factors, weights, biases = [], [], []
    for k in range(wanted.shape[1]):
        model = fit(np.hstack([logits[:, [k]] / 4, hidden * 2]), wanted[:, k], 5.0)
        factors.append(model.coef_[0, 0] / 4)
        weights.append(model.coef_[0, 1:] * 2)
        biases.append(model.intercept_[0])
    return np.array(factors), np.array(weights), np.array(biases)


def quantised(weights):
    scale = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9)
    return np.round(weights / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def agent_sets(scores, names, limits):
    """Predicted agent sets, by the planner's rule (agents/matching.py)."""
    at = {name: names.index(name) for name in names}
    found = []
    for row in scores:
        nothing = max(row[at["kind.vague"]], row[at["kind.out_of_scope"]])
        agents = {a for a in AGENTS if row[at[f"agent.{a}"]] >= limits[a]}
        if nothing >= limits["nothing"] and all(row[at[f"agent.{a}"]] < limits["sure"] for a in AGENTS):
            agents = set()
        elif not agents and nothing < limits["nothing"]:
            agents = {max(AGENTS, key=lambda a: row[at[f"agent.{a}"]])}
        found.append(agents)
    return found


def true_sets(rows):
    return [{s.split(".")[0] for s in row["scenarios"]} for row in rows]


def best_limits(scores, names, rows):
    """Thresholds that give most exact agent sets on these rows (out of fold)."""
    wanted, best = true_sets(rows), (0.0, {})
    for agent in np.arange(0.25, 0.75, 0.05):
        for nothing in np.arange(0.3, 0.9, 0.1):
            for sure in (0.5, 0.6, 0.7, 0.8, 0.9, 1.01):
                limits = {**dict.fromkeys(AGENTS, agent), "nothing": nothing, "sure": sure, "close": 0.0}
                found = agent_sets(scores, names, limits)
                share = np.mean([f == w for f, w in zip(found, wanted, strict=True)])
                if share > best[0]:
                    best = (share, limits)
    return best[1]


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def measure(audience, scores, names, rows, limits):
    if audience == "buyer":
        found = [names[k] for k in scores.argmax(axis=1)]
        right = [f == row["intent"] for f, row in zip(found, rows, strict=True)]
        return {"messages": len(rows), "accuracy": round(float(np.mean(right)), 4)}
    found, wanted = agent_sets(scores, names, limits), true_sets(rows)
    right = np.array([f == w for f, w in zip(found, wanted, strict=True)])
    kinds = {k: round(float(right[[row["kind"] == k for row in rows]].mean()), 4)
             for k in ("single", "multi", "vague", "out_of_scope")}  # fmt: skip
    return {"messages": len(rows), "exact_agent_sets": round(float(right.mean()), 4), **kinds}


def train(audience, with_hidden):
    rows = read(audience)
    aside = np.array([row["plan"].startswith("h") for row in rows])
    names, wanted = labels_of(audience, rows)
    counts = counts_matrix(rows)
    idf = idf_of(counts[~aside])
    matrix = weighted(counts, idf)
    known = stored_hidden(audience)
    if with_hidden:
        compute_hidden(audience, rows, known)
    has = np.array([row["text"] in known for row in rows])
    hidden = np.stack([known.get(row["text"], np.zeros(1536, np.float32)) for row in rows])

    inside = ~aside
    plans = np.array([row["plan"] for row in rows])
    logits = np.zeros(wanted.shape)
    heads = HEADS if audience == "merchant" else len(names)
    logits[inside, :heads] = out_of_fold(matrix[inside], wanted[inside, :heads], plans[inside])
    text_weights, text_bias = fit_text(matrix[inside], wanted[inside])
    logits[aside] = matrix[aside] @ text_weights.T + text_bias

    fitted = inside & has if (inside & has).sum() >= 200 else np.zeros_like(has)
    full, folds = with_hidden_states(logits, hidden, wanted[:, :heads], rows, plans, fitted)
    limits = {}
    if audience == "merchant":
        judged = fitted if fitted.any() else inside
        limits = best_limits(sigmoid(folds[judged]), names, select(rows, judged))
    measured = aside & has if fitted.any() else aside
    report = {
        "trained_on": int(inside.sum()),
        "with_hidden_states": int(fitted.sum()),
        "text_only": measure(audience, sigmoid(logits[aside]), names, select(rows, aside), limits),
        "full": measure(audience, sigmoid(full.logits[measured]), names, select(rows, measured), limits),
        "thresholds": {k: round(float(v), 3) for k, v in limits.items()},
    }
    save(audience, names, idf, limits, (text_weights, text_bias), full)
    return report


def select(rows, mask):
    return [row for row, kept in zip(rows, mask, strict=True) if kept]


@dataclass
class Full:
    """The full weight set and its logits for all rows."""

    logits: np.ndarray
    factors: np.ndarray
    hidden: np.ndarray
    bias: np.ndarray
    centres: np.ndarray


def with_hidden_states(logits, hidden, wanted, rows, plans, fitted):
    """The full set and its out-of-fold logits; the text set again where nothing is stored."""
    labels, heads = logits.shape[1], wanted.shape[1]
    factors, bias = np.ones(labels), np.zeros(labels)
    if not fitted.any():
        centres = np.zeros((1 + len(LANGUAGES), 0))
        return Full(logits, factors, np.zeros((labels, 0)), bias, centres), logits
    centres = centres_of(hidden[fitted], select(rows, fitted))
    directions = centred(hidden, rows, centres)
    weights = np.zeros((labels, hidden.shape[1]))
    factors[:heads], weights[:heads], bias[:heads] = fit_full(
        logits[fitted, :heads], directions[fitted], wanted[fitted]
    )
    full = Full(logits * factors + directions @ weights.T + bias, factors, weights, bias, centres)
    folds = logits.copy()
    folds[:, :heads] = full_out_of_fold(logits[:, :heads], directions, wanted, plans, fitted)
    return full, folds


def full_out_of_fold(logits, directions, wanted, plans, fitted):
    """Full logits of the fitted rows, each from models that saw none of its author plan."""
    found = np.zeros(wanted.shape)
    for plan in sorted(set(plans[fitted])):
        others, mine = fitted & (plans != plan), fitted & (plans == plan)
        factors, weights, bias = fit_full(logits[others], directions[others], wanted[others])
        found[mine] = logits[mine] * factors + directions[mine] @ weights.T + bias
    return found


def save(audience, names, idf, limits, text, full):
    weights, bias = text
    grams, scale = quantised(weights)
    np.savez_compressed(
        OUT / f"{audience}.npz",
        labels=np.array(names), languages=np.array(LANGUAGES),
        source=np.array("qwen2.5-coder-1.5b-instruct"),
        idf=idf.astype(np.float16), centres=full.centres.astype(np.float16),
        grams=grams, scale=scale,
        text_factor=np.ones(len(names), np.float32), text_bias=bias.astype(np.float32),
        text_hidden=np.zeros((len(names), 0), np.float16),
        full_factor=full.factors.astype(np.float32),
        full_bias=(bias * full.factors + full.bias).astype(np.float32),
        full_hidden=full.hidden.astype(np.float16),
        threshold_names=np.array(list(limits), dtype="U16"),
        threshold_values=np.array(list(limits.values()), dtype=np.float32),
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audience", choices=("merchant", "buyer"))
    parser.add_argument("--hidden", action="store_true")
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    for audience in [asked.audience] if asked.audience else ["merchant", "buyer"]:
        report = train(audience, asked.hidden)
        path = OUT / f"measured_{audience}.json"
        path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(audience, json.dumps(report))


if __name__ == "__main__":
    main()
