"""The desk in a real browser, over the real application and a copy of the sample shop."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from home_settings import house_over_copy
from keyword_reader import with_keywords
from playwright.sync_api import Locator, Page, expect

from agents.assistant import Assistant
from agents.kit import Kit
from api.app import create_app
from api.doors import Doors
from api.keys import make_link
from api.rates import Rates, raised, read_rates
from tradewind.base import Money, digest
from tradewind.effects import Approval, Effect, Rule, question_id
from tradewind.people import Person, Role
from wiring.platform import RATES, Platform

pytestmark = pytest.mark.browser

NewPage = Callable[[str], Page]
SHOP, ORDER, UNSHIPPED = "sample", "#W2611340", "#W1013897"
SPACE = "Straße der Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten 12"
_numbers = count(1)


@pytest.fixture(scope="module")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("desk") / "home") as platform:
        yield platform


@pytest.fixture(scope="module")
def desk_doors(house: Platform, kit: Kit) -> Doors:
    house.__dict__["kit"] = kit
    rates = Rates(raised(read_rates(RATES), 10**6), house.database.rates())
    return replace(
        house.doors(), assistant=Assistant(with_keywords(kit), house.road), rates=rates
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk_server(desk_doors: Doors) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(desk_doors), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


class Desk:
    """What stands in the shop's ledger, as a test needs it."""

    def __init__(self, house: Platform) -> None:
        self.ledger = house.database.ledger(SHOP)
        self.rules = house.database.rules(SHOP)
        self.hands = house.stores(SHOP).hands
        self.runs = house.database.runs(SHOP)

    def clear(self) -> None:
        now = datetime.now(UTC)
        for asked in self.ledger.pending():
            self.ledger.move(asked.effect, "proposed", "rejected", now)
        for effect in self.ledger.waiting(now):
            self.ledger.move(effect.id, "unknown", "failed", now)
        for rule in self.rules.rules(None, now):
            self.rules.revoke(rule.id, now)
        self.rules.resume("a test", now)

    def effect(self, tool: str, target: str, arguments: dict[str, Any], amount: int = 0) -> Effect:
        now = datetime.now(UTC)
        return Effect(
            id=f"ef_desk{next(_numbers)}", tenant=SHOP, run="run_gone", path="0", ordinal=0,
            tool=tool, level="spend" if amount else "write", arguments=arguments,
            arguments_hash=digest(arguments), target=target, day=now.date(),
            amount=Money(minor=amount, currency="USD") if amount else None,
            proposed_by="assistant", created_at=now, updated_at=now,
        )  # fmt: skip

    def sent(self, effect: Effect) -> str:
        """Let through by a rule, and sent."""
        assert self.hands is not None
        now = effect.created_at
        self.ledger.propose(effect)
        self.ledger.move(effect.id, "proposed", "approved", now, allowed_by="ru_gone")
        assert self.hands.deliver(effect.id).status == "done"
        return effect.id

    def lost(self, amount: int) -> str:
        """A refund that was sent and not answered."""
        now, money = datetime.now(UTC), {"minor": amount, "currency": "USD"}
        arguments = {"order_id": ORDER, "amount": money}
        effect = self.effect("refunds.pay", f"order/{ORDER}", arguments, amount)
        self.ledger.propose(effect)
        self.ledger.move(effect.id, "proposed", "approved", now, allowed_by="ru_gone")
        self.ledger.send(effect.id, now, now + timedelta(seconds=90))
        self.ledger.move(effect.id, "sending", "unknown", now, error="the answer was lost")
        return effect.id

    def asked(self, run: str, text: str) -> str:
        """A question about an address, of a run that is there."""
        arguments = {"order_id": UNSHIPPED, "address": text}
        effect = self.effect("orders.change_address", f"order/{UNSHIPPED}", arguments)
        effect = effect.model_copy(update={"run": run})
        shared = effect.model_dump(
            include={"tenant", "run", "tool", "arguments", "arguments_hash", "proposed_by"}
        )
        question = Approval(
            **shared, id=question_id(effect.id), effect=effect.id, created_at=effect.created_at,
            summary=f"Send order {UNSHIPPED} to: {text}.",
            expires_at=effect.created_at + timedelta(hours=5),
        )  # fmt: skip
        self.ledger.propose(effect, question)
        return question.id


@pytest.fixture
def desk(house: Platform) -> Desk:
    made = Desk(house)
    made.clear()
    return made


@pytest.fixture
def enter(
    new_page: NewPage, desk_server: str, desk_doors: Doors
) -> Callable[..., Page]:  # fmt: skip
    """A page at a place of the console, for a new person of the shop."""

    def make(name: str, place: str = "", role: Role = "merchant") -> Page:
        people, id_ = desk_doors.people(SHOP), f"p{next(_numbers)}"
        person = Person(id=id_, tenant=SHOP, name=name, email=f"{id_}@s.example", role=role)
        people.add(person)
        page = new_page("en-US")
        page.goto(f"{desk_server}/signin/{make_link(people, person, desk_doors.now())}")
        if place:
            page.goto(f"{desk_server}/console#{place}")
        return page

    return make


def ask(page: Page, text: str) -> Locator:
    """Ask in the chat; gives the card of the question."""
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    card = page.locator("[data-approval=open]").last
    expect(card).to_be_visible(timeout=30_000)
    return card


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Desk").get_by_role("link", name=name).click()


def rule(**more: Any) -> Rule:
    given = {"id": f"ru_{next(_numbers)}", "tenant": SHOP, "tool": "refunds.pay", "mode": "ask",
             "granted_by": "owner", "created_at": datetime.now(UTC)}  # fmt: skip
    return Rule.model_validate(given | more)


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
