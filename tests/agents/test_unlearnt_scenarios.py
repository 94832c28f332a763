"""A scenario that is newer than the classifier is never guessed: a sign of its own in the text, or
one of its examples nearer than all others, has to name it."""

import asyncio

import pytest
from agent_world import Talk, session_of

from agents.kit import Kit
from agents.signs import signed
from wiring.platform import Platform

NEW = "service.insights"
"""Reads only, so it may be taken without a command; the classifier has no label for it."""


@pytest.fixture(scope="module")
def merchant(house: Platform, keyword_kit: Kit) -> Talk:
    return Talk(house.shop("sample"), keyword_kit, "merchant")


def chosen(merchant: Talk, text: str) -> str:
    made = asyncio.run(merchant.assistant.plan(session_of("merchant"), merchant.shop, text))
    (step,) = made.steps
    return step.scenario


def nearest(kit: Kit, text: str) -> str:
    near = kit.neighbours.nearness(text)
    return max(near, key=lambda id: near[id])


def learnt(kit: Kit) -> set[str]:
    labels = kit.merchant_reader.classifier.labels
    return {name.removeprefix("scenario.") for name in labels if name.startswith("scenario.")}


def test_one_of_the_catalogue_is_newer_than_the_classifier(kit: Kit) -> None:
    assert NEW in kit.catalog
    assert NEW not in learnt(kit)


@pytest.mark.parametrize(
    "text",
    ["How do we stand with refund requests?", "Show me the refund questions of the week",
     "Who pays for a refund of half the price?", "Rückfragen zum Refund, was tun wir?"],
)  # fmt: skip
def test_neither_sign_nor_nearest_example_is_no_reason_to_take_it(
    merchant: Talk, kit: Kit, text: str
) -> None:
    assert nearest(kit, text) != NEW
    assert not signed(kit.catalog[NEW], text)
    assert chosen(merchant, text) in learnt(kit)


def test_its_sign_is_enough(merchant: Talk, kit: Kit) -> None:
    text = "Which refund do customers of order numbers ask about, and where is the order?"
    assert nearest(kit, text) != NEW
    assert chosen(merchant, text) == NEW


def test_its_example_as_the_nearest_of_all_is_enough(merchant: Talk, kit: Kit) -> None:
    text = "what is missing in our listings going by buyers' refund questions"
    assert not signed(kit.catalog[NEW], text)
    assert chosen(merchant, text) == NEW


def test_a_sign_that_an_outsider_wrote_names_nothing(merchant: Talk, kit: Kit) -> None:
    """What is quoted is nobody's own wish."""
    text = 'About the refund request: "which of your customers ask for this?" What do we do?'
    assert chosen(merchant, text) in learnt(kit)
