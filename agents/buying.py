"""What buyers have done to their orders: what would happen, their own yes, and the doing.

One thing is open at a time. The yes is bound to the hash of tool and arguments as they were shown:
to something older, changed or expired it is refused, and "yes, but" is none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from agents.acting import asked_people, report, summary
from agents.effect import Outcome, Waiting, change
from agents.events import Answer, Offer
from agents.fields import Filling, Form
from agents.kit import Kit, ThreadState
from agents.offers import look_at, make_offer
from agents.recording import Asked, Doing, Replying
from agents.run import Run
from agents.saying import say
from tradewind.base import Language, digest
from tradewind.effects import Consent
from tradewind.errors import InvalidInput, ToolDenied, ToolRetry
from tradewind.tool import Tool

PERSON = "effect.person"
"""Why a person is needed: a buyer was refused something."""


def titled(kit: Kit, doing: Doing) -> str:
    """A form in a word or two, as the conversation keeps it."""
    key = f"confirm.{doing.tool.replace('.', '_')}"
    order = doing.arguments.get("order_id") or ""
    return say(kit, doing.language, key, order_no=order).rstrip(" :：")


def with_person(kit: Kit, answer: Answer) -> Answer:
    """The answer to a wish that was not carried out, with the way to a person."""
    if answer.handover is not None:
        return answer
    return answer.model_copy(update={"text": f"{answer.text} {say(kit, answer.language, PERSON)}"})


async def offer(
    run: Run, kit: Kit, language: Language, tool: str, arguments: dict[str, JsonValue], *,
    typed: bool,
) -> Answer:  # fmt: skip
    """What would happen, with the question whether it shall. Raises ToolDenied, ToolRetry."""
    looked = await look_at(run, tool, arguments, typed=typed)
    if looked.arguments is None:
        return refuse(kit, language, Outcome(
            tool=tool, status="refused", note=looked.note or "the records forbid it",
            rule=looked.rule, legal=looked.legal,
        ))  # fmt: skip
    made = make_offer(run, kit, language, tool, looked, 0)
    return put(kit, made)


def put(kit: Kit, made: Offer, before: str = "") -> Answer:
    question = say(kit, made.language, "confirm.question")
    text = "\n".join(filter(None, (before, made.text, question)))
    yes, no = (say(kit, made.language, f"confirm.{name}") for name in ("yes", "no"))
    details: dict[str, JsonValue] = {
        "offer": made.model_dump(mode="json") | {"yes": yes, "no": no, "question": question}
    }
    return Answer(text=text, language=made.language, details=details)


def refuse(kit: Kit, language: Language, outcome: Outcome) -> Answer:
    """A buyer's wish that the rules do not allow: by which rule, and the way to a person."""
    said = report(kit, language, outcome, ())
    key = f"refusal.{outcome.rule.partition('.')[2] or outcome.rule}"
    why = say(kit, language, key) if key in kit.replies else ""
    person = say(kit, language, PERSON)
    head = why or say(kit, language, "effect.refused")
    return said.model_copy(update={"text": f"{head} {person}", "handover": said.handover})


def denied(kit: Kit, language: Language, tool: str, error: ToolDenied | ToolRetry) -> Answer:
    """What may not be done for a buyer here: a person has to look at it."""
    return Answer(
        text=f"{say(kit, language, 'effect.denied')} {say(kit, language, PERSON)}",
        language=language, handover=PERSON,
        details={"note": error.message, "rule": "denied", "tool": tool},
    )  # fmt: skip


async def carry_on(
    run: Run, kit: Kit, asked: Asked, memory: ThreadState
) -> tuple[Answer, ThreadState]:
    """A form, or the button under an offer."""
    if asked.form is not None:
        return await fill(run, kit, asked.form, memory)
    if asked.reply is None:
        raise InvalidInput("there is neither a form nor a reply.", "Send one.")
    return await reply(run, kit, asked.reply, memory)


async def fill(run: Run, kit: Kit, doing: Doing, memory: ThreadState) -> tuple[Answer, ThreadState]:
    """A form that the buyer has filled in: what would happen. What was open before is closed."""
    language = doing.language
    memory = memory.model_copy(update={
        "language": language, "turns": memory.turns + 1, "offer": None,
    })  # fmt: skip
    if not (run.session.verified_order or run.session.customer):
        text = say(kit, language, "common.need_identity")
        return Answer(text=text, language=language, asks="identity"), memory
    try:
        _check_typed(run.tool(doing.tool), doing.arguments)
        answer = await offer(run, kit, language, doing.tool, doing.arguments, typed=True)
    except (ToolDenied, ToolRetry) as error:
        answer = denied(kit, language, doing.tool, error)
    return answer, remembering(memory, answer)


def _check_typed(tool: Tool | None, arguments: Mapping[str, JsonValue]) -> None:
    """Versions and prices come with an offer, never from a form. Raises ToolDenied."""
    named = [n for n, mark in tool.sources.items() if mark.type == "version"] if tool else []
    if forged := sorted(set(named) & arguments.keys()):
        raise ToolDenied(f"{forged[0]} is not typed by anybody.", "Leave it out.")


def remembering(memory: ThreadState, answer: Answer) -> ThreadState:
    """The thread with what the buyer may say yes to now, or fill in by words: that of its newest
    turn."""
    made, filling = offer_in(answer), _filling_in(answer)
    if made is None and filling is None and memory.filling is None:
        return memory
    told: dict[str, object] = {"filling": None}
    if filling is not None:
        told["filling"] = filling.model_copy(update={"turn": memory.turns})
    if made is not None:
        told["offer"] = made.model_copy(update={"turn": memory.turns})
    return memory.model_copy(update=told)


def _filling_in(answer: Answer) -> Filling | None:
    """The form that the answer puts, without what words cannot choose."""
    told = answer.details.get("form")
    if not isinstance(told, dict):
        return None
    form = Form.model_validate(told)
    known = answer.details.get("told")
    return Filling(form=form, told=known if isinstance(known, dict) else {})


def offer_in(answer: Answer) -> Offer | None:
    """What the answer puts to the buyer."""
    told = answer.details.get("offer")
    if not isinstance(told, dict):
        return None
    named = {name: told[name] for name in Offer.model_fields if name in told}
    return Offer.model_validate(named)


async def said(
    run: Run, kit: Kit, text: str, memory: ThreadState
) -> tuple[Answer, ThreadState] | None:
    """What a message says to the open question; None where it speaks of something else."""
    made = memory.offer
    if made is None:
        return None
    word = _label(kit, made, text) or kit.assent.heard(text, made.language)
    if word is None or (word == "unclear" and made.turn != memory.turns):
        return None
    after = memory.model_copy(update={"turns": memory.turns + 1})
    if word == "no":
        return _leave(kit, made, after)
    if word == "yes" and made.turn == memory.turns:
        return await confirm(run, kit, made, after, "words")
    if _over(made, run.now()):
        return _gone(kit, made.language, after)
    answer = put(kit, made, say(kit, made.language, "confirm.plain"))
    return answer, remembering(after, answer)


def _label(kit: Kit, made: Offer, text: str) -> Literal["yes", "no"] | None:
    """What the words of a button say."""
    said = " ".join(text.split()).casefold()
    labels: tuple[Literal["yes", "no"], ...] = ("yes", "no")
    return next(
        (n for n in labels if said == say(kit, made.language, f"confirm.{n}").casefold()), None
    )


async def reply(
    run: Run, kit: Kit, replying: Replying, memory: ThreadState
) -> tuple[Answer, ThreadState]:
    """The button under an offer: yes or no to that very one."""
    made, after = memory.offer, memory.model_copy(update={"turns": memory.turns + 1})
    if made is None or not _is_to(made, replying):
        return _gone(kit, memory.language, after, keep=True)
    if not replying.yes:
        return _leave(kit, made, after)
    return await confirm(run, kit, made, after, "button")


def _is_to(made: Offer, replying: Replying) -> bool:
    """Whether the word is to this very offer."""
    return (made.run, made.hash) == (replying.offered, replying.hash)


async def confirm(
    run: Run, kit: Kit, made: Offer, memory: ThreadState, way: Literal["button", "words"]
) -> tuple[Answer, ThreadState]:
    """Do what was offered, now that the buyer has said yes; once, whatever comes of it."""
    at, after = run.now(), memory.model_copy(update={"offer": None})
    if _over(made, at):
        return _gone(kit, made.language, after)
    consent = Consent(
        by=run.session.actor.id, at=at, hash=made.hash, shown=digest(made.text),
        policy=made.policy, language=made.language, way=way, offered_by=made.run,
    )  # fmt: skip
    language = made.language
    try:
        outcome = await change(
            run, made.tool, made.arguments, lambda e: summary(kit, language, e), typed=True,
            consent=consent,
        )  # fmt: skip
    except Waiting as waiting:
        told = asked_people(run, kit, language, waiting)
        text = f"{made.text.partition(chr(10))[0]} {say(kit, language, 'effect.asked_shop')}"
        return told.model_copy(update={"text": text}), after
    except (ToolDenied, ToolRetry) as error:
        return denied(kit, language, made.tool, error), after
    return _ended(kit, language, outcome), after


def _ended(kit: Kit, language: Language, outcome: Outcome) -> Answer:
    """What became of it, and the way to a person where it was not done."""
    if outcome.status == "refused":
        return refuse(kit, language, outcome)
    told = report(kit, language, outcome, ())
    if outcome.status == "done":
        return told
    person = say(kit, language, PERSON)
    text = told.text if person in told.text else f"{told.text} {person}"
    return told.model_copy(update={"text": text, "handover": told.handover or PERSON})


def _over(made: Offer, at: datetime) -> bool:
    return at >= made.expires_at


def _leave(kit: Kit, made: Offer, memory: ThreadState) -> tuple[Answer, ThreadState]:
    text = say(kit, made.language, "confirm.declined")
    return Answer(text=text, language=made.language), memory.model_copy(update={"offer": None})


def _gone(
    kit: Kit, language: Language, memory: ThreadState, *, keep: bool = False
) -> tuple[Answer, ThreadState]:
    """The question is not open: nothing is done. `keep`: another one still is."""
    text = say(kit, language, "confirm.gone")
    after = memory if keep else memory.model_copy(update={"offer": None})
    return Answer(text=text, language=language, details={"rule": "confirm.gone"}), after
