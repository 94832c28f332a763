"""measures: what the buyers' service came to, and what a merchant says for counting it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from agents.measures.costs import Costs, Sum
from agents.measures.intervals import Share
from agents.measures.view import Measures, measure
from agents.measures.visitors import Uplift
from commands.console import SHOP, AsJson, Shop, opened, page, show_json
from tradewind.base import Money
from tradewind.errors import InvalidInput
from tradewind.measures import Measuring

measures = typer.Typer(
    help="What the buyers' service came to: resolutions, handovers, returns, sales, cost.",
    invoke_without_command=True,
)
LONGEST = 50
"""Per cent: who holds the chat back from more than half would rather switch it off."""
_VERDICTS = {
    "no_holdout": "cannot tell: no holdout is set", "too_few": "too few to tell",
    "cannot_tell": "cannot tell: the interval holds 0", "more": "more with the chat",
    "fewer": "fewer with the chat",
}  # fmt: skip


@measures.callback()
def show(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Of the last days.")] = 30,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Count what was tried at this terminal too.")
    ] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Count the shop's conversations; docs/measures.md says what each figure means.

    Example: tradewind measures --days 7 --json
    """
    if context.invoked_subcommand is not None:
        return
    with opened() as platform:
        now, sources = datetime.now(UTC), platform.sources(shop)
        since = now - timedelta(days=days)
        found = measure(sources, platform.kit.measures, since, now, terminal=terminal)
        show_json(found.model_dump(mode="json")) if as_json else _print(found)


@measures.command("set")
def set_(
    holdout: Annotated[
        int | None,
        typer.Option("--holdout", min=0, max=LONGEST, help="Per cent without the chat."),
    ] = None,
    cpu_hour: Annotated[
        str | None, typer.Option("--cpu-hour", help='Of a CPU core: "0.05 USD"; "": not told.')
    ] = None,
    wage_hour: Annotated[
        str | None, typer.Option("--wage-hour", help='Of a person: "24 EUR"; "": not told.')
    ] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Show, or set, the holdout's share and your own prices; what is not named stays.

    Example: tradewind measures set --holdout 10 --wage-hour "24 EUR"
    """
    with opened() as platform:
        tenant = platform.tenant(shop)
        told = tenant.measuring
        after = Measuring(
            holdout=told.holdout if holdout is None else holdout,
            cpu_hour=told.cpu_hour if cpu_hour is None else _money(cpu_hour),
            wage_hour=told.wage_hour if wage_hour is None else _money(wage_hour),
        )
        if after != told:
            after_tenant = tenant.model_copy(update={"measuring": after})
            platform.database.tenants().put_tenant(after_tenant)
        if as_json:
            return show_json(after.model_dump(mode="json"))
        page.print(f"holdout {after.holdout} %", markup=False)
        page.print(f"CPU hour {after.cpu_hour or 'not told'}", markup=False)
        page.print(f"hour of a person {after.wage_hour or 'not told'}", markup=False)


def _money(text: str) -> Money | None:
    if not text.strip():
        return None
    amount, _, currency = text.strip().partition(" ")
    if len(currency.strip()) != 3 or not currency.strip().isalpha():
        raise InvalidInput(f"{text!r} is no price.", 'Write it like "24 EUR".')
    money = Money.parse(amount, currency)
    if money.minor < 0:
        raise InvalidInput(f"{text!r} is below nothing.", 'Write it like "24 EUR".')
    return money


def _print(found: Measures) -> None:
    service = found.service
    page.print(f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}", markup=False)
    page.print(f"{service.conversations:8} conversations", markup=False)
    for kind, n in service.classes.items():
        page.print(f"{n:8}   {kind.replace('_', ' ')}", markup=False)
    page.print(f"{service.provisional:8}   of the assumed may yet be reopened", markup=False)
    page.print(f"{service.came_back:8}   came back within {found.reopen_days} days", markup=False)
    for name, n in service.beside.items():
        page.print(f"{n:8} not counted: {name.replace('_', ' ')}", markup=False)
    page.print(f"resolved {_share(service.resolved)}", markup=False)
    _print_costs(found.costs)
    _print_sales(found.conversion)


def _print_costs(costs: Costs) -> None:
    for part in costs.parts:
        told = _sum(part.cost) if part.cost else "not known"
        page.print(f"{part.part}: {part.units:g} {part.unit}, {told}", markup=False)
    each = _sum(costs.each) if costs.each else "not known"
    page.print(f"each resolved conversation: {each}", markup=False)
    for least in costs.at_least if costs.each is None else ():
        page.print(f"  at least {_sum(least)}", markup=False)
    for why in costs.unknown:
        page.print(f"  not known: {why}", markup=False)


def _print_sales(sales: Uplift) -> None:
    page.print(f"sales: {_VERDICTS[sales.verdict]}", markup=False)
    for arm in (sales.shown, sales.holdout):
        if arm.bought.of:
            page.print(f"  {arm.arm}: bought {_share(arm.bought)}", markup=False)


def _share(share: Share) -> str:
    if share.part is None:
        return "nothing to count"
    part = share.part
    return f"{share.hits} of {share.of}: {part.value:.1%} ({part.low:.1%} to {part.high:.1%})"


def _sum(cost: Sum) -> str:
    return f"{cost.micros / 1_000_000:.4f} {cost.currency}"
