"""What buyers want, in words: the form that it comes to, or what would happen where the words say
all; and the answers in words to an open form."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from agents.acting import arguments_in, is_whole, unclear
from agents.buying import denied, offer, put, refuse, remembering
from agents.effect import Outcome
from agents.events import Answer
from agents.fields import Field, Filling, Form
from agents.filling import answered, left_in, named_in
from agents.forms import open_form
from agents.kit import Kit, Request, ThreadState
from agents.offers import look_at, make_offer
from agents.run import Run
from agents.saying import say
from tradewind.base import Language
from tradewind.errors import ToolDenied, ToolRetry
from tradewind.evidence import Evidence
from tradewind.plan import Scenario

OTHERWISE = {"orders.exchange": "orders.change_items", "orders.change_items": "orders.exchange"}
"""What a wish for other variants comes to where the order has arrived, or has not left yet."""
_TO_ASK = (".needs_reason", ".reasons")
"""Rules that a form can meet."""


async def wish(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """A wish in words: the form that it comes to, or what would happen where the words say all."""
    order, language = request.inputs.get("order_id", ""), request.language
    try:
        opened = await open_form(run, kit, language, scenario.act, order)
        other = OTHERWISE.get(scenario.act)
        if opened.rule.endswith(".states") and other:
            second = await open_form(run, kit, language, other, order)
            opened = second if second.form else opened
        if opened.form is None:
            return refuse(kit, language, Outcome(
                tool=scenario.act, status="refused", note=opened.note, rule=opened.rule,
                legal=opened.legal,
            ))  # fmt: skip
        text = f"{request.text} {request.english}"
        named = named_in(opened.form, text, request.inputs.get("address", ""), language)
        if named is not None:
            return await offer(run, kit, language, opened.form.tool, named, typed=True)
    except (ToolDenied, ToolRetry) as error:
        return denied(kit, language, scenario.act, error)
    return _form(kit, language, opened.form)


async def instruct(
    run: Run, kit: Kit, scenario: Scenario, request: Request, evidence: Sequence[Evidence]
) -> Answer | None:
    """An instruction in words: what would happen, or the form for what is missing. None where the
    records or the shop's rules do not allow it: the scenario's replies say what happens with it."""
    arguments = arguments_in(run, scenario, request, evidence)
    if arguments is None:
        return unclear(kit, request.language)
    try:
        if not is_whole(run, scenario, arguments):
            return await _asked(run, kit, scenario, request)
        looked = await look_at(run, scenario.act, arguments, typed=False)
        if looked.rule.endswith(_TO_ASK):
            return await _asked(run, kit, scenario, request)
    except (ToolDenied, ToolRetry):
        return None
    if looked.arguments is None:
        return None
    return put(kit, make_offer(run, kit, request.language, scenario.act, looked, 0))


async def _asked(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer | None:
    """The form for what an instruction leaves open, where there is one. Raises ToolDenied,
    ToolRetry."""
    if not scenario.form:
        return None
    order, language = request.inputs.get("order_id", ""), request.language
    opened = await open_form(run, kit, language, scenario.act, order)
    return _form(kit, language, opened.form) if opened.form and opened.form.fields else None


async def with_form(
    run: Run, kit: Kit, scenario: Scenario, request: Request, answer: Answer
) -> Answer:
    """What is told of an intent, with the form for it where the rules allow the change."""
    if {"form", "offer"} & answer.details.keys():
        return answer
    try:
        asked = await _asked(run, kit, scenario, request)
    except (ToolDenied, ToolRetry):
        return answer
    if asked is None:
        return answer
    return answer.model_copy(update={"details": {**answer.details, **asked.details}})


def _form(kit: Kit, language: Language, form: Form) -> Answer:
    """The form, and how to go on for somebody who sees none."""
    text = f"{form.title}\n{say(kit, language, 'form.intro')}"
    return Answer(text=text, language=language, details={"form": form.model_dump(mode="json")})


def _still(kit: Kit, language: Language, filling: Filling, field: Field) -> Answer:
    """The form once more, with what its words have left open, and what may be said to that."""
    named = [one.label for one in (*field.items, *field.options) if one.id]
    head = say(kit, language, "form.still", label=field.label)
    text = "\n".join((head, *(f"- {label}" for label in named)))
    return Answer(text=text, language=language, details={
        "form": filling.form.model_dump(mode="json"), "told": filling.told,
    })  # fmt: skip


async def fill_in(
    run: Run, kit: Kit, text: str, memory: ThreadState
) -> tuple[Answer, ThreadState] | None:
    """What a message right after a form answers of it; None where it speaks of something else."""
    filling, language = memory.filling, memory.language
    if filling is None or filling.turn != memory.turns or _is_wish(kit, text, language):
        return None
    after = memory.model_copy(update={"turns": memory.turns + 1})
    if kit.assent.heard(text, language) == "no":
        declined = Answer(text=say(kit, language, "confirm.declined"), language=language)
        return declined, remembering(after, declined)
    told = answered(filling, text, language)
    if told is None:
        return None
    field = left_in(filling.form, told)
    if field is not None:
        answer = _still(kit, language, filling.model_copy(update={"told": told}), field)
        return answer, remembering(after, answer)
    whole: dict[str, JsonValue] = {"order_id": filling.form.order, **told}
    try:
        answer = await offer(run, kit, language, filling.form.tool, whole, typed=True)
    except (ToolDenied, ToolRetry) as error:
        answer = denied(kit, language, filling.form.tool, error)
    return answer, remembering(after, answer)


def _is_wish(kit: Kit, text: str, language: Language) -> bool:
    """Whether it asks for a form itself."""
    return any(wishes(s, text, language) for s in kit.catalog.values() if s.form)


def wishes(scenario: Scenario, text: str, language: str) -> bool:
    """Whether a message says that its buyer wants what the scenario does."""
    told = [
        pattern for spoken in dict.fromkeys((language, "en"))
        for pattern in scenario.wishes.get(spoken, ())
    ]  # fmt: skip
    return any(re.search(pattern, text, re.I) for pattern in told)
