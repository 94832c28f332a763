"""Forms of an address, a reason and a means of payment in the widget: by keyboard, with what is
missing said at its field, right to left, 320 pixels wide."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from test_order_forms import OFFER, turn

NewPage = Callable[[str], Page]


def blank(name: str, label: str, fill: str, **more: object) -> dict[str, object]:
    return {"name": name, "label": label, "fill": fill, "most": 100, "required": False,
            "fixed": "", "value": "", "options": [], **more}  # fmt: skip


ADDRESS: dict[str, Any] = {
    "tool": "orders.change_address", "order": "#W1", "title": "Another address for order #W1",
    "send": "Show me what happens", "missing": "Please fill this in.", "kept": "Added.",
    "fields": [{
        "name": "address", "kind": "address", "label": "New delivery address", "required": True,
        "items": [], "options": [], "most": 200,
        "blanks": [
            blank("name", "Recipient (if you like)", "name"),
            blank("line1", "Street and number", "address-line1", required=True),
            blank("city", "Town or city", "address-level2", required=True),
            blank("country", "Country", "country", fixed="United States", value="US"),
        ],
    }],
}  # fmt: skip
ABROAD = ADDRESS | {"fields": [ADDRESS["fields"][0] | {"blanks": [
    *ADDRESS["fields"][0]["blanks"][:3],
    blank("country", "Country", "country", value="US", options=[
        {"id": "CA", "label": "Canada"}, {"id": "US", "label": "United States"}]),
]}]}  # fmt: skip
CANCEL: dict[str, Any] = ADDRESS | {
    "tool": "orders.cancel", "title": "Cancel order #W1",
    "fields": [
        {"name": "reason", "kind": "choice", "label": "Why? (if you like)", "required": False,
         "items": [], "options": [{"id": "no longer needed", "label": "no longer needed"}]},
    ],
}  # fmt: skip
OWN_WORDS: dict[str, Any] = CANCEL | {"fields": [
    {"name": "reason", "kind": "text", "label": "Why?", "required": True, "items": [],
     "options": [], "most": 12},
]}  # fmt: skip
PAYMENT: dict[str, Any] = ADDRESS | {
    "tool": "orders.change_payment", "title": "Pay for order #W1 by another means",
    "fields": [
        {"name": "method", "kind": "choice", "label": "Pay by", "required": True, "items": [],
         "options": [{"id": "card_1", "label": "card (visa •••• 4242)"}]},
    ],
}  # fmt: skip


class Scripted:
    """Answers a message with a form and the form with the offer, or with a fault first."""

    def __init__(self, page: Page, server: str, form: dict[str, Any], faults: int = 0) -> None:
        self.filled: list[Any] = []
        self._faults = faults
        page.route("**/api/chat?*", lambda route: _tell(route, form=form))
        page.route("**/api/chat/do", self._take)
        page.goto(f"{server}/shop")
        page.locator("tradewind-chat .launch").click()
        box = page.locator("tradewind-chat textarea").first
        box.fill("please")
        box.press("Enter")
        expect(page.get_by_role("form", name=form["title"])).to_be_visible()

    def _take(self, route: Route) -> None:
        self.filled.append(route.request.post_data_json)
        if len(self.filled) <= self._faults:
            route.fulfill(status=503, json={"error": {"message": "Busy.", "hint": "Wait."}})
            return
        _tell(route, offer=OFFER)

    @property
    def form(self) -> Any:
        return self.filled[-1]["form"]


def _tell(route: Route, **told: object) -> None:
    route.fulfill(body=turn("Here:", "en", **told), content_type="text/event-stream")


def send(page: Page) -> None:
    page.get_by_role("button", name="Show me what happens").click()


def test_an_address_is_written_by_keyboard_and_the_yes_waits(
    new_page: NewPage, page_server: str
) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, ADDRESS)
    page.get_by_label("Recipient (if you like)").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("12 Elm Street")
    page.keyboard.press("Tab")
    page.keyboard.type("York")
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Shall I do this?")
    expect(group).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, do it")).to_be_focused()
    assert scripted.form == {
        "tool": "orders.change_address", "order_id": "#W1",
        "address": {"line1": "12 Elm Street", "city": "York"},
    }  # fmt: skip


def test_a_country_that_stays_is_read_and_not_asked(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    Scripted(page, page_server, ADDRESS)
    country = page.get_by_label("Country")
    expect(country).to_have_value("United States")
    expect(country).not_to_be_editable()


def test_a_country_may_be_chosen_where_the_rules_do_not_mind(
    new_page: NewPage, page_server: str
) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, ABROAD)
    expect(page.get_by_label("Country")).to_have_value("US")
    page.get_by_label("Country").select_option("CA")
    page.get_by_label("Street and number").fill("1 King Street")
    page.get_by_label("Town or city").fill("Toronto")
    send(page)
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    assert scripted.form["address"]["country"] == "CA"


def test_what_is_missing_is_said_at_its_field(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, ADDRESS)
    send(page)
    street, town = page.get_by_label("Street and number"), page.get_by_label("Town or city")
    expect(street).to_be_focused()
    expect(street).to_have_attribute("aria-invalid", "true")
    expect(street).to_have_accessible_description("Please fill this in.")
    street.fill("12 Elm Street")
    expect(page.get_by_text("Please fill this in.")).to_have_count(0)
    expect(street).not_to_have_attribute("aria-invalid", "true")
    send(page)
    expect(town).to_be_focused()
    expect(town).to_have_accessible_description("Please fill this in.")
    assert scripted.filled == []


def test_a_reason_may_be_left_out(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, CANCEL)
    send(page)
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    assert scripted.form == {"tool": "orders.cancel", "order_id": "#W1"}


def test_a_reason_in_ones_own_words_is_as_long_as_it_may_be(
    new_page: NewPage, page_server: str
) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, OWN_WORDS)
    send(page)
    expect(page.get_by_label("Why?")).to_be_focused()
    page.keyboard.type("I have one already")
    send(page)
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    assert scripted.form["reason"] == "I have one a"


def test_a_means_is_chosen_by_kind_and_last_figures(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, PAYMENT)
    page.get_by_label("Pay by").select_option(label="card (visa •••• 4242)")
    send(page)
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    assert scripted.form["method"] == "card_1"


def test_a_form_that_did_not_arrive_is_sent_again_as_it_was(
    new_page: NewPage, page_server: str
) -> None:
    page = new_page("en-US")
    scripted = Scripted(page, page_server, PAYMENT, faults=1)
    page.get_by_label("Pay by").select_option("card_1")
    send(page)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    first, second = scripted.filled
    assert first == second


def test_who_writes_on_meanwhile_keeps_the_field(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    Scripted(page, page_server, PAYMENT)
    box = page.locator("tradewind-chat .write textarea")
    box.fill("one more thing")
    page.get_by_label("Pay by").select_option("card_1")
    send(page)
    expect(page.get_by_role("group", name="Shall I do this?")).to_be_visible()
    expect(box).to_be_focused()


@pytest.mark.parametrize(("locale", "direction"), [("ar-AE", "rtl"), ("ko-KR", "ltr")])
@pytest.mark.parametrize("form", [ADDRESS, ABROAD, CANCEL, PAYMENT])
def test_a_narrow_screen_holds_it_in_its_direction(
    new_page: NewPage, page_server: str, form: dict[str, Any], locale: str, direction: str
) -> None:
    page = new_page(locale)
    page.set_viewport_size({"width": 320, "height": 640})
    Scripted(page, page_server, form)
    drawn = page.locator("tradewind-chat form.order")
    expect(drawn).to_have_css("direction", direction)
    wide = page.locator("tradewind-chat .scroll").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide == 0
    for box in drawn.locator("input, select, button").all():
        place = box.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 320
