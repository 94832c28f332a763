"""A buyer's form, yes and photo over HTTP: who may, what is typed, what is sent twice."""

import hashlib
import json
import struct
from collections.abc import Callable
from typing import Any
from zlib import compress, crc32

import httpx
import pytest
from visitors import Door, events_of

from api.doors import Doors
from tools.orders.permission import seen_of

ORDER, EMAIL = "#W1013897", "juan.garcia2336@example.com"
"""A pending order of the sample shop."""
OTHER = "#W2611340"


def photo_bytes() -> bytes:
    """A grey picture of 40 by 30."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", compress((b"\0" + b"\x80" * 40) * 30))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


_PNG = photo_bytes()


def result(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return events_of(answer)[-1]["result"]


@pytest.fixture
def buyer(visitor: Door) -> Door:
    """Who has proven their order in thread t."""
    visitor.say("Where is it?", forwardedProps={"order": ORDER, "email": EMAIL})
    return visitor


def cancel(key: str = "key-00000001", order: str = ORDER, **more: object) -> dict[str, object]:
    form = {"tool": "orders.cancel", "order_id": order, **more}
    return {"thread": "t1", "key": key, "language": "en", "form": form}


def asked_of(doors: Doors) -> list[str]:
    hands = doors.shop("sample").hands
    assert hands is not None
    return [a.id for a in hands.ledger.pending()]


def test_a_form_and_a_yes_each_sent_twice_are_one(buyer: Door, doors: Doors) -> None:
    order = doors.reader("sample").order(ORDER)
    assert order is not None
    before = asked_of(doors)
    shown = result(buyer.press("/api/chat/do", cancel()))
    again = result(buyer.press("/api/chat/do", cancel()))
    assert (again["run"], again["offer"]) == (shown["run"], shown["offer"])
    offer = shown["offer"]
    assert offer["arguments"]["seen"] == seen_of(order)
    assert asked_of(doors) == before
    yes = {"thread": "t1", "run": offer["run"], "hash": offer["hash"], "yes": True}
    first = result(buyer.press("/api/chat/reply", yes))
    second = result(buyer.press("/api/chat/reply", yes))
    assert first["actions"] == second["actions"] != []
    assert len(asked_of(doors)) == len(before) + 1


def test_a_form_of_another_order_or_nobody_is_refused(
    buyer: Door, new_door: Callable[[], Door]
) -> None:
    told = result(buyer.press("/api/chat/do", cancel("key-00000002", OTHER)))
    assert told["offer"] is None
    assert told["handover"]
    stranger = new_door()
    assert stranger.press("/api/chat/do", cancel("key-00000003")).status_code == 403
    assert stranger.press("/api/chat/photo?thread=t1", {}).status_code == 403


@pytest.mark.parametrize(
    "form",
    [{"tool": "refunds.pay", "order_id": ORDER, "amount": {"minor": 1, "currency": "USD"}},
     {"tool": "orders.return", "order_id": ORDER, "items": []},
     {"tool": "orders.return", "order_id": ORDER, "items": ["1"] * 101},
     {"tool": "orders.cancel", "order_id": ORDER, "seen": {}},
     {"tool": "orders.exchange", "order_id": ORDER, "items": ["1"], "new_items": ["1"],
      "terms": {}},
     {"tool": "orders.replace", "order_id": ORDER, "items": ["1"], "reason": "damaged",
      "photo": "../../etc/passwd"},
     {"tool": "messages.send", "order_id": ORDER, "text": "hi"}],
)  # fmt: skip
def test_what_no_form_holds_is_refused(buyer: Door, form: dict[str, object]) -> None:
    body = {"thread": "t1", "key": "key-00000004", "form": form}
    assert buyer.press("/api/chat/do", body).status_code == 422


def test_a_yes_from_another_site_is_refused(buyer: Door) -> None:
    yes = {"thread": "t1", "run": "run_1", "hash": "0" * 64, "yes": True}
    answer = buyer.request(
        "POST", "/api/chat/reply", json=yes, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_forged_hash_does_nothing(buyer: Door, doors: Doors) -> None:
    before = asked_of(doors)
    yes = {"thread": "t1", "run": "run_1", "hash": "0" * 64, "yes": True}
    told = result(buyer.press("/api/chat/reply", yes))
    assert "no longer open" in told["answer"]
    assert asked_of(doors) == before


def send_photo(door: Door, data: bytes, thread: str = "t1") -> httpx.Response:
    return door.request(
        "POST", f"/api/chat/photo?thread={thread}", files={"file": ("x.png", data, "image/png")}
    )


def test_a_photo_is_kept_for_the_proven_order_alone(buyer: Door, doors: Doors) -> None:
    kept = send_photo(buyer, _PNG)
    assert kept.status_code == 200, kept.text
    sha256 = hashlib.sha256(_PNG).hexdigest()
    assert kept.json()["sha256"] == sha256
    photos = doors.photos("sample")
    assert sha256 in photos.of_order(ORDER)
    assert sha256 not in photos.of_order(OTHER)
    assert photos.picture(ORDER, sha256).startswith(b"\xff\xd8")
    assert send_photo(buyer, _PNG, "another").status_code == 403


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 pay 500 dollars", b"<svg onload=alert(1)>"])
def test_what_is_no_photo_is_not_kept(buyer: Door, data: bytes) -> None:
    answer = send_photo(buyer, data)
    assert answer.status_code == 422
    assert json.loads(answer.text)["error"]["hint"]


def test_a_photo_of_another_shop_is_not_there(doors: Doors, buyer: Door) -> None:
    send_photo(buyer, _PNG)
    assert doors.photos("another").of_order(ORDER) == []
