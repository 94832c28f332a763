"""Replaying a run from its journal: nothing outside is touched, and all must be as it was."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NoReturn, cast

from pydantic import JsonValue

from agents.assistant import Assistant
from agents.journal import ClientLeft, Journal, Mismatch, show_both
from agents.player import Player
from agents.recording import End, Recording, read_recording, told_error
from agents.run import Road, Run
from tradewind.base import Record, canonical
from tradewind.errors import ReplayMismatch
from tradewind.people import Tenant
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult
from tradewind.trace import Run as RunRecord
from tradewind.trace import Span


class Replay(Record):
    """What came of replaying the run `source`; `run` is the replay's own id, kept nowhere.

    `identical`: every step was taken as recorded and the end is the same, byte for byte.
    `effects_executed` counts the steps that asked the world.
    """

    run: str
    source: str
    identical: bool
    mismatch: Mismatch | None
    effects_executed: int


async def replay(
    assistant: Assistant, tenant: Tenant, source: RunRecord, spans: Iterable[Span]
) -> Replay:
    """Carry a recorded run out again from its journal alone. Raises InvalidInput for a run that
    cannot be replayed."""
    recording = read_recording(source, spans)
    player = Player(recording)
    journal = Journal(f"replay_{secrets.token_hex(8)}")
    end = await _carry_out(assistant, player, recording, tenant, journal)
    mismatch = player.mismatch or player.left_over() or _compare(recording, end)
    return Replay(
        run=journal.run, source=source.id, identical=mismatch is None, mismatch=mismatch,
        effects_executed=journal.executed(),
    )  # fmt: skip


async def _carry_out(
    assistant: Assistant, player: Player, recording: Recording, tenant: Tenant, journal: Journal
) -> End:
    context = ToolContext(recording.session(tenant), cast(ShopReader, _Untouched()))
    road, asked = _closed(assistant.road, player), recording.asked
    run = Run(journal, road, context, lambda _: None, said=asked.words())
    try:
        made = await assistant.perform(run, asked)
    except ClientLeft:
        return End(status="cancelled")
    except Exception as error:  # noqa: BLE001 an end like any other, to compare with the recorded
        return End(status="failed", error=told_error(error))
    status = "waiting" if journal.waiting else "done"
    return End(status=status, answer=made.model_dump(mode="json"))


def _compare(recording: Recording, end: End) -> Mismatch | None:
    """How the ends differ. A run whose client left has no end to compare."""
    run = recording.run
    if run.status == "cancelled":
        return None
    was = End(status=run.status, answer=run.answer, error=run.error)
    if canonical(was) == canonical(end):
        return None
    recorded, asked = show_both(was.model_dump(mode="json"), end.model_dump(mode="json"))
    return Mismatch(
        path="0", ordinal=0, kind="end", name=run.status, why="it ends otherwise",
        recorded=recorded, asked=asked,
    )  # fmt: skip


def _closed(road: Road, player: Player) -> Road:
    """The road with nothing at its end but the journal."""
    tools = {name: replace(tool, function=_no_call) for name, tool in road.tools.items()}
    return Road(tools=tools, chats={}, features=None, clock=_no_clock, played=player)


class _Untouched:
    """Where a replay finds no shop."""

    def __getattr__(self, name: str) -> NoReturn:
        raise ReplayMismatch(f"the replay touched {name} of the shop", "Read it through the run.")


def _no_call(context: ToolContext, **arguments: JsonValue) -> ToolResult:
    raise ReplayMismatch(f"the replay called a tool with {arguments}", "Call it through the run.")


def _no_clock() -> datetime:
    raise ReplayMismatch("the replay looked at the clock", "Read it through the run.")
