"""Effects and questions as the ledger tests propose them."""

from datetime import date, timedelta
from typing import Any

from written_runs import AT

from stores.ledger import SqlLedger
from tradewind.base import Money
from tradewind.effects import Approval, Effect, Rule, Vote
from tradewind.errors import PlatformError

DAY = date(2026, 3, 1)
LATER = AT + timedelta(hours=1)
"""When questions expire and leases end."""


def usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


def an_effect(tenant: str, id_: str = "ef1", mark: str = "h0", **changed: Any) -> Effect:
    given = {
        "run": "r1", "path": "0", "ordinal": 0, "tool": "refund", "level": "spend",
        "arguments": {"mark": mark}, "arguments_hash": mark, "amount": usd(500), "day": DAY,
        "proposed_by": "bot", "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return Effect.model_validate({"id": id_, "tenant": tenant} | given | changed)


def a_question(effect: Effect, /, needs: int = 1, **changed: Any) -> Approval:
    given = {
        "id": f"ap_{effect.id}", "effect": effect.id, "summary": "Refund 5 USD?",
        "needs": needs, "expires_at": LATER, "created_at": AT,
    }  # fmt: skip
    shared = effect.model_dump(
        include={"tenant", "run", "tool", "arguments", "arguments_hash", "proposed_by"}
    )
    return Approval.model_validate(shared | given | changed)


def a_vote(by: str, yes: bool = True, mark: str = "h0") -> Vote:
    return Vote(by=by, yes=yes, at=AT, arguments_hash=mark)


def a_rule(tenant: str, id_: str = "ru1", **changed: Any) -> Rule:
    given = {"tool": "refund", "mode": "auto", "granted_by": "mia", "created_at": AT}
    return Rule.model_validate({"id": id_, "tenant": tenant} | given | changed)


def propose(ledger: SqlLedger, effect: Effect, needs: int = 1) -> Approval:
    """Propose an effect that people are asked about."""
    asked = a_question(effect, needs)
    ledger.propose(effect, asked)
    return asked


def approved(ledger: SqlLedger, effect: Effect, by: str = "ru1") -> Effect:
    """An effect that a rule let through."""
    ledger.propose(effect)
    return ledger.move(effect.id, "proposed", "approved", AT, allowed_by=by)


def outcome(call: Any, *args: Any, **named: Any) -> str:
    """The status that a call gives, or the name of the error it raises."""
    try:
        return call(*args, **named).status
    except PlatformError as error:
        return type(error).__name__
