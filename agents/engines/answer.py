"""The answer engine: gather, then a trusted model's words if they hold, else the records' own
sentences and reviewed replies over their facts, else "cannot tell" and a person."""

from collections.abc import Mapping, Sequence

from agents.acting import act
from agents.bearing import Borne
from agents.buying import with_person
from agents.choosing import choose
from agents.events import Answer
from agents.gather import by_kind, gather
from agents.kit import Kit, Request
from agents.passages import COVERAGE, Passage, coverage_of, named_first
from agents.reception import NO_RECORD
from agents.run import Run
from agents.saying import check_all, cite, join, said_in, say
from agents.vetting import QUOTED, vet
from agents.wishing import instruct
from agents.wording import Wording, word
from tradewind.evidence import Claim, Evidence
from tradewind.plan import Scenario

LISTED = 6
"""More sentences than this stand a line each."""

_REPLIED = frozenset(("figure", "rule"))
"""Kinds that no model puts into words: how sure a count or a rule is, our replies alone say."""
_OF_GOODS = "product."
"""Replies on a product."""

RECORDS_SHOWN = 3
"""Records that a model is shown for one answer."""


async def answer(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Answer one request by one scenario. What is said is carried by the evidence gathered."""
    evidence = await gather(run, scenario, request)
    if scenario.prompt or any(item.kind in QUOTED for item in evidence):
        evidence = await vet(run, evidence)
    wished = bool(scenario.act) and request.instructed
    if wished:
        buyer = run.session.audience == "buyer"
        acted = await (instruct if buyer else act)(run, kit, scenario, request, evidence)
        if acted is not None:
            return acted
        told = await _told(run, kit, scenario, request, evidence)
        return with_person(kit, told) if buyer else told
    return await _told(run, kit, scenario, request, evidence)


async def _told(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> Answer:
    """What the records say."""
    wording = await _worded(run, kit, scenario, request, evidence)
    if wording.claims:
        return _answer(run, kit, scenario, request, wording.claims, evidence)
    key, claims, borne = await _recorded(run, kit, scenario, request, evidence)
    if not claims:
        return _cannot_tell(run, kit, request)
    handover = key if key in scenario.handover else None
    silent = borne is not None and borne.judged and borne.passage is None
    if scenario.exact and silent and run.session.audience == "buyer":
        claims = (*(kit.replies.say(request.language, "common.cannot_tell") or ()), *claims)
        handover = handover or NO_RECORD
    return _answer(run, kit, scenario, request, claims, evidence, handover)


async def say_records(
    run: Run, kit: Kit, scenario: Scenario, request: Request
) -> tuple[str, tuple[Claim, ...], tuple[Evidence, ...]]:
    """The sentences that records carry, checked, with the reply's key and the evidence: reviewed
    replies and the records' own words, no model's."""
    evidence = await gather(run, scenario, request)
    if scenario.prompt or any(item.kind in QUOTED for item in evidence):
        evidence = await vet(run, evidence)
    key, claims, _ = await _recorded(run, kit, scenario, request, evidence)
    sound, _ = check_all(claims, evidence, request.language)
    return key, tuple(claim for claim in sound if claim.evidence), evidence


async def _recorded(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> tuple[str, tuple[Claim, ...], Borne | None]:
    """The reply over the records' facts, with the records' own sentences where they add to it; what
    was found to answer."""
    key, claims = reply_of(kit, scenario, request, _meant(request, evidence))
    read = evidence if scenario.exact or not claims else _leaned(claims, evidence)
    borne = await _borne(run, kit, scenario, request, read)
    passage = borne.passage if borne else None
    sure = borne is not None and borne.judged
    if passage is not None and (sure or _adds(request, passage, claims)):
        claims = (*quote(kit, request, passage), *claims)
    return key, claims, borne


def _leaned(claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The records that a reply leans on: beside a rule of one market no other market's is told."""
    ids = {id_ for claim in claims for id_ in claim.evidence}
    return tuple(item for item in evidence if item.id in ids)


async def _worded(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> Wording:
    shown = evidence[:RECORDS_SHOWN]
    if not scenario.prompt or not shown or any(item.kind in _REPLIED for item in evidence):
        return Wording(reason="no_prompt")
    prompt = kit.prompts.render(
        run.prompt(scenario.prompt), records=shown, language=request.language
    )
    return await word(run, scenario.tier, prompt, request.text, shown, request.language)


async def _borne(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> Borne | None:
    """The record's own sentences that answer, for scenarios that answer from texts."""
    if not scenario.prompt:
        return None
    question = request.english or request.text
    products = named_first(question, [item for item in evidence if item.kind == "product"])
    texts = [item for item in evidence if item.kind in ("policy", "faq")]
    shown = [*products, *texts][:RECORDS_SHOWN]
    return await choose(run, kit, scenario.tier, request.text, question, shown)


def _meant(request: Request, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence, what the question names before what is only near it."""
    named = named_first(f"{request.text} {request.english}", evidence)
    return (*named, *(item for item in evidence if item not in named))


def reply_of(
    kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> tuple[str, tuple[Claim, ...]]:
    """The first of the scenario's replies that can be said, with its key.

    `each:<kind>:<key>` is said once for every record of that kind.
    """
    named = by_kind(evidence)
    for pattern in scenario.replies:
        if pattern.startswith("each:"):
            _, kind, key = pattern.split(":")
            views = [{kind: item} for item in evidence if item.kind == kind]
        else:
            key, views = fill_key(pattern, named), [named]
        known: dict[str, object] = {"proven": request.proven}
        said = [kit.replies.say(request.language, key, v, **known) or () for v in views if key]
        if key and any(said):
            told = tuple(claim for claims in said for claim in claims)
            return key, (*_nearest(kit, request, named), *told) if _OF_GOODS in key else told
    return "", ()


def _nearest(kit: Kit, request: Request, named: Mapping[str, Evidence]) -> tuple[Claim, ...]:
    """That the product told of is only the nearest, where the question does not name it."""
    product = named["product"]
    if named_first(f"{request.text} {request.english}", (product,)):
        return ()
    return kit.replies.say(request.language, "product.nearest", {"product": product}) or ()


def fill_key(pattern: str, named: Mapping[str, Evidence]) -> str | None:
    """`order_status.{shipment.state}` with the record's value; None when it has none."""
    head, _, rest = pattern.partition("{")
    if not rest:
        return pattern
    path, _, tail = rest.partition("}")
    record, _, name = path.partition(".")
    facts = named[record].facts if record in named else ()
    value = next((fact.value for fact in facts if fact.name == name), None)
    return None if value is None else f"{head}{value}{tail}"


def _adds(request: Request, passage: Passage, claims: Sequence[Claim]) -> bool:
    """Whether a quotation that no model judged belongs beside these claims: it is of a record that
    they lean on and speaks of what was asked."""
    item, question = passage.evidence, request.english or request.text
    if not claims:
        return True
    near = coverage_of(question, passage.text, item.title) >= COVERAGE
    return near and bool(_leaned(claims, [item]))


def quote(kit: Kit, request: Request, passage: Passage) -> tuple[Claim, ...]:
    """A record's own sentence, as one."""
    item = passage.evidence
    claims = kit.replies.say(
        request.language, f"quote.{item.kind}", {item.kind: item}, passage=passage.text
    )
    return tuple(Claim(text=c.text, evidence=(item.id,)) for c in claims or ())


def _text(language: str, sentences: Sequence[str]) -> str:
    return "\n".join(sentences) if len(sentences) > LISTED else join(language, sentences)


def _cannot_tell(run: Run, kit: Kit, request: Request) -> Answer:
    buyer = run.session.audience == "buyer"
    key = "common.cannot_tell" if buyer else "common.cannot_tell_merchant"
    return Answer(
        text=say(kit, request.language, key), language=request.language,
        handover=NO_RECORD if buyer else None,
    )  # fmt: skip


def _answer(
    run: Run, kit: Kit, scenario: Scenario, request: Request, claims: Sequence[Claim],
    evidence: Sequence[Evidence], handover: str | None = None,
) -> Answer:  # fmt: skip
    """Say the claims that hold; what a record does not carry is left out and noted."""
    sound, problems = check_all(claims, evidence, request.language)
    if not sound:
        return _cannot_tell(run, kit, request)
    return Answer(
        text=_text(request.language, said_in(sound)),
        language=request.language,
        citations=cite(sound, evidence),
        intent=scenario.intent,
        handover=handover,
        details={"left_out": [p.model_dump() for p in problems]} if problems else {},
    )
