"""disputes file, follow, calibration: evidence to the processor, and what became of it."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from agents.events import TurnEnded
from agents.turns import Shop as Handles
from api.stream import public
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json, show_rows
from commands.packets import files_of
from wiring.calibration import calibration_of_shop
from wiring.following import follow

Id = Annotated[str, typer.Argument(help="The dispute's id.")]


def file(
    id: Id,
    submit: Annotated[bool, typer.Option("--submit", help="To the bank, for good.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Put a dispute's evidence to the processor as a draft, or submit it; a person is asked first.

    Example: tradewind disputes file dp_1Q --submit --json
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", "disputes"), platform.shop(shop)
        ended = asyncio.run(platform.assistant.file(who, handles, id, submit=submit))
        if as_json:
            show_json(_filed(ended, handles))
            return
        page.print(ended.answer.text, markup=False)
        for card in ended.answer.approvals:
            page.print(f"tradewind approve {card.id}", markup=False)


def follow_(
    id: Annotated[str, typer.Argument(help="The dispute's id; all open ones without.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Ask the processor how disputes stand, and keep it in their records.

    Example: tradewind disputes follow dp_1Q --json
    """
    with opened() as platform:
        platform.tenant(shop)
        rows = [one.model_dump(mode="json") for one in follow(platform, shop, id)]
        show_rows("disputes", rows, _followed_line, as_json=as_json)


def _followed_line(row: Mapping[str, Any]) -> str:
    told = row["error"] or f"{row['status']}, submitted {row['submissions'] or 0} times"
    return f"{row['id']}  {row['was']} -> {row['state']}: {told}"


def calibration(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """What the shop's own outcomes make of the strength model: which one speaks, and its fit.

    Example: tradewind disputes calibration --json
    """
    with opened() as platform:
        told = calibration_of_shop(platform, session(platform, shop, "merchant", "disputes"))
        show_json(told) if as_json else page.print_json(data=told)


def _filed(ended: TurnEnded, handles: Handles) -> dict[str, Any]:
    """The run's end with what was packed: empty where nothing was to be filed, and why."""
    details = ended.answer.details
    packet = str(details.get("packet", ""))
    return public(ended) | {
        "dispute": details.get("dispute"),
        "packet": packet or None,
        "files": [file.model_dump() for file in files_of(handles, packet)],
        "note": details.get("note"),
    }
