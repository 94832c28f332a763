"""The road of an effect: checked, proposed, allowed by a rule or by people, sent once.

Three steps of a run, each recorded by itself, so that a run that waited or died goes on where it
was: what is proposed, what people said, what became of it. What the run did before is committed
before anything is proposed; the effect's id is its place in the run.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue

from agents.delivery import Hands
from agents.events import Action, ApprovalCard
from agents.journal import NotYet, Place
from agents.policy import Ruling, rule_on
from agents.run import Run
from tradewind.base import Record, digest
from tradewind.effects import Approval, Consent, Effect, consent_hash, effect_id, question_id
from tradewind.errors import ToolDenied
from tradewind.evidence import Evidence
from tradewind.people import Audience
from tradewind.ports.effects import LedgerStore
from tradewind.tool import Origin, Proposal, Tool, ToolResult

SENT = frozenset(("sending", "unknown", "done"))
"""Effects of which the receiver may know."""

ASSISTANT = "assistant"
"""Who proposes what the asker may confirm by themself. Where two people must agree, the asker is
the proposer, and none of the two."""

Status = Literal["stubbed", "refused", "proposed", "approved", "done", "failed", "unknown",
                 "rejected", "expired"]  # fmt: skip
Summary = Callable[[Evidence], str]
"""What a person reads who is asked, in their language."""


class Outcome(Record):
    """What became of an effect. `evidence` says in facts what it is; `note` why it is not.

    "refused": the records forbid it, by `rule`; `legal` as in ToolResult. "stubbed": the run is a
    fork.
    """

    tool: str
    status: Status
    effect: str = ""
    note: str = ""
    rule: str = ""
    legal: bool = False
    evidence: Evidence | None = None

    @property
    def action(self) -> Action:
        return Action(tool=self.tool, effect=self.effect, status=self.status)


class Waiting(Exception):
    """People are asked: this branch of the run goes on when they have answered."""

    def __init__(self, card: ApprovalCard, outcome: Outcome) -> None:
        super().__init__(card.summary)
        self.card = card
        self.outcome = outcome


class _Proposed(Record):
    """The first step's end: the outcome so far, the question, whence the arguments came."""

    outcome: Outcome
    card: ApprovalCard | None = None
    origins: dict[str, Origin] = Field(default_factory=dict)
    rule: str | None = None


class _Decided(Record):
    """What people said, and what the records say since: "refused" where they forbid it now.
    `evidence` says the effect in facts, as it was approved."""

    status: Literal["approved", "rejected", "expired", "refused"]
    note: str = ""
    evidence: Evidence | None = None


class Others:
    """What was done to a record beside one effect: a run that is begun anew meets its own."""

    def __init__(self, ledger: LedgerStore, own: str) -> None:
        self._ledger = ledger
        self._own = own

    def about(self, target: str) -> Sequence[Effect]:
        return [effect for effect in self._ledger.about(target) if effect.id != self._own]

    def promising(self, tools: Sequence[str], since: datetime) -> Sequence[Effect]:
        return [e for e in self._ledger.promising(tools, since) if e.id != self._own]


async def change(
    run: Run, name: str, arguments: dict[str, JsonValue], say: Summary, undoes: str | None = None,
    *, typed: bool = False, consent: Consent | None = None,
) -> Outcome:  # fmt: skip
    """Have a tool change the world; `typed`: the session's person filled in a form for it. For a
    buyer nothing is changed without their own yes to it, `consent`. Raises Waiting while people are
    asked, ToolDenied when the policy says no, ToolRetry for arguments that do not fit."""
    tool = run.tool(name)
    if tool is None or tool.effect not in ("write", "spend"):
        raise ToolDenied(f"{name!r} is no tool that changes the world.", "Call it as a tool.")
    request: dict[str, JsonValue] = {"arguments": arguments, "undoes": undoes}
    request |= {"typed": True} if typed else {}
    request |= {"consent": consent.hash} if consent else {}
    wish = _Wish(tool, arguments, say, undoes, typed, consent)

    async def propose(place: Place) -> _Proposed:
        return await _propose(run, wish, place)

    made = await run.take("tool", name, request, tool.effect, propose, _Proposed)
    if made.outcome.status in ("stubbed", "refused"):
        return made.outcome
    if made.card is not None:
        said = await _ask(run, tool, made)
        told = said.model_dump(include={"status", "note"}) | {
            "evidence": said.evidence or made.outcome.evidence
        }
        made = made.model_copy(update={"outcome": made.outcome.model_copy(update=told)})
        if said.status != "approved":
            return made.outcome
    return await _deliver(run, tool, made.outcome)


@dataclass(frozen=True)
class _Wish:
    """What is to be changed, and how it was asked for."""

    tool: Tool
    arguments: dict[str, JsonValue]
    say: Summary
    undoes: str | None
    typed: bool
    consent: Consent | None

    @property
    def named(self) -> bool:
        """Whether a person named this very tool: no words have to be understood."""
        return self.typed or self.undoes is not None


async def _propose(run: Run, wish: _Wish, place: Place) -> _Proposed:
    tool, arguments, undoes = wish.tool, wish.arguments, wish.undoes
    if run.stubbed:
        return _Proposed(outcome=Outcome(tool=tool.name, status="stubbed"))
    if run.change is None:
        raise ToolDenied(f"this run changes nothing: {tool.name}.", "Ask in a turn of a thread.")
    if run.session.audience not in tool.audiences:
        raise ToolDenied(
            f"tool {tool.name!r} is not open to {run.session.audience}s.", "Ask the shop's staff."
        )
    if tool.name not in run.acts and not wish.named:
        raise ToolDenied(f"the request does not ask for {tool.name}.", "Say what is to be done.")
    hands, id = run.change.hands, effect_id(run.session.tenant.id, run.journal.run, *place)
    others = replace(run.context, past=Others(hands.ledger, id))
    result = await run.off(tool, others, arguments)
    proposal = result.proposal
    if proposal is None:
        before = await run.off(hands.ledger.get, id)
        if before is not None and before.status in SENT:  # the records forbid it because it is done
            return _Proposed(outcome=Outcome(tool=tool.name, effect=id, status="approved"))
        return _Proposed(outcome=_refused(tool, result))
    audience = run.session.audience
    if audience == "buyer":
        check_consent(tool.name, proposal.arguments, wish.consent)
    typed = typed_origins(audience, tool, arguments) if wish.typed else None
    origins = typed or origins_of(run, tool, arguments, proposal.target, undoes)
    ruling = await run.off(ruling_on, tool, audience, origins, proposal, hands)
    run.journal.changed = True
    await run.change.keep()
    effect = _effect(run, wish, proposal, ruling, hands, place, id)
    asked = _question(effect, wish.say(proposal.evidence), ruling, hands)
    await run.off(_keep_effect, hands, effect, asked, ruling)
    if proposal.scarce and (gone := await run.off(tool, others, proposal.arguments)).note:
        await run.off(hands.drop, effect, gone.note)
        return _Proposed(outcome=_refused(tool, gone))
    return _Proposed(
        outcome=Outcome(
            tool=tool.name, effect=effect.id, evidence=proposal.evidence,
            status="proposed" if asked else "approved",
        ),
        card=ApprovalCard(id=asked.id, summary=asked.summary) if asked else None,
        origins=origins, rule=ruling.rule,
    )  # fmt: skip


def _refused(tool: Tool, result: ToolResult) -> Outcome:
    note = result.note or "the records forbid it"
    return Outcome(
        tool=tool.name, status="refused", note=note, rule=result.rule, legal=result.legal
    )


def check_consent(
    tool: str, arguments: dict[str, JsonValue], consent: Consent | None
) -> None:  # fmt: skip
    """That the buyer said yes to this very effect. Raises ToolDenied."""
    if consent is None:
        raise ToolDenied(f"the buyer has not said yes to {tool}.", "Show it to them first.")
    if consent.hash != consent_hash(tool, arguments):
        raise ToolDenied(f"the buyer said yes to another {tool}.", "Show them this one.")


def origins_of(
    run: Run, tool: Tool, arguments: Mapping[str, JsonValue], target: str, undoes: str | None
) -> dict[str, Origin]:
    """Whence each argument comes that was given; what the tool adds is from the records, unless
    the request says something of it. The arguments of an undo are the ledger's, and a person named
    the effect."""
    if undoes:
        return dict.fromkeys((n for n in tool.sources if _given(arguments, n)), "person")
    return {
        name: run.sources.origin(mark, arguments.get(name), target)
        for name, mark in tool.sources.items()
        if _given(arguments, name) or run.sources.binds(mark)
    }


def typed_origins(
    audience: Audience, tool: Tool, arguments: Mapping[str, JsonValue]
) -> dict[str, Origin]:
    """Whence the values of a form come: typed by one of the shop's people; or a buyer's own words,
    but for whose order it is: the tool has looked at that before it proposed anything. What the
    tool names itself, versions and prices, comes with what was shown to them, never from a form."""
    if audience != "buyer":
        return dict.fromkeys((n for n in tool.sources if _given(arguments, n)), "person")
    known: dict[str, Origin] = {"order_id": "proof", "customer": "proof", "version": "record"}
    return {
        name: known.get(mark.type, "buyer")
        for name, mark in tool.sources.items()
        if _given(arguments, name)
    }


def _given(arguments: Mapping[str, JsonValue], name: str) -> bool:
    return arguments.get(name) not in (None, "")


def ruling_on(
    tool: Tool, audience: Audience, origins: Mapping[str, Origin], proposal: Proposal,
    hands: Hands,
) -> Ruling:  # fmt: skip
    """What the policy says of a proposal. Raises ToolDenied."""
    rules = hands.rules.rules(tool.name, hands.clock())
    ruling = rule_on(
        tool, audience, origins, proposal.amount, rules, hands.rules.halted(), hands.policy
    )
    if ruling.verdict == "deny":
        raise ToolDenied(f"{ruling.why}.", "A person has to do it, or allow it by a rule.")
    return ruling


def _effect(
    run: Run, wish: _Wish, proposal: Proposal, ruling: Ruling, hands: Hands, place: Place, id: str
) -> Effect:
    session, now, tool = run.session, hands.clock(), wish.tool
    by_itself = ruling.needs == 1 and session.audience != "buyer"
    return Effect(
        id=id, tenant=session.tenant.id, run=run.journal.run, path=place[0],
        ordinal=place[1], tool=tool.name, level=tool.effect, arguments=proposal.arguments,
        arguments_hash=digest(proposal.arguments), amount=proposal.amount,
        target=proposal.target, bound=proposal.bound,
        day=now.astimezone(ZoneInfo(hands.timezone)).date(), undoes=wish.undoes,
        consent=wish.consent,
        proposed_by=ASSISTANT if by_itself else session.actor.id, created_at=now, updated_at=now,
    )  # fmt: skip


def _question(effect: Effect, summary: str, ruling: Ruling, hands: Hands) -> Approval | None:
    if ruling.verdict == "act":
        return None
    shared = effect.model_dump(
        include={"tenant", "run", "tool", "arguments", "arguments_hash", "proposed_by"}
    )
    return Approval(
        **shared, id=question_id(effect.id), effect=effect.id, summary=summary,
        rule=ruling.rule, needs=ruling.needs, created_at=effect.created_at,
        expires_at=effect.created_at + timedelta(hours=hands.policy.question_hours),
    )  # fmt: skip


def _keep_effect(hands: Hands, effect: Effect, asked: Approval | None, ruling: Ruling) -> None:
    """Keep it, and let it through where a rule allows it; again changes nothing."""
    standing = hands.ledger.propose(effect, asked, fence=hands.fence)
    if asked is None and standing.status == "proposed":
        hands.ledger.move(
            effect.id, "proposed", "approved", hands.clock(), allowed_by=ruling.rule,
            fence=hands.fence,
        )  # fmt: skip


async def _ask(run: Run, tool: Tool, made: _Proposed) -> _Decided:
    """What people said. Raises Waiting while they have not."""
    card = made.card
    if card is None or run.stubbed:
        return _Decided(status="rejected")

    async def answer(_: Place) -> _Decided:
        hands = run.change.hands if run.change else None
        asked = await run.off(hands.ledger.approval, card.id) if hands else None
        if hands is None or asked is None or asked.status == "pending":
            raise NotYet
        if asked.status == "approved":
            return await run.off(_check_anew, run, tool, asked, hands)
        return _Decided(status=asked.status, note=_reason(asked))

    try:
        return await run.take("human", "approval", {"id": card.id}, "read", answer, _Decided)
    except NotYet:
        run.journal.waiting.append(card.id)
        raise Waiting(card, made.outcome) from None


def _check_anew(run: Run, tool: Tool, asked: Approval, hands: Hands) -> _Decided:
    """What was approved, looked at again: the records may forbid it by now."""
    effect = hands.ledger.get(asked.effect)
    others = replace(run.context, past=Others(hands.ledger, asked.effect))
    result = tool(others, asked.arguments)
    if result.proposal is not None or effect is None or effect.status != "approved":
        evidence = result.proposal.evidence if result.proposal else None
        return _Decided(status="approved", evidence=evidence)
    hands.drop(effect, result.note)
    return _Decided(status="refused", note=result.note)


def _reason(asked: Approval) -> str:
    """Why somebody said no."""
    return next((vote.reason for vote in reversed(asked.votes) if not vote.yes), "")


async def _deliver(run: Run, tool: Tool, outcome: Outcome) -> Outcome:
    """Send it, out of the event loop; a client that leaves does not break it off."""

    async def send(_: Place) -> Outcome:
        if run.stubbed or run.change is None:
            return outcome.model_copy(update={"status": "stubbed"})
        sending = asyncio.ensure_future(asyncio.to_thread(run.change.hands.deliver, outcome.effect))
        try:
            effect = await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait((sending,))
            raise
        return outcome.model_copy(update={"status": effect.status, "note": effect.error or ""})

    return await run.take("tool", f"{tool.name}.send", {"effect": outcome.effect}, tool.effect,
                          send, Outcome)  # fmt: skip
