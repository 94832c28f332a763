"""Staff at the door: roles, API keys, tokens that writes repeat, cookies over https."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import httpx
import pytest
from fastapi import FastAPI
from visitors import Door, asked

from api.doors import Doors
from api.keys import make_key, make_link, owner_of, sign_out
from api.sessions import CSRF_COOKIE, CSRF_HEADER, STAFF_COOKIE, unseal
from tradewind.people import ApiKey, Person, Role

CHAT = asked("which disputes are open?")
STAFF_ROUTES = ("/api/runs", "/api/runs/run_nowhere", "/api/scenarios")
_numbers = count(1)


def with_key(shown: str) -> dict[str, str]:
    return {"authorization": f"Bearer {shown}"}


@pytest.fixture
def new_key(doors: Doors) -> Callable[..., tuple[ApiKey, str]]:
    def make(role: Role = "merchant") -> tuple[ApiKey, str]:
        return make_key(doors.people("sample"), "sample", "a test", role, doors.now())

    return make


@pytest.fixture
def ops(new_door: Callable[[], Door], doors: Doors) -> Door:
    """A signed-in person of ops."""
    people, id_ = doors.people("sample"), f"ops{next(_numbers)}"
    person = Person(id=id_, tenant="sample", name="Olu", email=f"{id_}@shop.example", role="ops")
    people.add(person)
    door = new_door()
    assert door.get(f"/signin/{make_link(people, person, doors.now())}").status_code == 303
    return door


# ---- people who go


def person_of(door: Door, doors: Doors) -> Person:
    """Who is signed in."""
    ticket = unseal(door.cookies[STAFF_COOKIE], doors.secret, 0)
    found = doors.people("sample").person(ticket.actor) if ticket else None
    assert found is not None
    return found


def test_who_is_removed_is_out_at_once(
    ops: Door, visitor: Door, doors: Doors, new_door: Callable[[], Door]
) -> None:
    people = doors.people("sample")
    olu = person_of(ops, doors)
    link = f"/signin/{make_link(people, olu, doors.now())}"
    shown = make_key(people, "sample", "t", "ops", doors.now(), olu.id)[1]
    assert ops.get("/api/runs").status_code == 200
    assert visitor.get("/api/runs", **with_key(shown)).status_code == 200
    people.remove(olu.id, doors.now())
    assert ops.get("/api/runs").status_code == 403
    assert visitor.get("/api/runs", **with_key(shown)).status_code == 403
    assert new_door().get(link).status_code == 403
    people.add(olu.model_copy(update={"mark": "another"}))  # the same id is not the same person
    assert ops.get("/api/runs").status_code == 403
    assert new_door().get(link).status_code == 403


def test_who_is_signed_out_comes_back_by_a_new_link(
    merchant: Door, ops: Door, doors: Doors, new_door: Callable[[], Door],
    new_link: Callable[[], str],
) -> None:  # fmt: skip
    people, unopened = doors.people("sample"), new_link()
    owner = owner_of(people, "sample")
    sign_out(people, owner)
    assert [door.get("/api/runs").status_code for door in (merchant, ops)] == [403, 200]
    assert merchant.post(CHAT, "merchant").status_code == 403
    assert new_door().get(unopened).status_code == 403
    assert merchant.get(new_link()).status_code == 303
    assert merchant.get("/api/runs").status_code == 200
    sign_out(people, *people.people())
    assert [door.get("/api/runs").status_code for door in (merchant, ops)] == [403, 403]


def test_with_cookies_that_stand_alone_a_removed_person_stays(
    ops: Door, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: a signed cookie is believed, whatever became of its person."""
    people = doors.people("sample")
    people.remove(person_of(ops, doors).id, doors.now())
    assert ops.get("/api/runs").status_code == 403

    def believed(*_: object) -> bool:
        return True

    monkeypatch.setattr("api.guard._holds", believed)
    assert ops.get("/api/runs").status_code == 200


def test_a_buyers_turn_asks_for_no_person(visitor: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Person:
        raise AssertionError("a buyer is nobody's staff")

    monkeypatch.setattr("stores.people.SqlPeople.person", refuse)
    assert visitor.post(CHAT).status_code == 200


# ---- roles


def test_ops_reads_runs_and_does_not_chat(ops: Door) -> None:
    assert [ops.get(url).status_code for url in STAFF_ROUTES] == [200, 404, 200]
    answer = ops.post(CHAT, "merchant")
    assert answer.status_code == 403
    assert "not for ops" in answer.json()["error"]["message"]


def test_a_keys_role_is_what_it_may(
    visitor: Door, new_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    for role, chats in (("merchant", 200), ("ops", 403)):
        headers = with_key(new_key(role)[1])
        assert visitor.get("/api/runs", **headers).status_code == 200
        assert visitor.post(CHAT, "merchant", **headers).status_code == chats


# ---- keys


def test_a_key_opens_until_it_is_revoked(
    visitor: Door, doors: Doors, new_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key, shown = new_key()
    people, headers = doors.people("sample"), with_key(shown)
    assert visitor.get("/api/runs", **headers).status_code == 200
    used = next(k for k in people.api_keys() if k.id == key.id).last_used_at
    assert used is not None
    assert visitor.get("/api/runs", **headers).status_code == 200
    assert next(k for k in people.api_keys() if k.id == key.id).last_used_at == used
    people.revoke_key(key.id, doors.now())
    assert visitor.get("/api/runs", **headers).status_code == 403
    assert not visitor.cookies


def test_without_the_revocation_a_revoked_key_opens(
    visitor: Door, doors: Doors, new_key: Callable[..., tuple[ApiKey, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    key, shown = new_key()
    doors.people("sample").revoke_key(key.id, doors.now())
    found = doors.entrance.key(key.id)
    assert found is not None

    def unrevoked(*_: str) -> tuple[ApiKey, str]:
        return found[0].model_copy(update={"revoked_at": None}), found[1]

    assert visitor.get("/api/runs", **with_key(shown)).status_code == 403
    monkeypatch.setattr("stores.entrance.SqlEntrance.key", unrevoked)
    assert visitor.get("/api/runs", **with_key(shown)).status_code == 200


def test_only_the_hash_of_a_key_is_kept(
    doors: Doors, opened: object, new_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    from wiring.platform import Platform

    assert isinstance(opened, Platform)
    key, shown = new_key()
    secret = shown.removeprefix(f"tw_{key.id}_")
    assert len(secret) == 43
    home = opened.settings.home
    held = b"".join(path.read_bytes() for path in home.glob("tradewind.db*"))
    assert key.id.encode() in held
    assert secret.encode() not in held


def test_forged_keys_open_nothing_even_with_a_cookie(
    merchant: Door, new_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key, shown = new_key()
    other = new_key()[1]
    forged = [
        "", "x", f"tw_{key.id}_", f"tw_{key.id}_{'A' * 43}", f"tw_{'0' * 12}_{shown[-43:]}",
        f"tw_{key.id}_{other[-43:]}", shown[:-1], f"{shown}x", shown.upper(), f"tw_%_{shown[-43:]}",
    ]  # fmt: skip
    for value in forged:
        answer = merchant.get("/api/runs", **with_key(value))
        assert answer.status_code == 403, value
    for header in (f"Basic {shown}", shown, f"bearer {shown}", "Bearer"):
        assert merchant.get("/api/runs", authorization=header).status_code == 403, header
    assert merchant.get("/api/runs", **with_key(shown)).status_code == 200


# ---- links at once


def test_of_two_visitors_at_once_one_comes_in(
    new_door: Callable[[], Door], new_link: Callable[[], str]
) -> None:
    for _ in range(3):
        link, barrier = new_link(), Barrier(2)

        def go(door: Door, link: str = link, barrier: Barrier = barrier) -> int:
            barrier.wait()
            return door.get(link).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(go, [new_door(), new_door()])) == [303, 403]


# ---- writes repeat their token


def test_a_write_without_its_token_is_refused(merchant: Door, new_door: Callable[[], Door],
                                              new_link: Callable[[], str]) -> None:  # fmt: skip
    other = new_door()
    other.get(new_link())
    right = merchant.cookies[CSRF_COOKIE]
    for wrong in ("", "x", right[:-1], right.upper(), other.cookies[CSRF_COOKIE], "0" * 64):
        answer = merchant.post(CHAT, "merchant", **{CSRF_HEADER: wrong})
        assert answer.status_code == 403, wrong
    assert merchant.post(CHAT, "merchant", **{CSRF_HEADER: right}).status_code == 200


def test_the_cookies_token_must_be_the_sessions(merchant: Door) -> None:
    """Who can plant a cookie, from a neighbouring host say, still knows no token of ours."""
    planted = "a" * 64
    session = merchant.cookies[STAFF_COOKIE]
    merchant.cookies.clear()
    merchant.cookies.set(STAFF_COOKIE, session)
    merchant.cookies.set(CSRF_COOKIE, planted)
    assert merchant.post(CHAT, "merchant", **{CSRF_HEADER: planted}).status_code == 403


def test_without_the_check_another_site_writes(
    merchant: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wave_through(*_: object) -> None:
        return None

    assert merchant.post(CHAT, "merchant", **{CSRF_HEADER: ""}).status_code == 403
    monkeypatch.setattr("api.guard.repeats_token", wave_through)
    assert merchant.post(CHAT, "merchant", **{CSRF_HEADER: ""}).status_code == 200


def test_a_key_needs_no_token(visitor: Door, new_key: Callable[..., tuple[ApiKey, str]]) -> None:
    """No browser sends a key by itself."""
    assert visitor.post(CHAT, "merchant", **with_key(new_key()[1])).status_code == 200


# ---- cookies


def test_cookies_are_secure_where_the_page_is(app: FastAPI, new_link: Callable[[], str]) -> None:
    import asyncio

    async def open_(link: str) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://shop.test") as client:
            return await client.get(link)

    staff, csrf = asyncio.run(open_(new_link())).headers.get_list("set-cookie")
    for cookie in (staff, csrf):
        assert {"secure", "samesite=lax", "path=/"} <= set(cookie.casefold().split("; "))
    assert "httponly" in staff.casefold()
    assert "httponly" not in csrf.casefold()
    assert csrf.startswith(CSRF_COOKIE)


def test_a_session_ends(merchant: Door, monkeypatch: pytest.MonkeyPatch, doors: Doors) -> None:
    later = (doors.now() + timedelta(hours=12, seconds=1)).timestamp()
    assert merchant.get("/api/runs").status_code == 200
    monkeypatch.setattr("api.sessions.time.time", lambda: later)
    assert merchant.get("/api/runs").status_code == 403
