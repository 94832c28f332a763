"""The desk: where people decide what runs have asked, call a run off, and settle the unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import JsonValue

from agents.acting import summary
from agents.assistant import Assistant
from agents.delivery import Hands
from agents.effect import Others, ruling_on
from agents.events import TurnEnded
from agents.grants import Wanted, make_rule
from agents.masking import mask_value
from agents.recording import Undoing
from agents.resuming import resume
from agents.turns import LEASE, Shop
from tradewind.base import Record, digest
from tradewind.cards import mask_cards
from tradewind.effects import Approval, Effect, Rule, Vote
from tradewind.errors import Busy, Forbidden, InvalidInput, NotFound, ToolRetry
from tradewind.people import Session
from tradewind.tool import Origin, Proposal, Tool
from tradewind.trace import Run as RunRecord


class Decided(Record):
    """A question after a vote; `ended` is the end of the run that asked it, where that has come."""

    approval: Approval
    ended: TurnEnded | None = None


class Desk:
    """One for all tenants: each call names its session and its shop's handles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def pending(self, shop: Shop) -> Sequence[Approval]:
        """Open questions, oldest first."""
        hands = _hands(shop)
        await self._assistant.off(hands.ledger.expire, datetime.now(UTC))
        return await self._assistant.off(hands.ledger.pending)

    async def decide(
        self, session: Session, shop: Shop, approval_id: str, *, yes: bool, reason: str = "",
        seen: str | None = None, arguments: Mapping[str, JsonValue] | None = None,
    ) -> Decided:  # fmt: skip
        """Count the session's person as for or against, and carry the run on once it is decided.

        `seen` is the hash of the arguments that were shown; `arguments` are others, which are
        checked as if they had been asked for. Raises NotFound; Forbidden for who asked, where
        two must agree; InvalidInput for a question that is decided or was about something else,
        ToolRetry and ToolDenied for arguments that cannot be.
        """
        asked = await self._asked(shop, approval_id)
        await self._check_asker(session, shop, asked)
        if seen is not None and seen != asked.arguments_hash:
            raise InvalidInput(f"{approval_id} has other arguments by now.", "Look at it anew.")
        if yes and arguments is not None:
            typed = {name: mask_value(value) for name, value in arguments.items()}
            asked = await self._amend(session, shop, asked, {**asked.arguments, **typed})
            await self._check_asker(session, shop, asked)
        now = datetime.now(UTC)
        vote = Vote(
            by=session.actor.id, yes=yes, at=now, arguments_hash=asked.arguments_hash, reason=reason
        )
        decided = await self._assistant.off(_hands(shop).ledger.decide, approval_id, vote, now)
        return Decided(approval=decided, ended=await self._carry_on(session, shop, decided))

    async def cancel(self, session: Session, shop: Shop, run_id: str) -> None:
        """Call off a run that waits: its questions are closed, nothing of it is sent.

        Raises NotFound; InvalidInput for a run that has ended, Busy for one that is at work.
        """
        now = datetime.now(UTC)
        fence = await self._assistant.off(shop.runs.take_over, run_id, now, now + LEASE)
        record = await self._assistant.off(shop.runs.run, run_id)
        if record is None:
            raise NotFound(f"there is no run {run_id}.", "List the waiting ones.")
        by = f"called off by {session.actor.id}"
        await self._assistant.off(_hands(shop).under(fence).drop_unsent, run_id, by)
        told = {"status": "cancelled", "error": by}
        await self._assistant.off(shop.runs.finish, record.model_copy(update=told), (), None, fence)

    async def undo(self, session: Session, shop: Shop, effect_id: str) -> TurnEnded:
        """Undo what was done, as an effect of its own under the same policy.

        Raises NotFound; InvalidInput for what was not done, or cannot be undone.
        """
        effect = await self._assistant.off(_hands(shop).ledger.get, effect_id)
        if effect is None:
            raise NotFound(f"there is no effect {effect_id}.", "List the effects.")
        tool = self._assistant.road.tools.get(effect.tool)
        arguments = reversal(tool, effect)
        if arguments is None:
            raise InvalidInput(f"{effect_id} ({effect.tool}) cannot be undone.", "See its record.")
        undoing = Undoing(effect=effect.id, tool=effect.tool, arguments=arguments)
        return await self._assistant.undo(session, shop, undoing)

    async def settle(
        self, session: Session, shop: Shop, effect_id: str, *, done: bool, note: str
    ) -> Effect:
        """A person's word on an effect whose outcome nobody could find out.

        Raises NotFound; InvalidInput for one that is not unknown.
        """
        note = mask_cards(note)
        by: dict[str, JsonValue] = {"settled_by": session.actor.id, "note": note}
        now, ledger = datetime.now(UTC), _hands(shop).ledger
        if done:
            await self._assistant.off(_enter_unknown, _hands(shop), effect_id)
            return await self._assistant.off(
                ledger.move, effect_id, "unknown", "done", now, receipt=by
            )
        told = f"{session.actor.id}: {note}"
        return await self._assistant.off(
            ledger.move, effect_id, "unknown", "failed", now, error=told
        )

    async def look_up(self, shop: Shop, effect_id: str) -> tuple[Effect, bool]:
        """Ask the receiver what became of an unknown effect, and tell nothing anew: the effect as
        it stands then, and whether the receiver knows it.

        Raises NotFound; InvalidInput for one that is not unknown, or where nobody can be asked.
        """
        effect = await self._assistant.off(_hands(shop).ledger.get, effect_id)
        if effect is None:
            raise NotFound(f"there is no effect {effect_id}.", "List the effects.")
        return await self._assistant.off(_hands(shop).look_up, effect)

    async def grant(self, session: Session, shop: Shop, wanted: Wanted) -> Rule:
        """Keep a rule of the merchant's. Raises NotFound, InvalidInput; see `make_rule`."""
        hands, tools = _hands(shop), self._assistant.road.tools
        rule = make_rule(wanted, session, datetime.now(UTC), hands.policy, tools)
        await self._assistant.off(hands.rules.put, rule)
        return rule

    async def _asked(self, shop: Shop, approval_id: str) -> Approval:
        asked = await self._assistant.off(_hands(shop).ledger.approval, approval_id)
        if asked is None:
            raise NotFound(f"there is no approval {approval_id}.", "List the pending ones.")
        return asked

    async def _check_asker(self, session: Session, shop: Shop, asked: Approval) -> None:
        """Where two must agree, who asked is none of them. Raises Forbidden."""
        run = await self._assistant.off(shop.runs.run, asked.run) if asked.needs > 1 else None
        if asked_for(session, asked, run):
            raise Forbidden(f"{session.actor.id} asked for it.", "Two others must agree.")

    async def _amend(
        self, session: Session, shop: Shop, asked: Approval, arguments: dict[str, JsonValue]
    ) -> Approval:
        hands = _hands(shop)
        tool = self._assistant.road.tools.get(asked.tool)
        effect = await self._assistant.off(hands.ledger.get, asked.effect)
        if tool is None or effect is None:
            raise NotFound(f"{asked.tool} is not there any more.", "Reject it.")
        if effect.consent is not None:
            raise InvalidInput(
                "the buyer said yes to this and nothing else.", "Say yes or no to it as it is."
            )
        proposal = await self._assistant.off(_check_typed, tool, session, shop, effect, arguments)
        origins: dict[str, Origin] = dict.fromkeys(tool.sources, "person")
        audience, language = session.audience, session.tenant.languages[0]
        ruling = await self._assistant.off(ruling_on, tool, audience, origins, proposal, hands)
        await self._assistant.off(
            hands.ledger.amend, effect.id, proposal.arguments, digest(proposal.arguments),
            proposal.amount, asked.arguments_hash, datetime.now(UTC),
            summary=summary(self._assistant.kit, language, proposal.evidence), needs=ruling.needs,
        )  # fmt: skip
        return await self._asked(shop, asked.id)

    async def _carry_on(self, session: Session, shop: Shop, decided: Approval) -> TurnEnded | None:
        """The run's end, unless it still waits, or a worker is at it already."""
        if decided.status == "pending":
            return None
        try:
            return await resume(self._assistant, session.tenant, shop, decided.run)
        except (Busy, InvalidInput):
            return None


def asked_for(session: Session, asked: Approval, run: RunRecord | None) -> bool:
    """Whether it is for others to agree: two must, and the session's person had the run ask."""
    return asked.needs > 1 and run is not None and run.actor == session.actor.id


def _hands(shop: Shop) -> Hands:
    if shop.hands is None:
        raise InvalidInput("this shop changes nothing outside.", "Open it with its hands.")
    return shop.hands


def reversal(tool: Tool | None, effect: Effect) -> dict[str, JsonValue] | None:
    """The arguments that undo an effect. Raises InvalidInput for one that was not done."""
    if effect.status != "done":
        raise InvalidInput(f"effect {effect.id} is {effect.status}.", "Undo what was done.")
    state = (effect.receipt or {}).get("state")
    if tool is None or tool.undo is None or not isinstance(state, dict):
        return None
    return tool.undo(effect.arguments, state)


def _enter_unknown(hands: Hands, effect_id: str) -> None:
    """Enter in the shop's records what a person found out."""
    effect = hands.ledger.get(effect_id)
    if effect is not None and effect.status == "unknown":
        hands.enter(effect)


def _check_typed(
    tool: Tool, session: Session, shop: Shop, effect: Effect, arguments: dict[str, JsonValue]
) -> Proposal:
    """What a person typed in place of an effect's arguments, checked as a request would be."""
    context = replace(shop.context(session), past=Others(_hands(shop).ledger, effect.id))
    result = tool(context, arguments)
    if result.proposal is None:
        raise ToolRetry(result.note, "Write another value, or reject it.")
    if result.proposal.target != effect.target:
        raise ToolRetry(
            f"it is about {effect.target}, not {result.proposal.target}.",
            "Reject it, and ask for the other by itself.",
        )
    return result.proposal
