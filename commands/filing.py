"""disputes file, follow, calibration: evidence on its way to the processor, and what became of it."""

import asyncio
from typing import Annotated, Any

import typer

from agents.events import TurnEnded
from agents.turns import Shop as Handles
from api.stream import public
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json
from commands.shop import disputes

Id = Annotated[str, typer.Argument(help="The dispute's id.")]


@disputes.command("file")
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


def _filed(ended: TurnEnded, handles: Handles) -> dict[str, Any]:
    """The run's end with what was packed: empty where nothing was to be filed, and why."""
    details = ended.answer.details
    packet = str(details.get("packet", ""))
    return public(ended) | {
        "dispute": details.get("dispute"),
        "packet": packet or None,
        "files": files_of(handles, packet),
        "note": details.get("note"),
    }


def files_of(handles: Handles, packet: str) -> list[dict[str, Any]]:
    """A kept packet's files, named."""
    filing = handles.packets.filing(packet) if handles.packets and packet else None
    return [
        {"name": f.name, "field": f.field, "media": f.media, "bytes": len(f.content),
         "sha256": f.sha256}
        for f in (filing.files if filing else ())
    ]  # fmt: skip
