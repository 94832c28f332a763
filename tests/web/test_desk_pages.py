"""Approvals and rules in a real browser, over the real application and the sample shop."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from desk_shop import ORDER, Desk, ask, go, rule
from playwright.sync_api import Page, expect

from tradewind.base import Money, digest

pytestmark = pytest.mark.browser


# ---- approvals


def test_a_question_is_changed_checked_again_and_done(
    enter: Callable[..., Page], desk: Desk
) -> None:
    page = enter("Ana")
    ask(page, f"refund 20 USD of order {ORDER}").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refund $20.00")
    expect(page.locator(".case-records")).to_contain_text(f"Order {ORDER}, status")
    expect(page.locator(".case-facts")).to_contain_text("Ana")
    amount = page.get_by_label("Amount")
    expect(amount).to_have_value("20.00")
    amount.fill("2o")
    expect(page.get_by_text("Write an amount above zero in USD")).to_be_visible()
    expect(page.get_by_role("button", name="Approve as changed")).to_be_disabled()
    amount.fill("5000")
    page.get_by_role("button", name="Approve as changed").click()
    expect(page.get_by_role("alert")).to_contain_text("no more than")
    amount.fill("12.50")
    expect(page.get_by_text("makes a new question")).to_be_visible()
    amount.press("Enter")
    expect(page.locator(".state")).to_have_text("Approved")
    expect(page.locator(".told").first).to_contain_text("$12.50")
    (effect, *_) = desk.ledger.latest(1)
    assert (effect.status, effect.amount) == ("done", Money(minor=1250, currency="USD"))


def test_a_rejected_question_keeps_its_reason(enter: Callable[..., Page], desk: Desk) -> None:
    page = enter("Ana")
    ask(page, f"refund 20 USD of order {ORDER}")
    go(page, "Approvals")
    page.get_by_role("list", name="Open questions").get_by_role("link").click()
    page.get_by_label("Reason").fill("zu viel")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator(".state")).to_have_text("Rejected")
    expect(page.get_by_role("list", name="Votes")).to_contain_text("zu viel")
    go(page, "Approvals")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


def test_two_must_agree_and_who_asked_is_none(enter: Callable[..., Page], desk: Desk) -> None:
    desk.rules.put(rule(two_above=Money(minor=1000, currency="USD")))
    asker = enter("Ana")
    ask(asker, f"refund 20 USD of order {ORDER}").get_by_role("link").click()
    expect(asker.get_by_text("You cannot answer this: you asked for it")).to_be_visible()
    expect(asker.get_by_role("button", name="Approve")).to_have_count(0)
    where = asker.evaluate("location.hash.slice(1)")
    ben = enter("Ben", where)
    expect(ben.get_by_text("0 of 2")).to_be_visible()
    ben.get_by_role("button", name="Approve").click()
    expect(ben.get_by_text("One more person must agree.")).to_be_visible()
    expect(ben.get_by_role("button", name="Approve")).to_have_count(0)
    cem = enter("Cem", where)
    expect(cem.get_by_role("list", name="Votes")).to_contain_text("Ben")
    cem.get_by_role("button", name="Approve").click()
    expect(cem.locator(".state")).to_have_text("Approved")


def test_a_word_on_arguments_that_changed_meanwhile_is_refused(
    enter: Callable[..., Page], desk: Desk
) -> None:
    page = enter("Ana")
    ask(page, f"refund 20 USD of order {ORDER}").get_by_role("link").click()
    expect(page.get_by_label("Amount")).to_have_value("20.00")
    (asked,) = desk.ledger.pending()
    arguments: dict[str, Any] = {"order_id": ORDER, "amount": {"minor": 1, "currency": "USD"}}
    desk.ledger.amend(
        asked.effect, arguments, digest(arguments), Money(minor=1, currency="USD"),
        asked.arguments_hash, datetime.now(UTC),
    )  # fmt: skip
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("other arguments by now")


# ---- rules


def test_a_rule_says_what_it_allows_before_it_is_saved(
    enter: Callable[..., Page], desk: Desk
) -> None:
    page = enter("Ana", "/rules")
    expect(page.get_by_text("Nothing is done without asking.")).to_be_visible()
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("What it is about").select_option("refunds.pay")
    page.get_by_role("radio", name="Managed mode").check()
    save = page.get_by_role("button", name="Let it act without asking")
    expect(save).to_be_disabled()
    expect(page.locator(".meaning")).to_contain_text("needs an amount")
    page.get_by_label("Most each time").fill("20")
    page.get_by_label("Most money a day").fill("100")
    page.get_by_label("Most a day how many").fill("5")
    page.get_by_label("For how long").fill("93")
    expect(page.locator(".meaning")).to_contain_text("1 to 92 days")
    page.get_by_label("For how long").fill("30")
    meaning = page.locator(".meaning")
    for words in ("without asking anybody", "up to 20.00 USD", "5 times and 100.00 USD"):
        expect(meaning).to_contain_text(words)
    save.click()
    kept = page.get_by_role("list", name="Managed mode")
    expect(kept).to_contain_text("5 times and 100.00 USD")
    expect(kept).to_contain_text("given by Ana")
    kept.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("Nothing is done without asking.")).to_be_visible()
    assert desk.rules.rules(None, datetime.now(UTC)) == ()
