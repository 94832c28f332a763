"""The dossier engine: gather, assess, draft, check; `filing` puts it to the processor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from pydantic import JsonValue

from agents.chargeback.advice import Advice, advise
from agents.chargeback.case import read_case, split_by_time
from agents.chargeback.facts import text_of
from agents.chargeback.letter import Letter, write_letter
from agents.chargeback.monitoring import meter_evidence, meter_of
from agents.chargeback.translation import Translated, with_languages
from agents.engines.translating import translate
from agents.events import Answer
from agents.gather import by_kind, gather_one
from agents.grounding.verify import Problem
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import check_all, cite, join, said_in
from agents.wording import word
from tradewind.base import Record
from tradewind.evidence import Claim, Evidence, EvidenceKind
from tradewind.plan import Scenario

TOLD: frozenset[EvidenceKind] = frozenset(("dispute", "payment", "order", "shipment"))
"""Records that a model words a letter from."""

WORDED = frozenset(("product_not_received",))
"""Categories whose opening a model may word: the prompt was reviewed for them."""

LETTERED = frozenset(("fight", "answer"))
"""What is advised where a letter is written."""


class Dossier(Record):
    """All that was found and said for one dispute. `claims` is `letter`, sentence by sentence;
    `written_on` is the day of the advice, in UTC; what tells of a later time is `ahead`;
    `translated` is what became of translating the messages that the letter cites. `figures` are the
    counts behind the programmes' meter: for the merchant, no part of what is filed."""

    dispute: str
    category: str
    advice: Advice
    evidence: tuple[Evidence, ...]
    ahead: tuple[Evidence, ...] = ()
    written_on: date
    letter: Letter = Letter()
    claims: tuple[Claim, ...] = ()
    left_out: tuple[Problem, ...] = ()
    translated: tuple[Translated, ...] = ()
    figures: tuple[Evidence, ...] = ()


async def make_dossier(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Dossier | None:
    """Gather, assess, draft and check; None when there is no such dispute."""
    gathered = await gather_dispute(run, kit, scenario, request)
    now = run.now()
    figures = await count_months(run, now) if gathered else ()
    advice = _advised(kit, gathered, figures, now)
    if advice is None:
        return None
    evidence, ahead = split_by_time(gathered, now)
    letter, left_out = await _draft(run, kit, scenario, evidence, advice)
    cited = frozenset(id_ for claim in letter.claims for id_ in claim.evidence)
    dispute = next(item for item in evidence if item.kind == "dispute")
    return Dossier(
        dispute=text_of(dispute, "id"), category=advice.assessment.category, advice=advice,
        evidence=evidence, ahead=ahead, written_on=now.date(), letter=letter, claims=letter.claims,
        left_out=left_out, translated=await translate(run, kit, scenario.tier, cited, evidence),
        figures=figures,
    )  # fmt: skip


async def assess_dispute(
    run: Run, kit: Kit, scenario: Scenario, request: Request, figures: Sequence[Evidence] = ()
) -> Advice | None:
    """The advice alone, beside months that were counted; None where there is no such dispute."""
    evidence = await gather_dispute(run, kit, scenario, request)
    return _advised(kit, evidence, figures, run.now())


async def count_months(run: Run, now: datetime) -> tuple[Evidence, ...]:
    """The counts that the networks' monitoring programmes go by."""
    return tuple(await gather_one(run, "disputes.months", {"at": now.isoformat()}))


def _advised(
    kit: Kit, evidence: Sequence[Evidence], figures: Sequence[Evidence], now: datetime
) -> Advice | None:
    head = next((item for item in evidence if item.kind == "dispute"), None)
    meter = meter_of(figures, text_of(head, "network"), kit.rules)
    return advise(evidence, kit.rules, now, meter=meter)


async def gather_dispute(
    run: Run, kit: Kit, scenario: Scenario, request: Request
) -> tuple[Evidence, ...]:
    """The dispute first; what it names (order) is an input of the other tools, and the order's
    country that of the policies. What people wrote has its language."""
    head = await gather_one(run, scenario.tools[0], request.inputs)
    dispute = next((item for item in head if item.kind == "dispute"), None)
    if dispute is None:
        return ()
    values = {**scenario.arguments, **request.inputs}
    found = {item.id: item for item in head}
    for name in scenario.tools[1:]:
        values |= _learned(found.values())
        for item in await gather_one(run, name, values):
            found.setdefault(item.id, item)
    return with_languages(found.values(), kit.merchant_reader.identify, kit.rules)


def _learned(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Inputs that the records give."""
    told: dict[str, str] = {}
    stated = ""
    for item in evidence:
        order, market = text_of(item, "order"), text_of(item, "to_country")
        if item.kind == "dispute" and order:
            told["order_id"] = order
        if item.kind == "statement" and order:
            stated = order
        if item.kind == "order" and market:
            told["market"] = market
    return told | ({"order_id": stated} if stated else {})


async def _draft(
    run: Run, kit: Kit, scenario: Scenario, evidence: Sequence[Evidence], advice: Advice
) -> tuple[Letter, tuple[Problem, ...]]:  # fmt: skip
    """The letter point by point; its opening is the model's where the verifier takes it.

    No letter is written for a dispute that the records do not win, nor by a scenario that only
    assesses.
    """
    case, category = read_case(evidence), advice.assessment.category
    if case is None or advice.decision.act not in LETTERED or not scenario.prompt:
        return Letter(), ()
    letter, problems = write_letter(case, advice.assessment, evidence, kit.rules, kit.letters)
    if category not in WORDED or not letter.points:
        return letter, problems
    shown = [item for item in evidence if item.trust == "record" and item.kind in TOLD]
    prompt = kit.prompts.render(run.prompt(scenario.prompt), records=shown, category=category)
    wording = await word(
        run, scenario.tier, prompt, f"Write the letter on {category}.", shown, "en"
    )
    if not wording.claims:
        return letter, problems
    return letter.model_copy(update={"opening": wording.claims}), problems


def _named(evidence: Sequence[Evidence], advice: Advice) -> dict[str, Evidence]:
    """Records by the names that replies use; `tracking` is the scan that decided."""
    named = by_kind(evidence)
    scan = next((e for e in evidence if e.id == advice.assessment.scan), None)
    return named | {"tracking": scan} if scan else named


def report_on(kit: Kit, request: Request, made: Dossier, *, lettered: bool = True) -> Answer:
    """What the merchant reads: the dispute, the advice with its reasons, then the letter where it
    is `lettered`."""
    named = _named(made.evidence, made.advice)
    told = [
        claim
        for key in _report_keys(made, lettered)
        for claim in kit.replies.say(request.language, key, named) or ()
    ]
    counts = [meter_evidence(meter) for meter in made.advice.decision.meter[:1]]
    told += _counted(kit, request, made, counts)
    said, left_out = check_all(told, (*made.evidence, *counts), request.language)
    text = join(request.language, said_in(said))
    letter = "\n".join(claim.text for claim in made.claims)
    return Answer(
        text=f"{text}\n\n{letter}".strip(),
        language=request.language,
        citations=cite([*said, *made.claims], made.evidence),
        details=_details(made.model_copy(update={"left_out": made.left_out + left_out})),
    )


def _report_keys(made: Dossier, lettered: bool) -> list[str]:
    """What the report says, in its order; `lettered`: a letter was to be written."""
    assessed, decision = made.advice.assessment, made.advice.decision
    unwritten = lettered and decision.act in LETTERED and not made.claims
    return [
        "dispute.head",
        f"dispute.advise_{decision.act}",
        *dict.fromkeys(f"dispute.question_{ASKED[q]}" for q in decision.questions if q in ASKED),
        *(f"dispute.note_{name}" for name in decision.notes if name in NOTED),
        *(f"dispute.contradiction_{item.id}" for item in assessed.contradictions),
        *(f"dispute.missing_{name}" for name in assessed.missing),
        *(["dispute.no_letter"] if unwritten else []),
        *(["dispute.letter_ready"] if made.claims else []),
    ]


NOTED = frozenset(("no_deadline", "two_disputes", "zero_amount", "ahead"))
"""Notes that are said; the others are in the advice's own record."""

ASKED: Mapping[str, str] = {
    "code": "code", "category": "category", "order": "order", "payment": "payment",
    "amount": "record", "currency": "record", "overcharged": "record",
}  # fmt: skip
"""Questions by their sentences; which of two orders is asked with the contradiction."""


def _asked(made: Dossier) -> Sequence[str]:
    """What only the merchant can say, where that holds the advice up."""
    decision = made.advice.decision
    return decision.questions if decision.act == "ask" else ()


def questions_in(answer: Answer) -> tuple[str, ...]:
    """What a dossier's answer asks of the merchant."""
    told = answer.details.get("questions")
    return tuple(str(name) for name in told) if isinstance(told, list) else ()


def _counted(
    kit: Kit, request: Request, made: Dossier, counts: Sequence[Evidence]
) -> list[Claim]:  # fmt: skip
    """What the advice does to the count of the network's programme, and where that stands; nothing
    where the network has none that is known, or nothing can be done any more."""
    decision, network = made.advice.decision, made.advice.assessment.network
    if decision.act in ("closed", "too_late") or not kit.rules.monitoring.of(network):
        return []
    keys = [("prevention.programme", {"meter": item}) for item in counts]
    keys = keys or [("prevention.no_rate", {})]
    told = [(f"dispute.counts_{decision.monitoring}", {}), *keys]
    return [c for key, named in told for c in kit.replies.say(request.language, key, named) or ()]


def _details(made: Dossier) -> dict[str, JsonValue]:
    return {
        "dispute": made.dispute,
        "category": made.category,
        "questions": list(_asked(made)),
        "advice": made.advice.model_dump(mode="json"),
        "claims": [claim.model_dump(mode="json") for claim in made.claims],
        "left_out": [problem.model_dump(mode="json") for problem in made.left_out],
    }
