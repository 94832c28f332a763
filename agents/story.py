"""What a person needs who takes a conversation over, from records alone: what was asked, what was
told and by which records, what was tried, what waits. No model's words but those it was told."""

from collections.abc import Iterable, Sequence

from agents.briefing import records_of
from agents.events import Action, Answer, ApprovalCard, Citation
from agents.kit import ThreadState
from agents.turns import Shop
from tradewind.base import Record, Time
from tradewind.errors import NotFound
from tradewind.evidence import Evidence
from tradewind.handover import Handover, HandoverStep
from tradewind.ports.inbox import InboxStore
from tradewind.ports.storage import Turn
from tradewind.trace import Run, Span, is_erased

RUNS_READ = 12
"""The last runs of a thread that are told of."""
TURNS_READ = 200
ABOUT = ("order", "shipment", "tracking", "dispute", "return", "refund", "payment")
"""Kinds of records that a conversation is about; texts that were quoted stand with their answer."""


class Asking(Record):
    """One message of the buyer's as it was understood, and what they were told."""

    run: str
    at: Time
    language: str
    intent: str
    text: str
    told: str
    citations: tuple[Citation, ...] = ()
    why: str = ""


class Tried(Record):
    """A tool that ran for the buyer: how often, and how often it failed."""

    tool: str
    times: int
    failed: int


class Suggestion(Record):
    """A reply that a person may send as it is. One over records was checked against them and
    cites them; a set phrase tells no fact."""

    key: str
    language: str
    text: str
    citations: tuple[Citation, ...] = ()


class Story(Record):
    """A handover with all that led to it. `order` was named; `proven` says that the buyer showed it
    to be theirs. `reachable`: what is written here reaches the buyer's chat."""

    handover: Handover
    held: bool
    steps: tuple[HandoverStep, ...]
    language: str
    order: str
    proven: bool
    asked: tuple[Asking, ...]
    records: tuple[Evidence, ...]
    tried: tuple[Tried, ...]
    actions: tuple[Action, ...]
    waiting: tuple[ApprovalCard, ...]
    turns: tuple[Turn, ...]
    suggestions: tuple[Suggestion, ...] = ()


def inbox_of(shop: Shop) -> InboxStore:
    """Raises NotFound where the shop has none."""
    if shop.inbox is None:
        raise NotFound("this shop has no inbox.", "Open it with its stores.")
    return shop.inbox


def tell_story(shop: Shop, id: str, now: Time) -> tuple[Story, ThreadState]:
    """The handover's story and what its thread knows. Raises NotFound."""
    inbox = inbox_of(shop)
    told = inbox.handover(id)
    if told is None:
        raise NotFound(f"there is no handover {id}.", "List the inbox.")
    runs = list(reversed(shop.runs.runs(RUNS_READ, told.thread)))
    spans = [span for run in runs for span in shop.runs.spans(run.id)]
    stored = shop.threads.state(told.thread)
    memory = ThreadState.model_validate(stored) if stored else ThreadState()
    pending = shop.hands.ledger.pending(told.thread) if shop.hands else ()
    named = memory.verified_order or memory.order_id or (told.contact.order if told.contact else "")
    story = Story(
        handover=told, held=told.held(now), steps=tuple(inbox.steps(id)),
        language=memory.language if runs else told.language, order=named,
        proven=bool(memory.verified_order), asked=_asked(runs), records=_about(spans),
        tried=_tried(spans), actions=_actions(runs),
        waiting=tuple(ApprovalCard(id=one.id, summary=one.summary) for one in pending),
        turns=tuple(shop.threads.turns(told.thread, TURNS_READ)),
    )  # fmt: skip
    return story, memory


def _asked(runs: Iterable[Run]) -> tuple[Asking, ...]:
    found: list[Asking] = []
    for run, answer in _answered(runs):
        typed = run.request.get("given")
        beside = " · ".join(map(str, typed.values())) if isinstance(typed, dict) else ""
        text = str(run.request.get("text", ""))
        found.append(Asking(
            run=run.id, at=run.started_at, language=answer.language, intent=answer.intent or "",
            text=f"{text} ({beside})" if beside else text, told=answer.text,
            citations=answer.citations, why=answer.handover or "",
        ))  # fmt: skip
    return tuple(found)


def _answered(runs: Iterable[Run]) -> list[tuple[Run, Answer]]:
    """Runs that came to an answer; those of an erased person tell nothing."""
    return [
        (run, Answer.model_validate(run.answer))
        for run in runs
        if run.answer and not is_erased(run.answer)
    ]


def _about(spans: Sequence[Span]) -> tuple[Evidence, ...]:
    """The records that the conversation is about, each as it was read last."""
    last = {item.source: item for item in records_of(spans) if item.kind in ABOUT}
    return tuple(last.values())


def _tried(spans: Iterable[Span]) -> tuple[Tried, ...]:
    counts: dict[str, list[int]] = {}
    for span in spans:
        if span.kind == "tool":
            count = counts.setdefault(span.name, [0, 0])
            count[0] += 1
            count[1] += span.error is not None
    return tuple(Tried(tool=t, times=n, failed=bad) for t, (n, bad) in counts.items())


def _actions(runs: Iterable[Run]) -> tuple[Action, ...]:
    return tuple(action for _, answer in _answered(runs) for action in answer.actions)
