"""What must be true after a kill and its recovery, whatever the point."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from agents.assistant import Assistant
from agents.replay import replay
from agents.turns import Shop
from tradewind.effects import Effect
from tradewind.trace import Run
from wiring.bench.kill.courses import TENANT, THREAD, Course
from wiring.bench.kill.receiver import Manners, Received
from wiring.bench.kill.world import EARLIER


def breaches(
    assistant: Assistant, shop: Shop, course: Course, manners: Manners, rows: Sequence[Received]
) -> list[str]:
    """All that is wrong, in words that begin with what it is: doubled, lost, ..."""
    runs = [run for run in shop.runs.runs() if run.id != EARLIER]
    effects = [e for run in runs for e in (shop.hands.ledger.of_run(run.id) if shop.hands else ())]
    pending = {asked.run for asked in shop.hands.ledger.pending()} if shop.hands else set()
    return [
        *_doubled(rows),
        *(told for run in runs for told in _unended(run, run.id in pending)),
        *(told for run in runs for told in _unheard(shop, run)),
        *_contradicted(effects, rows, manners, pending),
        *(told for run in runs for told in _missing(course, manners, run, effects, pending)),
        *(told for run in runs for told in _untold(run, effects)),
        *asyncio.run(_unreplayed(assistant, shop, runs)),
    ]


def _doubled(rows: Sequence[Received]) -> Iterator[str]:
    for what, count in Counter((row.tool, row.thing) for row in rows).items():
        if count > 1:
            yield f"doubled: {what} was done {count} times"


def _unended(run: Run, asks: bool) -> Iterator[str]:
    if run.status == "running" or (run.status == "waiting" and not asks):
        yield f"lost: run is {run.status} and nobody is asked"
    if run.status != "waiting" and asks:
        yield f"left open: a question of a run that is {run.status}"


def _unheard(shop: Shop, run: Run) -> Iterator[str]:
    """Its thread hears the message once, and an answer; one more for each question decided."""
    said = Counter(turn.role for turn in shop.threads.turns(THREAD) if turn.run == run.id)
    effects = shop.hands.ledger.of_run(run.id) if shop.hands else ()
    asked = [
        shop.hands.ledger.approval(f"ap_{e.id.removeprefix('ef_')}") for e in effects if shop.hands
    ]
    decided = sum(question is not None and question.status != "pending" for question in asked)
    if said["user"] != 1 or not 1 <= said["assistant"] <= 1 + decided:
        yield f"unheard: the thread of a {run.status} run has {dict(said)}"


def _contradicted(
    effects: Sequence[Effect], rows: Sequence[Received], manners: Manners, pending: set[str]
) -> Iterator[str]:
    """Ledger and receiver agree; unknown is only what the receiver cannot tell."""
    known = {effect.id for effect in effects}
    yield from (f"contradicted: {row.key} is in no ledger" for row in rows if row.key not in known)
    for effect in effects:
        done, status = any(row.key == effect.id for row in rows), effect.status
        fine = {
            "done": done, "failed": not done, "rejected": not done,
            "unknown": not (manners.keyed or (manners.asked and done)),
            "proposed": not done and effect.run in pending,
        }.get(status, False)  # fmt: skip
        if not fine:
            yield f"contradicted: {effect.tool} is {status}, done there: {done}"


def _missing(
    course: Course, manners: Manners, run: Run, effects: Sequence[Effect], pending: set[str]
) -> Iterator[str]:
    """Where the receiver honours keys, what was allowed has happened."""
    happened = sum(effect.status == "done" for effect in effects if effect.run == run.id)
    if run.id not in pending and manners.keyed and happened != course.effects:
        yield f"lost: {happened} of {course.effects} effects happened; run {run.status} {run.error}"


def _untold(run: Run, effects: Sequence[Effect]) -> Iterator[str]:
    """What the answer says of an effect is so; what was unknown then may be known by now."""
    actions = (run.answer or {}).get("actions")
    told = (
        {a["effect"]: a["status"] for a in actions if isinstance(a, dict)}
        if isinstance(actions, list)
        else {}
    )
    for effect in effects if run.status in ("done", "waiting") else ():
        said = told.get(effect.id) if effect.run == run.id else effect.status
        if said not in (effect.status, "unknown"):
            yield f"untold: {effect.tool} is {effect.status}, the answer says {said}"


async def _unreplayed(assistant: Assistant, shop: Shop, runs: Sequence[Run]) -> list[str]:
    found: list[str] = []
    for run in runs:
        if run.status == "running":
            continue
        done = await replay(assistant, TENANT, run, shop.runs.spans(run.id))
        if not done.identical or done.effects_executed:
            found.append(f"replayed otherwise: a {run.status} run: {done.mismatch}")
    return found
