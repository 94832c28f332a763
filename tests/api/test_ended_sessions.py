"""Buyers' sessions that the shop ends before their time: a bearer, a buyer, all of them."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import httpx
import pytest
from visitors import Door, asked

from api.cors import read_bearer
from api.doors import Doors
from api.ended import end_all, end_bearer, end_buyer
from api.sessions import BUYER_COOKIE, BUYER_SECONDS, Ticket, new_buyer, seal, unseal
from tradewind.people import Tenant
from wiring.platform import Platform

HOME = "https://shop.example"
ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
TRACKING = "9400133284041056308157"
_numbers = count(1)


@pytest.fixture(autouse=True)
def placed(opened: Platform) -> Iterator[None]:
    tenants, sample = opened.database.tenants(), opened.tenant("sample")
    tenants.put_tenant(sample.model_copy(update={"origins": (HOME,)}))
    tenants.put_tenant(Tenant(id="beside", name="Beside", origins=(HOME,)))
    yield
    tenants.put_tenant(sample)


def bearer_for(door: Door, shown: str = "", shop: str = "sample", **proof: str) -> str:
    headers = {"origin": HOME} | ({"authorization": f"Bearer {shown}"} if shown else {})
    body = proof or {"visit": True}
    answer = door.request(
        "POST", f"/api/widget/session?shop={shop}", json=body, headers=headers
    )  # fmt: skip
    assert answer.status_code in (200, 403), answer.text
    return answer.json().get("bearer", "")


def say(door: Door, bearer: str, shop: str = "sample") -> httpx.Response:
    body = asked("Where is my order?", threadId=f"ended{next(_numbers)}")
    return door.request(
        "POST", f"/api/chat?as_=buyer&shop={shop}", content=json.dumps(body).encode(),
        headers={"origin": HOME, "authorization": f"Bearer {bearer}"},
    )  # fmt: skip


def parts(doors: Doors, bearer: str) -> tuple[str, Ticket]:
    told = read_bearer(bearer, doors.secret)
    assert told is not None
    return told.jti, told.ticket


def test_an_ended_bearer_opens_nothing_and_others_stay(visitor: Door, doors: Doors) -> None:
    bearer, other = (bearer_for(visitor, order=ORDER, email=EMAIL) for _ in range(2))
    assert TRACKING in say(visitor, bearer).text
    end_bearer(doors.people("sample"), parts(doors, bearer)[0], doors.now())
    refused = say(visitor, bearer)
    assert refused.status_code == 403
    assert refused.text == say(visitor, f"{bearer[:-2]}00").text
    assert bearer_for(visitor, bearer) == ""
    assert TRACKING in say(visitor, other).text


def test_an_ended_buyer_has_neither_bearer_nor_renewal(visitor: Door, doors: Doors) -> None:
    first = bearer_for(visitor, order=ORDER, email=EMAIL)
    renewed = bearer_for(visitor, first)
    assert parts(doors, first)[1].actor == parts(doors, renewed)[1].actor
    end_buyer(doors.people("sample"), parts(doors, first)[1].actor, doors.now())
    assert [say(visitor, shown).status_code for shown in (first, renewed)] == [403, 403]
    assert bearer_for(visitor, renewed) == ""
    again = bearer_for(visitor, order=ORDER, email=EMAIL)
    assert TRACKING in say(visitor, again).text


def test_all_that_were_made_until_now_are_ended(visitor: Door, doors: Doors) -> None:
    old, beside = bearer_for(visitor), bearer_for(visitor, shop="beside")
    people = doors.people("sample")
    end_all(people, doors.now())
    assert say(visitor, old).status_code == 403
    assert say(visitor, beside, "beside").status_code == 200
    later = new_buyer("sample").model_copy(
        update={"expires": int(time.time()) + BUYER_SECONDS + 5}
    )  # fmt: skip
    visitor.cookies.set(BUYER_COOKIE, seal(later, doors.secret))
    visitor.say("hi", threadId=f"ended{next(_numbers)}")
    assert visitor.cookies[BUYER_COOKIE] == seal(later, doors.secret)
    people.end("ended: all", doors.now() - timedelta(days=2), doors.now())  # let others come in


def cookie_stays(visitor: Door, doors: Doors) -> bool:
    """Whether an ended buyer's cookie still says who they are."""
    visitor.request("POST", "/api/widget/session", json={"order": ORDER, "email": EMAIL})
    before = unseal(visitor.cookies[BUYER_COOKIE], doors.secret, time.time())
    assert before is not None
    end_buyer(doors.people("sample"), before.actor, doors.now())
    told = visitor.say("Where is my order?", threadId=f"ended{next(_numbers)}")
    after = unseal(visitor.cookies[BUYER_COOKIE], doors.secret, time.time())
    assert after is not None
    assert (TRACKING in json.dumps(told)) == (after.actor == before.actor)
    return after.actor == before.actor


def test_an_ended_cookie_is_a_stranger_s(
    new_door: Callable[[], Door], doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*_: object) -> bool:
        return True

    assert not cookie_stays(new_door(), doors)
    monkeypatch.setattr("api.guard.lasts", always)
    assert cookie_stays(new_door(), doors)


def test_without_the_look_an_ended_bearer_opens(
    visitor: Door, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*_: object) -> bool:
        return True

    bearer = bearer_for(visitor, order=ORDER, email=EMAIL)
    end_bearer(doors.people("sample"), parts(doors, bearer)[0], doors.now())
    monkeypatch.setattr("api.cors.lasts", always)
    assert TRACKING in say(visitor, bearer).text
