"""A recorded journal that answers in place of the world, step by step, and compares."""

import asyncio
from collections.abc import Callable, Mapping
from typing import NoReturn

from pydantic import JsonValue

from agents.journal import (
    ClientLeft,
    Mismatch,
    NotYet,
    Place,
    Reach,
    Step,
    mismatch_at,
)
from agents.recording import Recording, broken_off
from tradewind.base import digest
from tradewind.trace import Span

PATIENCE = 200
"""Turns of the event loop without a step being taken after which no branch is taken to be on
its way: between two steps of a replay a branch computes, it never waits."""

_OURS = frozenset(("replayed", "reach", "error"))
"""Attributes that say how a span came to be, not what our code found."""


class Player:
    """Plays a recording: all of it, or its first effects, after which the world is asked.

    `mismatch` is the first one found, whatever became of the error that told it.
    """

    def __init__(self, recording: Recording, first: int | None = None) -> None:
        self._recording = recording
        self._live_after = first is not None
        self._spans = recording.by_place() if first is None else recording.first(first)
        self._unread = dict(self._spans)
        self._last: dict[str, int] = {}
        for path, ordinal in self._spans:
            self._last[path] = max(ordinal, self._last.get(path, 0))
        self.mismatch: Mismatch | None = None

    def reach_at(self, place: Place) -> Reach | None:
        """That of the span at this place; beyond the last, that of the run's own steps."""
        span = self._spans.get(place)
        reaches = self._recording.asked.reach
        if span is None:
            return None if self._live_after else reaches[-1]
        number = span.attributes.get("reach", 0)
        return reaches[number] if isinstance(number, int) and number < len(reaches) else reaches[-1]

    def take(self, step: Step) -> Span | None:
        """The recorded step at this place. Raises StepMismatch."""
        span = self._spans.get(step.place)
        if span is None:
            if self._live_after:
                return None
            if step.kind == "human" and self._recording.run.status == "waiting":
                raise NotYet
            self._refuse(step, "not in the journal", None)
        if (span.kind, span.name) != (step.kind, step.name):
            self._refuse(step, f"the journal has {span.kind} {span.name} here", span)
        if not same_request(span, step):
            self._refuse(step, "another request", span)
        self._unread.pop(step.place, None)
        return span

    async def turn(self, step: Step) -> Span | None:
        """As `take`; the last step before a run broke off waits for those beside it. One that was
        ended because another branch failed waits for that failure to end it again."""
        broke_off = self._recording.run.status in ("failed", "cancelled")
        if not self._live_after and broke_off and step.place[1] >= self._last.get(step.place[0], 0):
            await self._settle(step.place[0])
            if self._client_had_left(step):
                raise ClientLeft
            if self._was_ended_by_another(step):
                self.take(step)
                await self._turns()
        return self.take(step)

    def pass_by(self, step: Step, attributes: Mapping[str, JsonValue]) -> Span | None:
        span = self._spans.get(step.place)
        if span is None and self._live_after:
            return None
        found = self.take(step)
        if found is not None:
            recorded = {k: v for k, v in found.attributes.items() if k not in _OURS}
            if digest(recorded) != digest(attributes):
                self._differ(step, "our own code found something else", recorded, {**attributes})
        return found

    def left_over(self) -> Mismatch | None:
        """The first recorded step that was not taken."""
        left = min(self._unread.values(), key=lambda s: (s.started_us, s.path), default=None)
        if left is None:
            return None
        step = Step((left.path, left.ordinal), left.kind, left.name)
        return mismatch_at(step, "recorded, and not taken now", left.request).mismatch

    def _client_had_left(self, step: Step) -> bool:
        """Whether the client had left when this step would have been taken."""
        cancelled = self._recording.run.status == "cancelled"
        return cancelled and step.place not in self._spans

    def _was_ended_by_another(self, step: Step) -> bool:
        span = self._spans.get(step.place)
        return self._recording.run.status == "failed" and span is not None and broken_off(span)

    async def _settle(self, path: str) -> None:
        """Let the branches beside this one take their recorded steps first."""
        await self._turns(lambda: any(place[0] != path for place in self._unread))

    async def _turns(self, more: Callable[[], bool] = lambda: True) -> None:
        """Let the other branches go on, until none does any more."""
        idle = 0
        while idle < PATIENCE and more():
            before = len(self._unread)
            await asyncio.sleep(0)
            idle = 0 if len(self._unread) != before else idle + 1

    def _refuse(self, step: Step, why: str, span: Span | None) -> NoReturn:
        self._differ(step, why, span.request if span else None, step.request)

    def _differ(self, step: Step, why: str, recorded: JsonValue, asked: JsonValue) -> NoReturn:
        error = mismatch_at(step, why, recorded, asked)
        self.mismatch = self.mismatch or error.mismatch
        raise error


def same_request(span: Span, step: Step) -> bool:
    """Whether a step asks what was recorded: by the hash, and by the request where it is kept."""
    kept = span.request is None or digest(span.request) == step.hash
    return span.request_hash == step.hash and kept
