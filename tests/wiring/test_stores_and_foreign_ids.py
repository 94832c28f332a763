"""Every store and index against ids of another shop; the methods come from the ports."""

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from neighbour_shop import FOREIGN, MARK, NOW, USD, outcome

from agents.turns import Shop
from tradewind.effects import Vote
from tradewind.measures import Vote as Word
from tradewind.ports.effects import LedgerStore, RuleStore
from tradewind.ports.inbox import InboxStore
from tradewind.ports.measures import MeasureStore
from tradewind.ports.people import PeopleStore
from tradewind.ports.search import SearchQuery
from tradewind.ports.storage import HookStore, RunStore, ShopReader, ThreadStore
from tradewind.trace import Run
from wiring.platform import Platform

PORTS: dict[str, type] = {
    "shop": ShopReader, "runs": RunStore, "ledger": LedgerStore, "rules": RuleStore,
    "threads": ThreadStore, "people": PeopleStore, "hooks": HookStore,
    "inbox": InboxStore, "measures": MeasureStore,
}  # fmt: skip
OTHERS: dict[str, Any] = {
    "kind": "order", "limit": 5, "fence": 1, "until": NOW + timedelta(minutes=1), "now": NOW,
    "at": NOW, "lease_until": NOW + timedelta(minutes=1), "of": "approved", "to": "failed",
    "by": "a", "hash": "h" * 64, "expires_at": NOW, "arguments": {}, "arguments_hash": "h",
    "of_hash": "h", "amount": USD, "caps": (),
    "vote": Vote(by="a", yes=True, at=NOW, arguments_hash="h"), "marks": {}, "tool": "t",
    "source": "stripe", "text": "t", "key": "k",
    "tools": ("t",), "since": NOW - timedelta(days=1), "before": NOW - timedelta(days=1),
}  # fmt: skip
"""What methods take beside ids."""
IN_RECORDS = {
    "RunStore.start", "RunStore.finish", "RunStore.keep", "LedgerStore.propose", "RuleStore.put",
    "PeopleStore.add", "PeopleStore.add_key", "HookStore.note",
    "InboxStore.contact", "InboxStore.put_draft", "InboxStore.move_draft",
    "MeasureStore.vote", "MeasureStore.visit",
}  # fmt: skip
"""Take a record that names its tenant, or belongs to the handle's: see tests/stores."""
OF_NO_ID = {
    "PeopleStore.use_token", "PeopleStore.put_widget_salt", "PeopleStore.end", "PeopleStore.ended",
    "HookStore.put_secret",
}  # fmt: skip


def methods(port: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if not name.startswith("_"):
            yield name, method


def arguments_of(port: type, name: str, method: Callable[..., Any]) -> list[str]:
    """The id arguments of a method. Raises KeyError for an argument that needs a case."""
    if f"{port.__name__}.{name}" in IN_RECORDS | OF_NO_ID:
        return []
    known = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
    for parameter in known:
        if parameter.name not in FOREIGN and parameter.default is parameter.empty:
            assert OTHERS[parameter.name] is not None
    return [parameter.name for parameter in known if parameter.name in FOREIGN]


def store_leaks(platform: Platform) -> tuple[list[str], int]:
    found, calls = [], 0
    for handle, port in PORTS.items():
        store = getattr(platform.database, handle)("sample")
        for name, method in methods(port):
            hints = inspect.signature(method).parameters
            for id_name in arguments_of(port, name, method):
                calls += 1
                rest = {
                    p: (FOREIGN[p][1] if p in FOREIGN else OTHERS[p]) for p, told in hints.items()
                    if p not in ("self", id_name) and told.default is told.empty
                }  # fmt: skip
                ids = FOREIGN[id_name]
                each = [{**rest, id_name: id_} for id_ in ids]
                call = getattr(store, name)
                told = {outcome(partial(call, **arguments), *ids) for arguments in each}
                if len(told) > 1 or any(MARK in words for words in told):
                    found.append(f"{port.__name__}.{name}({id_name})")
    return found, calls


def test_no_store_knows_anothers_ids(platform: Platform, neighbour: Shop) -> None:
    found, calls = store_leaks(platform)
    assert found == []
    assert calls > 30
    assert neighbour.runs.run(FOREIGN["run_id"][0])  # nothing of the neighbour's was changed
    assert platform.database.people("next-door").person("nia")
    assert platform.database.measures("next-door").arm(FOREIGN["mark"][0]) == "shown"


def test_what_others_promise_ask_and_sell_is_theirs(platform: Platform, neighbour: Shop) -> None:
    """Lists that take no id, and a word on an answer, which names its run in a record."""
    since, (run, nobodys) = NOW - timedelta(days=1), FOREIGN["run_id"]
    theirs, ours = (platform.database.ledger(id_) for id_ in ("next-door", "sample"))
    assert [e.id for e in theirs.promising(("t",), since)] == [FOREIGN["effect_id"][0]]
    assert not ours.promising(("t",), since)
    measures = platform.database.measures
    words = [Word(thread=FOREIGN["thread"][0], run=id_, helped=True, at=NOW)
             for id_ in (run, nobodys)]  # fmt: skip
    assert [measures("sample").vote(word) for word in words] == [False, False]
    assert list(measures("next-door").votes()) == []
    assert measures("next-door").vote(words[0])
    assert list(measures("next-door").bought(FOREIGN["word"][0]))

    def told(id_: str) -> str:
        store = measures(id_)
        lists = [each(since) for each in (store.spoken, store.passed, store.visits)]
        found = [list(each) for each in (*lists, store.votes())]
        return repr([found, platform.database.shop(id_).messages(10**6)])

    for word in (MARK, run, FOREIGN["thread"][0], FOREIGN["mark"][0]):
        assert word in told("next-door")
        assert word not in told("sample")


def test_a_store_without_its_tenant_is_found(
    platform: Platform, neighbour: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = neighbour.runs.run(FOREIGN["run_id"][0])

    def anybodys(_: object, run_id: str) -> Run | None:
        return run if run_id == FOREIGN["run_id"][0] else None

    monkeypatch.setattr("stores.runs.SqlRuns.run", anybodys)
    assert store_leaks(platform)[0] == ["RunStore.run(run_id)"]


def test_a_method_with_an_argument_nobody_knows_is_found() -> None:
    class Parcels:
        def parcel(self, parcel_ref: str) -> None: ...

    with pytest.raises(KeyError):
        arguments_of(Parcels, "parcel", Parcels.parcel)


def test_no_index_finds_or_deletes_anothers(platform: Platform, neighbour: Shop) -> None:
    index = platform.shop("sample").search
    assert index is not None
    assert neighbour.search is not None
    before = index.count()
    ids = [f"product/{id_}" for id_ in FOREIGN["product_id"]]
    assert [index.delete([id_]) for id_ in ids] == [0, 0]
    for text in (MARK, f"{MARK} blanket", *ids, *FOREIGN["product_id"]):
        assert MARK not in repr(index.search(SearchQuery(text=text, k=20)))
    assert (index.count(), neighbour.search.count()) == (before, 1)
