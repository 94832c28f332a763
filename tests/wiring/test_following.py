"""Disputes followed at the processor: by hand, by the worker, beside events; and the outcomes."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stripe_stand_in import KEY, StandIn

from agents.chargeback.calibration import Calibration
from connectors.stripe_hooks import read_event
from tradewind.base import Money, digest
from tradewind.commerce import Dispute, SourceRow
from tradewind.effects import Effect
from tradewind.errors import InvalidInput, NotFound, ToolFailed
from tradewind.people import Actor, Session
from tradewind.ports.filing import Prediction
from wiring.calibration import calibration_of_shop
from wiring.following import follow, follow_all, read_pace
from wiring.platform import STRIPE_KEY, Platform
from wiring.work import working

SHOP, HERE = "sample", "dp_1"
AT = datetime.now(UTC)
House = Callable[..., Platform]
OPEN = "dp_1QSampleLDUhjB7udSker"


@pytest.fixture
def platform(open_house: House, stripe: StandIn) -> Platform:
    opened = open_house(TRADEWIND_DISPUTES=f"stripe:{stripe.url}")
    opened.database.hooks(SHOP).put_secret(STRIPE_KEY, KEY, AT)
    put(opened, Dispute(id=HERE, processor="stripe", amount=Money(minor=100, currency="USD"),
                        stage="inquiry", status="needs_response",
                        state="needs_response"))  # fmt: skip
    return opened


def put(platform: Platform, *records: Dispute) -> None:
    rows = [SourceRow(record=record, raw={}, source="t") for record in records]
    platform.database.shop(SHOP).put(rows)


def state(platform: Platform, id_: str = HERE) -> str:
    found = platform.database.shop(SHOP).dispute(id_)
    assert found is not None
    return found.state


def test_what_is_not_there_does_not_stop_the_others(platform: Platform, stripe: StandIn) -> None:
    stripe.settle(KEY, HERE, "lost")
    told = {one.id: one for one in follow(platform, SHOP)}
    assert (told[HERE].was, told[HERE].state, told[HERE].error) == ("needs_response", "lost", "")
    assert "No such" in told[OPEN].error
    assert state(platform, OPEN) == "needs_response"
    assert HERE not in {one.id for one in follow(platform, SHOP)}


def test_what_was_said_before_does_not_undo_what_was_followed(
    platform: Platform, stripe: StandIn
) -> None:
    before = (datetime.now(UTC) - timedelta(minutes=5)).timestamp()
    body = event(stripe.account(KEY).disputes[HERE], int(before))
    stripe.account(KEY).disputes[HERE]["status"] = "under_review"
    follow(platform, SHOP, HERE)
    platform.database.shop(SHOP).put(read_event(body).rows)
    assert state(platform) == "under_review"


def event(dispute: Mapping[str, Any], created: int) -> bytes:
    told = {
        "object": "event", "id": "evt_1", "type": "charge.dispute.updated", "created": created,
        "data": {"object": dispute},
    }  # fmt: skip
    return json.dumps(told).encode()


def test_who_cannot_be_asked_is_named(
    platform: Platform, open_house: House, stripe: StandIn
) -> None:
    put(platform, Dispute(id="pp_1", processor="paypal", amount=Money(minor=1, currency="USD")))
    with pytest.raises(InvalidInput, match="at paypal"):
        follow(platform, SHOP, "pp_1")
    with pytest.raises(NotFound):
        follow(platform, SHOP, "dp_none")
    with pytest.raises(InvalidInput, match="no processor"):
        follow(open_house(), SHOP)
    platform.database.hooks(SHOP).put_secret(STRIPE_KEY, "", AT)
    with pytest.raises(ToolFailed, match="no key"):
        follow(platform, SHOP)
    tenants = platform.database.tenants().tenants()
    assert asyncio.run(follow_all(platform, tenants)) == []


def test_where_nobody_answers_the_rest_waits(open_house: House) -> None:
    silent = open_house(TRADEWIND_DISPUTES="stripe:http://127.0.0.1:9")
    silent.database.hooks(SHOP).put_secret(STRIPE_KEY, KEY, AT)
    (told,) = follow(silent, SHOP)
    assert told.unanswered
    (told,) = asyncio.run(follow_all(silent, silent.database.tenants().tenants()))
    assert told.unanswered


def test_the_worker_follows_by_itself(
    platform: Platform, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe.settle(KEY, HERE, "won")
    hear = Platform.hear

    async def until_heard() -> None:
        heard, loop = asyncio.Event(), asyncio.get_running_loop()

        def told(self: Platform, tenant: str, dispute: Mapping[str, Any]) -> None:
            hear(self, tenant, dispute)
            loop.call_soon_threadsafe(heard.set)

        monkeypatch.setattr(Platform, "hear", told)
        async with working(platform):
            await asyncio.wait_for(heard.wait(), 20)

    asyncio.run(until_heard())
    assert state(platform) == "won"
    assert 5 <= read_pace().minutes <= 24 * 60


# ---- outcomes


def session(platform: Platform) -> Session:
    tenant = platform.tenant(SHOP)
    return Session(tenant=tenant, actor=Actor(id="m", audience="merchant"), thread="t")


def ended(platform: Platform, number: int, *, won: bool) -> None:
    """A dispute that was filed for at even odds, and ended."""
    id_, packet = f"dp_ended{number}", f"{number:064x}"
    put(platform, Dispute(id=id_, processor="stripe", amount=Money(minor=1, currency="USD"),
                          state="won" if won else "lost"))  # fmt: skip
    platform.database.predictions(SHOP).keep(Prediction(
        packet=packet, dispute=id_, category="fraudulent", network="visa", log_odds=0.0,
        probability=0.5, model="shipped", version=1, at=AT,
    ))  # fmt: skip
    arguments = {"dispute_id": id_, "packet": packet}
    ledger = platform.database.ledger(SHOP)
    effect = Effect(
        id=f"ef_{number}", tenant=SHOP, run="run_1", path="0", ordinal=number,
        tool="disputes.submit", level="write", arguments={**arguments},
        arguments_hash=digest(arguments), target=f"dispute/{id_}", day=AT.date(),
        proposed_by="mia", created_at=AT, updated_at=AT,
    )  # fmt: skip
    ledger.propose(effect)
    ledger.move(effect.id, "proposed", "approved", AT, allowed_by="mia")
    ledger.send(effect.id, AT, AT)
    ledger.move(effect.id, "sending", "done", AT, receipt={})


def test_enough_outcomes_set_the_model_right_and_a_replay_finds_them(platform: Platform) -> None:
    before = asyncio.run(platform.assistant.assess(session(platform), platform.shop(SHOP), OPEN))
    for number in range(60):
        ended(platform, number, won=number % 5 == 0)
    fit = calibration_of_shop(platform, session(platform))
    assert (fit["model"], fit["outcomes"], fit["won"], fit["lost"]) == ("calibrated", 60, 12, 48)
    assert Calibration(
        model="calibrated", outcomes=60, slope=fit["slope"], intercept=fit["intercept"]
    ).applied(0.0) < -0.5  # fmt: skip
    made = asyncio.run(platform.assistant.defend(session(platform), platform.shop(SHOP), OPEN))
    assert before is not None
    assert before.strength.model == "shipped"
    assert (made.advice.strength.model, made.advice.strength.outcomes) == ("calibrated", 60)
    assert made.advice.strength.log_odds == before.strength.log_odds
    assert made.advice.strength.probability < before.strength.probability
    (record,) = [item for item in made.evidence if item.kind == "outcomes"]
    assert len(record.facts) == 60
    assert "12 were won and 48 were lost" in record.excerpt
