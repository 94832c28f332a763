"""The inbox in a real browser: a buyer's widget on one side, the shop's people on the other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tradewind.handover import Hours
from wiring.platform import Platform

pytestmark = pytest.mark.browser
SHOP = "sample"
WAIT = 15_000
"""Milliseconds until a page that looks every few seconds has looked."""


@pytest.fixture
def buyer(new_page: Callable[[str], Page], desk_server: str) -> Callable[[str], Locator]:
    """A buyer's widget on the demo shop, opened."""

    def make(language: str) -> Locator:
        page = new_page(language)
        page.goto(f"{desk_server}/shop")
        widget = page.locator("tradewind-chat")
        widget.locator(".launch").click()
        return widget

    return make


def say(widget: Locator, text: str) -> None:
    box = widget.locator(".write textarea")
    box.fill(text)
    box.press("Enter")
    expect(widget.locator(".reply[aria-busy=true]")).to_have_count(0)


def set_hours(house: Platform, hours: Hours | None) -> None:
    store = house.database.tenants()
    tenant = store.tenant(SHOP)
    assert tenant is not None
    store.put_tenant(tenant.model_copy(update={"hours": hours}))


def test_a_person_answers_and_the_buyer_reads_it(
    enter: Callable[..., Page], buyer: Callable[[str], Locator]
) -> None:
    widget = buyer("en-US")
    say(widget, "a person please")
    expect(widget.locator(".person")).to_be_visible()
    page = enter("Mia", "/inbox")
    page.get_by_role("list", name="Open conversations").get_by_role("link").last.click()
    page.get_by_role("button", name="Take it").press("Enter")
    expect(page.locator(".state")).to_have_text("You have it")
    say(widget, "hello?")
    expect(widget.locator(".reply").last).to_contain_text("is reading this")
    expect(page.get_by_role("log")).to_contain_text("hello?", timeout=WAIT)
    page.locator(".idea-reply").first.press("Enter")
    answer = page.get_by_label("Your answer")
    expect(answer).not_to_have_value("")
    answer.fill("We send you a <b>new</b> one.")
    answer.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("We send you a <b>new</b> one.")
    said = widget.locator(".by-person")
    expect(said).to_contain_text("We send you a <b>new</b> one.", timeout=WAIT)
    expect(said).to_contain_text("a person")
    page.get_by_role("button", name="Give it back").click()
    expect(page.locator(".state")).to_have_text("Closed")


def test_nobody_is_there_and_the_buyer_leaves_word(
    house: Platform, enter: Callable[..., Page], buyer: Callable[[str], Locator]
) -> None:
    set_hours(house, Hours())
    try:
        widget = buyer("en-US")
        say(widget, "a person please")
        form = widget.locator("form.proof")
        form.get_by_label("Your name").fill("Ana")
        form.get_by_label("Your e-mail address").fill("ana@example.com")
        form.get_by_label("Your message").fill("اتصلوا بي من فضلكم")
        form.get_by_role("button").click()
        expect(form).to_contain_text("Thank you.")
        page = enter("Mia", "/inbox")
        expect(page.get_by_text("By your office hours nobody is here now")).to_be_visible()
        page.get_by_role("list", name="Open conversations").get_by_role("link").last.click()
        expect(page.locator(".summary")).to_contain_text("ana@example.com")
        line = page.get_by_role("log").get_by_text("اتصلوا بي")
        assert line.evaluate("e => getComputedStyle(e).direction") == "rtl"
    finally:
        set_hours(house, None)


def test_ops_read_and_take_nothing(
    enter: Callable[..., Page], buyer: Callable[[str], Locator]
) -> None:
    say(buyer("en-US"), "a person please")
    page = enter("Olu", "/inbox", "ops")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("list", name="Open conversations").get_by_role("link").last.click()
    expect(page.get_by_role("log")).to_contain_text("a person please")
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
