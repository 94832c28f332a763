"""A briefing: what a person is shown of a question before they answer it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue, TypeAdapter

from agents.delivery import Hands
from agents.desk import asked_for
from agents.effect import Others
from agents.packets import FilingView, filing_asked, view_filing
from agents.turns import Shop
from tradewind.base import Record
from tradewind.effects import Approval, Effect, Rule
from tradewind.errors import NotFound, ToolDenied, ToolRetry
from tradewind.evidence import Evidence
from tradewind.people import Audience, Session
from tradewind.plan import InputType
from tradewind.tool import Origin, Tool, ToolResult
from tradewind.trace import Run, Span, is_erased

_ORIGINS = TypeAdapter(dict[str, Origin])


class Argument(Record):
    """One argument of the tool, for a form. `fixed`: it names what the question is about, or what
    is filed, which no answer changes. `origin` is whence the value came that was proposed."""

    name: str
    type: InputType
    required: bool
    fixed: bool
    value: JsonValue = None
    origin: Origin | None = None


class Briefing(Record):
    """A question with all that an answer should be based on.

    `asked_by` and `audience` are who made the run ask, `words` what they said. `records` are
    what the run had read. `now` says the effect in facts over the records as they stand;
    `against` why they forbid it by now. `barred` is why this person's word does not count.
    `filing` is the packet that would be put to a processor.
    """

    approval: Approval
    effect: Effect
    arguments: tuple[Argument, ...]
    rule: Rule | None = None
    asked_by: str
    audience: Audience
    words: str
    records: tuple[Evidence, ...]
    now: Evidence | None = None
    against: str = ""
    barred: str = ""
    filing: FilingView | None = None


def brief(
    tools: Mapping[str, Tool], session: Session, shop: Shop, hands: Hands, approval_id: str
) -> Briefing:
    """Brief a person on a question, open or decided. Raises NotFound."""
    asked = hands.ledger.approval(approval_id)
    effect = hands.ledger.get(asked.effect) if asked else None
    run = shop.runs.run(asked.run) if asked else None
    if asked is None or effect is None or run is None:
        raise NotFound(f"there is no approval {approval_id}.", "List the pending ones.")
    tool, spans = tools.get(asked.tool), shop.runs.spans(run.id)
    checked, against = _look_again(tool, session, shop, hands, asked)
    filing = filing_asked(shop.packets, asked.arguments)
    if filing is None and asked.status == "pending" and asked.arguments.get("packet"):
        against = against or "its packet is not kept any more: make it again"
    return Briefing(
        approval=asked, effect=effect, arguments=_arguments(tool, asked, effect, spans),
        rule=hands.rules.rule(asked.rule) if asked.rule else None, asked_by=run.actor,
        audience=run.audience, words=str(run.request.get("text", "")), records=records_of(spans),
        now=checked, against=against, barred=why_barred(session, asked, run),
        filing=view_filing(filing) if filing else None,
    )  # fmt: skip


def why_barred(session: Session, asked: Approval, run: Run | None) -> str:
    """Why a person's word on a question does not count; empty where it does."""
    who = session.actor.id
    if session.audience != "merchant":
        return "only the merchant's own people decide"
    if who == asked.proposed_by or asked_for(session, asked, run):
        return "you asked for it: others must agree"
    if any(vote.by == who for vote in asked.votes):
        return "you have said yes already: somebody else must agree"
    return ""


def _look_again(
    tool: Tool | None, session: Session, shop: Shop, hands: Hands, asked: Approval
) -> tuple[Evidence | None, str]:
    """The effect in facts as the records stand, or why they forbid it; of an open question."""
    if asked.status != "pending":
        return None, ""
    if tool is None:
        return None, f"{asked.tool} is not there any more"
    context = replace(shop.context(session), past=Others(hands.ledger, asked.effect))
    try:
        result = tool(context, asked.arguments)
    except (ToolRetry, ToolDenied) as error:
        return None, error.message
    return (result.proposal.evidence, "") if result.proposal else (None, result.note)


def _arguments(
    tool: Tool | None, asked: Approval, effect: Effect, spans: Sequence[Span]
) -> tuple[Argument, ...]:
    origins = _origins(effect, spans)
    thing = effect.target.partition("/")[2]
    marks = tool.sources if tool else {}
    return tuple(
        Argument(
            name=name, type=mark.type, value=(value := asked.arguments.get(name)),
            required=bool(tool and tool.arguments.model_fields[name].is_required()),
            fixed=value is not None and (value == thing or mark.type == "file"),
            origin=origins.get(name),
        )
        for name, mark in marks.items()
    )  # fmt: skip


def _origins(effect: Effect, spans: Iterable[Span]) -> dict[str, Origin]:
    """Whence the arguments came, as the run noted it when it proposed them."""
    place = (effect.path, effect.ordinal)
    for span in spans:
        if (span.path, span.ordinal) == place and isinstance(span.response, dict):
            return _ORIGINS.validate_python(span.response.get("origins") or {})
    return {}


def records_of(spans: Iterable[Span]) -> tuple[Evidence, ...]:
    """What the run's tools brought, each record once."""
    found = [item for span in spans if span.kind == "tool" for item in _evidence(span)]
    return tuple({item.id: item for item in found}.values())


def _evidence(span: Span) -> Sequence[Evidence]:
    """Of a tool that reads or drafts and did not fail; what was erased is not there."""
    if span.level not in ("read", "draft") or span.response is None or is_erased(span.response):
        return ()
    return ToolResult.model_validate(span.response).evidence
