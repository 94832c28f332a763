"""Entities: what is read out of buyers' messages, over the labelled messages and a set kept aside.

A value is right when it is the labelled one as written; a country, when it is the same one; an
order number, with or without its sign. Of several values of a kind in a message the first counts,
of several countries the first that nothing says to be an origin. A case is what one file holds of
one language: a case for each message takes inspect-ai minutes.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agents.entities import order_key
from agents.places import find_country
from agents.reading import clean, read_entities
from evals.records import EntityCase, EntitySet, LabelledMessage, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.base import LANGUAGES, Record
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
COUNTS = tuple(
    [f"{name}_{what}" for name in SETS for what in ("messages", "exact")]
    + [f"{name}_{kind}_{tally}" for name in SETS for kind in KINDS for tally in _TALLIES]
)


class Found(Record):
    """The entities that were read of each message, by kind."""

    entities: tuple[dict[str, str], ...]


def entities_suite() -> Suite[EntityCase, Found]:
    cases = tuple(case for name in SETS for case in read_labels(name))
    return Suite(
        name="entities", cases=cases, outcome=Found, carry_out=extract, judge=judge,
        counts=frozenset(COUNTS), taped=False, derive=figures,
    )  # fmt: skip


def read_labels(name: EntitySet, folder: Path = FOLDER) -> Iterator[EntityCase]:
    """The labelled messages of a set. Raises SpecError naming file and line."""
    for path in sorted((folder / SETS[name]).glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        told = [_read(path, at, line) for at, line in enumerate(lines, 1)]
        for language in LANGUAGES:
            messages = tuple(message for spoken, message in told if spoken == language)
            if messages:
                id = f"{name}-{path.stem}-{language}"
                yield EntityCase(id=id, language=language, set=name, messages=messages)


def _read(path: Path, at: int, line: str) -> tuple[str, LabelledMessage]:
    try:
        told = json.loads(line)
        entities = {k: v for k, v in told["entities"].items() if k in KINDS}
        return told["lang"], LabelledMessage(id=told["id"], text=told["text"], entities=entities)
    except (json.JSONDecodeError, KeyError, ValidationError) as error:
        raise SpecError(f"{path}:{at}: {error}", "Mend the line.") from error


async def extract(world: World, case: EntityCase) -> Found:
    """As a turn reads it: cleaned, in the language that the text shows."""
    reader = world.assistant.kit.buyer_reader
    texts = [clean(message.text) for message in case.messages]
    return Found(
        entities=tuple(read_entities(text, reader.language_of(text, "en")) for text in texts)
    )


def judge(world: World, case: EntityCase, found: Found) -> Verdict:
    """Metrics are counts by set and kind."""
    counts, problems = dict.fromkeys(COUNTS, 0.0), list[str]()
    for message, entities in zip(case.messages, found.entities, strict=True):
        read = {kind: value for kind, value in entities.items() if kind in KINDS}
        if not tally(case, message, read, counts):
            told = f"{message.id}: read {read}, labelled {message.entities}: {message.text}"
            problems.append(told)
    return Verdict(passed=not problems, metrics=counts, problems=tuple(problems))


def tally(
    case: EntityCase, message: LabelledMessage, read: dict[str, str], counts: dict[str, float]
) -> bool:
    """Count one message; whether all that stands in it was read, and nothing else."""
    labels = message.entities
    right = {k for k, v in read.items() if same(k, v, labels.get(k, ""), case.language)}
    exact = right == read.keys() == labels.keys()
    counts[f"{case.set}_messages"] += 1
    counts[f"{case.set}_exact"] += exact
    for tallied, kinds in zip(_TALLIES, (right, read.keys(), labels.keys()), strict=True):
        for kind in kinds:
            counts[f"{case.set}_{kind}_{tallied}"] += 1
    return exact


def same(kind: str, value: str, label: str, language: str) -> bool:
    """Whether a value is the labelled one."""
    if kind == "order_id":
        return order_key(value) == order_key(label)
    if kind == "country":
        code = find_country(label, language)
        return value == label or (bool(code) and find_country(value, language) == code)
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
