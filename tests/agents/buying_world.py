"""A buyer before the sample shop: orders of the retail data in every state, forms, their yes."""

import asyncio
import gzip
import json
from dataclasses import replace
from typing import Any

from effect_world import World

from agents.buying import offer_in
from agents.events import Answer, Offer
from agents.recording import Doing, Replying
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import Order, OrderStatus
from wiring.platform import ROOT


class Buyer:
    """One conversation with a proven order."""

    def __init__(self, world: World, order: Order, thread: str = "") -> None:
        self.world = world
        self.order = order
        self.thread = thread or world.thread

    def says(self, text: str, *, proving: bool = True) -> Answer:
        self.world.thread = self.thread
        given = {"order_id": self.order.id, "email": self.order.email} if proving else {}
        return self.world.buyer(text, **given)

    def fills(self, tool: str, language: Language = "en", **arguments: Any) -> Answer:
        told: dict[str, Any] = {"order_id": self.order.id, **arguments}
        return self._turn("form", form=Doing(tool=tool, arguments=told, language=language))

    def replies(self, offer: Offer, *, yes: bool = True, run: str | None = None) -> Answer:
        reply = Replying(offered=offer.run, hash=offer.hash, yes=yes)
        return self._turn("yes", reply=reply, run=run)

    def _turn(
        self, text: str, *, form: Doing | None = None, reply: Replying | None = None,
        run: str | None = None,
    ) -> Answer:  # fmt: skip
        world = self.world
        world.thread = self.thread
        session = world.session("visitor", "buyer").model_copy(
            update={"verified_order": self.order.id}
        )

        async def turn() -> Answer:
            accepted = await world.assistant.accept(
                session, world.shop, text, run_id=run, form=form, reply=reply
            )
            ended = await world.assistant.answer(accepted)
            world.run = ended.run
            return ended.answer

        return asyncio.run(turn())


def offered(answer: Answer) -> Offer:
    found = offer_in(answer)
    assert found is not None, answer.text
    return found


def some_order(world: World, status: OrderStatus, lines: int | None = None) -> Order:
    """The first order of the shop in that state, of so many lines."""
    db = json.loads(gzip.decompress((ROOT / "data" / "retail" / "db.json.gz").read_bytes()))
    for id_ in db["orders"]:
        order = world.shop.reader.order(id_)
        fits = order is not None and order.status == status
        if order and fits and (lines is None or len(order.lines) == lines):
            user = db["users"][db["orders"][id_]["user_id"]]
            return order.model_copy(update={"email": order.email or user["email"]})
    raise AssertionError(f"no {status} order")


def with_photos(world: World, *shas: str) -> None:
    class Held:
        def of_order(self, order_id: str) -> tuple[str, ...]:
            return shas

    world.shop = replace(world.shop, photos=Held())


__all__ = ["LANGUAGES", "Buyer", "offered", "some_order", "with_photos"]
