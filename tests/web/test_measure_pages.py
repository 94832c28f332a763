"""The widget's one question, the holdout on a shop's page, and the console's measures, in a
browser."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from desk_shop import go
from playwright.sync_api import Page, Route, expect

from tradewind.measures import Measuring
from wiring.platform import Platform

pytestmark = pytest.mark.browser

NewPage = Callable[[str], Page]
SLOW = 60_000
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
KEPT = "localStorage.getItem('tradewind.visitor.1')"
PAGE = """<!doctype html><title>Shop</title><p>Shop</p>
<script>document.addEventListener("tradewind:visitor", (e) => { window.heard = e.detail; })</script>
<script defer src="/assets/widget.js" data-shop="Nord" data-consent="CONSENT"></script>"""


def asks(page: Page, server: str) -> None:
    """A buyer proves an order and is told of it."""
    page.goto(f"{server}/shop")
    page.get_by_role("button", name="Chat with us").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Look up my order").click()
    box.get_by_label("Order number").fill("#W2611340")
    box.get_by_label("E-mail of the order").fill("james.li4495@example.com")
    box.get_by_role("button", name="Look it up", exact=True).click()
    expect(box.get_by_text("Did this help?")).to_be_visible(timeout=SLOW)


@pytest.mark.usefixtures("desk")
def test_the_widget_asks_once(new_page: NewPage, desk_server: str, house: Platform) -> None:
    page, store = new_page("en-US"), house.database.measures("sample")
    asks(page, desk_server)
    before = len(list(store.votes()))
    with page.expect_response("**/api/chat/helped*") as told:
        page.get_by_role("button", name="Yes", exact=True).click()
    assert told.value.status == 200
    expect(page.get_by_text("Did this help?")).to_have_count(0)
    assert len(list(store.votes())) == before + 1
    page.get_by_label("Write a message").fill("And when will it arrive?")
    page.get_by_label("Write a message").press("Enter")
    expect(page.locator(".reply")).to_have_count(2, timeout=SLOW)
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=SLOW)
    expect(page.get_by_text("Did this help?")).to_have_count(0)


@pytest.mark.usefixtures("desk")
def test_a_word_that_does_not_arrive_is_asked_for_again(
    new_page: NewPage, desk_server: str
) -> None:
    page = new_page("en-US")
    asks(page, desk_server)
    page.route("**/api/chat/helped*", lambda route: route.abort())
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("Did this help?")).to_be_visible()


@pytest.fixture
def holdout(house: Platform) -> Iterator[None]:
    tenants, tenant = house.database.tenants(), house.tenant("sample")
    tenants.put_tenant(tenant.model_copy(update={"measuring": Measuring(holdout=50)}))
    yield
    tenants.put_tenant(tenant)


def _long_ago() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def shop_page(page: Page, server: str, consent: str) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body=PAGE.replace("CONSENT", consent), content_type="text/html")

    page.route(f"{server}/nord", answer)
    page.goto(f"{server}/nord")


@pytest.mark.usefixtures("holdout", "desk")
def test_who_agreed_is_drawn_and_named_to_the_page(
    new_page: NewPage, desk_server: str, house: Platform
) -> None:
    page = new_page("en-US")
    with page.expect_response("**/api/widget/visitor*") as told:
        shop_page(page, desk_server, "yes")
    show = told.value.json()["show"]
    launch = page.get_by_role("button", name="Chat with us")
    expect(launch).to_have_count(1 if show else 0)
    page.wait_for_function(f"{KEPT} !== null")
    kept = json.loads(page.evaluate(KEPT))
    assert (kept["show"], kept["id"]) == (show, page.evaluate("window.heard"))
    page.evaluate(
        "kept => localStorage.setItem('tradewind.visitor.1', JSON.stringify(kept))",
        {**kept, "show": not show},
    )
    shop_page(page, desk_server, "yes")  # what was drawn stands for a day
    expect(launch).to_have_count(0 if show else 1)
    store = house.database.measures("sample")
    assert len(list(store.visits(_long_ago()))) == 1
    shop_page(page, desk_server, "no")
    expect(launch).to_have_count(1)
    assert page.evaluate(KEPT) is None
    assert list(store.visits(_long_ago())) == []


@pytest.mark.usefixtures("holdout", "desk")
def test_who_did_not_agree_is_shown_the_chat_and_sends_nothing(
    new_page: NewPage, desk_server: str
) -> None:
    page, sent = new_page("en-US"), list[str]()
    page.on("request", lambda request: sent.append(request.url))
    shop_page(page, desk_server, "no")
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    assert page.evaluate(KEPT) is None
    assert not any("visitor" in url for url in sent)


@pytest.mark.usefixtures("desk")
def test_the_page_is_fetched_when_it_is_opened_and_fits_a_phone(
    enter: Callable[..., Page],
) -> None:
    page, fetched = enter("Ana"), list[str]()
    page.on("request", lambda request: fetched.append(request.url))
    assert not any("DeskPage-" in url for url in fetched)
    go(page, "Measures")
    expect(page.get_by_role("heading", level=1)).to_have_text("Measures")
    expect(page.get_by_text("Cost of a resolved conversation")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Cannot tell: every visitor is shown the chat.")).to_be_visible()
    assert any("DeskPage-" in url for url in fetched)
    for width, height in ((1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FITS)
    page.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
