"""What was done outside is in the shop's own records, once, whoever dies in between."""

from dataclasses import replace

import pytest
from agent_world import TENANT
from effect_world import PENDING, World
from pydantic import JsonValue

from agents.books import Books
from connectors.sandbox import Sandbox
from tools import collect_tools
from tradewind.commerce import Order
from tradewind.errors import BackendError, ToolFailed
from wiring.platform import Platform


@pytest.fixture
def kept(world: World, platform: Platform) -> World:
    """The world with the shop's books."""
    books = Books(collect_tools(), platform.database.shop(TENANT.id))
    world.hands = replace(world.hands, books=books)
    world.shop = replace(world.shop, hands=world.hands)
    return world


def order(world: World) -> Order:
    found = world.shop.reader.order(PENDING)
    assert found is not None
    return found


def test_the_next_turn_sees_what_was_done(kept: World) -> None:
    kept.say(f"cancel order {PENDING}")
    assert order(kept).status == "pending"
    kept.decide()
    assert order(kept).status == "cancelled"
    assert [c.effect for c in order(kept).changes] == [kept.effect().id]
    again = kept.say(f"cancel order {PENDING}")
    assert again.actions == ()
    assert kept.effects() == []


def test_what_fails_outside_is_not_entered(kept: World) -> None:
    before = order(kept)
    kept.say(f"cancel order {PENDING}")
    kept.outside.mood = "refuses"
    kept.decide()
    assert kept.effect().status == "failed"
    assert order(kept) == before


def test_a_lost_answer_is_entered_when_it_was_looked_up(kept: World) -> None:
    kept.say(f"cancel order {PENDING}")
    kept.outside.mood = "loses its answer"
    kept.decide()
    assert kept.effect().status == "done"
    assert order(kept).status == "cancelled"


def test_what_a_person_settles_as_done_is_entered(kept: World) -> None:
    import asyncio

    kept.say(f"cancel order {PENDING}")
    kept.outside.mood = "loses all answers"
    kept.decide()
    effect = kept.effect()
    assert (effect.status, order(kept).status) == ("unknown", "pending")
    asyncio.run(kept.desk.settle(kept.session(), kept.shop, effect.id, done=True, note="seen"))
    assert order(kept).status == "cancelled"


def test_a_worker_that_dies_before_the_entry_leaves_it_to_the_next(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.say(f"cancel order {PENDING}")

    def die(*_: object) -> None:
        raise BackendError("the store is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(Books, "enter", die)
        kept.decide()
    assert kept.effect().status == "sending"
    assert order(kept).status == "pending"
    done = kept.hands.settle(kept.effect())
    assert (done.status, order(kept).status) == ("done", "cancelled")
    assert len(set(kept.outside.sent)) == 1


def test_a_version_is_good_for_one_effect_outside(kept: World) -> None:
    sandbox: Sandbox = kept.outside.sandbox
    told: dict[str, JsonValue] = {"order_id": PENDING, "seen": {f"order/{PENDING}": "v1"}}
    sandbox.send("ef_1", "orders.cancel", told)
    sandbox.send("ef_1", "orders.cancel", told)
    with pytest.raises(ToolFailed, match="changed by another effect"):
        sandbox.send("ef_2", "orders.change_address", {**told, "address": "x"})
    assert sandbox.find("ef_2", "", {}) is None
