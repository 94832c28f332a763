"""Many at once: one decides, one sends, no cap is passed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from proposed_effects import (
    LATER,
    a_question,
    a_rule,
    a_vote,
    an_effect,
    approved,
    outcome,
    propose,
    usd,
)
from shop_records import new_tenant
from written_runs import AT, KEY

from stores import caps, ledger, questions
from stores.ledger import SqlLedger
from stores.link import Write
from stores.open import SqlDatabase, open_database
from tradewind.effects import Cap

ROUNDS = 200
Call = Callable[[], str]


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlDatabase]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('races')}/store.db", key=KEY)
    yield opened
    opened.close()


def at_once(rounds: Iterable[Sequence[Call]], width: int) -> list[Counter[str]]:
    """Each round's calls started together on threads of their own; what came out, counted."""
    barrier = Barrier(width)

    def go(call: Call) -> str:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(width) as pool:
        return [Counter(pool.map(go, calls)) for calls in rounds]


def votes(ledger: SqlLedger, tenant: str, says: Sequence[bool], rounds: int) -> list[list[Call]]:
    """For each round a new effect, and a call for each person who votes on it."""
    made: list[list[Call]] = []
    for n in range(rounds):
        asked = propose(ledger, an_effect(tenant, f"ef{n}"))
        made.append([_call(ledger, asked.id, f"p{k}", yes) for k, yes in enumerate(says)])
    return made


def _call(ledger: SqlLedger, asked: str, by: str, yes: bool) -> Call:
    return lambda: outcome(ledger.decide, asked, a_vote(by, yes), AT)


def contradictions(
    database: SqlDatabase, tenant: str, says: Sequence[bool], rounds: int
) -> list[str]:
    """Rounds that did not end in one decision that question and effect agree on."""
    ledger = database.ledger(tenant)
    told = at_once(votes(ledger, tenant, says, rounds), len(says))
    found: list[str] = []
    for n, counted in enumerate(told):
        effect, asked = ledger.get(f"ef{n}"), ledger.approval(f"ap_ef{n}")
        assert effect is not None
        assert asked is not None
        one = {effect.status: 1, "InvalidInput": len(says) - 1}
        if counted != one or asked.status != effect.status or len(asked.votes) != 1:
            found.append(f"{n}: {counted}, {asked.status}, {effect.status}")
    return found


def test_of_twenty_decisions_at_once_one_counts(own_file: SqlDatabase):
    assert contradictions(own_file, new_tenant(), [True] * 20, ROUNDS) == []


def test_a_no_racing_a_yes_has_one_outcome(own_file: SqlDatabase):
    tenant = new_tenant()
    assert contradictions(own_file, tenant, [True, False], ROUNDS) == []
    ledger = own_file.ledger(tenant)
    for effect in ledger.of_run("r1"):
        sent = outcome(ledger.send, effect.id, AT, LATER)
        assert sent == ("sending" if effect.status == "approved" else "InvalidInput")


def test_decisions_at_once_on_every_back_end(database: SqlDatabase, tenant: str):
    assert contradictions(database, tenant, [True, False] * 5, 5) == []


def test_decisions_that_compare_no_status_contradict_each_other(
    own_file: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(questions, "_CHANGE", questions.changing(pending=False))
    monkeypatch.setattr(ledger, "_ALLOW", ledger.moving("allowed_by", compared=False))
    assert contradictions(own_file, new_tenant(), [True, False], 3) != []


def sendings(database: SqlDatabase) -> Counter[str]:
    """What eight senders of one effect get."""
    tenant = new_tenant()
    ledger = database.ledger(tenant)
    approved(ledger, an_effect(tenant))
    calls: list[Call] = [lambda: outcome(ledger.send, "ef1", AT, LATER)] * 8
    return at_once([calls], 8)[0]


def test_of_several_senders_one_sends(database: SqlDatabase):
    for _ in range(5):
        assert sendings(database) == {"sending": 1, "InvalidInput": 7}


def test_senders_that_compare_no_status_all_send(
    own_file: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    bare = ledger.moving("lease_until", "day", compared=False)
    monkeypatch.setattr(ledger, "_SEND", bare)
    assert sendings(own_file)["sending"] > 1


def sent_under_a_cap(database: SqlDatabase) -> Counter[str]:
    """Sixteen effects of 10 USD sent at once under a cap of 50 USD a day."""
    cap, tenant = Cap(amount=usd(5000)), new_tenant()
    ledger = database.ledger(tenant)
    for n in range(16):
        approved(ledger, an_effect(tenant, f"ef{n}", amount=usd(1000)))

    def call(id_: str) -> Call:
        return lambda: outcome(ledger.send, id_, AT, LATER, [cap])

    return at_once([[call(f"ef{n}") for n in range(16)]], 16)[0]


def test_caps_hold_when_many_send_at_once(database: SqlDatabase):
    for _ in range(3):
        told = sent_under_a_cap(database)
        assert told == {"sending": 5, "QuotaExceeded": 11}


def test_caps_that_count_the_done_alone_are_passed(
    own_file: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caps, "_USED", caps.usage(["done"], caps.ON_DAY))
    assert sent_under_a_cap(own_file)["sending"] > 5


@pytest.mark.postgres
def test_senders_that_do_not_queue_pass_the_cap(
    on_postgres: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    def nothing(*_: object) -> None:
        """No turn is waited for."""

    monkeypatch.setattr(Write, "queue", nothing)
    told = [sent_under_a_cap(on_postgres)["sending"] for _ in range(10)]
    assert max(told) > 5


def test_proposed_at_once_it_stands_once(database: SqlDatabase, tenant: str):
    ledger = database.ledger(tenant)
    effect = an_effect(tenant)
    asked: list[Any] = [lambda: outcome(ledger.propose, effect, a_question(effect))] * 8
    assert at_once([asked], 8) == [Counter(proposed=8)]
    assert len(ledger.of_run("r1")) == len(ledger.pending()) == 1


def test_after_a_halt_nothing_more_is_sent(database: SqlDatabase, tenant: str):
    ledger, rules = database.ledger(tenant), database.rules(tenant)
    rules.put(a_rule(tenant))
    for n in range(8):
        approved(ledger, an_effect(tenant, f"ef{n}"))

    def halt() -> str:
        rules.halt("mia", AT)
        return f"{sum(e.status == 'sending' for e in ledger.of_run('r1'))} sent"

    def call(id_: str) -> Call:
        return lambda: outcome(ledger.send, id_, AT, LATER)

    told = at_once([[halt, *(call(f"ef{n}") for n in range(8))]], 9)[0]
    assert told[f"{told['sending']} sent"] == 1
