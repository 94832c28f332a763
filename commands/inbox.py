"""inbox: conversations that need a person, and the shop's office hours."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from pydantic import ValidationError

from agents.hours import hours_of
from agents.inbox import Inbox
from agents.inbox_measures import measure
from agents.story import Story
from commands.answers import faq
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json
from tradewind.base import Record
from tradewind.errors import InvalidInput
from tradewind.handover import WEEKDAYS, Handover, Hours, Weekday
from tradewind.people import ShopDetails, Tenant

DESK = "inbox"

inbox = typer.Typer(help="Conversations that need a person.", no_args_is_help=True)
inbox.add_typer(faq, name="faq")

Id = Annotated[str, typer.Argument(help="Its id.")]


@inbox.command("list")
def list_handovers(
    closed: Annotated[bool, typer.Option("--closed", help="Those that are over.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """What waits for people, oldest first.

    Example: tradewind inbox list --json
    """
    with opened() as platform:
        desk, tenant = Inbox(platform.assistant), platform.tenant(shop)
        found = asyncio.run(desk.queue(tenant, platform.stores(shop), closed))
        if as_json:
            return _show(found)
        for one in found.handovers:
            page.print(_line(one), markup=False)


@inbox.command("show")
def show(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """One conversation: what was asked and told, its records, replies that fit.

    Example: tradewind inbox show ho_12ab
    """
    with opened() as platform:
        desk, tenant = Inbox(platform.assistant), platform.tenant(shop)
        story = asyncio.run(desk.show(tenant, platform.shop(shop), id))
        _show(story) if as_json else _print_story(story)


@inbox.command("take")
def take(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Hold the conversation: the assistant is silent in it until you give it back.

    Example: tradewind inbox take ho_12ab
    """
    _move(id, shop, "take", as_json=as_json)


@inbox.command("reply")
def reply(
    id: Id,
    text: Annotated[str, typer.Argument(help="What to say to the buyer.")],
    key: Annotated[str, typer.Option("--key", help="Names the message: said once.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Say something to the buyer; take the conversation first.

    Example: tradewind inbox reply ho_12ab "We send you a new one today." --key m1
    """
    with opened() as platform:
        desk, who = Inbox(platform.assistant), session(platform, shop, "merchant", DESK)
        told, new = asyncio.run(desk.reply(who, platform.stores(shop), id, text, key))
        if as_json:
            return show_json({"handover": told.model_dump(mode="json"), "new": new})
        page.print("said" if new else "was said already")


@inbox.command("give-back")
def give_back(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Let the assistant go on; it knows what you said.

    Example: tradewind inbox give-back ho_12ab
    """
    _move(id, shop, "give_back", as_json=as_json)


@inbox.command("close")
def close(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """End it; the buyer can ask for a person again.

    Example: tradewind inbox close ho_12ab
    """
    _move(id, shop, "close", as_json=as_json)


@inbox.command("measures")
def measures(
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 30,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Counts and medians: opened, taken, answered, closed, opened again. See docs/inbox.md.

    Example: tradewind inbox measures --days 7 --json
    """
    with opened() as platform:
        platform.tenant(shop)
        now, within = datetime.now(UTC), platform.kit.inbox.reopened_days
        found = platform.database.inbox(shop).all()
        told = measure(found, now - timedelta(days=days), now, within)
        if as_json:
            return _show(told)
        for name, value in told.model_dump(mode="json").items():
            page.print(f"{name:18} {value}", markup=False)


@inbox.command("hours")
def hours(
    week: Annotated[
        list[str] | None, typer.Option("--week", help="Days and spans: mon-fri 09:00-17:00.")
    ] = None,
    holiday: Annotated[
        list[str] | None, typer.Option("--holiday", help="A day off: 2026-12-25.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="Time zone: Europe/Berlin.")] = "",
    name: Annotated[
        str | None, typer.Option("--name", help="What buyers see beside a person's words.")
    ] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Show the hours, or set them: `--week` and `--holiday` put the whole list anew.

    Example: tradewind inbox hours --week "mon-fri 09:00-12:00,13:00-17:00" --zone Europe/Berlin
    """
    with opened() as platform:
        tenant = platform.tenant(shop)
        before = hours_of(tenant, platform.kit.inbox)
        if week or holiday or zone or name is not None:
            after = _changed(before, week, holiday, name)
            tenant = ShopDetails.told(timezone=zone or "").laid_over(tenant)
            tenant = tenant.model_copy(update={"hours": after})
            platform.database.tenants().put_tenant(tenant)
        _show_hours(tenant, hours_of(tenant, platform.kit.inbox), as_json=as_json)


def _move(id: str, shop: str, what: str, *, as_json: bool) -> None:
    with opened() as platform:
        desk, who = Inbox(platform.assistant), session(platform, shop, "merchant", DESK)
        moves = {"take": desk.take, "give_back": desk.give_back, "close": desk.close}
        told = asyncio.run(moves[what](who, platform.stores(shop), id))
        _show(told) if as_json else page.print(f"{told.id}: {told.state}", markup=False)


def _show(record: Record) -> None:
    show_json(record.model_dump(mode="json"))


def _line(one: Handover) -> str:
    held = f"{one.taken_by} has it" if one.taken_by else ""
    return f"{one.id}  {one.opened_at:%Y-%m-%d %H:%M}  {one.state:8} {one.why:24} {held}"


def _print_story(story: Story) -> None:
    page.print(_line(story.handover), markup=False)
    for turn in story.turns:
        page.print(f"{turn.at:%H:%M} {turn.role:9} {turn.text}", markup=False)
    for item in story.records:
        page.print(f"  record {item.source}: {item.excerpt[:120]}", markup=False)
    for card in story.waiting:
        page.print(f"  waits: {card.summary}", markup=False)
    for one in story.suggestions:
        page.print(f"  reply? {one.text}", markup=False)


def _show_hours(tenant: Tenant, hours: Hours, *, as_json: bool) -> None:
    if as_json:
        return show_json(hours.model_dump(mode="json") | {"zone": tenant.timezone})
    page.print(f"zone {tenant.timezone}, name {hours.name or tenant.name}", markup=False)
    for day in WEEKDAYS:
        spans = ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in hours.week.get(day, ()))
        page.print(f"{day}  {spans or 'nobody'}", markup=False)
    for off in hours.holidays:
        page.print(f"{off}  holiday", markup=False)


_DAYS = re.compile(r"(?P<a>[a-z]{3})(?:-(?P<b>[a-z]{3}))?\s+(?P<spans>[\d:,\s-]+)")


def _changed(
    before: Hours, week: Sequence[str] | None, holidays: Sequence[str] | None, name: str | None
) -> Hours:
    """The hours as a person put them. Raises InvalidInput for what cannot be read."""
    told = {} if week else dict(before.week)
    for text in week or ():
        told |= _days(text)
    try:
        off = tuple(map(date.fromisoformat, holidays)) if holidays else before.holidays
        return Hours(week=told, holidays=off, name=before.name if name is None else name.strip())
    except (ValidationError, ValueError) as error:
        raise InvalidInput(f"these hours cannot be: {error}", "See the example.") from error


def _days(text: str) -> dict[Weekday, tuple[tuple[time, time], ...]]:
    match = _DAYS.fullmatch(text.strip().lower())
    names = [str(day) for day in WEEKDAYS]
    first, last = (match["a"], match["b"] or match["a"]) if match else ("", "")
    if match is None or first not in names or last not in names:
        raise InvalidInput(f"{text!r} is no week.", 'Write it like "mon-fri 09:00-17:00".')
    try:
        spans = [span.strip().split("-") for span in match["spans"].split(",")]
        told = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
    except ValueError as error:
        raise InvalidInput(f"{text!r} has no spans of time.", "Write 09:00-17:00.") from error
    return dict.fromkeys(WEEKDAYS[names.index(first) : names.index(last) + 1], told)
