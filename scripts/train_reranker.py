"""Fit the probe that tells whether a passage answers a question, from `data/passages`.

    python -m scripts.train_reranker [--hidden]

The records of `aside.jsonl` are kept aside and only measured. `--hidden` computes the states that
`data/classifiers/hidden_passages.npz` lacks with the local model (a second each); without it the
stored ones are used. Same data, same artefact: the fit is deterministic, folds are records.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from models.reranker import HiddenReranker, joined, nearest
from scripts.training import features as f
from scripts.training.fitting import fit
from scripts.training.messages import ROOT
from wiring.platform import open_platform
from wiring.settings import Settings

FOLDER = ROOT / "data" / "passages"
NAME = "passages"
ASIDE = "aside"
SOURCE = "qwen2.5-coder-1.5b-instruct"
STRENGTH = 10.0
"""Of the regression (C), chosen by folds."""
FOLDS = 8
TOLD = 0.10
"""Share of the tempting questions of `aside` that may be answered though no line does: where the
probe says that a passage answers. Real questions tempt less."""


@dataclass(frozen=True)
class Pair:
    """A question beside a line of a record; whether the line answers. `holds`: some line does."""

    text: str
    answers: bool
    record: str
    aside: bool
    question: str
    holds: bool


def pairs() -> Iterator[Pair]:
    """Every question with every line of its record."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for row in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(row)
            for asked in record["questions"]:
                for number, line in enumerate(record["lines"]):
                    passage = f"{record['title']}: {line}"
                    yield Pair(
                        joined(asked["q"], passage), number == asked["line"], record["title"],
                        path.stem == ASIDE, asked["q"], asked["line"] is not None,
                    )  # fmt: skip


def compute(known: dict[str, f.Vectors]) -> None:
    """Add the missing states: of each question beside the nearest line and the right one."""
    platform = open_platform(Settings.read(os.environ))
    reranker = platform.road.reranker
    if not isinstance(reranker, HiddenReranker):
        sys.exit("train_reranker: no local model; run `tradewind models pull`.")
    by_question: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs():
        by_question.setdefault((pair.record, pair.question), []).append(pair)
    for (_, question), lines in by_question.items():
        passages = [pair.text.partition("\nQuestion: ")[0] for pair in lines]
        near = lines[nearest(platform.embedding, question, passages)[0]]
        for pair in dict.fromkeys((near, *(pair for pair in lines if pair.answers))):
            if pair.text not in known:
                known[pair.text] = np.array(reranker.last.embed([pair.text])[0], dtype=np.float32)
    f.store_hidden(NAME, known)
    platform.close()


def train(known: dict[str, f.Vectors]) -> dict[str, float]:
    """Fit, measure on the records kept aside, store; gives the measures."""
    rows = [pair for pair in pairs() if pair.text in known]
    states = np.stack([known[pair.text] for pair in rows])
    answers, aside = (np.array([getattr(p, n) for p in rows]) for n in ("answers", "aside"))
    centre = states[~aside].mean(axis=0)
    centred = states - centre
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    model = fit(centred[~aside], answers[~aside], STRENGTH)
    judged = model.decision_function(centred)
    least = _least(rows, judged)
    np.savez_compressed(
        f.OUT / "reranker.npz", source=np.array(SOURCE), centre=centre.astype(np.float32),
        weights=model.coef_[0].astype(np.float32), bias=np.float32(model.intercept_[0] - least),
    )  # fmt: skip
    told = {"pairs": len(rows), "trained_on": int((~aside).sum()), "least": round(least, 3)}
    folds = _folds(centred[~aside], answers[~aside], [p.record for p in rows if not p.aside])
    return told | {"auc_folds": folds} | _measured(rows, judged, least)


def _folds(states: f.Vectors, answers: NDArray[np.bool_], records: list[str]) -> float:
    judged = np.zeros(len(answers))
    for inside, out in GroupKFold(FOLDS).split(states, answers, records):
        judged[out] = fit(states[inside], answers[inside], STRENGTH).decision_function(states[out])
    return round(float(roc_auc_score(answers, judged)), 3)


def _best(
    rows: list[Pair], judged: NDArray[np.floating]
) -> dict[tuple[str, str], tuple[float, Pair]]:
    """The surest line of each question that is kept aside."""
    best: dict[tuple[str, str], tuple[float, Pair]] = {}
    for pair, value in zip(rows, judged.tolist(), strict=True):
        key = pair.record, pair.question
        if pair.aside and (key not in best or best[key][0] < value):
            best[key] = value, pair
    return best


def _least(rows: list[Pair], judged: NDArray[np.floating]) -> float:
    """The log odds that TOLD of the questions without an answer reach."""
    lacking = [value for value, pair in _best(rows, judged).values() if not pair.holds]
    return float(np.quantile(lacking, 1 - TOLD))


def _measured(rows: list[Pair], judged: NDArray[np.floating], least: float) -> dict[str, float]:
    best = _best(rows, judged).values()
    values, holds = [value for value, _ in best], [pair.holds for _, pair in best]
    holding = [(value >= least, pair.answers) for value, pair in best if pair.holds]
    return {
        "questions": len(values),
        "auc": round(float(roc_auc_score(holds, values)), 3),
        "answered_right": round(sum(told and right for told, right in holding) / len(holding), 3),
        "answered_beside": round(
            sum(told and not right for told, right in holding) / len(holding), 3
        ),
        "told_without": round(sum(v >= least for v, h in zip(values, holds, strict=True) if not h)
                              / holds.count(False), 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hidden", action="store_true", help="compute missing states")
    known = f.stored_hidden(NAME)
    if parser.parse_args().hidden:
        compute(known)
    report = train(known)
    path = f.OUT / "measured_reranker.json"
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
