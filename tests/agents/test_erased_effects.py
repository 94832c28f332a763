"""Effects whose person is erased: what waits is rejected, what was sent is looked up by its id."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from agent_world import TENANT
from effect_world import PENDING, PENDING_EMAIL, Moody, World

from agents.kit import Kit
from stores.ledger_rows import PARKED
from tradewind.errors import InvalidInput
from tradewind.trace import is_erased
from wiring.platform import Platform


@pytest.mark.parametrize(
    ("keyed", "asked", "status"),
    [(True, True, "done"), (False, True, "done"), (True, False, "unknown"),
     (False, False, "unknown")],
)  # fmt: skip
def test_what_was_unknown_when_its_person_was_erased(
    platform: Platform, keyword_kit: Kit, tmp_path: Path, keyed: bool, asked: bool, status: str
) -> None:
    outside = Moody(tmp_path / "other.db", TENANT.id, keyed=keyed, asked=asked)
    world = World(platform.shop("sample"), keyword_kit, outside)
    world.grant("orders.cancel", "auto", audiences=("merchant", "buyer"))
    outside.mood = "loses all answers"
    world.buyer("Please cancel it", order_id=PENDING, email=PENDING_EMAIL)
    world.buyer("Yes")
    assert world.effect().status == "unknown"
    platform.database.erasure(TENANT.id).erase(PENDING_EMAIL, datetime.now(UTC))
    assert is_erased(world.effect().arguments)
    outside.mood, sent = "", list(outside.sent)
    found = world.recover()
    assert (found.settled, found.parked) == ((1, 0) if status == "done" else (0, 1))
    effect = world.effect()
    assert (effect.status, outside.sent) == (status, sent)
    assert PENDING_EMAIL not in effect.model_dump_json()
    if status == "unknown":
        assert effect.error == PARKED
    else:
        assert is_erased(effect.receipt)


def test_what_was_not_sent_when_its_person_was_erased_is_rejected(
    platform: Platform, world: World
) -> None:
    world.grant("orders.cancel", "ask", audiences=("merchant", "buyer"))
    world.buyer("Please cancel it", order_id=PENDING, email=PENDING_EMAIL)
    world.buyer("Yes")
    asked = world.asked()
    platform.database.erasure(TENANT.id).erase(PENDING_EMAIL, datetime.now(UTC))
    assert world.effect().status == "rejected"
    with pytest.raises(InvalidInput, match="already rejected"):
        asyncio.run(world.desk.decide(world.session(), world.shop, asked.id, yes=True))
    world.recover()
    assert world.outside.sent == []
