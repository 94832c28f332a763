"""`POST /api/widget/session`: the shop's word and the order's proof, and all that is neither."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey
from visitors import Door, events_of

from api.app import create_app
from api.doors import Doors
from api.keys import make_widget_secret
from api.sessions import BUYER_COOKIE
from tradewind.base import Money
from tradewind.commerce import Address, Customer, Order, SourceRow
from tradewind.people import Tenant
from tradewind.ports.storage import ShopReader
from wiring.platform import Platform

ORDER, EMAIL, POSTCODE, CUSTOMER = "#W2611340", "james.li4495@example.com", "10083", "james_li_5688"
FOREIGN = "#F1000001"
TRACKING = "9400133284041056308157"
_numbers = count(1)

Sign = Callable[..., str]


@pytest.fixture(scope="module")
def secret(doors: Doors) -> str:
    return make_widget_secret(doors.people("sample"), "sample", doors.secret, doors.now())


@pytest.fixture(scope="module")
def foreign_secret(opened: Platform, doors: Doors) -> str:
    """Another shop with an order of its own, and what it signs with."""
    opened.database.tenants().put_tenant(Tenant(id="foreign", name="Foreign"))
    order = Order(
        id=FOREIGN, customer_id="fay", email="fay@example.com",
        total=Money(minor=100, currency="USD"), ship_to=Address(postcode="75001"),
    )  # fmt: skip
    fay = Customer(id="fay", name="Fay", email="fay@example.com")
    rows = [SourceRow(record=record, raw={}, source="t") for record in (order, fay)]
    opened.database.shop("foreign").put(rows)
    return make_widget_secret(doors.people("foreign"), "foreign", doors.secret, doors.now())


@pytest.fixture
def sign(secret: str) -> Sign:
    def make(key: str = secret, algorithm: str = "HS256", **claims: Any) -> str:
        now = int(time.time())
        usual = {
            "aud": "sample", "sub": CUSTOMER, "jti": f"jti-{next(_numbers):06}", "iat": now,
            "exp": now + 300, "order": ORDER,
        }  # fmt: skip
        told = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(
            {"alg": algorithm}, told, OctKey.import_key(key), algorithms=["HS256", "HS512"]
        )

    return make


def show(door: Door, **proof: str) -> httpx.Response:
    return door.request("POST", "/api/widget/session", json=proof)


def tells(door: Door, text: str = "Where is my order?") -> bool:
    return TRACKING in json.dumps(door.say(text, threadId=f"t{next(_numbers)}"))


# ---- what opens


@pytest.mark.parametrize(
    "proof",
    [
        {"order": ORDER, "email": EMAIL}, {"order": "w2611340", "email": f" {EMAIL.upper()} "},
        {"order": ORDER, "postcode": POSTCODE}, {"order": ORDER, "postcode": "１００８３"},
        {"order": ORDER, "postcode": "10083-4410"}, {"order": ORDER, "postcode": " 100 83"},
        {"shop": "sample", "order": ORDER, "email": "wrong@example.com", "postcode": POSTCODE},
    ],
    ids=str,
)  # fmt: skip
def test_an_orders_proof_opens_that_order(visitor: Door, proof: dict[str, str]) -> None:
    answer = show(visitor, **proof)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"expires"}
    assert tells(visitor)
    events = visitor.say("Where is order #W4817420?", threadId=f"t{next(_numbers)}")
    assert events[-1]["result"]["asks"] == "identity"


def test_the_shops_word_opens_the_order_it_names(visitor: Door, sign: Sign) -> None:
    assert show(visitor, token=sign()).status_code == 200
    assert tells(visitor)


def test_the_shops_word_opens_all_orders_of_its_customer(visitor: Door, sign: Sign) -> None:
    assert show(visitor, token=sign(order=None)).status_code == 200
    assert not tells(visitor)
    assert tells(visitor, f"Where is {ORDER}?")


def test_the_customer_of_one_order_reads_no_other(visitor: Door, sign: Sign) -> None:
    assert show(visitor, token=sign(sub="somebody_else", order=None)).status_code == 200
    assert not tells(visitor, f"Where is {ORDER}?")


def test_a_proven_buyer_gets_a_new_name(visitor: Door) -> None:
    """Whoever planted the cookie before does not share the order."""
    visitor.say("hi")
    planted = visitor.cookies[BUYER_COOKIE]
    show(visitor, order=ORDER, email=EMAIL)
    thread = f"t{next(_numbers)}"
    assert TRACKING in json.dumps(visitor.say("Where is my order?", threadId=thread))
    visitor.cookies.clear()
    visitor.cookies.set(BUYER_COOKIE, planted)
    assert TRACKING not in json.dumps(visitor.say("Where is my order?", threadId=thread))


# ---- tokens that open nothing


def refusals(door: Door, tokens: Sequence[str]) -> list[httpx.Response]:
    answers = [show(door, token=token) for token in tokens]
    assert BUYER_COOKIE not in door.cookies
    return answers


def test_tokens_that_open_nothing_are_answered_alike(
    visitor: Door, sign: Sign, foreign_secret: str
) -> None:
    now, right = int(time.time()), sign()
    head, body, signature = right.split(".")
    none = jwt.encode({"alg": "HS256"}, {"aud": "sample"}, OctKey.import_key("0" * 64))
    tokens = [
        "x", "..", "a.b.c", f"{head}.{body}.", f"{head}.{body}.{signature[:-2]}AA",
        f"eyJhbGciOiJub25lIn0.{body}.", none,
        sign(key=foreign_secret), sign(aud="foreign"), sign(aud="nobody"), sign(aud="../sample"),
        sign(aud=["sample", "foreign"]), sign(aud=None), sign(key="0" * 64, aud="other-shop"),
        sign(algorithm="HS512"), sign(exp=now - 1), sign(exp=now + 660), sign(exp=None),
        sign(exp="soon"), sign(iat=now + 120), sign(iat=None), sign(jti=None), sign(jti="short"),
        sign(sub=None), sign(sub=""), sign(order=FOREIGN), sign(order="#W0000000"),
        sign(sub="somebody_else"), sign(order="#W4817420"),
    ]  # fmt: skip
    answers = refusals(visitor, tokens)
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1


def test_a_token_opens_once(new_door: Callable[[], Door], sign: Sign) -> None:
    token = sign()
    assert show(new_door(), token=token).status_code == 200
    assert show(new_door(), token=token).status_code == 403


def test_a_refused_token_is_not_used_up(visitor: Door, sign: Sign) -> None:
    assert show(visitor, token=sign(jti="the-same-jti", order=FOREIGN)).status_code == 403
    assert show(visitor, token=sign(jti="the-same-jti")).status_code == 200


def test_a_new_secret_ends_the_old_one(doors: Doors, opened: Platform, sign: Sign) -> None:
    opened.database.tenants().put_tenant(Tenant(id="turning", name="Turning"))
    people, door = doors.people("turning"), Door(create_app(doors), httpx.Cookies())
    old = make_widget_secret(people, "turning", doors.secret, doors.now())
    new = make_widget_secret(people, "turning", doors.secret, doors.now())
    assert len(old) == len(new) == 64
    assert show(door, token=sign(key=old, aud="turning", order=None)).status_code == 403
    assert show(door, token=sign(key=new, aud="turning", order=None)).status_code == 200


def test_another_shops_word_opens_that_shop(visitor: Door, sign: Sign, foreign_secret: str) -> None:
    told = sign(key=foreign_secret, aud="foreign", sub="fay", order=FOREIGN)
    assert show(visitor, token=told).status_code == 200
    answer = visitor.request("POST", "/api/chat", content=b"{}")
    assert answer.status_code == 422  # a buyer of `foreign` now
    assert not tells(visitor, f"Where is {ORDER}? {EMAIL}")


# ---- planted bugs: with a check gone, the same tokens open


@pytest.fixture
def bug_door(app: FastAPI) -> Door:
    return Door(app, httpx.Cookies())


def test_without_the_use_of_its_id_a_token_opens_again(
    bug_door: Door, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign()

    def first(*_: object) -> bool:
        return True

    monkeypatch.setattr("stores.people.SqlPeople.use_token", first)
    assert [show(bug_door, token=token).status_code for _ in range(2)] == [200, 200]


def test_without_the_secret_of_its_audience_another_shops_token_opens(
    bug_door: Door, sign: Sign, foreign_secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def any_shops(*_: object) -> str:
        return foreign_secret

    token = sign(key=foreign_secret)
    assert show(bug_door, token=token).status_code == 403
    monkeypatch.setattr("api.widget.widget_secret", any_shops)
    assert show(bug_door, token=token).status_code == 200


def test_without_the_records_a_token_opens_anothers_order(
    bug_door: Door, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def theirs(*_: object) -> bool:
        return True

    token = sign(sub="somebody_else")
    assert show(bug_door, token=token).status_code == 403
    monkeypatch.setattr("api.widget._theirs", theirs)
    assert show(bug_door, token=token).status_code == 200


# ---- proofs that open nothing

WRONG = [
    {"order": ORDER, "email": "james.li@example.com"}, {"order": ORDER, "postcode": "10084"},
    {"order": ORDER}, {"order": ORDER, "email": "", "postcode": " - "}, {"email": EMAIL}, {},
    {"order": "#W0000000", "email": EMAIL}, {"order": "#W0000000", "postcode": POSTCODE},
    {"order": FOREIGN, "email": "fay@example.com"}, {"order": FOREIGN, "postcode": "75001"},
    {"shop": "foreign", "order": ORDER, "email": EMAIL},
    {"shop": "nobody", "order": ORDER, "email": EMAIL}, {"shop": "../sample", "order": ORDER},
]  # fmt: skip


def test_every_wrong_proof_is_answered_alike(visitor: Door, foreign_secret: str) -> None:
    assert foreign_secret
    answers = [show(visitor, **proof) for proof in WRONG]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert BUYER_COOKIE not in visitor.cookies


class Counting:
    """A reader that counts what it is asked."""

    def __init__(self, open_: Callable[[str], ShopReader]) -> None:
        self._open = open_
        self.asked: list[str] = []

    def of(self, tenant: str) -> Any:
        self._reader = self._open(tenant)
        return self

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self._reader, name)


def test_every_wrong_proof_is_the_same_work(doors: Doors) -> None:
    """The same look-ups in the same order, whether the order is there or not."""
    asked: list[list[str]] = []
    for proof in WRONG:
        counting = Counting(doors.reader)
        watched = replace(doors, reader=counting.of)
        show(Door(create_app(watched), httpx.Cookies()), **proof)
        asked.append(counting.asked)
    assert asked == [["order", "customer"]] * len(WRONG)


def test_an_answer_that_tells_known_from_unknown_is_seen(
    visitor: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: an unknown order is told as such."""
    from agents.service import verify as right
    from tradewind.errors import NotFound

    def telling(shop: ShopReader, order_id: str, *proofs: str) -> str:
        if shop.order(order_id) is None:
            raise NotFound(f"there is no order {order_id}.")
        return right(shop, order_id, *proofs)

    monkeypatch.setattr("api.widget.verify", telling)
    assert len({show(visitor, **proof).text for proof in WRONG}) > 1


def test_in_the_chat_too_every_wrong_proof_is_answered_alike(new_door: Callable[[], Door]) -> None:
    told: set[str] = set()
    for props in WRONG[:2] + WRONG[6:10]:
        events = new_door().say("Where is it?", threadId="t", forwardedProps=props)
        told.add("".join(e["delta"] for e in events if e["type"] == "TEXT_MESSAGE_CONTENT"))
    assert len(told) == 1


def test_in_the_chat_a_postcode_proves_as_well(visitor: Door) -> None:
    props = {"order": ORDER, "postcode": POSTCODE}
    assert TRACKING in json.dumps(visitor.say("Where?", threadId="p", forwardedProps=props))
    text = f"Where is {ORDER}? Postcode {POSTCODE}"
    assert TRACKING in json.dumps(visitor.say(text, threadId="q"))
    visitor.say(f"Where is {ORDER}?", threadId="r")
    assert TRACKING in json.dumps(visitor.say(f"Where? My zip code: {POSTCODE}", threadId="r"))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"order": 1}', b'{"token": "' + b"x" * 5000 + b'"}',
                                  b'{"other": "x"}', b'{"order": "\\ud800"}'])  # fmt: skip
def test_a_body_that_is_no_proof(visitor: Door, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = visitor.request("POST", "/api/widget/session", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]["type"] == "InvalidInput"
    assert events_of(answer) == []


def test_another_site_may_not_open_a_session(visitor: Door) -> None:
    answer = visitor.request(
        "POST", "/api/widget/session", json=WRONG[0], headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
