"""What the shop's rules and its answers to frequent questions say, quoted so that it stays true."""

import asyncio

import pytest
from agent_world import Talk

from agents.engines.answer import quote
from agents.kit import Kit, Request
from agents.passages import Passage
from agents.saying import check_all
from tradewind.base import LANGUAGES, Language
from tradewind.evidence import Evidence
from wiring.platform import Platform

ANSWERED = Evidence.of(
    "faq", "faq/9", "Can I change the delivery address?",
    "Yes, as long as the order's status is pending.", language="en",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_quoted_with_its_question(kit: Kit, language: Language) -> None:
    """A "Yes" that stands alone would answer whatever was asked."""
    passage = Passage(evidence=ANSWERED, text=ANSWERED.excerpt, coverage=1.0)
    request = Request(text="コンビニ受け取りはできますか", language=language, inputs={})
    claims = quote(kit, request, passage)
    sound, problems = check_all(claims, [ANSWERED], language)
    assert not problems
    told = "".join(claim.text for claim in sound)
    assert ANSWERED.title in told
    assert ANSWERED.excerpt in told


def test_beside_the_rule_of_one_market_no_other_market_is_told(house: Platform, kit: Kit) -> None:
    buyer = Talk(house.shop("sample"), kit, "buyer")
    asked = "How many days do I have to send something back from Japan?"
    answer = asyncio.run(buyer.say(asked, "japan"))
    assert {citation.source for citation in answer.citations} == {"policy/returns-jp"}
    assert "30 days" not in answer.text
