"""Replies that a person may send: reviewed sentences over the records as they are now, checked by
the verifier, in the buyer's language; and set phrases that tell no fact. None where none fits."""

from collections.abc import Iterable
from typing import cast, get_args

from agents.assistant import Assistant
from agents.engines.answer import reply_of
from agents.gather import gather
from agents.kit import Kit, Request, ThreadState
from agents.saying import check_all, cite, join, said_in, say
from agents.story import Story, Suggestion
from agents.turns import Shop
from tradewind.base import LANGUAGES, Language
from tradewind.people import Actor, Session, Tenant
from tradewind.plan import BuyerIntent, Scenario

_BY_NAME: dict[str, Language] = {language: language for language in LANGUAGES}
STATUS = "service.order_status"
INTENTS: tuple[str, ...] = get_args(BuyerIntent)


async def suggest(
    assistant: Assistant, tenant: Tenant, shop: Shop, story: Story, memory: ThreadState
) -> tuple[Suggestion, ...]:
    """What fits, records first. Reads as the buyer may: the order that they proved, no other."""
    actor = Actor(id="buyer", audience="buyer")
    session = Session(
        tenant=tenant, actor=actor, thread=story.handover.thread,
        verified_order=memory.verified_order or None,
    )  # fmt: skip
    language = _BY_NAME.get(story.language, "en")
    found: dict[str, Suggestion] = {}
    for scenario in _fitting(assistant.kit, story):
        made = await _over_records(assistant, session, shop, scenario, memory, language)
        if made is not None:
            found.setdefault(made.text, made)
    return (*found.values(), *_phrases(assistant.kit, story, language))


def _fitting(kit: Kit, story: Story) -> Iterable[Scenario]:
    """The scenario of what was asked last, then where a proven order is."""
    asked = next((one.intent for one in reversed(story.asked) if one.intent), "")
    wanted = kit.catalog.for_intent(cast(BuyerIntent, asked)) if asked in INTENTS else None
    if wanted is not None and wanted.status == "ready":
        yield wanted
    if story.proven:
        yield kit.catalog[STATUS]


async def _over_records(
    assistant: Assistant, session: Session, shop: Shop, scenario: Scenario, memory: ThreadState,
    language: Language,
) -> Suggestion | None:  # fmt: skip
    """The scenario's reply over what its tools find now; None where it tells no record."""
    inputs = {"order_id": memory.verified_order} if memory.verified_order else {}
    request = Request(text="", language=language, inputs=inputs, proven=bool(inputs))
    evidence = await gather(assistant.glance(session, shop), scenario, request)
    key, claims = reply_of(assistant.kit, scenario, request, evidence)
    sound, _ = check_all(claims, evidence, language)
    carried = tuple(claim for claim in sound if claim.evidence)
    if not carried:
        return None
    text = join(language, said_in(carried))
    return Suggestion(key=key, language=language, text=text, citations=cite(carried, evidence))


def _phrases(kit: Kit, story: Story, language: Language) -> Iterable[Suggestion]:
    keys = ["suggest_more" if story.handover.answered_at else "suggest_looking"]
    if story.handover.why.startswith("damaged"):
        keys.append("suggest_photo")
    if not story.proven and story.handover.contact is None:
        keys.append("suggest_identity")
    for key in keys:
        text = say(kit, language, f"inbox.{key}")
        yield Suggestion(key=f"inbox.{key}", language=language, text=text)
