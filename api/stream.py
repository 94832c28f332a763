"""The AG-UI 1.0 event stream of one turn: our own emitter over the protocol's types.

Nothing of the inside goes out: plan, steps, verified text, and the answer's public fields.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from ag_ui.core import (
    BaseEvent,
    CustomEvent,
    EventType,
    RunErrorEvent,
    RunFinishedEvent,
    RunStartedEvent,
    StepFinishedEvent,
    StepStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
)
from ag_ui.encoder import EventEncoder
from pydantic import JsonValue

from agents.events import PlanReady, StepBegan, StepEnded, TextPiece, TurnEnded, TurnEvent
from tradewind.errors import PlatformError

Turn = Callable[[Callable[[TurnEvent], None]], Awaitable[TurnEnded]]


def public(ended: TurnEnded) -> dict[str, JsonValue]:
    """A turn's answer with the keys of the command line's `ask`."""
    answer = ended.answer
    return {
        "run": ended.run,
        "thread": ended.thread.partition(":")[2] or ended.thread,
        "language": answer.language,
        "answer": answer.text,
        "citations": [citation.model_dump() for citation in answer.citations],
        "intent": answer.intent,
        "actions": [action.model_dump() for action in answer.actions],
        "approvals": [card.model_dump() for card in answer.approvals],
        "handover": answer.handover,
        "desk": answer.details.get("desk"),
        "asks": answer.asks,
        "form": answer.details.get("form"),
        "offer": answer.details.get("offer"),
        "grounded": answer.grounded,
        "seconds": ended.seconds,
    }


async def stream_turn(turn: Turn, thread: str, run: str) -> AsyncIterator[str]:
    """Server-sent events of a turn. A client that leaves cancels the turn."""
    encode = EventEncoder().encode
    queue: asyncio.Queue[TurnEvent | None] = asyncio.Queue()
    task = asyncio.create_task(_drive(turn, queue))
    emitter = _Emitter(thread, run)
    try:
        yield encode(RunStartedEvent(type=EventType.RUN_STARTED, thread_id=thread, run_id=run))
        async for events in _waiting(queue):
            yield "".join(encode(out) for event in events for out in emitter.translate(event))
        error = task.exception() if task.done() else None
        await asyncio.wait([task])
        error = task.exception()
        if isinstance(error, PlatformError):
            message = f"{error.message} {error.hint}".strip()
            yield encode(
                RunErrorEvent(type=EventType.RUN_ERROR, message=message, code=type(error).__name__)
            )
        elif error is not None:
            yield encode(
                RunErrorEvent(
                    type=EventType.RUN_ERROR, message="This turn failed.", code="Internal"
                )
            )
            raise error
    finally:
        task.cancel()


async def _drive(turn: Turn, queue: asyncio.Queue[TurnEvent | None]) -> TurnEnded:
    try:
        return await turn(queue.put_nowait)
    finally:
        queue.put_nowait(None)


async def _waiting(queue: asyncio.Queue[TurnEvent | None]) -> AsyncIterator[list[TurnEvent]]:
    """The events until None, all that wait at a time: a word is no packet of its own."""
    ended = False
    while not ended:
        waiting = [await queue.get(), *(queue.get_nowait() for _ in range(queue.qsize()))]
        ended = waiting[-1] is None
        yield [event for event in waiting if event is not None]


class _Emitter:
    """Translates a turn's events; opens and closes the text message around its pieces."""

    def __init__(self, thread: str, run: str) -> None:
        self._thread, self._run = thread, run
        self._message: str | None = None

    def translate(self, event: TurnEvent) -> list[BaseEvent]:
        match event:
            case PlanReady():
                value = event.plan.model_dump(mode="json")
                return [CustomEvent(type=EventType.CUSTOM, name="plan", value=value)]
            case StepBegan():
                return [StepStartedEvent(type=EventType.STEP_STARTED, step_name=event.scenario)]
            case StepEnded():
                return [StepFinishedEvent(type=EventType.STEP_FINISHED, step_name=event.scenario)]
            case TextPiece():
                return self._piece(event.text)
            case TurnEnded():
                return self._end(event)

    def _piece(self, text: str) -> list[BaseEvent]:
        opening: list[BaseEvent] = []
        if self._message is None:
            self._message = f"msg_{self._run}"
            opening.append(TextMessageStartEvent(
                type=EventType.TEXT_MESSAGE_START, message_id=self._message, role="assistant"
            ))  # fmt: skip
        if not text:
            return opening
        piece = TextMessageContentEvent(
            type=EventType.TEXT_MESSAGE_CONTENT, message_id=self._message, delta=text
        )
        return [*opening, piece]

    def _end(self, ended: TurnEnded) -> list[BaseEvent]:
        result = public(ended)
        closing: list[BaseEvent] = []
        if self._message is not None:
            closing.append(
                TextMessageEndEvent(type=EventType.TEXT_MESSAGE_END, message_id=self._message)
            )
        citations = CustomEvent(type=EventType.CUSTOM, name="citations", value=result["citations"])
        finished = RunFinishedEvent(
            type=EventType.RUN_FINISHED, thread_id=self._thread, run_id=self._run, result=result
        )
        return [*closing, citations, finished]
