"""The console and the demo shop in a real browser."""

import re
from collections.abc import Callable

import pytest
from conftest import SHOP_SITE
from playwright.sync_api import Page, expect
from scripted_turns import DISPUTE, FOUND, PARCEL, ScriptedAssistant

pytestmark = pytest.mark.browser

NewPage = Callable[[str], Page]

HOSTILE = """
* { all: unset !important; font: 44px/3 fantasy !important; color: red !important }
html { font-size: 60px; direction: rtl } body { transform: rotate(3deg); filter: blur(1px) }
div, section, header, form { display: none !important; position: static !important }
tradewind-chat { opacity: 0 !important; transform: scale(0) !important }
"""


def ask(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def test_a_merchant_sees_plan_answer_and_source(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "Which disputes are open, and where is order #W2611340?")
    log = page.get_by_role("log")
    expect(log).to_contain_text("dp_1QSample over 84.90 EUR")
    steps = log.get_by_role("list", name="Plan").get_by_role("listitem")
    expect(steps).to_have_count(2)
    expect(steps.first).to_contain_text("Open disputes and their deadlines")
    for step in steps.all():
        expect(step).to_have_attribute("data-state", "done")
    page.get_by_role("button", name=PARCEL.source).click()
    panel = page.get_by_role("complementary", name="Sources")
    expect(panel.locator("[data-chosen=true]")).to_contain_text(PARCEL.excerpt)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.get_by_role("button", name=PARCEL.source)).to_be_focused()


def test_steps_move_while_the_turn_runs(
    new_page: NewPage, console_address: str, assistant: ScriptedAssistant
) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    assistant.gate.clear()
    ask(page, "disputes, but hold on")
    steps = page.get_by_role("list", name="Plan").get_by_role("listitem")
    expect(steps.nth(0)).to_have_attribute("data-state", "running")
    expect(steps.nth(1)).to_have_attribute("data-state", "planned")
    assistant.gate.set()
    expect(steps.nth(1)).to_have_attribute("data-state", "done")
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")


def test_a_turn_can_be_stopped(
    new_page: NewPage, console_address: str, assistant: ScriptedAssistant
) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    assistant.gate.clear()
    ask(page, "disputes, but hold on")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("log")).to_contain_text("Stopped.")
    assistant.gate.set()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


def test_a_run_opens_to_its_spans(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "disputes")
    page.get_by_role("button", name=re.compile("^run_")).click()
    spans = page.get_by_role("list", name="Spans").get_by_role("listitem")
    expect(spans).to_have_count(7)
    spans.filter(has_text="logistics.track").locator("summary").click()
    expect(spans.filter(has_text="logistics.track").locator("pre").first).to_contain_text(
        "#W2611340"
    )


def test_what_is_not_certain_is_marked(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "refund it")
    log = page.get_by_role("log")
    for told in ("Handed to a person", "Not grounded", "Waits for your approval"):
        expect(log).to_contain_text(told)


def test_a_failed_turn_tells_the_remedy(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "this is broken")
    expect(page.get_by_role("alert")).to_contain_text("The model is not loaded. Run `make run`")
    expect(page.get_by_role("button", name="Send again")).to_be_visible()


def test_who_is_not_signed_in_is_told_how(new_page: NewPage, page_server: str) -> None:
    page = new_page("en-US")
    page.goto(f"{page_server}/console")
    expect(page.get_by_role("alert")).to_contain_text("Open the sign-in link")


def test_text_stays_text(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "<img src=x onerror=alert(1)><b>bold</b>")
    expect(page.locator(".question")).to_contain_text("<img src=x onerror=alert(1)><b>bold</b>")
    expect(page.locator(".question :is(img, b)")).to_have_count(0)


def test_conversations_are_kept_and_deleted(new_page: NewPage, console_address: str) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "disputes, please")
    expect(page.get_by_role("button", name=re.compile("^run_"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("dp_1QSample")
    rail = page.get_by_role("navigation", name="Conversations")
    rail.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    rail.get_by_role("button", name="disputes, please", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("dp_1QSample")
    rail.get_by_role("button", name="Delete “disputes, please”").click()
    expect(rail.get_by_role("listitem")).to_have_count(0)


def test_a_buyer_asks_in_spanish_and_proves_the_order(
    new_page: NewPage, page_server: str, assistant: ScriptedAssistant
) -> None:
    page = new_page("es-ES")
    page.goto(f"{page_server}/shop")
    expect(page.get_by_role("list", name="Products").get_by_role("listitem")).to_have_count(8)
    page.get_by_role("button", name="Escríbenos").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("asistente de IA, no con una persona")
    box.get_by_label("Escribe un mensaje").fill("¿Dónde está mi pedido?")
    box.get_by_label("Escribe un mensaje").press("Enter")
    expect(box.get_by_role("log")).to_contain_text("necesito su número")
    box.get_by_label("Número de pedido").fill("#W2611340")
    box.get_by_label("Correo del pedido").fill("ana@example.com")
    box.get_by_role("button", name="Consultar", exact=True).click()
    expect(box.locator("[aria-busy=true]")).to_have_count(0)
    expect(box.get_by_role("log")).to_contain_text(FOUND.text)
    assert assistant.given[-1] == {"order_id": "#W2611340", "email": "ana@example.com"}
    box.get_by_role("button", name="Consultar mi pedido").click()
    box.get_by_label("Número de pedido").fill("#W2611340")
    box.get_by_role("button", name="Consultar", exact=True).click()
    expect(box.get_by_label("Correo del pedido")).to_be_focused()  # one of both is asked for
    box.get_by_label("o el código postal de entrega").fill("28013")
    box.get_by_role("button", name="Consultar", exact=True).click()
    expect(box.get_by_text("#W2611340 · 28013")).to_be_visible()
    assert assistant.given[-1] == {"order_id": "#W2611340", "postcode": "28013"}
    box.get_by_text(PARCEL.source).last.click()
    expect(box.get_by_text(PARCEL.excerpt).last).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Escríbenos").click()
    expect(page.get_by_role("dialog").get_by_role("log")).to_contain_text(FOUND.text)


def test_arabic_runs_from_right_to_left(new_page: NewPage, page_server: str) -> None:
    page = new_page("ar")
    page.goto(f"{page_server}/shop")
    launch = page.get_by_role("button", name="تحدث إلينا")
    place = launch.bounding_box()
    assert place is not None
    assert place["x"] < 100
    launch.click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="كيف أعيد منتجًا؟").click()
    answer = box.get_by_text("يمكنك إعادة المنتج")
    expect(answer).to_have_css("direction", "rtl")
    expect(box).to_have_css("direction", "rtl")


def test_a_latin_line_in_an_arabic_console_talk_keeps_its_direction(
    new_page: NewPage, console_address: str
) -> None:
    page = new_page("en-US")
    page.goto(console_address)
    ask(page, "ما هي النزاعات المفتوحة؟")
    expect(page.locator(".question p")).to_have_css("direction", "rtl")
    expect(page.locator(".answer .prose p").first).to_have_css("direction", "rtl")
    page.get_by_role("button", name=DISPUTE.source).click()
    expect(page.locator("[data-chosen=true] blockquote")).to_have_css("direction", "ltr")


def test_the_widget_survives_a_hostile_page(new_page: NewPage, page_server: str) -> None:
    page = new_page("de-DE")
    tag = "<script src=/assets/widget.js data-shop=Nord></script>"
    body = f"<!doctype html><style>{HOSTILE}</style><h1>x</h1>{tag}"
    page.route("**/hostile", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{page_server}/hostile")
    page.get_by_role("button", name="Schreiben Sie uns").click()
    box = page.get_by_role("dialog", name="Nord")
    place, size = box.bounding_box(), page.viewport_size
    assert place is not None
    assert size is not None
    assert place["width"] == 392
    assert round(place["x"] + place["width"]) == size["width"] - 20
    field = box.get_by_label("Nachricht schreiben")
    expect(field).to_have_css("font-size", "16px")
    expect(box).to_have_css("direction", "ltr")
    field.fill("Hallo")
    field.press("Enter")
    expect(box.get_by_role("log")).to_contain_text("I can only help with this shop.")


SITE_PAGE = """<!doctype html><title>Shop</title><script>
window.asked = 0; window.buyer = async () => { window.asked++; return "not a token" }
</script><h1>Our shop</h1>
<script src="SERVER/assets/widget.js" data-shop="Nord" data-shop-id="sample"
 data-token-from="buyer" data-language="de"></script>"""


def on_the_shops_site(page: Page, server: str, site: str) -> None:
    """The widget on a page of another origin."""
    html = SITE_PAGE.replace("SERVER", server)
    page.route(f"{site}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site}/")
    page.get_by_role("button", name="Schreiben Sie uns").click()
    field = page.get_by_role("dialog").get_by_label("Nachricht schreiben")
    field.fill("Hallo")
    field.press("Enter")


def test_the_widget_talks_on_the_shops_own_site(new_page: NewPage, page_server: str) -> None:
    page = new_page("de-DE")
    sent: list[dict[str, str]] = []
    page.on("request", lambda request: sent.append(request.all_headers()))
    on_the_shops_site(page, page_server, SHOP_SITE)
    expect(page.get_by_role("log")).to_contain_text("I can only help with this shop.")
    assert page.evaluate("window.asked") == 1
    page.reload()
    page.get_by_role("button", name="Schreiben Sie uns").click()
    expect(page.get_by_role("log")).to_contain_text("I can only help with this shop.")
    page.get_by_role("button", name="Meine Bestellung finden").click()
    page.get_by_label("Bestellnummer").fill("#W1")
    page.get_by_label("oder Postleitzahl der Lieferadresse").fill("10115")
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("log")).to_contain_text(FOUND.text)
    assert page.evaluate("window.asked") == 0  # the session is kept over the reload
    assert not any("cookie" in headers for headers in sent)
    assert page.context.cookies() == []


def test_the_widget_is_silent_on_a_strangers_site(new_page: NewPage, page_server: str) -> None:
    page = new_page("de-DE")
    on_the_shops_site(page, page_server, "http://stranger.localhost")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")


@pytest.mark.parametrize("path", ["console", "shop"])
def test_a_narrow_phone_needs_no_sideways_scrolling(
    new_page: NewPage, console_address: str, page_server: str, path: str
) -> None:
    page = new_page("en-US")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(console_address)
    page.goto(f"{page_server}/{path}")
    expect(page.get_by_role("main")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
