"""The sample shop before Stripe's stand-in, its owner at the console's door, its disputes there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
from keyword_reader import with_keywords
from stripe_stand_in import KEY, Account, StandIn
from visitors import Door

from agents.assistant import Assistant
from agents.desk import Desk
from agents.fork import fork
from agents.replay import Replay, replay
from agents.resuming import Recovered, recover
from api.app import create_app
from api.keys import make_link, owner_of
from tradewind.commerce import Dispute
from tradewind.effects import Effect
from tradewind.people import Actor, Session
from tradewind.trace import Run
from wiring.following import follow
from wiring.platform import STRIPE_KEY, Platform

SHOP = "sample"
FOUGHT, GIVEN_UP = "dp_1QSampleLDUhjB7udSker", "dp_1QSampleJ5zJxCcM69dJX"
CE3_CASE = "dp_1QSampleDo49U7WQAUd5C"
LEFT = frozenset(("evidence", "evidence_details"))
_threads = count(1)
Json = dict[str, Any]


@dataclass
class World:
    """A house, what it stands before, and an owner who is signed in."""

    platform: Platform
    assistant: Assistant
    stripe: StandIn
    door: Door

    @property
    def account(self) -> Account:
        return self.stripe.account(KEY)

    def ask(self, text: str) -> Json:
        """One message of the owner's; gives the answer's document."""
        events = self.door.say(text, "merchant", threadId=f"f{next(_threads)}")
        return events[-1]["result"]

    def stage(self, dispute: str = FOUGHT) -> Json:
        return self.ask(f"put the evidence for dispute {dispute} to Stripe as a draft")

    def submit(self, dispute: str = FOUGHT) -> Json:
        return self.ask(f"submit the evidence for {dispute} to the bank")

    def brief(self, told: Json) -> Json:
        (card,) = told["approvals"]
        return self.door.get(f"/api/approvals/{card['id']}").json()

    def approve(self, told: Json) -> Json:
        """Say yes to the question of an answer; gives the decision with the run's end."""
        seen = self.brief(told)["approval"]
        body = {"decision": "approve", "seen": seen["arguments_hash"]}
        answer = self.door.press(f"/api/approvals/{seen['id']}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def decide_alone(self, told: Json) -> None:
        """The same without a server around it."""
        (card,) = told["approvals"]
        shop = self.platform.shop(SHOP)
        asyncio.run(Desk(self.assistant).decide(self.session(), shop, card["id"], yes=True))

    def recover(self) -> Recovered:
        tenant, shop = self.platform.tenant(SHOP), self.platform.shop(SHOP)
        return asyncio.run(recover(self.assistant, tenant, shop))

    def packet(self, told: Json) -> str:
        return self.brief(told)["approval"]["arguments"]["packet"]

    def effect(self, told: Json) -> Effect:
        (action,) = told["actions"]
        found = self.platform.database.ledger(SHOP).get(action["effect"])
        assert found is not None
        return found

    def record(self, dispute: str = FOUGHT) -> Dispute:
        found = self.platform.database.shop(SHOP).dispute(dispute)
        assert found is not None
        return found

    def session(self) -> Session:
        tenant = self.platform.tenant(SHOP)
        return Session(tenant=tenant, actor=Actor(id="owner", audience="merchant"), thread="t")

    def replay(self, told: Json) -> Replay:
        runs = self.platform.database.runs(SHOP)
        run = runs.run(told["run"])
        assert run is not None
        tenant, spans = self.platform.tenant(SHOP), runs.spans(run.id)
        return asyncio.run(replay(self.assistant, tenant, run, spans))

    def fork(self, told: Json) -> Run:
        """The run tried anew from its first step."""
        runs = self.platform.database.runs(SHOP)
        source = runs.run(told["run"])
        assert source is not None
        tenant, shop = self.platform.tenant(SHOP), self.platform.shop(SHOP)
        spans = runs.spans(source.id)
        return asyncio.run(fork(self.assistant, tenant, shop, source, spans, at=0))


def open_world(open_house: Callable[..., Platform], stripe: StandIn, **later: float) -> World:
    """A world whose clock goes as many `days` or `hours` ahead."""
    platform = open_house(TRADEWIND_DISPUTES=f"stripe:{stripe.url}")
    platform.database.hooks(SHOP).put_secret(STRIPE_KEY, KEY, datetime.now(UTC))
    for dispute in (FOUGHT, GIVEN_UP, CE3_CASE):
        raw = platform.database.shop(SHOP).raw("dispute", dispute)
        assert raw is not None
        if dispute not in stripe.account(KEY).disputes:
            stripe.open_dispute(KEY, dispute, **{k: v for k, v in raw.items() if k not in LEFT})
    assert not [one.error for one in follow(platform, SHOP) if one.id == FOUGHT and one.error]
    ahead = timedelta(**later)
    road = replace(platform.road, clock=lambda: datetime.now(UTC) + ahead)
    assistant = Assistant(with_keywords(platform.kit), road)
    doors = replace(platform.doors(), assistant=assistant)
    door = Door(create_app(doors), httpx.Cookies())
    people = doors.people(SHOP)
    door.get(f"/signin/{make_link(people, owner_of(people, SHOP), doors.now())}")
    return World(platform, assistant, stripe, door)
