"""What the console shows of the desk: questions with what carries them, effects, rules, the way
out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from visitors import Door

from agents.delivery import Hands
from api.doors import Doors
from api.keys import make_link
from tradewind.base import Money, digest
from tradewind.commerce import SourceRow
from tradewind.effects import Effect
from tradewind.people import Person, Role
from wiring.platform import Platform

Json = dict[str, Any]
ORDER, ITS_TOTAL = "#W2611340", 53665
UNSHIPPED = "#W1013897"
_numbers = count(1)


@pytest.fixture(autouse=True)
def clean_desk(opened: Platform) -> None:
    """No question, rule or halt of an earlier test."""
    now, ledger = datetime.now(UTC), opened.database.ledger("sample")
    for asked in ledger.pending():
        ledger.move(asked.effect, "proposed", "rejected", now, error="an earlier test's")
    rules = opened.database.rules("sample")
    for rule in rules.rules(None, now):
        rules.revoke(rule.id, now)
    rules.resume("a test", now)


@pytest.fixture
def enter(new_door: Callable[[], Door], doors: Doors) -> Callable[..., Door]:
    """Signs a new person in."""

    def make(name: str, role: Role = "merchant") -> Door:
        people, id_ = doors.people("sample"), f"{name.casefold()}{next(_numbers)}"
        person = Person(id=id_, tenant="sample", name=name, email=f"{id_}@s.example", role=role)
        people.add(person)
        door = new_door()
        assert door.get(f"/signin/{make_link(people, person, doors.now())}").status_code == 303
        return door

    return make


def ask(door: Door, amount: str = "20") -> str:
    """A refund asked for in the chat; gives the question's id."""
    events = door.say(
        f"refund {amount} USD of order {ORDER}", "merchant", threadId=f"o{next(_numbers)}"
    )
    (card,) = events[-1]["result"]["approvals"]
    return card["id"]


def brief(door: Door, question: str) -> Json:
    answer = door.get(f"/api/approvals/{question}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def vote(door: Door, told: Json, yes: bool = True, **more: object) -> Any:
    body = {"decision": "approve" if yes else "reject", "seen": told["approval"]["arguments_hash"]}
    return door.press(f"/api/approvals/{told['approval']['id']}", body | more)


def usd(minor: int) -> Json:
    return {"minor": minor, "currency": "USD"}


# ---- questions


def test_a_question_shows_what_carries_it(merchant: Door) -> None:
    told = brief(merchant, ask(merchant))
    assert told["words"] == f"refund 20 USD of order {ORDER}"
    assert (told["asked_by"], told["audience"], told["barred"]) == ("owner", "merchant", "")
    assert [record["source"] for record in told["records"]] == [f"order/{ORDER}"]
    assert {fact["name"]: fact["value"] for fact in told["now"]["facts"]}["total"] == usd(ITS_TOTAL)
    fixed, amount = told["arguments"]
    assert (fixed["name"], fixed["fixed"], fixed["value"]) == ("order_id", True, ORDER)
    assert (amount["type"], amount["fixed"], amount["value"]) == ("amount", False, usd(2000))
    assert (fixed["origin"], amount["origin"]) == ("request", "request")


def test_changed_arguments_are_a_new_question(merchant: Door) -> None:
    told = brief(merchant, ask(merchant))
    refused = vote(merchant, told, arguments={"amount": usd(ITS_TOTAL + 1)})
    assert refused.status_code == 422
    assert "no more than" in refused.json()["error"]["message"]
    other = vote(merchant, told, arguments={"order_id": UNSHIPPED})
    assert other.status_code == 422
    done = vote(merchant, told, arguments={"amount": usd(1500)})
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    after = brief(merchant, told["approval"]["id"])
    assert after["approval"]["arguments"]["amount"] == usd(1500)
    assert after["approval"]["arguments_hash"] != told["approval"]["arguments_hash"]
    assert (after["effect"]["status"], after["effect"]["amount"]) == ("done", usd(1500))


def test_who_asked_is_told_that_others_must_agree(
    merchant: Door, enter: Callable[..., Door]
) -> None:
    merchant.press("/api/rules", {"tool": "refunds.pay", "mode": "ask", "two_above": usd(1000)})
    question = ask(merchant)
    told = brief(merchant, question)
    assert told["approval"]["needs"] == 2
    assert told["rule"]["two_above"] == usd(1000)
    assert "others must agree" in told["barred"]
    assert vote(merchant, told).status_code == 403
    ana, ben = enter("Ana"), enter("Ben")
    assert vote(ana, brief(ana, question)).json()["status"] == "pending"
    seen = brief(ana, question)
    assert "said yes already" in seen["barred"]
    assert [word["yes"] for word in seen["approval"]["votes"]] == [True]
    assert vote(ben, brief(ben, question)).json()["status"] == "approved"


def test_ops_see_a_question_and_decide_nothing(merchant: Door, enter: Callable[..., Door]) -> None:
    olu = enter("Olu", "ops")
    told = brief(olu, ask(merchant))
    assert "merchant's own people" in told["barred"]
    assert vote(olu, told).status_code == 403


def test_records_that_forbid_it_by_now_are_told(merchant: Door, opened: Platform) -> None:
    store = opened.database.shop("sample")
    order = store.order(UNSHIPPED)
    assert order is not None
    events = merchant.say(f"cancel order {UNSHIPPED}", "merchant", threadId=f"o{next(_numbers)}")
    question = events[-1]["result"]["approvals"][0]["id"]
    assert brief(merchant, question)["against"] == ""
    shipped = order.model_copy(update={"status": "delivered"})
    store.put([SourceRow(record=shipped, raw={}, source="a test")])
    told = brief(merchant, question)
    assert told["now"] is None
    assert told["against"].startswith(f"order {UNSHIPPED} is delivered")
    store.put([SourceRow(record=order, raw={}, source="a test")])


# ---- effects


def effects(door: Door) -> Json:
    return door.get("/api/effects?limit=200").json()


def test_the_newest_effects_come_first(merchant: Door) -> None:
    questions = [ask(merchant, "1"), ask(merchant, "2")]
    latest = effects(merchant)["latest"]
    assert [view["question"] for view in latest[:2]] == questions[::-1]
    assert [view["effect"]["status"] for view in latest[:2]] == ["proposed", "proposed"]
    assert len(merchant.get("/api/effects?limit=1").json()["latest"]) == 1
    assert merchant.get("/api/effects?limit=0").status_code == 422


def left_unknown(opened: Platform, *, arrived: bool) -> str:
    """A refund that was sent and not answered."""
    now, ledger = datetime.now(UTC), opened.database.ledger("sample")
    hands = opened.stores("sample").hands
    assert hands is not None
    (asked,) = ledger.pending()
    effect = ledger.get(asked.effect)
    assert effect is not None
    ledger.move(effect.id, "proposed", "rejected", now)
    lost = effect.model_copy(update={"id": f"ef_lost{next(_numbers)}"})
    ledger.propose(lost)
    ledger.move(lost.id, "proposed", "approved", now, allowed_by="ru_gone")
    ledger.send(lost.id, now, now + timedelta(seconds=90))
    ledger.move(lost.id, "sending", "unknown", now, error="the answer was lost")
    if arrived:
        hands.outside.send(lost.id, lost.tool, lost.arguments)
    return lost.id


def test_the_receiver_is_asked_and_told_nothing(merchant: Door, opened: Platform) -> None:
    ask(merchant)
    arrived = left_unknown(opened, arrived=True)
    ask(merchant)
    lost = left_unknown(opened, arrived=False)
    waiting = merchant.get("/api/desk").json()["waiting"]
    assert (waiting["approvals"], waiting["unknown"]) == (0, 2)
    views = effects(merchant)["unknown"]
    assert [view["effect"]["id"] for view in views] == [arrived, lost]
    assert all(view["sent_at"] for view in views)
    found = merchant.press(f"/api/effects/{arrived}/look", {}).json()
    assert (found["known"], found["effect"]["status"]) == (True, "done")
    missing = merchant.press(f"/api/effects/{lost}/look", {}).json()
    assert (missing["known"], missing["effect"]["status"]) == (False, "unknown")
    hands = opened.stores("sample").hands
    assert hands is not None
    assert hands.outside.find(lost, "refunds.pay", {}) is None
    again = merchant.press(f"/api/effects/{arrived}/look", {})
    assert again.status_code == 422
    settled = merchant.press(f"/api/effects/{lost}/settle", {"done": False, "note": "not there"})
    assert settled.json()["status"] == "failed"


def test_a_look_that_sends_again_is_caught(
    merchant: Door, opened: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: looking up is carrying on."""

    def carry_on(hands: Hands, effect: Effect) -> tuple[Effect, bool]:
        return hands.settle(effect), False

    ask(merchant)
    lost = left_unknown(opened, arrived=False)
    monkeypatch.setattr("agents.delivery.Hands.look_up", carry_on)
    merchant.press(f"/api/effects/{lost}/look", {})
    hands = opened.stores("sample").hands
    assert hands is not None
    assert hands.outside.find(lost, "refunds.pay", {}) is not None


def test_what_was_undone_is_not_offered_again(merchant: Door, opened: Platform) -> None:
    for budget in ("50", "80"):
        _set_budget(opened, budget)
    view = effects(merchant)["latest"][0]
    assert view["can_undo"]
    told = merchant.press(f"/api/effects/{view['effect']['id']}/undo", {}).json()
    assert len(told["approvals"]) == 1
    by_id = {v["effect"]["id"]: v for v in effects(merchant)["latest"]}
    again = by_id[view["effect"]["id"]]
    assert not again["can_undo"]
    assert by_id[again["undone_by"]]["effect"]["undoes"] == view["effect"]["id"]


def _set_budget(opened: Platform, budget: str) -> None:
    """A campaign's budget that a rule let be set."""
    hands, now = opened.stores("sample").hands, datetime.now(UTC)
    assert hands is not None
    amount = Money.parse(budget, "USD")
    arguments: Json = {"campaign": "Bottles", "budget": amount.model_dump()}
    effect = Effect(
        id=f"ef_budget{next(_numbers)}", tenant="sample", run="run_gone", path="0", ordinal=0,
        tool="ads.set_budget", level="spend", arguments=arguments, amount=amount,
        arguments_hash=digest(arguments), target="campaign/Bottles", day=now.date(),
        proposed_by="assistant", created_at=now, updated_at=now,
    )  # fmt: skip
    hands.ledger.propose(effect)
    hands.ledger.move(effect.id, "proposed", "approved", effect.created_at, allowed_by="ru_gone")
    assert hands.deliver(effect.id).status == "done"


# ---- rules and the front


def test_terms_say_what_a_rule_can_be_about(merchant: Door) -> None:
    terms = merchant.get("/api/rules/terms").json()
    tools = {tool["name"]: tool for tool in terms["tools"]}
    assert {"refunds.pay", "orders.cancel", "messages.send", "ads.set_budget"} <= tools.keys()
    assert "orders.find" not in tools
    assert tools["refunds.pay"]["effect"] == "spend"
    assert tools["refunds.pay"]["asks"] == ["merchant"]
    assert tools["orders.change_address"]["can_undo"]
    assert terms["longest_grant_days"] == 92


def test_the_front_says_who_is_in_and_what_is_halted(
    merchant: Door, enter: Callable[..., Door]
) -> None:
    olu = enter("Olu", "ops")
    front = olu.get("/api/desk").json()
    assert (front["me"]["name"], front["me"]["role"]) == ("Olu", "ops")
    assert front["halt"] is None
    merchant.press("/api/halt/on", {"reason": "refunds look odd"})
    halt = olu.get("/api/desk").json()["halt"]
    assert (halt["by"], halt["reason"]) == ("owner", "refunds look odd")
    assert front["people"]["owner"] == "Owner"


# ---- the way out


def test_who_signs_out_is_out_in_this_browser(
    enter: Callable[..., Door], new_door: Callable[[], Door]
) -> None:
    door = enter("Ana")
    other = new_door()
    other.cookies.update(door.cookies)
    assert door.press("/api/signout", {}).json() == {"provider": False}
    assert door.get("/api/desk").status_code == 403
    assert other.get("/api/desk").status_code == 200
    assert other.press("/api/signout", {"everywhere": True}).status_code == 200


def test_signing_out_everywhere_ends_each_session(
    enter: Callable[..., Door], new_door: Callable[[], Door]
) -> None:
    door = enter("Ben")
    other = new_door()
    other.cookies.update(door.cookies)
    door.press("/api/signout", {"everywhere": True})
    assert other.get("/api/desk").status_code == 403


def test_a_stranger_is_told_the_ways_in_and_nothing_else(visitor: Door) -> None:
    assert visitor.get("/api/signin").json() == {"provider": False}
    for route in ("/api/desk", "/api/effects", "/api/rules/terms", "/api/approvals/ap_1"):
        assert visitor.get(route).status_code == 403, route
    assert visitor.press("/api/signout", {}).status_code == 403
