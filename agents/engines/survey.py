"""The survey engine: count over the shop's records, weigh, tell; on an instruction, write to the
buyer of one parcel.

The tools count at one moment, which the run's clock gives; what the counts come to is read from
them alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from agents.acting import act
from agents.chargeback.facts import text_of
from agents.chargeback.monitoring import meter_evidence
from agents.chargeback.news import News, reviewed, write_news
from agents.chargeback.prevention import Prevention, read_view
from agents.events import Answer
from agents.gather import arguments_for
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import cite, in_lines, join, said_in, say
from tradewind.base import Language, Record, Time
from tradewind.errors import ToolRetry
from tradewind.evidence import Claim, Evidence, NumberFact
from tradewind.plan import Scenario

TOLD_CAUSES, TOLD_PARCELS = 3, 5
"""What a chat tells of a longer list; the page and the command tell all."""

Views = Mapping[str, Evidence]
Said = tuple[Claim, ...]


class Teller(Protocol):
    """Says a reply over records, as one sentence that leans on all of them."""

    def __call__(self, key: str, named: Views, **values: object) -> Said: ...


class Seen(Record):
    """A view with the evidence that it names, and the drafts to buyers, the most pressing first."""

    view: Prevention
    evidence: tuple[Evidence, ...]
    drafts: tuple[News, ...]


async def survey(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Tell the view; for a scenario that acts, the draft to one buyer, or send it."""
    evidence, now = await count(run, scenario, request.inputs)
    view = read_view(evidence, kit.rules, now)
    if scenario.act:
        return await _write(run, kit, scenario, request, evidence, view)
    extra = [meter_evidence(meter) for meter in view.meters]
    extra += [_risky_evidence(view)]
    return _tell(kit, request.language, view, (*evidence, *extra))


async def look(run: Run, kit: Kit, scenario: Scenario) -> Seen:
    """The whole view, with drafts for all parcels at risk."""
    evidence, now = await count(run, scenario, {})
    view = read_view(evidence, kit.rules, now)
    drafts = tuple(news for news, _ in _drafts(kit, view, evidence))
    named = _named(view)
    return Seen(view=view, evidence=tuple(e for e in evidence if e.id in named), drafts=drafts)


def _named(view: Prevention) -> frozenset[str]:
    """The ids of the records that the view was read from."""
    ids = {id_ for counts in view.counts for id_ in counts.evidence}
    ids |= {week.evidence for week in view.weeks} | {c.evidence for c in view.causes.groups}
    return frozenset(ids | {parcel.evidence for parcel in view.parcels.risky})


async def count(
    run: Run, scenario: Scenario, inputs: Mapping[str, str]
) -> tuple[tuple[Evidence, ...], Time]:  # fmt: skip
    """The evidence of the scenario's tools, all at one moment; that of no such order is none."""
    now = run.now()
    values = {**inputs, "at": now.isoformat()}
    found: dict[str, Evidence] = {}
    for name in scenario.tools:
        arguments = arguments_for(run, name, values)
        if arguments is None:
            continue
        try:
            result = await run.call(name, arguments)
        except ToolRetry:
            continue
        found |= {item.id: item for item in result.evidence}
    return tuple(found.values()), now


def _drafts(
    kit: Kit, view: Prevention, evidence: Sequence[Evidence]
) -> Iterator[tuple[News, Evidence]]:  # fmt: skip
    """What may be written to buyers, the most pressing first, with the parcel's record."""
    by_id = {item.id: item for item in evidence}
    for parcel in view.parcels.risky:
        record = by_id[parcel.evidence]
        news = write_news(parcel, record, kit.replies)
        if news is not None:
            yield news, record


async def _write(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence],
    view: Prevention,
) -> Answer:  # fmt: skip
    """The draft about the order's most pressing parcel; sent where that was said plainly."""
    draft = next(_drafts(kit, view, evidence), None)
    if draft is None:
        return _said(kit, request.language, "prevention.nothing_to_write")
    news, record = draft
    if request.instructed and "text" not in request.inputs:  # words of their own go their own way
        run.sources.add((reviewed(news),))
        inputs = request.inputs | {"order_id": news.order, "text": news.text, "news": news.key}
        asked = request.model_copy(update={"inputs": inputs})
        acted = await act(run, kit, scenario, asked, (record,))
        if acted is not None:
            return acted
    intro = say(kit, request.language, "prevention.draft")
    return Answer(
        text=f"{intro}\n\n{news.text}", language=request.language,
        citations=cite(news.claims, (record,)), details={"draft": news.model_dump(mode="json")},
    )  # fmt: skip


def _tell(
    kit: Kit, language: Language, view: Prevention, evidence: Sequence[Evidence]
) -> Answer:  # fmt: skip
    """The view in sentences, each a line, those that the counts carry."""
    by_id = {item.id: item for item in evidence}
    said = [claim for claims in _sentences(kit, language, view, by_id) for claim in claims]
    return in_lines(kit, language, said, evidence, {"prevention": view.model_dump(mode="json")})


def _sentences(
    kit: Kit, language: Language, view: Prevention, by_id: Views
) -> Iterator[Said]:  # fmt: skip
    def told(key: str, named: Views, **values: object) -> Said:
        claims = kit.replies.say(language, key, named, **values) or ()
        if not claims:
            return ()
        whole = join(language, said_in(claims))
        return (Claim(text=whole, evidence=tuple({e: 0 for c in claims for e in c.evidence})),)

    newest = max((counts.month for counts in view.counts if counts.settled), default="")
    present = [c for c in view.counts if c.month == newest and (c.settled or c.disputes)]
    for counts in present:
        month = next(by_id[id_] for id_ in counts.evidence)
        yield told("prevention.month", {"month": month})
    for meter in (m for m in view.meters if m.month == newest):
        yield told("prevention.programme", {"meter": by_id[meter_evidence(meter).id]})
    if not newest:
        yield told("prevention.no_rate", {})
    yield from _of_weeks(view, by_id, told)
    yield from (told("prevention.cause", {"cause": by_id[cause.evidence]})
                for cause in view.causes.named[:TOLD_CAUSES])  # fmt: skip
    if not view.causes.named:
        yield told("prevention.no_cause", {})
    risky = view.parcels.risky
    yield told("prevention.parcels" if risky else "prevention.no_parcels",
               {"risky": _risky_evidence(view)})  # fmt: skip
    for parcel in risky[:TOLD_PARCELS]:
        record = by_id[parcel.evidence]
        yield told("prevention.parcel", {"parcel": record}, reason=parcel.reasons[0])
    left = next((e for e in by_id.values() if text_of(e, "count") == "left_out"), None)
    yield told("prevention.left_out", {"left": left}) if left else ()


def _of_weeks(view: Prevention, by_id: Views, told: Teller) -> Iterator[Said]:
    whole = [week for week in view.weeks if week.ended]
    if whole:
        yield told("prevention.week", {"week": by_id[whole[-1].evidence]})
    if view.trend in ("more", "fewer"):
        yield told(f"prevention.trend_{view.trend}", {})


def _risky_evidence(view: Prevention) -> Evidence:
    """How many parcels have a reason: counted over those that were told."""
    count = len(view.parcels.risky)
    ids = [parcel.order for parcel in view.parcels.risky]
    return Evidence.of(
        "figure", "figure/risky", "Parcels at risk",
        f"{count} of {view.parcels.open} parcels under way: {', '.join(ids[:20])}.",
        (NumberFact(name="count", value=Decimal(count)),
         NumberFact(name="open", value=Decimal(view.parcels.open)),
         NumberFact(name="no_history", value=Decimal(view.parcels.no_history))),
    )  # fmt: skip


def _said(kit: Kit, language: Language, key: str) -> Answer:
    return Answer(text=say(kit, language, key), language=language)
