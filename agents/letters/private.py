"""A reply to one person: what they asked, by the tools of the buyer's bot, each part from records.

The tools see a buyer's session with one order, or none: they refuse every other.
"""

from collections.abc import Sequence

from agents.conversation import GOODS, Part, understand
from agents.engines.answer import say_records
from agents.events import Citation
from agents.kit import Kit, ThreadState
from agents.letters import records
from agents.letters.sender import Known
from agents.reading import Reading
from agents.requesting import request_of
from agents.run import Run
from agents.saying import cite, say
from tradewind.base import Language, Record
from tradewind.evidence import Claim, Evidence
from tradewind.people import Actor, Session

NO_ANSWER = (".nothing", ".unknown", ".late_unknown")
"""Ends of reply keys that say that the records tell nothing: a person answers then."""


class Body(Record):
    """The paragraphs of a reply and what they lean on."""

    paragraphs: tuple[str, ...]
    parts: tuple[records.Part, ...]
    citations: tuple[Citation, ...]


async def answer_letter(run: Run, kit: Kit, reading: Reading, known: Known) -> Body:
    """What the records say to each thing asked; what they do not is left to a person."""
    order = known.order if known.sender in records.TELLS_ORDER else ""
    here = as_buyer(run, order)
    memory = ThreadState(language=reading.language, order_id=order, verified_order=order)
    heard = await understand(here, kit, reading, memory)
    said: list[_Said] = []
    for part in heard.parts:
        said.append(await _answer(here, kit, part, memory))
    asks = list(_asks(kit, reading.language, known, said, which=heard.which_order))
    told = dict.fromkeys(one.text for one in said if one.text)
    cited = {citation.id: citation for one in said for citation in one.citations}
    return Body(
        paragraphs=(*told, *asks), parts=tuple(one.part for one in said),
        citations=tuple(cited.values()),
    )  # fmt: skip


def as_buyer(run: Run, order: str) -> Run:
    """The same run, which reads as the buyer of this order may; of none, as anybody may."""
    session = Session(
        tenant=run.session.tenant, actor=Actor(id="buyer", audience="buyer"),
        thread=run.session.thread, verified_order=order or None,
    )  # fmt: skip
    return run.bound_to(session)


class _Said(Record):
    part: records.Part
    text: str = ""
    citations: tuple[Citation, ...] = ()


async def _answer(run: Run, kit: Kit, part: Part, memory: ThreadState) -> _Said:
    intent = part.intent.intent
    asked = records.Part(intent=intent, asked=part.text[:300], answered=False, why="no_record")
    scenario = kit.catalog.for_intent(intent)
    if scenario is None or scenario.status == "planned":
        return _Said(part=asked.model_copy(update={"why": "refused"}))
    needed = any(spec.type == "order_id" and spec.required for spec in scenario.inputs.values())
    if needed and not memory.verified_order:
        return _Said(part=asked.model_copy(update={"why": "identity"}))
    request = await request_of(run, kit, scenario, part, memory, part.reading.language)
    plain = request.model_copy(update={"instructed": False})
    key, claims, evidence = await say_records(run, kit, scenario, plain)
    if not claims or key.endswith(NO_ANSWER) or _only_near(kit, part, claims, evidence):
        return _Said(part=asked)
    return _Said(
        part=asked.model_copy(update={"answered": True, "key": key, "why": ""}),
        text=" ".join(claim.text for claim in claims), citations=cite(claims, evidence),
    )  # fmt: skip


def _only_near(kit: Kit, part: Part, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> bool:
    """Whether it is told of a product that the question does not name."""
    if part.intent.intent not in GOODS:
        return False
    language, told = part.reading.language, {claim.text for claim in claims}
    near = (
        claim.text
        for item in evidence if item.kind == "product"
        for claim in kit.replies.say(language, "product.nearest", {"product": item}) or ()
    )  # fmt: skip
    return not told.isdisjoint(near)


def _asks(
    kit: Kit, language: Language, known: Known, said: Sequence[_Said], *, which: bool
) -> Sequence[str]:
    """What the writer is asked for, and that the rest is looked into."""
    intents = {one.part.intent for one in said}
    keys: list[str] = []
    if "damaged_or_wrong_item" in intents and known.order:
        keys.append("inbox.suggest_photo")
    if which or any(one.part.why == "identity" for one in said):
        keys.append("letter.from_address" if known.sender == "differs" else "letter.which_order")
    if any(one.part.why == "no_record" for one in said):
        keys.append("letter.looking")
    return [say(kit, language, key) for key in keys]
