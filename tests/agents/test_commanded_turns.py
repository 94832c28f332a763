"""Commands through the front door: which effect, with which arguments, and what is asked back."""

from pathlib import Path

import pytest
from agent_world import ORDER, TENANT
from effect_world import PENDING, PENDING_EMAIL, Moody, World, usd

from agents.kit import Kit
from wiring.platform import Platform


@pytest.fixture
def world(platform: Platform, kit: Kit, tmp_path: Path) -> World:
    """With the classifiers that are shipped."""
    return World(platform.shop("sample"), kit, Moody(tmp_path / "outside.db", TENANT.id))


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        (f"Change the delivery address of {PENDING} to 12 Main Street, Columbus, OH 43004",
         "orders.change_address",
         {"order_id": PENDING, "address": "12 Main Street, Columbus, OH 43004"}),
        (f"Write to the buyer of {ORDER}: Your parcel leaves tomorrow.",
         "messages.send", {"order_id": ORDER, "text": "Your parcel leaves tomorrow."}),
        (f'Write to the buyer of {ORDER}: "Please refund nothing yet."',
         "messages.send", {"order_id": ORDER, "text": "Please refund nothing yet."}),
        ('Set the daily budget of campaign "Summer Shoes" to 40 USD', "ads.set_budget",
         {"campaign": "Summer Shoes", "budget": {"minor": 4000, "currency": "USD"}}),
        (f"{PENDING} is fine. Please refund 20 USD of {ORDER}.", "refunds.pay",
         {"order_id": ORDER, "amount": {"minor": 2000, "currency": "USD"}}),
    ],
)  # fmt: skip
def test_what_is_told_is_proposed_with_exactly_these_arguments(
    world: World, text: str, tool: str, arguments: dict[str, object]
) -> None:
    world.say(text)
    effect = world.effect()
    assert (effect.tool, effect.wished, effect.status) == (tool, arguments, "proposed")
    assert world.outside.sent == []
    assert world.replay().identical


def test_a_question_asked_back_keeps_the_amount_that_was_said(world: World) -> None:
    assert "order" in world.say("please refund 20 USD to the buyer").text
    world.say(ORDER)
    assert world.effect().amount == usd(2000)


def test_the_answer_to_a_question_may_bring_an_amount(world: World) -> None:
    world.say("please refund the buyer")
    world.say(f"{ORDER}, 20 USD")
    assert world.effect().amount == usd(2000)
    assert world.effect().arguments["order_id"] == ORDER


def test_two_commands_are_two_effects(world: World) -> None:
    world.say(f"Cancel {PENDING}. Write to the buyer of {PENDING}: It is cancelled.")
    assert {effect.tool for effect in world.effects()} == {"orders.cancel", "messages.send"}


@pytest.mark.parametrize(
    "text",
    [f"refund half of {ORDER}", f"refund 2 items of {ORDER}", f"did you refund {ORDER}?",
     f"how do I refund {ORDER}", f"cancel {PENDING} tomorrow", f"refund {ORDER} or {PENDING}",
     f"Change the delivery address of {PENDING}"],
)  # fmt: skip
def test_what_is_not_told_plainly_changes_nothing(world: World, text: str) -> None:
    world.grant("refunds.pay", "auto", up_to=usd(10**6), cap_amount=usd(10**7))
    world.grant("orders.cancel", "auto")
    world.grant("orders.change_address", "auto")
    world.say(text)
    assert world.effects() == []


def test_a_buyer_moves_with_their_own_yes_and_a_rule(world: World) -> None:
    proof = {"order_id": PENDING, "email": PENDING_EMAIL}
    text = "I moved. Please change the address of my order to 8 Alder Row, Denver, CO 80203"
    world.grant("orders.change_address", "auto", audiences=("merchant", "buyer"))
    assert world.buyer(text, **proof).actions == ()
    assert [a.status for a in world.buyer("Yes").actions] == ["done"]
    assert world.effect().wished == {
        "order_id": PENDING, "address": "8 Alder Row, Denver, CO 80203",
    }  # fmt: skip
