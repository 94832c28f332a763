"""What the effect ledger and the rules keep to, on every back end."""

from datetime import timedelta

import pytest
from proposed_effects import (
    DAY,
    LATER,
    a_question,
    a_rule,
    a_vote,
    an_effect,
    approved,
    propose,
    usd,
)
from shop_records import new_tenant
from written_runs import AT, a_run

from stores.ledger import SqlLedger
from stores.open import SqlDatabase
from tradewind.effects import Cap, Effect, Halt
from tradewind.errors import Forbidden, InvalidInput, NotFound, QuotaExceeded

NEXT = AT + timedelta(seconds=1)


@pytest.fixture
def ledger(database: SqlDatabase, tenant: str) -> SqlLedger:
    return database.ledger(tenant)


def test_an_effect_comes_back_equal(ledger: SqlLedger, tenant: str):
    effect = an_effect(
        tenant, arguments={"a": [1, None, {"b": "é\0"}]}, level="write", amount=None, undoes="ef0"
    )
    assert ledger.propose(effect) == effect
    assert ledger.get("ef1") == effect
    assert ledger.of_run("r1") == (effect,)
    assert ledger.get("ef2") is None


def test_an_effect_goes_its_way(ledger: SqlLedger, tenant: str):
    asked = propose(ledger, an_effect(tenant))
    assert ledger.pending() == (asked,)
    decided = ledger.decide(asked.id, a_vote("mia"), NEXT)
    assert (decided.status, ledger.approval(asked.id)) == ("approved", decided)
    sending = ledger.send("ef1", NEXT, LATER)
    assert (sending.status, sending.allowed_by, sending.lease_until) == (
        "sending", asked.id, LATER
    )  # fmt: skip
    unknown = ledger.move("ef1", "sending", "unknown", LATER, error="timed out")
    assert (unknown.status, unknown.error, unknown.updated_at) == ("unknown", "timed out", LATER)
    done = ledger.move("ef1", "unknown", "done", LATER, receipt={"id": "re_1"})
    assert (done.status, done.receipt, done.error) == ("done", {"id": "re_1"}, None)
    assert not ledger.pending()


def test_the_latest_are_told_newest_first(ledger: SqlLedger, tenant: str):
    for number in range(6):
        at = AT + timedelta(seconds=number)
        effect = an_effect(tenant, f"ef{number}", ordinal=number, created_at=at, updated_at=at)
        (approved if number % 2 else propose)(ledger, effect)
    assert [effect.id for effect in ledger.latest(4)] == ["ef5", "ef4", "ef3", "ef2"]
    assert len(ledger.latest()) == 6
    assert ledger.latest(0) == ()


def test_a_run_carried_out_again_finds_its_effects(ledger: SqlLedger, tenant: str):
    effect = an_effect(tenant)
    asked = propose(ledger, effect)
    ledger.decide(asked.id, a_vote("mia", yes=False), AT)
    again = effect.model_copy(update={"created_at": NEXT, "proposed_by": "other"})
    assert ledger.propose(again).status == "rejected"
    assert len(ledger.of_run("r1")) == 1
    for other in ({"arguments_hash": "h1"}, {"tool": "ads"}):
        with pytest.raises(InvalidInput, match="stands for refund"):
            ledger.propose(effect.model_copy(update=other))


def test_an_amended_effect_is_found_by_what_was_proposed(ledger: SqlLedger, tenant: str):
    effect = an_effect(tenant)
    propose(ledger, effect)
    ledger.amend("ef1", {"mark": "h1"}, "h1", usd(100), "h0", NEXT)
    assert ledger.propose(effect).arguments_hash == "h1"


def test_what_does_not_belong_together_is_not_proposed(ledger: SqlLedger, tenant: str):
    effect = an_effect(tenant)
    other = a_question(an_effect(tenant, mark="h1"))
    voted = a_question(effect, votes=(a_vote("mia"),))
    for asked in (other, voted, a_question(effect, effect="ef2"), a_question(effect, tool="ads")):
        with pytest.raises(InvalidInput, match="does not ask about effect ef1"):
            ledger.propose(effect, asked)
    for wrong in (an_effect("another"), an_effect(tenant, status="approved")):
        with pytest.raises(InvalidInput, match="Propose it"):
            ledger.propose(wrong)
    with pytest.raises(InvalidInput, match=r"-5\.00 USD"):
        ledger.propose(an_effect(tenant, amount=usd(-500)))
    ledger.propose(an_effect(tenant, "ef0"), a_question(an_effect(tenant, "ef0"), id="ap"))
    with pytest.raises(InvalidInput, match="ap is there already"):
        ledger.propose(effect, a_question(effect, id="ap"))
    assert ledger.get("ef1") is None


def test_a_decision_stands(ledger: SqlLedger, tenant: str):
    asked = propose(ledger, an_effect(tenant))
    ledger.decide(asked.id, a_vote("mia", yes=False), AT)
    with pytest.raises(InvalidInput, match="already rejected by mia"):
        ledger.decide(asked.id, a_vote("tom"), AT)
    with pytest.raises(NotFound):
        ledger.decide("ap_9", a_vote("tom"), AT)
    held = ledger.get("ef1")
    assert held is not None
    assert (held.status, held.allowed_by) == ("rejected", None)


def test_two_people_and_never_the_proposer(ledger: SqlLedger, tenant: str):
    asked = propose(ledger, an_effect(tenant), needs=2)
    with pytest.raises(Forbidden, match="bot proposed it"):
        ledger.decide(asked.id, a_vote("bot"), AT)
    assert ledger.decide(asked.id, a_vote("mia"), AT).status == "pending"
    with pytest.raises(InvalidInput, match="mia has voted"):
        ledger.decide(asked.id, a_vote("mia"), AT)
    decided = ledger.decide(asked.id, a_vote("tom"), AT)
    assert decided.status == "approved"
    assert decided.votes == (a_vote("mia"), a_vote("tom"))


def test_one_no_rejects(ledger: SqlLedger, tenant: str):
    asked = propose(ledger, an_effect(tenant), needs=2)
    ledger.decide(asked.id, a_vote("mia"), AT)
    assert ledger.decide(asked.id, a_vote("tom", yes=False), AT).status == "rejected"


def test_after_its_time_a_question_is_expired(ledger: SqlLedger, tenant: str):
    for n in range(3):
        propose(ledger, an_effect(tenant, f"ef{n}"))
    assert ledger.decide("ap_ef0", a_vote("mia"), LATER).status == "expired"
    assert ledger.expire(LATER - timedelta(microseconds=1)) == ()
    assert [asked.id for asked in ledger.expire(LATER)] == ["ap_ef1", "ap_ef2"]
    assert {effect.status for effect in ledger.of_run("r1")} == {"rejected"}


def test_changed_arguments_void_the_votes(ledger: SqlLedger, tenant: str):
    asked = propose(ledger, an_effect(tenant), needs=2)
    ledger.decide(asked.id, a_vote("mia"), AT)
    amended = ledger.amend(
        "ef1", {"mark": "h1"}, "h1", usd(100), "h0", NEXT, summary="Refund 1 USD?", needs=1
    )
    assert (amended.arguments_hash, amended.amount) == ("h1", usd(100))
    anew = ledger.approval(asked.id)
    assert anew is not None
    assert (anew.summary, anew.needs, anew.votes) == ("Refund 1 USD?", 1, ())
    with pytest.raises(InvalidInput, match="other arguments than were seen"):
        ledger.decide(asked.id, a_vote("tom"), AT)
    assert ledger.decide(asked.id, a_vote("mia", mark="h1"), AT).status == "approved"
    with pytest.raises(InvalidInput, match="ef1 is approved"):
        ledger.amend("ef1", {"mark": "h2"}, "h2", None, "h1", NEXT)


def test_amending_what_is_no_more(ledger: SqlLedger, tenant: str):
    ledger.propose(an_effect(tenant))
    with pytest.raises(InvalidInput, match="with arguments h0"):
        ledger.amend("ef1", {}, "h2", None, "h1", NEXT)
    with pytest.raises(NotFound):
        ledger.amend("ef2", {}, "h2", None, "h1", NEXT)


def test_moves_that_are_none(ledger: SqlLedger, tenant: str):
    propose(ledger, an_effect(tenant))
    with pytest.raises(InvalidInput, match="waits for ap_ef1"):
        ledger.move("ef1", "proposed", "approved", AT, allowed_by="ru1")
    with pytest.raises(InvalidInput, match="nothing allows it"):
        ledger.move("ef1", "proposed", "approved", AT)
    with pytest.raises(InvalidInput, match="no move leads from done"):
        ledger.move("ef1", "done", "failed", AT)
    with pytest.raises(InvalidInput, match="Use send"):
        ledger.move("ef1", "approved", "sending", AT)
    with pytest.raises(InvalidInput, match="ef1 is proposed"):
        ledger.move("ef1", "sending", "done", AT)
    with pytest.raises(NotFound):
        ledger.move("ef2", "sending", "done", AT)
    ledger.move("ef1", "proposed", "rejected", AT, error="run cancelled")
    closed = ledger.approval("ap_ef1")
    assert closed is not None
    assert closed.status == "rejected"


def test_what_waits_for_somebody(ledger: SqlLedger, tenant: str):
    for n in range(4):
        approved(ledger, an_effect(tenant, f"ef{n}"))
    ledger.propose(an_effect(tenant, "ef4"))
    ledger.send("ef1", AT, NEXT)
    ledger.send("ef2", AT, LATER)
    ledger.send("ef3", AT, NEXT)
    ledger.move("ef3", "sending", "unknown", AT)
    assert [effect.id for effect in ledger.waiting(AT)] == ["ef0", "ef3"]
    assert [effect.id for effect in ledger.waiting(NEXT)] == ["ef0", "ef1", "ef3"]


def refused(ledger: SqlLedger, effect: Effect, *caps: Cap) -> str:
    approved(ledger, effect)
    with pytest.raises(QuotaExceeded) as told:
        ledger.send(effect.id, AT, LATER, caps)
    held = ledger.get(effect.id)
    assert held is not None
    assert held.status == "approved"
    return told.value.message


def test_caps_count_what_may_have_happened(ledger: SqlLedger, tenant: str):
    cap = Cap(tool="refund", amount=usd(1700))
    for n in range(3):
        approved(ledger, an_effect(tenant, f"ef{n}"))
        ledger.send(f"ef{n}", AT, LATER, [cap])
    ledger.move("ef0", "sending", "done", AT)
    ledger.move("ef1", "sending", "unknown", AT)
    told = refused(ledger, an_effect(tenant, "ef3"), cap)
    assert told == "cap of refund: 17.00 USD a day; used on 2026-03-01: 15.00 USD; asked: 5.00 USD."
    ledger.move("ef2", "sending", "failed", AT)
    assert ledger.send("ef3", AT, LATER, [cap]).status == "sending"


def test_caps_of_tool_and_day(ledger: SqlLedger, tenant: str):
    every, ads = Cap(count=1), Cap(tool="ads", count=0)
    approved(ledger, an_effect(tenant))
    ledger.send("ef1", AT, LATER, [every, ads])
    assert "1 a day; used on 2026-03-01: 1; asked: 1" in refused(
        ledger, an_effect(tenant, "ef2"), every
    )
    assert "cap of ads: 0" in refused(ledger, an_effect(tenant, "ef3", tool="ads"), ads)
    tomorrow = ledger.send("ef2", AT, LATER, [every], day=DAY + timedelta(days=1))
    assert tomorrow.day == DAY + timedelta(days=1)


def test_what_fits_no_cap_in_money(ledger: SqlLedger, tenant: str):
    cap = Cap(amount=usd(10_000))
    euro = usd(1).model_copy(update={"currency": "EUR"})
    assert "asked: 0.01 EUR" in refused(ledger, an_effect(tenant, amount=euro), cap)
    assert "unknown amount" in refused(ledger, an_effect(tenant, "ef2", amount=None), cap)
    approved(ledger, an_effect(tenant, "ef3", amount=None, level="write"))
    assert ledger.send("ef3", AT, LATER, [cap]).status == "sending"


def test_rules_in_force(database: SqlDatabase, tenant: str):
    rules = database.rules(tenant)
    kept = [
        a_rule(tenant, "ru1", up_to=usd(500), cap=Cap(count=3)),
        a_rule(tenant, "ru2", tool="ads"), a_rule(tenant, "ru3", expires_at=NEXT),
    ]  # fmt: skip
    for rule in kept:
        rules.put(rule)
    assert list(rules.rules(None, AT)) == kept
    assert [rule.id for rule in rules.rules("refund", AT)] == ["ru1", "ru3"]
    assert [rule.id for rule in rules.rules("refund", NEXT)] == ["ru1"]
    revoked = rules.revoke("ru1", NEXT)
    assert revoked.revoked_at == NEXT
    assert rules.revoke("ru1", LATER) == revoked == rules.rule("ru1")
    assert not rules.rules("refund", NEXT)
    with pytest.raises(NotFound):
        rules.revoke("ru9", AT)
    for wrong in (kept[0], a_rule("another")):
        with pytest.raises(InvalidInput):
            rules.put(wrong)


def test_a_rule_is_looked_at_again_when_its_effect_is_sent(database: SqlDatabase, tenant: str):
    ledger, rules = database.ledger(tenant), database.rules(tenant)
    for n in (1, 2):
        rules.put(a_rule(tenant, f"ru{n}", expires_at=LATER))
        approved(ledger, an_effect(tenant, f"ef{n}"), by=f"ru{n}")
    rules.revoke("ru1", AT)
    with pytest.raises(Forbidden, match="ru1 is no longer in force"):
        ledger.send("ef1", NEXT, LATER)
    with pytest.raises(Forbidden, match="ru2 is no longer in force"):
        ledger.send("ef2", LATER, LATER)
    rules.halt("mia", AT, "fraud")
    with pytest.raises(Forbidden, match="halted by mia: fraud"):
        ledger.send("ef2", NEXT, LATER)
    assert rules.halted() == Halt(by="mia", at=AT, reason="fraud")
    rules.resume("tom", NEXT)
    assert rules.halted() is None
    assert ledger.send("ef2", NEXT, LATER).status == "sending"


def test_the_kill_switch_leaves_alone_what_people_approved(database: SqlDatabase, tenant: str):
    ledger = database.ledger(tenant)
    asked = propose(ledger, an_effect(tenant))
    ledger.decide(asked.id, a_vote("mia"), AT)
    database.rules(tenant).halt("mia", AT)
    assert ledger.send("ef1", AT, LATER).status == "sending"


def test_tenants_never_see_each_others_effects(database: SqlDatabase, tenant: str):
    ledger, other = database.ledger(tenant), new_tenant()
    database.runs(tenant).start(a_run(tenant))
    asked = propose(ledger, an_effect(tenant))
    approved(ledger, an_effect(tenant, "ef2"))
    database.rules(tenant).put(a_rule(tenant))
    database.rules(tenant).halt("mia", AT)
    assert ledger.pending("t1") == (asked,)
    assert not ledger.pending("t2")
    theirs, rules = database.ledger(other), database.rules(other)
    nothing = [
        theirs.get("ef1"), theirs.of_run("r1"), theirs.waiting(LATER), theirs.approval(asked.id),
        theirs.pending(), theirs.pending("t1"), theirs.expire(LATER), rules.rule("ru1"),
        rules.rules(None, AT), rules.halted(),
    ]  # fmt: skip
    assert not any(nothing)
    for call in (
        lambda: theirs.decide(asked.id, a_vote("eve"), AT),
        lambda: theirs.move("ef1", "proposed", "rejected", AT),
        lambda: theirs.send("ef2", AT, LATER),
        lambda: theirs.amend("ef1", {}, "h1", None, "h0", AT),
        lambda: rules.revoke("ru1", AT),
    ):
        with pytest.raises(NotFound):
            call()
    database.rules(tenant).resume("mia", AT)
    approved(theirs, an_effect(other, "ef2"))
    theirs.send("ef2", AT, LATER, [Cap(count=1)])
    assert ledger.send("ef2", AT, LATER, [Cap(count=1)]).status == "sending"
