"""Dossier: a dispute's advice and letter, judged against the shop's records."""

from agents.engines.dossier import Dossier
from evals.reading import read_cases
from evals.records import DossierCase, Verdict
from evals.shopview import records_of
from evals.suites.base import Suite
from evals.truth import Truth, unsaid, wrong_facts
from evals.worlds import World

LETTER_LANGUAGE = "en"


def dossier_suite() -> Suite[DossierCase, Dossier]:
    cases = read_cases("dossier", DossierCase)
    return Suite(
        name="dossier", cases=cases, outcome=Dossier, carry_out=defend, judge=judge,
        counts=frozenset(("ungrounded",)),
    )  # fmt: skip


async def defend(world: World, case: DossierCase) -> Dossier:
    return await world.assistant.defend(world.session("merchant"), world.open_shop(), case.dispute)


def judge(world: World, case: DossierCase, made: Dossier) -> Verdict:
    decision = made.advice.decision.act
    against = [item.id for item in made.advice.assessment.contradictions]
    missing = made.advice.assessment.missing
    letter = "\n".join(claim.text for claim in made.claims)
    ungrounded = _ungrounded(world, case, made)
    problems = [
        *_differs("category", made.category, case.category),
        *_differs("decision", decision, case.decision),
        *_differs("contradictions", sorted(against), sorted(case.contradictions)),
        *_differs("missing", sorted(missing), sorted(case.missing)),
        *_differs("letter", bool(made.claims), case.letter),
        *(f"does not say {fact}" for fact in unsaid(case.say, letter, LETTER_LANGUAGE)),
        *(f"says {word!r}" for word in case.must_not if word.casefold() in letter.casefold()),
        *ungrounded,
    ]
    metrics = {
        "right_advice": float(decision == case.decision),
        "contradictions_right": float(sorted(against) == sorted(case.contradictions)),
        "missing_right": float(sorted(missing) == sorted(case.missing)),
        "ungrounded": float(len(ungrounded)),
        "sentences": float(len(made.claims)),
    }
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))


def _differs(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what} is {found!r}, expected {wanted!r}"]


def _ungrounded(world: World, case: DossierCase, made: Dossier) -> list[str]:
    """Claims without evidence that exists, and values that the shop's records do not hold."""
    known = {item.id for item in made.evidence}
    shop = world.open_shop().reader
    truth = Truth(records_of(shop, [f"dispute/{case.dispute}"]))
    return [
        *(f"no evidence: {c.text}" for c in made.claims if not set(c.evidence) <= known),
        *(f"no evidence: {c.text}" for c in made.claims if not c.evidence),
        *(f"no record holds {p}: {c.text}" for c in made.claims for p in _wrong(c.text, truth)),
    ]


def _wrong(text: str, truth: Truth) -> list[str]:
    return wrong_facts(text, LETTER_LANGUAGE, truth)
