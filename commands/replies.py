"""replies: what was written to the shop, and drafts of answers; nothing is sent."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.letters.export import as_mail
from agents.letters.listing import Written, written
from agents.letters.records import Draft
from commands.console import SHOP, AsJson, Shop, note, opened, page, session, show_json, show_rows
from tradewind.errors import BackendError, InvalidInput
from tradewind.letters import Channel

replies = typer.Typer(help="Replies to mails, messages and reviews: list, draft.",
                      no_args_is_help=True)  # fmt: skip


@replies.command("list")
def list_(
    channel: Annotated[Channel | None, typer.Option("--channel", help="Only these.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 50,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """What buyers wrote to the shop from outside, newest first.

    Example: tradewind replies list --channel review
    """
    with opened() as platform:
        platform.tenant(shop)
        found = written(platform.database.shop(shop), limit, channel)
        rows = [one.model_dump(mode="json") for one in found]
        show_rows("letters", rows, _line, as_json=as_json)


def _line(row: Mapping[str, Any]) -> str:
    one = Written.model_validate(row)
    stars = "★" * one.stars if one.stars else ""
    what = one.subject or one.excerpt
    return f"{one.at:%Y-%m-%d}  {one.channel:11} {one.place:8} {stars:5} {one.id}  {what[:60]}"


@replies.command("draft")
def draft(
    id: Annotated[str, typer.Argument(help="The message's id.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the draft: .eml for a mail, else text.")
    ] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Draft a reply to one message, from the shop's records; sends nothing.

    Example: tradewind replies draft mail_48a573f0e94f471f --out reply.eml
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "replies")
        ended = asyncio.run(platform.assistant.reply(who, platform.shop(shop), id))
        made = Draft.model_validate(ended.answer.details["draft"])
        if out is not None:
            _write(out, made)
        if as_json:
            show_json({"run": ended.run, "draft": made.model_dump(mode="json")})
            return
        page.print(ended.answer.text, markup=False)
        for part in made.open:
            note.print(f"not answered ({part.intent}): {part.asked[:200]}", markup=False)
        if made.rule:
            note.print(made.rule, markup=False)


def _write(out: Path, made: Draft) -> None:
    """Raises InvalidInput for a draft without a text, BackendError for a file that cannot be
    written."""
    if not made.text:
        raise InvalidInput("nothing was drafted.", "Leave --out away.")
    content = as_mail(made) if out.suffix == ".eml" else made.text.encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise BackendError(
            f"{out} cannot be written: {error.strerror}.", "Name another file."
        ) from error
