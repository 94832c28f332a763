"""The widget's form of an order and the buyer's yes: by keyboard, by name, right to left, once.

What the server says is written down here; that it says so is tested in tests/api/test_doing.py.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

NewPage = Callable[[str], Page]

FORM: dict[str, Any] = {
    "tool": "orders.exchange", "order": "#W1", "title": "Exchange in order #W1",
    "send": "Show me what happens",
    "fields": [
        {"name": "items", "kind": "swaps", "label": "What would you like instead?",
         "options": [{"id": "", "label": "Keep as it is"}],
         "items": [{"id": "v1", "label": "Shoes (size 9)", "most": 1,
                    "options": [{"id": "v2", "label": "size 10 · same price · left: 3"}]}]},
        {"name": "method", "kind": "choice", "label": "Where does the money go?", "items": [],
         "options": [{"id": "card_1", "label": "card (visa •••• 4242)"}]},
    ],
}  # fmt: skip
OFFER = {
    "run": "run_1", "hash": "a" * 64, "text": "Exchange in order #W1:", "yes": "Yes, do it",
    "no": "No", "question": "Shall I do this?",
}  # fmt: skip


def turn(answer: str, language: str, **told: object) -> str:
    result = {
        "run": "run_1", "thread": "t", "language": language, "answer": answer, "citations": [],
        "intent": None, "actions": [], "approvals": [], "handover": None, "asks": None,
        "grounded": True, "seconds": 0.1, **told,
    }  # fmt: skip
    events = [
        {"type": "RUN_STARTED", "threadId": "t", "runId": "run_1"},
        {"type": "RUN_FINISHED", "threadId": "t", "runId": "run_1", "result": result},
    ]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events)


class Scripted:
    """Answers a message with the form, the form with the offer, a word on it with its end."""

    def __init__(self, page: Page, language: str) -> None:
        self.sent: list[tuple[str, Any]] = []
        self._language = language
        page.route("**/api/chat?*", lambda route: self._tell(route, "Choose.", form=FORM))
        page.route("**/api/chat/do", lambda route: self._tell(route, "Shall I?", offer=OFFER))
        page.route("**/api/chat/reply", lambda route: self._tell(route, "This has been done."))

    def _tell(self, route: Route, answer: str, **told: object) -> None:
        path = route.request.url.rpartition("/")[2]
        self.sent.append((path, route.request.post_data_json))
        body = turn(answer, self._language, **told)
        route.fulfill(body=body, content_type="text/event-stream")

    def bodies(self, path: str) -> list[Any]:
        return [body for name, body in self.sent if name == path]


def opened(page: Page, server: str, language: str) -> Scripted:
    scripted = Scripted(page, language)
    page.goto(f"{server}/shop")
    page.locator("tradewind-chat .launch").click()
    box = page.locator("tradewind-chat textarea").first
    box.fill("exchange")
    box.press("Enter")
    return scripted


def test_a_form_is_filled_in_and_confirmed_by_keyboard(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    scripted = opened(page, page_server, "en")
    expect(page.get_by_role("form", name="Exchange in order #W1")).to_be_visible()
    page.get_by_label("Shoes (size 9)").focus()
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Where does the money go?")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Shall I do this?")
    expect(group).to_be_visible()
    (filled,) = scripted.bodies("do")
    assert filled["form"] == {
        "tool": "orders.exchange", "order_id": "#W1", "items": ["v1"], "new_items": ["v2"],
        "method": "card_1",
    }  # fmt: skip
    assert len(filled["key"]) >= 8
    group.get_by_role("button", name="Yes, do it").dblclick(no_wait_after=True)
    expect(page.get_by_role("log")).to_contain_text("This has been done.")
    (reply,) = scripted.bodies("reply")
    assert (reply["run"], reply["hash"], reply["yes"]) == ("run_1", "a" * 64, True)
    expect(page.get_by_role("group", name="Shall I do this?")).to_have_count(0)


def test_an_empty_form_is_not_sent(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    scripted = opened(page, page_server, "en")
    page.get_by_label("Where does the money go?").select_option("card_1")
    page.get_by_role("button", name="Show me what happens").click()
    expect(page.get_by_label("Shoes (size 9)")).to_be_focused()
    assert scripted.bodies("do") == []


@pytest.mark.parametrize(("locale", "direction"), [("ar-AE", "rtl"), ("de-DE", "ltr")])
def test_the_form_stands_in_the_readers_direction(
    new_page: NewPage, page_server: str, locale: str, direction: str
) -> None:
    page = new_page(locale)
    opened(page, page_server, locale[:2])
    form = page.locator("tradewind-chat form.order")
    expect(form).to_have_css("direction", direction)
    box, place = page.locator("tradewind-chat .box").bounding_box(), form.bounding_box()
    assert box is not None
    assert place is not None
    assert box["x"] <= place["x"]
    assert place["x"] + place["width"] <= box["x"] + box["width"]


def test_a_new_message_takes_the_question_away(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    opened(page, page_server, "en")
    page.get_by_label("Shoes (size 9)").select_option("v2")
    page.get_by_label("Where does the money go?").select_option("card_1")
    page.get_by_role("button", name="Show me what happens").click()
    expect(page.get_by_role("button", name="Yes, do it")).to_be_visible()
    box = page.locator("tradewind-chat textarea").first
    box.fill("something else")
    box.press("Enter")
    expect(page.get_by_role("button", name="Yes, do it")).to_have_count(0)
