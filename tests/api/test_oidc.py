"""Staff sign in with a real provider on loopback; nobody comes in whom the shop did not list."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from provider import CLIENT, SECRET, IdentityProvider, serving, stranger, symmetric
from pydantic import SecretStr
from visitors import Door

from api.app import create_app
from api.doors import Doors
from api.oidc import Provider
from api.sessions import STAFF_COOKIE
from api.signin import ERRAND_COOKIE
from tradewind.people import Person, Tenant
from wiring.platform import Platform


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider) -> IdentityProvider:
    running.reset()
    return running


@pytest.fixture(scope="module")
def new_browser(running: IdentityProvider, doors: Doors, opened: Platform) -> Callable[[], Door]:
    """A visitor of a house that asks the provider; Ana is its ops staff."""
    opened.database.tenants().put_tenant(Tenant(id="oidc", name="Oidc"))
    ana = Person(id="ana", tenant="oidc", name="Ana", email="ana@shop.example", role="ops")
    doors.people("oidc").add(ana)
    ours = Provider(issuer=running.address, client_id=CLIENT, client_secret=SecretStr(SECRET))
    app = create_app(replace(doors, provider=ours, default_tenant="oidc"))
    return lambda: Door(app, httpx.Cookies())


def sign_in(browser: Door, provider: IdentityProvider) -> httpx.Response:
    begun = browser.get("/signin/oidc")
    assert begun.status_code == 303
    assert begun.headers["location"].startswith(f"{provider.address}/authorize?")
    return browser.get(provider.authorize(begun.headers["location"]))


def test_a_person_whom_the_shop_listed_comes_in(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    browser = new_browser()
    provider.email = "ANA@shop.example"
    answer = sign_in(browser, provider)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console"
    assert browser.get("/api/runs").status_code == 200
    assert ERRAND_COOKIE not in browser.cookies


def refused(browser: Door, provider: IdentityProvider) -> httpx.Response:
    answer = sign_in(browser, provider)
    assert answer.status_code == 403
    assert STAFF_COOKIE not in browser.cookies
    assert browser.get("/api/runs").status_code == 403
    return answer


@pytest.mark.parametrize(
    "lie",
    [
        {"email": "bo@shop.example"}, {"email": ""}, {"email": None}, {"email_verified": False},
        {"email_verified": "true"}, {"email_verified": None}, {"iss": "https://evil.example"},
        {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"nonce": "another"},
        {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": 2**40},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_does_not_fit_opens_nothing(
    new_browser: Callable[[], Door], provider: IdentityProvider, lie: dict[str, Any]
) -> None:
    provider.claims = lie
    refused(new_browser(), provider)


def test_a_token_that_another_signed_opens_nothing(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    provider.signs_with = stranger()
    refused(new_browser(), provider)


def test_a_token_signed_with_our_own_secret_opens_nothing(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    provider.signs_with, provider.algorithm = symmetric(SECRET), "HS256"
    refused(new_browser(), provider)


def test_what_was_not_begun_here_opens_nothing(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    mine, victim = new_browser(), new_browser()
    back = provider.authorize(mine.get("/signin/oidc").headers["location"])
    assert victim.get(back).status_code == 403  # a code of mine does not sign another in as me
    victim.get("/signin/oidc")
    assert victim.get(back).status_code == 403
    for other in (back.partition("&state")[0], back.replace("&state=", "&state=x")):
        assert mine.get(other).status_code == 403
    assert mine.get(back).status_code == 303
    assert mine.get(back).status_code == 403
    assert STAFF_COOKIE not in victim.cookies


def test_without_its_compare_any_state_comes_back(
    new_browser: Callable[[], Door], provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def equal(*_: object) -> bool:
        return True

    monkeypatch.setattr("api.oidc.hmac.compare_digest", equal)
    browser = new_browser()
    back = provider.authorize(browser.get("/signin/oidc").headers["location"])
    assert browser.get(back.replace("&state=", "&state=x")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x.y", "a" * 3000])
def test_a_forged_errand_is_none(
    new_browser: Callable[[], Door], provider: IdentityProvider, cookie: str
) -> None:
    browser = new_browser()
    back = provider.authorize(browser.get("/signin/oidc").headers["location"])
    browser.cookies.clear()
    browser.cookies.set(ERRAND_COOKIE, cookie)
    assert browser.get(back).status_code == 403


def test_an_errands_cookie_is_no_staff_cookie(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    browser = new_browser()
    browser.get("/signin/oidc")
    browser.cookies.set(STAFF_COOKIE, browser.cookies[ERRAND_COOKIE])
    assert browser.get("/api/runs").status_code == 403


def test_a_person_of_another_shop_is_nobody_here(
    new_browser: Callable[[], Door], provider: IdentityProvider
) -> None:
    browser = new_browser()
    begun = browser.get("/signin/oidc?shop=sample")
    assert browser.get(provider.authorize(begun.headers["location"])).status_code == 403


def test_a_provider_that_is_not_there(doors: Doors) -> None:
    gone = Provider(issuer="http://127.0.0.1:9", client_id="c", client_secret=SecretStr("s"))
    answer = Door(create_app(replace(doors, provider=gone)), httpx.Cookies()).get("/signin/oidc")
    assert answer.status_code == 503
    assert "TRADEWIND_OIDC_ISSUER" in answer.json()["error"]["hint"]


def test_without_a_provider_there_is_no_such_page(visitor: Door) -> None:
    assert visitor.get("/signin/oidc").status_code == 404
