"""What buyers and visitors say for the measures, over HTTP, and what the merchant sees of it."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from visitors import Door, Event

from api.doors import Doors
from tradewind.measures import Measuring
from wiring.platform import Platform

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
_threads = count(1)
_visitors = count(1)


@pytest.fixture
def thread() -> str:
    return f"measured{next(_threads)}"


@pytest.fixture
def holdout(opened: Platform) -> Iterator[None]:
    """Half of the visitors are held out."""
    tenants = opened.database.tenants()
    tenant = opened.tenant("sample")
    tenants.put_tenant(tenant.model_copy(update={"measuring": Measuring(holdout=50)}))
    yield
    tenants.put_tenant(tenant)


def ended(events: list[Event]) -> dict[str, Any]:
    return events[-1]["result"]


def asks(visitor: Door, thread: str) -> str:
    """A question that is answered from records; its run."""
    given = {"order": ORDER, "email": EMAIL}
    told = ended(visitor.say("Where is my order?", threadId=thread, forwardedProps=given))
    assert told["citations"]
    return told["run"]


def helped(visitor: Door, thread: str, run: str, yes: bool = True) -> int:
    told = {"thread": thread, "run": run, "helped": yes}
    return visitor.press("/api/chat/helped", told).status_code


def classes(merchant: Door) -> dict[str, int]:
    answer = merchant.get("/api/measures?days=1")
    assert answer.status_code == 200, answer.text
    return answer.json()["service"]["classes"]


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {kind: after[kind] - before[kind] for kind in after if after[kind] != before[kind]}


def test_a_yes_confirms_once(visitor: Door, merchant: Door, thread: str) -> None:
    before = classes(merchant)
    run = asks(visitor, thread)
    assert gained(before, classes(merchant)) == {"open": 1}
    assert [helped(visitor, thread, run) for _ in range(3)] == [200] * 3
    assert gained(before, classes(merchant)) == {"confirmed": 1}
    assert helped(visitor, thread, run, yes=False) == 200
    assert gained(before, classes(merchant)) == {"unresolved": 1}


def test_words_confirm_too(visitor: Door, merchant: Door, thread: str) -> None:
    before = classes(merchant)
    asks(visitor, thread)
    visitor.say("That helped, thank you!", threadId=thread)
    assert gained(before, classes(merchant)) == {"confirmed": 1}


def test_a_wish_for_a_person_is_handed_over_and_a_greeting_is_nothing(
    visitor: Door, merchant: Door, thread: str
) -> None:
    before = classes(merchant)
    visitor.say("hello", threadId=f"{thread}b")
    assert gained(before, classes(merchant)) == {}
    visitor.say("I want to talk to a person", threadId=thread)
    assert gained(before, classes(merchant)) == {"handed_over": 1}


def test_nobody_speaks_for_another(
    visitor: Door, new_door: Callable[[], Door], merchant: Door, thread: str
) -> None:
    run = asks(visitor, thread)
    stranger = new_door()
    assert helped(stranger, thread, run) == 403  # has no conversation
    asks(stranger, "own")
    assert helped(stranger, thread, run) == 404
    assert helped(stranger, "own", run) == 404
    assert helped(visitor, thread, "run_0000000000000000") == 404
    assert helped(visitor, "../x", run) == 422


def test_only_staff_see_the_measures(visitor: Door, merchant: Door) -> None:
    assert visitor.get("/api/measures").status_code in (401, 403)
    found = merchant.get("/api/measures?days=7").json()
    assert found["version"] == 1
    assert found["conversion"]["verdict"] == "no_holdout"
    assert merchant.get("/api/measures?days=0").status_code == 422


def arrives(door: Door, visitor: str, consent: bool = True, **headers: str) -> Any:
    told = {"visitor": visitor, "consent": consent}
    return door.request("POST", "/api/widget/visitor", json=told, headers=headers)


def fresh() -> str:
    return f"twv_{next(_visitors):032x}"


def kept(doors: Doors) -> int:
    store = doors.shop("sample").measures
    assert store is not None
    return sum(1 for _ in store.visits(doors.now().replace(year=2020)))


def test_without_a_holdout_nobody_is_kept(visitor: Door, doors: Doors) -> None:
    assert arrives(visitor, fresh()).json() == {"show": True}
    assert kept(doors) == 0


@pytest.mark.usefixtures("holdout")
def test_who_agreed_is_drawn_once_and_who_did_not_is_not_kept(visitor: Door, doors: Doors) -> None:
    before, ids = kept(doors), [fresh() for _ in range(40)]
    assert all(arrives(visitor, id, consent=False).json()["show"] for id in ids)
    assert kept(doors) == before
    shown = [arrives(visitor, id).json()["show"] for id in ids]
    assert shown == [arrives(visitor, id).json()["show"] for id in ids]
    assert 5 < sum(shown) < 35
    assert kept(doors) == before + len(ids)
    for id in ids:
        assert arrives(visitor, id, consent=False).json() == {"show": True}
    assert kept(doors) == before


def test_a_strange_page_counts_nobody(visitor: Door) -> None:
    assert arrives(visitor, fresh(), origin="https://evil.example").status_code == 403
    bad = {"visitor": "ana@example.com", "consent": True}
    assert visitor.request("POST", "/api/widget/visitor", json=bad).status_code == 422
