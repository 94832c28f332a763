"""The kill switch, effects, who is signed in and the layout of the desk, in a real browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from desk_shop import ORDER, Desk, ask, go, rule
from playwright.sync_api import Page, expect

from tradewind.base import Money

pytestmark = pytest.mark.browser

SPACE = "Straße der Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten 12"


# ---- the kill switch


def test_the_halt_is_seen_on_every_page_until_it_is_lifted(
    enter: Callable[..., Page], desk: Desk
) -> None:
    page = enter("Ana")
    page.get_by_role("button", name="Halt managed mode").click()
    box = page.get_by_role("dialog")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    assert desk.rules.halted() is None
    page.get_by_role("button", name="Halt managed mode").press("Enter")
    box.get_by_label("Why").fill("refunds look odd")
    box.get_by_role("button", name="Halt now").click()
    expect(box).to_have_count(0)
    for name in ("Approvals", "Effects", "Rules"):
        go(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.locator(".halted")).to_contain_text("refunds look odd")
    page.get_by_role("button", name="New conversation").first.click()
    expect(page.locator(".halted")).to_contain_text("Ana")
    other = enter("Olu", "/effects", "ops")
    expect(other.locator(".halted")).to_contain_text("Ana")
    expect(other.get_by_role("button", name="Lift the halt")).to_have_count(0)
    page.locator(".halted").get_by_role("button", name="Lift the halt").click()
    box.get_by_role("button", name="Let rules act again").click()
    expect(page.locator(".halted")).to_have_count(0)
    assert desk.rules.halted() is None


# ---- effects


def test_an_unknown_effect_is_looked_up_and_settled(enter: Callable[..., Page], desk: Desk) -> None:
    lost, arrived = desk.lost(901), desk.lost(902)
    assert desk.hands is not None
    known = desk.ledger.get(arrived)
    assert known is not None
    desk.hands.outside.send(arrived, known.tool, known.arguments)
    page = enter("Ana", "/effects")
    parked = page.get_by_role("list", name="Unknown outcomes").locator("> li")
    expect(parked).to_have_count(2)
    for told in (lost, "9.01 USD", "the answer was lost", "rule ru_gone"):
        expect(parked.filter(has_text=lost)).to_contain_text(told)
    parked.filter(has_text=arrived).get_by_role("button", name="Look it up again").click()
    expect(parked).to_have_count(1)
    parked.get_by_role("button", name="Look it up again").click()
    expect(parked).to_contain_text("knows nothing under this key")
    parked.get_by_role("button", name="Settle by hand").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Settle it for good").click()
    expect(box).to_be_visible()  # neither an outcome nor a note was given
    box.get_by_label("It was not done").check()
    box.get_by_label("How you know").fill("not in the processor's list")
    box.get_by_role("button", name="Settle it for good").click()
    expect(page.get_by_role("heading", name="Somebody must look")).to_have_count(0)
    statuses = [effect.status for id_ in (lost, arrived) if (effect := desk.ledger.get(id_))]
    assert statuses == ["failed", "done"]


def test_what_can_be_undone_is_undone_under_the_same_rules(
    enter: Callable[..., Page], desk: Desk
) -> None:
    for minor in (5000, 8000):
        budget = {"campaign": "Bottles", "budget": {"minor": minor, "currency": "USD"}}
        desk.sent(desk.effect("ads.set_budget", "campaign/Bottles", budget, minor))
    page = enter("Ana", "/effects")
    row = page.get_by_role("list", name="Effects").locator("> li").first
    row.locator("summary").click()
    row.get_by_role("button", name="Undo this").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo it").click()
    page.get_by_role("link", name="Answer the question").click()
    expect(page.get_by_label("Budget")).to_have_value("50.00")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".state")).to_have_text("Approved")
    assert [effect.status for effect in desk.ledger.latest(1)] == ["done"]


# ---- who is signed in


def test_ops_see_everything_and_decide_nothing(enter: Callable[..., Page], desk: Desk) -> None:
    merchant = enter("Ana")
    ask(merchant, f"refund 20 USD of order {ORDER}").get_by_role("link").click()
    desk.lost(903)
    page = enter("Olu", merchant.evaluate("location.hash.slice(1)"), "ops")
    expect(page.get_by_text("only the merchant's own people decide")).to_be_visible()
    expect(page.locator(".account")).to_contain_text("Ops: sees all")
    for name, button in (("Effects", "Look it up again"), ("Rules", "New rule")):
        go(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.get_by_text(button)).to_have_count(0)
    expect(page.get_by_role("button", name="Halt managed mode")).to_have_count(0)


def test_who_signs_out_is_shown_the_way_in(enter: Callable[..., Page], desk_server: str) -> None:
    page = enter("Ana")
    expect(page.locator(".account")).to_contain_text("Ana")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{desk_server}/console#/rules")
    expect(page.get_by_role("alert")).to_contain_text("Open the sign-in link")


# ---- layout


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_long_words_fit_a_phone_in_both_directions(
    enter: Callable[..., Page], desk: Desk, direction: str
) -> None:
    page = enter("Ana")
    ask(page, f"refund 20 USD of order {ORDER}")
    (known,) = desk.ledger.pending()
    address = desk.asked(known.run, SPACE)
    desk.lost(904)
    desk.rules.put(rule(two_above=Money(minor=1000, currency="USD")))
    desk.rules.halt("owner", datetime.now(UTC), SPACE.replace(" ", ""))
    page.set_viewport_size({"width": 390, "height": 844})
    for place in ("/approvals", f"/approvals/{address}", "/effects", "/rules", "/rules/new"):
        page.evaluate("place => { location.hash = place }", place)
        expect(page.locator(".page h1")).to_be_visible()
        expect(page.locator(".working")).to_have_count(0)
        page.evaluate("way => { document.documentElement.dir = way }", direction)
        wide = page.evaluate(
            "[document.documentElement, document.querySelector('.scroll')]"
            ".map(box => box.scrollWidth - box.clientWidth)"
        )
        assert wide == [0, 0], place


def test_a_page_of_the_desk_is_reached_by_keyboard(enter: Callable[..., Page], desk: Desk) -> None:
    page = enter("Ana")
    link = page.get_by_role("navigation", name="Desk").get_by_role("link", name="Rules")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title(re.compile("^Rules"))
    page.go_back()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
