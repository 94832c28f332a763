"""insights: what buyers ask, what no record answers, which lanes are late."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from agents.engines.insights import DAYS, MOST_DAYS, look_over
from agents.insights.records import Insights
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json


def insights(
    days: Annotated[int, typer.Option("--days", min=1, max=MOST_DAYS, help="How many.")] = DAYS,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Count questions, messages and reviews of the last days, and late parcels by lane.

    Example: tradewind insights --days 28
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "insights")
        run = platform.assistant.glance(who, platform.stores(shop))
        view, _ = asyncio.run(look_over(run, platform.kit, days))
        if as_json:
            show_json(view.model_dump(mode="json"))
            return
        for line in lines(view):
            page.print(line, markup=False, soft_wrap=True)


def lines(view: Insights) -> Iterator[str]:
    """The view for a terminal."""
    asked = view.asked
    small = "  (few: small numbers say little)" if asked.few else ""
    yield (f"Questions of {view.days} days: {asked.questions}, without a record "
           f"{asked.unanswered}{small}")  # fmt: skip
    yield f"  letters: {_counts(asked.letters)}; no reply drafted yet: {asked.unread}"
    yield f"  by intent: {_counts(asked.intents)}"
    yield f"  by language: {_counts(asked.languages)}"
    for week in asked.weeks:
        yield f"  week of {week.begins}: {_counts(week.intents)}"
    yield "What no record answers, by product and attribute"
    for gap in asked.gaps:
        few = "  (few)" if gap.few else ""
        name = gap.title or "no product named"
        yield f"  {name}: {gap.attribute}: {gap.count} of {gap.asked}{few}"
        yield from (f"    “{example}”" for example in gap.examples)
    yield "Reviews by product"
    for one in asked.rated:
        few = "  (few)" if one.few else ""
        name = one.title or one.product or "?"
        yield f"  {name}: {one.low} of {one.reviews} with 1 or 2 stars{few}"
    yield f"Parcels whose time is decided: {view.parcels}, late {view.late}"
    for lane in view.lanes:
        if lane.verdict != "few":
            word = "late beyond chance" if lane.verdict == "late" else "no more than chance"
            yield (f"  {lane.name}: {lane.late} of {lane.parcels}, elsewhere {lane.rest_late} of "
                   f"{lane.rest}: {word} ({lane.chance:.1g})")  # fmt: skip
    few_lanes = sum(lane.verdict == "few" for lane in view.lanes)
    if few_lanes:
        yield f"  too few parcels to tell: {few_lanes} lanes"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "-"
