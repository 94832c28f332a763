"""inbox faq: answers of people that become FAQ entries."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from agents.faq import Faqs, Wording
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json
from tradewind.errors import InvalidInput
from tradewind.handover import FaqDraft

DESK = "inbox"

faq = typer.Typer(help="Answers of people that become FAQ entries.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Its id.")]


@faq.command("list")
def list_drafts(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Drafts and what became of them, newest first.

    Example: tradewind inbox faq list
    """
    with opened() as platform:
        platform.tenant(shop)
        drafts = platform.database.inbox(shop).drafts()
        if as_json:
            return show_json({"drafts": [one.model_dump(mode="json") for one in drafts]})
        for one in drafts:
            page.print(_draft_line(one), markup=False)


@faq.command("propose")
def propose(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Question and answer of a conversation, without what tells of the buyer.

    Example: tradewind inbox faq propose ho_12ab
    """
    with opened() as platform:
        platform.tenant(shop)
        wording = asyncio.run(Faqs(platform.assistant).propose(platform.stores(shop), id))
        if as_json:
            return show_json(wording.model_dump(mode="json"))
        page.print(f"{wording.question}\n{wording.answer}", markup=False)


@faq.command("draft")
def draft(
    id: Id,
    question: Annotated[str, typer.Option("--question")],
    answer: Annotated[str, typer.Option("--answer")],
    language: Annotated[str, typer.Option("--language", help="That it is written in.")] = "en",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Save question and answer as a draft; nothing is published.

    Example: tradewind inbox faq draft ho_12ab --question "Is it loud?" --answer "No: 42 dB."
    """
    with opened() as platform:
        who, stores = session(platform, shop, "merchant", DESK), platform.stores(shop)
        wording = _wording(question, answer, language)
        _told(asyncio.run(Faqs(platform.assistant).draft(who, stores, id, wording)), as_json)


@faq.command("publish")
def publish(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Make a draft an FAQ entry that buyers' questions find.

    Example: tradewind inbox faq publish fd_12ab
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.shop(shop)
        store, faqs = platform.database.shop(shop), Faqs(platform.assistant)
        _told(asyncio.run(faqs.publish(who, handles, store, id)), as_json)


@faq.command("remove")
def remove(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Take a draft or a published entry away.

    Example: tradewind inbox faq remove fd_12ab
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.shop(shop)
        store, faqs = platform.database.shop(shop), Faqs(platform.assistant)
        _told(asyncio.run(faqs.remove(who, handles, store, id)), as_json)


def _told(draft: FaqDraft, as_json: bool) -> None:
    if as_json:
        return show_json(draft.model_dump(mode="json"))
    page.print(_draft_line(draft), markup=False)


def _draft_line(draft: FaqDraft) -> str:
    return f"{draft.id}  {draft.status:9} {draft.language}  {draft.question}"


def _wording(question: str, answer: str, language: str) -> Wording:
    try:
        return Wording.model_validate(
            {"question": question, "answer": answer, "language": language}
        )
    except ValidationError as error:
        raise InvalidInput(f"this cannot be a draft: {error}", "See --help.") from error
