"""A shop of one's own in which effects happen: an outside that can be told how to behave."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from agent_world import TENANT, road
from pydantic import JsonValue

from agents.assistant import Assistant
from agents.delivery import Hands
from agents.desk import Decided, Desk
from agents.events import Answer
from agents.grants import Wanted
from agents.kit import Kit
from agents.replay import Replay, replay
from agents.resuming import Recovered, recover
from agents.turns import Shop
from connectors.sandbox import Sandbox
from tradewind.base import Money
from tradewind.effects import Approval, Effect
from tradewind.errors import BackendTimeout, ToolFailed
from tradewind.people import Actor, Audience, Session
from tradewind.ports.outside import Receipt
from tradewind.trace import Run

PENDING, PENDING_EMAIL = "#W1013897", "juan.garcia2336@example.com"
"""An order that has not been shipped, and the e-mail it was placed with."""
_threads = count(1)


class Moody:
    """An outside whose answers get lost, or that refuses, as `mood` says."""

    def __init__(self, path: Path, tenant: str, *, keyed: bool = True, asked: bool = True) -> None:
        self.sandbox = Sandbox(path, tenant, keyed=keyed, asked=asked)
        self.mood = ""
        self.sent: list[str] = []

    @property
    def keyed(self) -> bool:
        return self.sandbox.keyed

    @property
    def asked(self) -> bool:
        return self.sandbox.asked

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        self.sent.append(key)
        if self.mood == "refuses":
            raise ToolFailed("the card was closed.")
        if self.mood == "is down":
            raise BackendTimeout("the outside did not answer.")
        receipt = self.sandbox.send(key, tool, arguments)
        if self.mood in ("loses its answer", "loses all answers"):
            self.mood = "" if self.mood == "loses its answer" else self.mood
            raise BackendTimeout("the answer was lost.")
        return receipt

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        if self.mood in ("is down", "loses all answers"):
            raise BackendTimeout("the outside did not answer.")
        seen = self.sandbox.find(key, tool, arguments)
        if seen is not None and self.mood == "does otherwise":
            return seen.model_copy(update={"state": {**seen.state, "order_id": "#W0000000"}})
        return None if self.mood == "forgets" else seen


class World:
    """The sample shop with its own store, people who decide, and a moody outside."""

    def __init__(self, shop: Shop, kit: Kit, outside: Moody) -> None:
        assert shop.hands is not None
        self.hands: Hands = replace(shop.hands, outside=outside)
        self.shop = replace(shop, hands=self.hands)
        self.outside = outside
        self.assistant = Assistant(kit, road())
        self.desk = Desk(self.assistant)
        self.thread = f"effects{next(_threads)}"
        self.run = ""

    def session(self, who: str = "mia", audience: Audience = "merchant") -> Session:
        return Session(tenant=TENANT, actor=Actor(id=who, audience=audience), thread=self.thread)

    def say(self, text: str, who: str = "mia") -> Answer:
        ended = asyncio.run(self.assistant.turn(self.session(who), self.shop, text))
        self.run = ended.run
        return ended.answer

    def buyer(self, text: str, **given: str) -> Answer:
        session = self.session("visitor", "buyer")
        ended = asyncio.run(self.assistant.turn(session, self.shop, text, given=given))
        self.run = ended.run
        return ended.answer

    def asked(self) -> Approval:
        (asked,) = self.hands.ledger.pending(self.thread)
        return asked

    def decide(
        self, yes: bool = True, by: str = "mia", reason: str = "", **arguments: JsonValue
    ) -> Decided:
        return asyncio.run(self.desk.decide(
            self.session(by), self.shop, self.asked().id, yes=yes, reason=reason,
            arguments=arguments or None,
        ))  # fmt: skip

    def recover(self) -> Recovered:
        return asyncio.run(recover(self.assistant, TENANT, self.shop))

    def grant(self, tool: str, mode: str, **more: object) -> None:
        given = {"cap_count": 50, "expires_at": datetime.now(UTC) + timedelta(days=1)} | more
        wanted = Wanted.model_validate({"tool": tool, "mode": mode} | given)
        asyncio.run(self.desk.grant(self.session(), self.shop, wanted))

    def effects(self) -> list[Effect]:
        """Of the last run."""
        return list(self.hands.ledger.of_run(self.run))

    def effect(self) -> Effect:
        (effect,) = self.effects()
        return effect

    def received(self) -> list[str]:
        """The keys that the outside has carried out."""
        sandbox = self.outside.sandbox
        return [e.id for e in self.effects() if sandbox.asked and sandbox.find(e.id, "", {})]

    def record(self) -> Run:
        record = self.shop.runs.run(self.run)
        assert record is not None
        return record

    def replay(self) -> Replay:
        """Of the last run, by a house without model, shop or outside."""
        bare = Assistant(self.assistant.kit, road())
        spans = self.shop.runs.spans(self.run)
        return asyncio.run(replay(bare, TENANT, self.record(), spans))

    def heard(self) -> list[tuple[str, str]]:
        return [(turn.role, turn.text) for turn in self.shop.threads.turns(self.thread)]


def usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")
