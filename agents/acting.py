"""Acting on a request: the arguments of a tool that writes, and what a person reads of it.

Arguments come from the request by rule; the policy looks at each again. What is said of an effect
is said over its own facts, by reviewed replies.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from agents.effect import Outcome, Waiting, change
from agents.events import Action, Answer, ApprovalCard
from agents.kit import Kit, Request
from agents.outgoing import shown
from agents.provenance import amounts_in, currencies_in
from agents.recording import Doing, Undoing
from agents.run import Run
from agents.saying import check_all, cite, join, said_in, say
from tradewind.base import Language, Money
from tradewind.errors import ToolDenied, ToolRetry
from tradewind.evidence import Evidence, MoneyFact
from tradewind.plan import Scenario


async def act(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> Answer | None:
    """Do what the scenario does; None where the request does not give all that it needs."""
    language = request.language
    arguments = arguments_in(run, scenario, request, evidence)
    if arguments is None or not is_whole(run, scenario, arguments):
        return None if arguments is not None else unclear(kit, language)
    return await carry(run, kit, language, scenario.act, arguments, evidence)


async def carry(
    run: Run, kit: Kit, language: Language, tool: str, arguments: dict[str, JsonValue],
    evidence: Sequence[Evidence],
) -> Answer:  # fmt: skip
    """Have a tool change the world, and say what came of it."""
    try:
        outcome = await change(run, tool, arguments, lambda e: summary(kit, language, e))
    except Waiting as waiting:
        return asked_people(run, kit, language, waiting)
    except (ToolDenied, ToolRetry) as error:
        return _not_done(kit, language, tool, error)
    return report(kit, language, outcome, evidence)


async def reverse(run: Run, kit: Kit, undoing: Undoing) -> Answer:
    """Undo an effect, as an effect of its own."""
    language = undoing.language
    try:
        outcome = await change(
            run, undoing.tool, undoing.arguments, lambda e: summary(kit, language, e),
            undoing.effect,
        )  # fmt: skip
    except Waiting as waiting:
        return asked_people(run, kit, language, waiting)
    except (ToolDenied, ToolRetry) as error:
        return _not_done(kit, language, undoing.tool, error)
    return report(kit, language, outcome, ())


async def fill_in(run: Run, kit: Kit, doing: Doing) -> Answer:
    """Do what a form asks for."""
    language = doing.language
    try:
        outcome = await change(
            run, doing.tool, doing.arguments, lambda e: summary(kit, language, e), typed=True
        )
    except Waiting as waiting:
        return asked_people(run, kit, language, waiting)
    except (ToolDenied, ToolRetry) as error:
        return _not_done(kit, language, doing.tool, error)
    return report(kit, language, outcome, ())


def summary(kit: Kit, language: Language, evidence: Evidence) -> str:
    """One effect in words: what would be done, to what."""
    key = f"effect.{evidence.source.partition('/')[0].replace('.', '_')}"
    claims = kit.replies.say(language, key, {"effect": evidence}) or ()
    sound, _ = check_all(claims, (evidence,), language)
    return shown(join(language, said_in(sound)) or evidence.excerpt)


def report(kit: Kit, language: Language, outcome: Outcome, evidence: Sequence[Evidence]) -> Answer:
    """What became of an effect."""
    known = (outcome.evidence,) if outcome.evidence else ()
    told = summary(kit, language, known[0]) if known else ""
    person = say(kit, language, "effect.person") if outcome.legal else ""
    parts = [told, say(kit, language, f"effect.{outcome.status}"), _why(outcome, language), person]
    return Answer(
        text=join(language, parts), language=language,
        citations=cite([], [*evidence, *known]),
        actions=(outcome.action,) if outcome.effect else (),
        handover="effect.person" if outcome.legal else None,
        details=_details(outcome),
    )  # fmt: skip


def _details(outcome: Outcome) -> dict[str, JsonValue]:
    told = {"note": outcome.note, "rule": outcome.rule}
    return {name: value for name, value in told.items() if value}


def _why(outcome: Outcome, language: Language) -> str:
    """A person's reason; a tool's own words, where the reader reads them."""
    if outcome.status == "rejected" or (outcome.status == "refused" and language == "en"):
        return outcome.note
    return ""


def remind(kit: Kit, answer: Answer, pending: Sequence[ApprovalCard]) -> Answer:
    """The answer with the questions that the thread still waits for: none is ever replaced."""
    if not pending:
        return answer
    still = say(kit, answer.language, "effect.still_waiting")
    lines = "\n".join(f"- {card.summary}" for card in pending)
    return answer.model_copy(update={
        "text": f"{answer.text}\n\n{still}\n{lines}", "approvals": (*answer.approvals, *pending),
    })  # fmt: skip


def asked_people(run: Run, kit: Kit, language: Language, waiting: Waiting) -> Answer:
    """People are asked: the shop's own staff see the card, a buyer is told that they decide."""
    buyer = run.session.audience == "buyer"
    text = say(kit, language, "effect.asked_shop" if buyer else "effect.asked")
    return Answer(
        text=f"{waiting.card.summary} {text}", language=language,
        actions=(waiting.outcome.action,), approvals=() if buyer else (waiting.card,),
        handover="effect.asked_shop" if buyer else None,
    )  # fmt: skip


def _not_done(kit: Kit, language: Language, tool: str, error: ToolDenied | ToolRetry) -> Answer:
    return Answer(
        text=say(kit, language, "effect.denied"), language=language,
        actions=(Action(tool=tool, effect="", status="denied"),),
        details={"note": str(error)},
    )  # fmt: skip


def arguments_in(
    run: Run, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> dict[str, JsonValue] | None:
    """The tool's arguments that the request gives; None for an amount that is not clear."""
    tool = run.tool(scenario.act)
    names = tool.arguments.model_fields if tool else {}
    values: dict[str, JsonValue] = {n: v for n, v in request.inputs.items() if n in names}
    amounts = [n for n, mark in tool.sources.items() if mark.type == "amount"] if tool else []
    for name in amounts:
        if name in values:
            amount = _amount(str(values[name]), evidence)
            if amount is None:
                return None
            values[name] = amount.model_dump(mode="json")
    return values


def unclear(kit: Kit, language: Language) -> Answer:
    return Answer(text=say(kit, language, "effect.unclear_amount"), language=language)


def is_whole(run: Run, scenario: Scenario, arguments: dict[str, JsonValue]) -> bool:
    """Whether all is there that the tool needs."""
    tool = run.tool(scenario.act)
    fields = tool.arguments.model_fields if tool else {}
    return all(name in arguments for name, field in fields.items() if field.is_required())


def _amount(text: str, evidence: Sequence[Evidence]) -> Money | None:
    """The one amount that the text names in a currency of the records; without records in the one
    that it names."""
    facts = (fact for item in evidence for fact in item.facts)
    currencies = dict.fromkeys(f.value.currency for f in facts if isinstance(f, MoneyFact))
    if not currencies:
        currencies = dict.fromkeys(currencies_in(text))
    found = [amount for currency in currencies for amount in amounts_in(text, currency)]
    return found[0] if len({str(amount) for amount in found}) == 1 else None
