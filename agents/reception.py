"""People of the shop in a buyer's turn: silence while one holds the thread, what they said, and
whether somebody is there.

What a person said counts as the shop's word. An answer that says another amount, date, number or
"not" is never given alone: the person's words stand beside it, and a person is asked again.
"""

from collections.abc import Iterable

from pydantic import JsonValue

from agents.events import Answer
from agents.grounding.lexicon import negation
from agents.grounding.mentions import find_mentions
from agents.hours import hours_of, is_open, next_opening
from agents.kit import Kit, ThreadState
from agents.saying import say
from agents.turns import Shop
from tradewind.base import Time
from tradewind.handover import Opening, Reception, ShopWord
from tradewind.people import Session
from tradewind.ports.storage import Turn
from tradewind.trace import Run as RunRecord

REMEMBERED = 3
"""Of a person's messages in a thread, the last that an answer is held against."""
_LOOKED_AT = 200
"""Turns of a thread in which those are looked for."""
NO_RECORD = "no record answers this"
"""Why an answer hands over that no record carries; see `agents.engines.answer`."""
SHOP_WORD = "inbox.shop_word"
"""Why a person is needed whose word the records contradict."""


def receive(kit: Kit, session: Session, shop: Shop, now: Time) -> Reception | None:
    """Read what a turn must know; None where the shop has no inbox."""
    if shop.inbox is None:
        return None
    tenant = session.tenant
    hours = hours_of(tenant, kit.inbox)
    there = is_open(hours, tenant.timezone, now)
    told: dict[str, object] = {
        "there": there, "zone": tenant.timezone,
        "back": None if there else next_opening(hours, tenant.timezone, now),
    }  # fmt: skip
    if found := shop.inbox.standing(session.thread):
        if found.held(now):
            told |= {"handover": found.id, "holding": f"{found.id}/{found.taken_by}"}
        if found.answered_at or found.reopened_from:
            told["words"] = _words(shop.threads.turns(session.thread, _LOOKED_AT))
    return Reception.model_validate(told)


def _words(turns: Iterable[Turn]) -> tuple[ShopWord, ...]:
    said = [ShopWord(text=turn.text, at=turn.at) for turn in turns if turn.role == "person"]
    return tuple(said[-REMEMBERED:])


def keep_silent(
    kit: Kit, text: str, memory: ThreadState, desk: Reception
) -> tuple[Answer, ThreadState]:
    """The turn of a thread that a person holds: nothing, but once that a person reads."""
    known = memory.turns > 0  # a "hello?" on the way tells no language
    language = memory.language if known else kit.buyer_reader.language_of(text, memory.language)
    told = "" if memory.told_of == desk.holding else say(kit, language, "inbox.reading")
    details: dict[str, JsonValue] = {"desk": {"held": True, "text": told, "contact": False}}
    after = memory.model_copy(update={"language": language, "told_of": desk.holding})
    return Answer(text=told, language=language, details=details), after


def receive_answer(kit: Kit, answer: Answer, desk: Reception | None) -> Answer:
    """The answer beside what people of the shop said, and who of them is there."""
    if desk is None:
        return answer
    return _who_is_there(kit, _beside_words(kit, answer, desk.words), desk)


def _beside_words(kit: Kit, answer: Answer, words: Iterable[ShopWord]) -> Answer:
    told = list(words)
    against = next((word for word in reversed(told) if contradicts(answer, word)), None)
    if against is not None:
        said = say(kit, answer.language, SHOP_WORD, words=against.text, at=against.at)
        return _with(answer, said, SHOP_WORD)
    if told and answer.handover == NO_RECORD:
        said = say(kit, answer.language, "inbox.shop_said", words=told[-1].text, at=told[-1].at)
        return _with(answer, said, answer.handover)
    return answer


def _with(answer: Answer, said: str, handover: str) -> Answer:
    return answer.model_copy(update={"text": f"{answer.text}\n\n{said}", "handover": handover})


def contradicts(answer: Answer, word: ShopWord) -> bool:
    """Whether the answer says another amount, date or number of the same unit than the person
    did, or one of them says "not" of the same thing and the other does not."""
    ours, theirs = (_values(text, answer.language) for text in (answer.text, word.text))
    if any(kind in theirs and not values <= theirs[kind] for kind, values in ours.items()):
        return True
    marks = negation(answer.language)
    return bool(marks.search(answer.text)) != bool(marks.search(word.text)) and bool(
        _content(answer.text) & _content(word.text)
    )


def _values(text: str, language: str) -> dict[str, set[str]]:
    """What a text says by kind: amounts, dates, and numbers by their unit."""
    found: dict[str, set[str]] = {}
    for mention in find_mentions(text, language):
        for reading in mention.readings:
            kind, value = mention.kind, reading
            if kind == "number":
                value, _, unit = reading.partition("|")
                kind = f"number of {unit}" if unit else ""
            if kind in ("money", "date") or kind.startswith("number of"):
                found.setdefault(kind, set()).add(value)
    return found


def _content(text: str) -> set[str]:
    """Words that tell what is spoken of; of scripts without blanks, pairs of signs."""
    low = "".join(c if c.isalnum() else " " for c in text.casefold())
    words = {word for word in low.split() if word.isascii() and len(word) > 4}
    wide = [c for c in low if ord(c) > 0x2E7F]
    other = {word for word in low.split() if not word.isascii() and len(word) > 4}
    return (
        words
        | {a + b for a, b in zip(wide, wide[1:], strict=False)}
        | (other if not wide else set())
    )


def _who_is_there(kit: Kit, answer: Answer, desk: Reception) -> Answer:
    """Where a person is needed: that one will answer here, or when somebody is back."""
    if answer.handover is None:
        return answer
    if desk.there:
        said, contact = say(kit, answer.language, "inbox.here"), False
    elif desk.back is None:
        said, contact = say(kit, answer.language, "inbox.away"), True
    else:
        said = say(kit, answer.language, "inbox.back", back=desk.back, zone=desk.zone)
        contact = True
    told: dict[str, JsonValue] = {"held": False, "text": said, "contact": contact}
    return answer.model_copy(update={"details": answer.details | {"desk": told}})


def opening_of(run: RunRecord) -> Opening | None:
    """Why a buyer's run needs a person, by its answer or because it was given up; None where it
    needs none."""
    answer, memory = run.answer or {}, run.request.get("memory")
    if run.audience == "buyer" and run.status == "failed":
        known = memory if isinstance(memory, dict) else {}
        return Opening(run=run.id, why="failed", language=str(known.get("language", "en")))
    if run.audience != "buyer" or not answer.get("handover"):
        return None
    why = str(answer["handover"])
    details = answer.get("details")
    if why == NO_RECORD:
        why = "no_record"
    elif isinstance(details, dict) and "stopped" in details:
        why = "stopped"
    return Opening(
        run=run.id, why=why, language=str(answer.get("language", "en")),
        intent=str(answer.get("intent") or ""),
    )  # fmt: skip


def known_holder(run: RunRecord) -> str:
    """The handover whose holder the run knew of, and kept silent for; "" for none."""
    desk = run.request.get("desk")
    return str(desk["handover"]) if isinstance(desk, dict) and desk.get("holding") else ""
