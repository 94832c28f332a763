"""approvals, effects, rules, recover: what is asked, what was done, what may be done alone."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from agents.briefing import brief
from agents.desk import Desk
from agents.grants import Wanted
from agents.packets import FilingView, filing_asked
from agents.turns import Shop as Handles
from api.stream import public
from commands.console import SHOP, AsJson, Shop, note, opened, page, session, show_json
from commands.packets import files_of, write_files
from tradewind.base import Money
from tradewind.effects import Approval, Effect, Rule
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import Audience
from wiring.platform import Platform
from wiring.work import pass_over

DESK = "desk"

approvals = typer.Typer(help="Questions that wait for a person.", no_args_is_help=True)
effects = typer.Typer(help="What was done outside: show, undo, settle.", no_args_is_help=True)
rules = typer.Typer(help="What may be asked for, and done without asking.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Its id.")]


def approve(
    id: Annotated[str, typer.Argument(help="The approval's id.")],
    reject: Annotated[bool, typer.Option("--reject", help="Say no.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Decide one approval; once it is decided, the run that asked goes on.

    Example: tradewind approve ap_12ab --reject --reason "too much"
    """
    with opened() as platform:
        told = decide(platform, shop, id, yes=not reject, reason=reason)
        if as_json:
            show_json(told)
            return
        page.print(f"{told['id']}: {told['status']}", markup=False)
        if told["answer"]:
            page.print(told["answer"]["answer"], markup=False)


def decide(
    platform: Platform, shop: str, id: str, *, yes: bool, reason: str = ""
) -> dict[str, Any]:
    """A vote of who sits at this terminal, and how the run ended, where it has."""
    who = session(platform, shop, "merchant", DESK)
    desk, handles = Desk(platform.assistant), platform.shop(shop)
    decided = asyncio.run(desk.decide(who, handles, id, yes=yes, reason=reason))
    asked = decided.approval
    answer = public(decided.ended) if decided.ended else None
    return {
        "id": asked.id, "status": asked.status, "effect": asked.effect, "tool": asked.tool,
        "answer": answer,
    }  # fmt: skip


@approvals.command("list")
def list_approvals(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Open questions, oldest first.

    Example: tradewind approvals list --json
    """
    with opened() as platform:
        platform.tenant(shop)
        handles = platform.stores(shop)
        asked = asyncio.run(Desk(platform.assistant).pending(handles))
        if as_json:
            show_json({"approvals": [_row(handles, one) for one in asked]})
            return
        for one in asked:
            page.print(
                f"{one.id}  until {one.expires_at:%Y-%m-%d %H:%M}  {one.summary}", markup=False
            )
            for file in files_of(handles, one.arguments.get("packet")):
                page.print(f"    {file.name}  {file.size} bytes", markup=False)


@approvals.command("show")
def show_approval(
    id: Id,
    out: Annotated[Path | None, typer.Option("--out", help="Write a packet's files here.")] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """One question with what carries it; of a packet the letter, the exhibits and the files.

    Example: tradewind approvals show ap_12ab --out packet/
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.stores(shop)
        if handles.hands is None:
            raise NotFound(f"there is no approval {id}.", "See `tradewind approvals list`.")
        told = brief(platform.road.tools, who, handles, handles.hands, id)
        if out is not None:
            write_files(filing_asked(handles.packets, told.approval.arguments), out)
        if as_json:
            show_json(told.model_dump(mode="json"))
            return
        page.print(f"{told.approval.summary}  ({told.approval.status})", markup=False)
        if told.against:
            page.print(f"The records forbid it by now: {told.against}", markup=False)
        if told.filing:
            _show_filing(told.filing)


def _show_filing(filing: FilingView) -> None:
    page.print(f"\n{filing.letter}\n", markup=False)
    for one in filing.exhibits:
        page.print(f"Exhibit {one.number}: {one.title} ({one.file}, page {one.page})", markup=False)
    for name, text in filing.fields.items():
        page.print(f"{name}: {text}", markup=False)
    for name, told in filing.objects.items():
        page.print(f"{name}: {json.dumps(told, ensure_ascii=False)}", markup=False)
    for file in filing.files:
        page.print(f"{file.name}  {file.size} bytes  SHA-256 {file.sha256}", markup=False)


def _row(handles: Handles, asked: Approval) -> dict[str, Any]:
    """A question, with the names of the files that it is about."""
    files = files_of(handles, asked.arguments.get("packet"))
    return asked.model_dump(mode="json") | {"files": [file.name for file in files]}


@effects.command("list")
def list_effects(
    run: Annotated[str, typer.Option("--run", help="Those of one run.")] = "",
    order: Annotated[str, typer.Option("--order", help="Those on one order.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Effects of a run or on an order; without either those that somebody must look at.

    Example: tradewind effects list --order "#W2611340"
    """
    with opened() as platform:
        platform.tenant(shop)
        ledger = platform.database.ledger(shop)
        if run:
            found = ledger.of_run(run)
        elif order:
            found = ledger.about(f"order/{order}")
        else:
            found = ledger.waiting(datetime.now(UTC))
        _show_effects(found, as_json)


@effects.command("show")
def show_effect(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """One effect: its arguments, who allowed it, what the outside answered.

    Example: tradewind effects show ef_12ab
    """
    with opened() as platform:
        platform.tenant(shop)
        found = platform.database.ledger(shop).get(id)
        if found is None:
            raise NotFound(f"there is no effect {id}.", "See `tradewind effects list`.")
        told = found.model_dump(mode="json")
        show_json(told) if as_json else page.print_json(data=told)


@effects.command("undo")
def undo(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Undo what was done, as an effect of its own that is asked about like any other.

    Example: tradewind effects undo ef_12ab
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.shop(shop)
        told = public(asyncio.run(Desk(platform.assistant).undo(who, handles, id)))
        show_json(told) if as_json else page.print(told["answer"], markup=False)


@effects.command("settle")
def settle(
    id: Id,
    done: Annotated[bool, typer.Option("--done/--failed", help="What you found out.")],
    why: Annotated[str, typer.Option("--note", help="How you know.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Say what became of an effect whose outcome nobody could find out.

    Example: tradewind effects settle ef_12ab --done --note "seen in the processor's dashboard"
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.stores(shop)
        desk = Desk(platform.assistant)
        _show_effects([asyncio.run(desk.settle(who, handles, id, done=done, note=why))], as_json)


def _show_effects(found: Any, as_json: bool) -> None:
    if as_json:
        show_json({"effects": [effect.model_dump(mode="json") for effect in found]})
        return
    for effect in found:
        page.print(_line(effect), markup=False)


def _line(effect: Effect) -> str:
    amount = str(effect.amount or "")
    return f"{effect.id}  {effect.status:9} {effect.tool:22} {amount:>14}  {effect.target}"


@rules.command("list")
def list_rules(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Rules in force, and what is asked about where there is none.

    Example: tradewind rules list
    """
    with opened() as platform:
        platform.tenant(shop)
        store = platform.database.rules(shop)
        found, halt = store.rules(None, datetime.now(UTC)), store.halted()
        if as_json:
            asked = [ask.model_dump(mode="json") for ask in platform.policy.ask]
            told = [rule.model_dump(mode="json") for rule in found]
            stopped = halt.model_dump(mode="json") if halt else None
            show_json({"rules": told, "shipped": asked, "halt": stopped})
            return
        for rule in found:
            page.print(_rule_line(rule), markup=False)
        for ask in platform.policy.ask:
            page.print(f"(shipped)        ask   {ask.tool:22} {', '.join(ask.audiences)}")
        if halt:
            note.print(f"halted by {halt.by}: {halt.reason}", markup=False)


@rules.command("grant")
def grant(
    tool: Annotated[str, typer.Argument(help="The tool, such as refunds.pay.")],
    mode: Annotated[Literal["ask", "auto"], typer.Option("--mode", help="Ask, or act alone.")],
    up_to: Annotated[str, typer.Option("--up-to", help="Most for each, as 20.00.")] = "",
    two_above: Annotated[str, typer.Option("--two-above", help="Two people beyond this.")] = "",
    a_day: Annotated[int | None, typer.Option("--a-day", help="Most a day, counted.")] = None,
    cap: Annotated[str, typer.Option("--cap", help="Most a day, in money, as 200.00.")] = "",
    days: Annotated[int | None, typer.Option("--days", min=1, help="How long it holds.")] = None,
    buyers: Annotated[bool, typer.Option("--buyers", help="For buyers' wishes too.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Give a rule. One that acts alone has an end, a cap, and for money an amount.

    Example: tradewind rules grant refunds.pay --mode auto --up-to 20 --a-day 10 --cap 100 --days 30
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", DESK)
        currency, now = who.tenant.currency, datetime.now(UTC)
        audiences: tuple[Audience, ...] = ("merchant", "buyer") if buyers else ("merchant",)
        wanted = Wanted(
            tool=tool, mode=mode, audiences=audiences, up_to=_money(up_to, currency),
            two_above=_money(two_above, currency), cap_count=a_day,
            cap_amount=_money(cap, currency),
            expires_at=now + timedelta(days=days) if days else None,
        )  # fmt: skip
        rule = asyncio.run(Desk(platform.assistant).grant(who, platform.stores(shop), wanted))
        show_json(rule.model_dump(mode="json")) if as_json else page.print(_rule_line(rule))


@rules.command("revoke")
def revoke(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """End a rule for good; what it let through and nobody sent is not sent.

    Example: tradewind rules revoke ru_12ab
    """
    with opened() as platform:
        platform.tenant(shop)
        rule = platform.database.rules(shop).revoke(id, datetime.now(UTC))
        told = rule.model_dump(mode="json")
        show_json(told) if as_json else page.print(f"{rule.id}: revoked", markup=False)


@rules.command("halt")
def halt(
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    over: Annotated[bool, typer.Option("--over", help="Let rules act again.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """The kill switch: nothing is done without asking until `--over`.

    Example: tradewind rules halt --reason "refunds look odd"
    """
    with opened() as platform:
        who, store = session(platform, shop, "merchant", DESK), platform.database.rules(shop)
        (store.resume if over else store.halt)(who.actor.id, datetime.now(UTC), reason)
        stands = store.halted()
        told = {"halt": stands.model_dump(mode="json") if stands else None}
        show_json(told) if as_json else page.print("halted" if stands else "rules act again")


def recover(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Carry on what a process that died left behind; `serve` does so by itself.

    Example: tradewind recover
    """
    with opened() as platform:
        done = asyncio.run(pass_over(platform, [platform.tenant(shop)]))
        told = {name: one.model_dump() for name, one in done.items()}
        show_json({"recovered": told}) if as_json else page.print(told or "nothing to do")


def cancel(id: Id, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Call off a run that waits for people; nothing of it is sent.

    Example: tradewind runs cancel run_12ab
    """
    with opened() as platform:
        who, handles = session(platform, shop, "merchant", DESK), platform.stores(shop)
        asyncio.run(Desk(platform.assistant).cancel(who, handles, id))
        show_json({"id": id, "status": "cancelled"}) if as_json else page.print(f"{id}: cancelled")


def _money(text: str, currency: str) -> Money | None:
    """An amount in the shop's currency. Raises InvalidInput for what is not above zero."""
    if not text:
        return None
    amount = Money.parse(text, currency)
    if amount.minor <= 0:
        raise InvalidInput(f"{text!r} is not an amount.", "Write it as 20.00.")
    return amount


def _rule_line(rule: Rule) -> str:
    until = f"until {rule.expires_at:%Y-%m-%d}" if rule.expires_at else "no end"
    limit = f"up to {rule.up_to}" if rule.up_to else ""
    who = ", ".join(rule.audiences)
    return f"{rule.id}  {rule.mode:5} {rule.tool:22} {who}  {limit}  {until}"
