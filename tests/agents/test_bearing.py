"""The line of a record that answers: quoted where the reranker is sure, else nothing is."""

import asyncio
from collections.abc import Sequence

import pytest
from agent_world import session_of

from agents.bearing import Borne, bear
from agents.journal import Journal
from agents.run import Road, Run
from agents.turns import Shop
from tradewind.errors import BackendError
from tradewind.evidence import Evidence
from tradewind.tool import ToolContext
from wiring.platform import Platform

RECORD = Evidence(
    id="e1", source="product/1", kind="product", title="Camera", language="en",
    excerpt="night vision: 10 m. warranty: 24 months. in the box: camera, cable",
)  # fmt: skip
QUESTION = "How far does it see in the dark?"


@pytest.fixture
def shop(house: Platform) -> Shop:
    return house.shop("sample")


class Scores:
    """A reranker whose scores are written down."""

    name = "scores"

    def __init__(self, *scores: float) -> None:
        self.scores, self.asked = list(scores), list[Sequence[str]]()

    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
        self.asked.append(passages)
        return self.scores[: len(passages)]


class Broken(Scores):
    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
        raise BackendError("scores is away")


def run_with(shop: Shop, reranker: Scores | None) -> Run:
    context = ToolContext(session=session_of("buyer"), shop=shop.reader)
    return Run(Journal("r"), Road({}, {}, None, reranker=reranker), context, lambda _: None)


def judged(shop: Shop, reranker: Scores | None, *records: Evidence) -> Borne | None:
    return asyncio.run(bear(run_with(shop, reranker), QUESTION, QUESTION, records or (RECORD,)))


def test_the_surest_line_is_told(shop: Shop) -> None:
    borne = judged(shop, Scores(-1.0, 0.4, 0.2))
    assert borne is not None
    assert borne.passage is not None
    assert borne.passage.text.startswith("warranty: 24 months")
    assert borne.passage.evidence.source == "product/1"


def test_no_line_is_told_where_none_is_sure(shop: Shop) -> None:
    assert judged(shop, Scores(-0.1, -3.0, 0.0)) == Borne(passage=None)


def test_the_title_stands_beside_each_line(shop: Shop) -> None:
    reranker = Scores(0, 0, 0)
    judged(shop, reranker)
    assert all(passage.startswith("Camera: ") for passage in reranker.asked[0])


def test_a_line_that_stands_in_two_records_is_judged_once(shop: Shop) -> None:
    reranker = Scores(0.5, 0, 0, 0)
    again = RECORD.model_copy(update={"source": "product/2", "title": "Another camera"})
    borne = judged(shop, reranker, RECORD, again)
    assert len(reranker.asked[0]) == 3
    assert borne is not None
    assert borne.passage is not None
    assert borne.passage.evidence.source == "product/1"


def test_other_languages_are_not_judged(shop: Shop) -> None:
    german = RECORD.model_copy(update={"language": "de"})
    assert judged(shop, Scores(1.0), german) is None


def test_without_a_reranker_nothing_is_judged(shop: Shop) -> None:
    assert judged(shop, None) is None


def test_a_model_that_fails_is_gone_without(shop: Shop) -> None:
    run = run_with(shop, Broken())
    assert asyncio.run(bear(run, QUESTION, QUESTION, (RECORD,))) is None
    assert run.journal.spans[-1].error is not None


def test_scores_are_recorded_as_they_came(shop: Shop) -> None:
    run = run_with(shop, Scores(0.25, -2.0))
    assert asyncio.run(run.bearing(QUESTION, ["a", "b"], "")) == [0.25, -2.0]
    (span,) = run.journal.spans
    assert (span.kind, span.name, span.response) == ("model", "scores", [0.25, -2.0])
    assert span.request == {"question": QUESTION, "english": "", "passages": ["a", "b"]}
