"""Which message a request for a reply means: its order number counts in the merchant's own words,
never in the text that was pasted after them."""

import asyncio
from datetime import UTC, datetime
from itertools import count

import pytest
from agent_world import FOREIGN, FOREIGN_EMAIL, ORDER

from agents.letters.records import Draft
from agents.letters.sender import same_address
from tradewind.commerce import Message, SourceRow
from tradewind.letters import Letter
from tradewind.people import Actor, Session
from wiring.platform import Platform

_threads = count(1)
LETTER = "pasted_letters_test"
"""A buyer's letter about an order; another buyer's text is pasted."""


@pytest.fixture(scope="module", autouse=True)
def _laid_in(house: Platform) -> None:  # pyright: ignore[reportUnusedFunction]
    message = Message(
        id=LETTER, order_id=FOREIGN, sender="buyer", text="My lamp hums, what can I do?",
        at=datetime(2026, 11, 1, tzinfo=UTC),
        letter=Letter.model_validate(
            {"channel": "email", "ref": "<p1@example.com>", "address": FOREIGN_EMAIL}
        ),
    )  # fmt: skip
    house.database.shop("sample").put([SourceRow(record=message, raw={}, source="test")])


def drafted(house: Platform, said: str) -> Draft:
    actor = Actor(id="owner", audience="merchant")
    session = Session(tenant=house.tenant("sample"), actor=actor, thread=f"p{next(_threads)}")
    ended = asyncio.run(house.assistant.turn(session, house.shop("sample"), said))
    return Draft.model_validate(ended.answer.details["draft"])


@pytest.mark.parametrize("written", [FOREIGN, FOREIGN.strip("#"), FOREIGN.lower()])
def test_an_order_in_the_merchants_own_words_names_its_message(
    house: Platform, written: str
) -> None:
    made = drafted(house, f"draft a reply to the message about order {written}")
    assert made.message == LETTER
    assert same_address(made.to, FOREIGN_EMAIL)


@pytest.mark.parametrize("written", [FOREIGN, FOREIGN.strip("#")])
def test_an_order_in_the_pasted_text_names_no_message(house: Platform, written: str) -> None:
    made = drafted(house, f"what should I answer to this: Hello, where is my order {written}?")
    assert made.message != LETTER
    assert made.sender == "pasted"


def test_words_before_a_paste_name_their_message_whatever_it_tells(house: Platform) -> None:
    said = f"what should I answer to the buyer of {FOREIGN}: Hello, where is my order {ORDER}?"
    assert drafted(house, said).message == LETTER
