"""Handovers in the store: opened once with a run's end, one holder, one order of words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from shop_records import new_tenant
from written_runs import AT, a_run, a_turn, leave

from stores import handovers
from stores.inbox import SqlInbox
from stores.open import SqlDatabase
from tradewind.errors import Busy, InvalidInput, NotFound, PlatformError
from tradewind.handover import Contact, Handover, Opening
from tradewind.ports.storage import Heard, Turn
from tradewind.trace import ERASED_TEXT

LATER = AT + timedelta(minutes=30)
NEED = Opening(run="r1", why="common.handover", language="es", intent="human_agent")
ANA = Contact(name="Ana", email="ana@example.com", message="call ana@example.com")
MINUTE = timedelta(minutes=1)


def needed(database: SqlDatabase, tenant: str, run: str = "r1", knows: str = "") -> Handover:
    """A run that ended with the wish for a person; the thread's newest handover."""
    turns = (a_turn(run, "help"), a_turn(run, "wait", "assistant"))
    opening = NEED.model_copy(update={"run": run})
    leave(database, tenant, run, Heard(turns=turns, handover=opening, knows=knows))
    found = database.inbox(tenant).standing("t1")
    assert found is not None
    return found


def says(run: str, knows: str = "") -> Heard:
    return Heard(turns=(a_turn(run, "and?"), a_turn(run, "hm", "assistant")), knows=knows)


def kinds(inbox: SqlInbox, id: str) -> list[str]:
    return [step.kind for step in inbox.steps(id)]


def roles(database: SqlDatabase, tenant: str) -> list[str]:
    return [turn.role for turn in database.threads(tenant).turns("t1", 100)]


def test_a_handover_is_there_with_the_runs_end(database: SqlDatabase, tenant: str) -> None:
    told = needed(database, tenant)
    assert (told.why, told.language, told.intent) == ("common.handover", "es", "human_agent")
    assert (told.state, told.run, told.opened_at) == ("waiting", "r1", AT)
    assert database.inbox(tenant).queue() == (told,)
    assert kinds(database.inbox(tenant), told.id) == ["opened"]


def test_a_run_that_does_not_end_leaves_none(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handover and the run's end are one commit."""

    def fails(*_: object) -> None:
        raise InvalidInput("no", "no")

    monkeypatch.setattr("stores.threads.append", fails)
    with pytest.raises(InvalidInput):
        needed(database, tenant)
    assert database.inbox(tenant).queue() == ()


def test_a_run_that_ends_twice_opens_one(database: SqlDatabase, tenant: str) -> None:
    """A run that waited for people ends again when it goes on."""
    told = needed(database, tenant)
    heard = Heard(turns=(a_turn("r1", "done", "assistant"),), handover=NEED)
    database.runs(tenant).finish(a_run(tenant), (), heard)
    inbox = database.inbox(tenant)
    assert kinds(inbox, told.id) == ["opened"]
    inbox.close(told.id, "mia", AT)
    database.runs(tenant).finish(a_run(tenant), (), heard)
    assert inbox.queue() == ()


def test_the_bug_that_opens_again_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handovers, "_DID_OPEN", handovers._DID.where(handovers._s.kind == "-"))  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(AssertionError):
        test_a_run_that_ends_twice_opens_one(database, tenant)


def test_of_many_who_take_at_once_one_has_it(database: SqlDatabase, tenant: str) -> None:
    told, inbox, people = needed(database, tenant), database.inbox(tenant), 8
    barrier = Barrier(people)

    def take(number: int) -> str:
        barrier.wait()
        try:
            return inbox.take(told.id, f"p{number}", AT, LATER).taken_by
        except (InvalidInput, Busy):
            return ""

    with ThreadPoolExecutor(people) as pool:
        winners = [name for name in pool.map(take, range(people)) if name]
    found = inbox.handover(told.id)
    assert found is not None
    assert winners == [found.taken_by]
    assert kinds(inbox, told.id) == ["opened", "taken"]


def test_the_bug_that_compares_nothing_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes, has it: the same test sees two."""

    def never(_: Handover, __: object) -> bool:
        return False

    monkeypatch.setattr(Handover, "held", never)
    with pytest.raises(AssertionError):
        test_of_many_who_take_at_once_one_has_it(database, tenant)


def test_nobody_takes_while_a_run_is_at_work(database: SqlDatabase, tenant: str) -> None:
    """What the assistant is about to say is said before a person has the thread."""
    told, inbox = needed(database, tenant), database.inbox(tenant)
    fence = database.runs(tenant).start(a_run(tenant, "r2", started_at=AT), LATER)
    with pytest.raises(Busy):
        inbox.take(told.id, "mia", AT, LATER)
    database.runs(tenant).finish(a_run(tenant, "r2"), (), says("r2"), fence)
    assert inbox.take(told.id, "mia", AT, LATER).state == "taken"
    assert roles(database, tenant) == ["user", "assistant"] * 2


def test_a_worker_that_woke_too_late_says_nothing(database: SqlDatabase, tenant: str) -> None:
    """Its lease was over when a person took the thread: the taking raised the fence."""
    told, inbox = needed(database, tenant), database.inbox(tenant)
    fence = database.runs(tenant).start(a_run(tenant, "r2", started_at=AT), AT + MINUTE)
    inbox.take(told.id, "mia", AT + 2 * MINUTE, LATER)
    with pytest.raises(PlatformError, match="another worker"):
        database.runs(tenant).finish(a_run(tenant, "r2"), (), says("r2"), fence)
    assert roles(database, tenant) == ["user", "assistant"]


def test_a_run_that_did_not_know_of_the_person_stays_a_draft(
    database: SqlDatabase, tenant: str
) -> None:
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT, LATER)
    inbox.reply(told.id, "mia", "We look.", "k", AT, LATER)
    leave(database, tenant, "r2", says("r2"))
    leave(database, tenant, "r3", says("r3", knows=told.id))
    assert roles(database, tenant) == [
        "user", "assistant", "person", "user", "draft", "user", "assistant",
    ]  # fmt: skip
    found = inbox.handover(told.id)
    assert found is not None
    assert found.state == "taken"
    assert kinds(inbox, told.id)[-2:] == ["buyer_wrote", "buyer_wrote"]


def test_the_bug_that_lets_it_speak_is_found(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_it_is(turn: Turn) -> Turn:
        return turn

    monkeypatch.setattr(handovers, "_draft", as_it_is)
    with pytest.raises(AssertionError):
        test_a_run_that_did_not_know_of_the_person_stays_a_draft(database, tenant)


def test_a_message_is_said_once_for_its_key(database: SqlDatabase, tenant: str) -> None:
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT, LATER)
    barrier = Barrier(4)

    def say(_: int) -> bool:
        barrier.wait()
        while True:
            try:
                return inbox.reply(told.id, "mia", "Hello.", "k1", AT, LATER)[1]
            except Busy:
                continue

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(say, range(4))) == [False, False, False, True]
    assert roles(database, tenant).count("person") == 1
    with pytest.raises(InvalidInput, match="mia's"):
        inbox.reply(told.id, "tom", "Hello.", "k1", AT, LATER)


def test_words_keep_their_order(database: SqlDatabase, tenant: str) -> None:
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT, LATER)
    for number in range(5):
        inbox.reply(told.id, "mia", f"part {number}", f"k{number}", AT, LATER)
    said = [t.text for t in database.threads(tenant).turns("t1", 100) if t.role == "person"]
    assert said == [f"part {number}" for number in range(5)]


def test_what_is_forgotten_comes_back(database: SqlDatabase, tenant: str) -> None:
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT, LATER)
    assert inbox.lapse(LATER - MINUTE) == 0
    assert inbox.lapse(LATER) == 1
    found = inbox.handover(told.id)
    assert found is not None
    assert (found.state, found.taken_by) == ("waiting", "")
    with pytest.raises(InvalidInput, match="Take it first"):
        inbox.reply(told.id, "mia", "x", "k", LATER, LATER)
    inbox.take(told.id, "tom", LATER, LATER + MINUTE)
    inbox.reply(told.id, "tom", "x", "k", LATER, LATER + MINUTE)
    assert inbox.lapse(LATER + MINUTE) == 1
    assert inbox.queue() == ()
    assert kinds(inbox, told.id) == ["opened", "taken", "lapsed", "taken", "replied", "lapsed"]


def test_a_need_after_an_answer_that_lapsed_is_a_new_one(
    database: SqlDatabase, tenant: str
) -> None:
    """The buyer comes back before anybody looked at the queue: nothing is lost."""
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT - 2 * MINUTE, AT - MINUTE)
    inbox.reply(told.id, "mia", "x", "k", AT - 2 * MINUTE, AT - MINUTE)
    later = needed(database, tenant, "r2")
    assert later.id != told.id
    assert [one.id for one in inbox.queue()] == [later.id]
    assert later.reopened_from == told.id


def test_giving_back_ends_it_once_somebody_answered(database: SqlDatabase, tenant: str) -> None:
    told, inbox = needed(database, tenant), database.inbox(tenant)
    inbox.take(told.id, "mia", AT, LATER)
    assert inbox.give_back(told.id, "mia", AT).state == "waiting"
    inbox.take(told.id, "mia", AT, LATER)
    inbox.reply(told.id, "mia", "x", "k", AT, LATER)
    assert inbox.give_back(told.id, "mia", AT).state == "closed"
    with pytest.raises(InvalidInput, match="closed"):
        inbox.take(told.id, "mia", AT, LATER)


def test_a_contact_is_sealed_and_erased_with_its_person(database: SqlDatabase, tenant: str) -> None:
    inbox = database.inbox(tenant)
    told = inbox.contact("b:contact", ANA, "en", AT)
    assert inbox.handover(told.id) == told
    again = inbox.contact("b:contact", ANA.model_copy(update={"name": "Ana B"}), "en", AT)
    assert again.id == told.id
    raw = database.inbox(tenant)._link.rows(handovers.GET, {"tenant": tenant, "id": told.id})  # pyright: ignore[reportPrivateUsage]
    assert "ana" not in raw[0][0].casefold()
    (kept,) = database.archive(tenant).rows("thread")
    assert kept["thread"] == "b:contact"
    database.erasure(tenant).erase("ana@example.com", LATER)
    found = inbox.handover(told.id)
    assert found is not None
    assert found.contact is not None
    assert (found.contact.name, found.contact.email) == (ERASED_TEXT, "")
    turns = database.threads(tenant).turns("b:contact")
    assert {turn.text for turn in turns} == {ERASED_TEXT}


def test_another_shop_sees_nothing(database: SqlDatabase, tenant: str) -> None:
    told, other = needed(database, tenant), database.inbox(new_tenant())
    assert (other.handover(told.id), other.standing("t1"), other.steps(told.id)) == (None, None, ())
    assert (other.queue(), other.all(), other.lapse(LATER)) == ((), (), 0)
    for do in (other.close, other.give_back):
        with pytest.raises(NotFound):
            do(told.id, "mia", AT)


def test_the_export_holds_them(database: SqlDatabase, tenant: str) -> None:
    told = needed(database, tenant)
    database.inbox(tenant).take(told.id, "mia", AT, LATER)
    rows = list(database.archive(tenant).rows("handover"))
    assert [row["id"] for row in rows] == [told.id]
    steps = rows[0]["steps"]
    assert isinstance(steps, list)
    assert len(steps) == 2
