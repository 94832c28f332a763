"""Delivery: an effect that was allowed is sent once, and its outcome found out.

The ledger's row id is the key that the outside gets. What was sent and not answered is looked up
where the outside can be asked, sent again only where the same key is one effect there, and else
left as unknown for a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from agents.books import Books
from agents.policy import Policy
from tradewind.effects import Effect, EffectStatus, consent_hash
from tradewind.errors import BackendError, Forbidden, InvalidInput, QuotaExceeded, ToolFailed
from tradewind.ports.effects import LedgerStore, RuleStore
from tradewind.ports.outside import Outside, Receipt
from tradewind.ports.storage import ShopStore
from tradewind.trace import is_erased


@dataclass(frozen=True)
class Hands:
    """What a tenant's effects are done with; `fence` is that of the run that holds them.

    `books` are the shop's own records, where what was done is entered before it is told; `records`
    takes what the shop's people state of them.
    """

    ledger: LedgerStore
    rules: RuleStore
    outside: Outside
    policy: Policy
    clock: Callable[[], datetime]
    timezone: str = "UTC"
    records: ShopStore | None = None
    fence: int | None = None
    books: Books | None = None

    def under(self, fence: int) -> "Hands":
        """The hands of a run under its lease: who has lost it proposes, drops and sends nothing."""
        return replace(self, fence=fence or None)

    def deliver(self, effect_id: str) -> Effect:
        """Carry an effect to its end, as far as that can be known now; gives the row.

        Only for who holds the run's lease: a sender before it is taken for dead. One that a cap
        or a withdrawn rule stops is rejected: nothing goes out later by itself. Raises LeaseLost.
        """
        effect = self._read(effect_id)
        if effect.status == "approved":
            return self._send(effect)
        return self.settle(effect)

    def settle(self, effect: Effect) -> Effect:
        """Find out what became of an effect whose sender said nothing more."""
        if effect.status not in ("sending", "unknown"):
            return effect
        return self._look_up(effect, "its sender said nothing more")

    def look_up(self, effect: Effect) -> tuple[Effect, bool]:
        """Look for an unknown effect at the outside, without sending anything: the row as it
        stands then, and whether the outside knows the key.

        Raises InvalidInput for one that is not unknown, or where the outside cannot be asked,
        BackendError when it does not answer.
        """
        if effect.status != "unknown":
            raise InvalidInput(f"effect {effect.id} is {effect.status}.", "Its outcome is known.")
        if not self.outside.asked:
            raise InvalidInput("the receiver cannot be asked.", "Look there, then settle by hand.")
        seen = self.outside.find(effect.id, effect.tool, effect.arguments)
        return (self._settle_by(effect, seen), True) if seen else (effect, False)

    def drop(self, effect: Effect, why: str) -> Effect:
        """Reject what nobody sent, with the question about it; gives the row as it stands."""
        return self._move(effect, "rejected", error=why)

    def drop_unsent(self, run_id: str, why: str) -> None:
        """Close what a run proposed and nobody sent: it will not go on."""
        for effect in self.ledger.of_run(run_id):
            if effect.status in ("proposed", "approved"):
                self.drop(effect, why)

    def _send(self, effect: Effect) -> Effect:
        if effect.consent and effect.consent.hash != consent_hash(effect.tool, effect.arguments):
            return self._move(effect, "rejected", error="the buyer said yes to something else")
        now = self.clock()
        until = now + timedelta(seconds=self.policy.send_seconds)
        day = now.astimezone(ZoneInfo(self.timezone)).date()
        caps = [rule.cap for rule in self.rules.rules(effect.tool, now) if rule.cap]
        try:
            sent = self.ledger.send(
                effect.id, now, until, (*self.policy.caps, *caps), day, fence=self.fence
            )
        except (QuotaExceeded, Forbidden) as error:
            return self._move(effect, "rejected", error=str(error))
        except InvalidInput:
            return self._read(effect.id)
        return self._hand_over(sent)

    def _hand_over(self, effect: Effect) -> Effect:
        if effect.lease_until is not None and self.clock() >= effect.lease_until:
            return self._look_up(effect, "its sender was held up")
        try:
            receipt = self.outside.send(effect.id, effect.tool, effect.arguments)
        except ToolFailed as error:
            return self._move(effect, "failed", error=str(error))
        except BackendError as error:
            return self._look_up(effect, str(error))
        return self._read_back(effect, receipt)

    def _look_up(self, effect: Effect, why: str) -> Effect:
        if self.outside.asked:
            try:
                seen = self.outside.find(effect.id, effect.tool, effect.arguments)
            except BackendError as error:
                return self._move(effect, "unknown", error=f"{why}; {error}")
            if seen is not None:
                return self._settle_by(effect, seen)
        if not self.outside.keyed or is_erased(effect.arguments):
            return self._move(effect, "unknown", error=why)
        return self._send_again(effect, why)

    def _send_again(self, effect: Effect, why: str) -> Effect:
        """Once more with the same key, which is one effect there."""
        try:
            receipt = self.outside.send(effect.id, effect.tool, effect.arguments)
        except ToolFailed as error:
            return self._move(effect, "failed", error=str(error))
        except BackendError as error:
            return self._move(effect, "unknown", error=f"{why}; {error}")
        return self._read_back(effect, receipt)

    def _read_back(self, effect: Effect, receipt: Receipt) -> Effect:
        """Look whether the outside shows what it said that it did."""
        if not self.outside.asked:
            return self._done(effect, receipt, read_back=False)
        try:
            seen = self.outside.find(effect.id, effect.tool, effect.arguments)
        except BackendError:
            return self._done(effect, receipt, read_back=False)
        if seen is None:
            return self._move(effect, "unknown", error="accepted, and not to be seen there")
        return self._settle_by(effect, seen)

    def _settle_by(self, effect: Effect, seen: Receipt) -> Effect:
        known = not is_erased(effect.arguments)
        if known and (other := differing(effect.arguments, seen.state)):
            told = ", ".join(f"{name} is {seen.state[name]!r} there" for name in other)
            return self._move(effect, "unknown", error=f"done otherwise than asked: {told}")
        return self._done(effect, seen, read_back=True)

    def _done(self, effect: Effect, receipt: Receipt, *, read_back: bool) -> Effect:
        told: dict[str, JsonValue] = {
            "id": receipt.id, "state": receipt.state, "read_back": read_back,
        }  # fmt: skip
        self.enter(effect)
        return self._move(effect, "done", receipt=told)

    def enter(self, effect: Effect) -> None:
        """Enter in the shop's records what the outside has done. Before the ledger says so: a
        worker that dies between the two leaves an effect that is looked up again."""
        if self.books is not None:
            self.books.enter(effect, self.clock())

    def _move(
        self, effect: Effect, to: EffectStatus, *, receipt: dict[str, JsonValue] | None = None,
        error: str | None = None,
    ) -> Effect:  # fmt: skip
        """The move, or the row as another worker left it."""
        if effect.status == to:
            return effect
        # What became of a request is so, whoever holds the run by now.
        fence = self.fence if to == "rejected" else None
        try:
            return self.ledger.move(
                effect.id, effect.status, to, self.clock(), receipt=receipt, error=error,
                fence=fence,
            )  # fmt: skip
        except InvalidInput:
            return self._read(effect.id)

    def _read(self, effect_id: str) -> Effect:
        effect = self.ledger.get(effect_id)
        if effect is None:
            raise InvalidInput(f"there is no effect {effect_id}.", "Propose it first.")
        return effect


def differing(asked: Mapping[str, JsonValue], seen: Mapping[str, JsonValue]) -> list[str]:
    """The arguments that the outside shows with another value."""
    return [name for name, value in asked.items() if name in seen and seen[name] != value]
