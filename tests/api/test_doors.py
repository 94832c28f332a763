"""Who comes in: sign-in links, cookies, origins; runs, pages and health."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from home_settings import offline
from hypothesis import given
from hypothesis import strategies as st
from visitors import Door, asked

from api.app import create_app
from api.doors import Doors
from api.errors import STATUS, status_of
from api.keys import LINK_LIFE, make_link, owner_of
from api.sessions import BUYER_COOKIE, STAFF_COOKIE, Ticket, new_buyer, seal, ticket_for, unseal
from tradewind import errors
from tradewind.errors import PlatformError
from tradewind.people import Tenant
from tradewind.trace import Run
from wiring.platform import open_platform
from wiring.settings import Settings

GUARDED = ["/api/runs", "/api/runs/run_1", "/api/scenarios"]


def with_cookie(door: Door, value: str, name: str = STAFF_COOKIE) -> Door:
    door.cookies.set(name, value)
    return door


# ---- signing in


def test_a_link_opens_the_console_once(
    new_door: Callable[[], Door], new_link: Callable[[], str]
) -> None:
    link = new_link()
    first = new_door()
    answer = first.get(link)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console"
    cookie = answer.headers.get_list("set-cookie")[0].casefold()
    assert cookie.startswith(STAFF_COOKIE)
    assert "secure" not in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert first.get("/api/runs").status_code == 200
    assert first.get(link).status_code == 403
    other = new_door()
    assert other.get(link).status_code == 403
    assert other.get("/api/runs").status_code == 403


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "é", "' OR 1=1"])
def test_an_unknown_link_opens_nothing(visitor: Door, token: str) -> None:
    answer = visitor.get(f"/signin/{token}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_an_old_link_opens_nothing(visitor: Door, doors: Doors) -> None:
    people, then = doors.people("sample"), doors.now() - LINK_LIFE - timedelta(seconds=1)
    token = make_link(people, owner_of(people, "sample"), then)
    assert visitor.get(f"/signin/{token}").status_code == 403
    assert not visitor.cookies


@pytest.mark.parametrize("url", GUARDED)
def test_a_merchants_page_needs_the_cookie(visitor: Door, merchant: Door, url: str) -> None:
    answer = visitor.get(url)
    assert answer.status_code == 403
    assert answer.json()["error"]["type"] == "Forbidden"
    assert merchant.get(url).status_code in (200, 404)


def test_a_merchants_chat_needs_the_cookie(visitor: Door) -> None:
    assert visitor.post(asked("which disputes are open?"), "merchant").status_code == 403
    visitor.say("hi")  # a buyer's cookie opens no merchant's door
    assert visitor.post(asked("which disputes are open?"), "merchant").status_code == 403


def test_forged_and_old_cookies_open_nothing(new_door: Callable[[], Door], doors: Doors) -> None:
    owner = owner_of(doors.people("sample"), "sample")
    right = seal(ticket_for(owner), doors.secret)
    payload, _, signature = right.partition(".")
    old = Ticket(tenant="sample", audience="merchant", actor="m", expires=int(time.time()) - 1)
    buyer = seal(new_buyer("sample"), doors.secret)
    forged = [
        "", ".", "x", "x.y", payload, f".{signature}", f"{payload}.", f"{payload}.{'0' * 64}",
        f"{payload}A.{signature}", right + "0", seal(ticket_for(owner), b"another secret"),
        seal(old, doors.secret), buyer, "%00", "a" * 4000,
    ]  # fmt: skip
    for value in forged:
        assert with_cookie(new_door(), value).get("/api/runs").status_code == 403, value
    assert with_cookie(new_door(), right).get("/api/runs").status_code == 200


def test_a_forged_buyers_cookie_makes_a_new_buyer(visitor: Door) -> None:
    with_cookie(visitor, "forged.cookie", BUYER_COOKIE)
    answer = visitor.post(asked("hi"))
    assert answer.status_code == 200
    assert BUYER_COOKIE in answer.headers["set-cookie"]


@given(st.text(max_size=60), st.integers(0, 2**40))
def test_a_seal_opens_with_its_secret_and_in_time(actor: str, expires: int) -> None:
    ticket = Ticket(tenant="t", audience="buyer", actor=actor, expires=expires)
    value = seal(ticket, b"secret")
    assert unseal(value, b"secret", expires - 1) == ticket
    assert unseal(value, b"secret", expires) is None
    assert unseal(value, b"Secret", expires - 1) is None


@given(st.text(max_size=80))
def test_any_other_value_is_no_seal(value: str) -> None:
    assert unseal(value.encode("utf-8", "replace").decode(), b"secret", 0) is None


# ---- other sites


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://shop.test.evil.example", "http://shop.test:1"],
)
def test_another_site_may_not_write(merchant: Door, visitor: Door, origin: str) -> None:
    for door, as_ in ((merchant, "merchant"), (visitor, "buyer")):
        assert door.post(asked("hi"), as_, origin=origin).status_code == 403


def test_the_own_site_may_write(visitor: Door) -> None:
    assert visitor.post(asked("hi"), origin="http://shop.test").status_code == 200


# ---- runs


def test_runs_of_another_shop_are_not_there(
    merchant: Door, opened: object, doors: Doors, app: object
) -> None:
    from wiring.platform import Platform

    assert isinstance(opened, Platform)
    opened.database.tenants().put_tenant(Tenant(id="other", name="Other"))
    foreign = Run(
        id="run_foreign", tenant="other", thread="t", actor="a", audience="buyer", request={},
        started_at="2026-01-01T00:00:00Z",  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    opened.database.runs("other").start(foreign)
    assert opened.database.runs("other").run("run_foreign") is not None
    there, nowhere = merchant.get("/api/runs/run_foreign"), merchant.get("/api/runs/run_nowhere")
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace("foreign", "nowhere") == nowhere.text
    assert "run_foreign" not in merchant.get("/api/runs?limit=200").text


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/runs?limit=0", 200), ("/api/runs?limit=-3", 200), ("/api/runs?limit=1e9", 422),
        (f"/api/runs?limit={10**30}", 200), ("/api/runs/%00", 404), ("/api/runs/' OR 1=1", 404),
        (f"/api/runs/{'x' * 3000}", 404),
    ],
)  # fmt: skip
def test_odd_ids_and_numbers(merchant: Door, url: str, status: int) -> None:
    assert merchant.get(url).status_code == status


def test_the_catalogue_is_told_without_its_inside(merchant: Door, doors: Doors) -> None:
    rows = merchant.get("/api/scenarios").json()["scenarios"]
    assert len(rows) == len(doors.catalog)
    assert all(row.keys() == {"id", "title", "agent", "status", "audiences", "examples"}
               for row in rows)  # fmt: skip


# ---- pages and health


@pytest.mark.parametrize("url", ["/console", "/shop", "/api/storefront", "/healthz", "/docs"])
def test_pages_that_anybody_sees(visitor: Door, url: str) -> None:
    assert visitor.get(url).status_code == 200


def test_the_root_leads_to_the_console(visitor: Door) -> None:
    assert visitor.get("/").headers["location"] == "/console"


def test_the_api_is_described(visitor: Door) -> None:
    described = visitor.get("/openapi.json").json()
    assert described["info"]["title"] == "Tradewind"
    assert {"/api/chat", "/api/runs", "/api/runs/{run_id}", "/healthz", "/readyz"} <= described[
        "paths"
    ].keys()


@pytest.mark.parametrize(
    "name",
    ["%2e%2e%2findex.html", "..%2f..%2f..%2fpyproject.toml", "%2fetc%2fpasswd", ".hidden", "%00",
     "x" * 3000, "nothing.js", "..%5cx"],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["assets", "media"])
def test_files_outside_their_folder_are_not_there(visitor: Door, folder: str, name: str) -> None:
    answer = visitor.get(f"/{folder}/{name}")
    assert answer.status_code == 404


def test_the_storefront_shows_products_with_pictures(visitor: Door) -> None:
    told = visitor.get("/api/storefront").json()
    assert told["name"]
    assert len(told["products"]) == 12
    pictures = [p["image"] for p in told["products"] if p["image"]]
    assert pictures
    assert visitor.get(pictures[0]).headers["content-type"] == "image/png"


def test_ready_names_what_is_missing(visitor: Door, doors: Doors, tmp_path: Path) -> None:
    assert visitor.get("/readyz").json() == {"status": "ready", "missing": []}
    empty = open_platform(Settings.read(offline(tmp_path)))
    empty.__dict__["assistant"] = doors.assistant
    door = Door(create_app(empty.doors()), httpx.Cookies())
    answer = door.get("/readyz")
    empty.close()
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["shop 'sample'"]
    assert door.get("/healthz").status_code == 200


def test_every_error_has_a_status() -> None:
    tree = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for kind in tree:
        if issubclass(kind, PlatformError):
            assert status_of(kind("x")) == next(STATUS[k] for k in kind.__mro__ if k in STATUS)
    assert status_of(errors.NotFound("x")) == 404
    assert status_of(errors.ToolRetry("x")) == 502
