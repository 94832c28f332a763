"""Whose a buyer's photo is: of the order that was proven when it came. Another buyer who names it
hears what is said of a photo that nobody sent."""

import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from test_doing import EMAIL, ORDER, photo_bytes, result, send_photo
from visitors import Door

from agents.photos import PhotoRoom
from api.doors import Doors
from tradewind.commerce import Order
from wiring.platform import ROOT

PNG = photo_bytes()
MINE = hashlib.sha256(PNG).hexdigest()
NOBODYS = "0" * 64


def delivered(doors: Doors) -> tuple[Order, str]:
    """An order that has arrived, and the e-mail of its buyer."""
    db = json.loads(gzip.decompress((ROOT / "data" / "retail" / "db.json.gz").read_bytes()))
    for id_, told in db["orders"].items():
        order = doors.reader("sample").order(id_)
        if order and order.status == "delivered" and order.id != ORDER:
            return order, db["users"][told["user_id"]]["email"]
    raise AssertionError("none has arrived")


@pytest.fixture
def other(new_door: Callable[[], Door], doors: Doors) -> tuple[Door, Order]:
    """Another buyer, who has proven a delivered order of their own."""
    order, email = delivered(doors)
    door = new_door()
    door.say("Where is it?", forwardedProps={"order": order.id, "email": email})
    return door, order


def named(door: Door, order: Order, sha256: str, n: int) -> dict[str, Any]:
    form = {"tool": "orders.replace", "order_id": order.id, "reason": "damaged",
            "items": [order.lines[0].variant_id], "photo": sha256}  # fmt: skip
    body = {"thread": "t1", "key": f"key-photo-{n:04}", "language": "en", "form": form}
    told = result(door.press("/api/chat/do", body))
    return {name: told[name] for name in ("answer", "offer", "handover", "actions")}


def test_another_buyer_hears_of_it_what_is_said_of_none(
    visitor: Door, other: tuple[Door, Order], doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.say("Where is it?", forwardedProps={"order": ORDER, "email": EMAIL})
    assert send_photo(visitor, PNG).status_code == 200
    door, order = other
    refused = named(door, order, NOBODYS, 1)
    assert "photo" in refused["answer"]
    assert named(door, order, MINE, 2) == refused
    assert MINE not in doors.photos("sample").of_order(order.id)
    monkeypatch.setattr(PhotoRoom, "of_order", lambda *_: [MINE])  # pyright: ignore
    assert named(door, order, MINE, 3) != refused, "the bug: a photo is the whole shop's"
