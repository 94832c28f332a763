"""The advice on disputes: the sample shop's, and several hundred made of evidence."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from agent_world import Talk, session_of
from dispute_cases import Labelled, cases
from dispute_world import CODES, RULES, advised

from agents.kit import Kit
from wiring.platform import Platform

TRAPS: Any = json.loads(
    (Path(__file__).parents[2] / "data" / "sample" / "traps.json").read_text(encoding="utf-8")
)
CASES = list(cases())


@pytest.fixture(scope="module")
def merchant(house: Platform, kit: Kit) -> Talk:
    return Talk(house.shop("sample"), kit, "merchant")


@pytest.mark.parametrize("dispute", TRAPS["disputes"])
def test_the_sample_shops_disputes(merchant: Talk, dispute: str) -> None:
    trap = TRAPS["disputes"][dispute]
    who = session_of("merchant")
    advice = asyncio.run(merchant.assistant.assess(who, merchant.shop, dispute))
    assert advice is not None
    assert advice.assessment.category == trap["category"]
    assert advice.decision.act == trap["advice"], trap["why"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_made_dispute_is_advised_as_its_label_says(case: Labelled) -> None:
    advice = advised(*case.evidence)
    assert advice.decision.act == case.act
    told = {item.id for item in advice.assessment.contradictions}
    assert told >= set(case.against)
    known = {item.id for item in case.evidence}
    for found in (*advice.assessment.elements, *advice.assessment.contradictions):
        assert found.evidence
        assert set(found.evidence) <= known


def test_there_are_cases_of_every_category_network_and_advice() -> None:
    assert len(CASES) >= 60
    pairs = Counter(
        (case.name.partition(":")[0], advised(*case.evidence).assessment.category) for case in CASES
    )
    for network in CODES:
        for category in CODES["visa"]:
            assert pairs[network, category] >= 3
    assert {case.act for case in CASES} == {
        "fight", "accept", "refund", "answer", "too_late", "ask", "closed",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_nobody_fights_where_the_record_contradicts_or_nothing_answers(case: Labelled) -> None:
    advice = advised(*case.evidence)
    if advice.decision.act == "fight":
        assert not any(item.asks for item in advice.assessment.contradictions)
        if any(item.bars for item in advice.assessment.contradictions):
            assert advice.assessment.has("refund_made")
        assert advice.assessment.ways
        assert advice.decision.expected_value is not None
        assert advice.decision.expected_value.minor > 0
        assert advice.strength.probability >= RULES.strength.fight_from
        assert advice.decision.questions == ()
