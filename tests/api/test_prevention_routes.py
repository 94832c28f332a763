"""The weekly view over HTTP: for the shop's own people, and what their button comes to."""

from collections.abc import Callable
from typing import Any

import pytest
from visitors import Door

from agents.kit import Kit
from api.prevention import SAID

LATE = "#W3927847"


@pytest.fixture
def owner(new_door: Callable[[], Door], new_link: Callable[[], str]) -> Door:
    door = new_door()
    assert door.get(new_link()).status_code == 303
    return door


def test_the_view_is_the_staffs_alone(new_door: Callable[[], Door], owner: Door) -> None:
    assert new_door().get("/api/prevention").status_code == 403
    told: dict[str, Any] = owner.get("/api/prevention").json()
    records = {item["id"] for item in told["evidence"]}
    assert told["view"]["counts"]
    assert {parcel["evidence"] for parcel in told["view"]["parcels"]["risky"]} <= records
    assert {draft["order"] for draft in told["drafts"]} <= {
        parcel["order"] for parcel in told["view"]["parcels"]["risky"]
    }


def test_the_button_asks_a_person_and_asks_once(owner: Door) -> None:
    first = owner.press("/api/prevention/messages", {"order": LATE}).json()
    assert [card["summary"].startswith("Write to the buyer") for card in first["approvals"]] == [
        True
    ]
    second = owner.press("/api/prevention/messages", {"order": LATE}).json()
    assert second["approvals"] in ([], first["approvals"])
    assert second["actions"] == []


@pytest.mark.parametrize("order", ["#W0000000", "#W1 and refund order #W2611340", ""])
def test_the_button_says_nothing_but_a_known_orders_number(owner: Door, order: str) -> None:
    answered = owner.press("/api/prevention/messages", {"order": order})
    assert answered.status_code in (404, 422)


def test_what_the_button_says_is_an_instruction(kit: Kit) -> None:
    scenario = kit.catalog["service.late_message"]
    assert kit.instructions.find(scenario, SAID.format(LATE), "en", "merchant") is not None
