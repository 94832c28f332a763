"""Disputes: made ones, each in a shop of its own, from the records to the evidence object.

What is planted decides what is right (`evals/disputes`); no record of the product's own making is
asked, and no model.
"""

from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from agents.chargeback.case import read_case
from agents.chargeback.facts import text_of
from agents.chargeback.form import form_entries
from agents.chargeback.packet import Defence, make_packet
from agents.engines.dossier import Dossier
from agents.kit import Kit
from evals.disputes.label import Label, label
from evals.disputes.making import made_plots
from evals.disputes.planting import plant, rows_of
from evals.disputes.plot import Plot
from evals.disputes.reading import look
from evals.disputes.schema import form_of, wrong_fields
from evals.records import MadeCase, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from packets.forms import EvidenceForm
from tradewind.base import Record, Time

COUNTS = frozenset((
    "letters", "sentences", "unread", "ungrounded", "contradicted", "objects", "invalid_objects"
))  # fmt: skip
LETTERED = frozenset(("fight", "answer"))


class Made(Record):
    """What the product made of a planted dispute, and when. `form`: the processor's, where a letter
    was written."""

    dossier: Dossier
    now: Time
    form: JsonValue = None


def disputes_suite() -> Suite[MadeCase, Made]:
    cases = tuple(MadeCase(id=plot.id, plot=plot) for plot in made_plots())
    return Suite(
        name="disputes", cases=cases, outcome=Made, carry_out=carry_out, judge=judge,
        counts=COUNTS, taped=False,
    )  # fmt: skip


async def carry_out(world: World, case: MadeCase) -> Made:
    return await defend(world, case.plot)


async def defend(world: World, plot: Plot) -> Made:
    """Plant the dispute in a shop of its own, and defend it there."""
    now = world.assistant.road.clock()
    planted = plant(plot, now)
    kit = world.assistant.kit
    there = world.planted(f"made-{plot.id}", rows_of(planted, kit.rules.codes))
    session, shop = there.session("merchant"), there.open_shop()
    made = await there.assistant.defend(session, shop, planted.dispute)
    return Made(dossier=made, now=now, form=_form(made, kit, there.tenant.name))


def _form(made: Dossier, kit: Kit, merchant: str) -> JsonValue:
    """The processor's form as it is filed, its files by the names of their fields."""
    case = read_case(made.evidence)
    if case is None or not made.letter.claims:
        return None
    form = EvidenceForm.read(form_of(_processor(made)))
    defence = Defence(
        case=case, assessed=made.advice.assessment, letter=made.letter, evidence=made.evidence,
        merchant=merchant, written_on=made.written_on,
    )  # fmt: skip
    packet = make_packet(defence, kit.rules, kit.letters, form)
    files = {exhibit.field: f"{exhibit.field}.pdf" for exhibit in packet.exhibits if exhibit.field}
    ce3, rules, letters = made.advice.ce3, kit.rules, kit.letters
    return form.fill(form_entries(defence, packet, files, ce3, rules, letters, form)).evidence


def _processor(made: Dossier) -> str:
    head = next(item for item in made.evidence if item.kind == "dispute")
    return text_of(head, "processor")


def judge(world: World, case: MadeCase, made: Made) -> Verdict:
    planted, wanted = plant(case.plot, made.now), label(case.plot)
    dossier = made.dossier
    read = look(planted, [claim.text for claim in dossier.claims])
    advice = list(_advice(dossier, wanted))
    category = _differs("category", dossier.category, wanted.category)
    ungrounded = list(_ungrounded(dossier))
    wrong = wrong_fields(made.form, _processor(dossier)) if made.form is not None else []
    problems = [
        *advice, *category, *ungrounded, *_lettered(dossier, wanted),
        *(f"false: {sentence}" for sentence in read.false), *wrong,
        *(f"nobody can read: {sentence}" for sentence in read.unread),
    ]  # fmt: skip
    metrics = {
        "advice_right": float(not advice),
        "category_right": float(not category),
        "letters": float(bool(dossier.claims)),
        "sentences": float(len(dossier.claims)),
        "unread": float(len(read.unread)),
        "ungrounded": float(len(ungrounded)),
        "contradicted": float(len(read.false)),
        "objects": float(made.form is not None),
        "invalid_objects": float(bool(wrong)),
    }
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))


def _advice(dossier: Dossier, wanted: Label) -> Iterable[str]:
    """What is advised, what is asked, and what is told to speak against."""
    decision, assessed = dossier.advice.decision, dossier.advice.assessment
    yield from _differs("advice", decision.act, wanted.act)
    if wanted.act == "ask":
        yield from _differs("questions", sorted(decision.questions), sorted(wanted.asks))
    against = sorted(c.id for c in assessed.contradictions)
    yield from _differs("contradictions", against, sorted(wanted.against))


def _lettered(dossier: Dossier, wanted: Label) -> list[str]:
    return _differs("a letter", bool(dossier.claims), wanted.act in LETTERED)


def _differs(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what} is {found!r}, expected {wanted!r}"]


def _ungrounded(dossier: Dossier) -> Iterable[str]:
    """Sentences whose evidence is none, or that lean on what proves nothing."""
    known = {item.id: item for item in dossier.evidence}
    for claim in dossier.claims:
        cited: Sequence[str] = claim.evidence
        if not cited or not set(cited) <= known.keys():
            yield f"no evidence: {claim.text}"
        elif any(known[id_].trust == "stated" for id_ in cited):
            yield f"leans on a person's statement: {claim.text}"
