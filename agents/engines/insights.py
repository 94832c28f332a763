"""The insights engine: count what was asked and what no record answered, weigh lanes, tell."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from pydantic import JsonValue

from agents.events import Answer
from agents.insights.counting import AskedCounter
from agents.insights.lanes import read_lanes
from agents.insights.naming import Naming
from agents.insights.records import Asked, Gap, Insights
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import in_lines
from tradewind.base import Language, Time
from tradewind.commerce import Message
from tradewind.errors import ToolFailed
from tradewind.evidence import Claim, Evidence, Fact, NameFact, NumberFact
from tradewind.plan import Scenario
from tradewind.tool import ToolContext

DAYS, MOST_DAYS = 28, 366
TOLD = 5
"""Gaps and lanes that a chat tells of; the page and the command tell all."""
LANES = "insights.lanes"


async def insights(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Tell the view of the last days in sentences, each over a count."""
    view, evidence = await look_over(run, kit, DAYS)
    return tell_insights(kit, request.language, view, evidence)


async def look_over(run: Run, kit: Kit, days: int) -> tuple[Insights, tuple[Evidence, ...]]:
    """The view of so many days, with the evidence of the lanes."""
    until = run.now()
    asked = await count_asked(run, kit, until, days)
    counted = await run.call(LANES, {"at": until.isoformat(), "days": days})
    base = counted.evidence[0]
    lanes = read_lanes(counted.evidence, kit.insights)
    facts = {fact.name: fact.value for fact in base.facts}
    view = Insights(
        days=days, asked=asked, lanes=lanes, parcels=int(str(facts["parcels"])),
        late=int(str(facts["late"])),
    )  # fmt: skip
    return view, counted.evidence


async def count_asked(run: Run, kit: Kit, until: Time, days: int) -> Asked:
    """The counts over runs and letters, as a recorded read; it may take seconds."""
    context, request = run.context, {"until": until.isoformat(), "days": days}

    async def act(_: object) -> Asked:
        return await asyncio.to_thread(_count, context, kit, until, days)

    return await run.take("search", "insights", dict[str, JsonValue](request), "read", act, Asked)


def _count(context: ToolContext, kit: Kit, until: Time, days: int) -> Asked:
    """Raises ToolFailed where the session has no history."""
    if context.history is None:
        raise ToolFailed("this session reads no runs.", "Ask as one of the shop's people.")
    since = until - timedelta(days=days)
    naming = Naming(context.shop.products(), kit.glossary)
    counter = AskedCounter(
        kit.insights, kit.attributes, naming, kit.buyer_reader, since, until
    )  # fmt: skip
    for past in context.history.since(since):
        if past.started_at <= until:
            counter.take_run(past)
    for message in context.shop.all("message"):
        if isinstance(message, Message):
            counter.take_message(message)
    return counter.result()


def tell_insights(
    kit: Kit, language: Language, view: Insights, lanes: tuple[Evidence, ...]
) -> Answer:
    """The view in sentences, a line each."""
    gaps = [_gap(kit, language, gap) for gap in _named(view)]
    base = _base(view)
    evidence = (base, *gaps, *lanes)
    said = list(_sentences(kit, language, view, base, gaps, {e.id: e for e in lanes}))
    return in_lines(kit, language, said, evidence, {"insights": view.model_dump(mode="json")})


def _named(view: Insights) -> list[Gap]:
    return [gap for gap in view.asked.gaps if gap.product and not gap.few][:TOLD]


def _sentences(
    kit: Kit, language: Language, view: Insights, base: Evidence, gaps: list[Evidence],
    lanes: dict[str, Evidence],
) -> Iterator[Claim]:  # fmt: skip
    def told(key: str, **named: Evidence) -> Iterator[Claim]:
        claims = kit.replies.say(language, f"insights.{key}", named) or ()
        if claims:
            text = " ".join(claim.text for claim in claims)
            yield Claim(text=text, evidence=tuple({e: 0 for c in claims for e in c.evidence}))

    yield from told("head", base=base)
    if view.asked.few:
        yield from told("few")
    for gap in gaps:
        yield from told("gap", gap=gap)
    if not gaps:
        yield from told("no_gap")
    if view.asked.letters.get("review"):
        yield from told("reviews", base=base)
    for lane in view.late_lanes[:TOLD]:
        yield from told("lane", lane=lanes[lane.evidence])
    if not view.late_lanes:
        yield from told("no_lane")


def _base(view: Insights) -> Evidence:
    asked = view.asked
    counts = {
        "questions": asked.questions, "unanswered": asked.unanswered,
        "reviews": asked.letters.get("review", 0), "low": sum(one.low for one in asked.rated),
    }  # fmt: skip
    facts: list[Fact] = [NumberFact(name=k, value=Decimal(v)) for k, v in counts.items()]
    facts.append(NumberFact(name="days", value=Decimal(view.days), unit="day"))
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    return Evidence.of(
        "figure", "figure/insights", "Questions", f"{view.days} days: {told}.", tuple(facts)
    )  # fmt: skip


def _gap(kit: Kit, language: Language, gap: Gap) -> Evidence:
    name = kit.attributes.name(gap.attribute, language)
    return Evidence.of(
        "figure", f"product/{gap.product}", gap.title,
        f"{gap.count} questions about {gap.title} ({name}) without a record.",
        (NameFact(name="product", value=gap.title), NameFact(name="attribute", value=name),
         NumberFact(name="count", value=Decimal(gap.count))),
    )  # fmt: skip
