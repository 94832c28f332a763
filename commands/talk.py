"""plan, intent, ask: talking to the assistant."""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from agents.events import PlanReady, TextPiece, TurnEvent
from api.stream import public
from commands.console import (
    SHOP,
    AsJson,
    Shop,
    bar,
    note,
    opened,
    page,
    session,
    show_json,
    show_line,
)
from commands.effects import decide
from tradewind.cards import mask_cards
from tradewind.errors import InvalidInput
from wiring.platform import Platform

Text = Annotated[str | None, typer.Argument(help="What the person says.")]
Lines = Annotated[Path | None, typer.Option("--file", help="JSON Lines of {id, text}.")]
Reading = Callable[[str], Awaitable[dict[str, Any]]]

_UNREAD: dict[str, Any] = {
    "language": "unknown", "steps": [], "ask": None, "intent": None, "entities": {},
}  # fmt: skip
"""A line of a file that cannot be taken, with the keys of `plan` and `intent`."""


def plan(text: Text = None, file: Lines = None, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Plan a merchant's message; nothing is executed.

    Example: tradewind plan "fight dispute dp_1Q and lower the bids on the lamp campaign"
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "plan")
        handles = platform.shop(shop)

        async def read(message: str) -> dict[str, Any]:
            made = await platform.assistant.plan(who, handles, message)
            steps = [step.model_dump(mode="json") for step in made.steps]
            return {"language": made.language, "steps": steps, "ask": made.ask}

        _answer_all(platform, read, text, file, as_json)


def intent(
    text: Text = None, file: Lines = None, shop: Shop = SHOP, as_json: AsJson = False
) -> None:
    """Tell what a buyer wants; nothing is executed.

    Example: tradewind intent "where is my order #W2611340?"
    """
    with opened() as platform:
        who = session(platform, shop, "buyer", "intent")
        handles = platform.shop(shop)

        async def read(message: str) -> dict[str, Any]:
            made = await platform.assistant.intent(who, handles, message)
            return made.model_dump(mode="json")

        _answer_all(platform, read, text, file, as_json)


def ask(
    text: Annotated[str, typer.Argument(help="What the person says.")],
    as_: Annotated[
        Literal["merchant", "buyer"], typer.Option("--as", help="Who speaks.")
    ] = "merchant",
    order: Annotated[str, typer.Option("--order", help="Order number, typed beside it.")] = "",
    email: Annotated[str, typer.Option("--email", help="The order's e-mail address.")] = "",
    thread: Annotated[str, typer.Option("--thread", help="Go on with this thread.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """One turn with the assistant.

    Example: tradewind ask "Where is my order?" --as buyer --order W2611340 --email me@example.com
    """
    with opened() as platform:
        if mask_cards(thread) != thread:
            raise InvalidInput("--thread is a card number.", "Use a name of no meaning.")
        who = session(platform, shop, as_, thread or f"t_{secrets.token_hex(4)}")
        given = {"order_id": order, "email": email}
        heard = None if as_json else _print_event
        turn = platform.assistant.turn(who, platform.shop(shop), text, heard, given)
        told = public(asyncio.run(turn))
        if as_json:
            show_json(told)
            return
        page.print()
        if isinstance(desk := told["desk"], dict) and not desk["held"]:
            page.print(desk["text"], markup=False)
        if sys.stdin.isatty():
            _ask_person(platform, shop, told["approvals"])
        for number, citation in enumerate(told["citations"], start=1):  # pyright: ignore[reportArgumentType]
            page.print(
                f"  [{number}] {citation['source']}: {citation['excerpt'][:160]}",
                markup=False,
                style="dim",
            )  # pyright: ignore
        note.print(
            f"{told['run']} · thread {told['thread']} · {told['seconds']} s",
            style="dim",
            markup=False,
        )


def _ask_person(platform: Platform, shop: str, cards: Any) -> None:
    """Put the turn's questions to who sits here; what is left open waits."""
    for card in cards:
        said = typer.prompt(f"{card['summary']} Approve? yes, no, later", default="later")
        word = said.strip().casefold()
        if word not in ("yes", "y", "no", "n"):
            note.print(f"open: tradewind approve {card['id']}", markup=False)
            continue
        told = decide(platform, shop, card["id"], yes=word.startswith("y"))
        page.print(told["answer"]["answer"] if told["answer"] else told["status"], markup=False)


def _answer_all(
    platform: Platform, read: Reading, text: str | None, file: Path | None, as_json: bool
) -> None:
    if (text is None) == (file is None):
        raise typer.BadParameter("Give a text, or --file with JSON Lines of {id, text}.")
    model = platform.settings.features
    asyncio.run(
        _answer_lines(read, file, model) if file else _answer_one(read, text or "", model, as_json)
    )


async def _answer_one(read: Reading, text: str, model: str, as_json: bool) -> None:
    told = await _timed(read, "1", text, model)
    if as_json:
        show_json(told)
    else:
        page.print_json(json.dumps(told, ensure_ascii=False))


async def _answer_lines(read: Reading, file: Path, model: str) -> None:
    rows = list(_rows(file))
    with bar() as progress:
        task = progress.add_task(file.name, total=len(rows))
        for id, text in rows:
            try:
                told = await _timed(read, id, text, model)
            except InvalidInput as error:
                told = {"id": id, **_UNREAD, "model": model, "seconds": 0.0, "error": str(error)}
            show_line(told)
            progress.advance(task)


async def _timed(read: Reading, id: str, text: str, model: str) -> dict[str, Any]:
    began = time.perf_counter()
    told = await read(text)
    return {"id": id, **told, "model": model, "seconds": round(time.perf_counter() - began, 3)}


def _rows(file: Path) -> Iterator[tuple[str, str]]:
    """The file's ids and texts. Raises InvalidInput naming the line that is none."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}.", "Give UTF-8 JSON Lines.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield str(row.get("id", number)), str(row["text"])
        except (ValueError, KeyError, AttributeError) as error:
            raise InvalidInput(
                f"{file} line {number} is no {{id, text}} object.", "Mend it."
            ) from error


def _print_event(event: TurnEvent) -> None:
    if isinstance(event, PlanReady) and event.plan.steps:
        names = " → ".join(step.scenario for step in event.plan.steps)
        note.print(f"plan: {names}", style="dim", markup=False)
    elif isinstance(event, TextPiece):
        page.print(event.text, end="", markup=False, soft_wrap=True)
