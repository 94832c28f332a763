"""Effects as people look at them: when they were sent, and whether they can be undone."""

from collections.abc import Mapping
from datetime import timedelta

from agents.delivery import Hands
from agents.desk import reversal
from tradewind.base import Record, Time
from tradewind.effects import Effect, question_id
from tradewind.tool import Tool
from tradewind.trace import is_erased

UNDOING = frozenset(("proposed", "approved", "sending", "done", "unknown"))
"""What an undo is that has not come to nothing."""


class EffectView(Record):
    """An effect; `sent_at` is when its sending began. `undone_by` names the effect that undoes
    it, or is asked about. `question` is what people were asked, where no rule let it through."""

    effect: Effect
    sent_at: Time | None = None
    can_undo: bool = False
    undone_by: str = ""
    question: str = ""


class Effects(Record):
    """`unknown` are those that somebody must look at, oldest first; `latest` newest first."""

    unknown: tuple[EffectView, ...] = ()
    latest: tuple[EffectView, ...] = ()


def effects_of(tools: Mapping[str, Tool], hands: Hands, now: Time, limit: int) -> Effects:
    """What a tenant's people should look at, and what was proposed last."""
    unknown = [e for e in hands.ledger.waiting(now) if e.status == "unknown"]
    latest = hands.ledger.latest(limit)
    return Effects(
        unknown=tuple(view_of(tools, hands, effect) for effect in unknown),
        latest=tuple(view_of(tools, hands, effect) for effect in latest),
    )


def view_of(tools: Mapping[str, Tool], hands: Hands, effect: Effect) -> EffectView:
    can_undo = effect.status == "done" and _reversible(tools.get(effect.tool), effect)
    past = hands.ledger.about(effect.target) if can_undo and effect.target else ()
    undone = [e.id for e in past if e.undoes == effect.id and e.status in UNDOING]
    return EffectView(
        effect=effect, sent_at=_sent_at(hands, effect), can_undo=can_undo and not undone,
        undone_by=undone[-1] if undone else "",
        question=_question(effect),
    )  # fmt: skip


def _question(effect: Effect) -> str:
    asked = question_id(effect.id)
    return asked if effect.allowed_by in (None, asked) else ""


def _reversible(tool: Tool | None, effect: Effect) -> bool:
    return not is_erased(dict(effect.arguments)) and reversal(tool, effect) is not None


def _sent_at(hands: Hands, effect: Effect) -> Time | None:
    """A sender has so many seconds from when it begins."""
    if effect.lease_until is None:
        return None
    return effect.lease_until - timedelta(seconds=hands.policy.send_seconds)
