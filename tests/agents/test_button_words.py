"""The words of a button, typed: the answer that the button gives, in the conversation's language
alone."""

from typing import Any

import pytest
from buying_world import Buyer, offered, some_order
from effect_world import World

from agents import buying
from agents.saying import say
from tradewind.base import LANGUAGES, Language

FREE: dict[str, Any] = {"audiences": ("merchant", "buyer"), "cap_count": 50}
UNDERSTOOD = "en"
"""A plain yes in this language is one in every conversation (`data/assent.toml`)."""
BY_LABEL_ALONE: tuple[Language, ...] = ("ar", "de", "es", "fr", "it", "pt", "ru", "zh")
"""Where the words of the button are in no list of plain yeses."""


@pytest.fixture
def buyer(world: World) -> Buyer:
    world.grant("orders.cancel", "auto", **FREE)
    one = Buyer(world, some_order(world, "pending", 1))
    one.says("Where is it?")
    return one


def label(buyer: Buyer, language: Language, name: str) -> str:
    return say(buyer.world.assistant.kit, language, f"confirm.{name}")


def typed(words: str) -> str:
    """With other case and blanks."""
    return f"  {words.swapcase().replace(' ', '   ')}\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buttons_words_are_its_answer(buyer: Buyer, language: Language) -> None:
    offered(buyer.fills("orders.cancel", language))
    declined = buyer.says(typed(label(buyer, language, "no")), proving=False)
    assert declined.text == label(buyer, language, "declined")
    assert buyer.world.effects() == []
    offered(buyer.fills("orders.cancel", language))
    done = buyer.says(typed(label(buyer, language, "yes")), proving=False)
    assert [action.status for action in done.actions] == ["done"]
    assert done.language == language


@pytest.mark.parametrize("language", ["de", "ja", "tr"])
def test_the_words_of_another_languages_button_are_no_answer(
    buyer: Buyer, language: Language
) -> None:
    others = [one for one in LANGUAGES if one not in (language, UNDERSTOOD)]
    for other in others:
        offered(buyer.fills("orders.cancel", language))
        told = buyer.says(label(buyer, other, "yes"), proving=False)
        assert told.actions == (), other
        assert buyer.world.effects() == [], other


@pytest.mark.parametrize("language", BY_LABEL_ALONE)
def test_without_the_labels_their_words_are_none(
    buyer: Buyer, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """Planted: nobody reads the buttons."""
    monkeypatch.setattr(buying, "_label", lambda *_: None)  # pyright: ignore[reportUnknownLambdaType]
    offered(buyer.fills("orders.cancel", language))
    told = buyer.says(label(buyer, language, "yes"), proving=False)
    assert told.actions == ()
