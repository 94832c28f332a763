"""The effect ledger and the rules behind it. Every handle is opened for one tenant."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

from pydantic import JsonValue

from tradewind.base import Money, Time
from tradewind.effects import Approval, Cap, Effect, EffectStatus, Halt, Rule, Vote


class LedgerStore(Protocol):
    """Effects and the questions about them. A status changes by compare-and-set alone.

    A `fence` is that of the lease under which the effect's run is carried out: where it is no
    longer the lease's, LeaseLost is raised and nothing written. None is for who holds no run.
    """

    def propose(
        self, effect: Effect, approval: Approval | None = None, *, fence: int | None = None
    ) -> Effect:
        """Keep an effect, and the question about it, in one transaction; gives the row that
        stands.

        The same id again with the same tool and arguments changes nothing, also after a person
        amended them. Raises InvalidInput for other arguments or another tool.
        """
        ...

    def get(self, effect_id: str) -> Effect | None: ...
    def of_run(self, run_id: str) -> Sequence[Effect]:
        """Oldest first."""
        ...

    def about(self, target: str) -> Sequence[Effect]:
        """All effects on one record, whatever became of them; oldest first."""
        ...

    def promising(self, tools: Sequence[str], since: Time) -> Sequence[Effect]:
        """Those of the tools that are proposed, approved, on their way or unknown, and those that
        were proposed since then and are done; oldest first."""
        ...

    def waiting(self, now: Time) -> Sequence[Effect]:
        """What somebody must carry on: approved ones, those whose sender is taken for dead,
        and unknown ones; oldest first."""
        ...

    def latest(self, limit: int = 50) -> Sequence[Effect]:
        """The last that were proposed, whatever became of them; newest first."""
        ...

    def move(
        self,
        effect_id: str,
        of: EffectStatus,
        to: EffectStatus,
        at: Time,
        *,
        receipt: dict[str, JsonValue] | None = None,
        error: str | None = None,
        allowed_by: str | None = None,
        fence: int | None = None,
    ) -> Effect:
        """Compare-and-set along MOVES. To "sending" leads only `send`; to "approved" no way
        past a pending question, and `allowed_by` is needed. Rejecting closes the question.

        Raises NotFound; InvalidInput when the status is another one or the move is none.
        """
        ...

    def send(
        self,
        effect_id: str,
        at: Time,
        lease_until: Time,
        caps: Sequence[Cap] = (),
        day: date | None = None,
        *,
        fence: int | None = None,
    ) -> Effect:
        """approved → sending, with the caps and the effect's own bound reserved in the same
        transaction.

        `day` is the tenant's day of the sending, where it is not the proposal's any more: it
        counts there. Raises NotFound; InvalidInput when the effect is not approved;
        QuotaExceeded naming cap, used and asked; Forbidden when a rule allowed it that is no
        longer in force or halted.
        """
        ...

    def amend(
        self,
        effect_id: str,
        arguments: dict[str, JsonValue],
        arguments_hash: str,
        amount: Money | None,
        of_hash: str,
        at: Time,
        *,
        summary: str | None = None,
        needs: Literal[1, 2] | None = None,
    ) -> Effect:
        """Change the arguments of a proposed effect and of the pending question about it; its
        earlier votes are void. `summary` and `needs` reword the question.

        Raises NotFound; InvalidInput when it is not proposed or its arguments are not those of
        `of_hash`.
        """
        ...

    def approval(self, approval_id: str) -> Approval | None: ...
    def pending(self, thread: str | None = None) -> Sequence[Approval]:
        """Oldest first; with `thread`, those that its runs asked."""
        ...

    def decide(self, approval_id: str, vote: Vote, now: Time) -> Approval:
        """Count a vote, and settle question and effect with it in one transaction.

        The first "no" rejects; enough "yes" approve; after its time the question is expired
        (no error: see the status) and the effect rejected. Raises NotFound; Forbidden for the
        proposer; InvalidInput when it is decided already, for a second vote of one person and
        for a vote on other arguments.
        """
        ...

    def expire(self, now: Time) -> Sequence[Approval]:
        """Close the questions whose time is over, as `decide` does."""
        ...


class RuleStore(Protocol):
    """What a merchant lets the platform do, and the kill switch."""

    def put(self, rule: Rule) -> None:
        """Keep a new rule. Raises InvalidInput for a known id: revoke it and put another."""
        ...

    def rule(self, rule_id: str) -> Rule | None: ...
    def revoke(self, rule_id: str, at: Time) -> Rule:
        """End a rule, once and for all; again changes nothing. Raises NotFound."""
        ...

    def rules(self, tool: str | None, now: Time) -> Sequence[Rule]:
        """Those in force for the tool (None: for any), oldest first."""
        ...

    def halt(self, by: str, at: Time, reason: str = "") -> None:
        """No effect that a rule allowed is sent from now on."""
        ...

    def resume(self, by: str, at: Time, reason: str = "") -> None: ...
    def halted(self) -> Halt | None: ...
