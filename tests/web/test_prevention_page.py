"""The weekly view in a real browser: what it shows, that it fits a phone, what its button does."""

from collections.abc import Callable

import pytest
from desk_shop import Desk, go
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SLOW = 60_000
"""Milliseconds for what counts over a whole shop, on a busy machine."""
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.mark.usefixtures("desk")
def test_the_view_is_whole_and_fits_a_phone(enter: Callable[..., Page]) -> None:
    page = enter("Ana")
    page.set_viewport_size({"width": 1280, "height": 900})
    go(page, "Prevention")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dispute prevention")
    expect(page.get_by_text("Visa VAMP, excessive merchant").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("list", name="Parcels at risk").locator("> li").nth(5)).to_be_visible()
    for size in (WIDE, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert page.evaluate(FITS)


def test_the_button_asks_a_person_and_then_says_that_it_was_asked(
    enter: Callable[..., Page], desk: Desk
) -> None:
    page = enter("Ana")
    go(page, "Prevention")
    row = page.get_by_role("list", name="Parcels at risk").locator("> li").first
    row.locator("summary").click(timeout=SLOW)
    order = row.locator("b").first.inner_text()
    row.get_by_role("button", name="Send this to the buyer…").click()
    expect(row.get_by_role("link", name="Answer the question")).to_be_visible(timeout=SLOW)
    (asked,) = desk.ledger.pending()
    assert (asked.tool, asked.arguments["order_id"]) == ("messages.send", order)
    assert str(asked.arguments["text"]) in row.locator("q").inner_text()
