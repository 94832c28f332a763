"""Entities: what is read out of buyers' messages, over the labelled messages and a set kept aside.

A value is right when it is the labelled one as written; a country, when it is the same one; an
order number, with or without its sign. Of several values of a kind in a message the first counts.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agents.entities import order_key
from agents.places import find_country
from agents.reading import clean, read_entities
from evals.records import EntityCase, EntitySet, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.base import Record
from tradewind.errors import SpecError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "messages"
SETS: dict[EntitySet, str] = {"labels": "buyer", "kept_aside": "entities"}
"""The folder of each set."""
KINDS = (
    "order_id", "dispute_id", "tracking_no", "email", "postcode", "phone", "amount", "currency",
    "country",
)  # fmt: skip
"""Kinds that are read by rule. Names of products are found among the shop's own records."""
_TALLIES = ("right", "found", "labelled")


class Found(Record):
    """The entities that were read, by kind."""

    entities: dict[str, str]


def entities_suite() -> Suite[EntityCase, Found]:
    cases = tuple(case for name in SETS for case in read_labels(name))
    counts = frozenset(
        f"{name}_{kind}_{tally}" for name in SETS for kind in KINDS for tally in _TALLIES
    )
    return Suite(
        name="entities", cases=cases, outcome=Found, carry_out=extract, judge=judge,
        counts=counts | {f"{name}_{what}" for name in SETS for what in ("messages", "exact")},
        taped=False, derive=figures,
    )  # fmt: skip


def read_labels(name: EntitySet, folder: Path = FOLDER) -> Iterator[EntityCase]:
    """The labelled messages of a set. Raises SpecError naming file and line."""
    for path in sorted((folder / SETS[name]).glob("*.jsonl")):
        for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                told = json.loads(line)
                yield EntityCase(
                    id=told["id"], language=told["lang"], text=told["text"], set=name,
                    entities={k: v for k, v in told["entities"].items() if k in KINDS},
                )  # fmt: skip
            except (json.JSONDecodeError, KeyError, ValidationError) as error:
                raise SpecError(f"{path}:{at}: {error}", "Mend the line.") from error


async def extract(world: World, case: EntityCase) -> Found:
    """As a turn reads it: cleaned, in the language that the text shows."""
    text = clean(case.text)
    language = world.assistant.kit.buyer_reader.language_of(text, "en")
    return Found(entities=read_entities(text, language))


def judge(world: World, case: EntityCase, found: Found) -> Verdict:
    """Metrics are counts by set and kind."""
    read = {kind: value for kind, value in found.entities.items() if kind in KINDS}
    right = {k for k, v in read.items() if same(k, v, case.entities.get(k, ""), case.language)}
    exact = right == read.keys() == case.entities.keys()
    metrics = {f"{case.set}_messages": 1.0, f"{case.set}_exact": float(exact)}
    for kind in read.keys() | case.entities.keys():
        metrics[f"{case.set}_{kind}_right"] = float(kind in right)
        metrics[f"{case.set}_{kind}_found"] = float(kind in read)
        metrics[f"{case.set}_{kind}_labelled"] = float(kind in case.entities)
    problems = [f"read {read}, labelled {dict(case.entities)}: {case.text}"]
    return Verdict(passed=exact, metrics=metrics, problems=tuple(problems * (not exact)))


def same(kind: str, value: str, label: str, language: str) -> bool:
    """Whether a value is the labelled one."""
    if kind == "order_id":
        return order_key(value) == order_key(label)
    if kind == "country":
        code = find_country(label, language)
        return value == label or bool(code) and find_country(value, language) == code
    return value == label


def figures(counts: dict[str, float]) -> dict[str, float]:
    """Of the counts: precision, recall and number of labels by set and kind, micro F1, and the
    share of messages of which every entity is right and none is too many."""
    told: dict[str, float] = {}
    for name in SETS:
        if not (messages := counts.get(f"{name}_messages", 0.0)):
            continue
        tallies = {
            kind: [counts.get(f"{name}_{kind}_{tally}", 0.0) for tally in _TALLIES]
            for kind in KINDS
        }
        right, found, labelled = (sum(row[at] for row in tallies.values()) for at in range(3))
        told[f"{name}_messages"] = messages
        told[f"{name}_micro_f1"] = _share(2 * right, found + labelled)
        told[f"{name}_exact"] = _share(counts[f"{name}_exact"], messages)
        for kind, (good, read, there) in tallies.items():
            told[f"{name}_{kind}_precision"] = _share(good, read)
            told[f"{name}_{kind}_recall"] = _share(good, there)
            told[f"{name}_{kind}_labelled"] = there
    return told


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 1.0
