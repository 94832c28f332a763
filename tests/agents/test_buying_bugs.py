"""The guards of a buyer's yes matter: with one switched off, its attack does harm."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from buying_world import Buyer, offered, some_order, with_photos
from effect_world import World

from tradewind.base import digest
from tradewind.commerce import Order
from tradewind.effects import Vote
from tradewind.tool import ToolContext
from wiring.platform import Platform

FREE: dict[str, Any] = {"audiences": ("merchant", "buyer"), "cap_count": 50}
PHOTO, FOREIGN_PHOTO = "a" * 64, "b" * 64


def forged_hash(world: World) -> bool:
    buyer = Buyer(world, some_order(world, "pending", 1))
    world.grant("orders.cancel", "auto", **FREE)
    offer = offered(buyer.fills("orders.cancel"))
    buyer.replies(offer.model_copy(update={"hash": "0" * 64}))
    return bool(world.outside.sent)


def late_yes(world: World) -> bool:
    short = world.hands.policy.model_copy(update={"offer_minutes": 0})
    world.hands = replace(world.hands, policy=short)
    world.shop = replace(world.shop, hands=world.hands)
    buyer = Buyer(world, some_order(world, "pending", 1))
    world.grant("orders.cancel", "auto", **FREE)
    buyer.replies(offered(buyer.fills("orders.cancel")))
    return bool(world.outside.sent)


def forged_version(world: World) -> bool:
    buyer = Buyer(world, some_order(world, "pending", 1))
    return "offer" in buyer.fills("orders.cancel", seen={}).details


def foreign_order(world: World) -> bool:
    buyer = Buyer(world, some_order(world, "delivered"))
    foreign = some_order(world, "pending", 1)
    return "offer" in buyer.fills("orders.cancel", order_id=foreign.id).details


def other_arguments(world: World) -> bool:
    """Somebody changes in the ledger what the buyer has said yes to."""
    buyer = Buyer(world, some_order(world, "pending", 1))
    buyer.replies(offered(buyer.fills("orders.change_address", address="1 Elm Street, York")))
    effect, asked = world.effect(), world.asked()
    forged = {**effect.arguments, "address": "9 Thief Lane, Hull"}
    at = datetime.now(UTC)
    world.hands.ledger.amend(effect.id, forged, digest(forged), None, asked.arguments_hash, at)
    vote = Vote(by="mia", yes=True, at=at, arguments_hash=digest(forged))
    world.hands.ledger.decide(asked.id, vote, at)
    world.hands.deliver(effect.id)
    return bool(world.outside.sent)


def foreign_photo(world: World) -> bool:
    buyer = Buyer(world, some_order(world, "delivered", None))
    with_photos(world, PHOTO)
    told: dict[str, Any] = {"items": [buyer.order.lines[1].variant_id], "reason": "damaged"}
    answer = buyer.fills("orders.replace", photo=FOREIGN_PHOTO, **told)
    return answer.details.get("rule") != "replacement.photo"


def believed(context: ToolContext, order_id: str) -> Order | None:
    return context.shop.order(order_id)


def empty(_: object) -> Counter[str]:
    return Counter()


def nothing(*_: object) -> None:
    return None


def yes(*_: object) -> bool:
    return True


def no(*_: object) -> bool:
    return False


def whatever(tool: str, arguments: dict[str, Any]) -> "_Same":
    return _Same()


class _Same:
    """A hash that is like any other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


ATTACKS: list[tuple[Callable[[World], bool], str, object]] = [
    (forged_hash, "agents.buying._is_to", yes),
    (late_yes, "agents.buying._over", no),
    (forged_version, "agents.buying._check_typed", nothing),
    (foreign_order, "tools.orders.cancel.readable_order", believed),
    (other_arguments, "agents.delivery.consent_hash", whatever),
    (foreign_photo, "tools.orders.replace._shown", nothing),
]


@pytest.mark.parametrize(("attack", "guard", "bug"), ATTACKS)
def test_an_attack_comes_to_nothing(
    world: World, attack: Callable[[World], bool], guard: str, bug: object
) -> None:
    assert guard
    assert bug
    assert not attack(world)


@pytest.mark.parametrize(("attack", "guard", "bug"), ATTACKS)
def test_without_its_guard_it_does_harm(
    world: World, monkeypatch: pytest.MonkeyPatch, attack: Callable[[World], bool], guard: str,
    bug: object,
) -> None:  # fmt: skip
    parts = guard.rsplit(".", 1)
    from importlib import import_module

    monkeypatch.setattr(import_module(parts[0]), parts[1], bug)
    assert attack(world)


def test_a_photo_goes_with_its_buyer(
    platform: Platform, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zlib import compress, crc32

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + crc32(kind + data).to_bytes(4)

    head = (40).to_bytes(4) + (30).to_bytes(4) + bytes((8, 0, 0, 0, 0))
    rows = compress((b"\0" + b"\x80" * 40) * 30)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    order, photos = some_order(world, "delivered"), platform.photos("sample")
    erase = platform.database.erasure("sample").erase
    with monkeypatch.context() as patch:
        patch.setattr("stores.uploads.SqlUploads._order_seal", lambda *_: None)  # pyright: ignore
        photos.keep(order.id, "x.png", png, "visitor", datetime.now(UTC))
        patch.setattr("stores.erasure.forget_uploads", lambda *_: 0)  # pyright: ignore
        erase(order.email, datetime.now(UTC))
        assert photos.of_order(order.id)
    other = some_order(world, "pending", 1)
    photos.keep(other.id, "x.png", png, "visitor", datetime.now(UTC))
    erase(other.email, datetime.now(UTC))
    assert photos.of_order(other.id) == []
