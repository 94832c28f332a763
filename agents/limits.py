"""What one run may take: steps, tokens, seconds, cost; a table by audience, counted in the journal.

What is counted is shared by all branches of a run. A step that was refused is recorded with its
RunLimit, so a replay is stopped where the run was, whatever the limits are by then.
"""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pydantic import Field, TypeAdapter, ValidationError

from agents.journal import Journal
from tradewind.base import Record
from tradewind.errors import RunLimit, SpecError
from tradewind.people import Audience
from tradewind.ports.models import ChatRequest, Completion

T = TypeVar("T")

LimitName = Literal["steps", "tokens", "seconds", "cost_micros"]

TOKEN_BYTES = 3
"""UTF-8 bytes taken for a token of a back end that counts none: few, so that it counts many."""


class Limit(Record):
    """The most that a run of this audience may take of one thing."""

    audience: Audience
    name: LimitName
    amount: int = Field(ge=1)
    source: str = ""
    since: date
    reason: str


class RunLimits(Record):
    """One audience's limits. Steps are those that ask the world, clock and chance among them;
    tokens are those of prompts and answers; cost is in millionths of a US dollar."""

    steps: int
    tokens: int
    seconds: int
    cost_micros: int


_limits = TypeAdapter(list[Limit])
LimitTable = Mapping[Audience, RunLimits]


def read_limits(path: Path) -> LimitTable:
    """The table of a data file. Raises SpecError naming the file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["limit"]
        rows = _limits.validate_python(tables)
        amounts = {(row.audience, row.name): row.amount for row in rows}
        return {
            audience: RunLimits(**{name: amounts[audience, name] for name in get_args(LimitName)})
            for audience in get_args(Audience)
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Write [[limit]] tables, one for each.") from error


def count_step(journal: Journal, limits: RunLimits, now: float) -> float:
    """Count a step that is about to ask the world; gives the seconds that are left for it.

    `now` is monotonic. Raises RunLimit when the run has no step or no second left.
    """
    if journal.began is None:
        journal.began = now
    if journal.asked >= limits.steps:
        raise _over("steps", journal.asked, limits)
    taken = now - journal.began
    if taken >= limits.seconds:
        raise _over("seconds", int(taken), limits)
    journal.asked += 1
    return limits.seconds - taken


async def in_time(act: Callable[[], Awaitable[T]], left: float, limits: RunLimits) -> T:
    """`act`, ended after `left` seconds; what a thread of it brings later is dropped.

    Raises RunLimit then.
    """
    scope = asyncio.timeout(left)
    try:
        async with scope:
            return await act()
    except TimeoutError:
        if scope.expired():
            raise _over("seconds", limits.seconds, limits) from None
        raise


@contextmanager
def within(journal: Journal, limits: RunLimits, request: ChatRequest) -> Generator[ChatRequest]:
    """The request with no more tokens to write than the run has left, held back from its other
    branches meanwhile. Raises RunLimit when no token or no money is left."""
    if journal.cost_bound >= limits.cost_micros:
        raise _over("cost_micros", journal.cost_bound, limits)
    left = limits.tokens - journal.tokens - journal.held
    if left <= 0:
        raise _over("tokens", journal.tokens + journal.held, limits)
    most = min(request.max_tokens, left)
    journal.held += most
    try:
        same = most == request.max_tokens
        yield request if same else request.model_copy(update={"max_tokens": most})
    finally:
        journal.held -= most


def tokens_of(request: ChatRequest, completion: Completion) -> int:
    """Tokens of prompt and answer: as the back end counted them, else by their bytes."""
    usage = completion.usage
    if counted := usage.input_tokens + usage.output_tokens:
        return counted
    calls = "".join(call.arguments for call in completion.tool_calls)
    texts = [*(message.content for message in request.messages), completion.text, calls]
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // TOKEN_BYTES


def _over(name: LimitName, used: int, limits: RunLimits) -> RunLimit:
    allowed = getattr(limits, name)
    return RunLimit(
        f"the run has taken {used} of {allowed} {name}.", "Ask for less at once, or try again."
    )
