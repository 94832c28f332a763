"""The dossier engine: gather, assess, draft, check. It files nothing."""

from collections.abc import Sequence

from pydantic import JsonValue

from agents.chargeback import Assessment, assess_non_receipt, value
from agents.events import Answer
from agents.gather import by_kind, gather, gather_one
from agents.grounding.verify import Problem
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import check_all, cite
from agents.wording import word
from tradewind.base import Record
from tradewind.evidence import Claim, Evidence
from tradewind.plan import Scenario

LETTERS = {"product_not_received": "letter.product_not_received"}
"""Dispute category to the letter that is written for it."""


class Dossier(Record):
    """All that was found and said for one dispute. `claims` is the letter, sentence by sentence."""

    dispute: str
    category: str
    assessment: Assessment | None
    evidence: tuple[Evidence, ...]
    claims: tuple[Claim, ...] = ()
    left_out: tuple[Problem, ...] = ()


async def dossier(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Defend one dispute and tell the merchant what came of it, in their language."""
    made = await make_dossier(run, kit, scenario, request)
    if made is None:
        text = kit.replies.say(request.language, "dispute.not_found") or ()
        return Answer(text=" ".join(c.text for c in text), language=request.language)
    return _report(kit, request, made)


async def make_dossier(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Dossier | None:
    """Gather, assess, draft and check; None when there is no such dispute."""
    evidence = await _gather(run, scenario, request)
    dispute = next((item for item in evidence if item.kind == "dispute"), None)
    if dispute is None:
        return None
    category = value(dispute, "category")
    if category not in LETTERS:
        return Dossier(
            dispute=value(dispute, "id"), category=category, assessment=None, evidence=evidence
        )
    assessment = assess_non_receipt(evidence)
    claims, left_out = await _draft(run, kit, scenario, category, evidence, assessment)
    return Dossier(
        dispute=value(dispute, "id"), category=category, assessment=assessment,
        evidence=evidence, claims=claims, left_out=left_out,
    )  # fmt: skip


async def assess_dispute(run: Run, scenario: Scenario, request: Request) -> Assessment | None:
    """The assessment alone; None when there is no rule for the dispute's category."""
    evidence = await _gather(run, scenario, request)
    dispute = next((item for item in evidence if item.kind == "dispute"), None)
    return assess_non_receipt(evidence) if value(dispute, "category") in LETTERS else None


async def _gather(run: Run, scenario: Scenario, request: Request) -> tuple[Evidence, ...]:
    """The dispute first; what it names (order) is an input of the other tools."""
    head = await gather_one(run, scenario.tools[0], request.inputs)
    dispute = next((item for item in head if item.kind == "dispute"), None)
    if dispute is None:
        return ()
    order_id = value(dispute, "order")
    inputs = {**request.inputs, **({"order_id": order_id} if order_id else {})}
    rest = scenario.model_copy(update={"tools": scenario.tools[1:]})
    more = await gather(run, rest, request.model_copy(update={"inputs": inputs}))
    return tuple({item.id: item for item in (*head, *more)}.values())


async def _draft(
    run: Run, kit: Kit, scenario: Scenario, category: str,
    evidence: Sequence[Evidence], assessment: Assessment,
) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:  # fmt: skip
    """The letter's sentences: the model's if the verifier takes them, else the reviewed ones.

    No letter is written for a dispute that the records do not win, nor by a scenario that only
    assesses.
    """
    if assessment.decision != "fight" or not scenario.prompt:
        return (), ()
    shown = [item for item in evidence if item.trust == "record"]
    prompt = kit.prompts.render(run.prompt(scenario.prompt), records=shown, category=category)
    wording = await word(
        run, scenario.tier, prompt, f"Write the letter on {category}.", shown, "en"
    )
    if wording.claims:
        return wording.claims, ()
    named = _named(evidence, assessment)
    claims = kit.letters.say("en", LETTERS[category], named) or ()
    return check_all(claims, evidence, "en")


def _named(evidence: Sequence[Evidence], assessment: Assessment | None) -> dict[str, Evidence]:
    """Records by the names that replies use; `tracking` is the scan that decided."""
    named = by_kind(evidence)
    scan = next((e for e in evidence if assessment and e.id == assessment.scan), None)
    return named | {"tracking": scan} if scan else named


def _report(kit: Kit, request: Request, made: Dossier) -> Answer:
    """What the merchant reads: the dispute, the advice with its reasons, then the letter."""
    named = _named(made.evidence, made.assessment)
    told = [
        claim
        for key in _report_keys(made.assessment, bool(made.claims))
        for claim in kit.replies.say(request.language, key, named) or ()
    ]
    said, left_out = check_all(told, made.evidence, request.language)
    text = " ".join(claim.text for claim in said)
    letter = "\n".join(claim.text for claim in made.claims)
    return Answer(
        text=f"{text}\n\n{letter}".strip(),
        language=request.language,
        citations=cite([*said, *made.claims], made.evidence),
        details=_details(made.model_copy(update={"left_out": made.left_out + left_out})),
    )


def _report_keys(assessment: Assessment | None, lettered: bool) -> list[str]:
    if assessment is None:
        return ["dispute.head", "dispute.no_rulebook"]
    return [
        "dispute.head",
        f"dispute.advise_{assessment.decision}",
        *(f"dispute.contradiction_{name}" for name in assessment.contradictions),
        *(f"dispute.missing_{name}" for name in assessment.missing),
        *(["dispute.letter_ready"] if lettered else []),
    ]


def _details(made: Dossier) -> dict[str, JsonValue]:
    return {
        "dispute": made.dispute,
        "category": made.category,
        "assessment": made.assessment.model_dump(mode="json") if made.assessment else None,
        "claims": [claim.model_dump(mode="json") for claim in made.claims],
        "left_out": [problem.model_dump(mode="json") for problem in made.left_out],
    }
