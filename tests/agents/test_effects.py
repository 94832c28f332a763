"""Effects through the front door: asked, decided, sent once, told as they are."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from agent_world import FOREIGN, ORDER, SIGNED, TENANT
from effect_world import PENDING, PENDING_EMAIL, Moody, World, usd

from agents.kit import Kit
from agents.resuming import resume
from tradewind.commerce import Order
from tradewind.errors import Forbidden, InvalidInput, ToolRetry
from wiring.platform import Platform

REFUND = f"refund 20 USD of order {ORDER}"


# ---- asked


def test_a_refund_is_asked_about_and_nothing_is_done(world: World) -> None:
    answer = world.say(REFUND)
    (card,) = answer.approvals
    assert "20.00" in card.summary
    assert ORDER in card.summary
    assert card.summary in answer.text
    assert [(a.tool, a.status) for a in answer.actions] == [("refunds.pay", "proposed")]
    assert world.outside.sent == []
    assert world.record().status == "waiting"
    assert world.asked().arguments == {
        "order_id": ORDER, "amount": {"minor": 2000, "currency": "USD"}
    }  # fmt: skip
    assert world.replay().identical


def test_yes_sends_it_once_and_the_thread_hears_it(world: World) -> None:
    world.say(REFUND)
    ended = world.decide().ended
    assert ended is not None
    assert [(a.tool, a.status) for a in ended.answer.actions] == [("refunds.pay", "done")]
    effect = world.effect()
    assert world.outside.sent == [effect.id] == world.received()
    assert effect.receipt is not None
    assert effect.receipt["read_back"] is True
    assert world.record().status == "done"
    assert [role for role, _ in world.heard()] == ["user", "assistant", "assistant"]
    assert world.heard()[-1][1] == ended.answer.text
    done = world.replay()
    assert (done.identical, done.effects_executed) == (True, 0)


def test_no_sends_nothing_and_tells_the_reason(world: World) -> None:
    world.say(REFUND)
    ended = world.decide(yes=False, reason="the parcel is on its way").ended
    assert ended is not None
    assert "the parcel is on its way" in ended.answer.text
    assert world.effect().status == "rejected"
    assert world.outside.sent == []
    assert world.replay().identical
    with pytest.raises(InvalidInput, match="already rejected"):
        asyncio.run(world.desk.decide(
            world.session("tom"), world.shop, f"ap_{world.effect().id[3:]}", yes=True
        ))  # fmt: skip


def test_other_arguments_are_checked_sent_and_told(world: World) -> None:
    world.say(REFUND)
    ended = world.decide(amount={"minor": 500, "currency": "USD"}).ended
    assert ended is not None
    assert "$5.00" in ended.answer.text
    assert "20" not in ended.answer.text
    effect = world.effect()
    assert effect.amount == usd(500)
    assert effect.arguments["amount"] == {"minor": 500, "currency": "USD"}
    assert world.replay().identical


@pytest.mark.parametrize(
    "other",
    [{"amount": {"minor": 10**9, "currency": "USD"}}, {"amount": {"minor": 5, "currency": "EUR"}},
     {"order_id": FOREIGN}, {"amount": {"minor": -5, "currency": "USD"}}, {"to": "someone"}],
)  # fmt: skip
def test_arguments_that_cannot_be_are_refused_and_the_question_stands(
    world: World, other: dict[str, object]
) -> None:
    world.say(REFUND)
    with pytest.raises(ToolRetry):
        world.decide(**other)  # pyright: ignore[reportArgumentType]
    assert world.asked().arguments["amount"] == {"minor": 2000, "currency": "USD"}
    assert world.outside.sent == []


def test_a_vote_on_arguments_that_were_not_shown_is_refused(world: World) -> None:
    world.say(REFUND)
    with pytest.raises(InvalidInput, match="other arguments"):
        asyncio.run(world.desk.decide(
            world.session(), world.shop, world.asked().id, yes=True, seen="another"
        ))  # fmt: skip
    assert world.outside.sent == []


def test_two_must_agree_above_an_amount_and_the_asker_is_none_of_them(world: World) -> None:
    world.grant("refunds.pay", "ask", two_above=usd(1000))
    world.say(REFUND, "mia")
    with pytest.raises(Forbidden):
        world.decide(by="mia")
    assert world.decide(by="tom").approval.status == "pending"
    with pytest.raises(InvalidInput, match="has voted"):
        world.decide(by="tom")
    assert world.outside.sent == []
    assert world.decide(by="zoe").approval.status == "approved"
    assert len(world.received()) == 1


def test_raising_the_amount_raises_the_number_of_people(world: World) -> None:
    world.grant("refunds.pay", "ask", two_above=usd(2000))
    world.say(REFUND, "mia")
    assert world.asked().needs == 1
    with pytest.raises(Forbidden):
        world.decide(by="mia", amount={"minor": 3000, "currency": "USD"})
    assert world.decide(by="tom").approval.status == "pending"
    assert world.outside.sent == []


def test_a_question_that_nobody_answers_is_a_no(world: World) -> None:
    old = replace(world.hands, clock=lambda: datetime.now(UTC) - timedelta(days=9))
    world.shop = replace(world.shop, hands=old)
    world.say(REFUND)
    world.shop = replace(world.shop, hands=world.hands)
    found = world.recover()
    assert (found.expired, found.resumed) == (1, 1)
    assert world.effect().status == "rejected"
    assert "in time" in world.heard()[-1][1]
    assert world.outside.sent == []


# ---- while it waits


def test_a_new_message_replaces_no_question(world: World) -> None:
    card = world.say(REFUND).approvals[0]
    waiting = world.run
    answer = world.say("which disputes are open?")
    assert answer.approvals == (card,)
    assert card.summary in answer.text
    assert SIGNED in answer.text
    assert world.asked().run == waiting
    assert world.replay().identical
    world.run = waiting
    world.decide()
    assert len(world.received()) == 1


def test_a_run_that_still_waits_says_nothing_twice(world: World) -> None:
    card = world.say(REFUND).approvals[0]
    for _ in range(3):
        asyncio.run(resume(world.assistant, TENANT, world.shop, world.run))
    assert (world.record().status, world.asked().id) == ("waiting", card.id)
    assert [role for role, _ in world.heard()] == ["user", "assistant"]
    world.decide()
    assert [role for role, _ in world.heard()] == ["user", "assistant", "assistant"]
    assert world.replay().identical


def test_what_is_called_off_is_never_sent(world: World) -> None:
    world.say(REFUND)
    asked = world.asked()
    asyncio.run(world.desk.cancel(world.session(), world.shop, world.run))
    assert (world.record().status, world.effect().status) == ("cancelled", "rejected")
    with pytest.raises(InvalidInput):
        asyncio.run(world.desk.decide(world.session(), world.shop, asked.id, yes=True))
    assert world.recover().resumed == 0
    assert world.outside.sent == []


def test_what_the_records_forbid_by_now_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(f"cancel order {PENDING}")
    order = world.shop.reader.order(PENDING)
    assert order is not None
    shipped = order.model_copy(update={"status": "shipped"})

    def moved_on(*_: object) -> Order:
        return shipped

    monkeypatch.setattr(type(world.shop.reader), "order", moved_on)
    ended = world.decide().ended
    assert ended is not None
    assert ended.answer.actions[0].status == "refused"
    assert world.effect().status == "rejected"
    assert world.outside.sent == []


def test_two_questions_are_two_and_the_first_yes_is_carried_out(world: World) -> None:
    world.say(REFUND)
    first = world.run
    world.say(f"refund 30 USD of order {ORDER}")
    one, two = world.hands.ledger.pending(world.thread)
    for asked in (two, one):
        asyncio.run(world.desk.decide(world.session(), world.shop, asked.id, yes=True))
    assert len(world.outside.sent) == 2
    world.run = first
    assert world.effect().amount == usd(2000)


# ---- managed mode


def test_a_grant_acts_by_itself_within_its_amount(world: World) -> None:
    world.grant("refunds.pay", "auto", up_to=usd(2000), cap_amount=usd(5000))
    answer = world.say(REFUND)
    assert [a.status for a in answer.actions] == ["done"]
    assert answer.approvals == ()
    assert world.effect().allowed_by is not None
    assert world.replay().identical
    assert world.say(f"refund 30 USD of order {ORDER}").approvals != ()


def test_a_cap_a_day_holds_and_what_it_stops_never_goes_out_later(world: World) -> None:
    world.grant("refunds.pay", "auto", up_to=usd(2000), cap_amount=usd(3000))
    assert world.say(REFUND).actions[0].status == "done"
    stopped = world.say(f"refund 15 USD of order {ORDER}")
    assert stopped.actions[0].status == "rejected"
    assert "cap" in (world.effect().error or "")
    world.recover()
    assert len(world.outside.sent) == 1


def test_the_kill_switch_makes_it_ask(world: World) -> None:
    world.grant("refunds.pay", "auto", up_to=usd(2000), cap_amount=usd(5000))
    world.hands.rules.halt("mia", datetime.now(UTC), "odd")
    assert world.say(REFUND).approvals
    assert world.outside.sent == []


@pytest.mark.parametrize(
    "wanted",
    [{"cap_amount": None}, {"up_to": None}, {"cap_count": None}, {"expires_at": None},
     {"expires_at": datetime(2100, 1, 1, tzinfo=UTC)},
     {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, {"audiences": ("ops",)}, {"audiences": ()}],
)  # fmt: skip
def test_a_grant_without_an_end_or_a_cap_is_none(world: World, wanted: dict[str, object]) -> None:
    whole = {"up_to": usd(2000), "cap_amount": usd(5000)} | wanted
    with pytest.raises(InvalidInput):
        world.grant("refunds.pay", "auto", **whole)
    assert world.hands.rules.rules(None, datetime.now(UTC)) == ()


def test_a_buyers_wish_needs_their_yes_and_one_of_the_shop(world: World) -> None:
    proof = {"order_id": PENDING, "email": PENDING_EMAIL}
    world.grant("orders.cancel", "auto")
    assert world.buyer("Please cancel it", **proof).actions == ()
    assert world.effects() == []
    asked = world.buyer("Yes, please")
    assert (asked.approvals, asked.handover) == ((), "effect.asked_shop")
    ended = world.decide(by="mia").ended
    assert ended is not None
    assert world.heard()[-1][1] == ended.answer.text
    assert len(world.received()) == 1
    assert world.replay().identical


# ---- what the outside does


@pytest.mark.parametrize(
    ("mood", "status", "sent"),
    [("", "done", 1), ("refuses", "failed", 1), ("loses its answer", "done", 1),
     ("loses all answers", "unknown", 1), ("is down", "unknown", 1),
     ("does otherwise", "unknown", 1), ("forgets", "unknown", 1)],
)  # fmt: skip
def test_what_the_outside_did_is_told_as_it_is(
    world: World, mood: str, status: str, sent: int
) -> None:
    world.say(REFUND)
    world.outside.mood = mood
    ended = world.decide().ended
    assert ended is not None
    assert [a.status for a in ended.answer.actions] == [status]
    assert world.effect().status == status
    assert len(world.outside.sent) == sent
    assert world.replay().identical


@pytest.mark.parametrize(("keyed", "asked"), [(True, True), (True, False), (False, True)])
def test_what_was_unknown_is_found_out_later(
    platform: Platform, keyword_kit: Kit, tmp_path: Path, keyed: bool, asked: bool
) -> None:
    outside = Moody(tmp_path / "other.db", TENANT.id, keyed=keyed, asked=asked)
    world = World(platform.shop("sample"), keyword_kit, outside)
    world.say(REFUND)
    outside.mood = "loses all answers"
    world.decide()
    assert world.effect().status == "unknown"
    outside.mood = ""
    assert world.recover().settled == 1
    assert world.effect().status == "done"
    rows = {outside.sandbox.send(world.effect().id, "refunds.pay", world.effect().arguments).id}
    assert rows == {"sandbox_1"} if keyed else True


def test_what_can_neither_be_asked_nor_repeated_is_parked_for_a_person(
    platform: Platform, keyword_kit: Kit, tmp_path: Path
) -> None:
    outside = Moody(tmp_path / "other.db", TENANT.id, keyed=False, asked=False)
    world = World(platform.shop("sample"), keyword_kit, outside)
    world.say(REFUND)
    outside.mood = "loses all answers"
    world.decide()
    outside.mood = ""
    assert world.recover().parked == 1
    assert (world.effect().status, len(outside.sent)) == ("unknown", 1)
    desk, who = world.desk, world.session()
    settled = asyncio.run(
        desk.settle(who, world.shop, world.effect().id, done=True, note="seen there")
    )
    assert (settled.status, settled.receipt) == (
        "done", {"settled_by": "mia", "note": "seen there"},
    )  # fmt: skip


def test_no_more_is_refunded_than_was_paid(world: World) -> None:
    world.grant("refunds.pay", "auto", up_to=usd(10**6), cap_amount=usd(10**7))
    order = world.shop.reader.order(ORDER)
    assert order is not None
    assert world.say(f"refund order {ORDER}").actions[0].status == "done"
    assert world.effect().amount == order.total
    again = world.say(f"refund 1 USD of order {ORDER}")
    assert again.actions == ()
    assert len(world.outside.sent) == 1


def test_an_amount_that_is_not_clear_is_asked_for(world: World) -> None:
    answer = world.say(f"refund 20 USD or 30 USD of order {ORDER}")
    assert answer.approvals == ()
    assert "currency" in answer.text
    assert world.effects() == []


def test_no_refund_of_what_was_paid_in_another_currency(world: World) -> None:
    answer = world.say(f"refund 20 EUR of order {ORDER}")
    assert answer.approvals == ()
    assert world.effects() == []
