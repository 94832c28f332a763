"""The widget on the shop's own site: bearers for its origins, and for nobody else's."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from visitors import Door, asked, events_of

from api.cors import BEARER_SECONDS
from api.doors import Doors
from api.keys import make_key
from api.sessions import BUYER_COOKIE, BUYER_SECONDS, new_buyer, seal
from tradewind.people import Tenant
from wiring.platform import Platform

HOME, OTHER = "https://shop.example", "https://other.example"
ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
TRACKING = "9400133284041056308157"
PROOF = {"order": ORDER, "email": EMAIL}
SESSION, CHAT = "/api/widget/session", "/api/chat"
_numbers = count(1)


@pytest.fixture(autouse=True)
def placed(opened: Platform) -> Iterator[None]:
    """Two shops, each with a site of its own."""
    tenants, sample = opened.database.tenants(), opened.tenant("sample")
    tenants.put_tenant(sample.model_copy(update={"origins": (HOME,)}))
    tenants.put_tenant(Tenant(id="second", name="Second", origins=(OTHER,)))
    yield
    tenants.put_tenant(sample)


def open_(door: Door, origin: str = HOME, shop: str = "sample", bearer: str = "", **proof: Any
          ) -> httpx.Response:  # fmt: skip
    headers = {"origin": origin} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
    return door.request("POST", f"{SESSION}?shop={shop}", json=proof, headers=headers)


def bearer_for(door: Door, **proof: Any) -> str:
    answer = open_(door, **(proof or {"visit": True}))
    assert answer.status_code == 200, answer.text
    return answer.json()["bearer"]


def say(door: Door, bearer: str, text: str = "Where is my order?", origin: str = HOME,
        thread: str = "") -> httpx.Response:  # fmt: skip
    body = asked(text, threadId=thread or f"t{next(_numbers)}")
    return door.request(
        "POST", f"{CHAT}?as_=buyer&shop=sample", content=json.dumps(body).encode(),
        headers={"origin": origin, "authorization": f"Bearer {bearer}"},
    )  # fmt: skip


def preflight(door: Door, url: str, origin: str = HOME) -> httpx.Response:
    asks = {"origin": origin, "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type"}  # fmt: skip
    return door.request("OPTIONS", url, headers=asks)


def cors(answer: httpx.Response) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k.startswith("access-control-")}


# ---- what opens


def test_a_proof_on_the_shops_site_opens_the_order(visitor: Door) -> None:
    answer = open_(visitor, **PROOF)
    assert answer.json()["expires"] <= time.time() + BEARER_SECONDS
    assert not visitor.cookies
    assert TRACKING in say(visitor, answer.json()["bearer"]).text
    assert not visitor.cookies


def test_a_visitor_keeps_a_conversation_and_renews_it(visitor: Door) -> None:
    bearer = bearer_for(visitor)
    say(visitor, bearer, f"Where is {ORDER}?", thread="kept")
    renewed = bearer_for(visitor, visit=True, bearer=bearer)
    assert renewed != bearer
    assert TRACKING in say(visitor, renewed, f"Where is it? My e-mail: {EMAIL}", thread="kept").text
    assert TRACKING not in say(visitor, bearer_for(visitor), "Where is it?", thread="kept").text


def test_answers_can_be_read_on_the_shops_site_alone(visitor: Door) -> None:
    told = {"access-control-allow-origin": HOME, "access-control-expose-headers": "Retry-After"}
    bearer = bearer_for(visitor)
    for answer in (open_(visitor, visit=True), open_(visitor, order="x"), say(visitor, bearer),
                   say(visitor, "tb_forged"), open_(visitor, token="x")):  # fmt: skip
        assert cors(answer) == told, answer.text
        assert "Origin" in answer.headers["vary"]
    for answer in (open_(visitor, "https://evil.example", **PROOF), open_(visitor, OTHER, **PROOF),
                   open_(visitor, "null", **PROOF), open_(visitor, shop="nobody", **PROOF),
                   visitor.get("/api/storefront?shop=sample", origin=HOME)):  # fmt: skip
        assert cors(answer) == {}


def test_preflights_name_one_origin_and_no_credentials(visitor: Door) -> None:
    for url in (f"{SESSION}?shop=sample", f"{CHAT}?as_=buyer&shop=sample"):
        told = preflight(visitor, url)
        assert told.status_code == 204
        assert cors(told) == {
            "access-control-allow-origin": HOME, "access-control-allow-methods": "POST",
            "access-control-allow-headers": "authorization, content-type",
            "access-control-max-age": "600",
        }  # fmt: skip
    refused = [
        preflight(visitor, f"{SESSION}?shop=sample", OTHER), preflight(visitor, SESSION),
        preflight(visitor, f"{SESSION}?shop=nobody"), preflight(visitor, f"{CHAT}?shop=second"),
        preflight(visitor, f"{SESSION}?shop=sample", f"{HOME}.evil.example"),
        preflight(visitor, f"{SESSION}?shop=sample", HOME.replace("https", "http")),
    ]  # fmt: skip
    assert {(a.status_code, a.text, str(cors(a))) for a in refused} == {(403, "", "{}")}


# ---- what opens nothing


def test_a_bearer_holds_where_it_was_given_and_for_its_time(
    visitor: Door, doors: Doors, opened: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = bearer_for(visitor, **PROOF)
    cookie = seal(new_buyer("sample", ORDER), doors.secret)
    key = make_key(doors.people("sample"), "sample", "t", "merchant", doors.now())[1]
    wrong = [
        say(visitor, bearer, origin=OTHER), say(visitor, bearer, origin="http://shop.test"),
        say(visitor, bearer[:-1]), say(visitor, "tb_"), say(visitor, f"tb_{cookie}"),
    ]  # fmt: skip
    assert {(a.status_code, a.text) for a in wrong} == {(403, say(visitor, "tb_x.y").text)}
    assert say(visitor, key).status_code == 403
    visitor.cookies.set(BUYER_COOKIE, bearer.removeprefix("tb_"))
    assert TRACKING not in json.dumps(visitor.say("Where is my order?"))
    visitor.cookies.clear()
    later = time.time() + BEARER_SECONDS + 1
    with monkeypatch.context() as at:
        at.setattr("api.cors.time.time", lambda: later)
        assert say(visitor, bearer).status_code == 403
    assert TRACKING in say(visitor, bearer).text
    opened.database.tenants().put_tenant(opened.tenant("sample").model_copy(update={"origins": ()}))
    assert say(visitor, bearer).status_code == 403


def test_renewing_does_not_go_on_for_ever(visitor: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer, now, hold = bearer_for(visitor, **PROOF), time.time(), 840
    for at in range(hold, 2 * BUYER_SECONDS, hold):
        monkeypatch.setattr("api.cors.time.time", lambda at=at: now + at)
        answer = open_(visitor, bearer=bearer, visit=True)
        if answer.status_code == 403:
            assert at <= BUYER_SECONDS + hold
            return
        bearer = answer.json()["bearer"]
    pytest.fail("a session went on for two days")


def test_another_site_is_refused_whatever_it_brings(visitor: Door, merchant: Door) -> None:
    for origin in ("https://evil.example", OTHER, "null"):
        for door in (visitor, merchant):
            assert open_(door, origin, **PROOF).status_code == 403
            assert open_(door, origin, visit=True).status_code == 403
    assert open_(visitor, OTHER, "second", order=ORDER, email=EMAIL).status_code == 404
    body = json.dumps(asked("hi")).encode()
    for query in ("as_=buyer&shop=sample", "as_=merchant&shop=sample"):
        answer = merchant.request("POST", f"{CHAT}?{query}", content=body, headers={"origin": HOME})
        assert answer.status_code == 403


def test_a_cookie_is_no_word_on_another_site(visitor: Door) -> None:
    visitor.request("POST", SESSION, json=PROOF)
    assert BUYER_COOKIE in visitor.cookies
    assert TRACKING not in say(visitor, bearer_for(visitor)).text


# ---- planted bugs


def test_a_bearer_of_any_origin_is_seen(
    app: FastAPI, new_door: Callable[[], Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    door = new_door()
    bearer = bearer_for(door, **PROOF)
    monkeypatch.setattr("api.cors.foreign_origin", lambda _: HOME)  # pyright: ignore[reportUnknownLambdaType]
    assert TRACKING in say(door, bearer, origin=OTHER).text


def test_origins_by_pattern_are_seen(visitor: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends_alike(doors: Doors, tenant: str, origin: str) -> bool:
        return any(origin.startswith(known) for known in doors.tenant(tenant).origins)

    monkeypatch.setattr("api.cors.allows", ends_alike)
    told = preflight(visitor, f"{SESSION}?shop=sample", f"{HOME}.evil.example")
    assert told.status_code == 204


def test_the_stream_is_whole(visitor: Door) -> None:
    events = events_of(say(visitor, bearer_for(visitor), "hello"))
    assert events[0]["type"] == "RUN_STARTED"
    assert events[-1]["type"] == "RUN_FINISHED"
