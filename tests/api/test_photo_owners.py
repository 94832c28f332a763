"""Whose a buyer's photo is: of the order that was proven when it came. Another buyer who names it
hears what is said of a photo that nobody sent."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from test_doing import EMAIL, ORDER, photo_bytes, result, send_photo
from visitors import Door

from api.doors import Doors

PNG = photo_bytes()
MINE = hashlib.sha256(PNG).hexdigest()
NOBODYS = "0" * 64


@pytest.fixture
def other(new_door: Callable[[], Door], doors: Doors) -> tuple[Door, str]:
    """Another buyer, who has proven a delivered order of their own."""
    reader = doors.reader("sample")
    order = reader.order("#W2611340")
    assert order is not None
    customer = reader.customer(order.customer_id)
    email = order.email or (customer.email if customer else "")
    door = new_door()
    door.say("Where is it?", forwardedProps={"order": order.id, "email": email})
    return door, order.id


def named(door: Door, order: str, sha256: str, n: int) -> dict[str, Any]:
    form = {"tool": "orders.replace", "order_id": order, "items": ["x"], "reason": "damaged",
            "photo": sha256}  # fmt: skip
    body = {"thread": "t1", "key": f"key-photo-{n:04}", "language": "en", "form": form}
    told = result(door.press("/api/chat/do", body))
    return {name: told[name] for name in ("answer", "offer", "handover", "actions")}


def test_another_buyer_hears_of_it_what_is_said_of_none(
    visitor: Door, other: tuple[Door, str], doors: Doors
) -> None:
    visitor.say("Where is it?", forwardedProps={"order": ORDER, "email": EMAIL})
    assert send_photo(visitor, PNG).status_code == 200
    door, order = other
    assert named(door, order, MINE, 1) == named(door, order, NOBODYS, 2)
    assert MINE not in doors.photos("sample").of_order(order)
