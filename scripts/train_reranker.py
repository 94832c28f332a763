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
KEPT = 100
"""States after which those so far are stored."""
TOLD = 0.10
"""Share of the tempting questions of `aside` that may be answered though no line does: where the
probe says that a passage answers. Real questions tempt less."""


@dataclass(frozen=True)
class Pair:
    """A question beside a line of a record; whether the line answers. `holds`: some line does;
    `english` is what the question says, for who asks in another language."""

    text: str
    answers: bool
    record: str
    aside: bool
    question: str
    holds: bool
    language: str
    english: str


def pairs() -> Iterator[Pair]:
    """Every question with every line of its record."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for row in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(row)
            for asked in record["questions"]:
                for language, question in {"en": asked["q"], **asked.get("in", {})}.items():
                    for number, line in enumerate(record["lines"]):
                        passage = f"{record['title']}: {line}"
                        yield Pair(
                            joined(question, passage), number == asked["line"], record["title"],
                            path.stem == ASIDE, question, asked["line"] is not None,
                            language, asked["q"],
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
    missing: list[str] = []
    for lines in by_question.values():
        passages = [pair.text.partition("\nQuestion: ")[0] for pair in lines]
        near = lines[nearest(platform.embedding, lines[0].english, passages)[0]]
        wanted = dict.fromkeys((near, *(pair for pair in lines if pair.answers)))
        missing += [pair.text for pair in wanted if pair.text not in known]
    for number, text in enumerate(missing, 1):
        known[text] = np.array(reranker.last.embed([text])[0], dtype=np.float32)
        if number % KEPT == 0:
            f.store_hidden(NAME, known)
            print(f"{number} of {len(missing)}", flush=True)
    f.store_hidden(NAME, known)
    platform.close()


def train(known: dict[str, f.Vectors]) -> dict[str, float | dict[str, float]]:
    """Fit, measure on the records kept aside, store; gives the measures."""
    rows = [pair for pair in pairs() if pair.text in known]
    states = np.stack([known[pair.text] for pair in rows])
    answers, aside = (np.array([getattr(p, n) for p in rows]) for n in ("answers", "aside"))
    foreign = np.array([pair.language != "en" for pair in rows])
    groups = (~foreign, foreign)
    centres = np.stack([states[~aside & group].mean(axis=0) for group in groups])
    centred = states - centres[foreign.astype(int)]
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    model = fit(centred[~aside], answers[~aside], STRENGTH)
    judged = model.decision_function(centred)
    told: dict[str, float | dict[str, float]] = {"pairs": len(rows)}
    least: list[float] = []
    for name, group in zip(("english", "other_languages"), groups, strict=True):
        best = _best([(p, v) for p, v, one in zip(rows, judged, group, strict=True) if one])
        least.append(_least(best))
        told[name] = _measured(best, least[-1])
    np.savez_compressed(
        f.OUT / "reranker.npz", source=np.array(SOURCE), centres=centres.astype(np.float32),
        weights=model.coef_[0].astype(np.float32),
        bias=(model.intercept_[0] - np.array(least)).astype(np.float32),
    )  # fmt: skip
    folds = _folds(centred[~aside], answers[~aside], [p.record for p in rows if not p.aside])
    return told | {"trained_on": int((~aside).sum()), "auc_folds": folds}


def _folds(states: f.Vectors, answers: NDArray[np.bool_], records: list[str]) -> float:
    judged = np.zeros(len(answers))
    for inside, out in GroupKFold(FOLDS).split(states, answers, records):
        judged[out] = fit(states[inside], answers[inside], STRENGTH).decision_function(states[out])
    return round(float(roc_auc_score(answers, judged)), 3)


def _best(judged: list[tuple[Pair, float]]) -> list[tuple[float, Pair]]:
    """The surest line of each question that is kept aside."""
    best: dict[tuple[str, str], tuple[float, Pair]] = {}
    for pair, value in judged:
        key = pair.record, pair.question
        if pair.aside and (key not in best or best[key][0] < value):
            best[key] = float(value), pair
    return list(best.values())


def _least(best: list[tuple[float, Pair]]) -> float:
    """The log odds that TOLD of the questions without an answer reach."""
    return float(np.quantile([value for value, pair in best if not pair.holds], 1 - TOLD))


def _measured(best: list[tuple[float, Pair]], least: float) -> dict[str, float]:
    holding = [(value >= least, pair.answers) for value, pair in best if pair.holds]
    lacking = [value >= least for value, pair in best if not pair.holds]
    right = sum(told and answers for told, answers in holding)
    beside = sum(told and not answers for told, answers in holding)
    auc = roc_auc_score([pair.holds for _, pair in best], [value for value, _ in best])
    return {
        "questions": len(best), "least": round(least, 3), "auc": round(float(auc), 3),
        "answered_right": round(right / len(holding), 3),
        "answered_beside": round(beside / len(holding), 3),
        "told_without": round(sum(lacking) / len(lacking), 3),
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
