"""Effects on the world: what is proposed, who may allow it, what became of it.

A row of the ledger is one effect and its id is the idempotency key that the outside gets. The
id is made of the run and the place in it, so that a run that is carried out again after a crash
finds the effects it has already proposed.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, JsonValue

from tradewind.base import Money, Record, Time, digest
from tradewind.cards import mask_cards
from tradewind.people import Audience
from tradewind.trace import EffectLevel

EffectStatus = Literal["proposed", "approved", "sending", "done", "failed", "unknown", "rejected"]
ApprovalStatus = Literal["pending", "approved", "rejected", "expired"]

Reason = Annotated[str, AfterValidator(mask_cards)]
"""What a person wrote about a decision; card numbers in it are masked."""

MOVES: dict[EffectStatus, frozenset[EffectStatus]] = {
    "proposed": frozenset(("approved", "rejected")),
    "approved": frozenset(("sending", "rejected")),
    "sending": frozenset(("done", "failed", "unknown")),
    "unknown": frozenset(("done", "failed")),
    "done": frozenset(),
    "failed": frozenset(),
    "rejected": frozenset(),
}
"""The only ways from one status to another. An undo is an effect of its own."""

COUNTED: frozenset[EffectStatus] = frozenset(("done", "sending", "unknown"))
"""What counts against a cap: it happened, or it may have."""


class Cap(Record):
    """The most that one tool may do for a tenant on one day; `tool` "*" is all tools together.

    `amount` bounds the sum in its own currency: an amount in another currency does not fit.
    With `target` ("order/#W2611340") it bounds what is done to that one thing, on all days.
    """

    tool: str = "*"
    count: int | None = None
    amount: Money | None = None
    target: str = ""


class Consent(Record):
    """A buyer's own yes to one exact effect, after they were shown it.

    `hash` is that of the tool and its arguments as they were shown (`consent_hash`), `shown` the
    SHA-256 of what they read, `policy` the rules by which it was offered. `way`: the button, or a
    yes in words. `offered_by` names the run that put it to them.
    """

    by: str
    at: Time
    hash: str
    shown: str
    policy: str
    language: str
    way: Literal["button", "words"]
    offered_by: str


class Effect(Record):
    """One write or spend. `amount` is what counts against caps, `day` the tenant's day.

    `target` is the record that it changes, `bound` the most that may ever be done to it: the
    rest of an order that can still be refunded. `allowed_by` names the approval or rule that let
    it through, `consent` the buyer's own yes where a buyer asked for it. `receipt` is what the
    outside answered. `lease_until` is when a sender that said
    nothing more is taken for dead.
    """

    id: str
    tenant: str
    run: str
    path: str
    ordinal: int
    tool: str
    level: EffectLevel
    arguments: dict[str, JsonValue]
    arguments_hash: str
    amount: Money | None = None
    target: str = ""
    bound: Cap | None = None
    day: date
    status: EffectStatus = "proposed"
    proposed_by: str
    allowed_by: str | None = None
    consent: Consent | None = None
    receipt: dict[str, JsonValue] | None = None
    error: str | None = None
    undoes: str | None = None
    created_at: Time
    updated_at: Time
    lease_until: Time | None = None

    @property
    def wished(self) -> dict[str, JsonValue]:
        """The arguments without the versions of the records that they rest on (`seen`)."""
        return {name: value for name, value in self.arguments.items() if name != "seen"}


class Rule(Record):
    """What a merchant lets the platform do, as data.

    `mode` "ask" needs people: one up to `two_above`, two beyond. "auto" (managed mode) is a
    grant that acts by itself up to `up_to` an effect and `cap` a day. `audiences` are those
    whose wishes it is for. A rule that is expired or revoked allows nothing. Where no rule
    matches, nothing is done.
    """

    id: str
    tenant: str
    tool: str
    mode: Literal["ask", "auto"]
    audiences: tuple[Audience, ...] = ("merchant",)
    up_to: Money | None = None
    two_above: Money | None = None
    cap: Cap | None = None
    granted_by: str
    created_at: Time
    expires_at: Time | None = None
    revoked_at: Time | None = None

    def holds(self, now: Time) -> bool:
        """Whether the rule is in force."""
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired


class Vote(Record):
    """One person's word on one exact effect; `arguments_hash` says which arguments they saw."""

    by: str
    yes: bool
    at: Time
    arguments_hash: str
    reason: Reason = ""


class Approval(Record):
    """A question to people about one exact effect; `arguments_hash` binds their votes to it.

    `rule` names the rule that asks and `needs` how many people must say yes; the proposer is
    none of them. The first "no" rejects, and so does the time after `expires_at`.
    """

    id: str
    tenant: str
    run: str
    effect: str
    tool: str
    summary: str
    arguments: dict[str, JsonValue]
    arguments_hash: str
    rule: str | None = None
    proposed_by: str
    needs: Literal[1, 2] = 1
    votes: tuple[Vote, ...] = ()
    status: ApprovalStatus = "pending"
    created_at: Time
    expires_at: Time


class Halt(Record):
    """The kill switch of managed mode, thrown: while it stands, no rule lets anything out."""

    by: str
    at: Time
    reason: Reason = ""


def effect_id(tenant: str, run: str, path: str, ordinal: int) -> str:
    """The id of the effect at one place of a run."""
    return f"ef_{digest([tenant, run, path, ordinal])[:24]}"


def question_id(effect: str) -> str:
    """The id of the question about an effect."""
    return f"ap_{effect.removeprefix('ef_')}"


def consent_hash(tool: str, arguments: dict[str, JsonValue]) -> str:
    """What a yes is bound to: this tool with these very arguments."""
    return digest([tool, arguments])
