"""A shop's desk as page tests need it: questions, effects and rules in the ledger, and the page."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tradewind.base import Money, digest
from tradewind.effects import Approval, Effect, Rule, question_id
from wiring.platform import Platform

SHOP, ORDER, UNSHIPPED = "sample", "#W2611340", "#W1013897"
_numbers = count(1)


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
