"""Which passage answers a question: the order that they are tried in, and the real probe."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from models.catalog import WeightCatalog
from models.engine import LocalEngine
from models.hidden import HiddenStates
from models.minilm import MiniLM
from models.pull import place, present
from models.reranker import TRIED, UNTRIED, HiddenReranker, Probe, joined, nearest
from tradewind.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
PROBE = ROOT / "data" / "classifiers" / "reranker.npz"
QUESTION = "How far does the camera see in the dark?"
LINES = (
    "Indoor Camera: warranty: 24 months",
    "Indoor Camera: night vision: 10 m, infrared",
    "Indoor Camera: in the box: camera, cable, wall plate",
)


class Words:
    """Vectors of the words dark, camera, night; it keeps what it was asked."""

    name, dimension, languages = "words", 3, frozenset[str]()

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        self.asked += texts
        return [[float(w in t.casefold()) for w in ("dark", "camera", "night")] for t in texts]


def probe() -> Probe:
    """Sure of what speaks of the night."""
    return Probe({
        "source": np.array("words"), "centres": np.zeros((2, 3)), "weights": np.array([0, 0, 4.0]),
        "bias": np.array([-1.0, -3.0]),
    })  # fmt: skip


def test_the_nearest_are_tried_and_the_others_are_not() -> None:
    last = Words()
    lines = [*LINES, "a kettle", "a dark night camera"]
    scores = HiddenReranker(Words(), last, probe()).score(QUESTION, lines)
    assert len(last.asked) == TRIED
    assert last.asked[0] == joined(QUESTION, "a dark night camera")
    assert scores.count(UNTRIED) == len(lines) - TRIED
    assert scores[4] > 0


def test_nothing_is_asked_about_no_passages() -> None:
    last = Words()
    assert HiddenReranker(Words(), last, probe()).score(QUESTION, []) == []
    assert nearest(Words(), QUESTION, []) == []
    assert last.asked == []


def test_a_probe_that_is_none_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "probe.npz").write_bytes(b"no archive")
    with pytest.raises(SpecError, match="make classifiers"):
        Probe.read(tmp_path / "probe.npz")


def test_a_foreign_question_is_read_as_asked_and_in_translation() -> None:
    last, lines = Words(), [*LINES, "a night kettle"]
    scores = HiddenReranker(Words(), last, probe()).score("bei Nacht?", lines, "night kettle?")
    read = [joined(asked, "a night kettle") for asked in ("bei Nacht?", "night kettle?")]
    assert set(read) < set(last.asked)
    assert scores[3] == (1.0 + 3.0) / 2  # each by its own bias


def test_what_does_not_answer_as_asked_is_not_asked_again() -> None:
    last = Words()
    (score,) = HiddenReranker(Words(), last, probe()).score("Farbe?", ["a dark kettle"], "colour?")
    assert score == -3.0
    assert len(last.asked) == 1


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(context=512)
    yield engine
    engine.close()


@pytest.fixture
def reranker(engine: LocalEngine, model_folder: Path) -> HiddenReranker:
    catalog = WeightCatalog.shipped()
    needed = ("qwen2.5-coder-1.5b-instruct", "minilm-l6-v2-int8", "minilm-l6-v2-tokenizer")
    if not all(present(catalog[name], model_folder) for name in needed):
        pytest.skip("weight files are missing")
    gguf, model, words = (place(catalog[name], model_folder) for name in needed)
    last = HiddenStates(engine, gguf, "qwen", pooling="last")
    return HiddenReranker(MiniLM(model, words), last, Probe.read(PROBE))


@pytest.mark.model
def test_the_real_one_tells_what_answers_from_what_does_not(reranker: HiddenReranker) -> None:
    scores = reranker.score(QUESTION, LINES)
    assert scores.index(max(scores)) == 1
    assert scores[1] > 0
    assert max(reranker.score("Can I rent the camera for a week?", LINES)) < 0


@pytest.mark.model
def test_a_text_has_one_state_whatever_was_asked_before(reranker: HiddenReranker) -> None:
    alone = reranker.last.embed([joined(QUESTION, LINES[1])])[0]
    later = reranker.last.embed([joined(QUESTION, line) for line in LINES])[1]
    assert np.allclose(alone, later, atol=1e-4)
