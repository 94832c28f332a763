"""The buyer's turn: plain coroutines over a run, no graph and no checkpoint.

Read, tell the intent, prove the buyer where an order is asked about, answer by the intent's
scenario. A buyer reads one order only: the one whose number they gave together with its e-mail
or postcode, or that belongs to the customer whom the shop vouches for.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

from agents.buying import remembering, said
from agents.conversation import GOODS, Heard, Part, asks_more, goods_of, understand
from agents.engines import carry_out
from agents.entities import find_entities, offered_postcode, order_key
from agents.events import Answer
from agents.goods import CLOSED, answer_from_records
from agents.kit import Kit, ThreadState
from agents.reading import Reading, clean
from agents.requesting import request_of
from agents.run import Run
from agents.saying import say
from agents.tongues import TongueWish
from agents.wishing import fill_in, wish, wishes, with_form
from tradewind.base import Language, Record
from tradewind.commerce import Order
from tradewind.errors import InvalidInput
from tradewind.people import Session
from tradewind.plan import Intent, Scenario
from tradewind.ports.storage import ShopReader

RULES = "service.policy_question"
"""The scenario that quotes the shop's rules."""
_ANYBODY = "-"
"""Whom a look-up that can find nobody asks for, since to ask for no one is no work."""


class _Known(Record):
    """An order's number and what proves it: an e-mail, a postcode, the shop's customer."""

    order: str = ""
    email: str = ""
    postcode: str = ""
    customer: str = ""


async def serve(run: Run, kit: Kit, text: str, memory: ThreadState) -> tuple[Answer, ThreadState]:
    """Answer one buyer message; gives the answer and what the thread now remembers."""
    asked = kit.tongues.wish(text)
    if asked is not None:
        memory, text = _in_tongue(kit, text, asked, memory), asked.rest
        if not text:
            answer = _plain(kit, asked.language, "common.tongue", None)
            return answer, memory.model_copy(update={"turns": memory.turns + 1})
    return await _serve(run, kit, text, memory)


async def _serve(run: Run, kit: Kit, text: str, memory: ThreadState) -> tuple[Answer, ThreadState]:
    bound = proven_by(run, memory)
    told = await said(bound, kit, text, memory) or await fill_in(bound, kit, text, memory)
    if told is not None:
        return told
    spoken = memory.turns > 0
    reading = await kit.buyer_reader.read(run, text, memory.language, spoken=spoken)
    language = reply_language(memory, reading.language)
    if not reading.readable:
        memory = await remember(run, reading, memory)
        return _plain(kit, language, "common.empty", None), memory
    heard = await understand(run, kit, reading, memory)
    if heard.social:
        if memory.turns:
            language = reply_language(memory, memory.language)
        answer = _plain(kit, language, f"common.{heard.social}", None)
        return answer, memory.model_copy(update={"turns": memory.turns + 1})
    memory = await remember(run, reading, memory, heard.order_id)
    if heard.which_order:
        return _plain(kit, language, "common.which_order", None), memory
    return await _answer_all(run, kit, heard, memory)


def _in_tongue(kit: Kit, text: str, wish: TongueWish, memory: ThreadState) -> ThreadState:
    """What is remembered of a wish for another language. Without an answer before it, the language
    that it is written in is the one that the buyer spoke."""
    before = memory.language if memory.turns else kit.buyer_reader.language_of(text, wish.language)
    return memory.model_copy(update={
        "tongue": wish.language, "tongue_from": before, "language": wish.language,
    })  # fmt: skip


def reply_language(memory: ThreadState, spoken: Language) -> Language:
    """The language to answer a message in: its own, or the one that was asked for instead."""
    asked = memory.tongue is not None and spoken in (memory.tongue, memory.tongue_from)
    return memory.tongue if asked and memory.tongue else spoken


async def _answer_all(
    run: Run, kit: Kit, heard: Heard, memory: ThreadState
) -> tuple[Answer, ThreadState]:
    """The parts' answers one after the other; what asks for a proof stands last."""
    answers: list[Answer] = []
    for part in heard.parts:
        answer = await _answer_part(run, kit, part, memory)
        memory = remembering(_after(kit, memory, part, answer), answer)
        answers.append(answer)
    answers.sort(key=lambda one: one.asks is not None)
    return together(answers), memory


async def _answer_part(run: Run, kit: Kit, part: Part, memory: ThreadState) -> Answer:
    intent, language = part.intent, reply_language(memory, part.reading.language)
    wished, bound = wished_in(kit, part) or _kept_wish(kit, part, memory), with_order(run, memory)
    filled = wished is not None and bool(memory.verified_order)
    known = None if filled else await _from_records(bound, kit, part, language, memory)
    if known is not None:
        return known if wished is None else _with_proof(kit, known)
    scenario = kit.catalog.for_intent(intent.intent) or wished
    if scenario is None:
        known = await _from_rules(bound, kit, part, memory, language)
        if known is not None:
            return known
        key = "common.refused" if intent.intent == "attack" else "common.off_topic"
        return _plain(kit, language, key, intent)
    if wished is not None and memory.verified_order:
        scenario = wished
    refusal = _identity(kit, scenario, language, memory)
    if refusal is not None:
        return refusal.model_copy(update={"intent": intent.intent})
    request = await request_of(bound, kit, scenario, part, memory, language)
    if scenario is wished is not None:
        answer = await wish(bound, kit, scenario, request)
        rules = kit.catalog.for_intent(intent.intent)
        refused = not {"form", "offer"} & answer.details.keys()
        if refused and rules is not None and (rules is wished or not rules.act):
            request = await request_of(bound, kit, rules, part, memory, language)
            answer = _refused(await carry_out(bound, kit, rules, request), answer)
        return answer.model_copy(update={"intent": intent.intent})
    answer = await carry_out(bound, kit, scenario, request)
    if wished is not None:
        answer = _with_proof(kit, answer)
    elif scenario.form:
        answer = await with_form(bound, kit, scenario, request, answer)
    intent_told, fact = intent.intent, kit.catalog.for_intent("product_question")
    if intent_told == "stock_price" and fact and asks_more(kit, part, answer.text):
        more = await carry_out(bound, kit, fact, request)
        if more.handover is None and more.citations:
            answer, intent_told = more, "product_question"
    return answer.model_copy(update={"intent": intent_told})


async def _from_records(
    bound: Run, kit: Kit, part: Part, language: Language, memory: ThreadState
) -> Answer | None:
    market = part.reading.entities.get("market", "")
    known = await answer_from_records(bound, kit, part, language, market, memory.verified_order)
    return known and known.model_copy(update={"intent": part.intent.intent})


async def _from_rules(
    bound: Run, kit: Kit, part: Part, memory: ThreadState, language: Language
) -> Answer | None:
    """What the shop's rules and its answers to frequent questions say, where a line of them
    answers, of a message about nothing else that the shop tells of."""
    if part.intent.intent in CLOSED:
        return None
    scenario = kit.catalog[RULES]
    request = await request_of(bound, kit, scenario, part, memory, language)
    answer = await carry_out(bound, kit, scenario, request)
    known = answer.citations and answer.handover is None
    return answer.model_copy(update={"intent": part.intent.intent}) if known else None


def _refused(told: Answer, refusal: Answer) -> Answer:
    """What the records tell of a wish that is not carried out, and then why it is not."""
    text = f"{told.text}\n{refusal.text}" if told.citations else refusal.text
    return refusal.model_copy(update={
        "text": text, "citations": told.citations, "handover": refusal.handover or told.handover,
        "grounded": refusal.grounded and told.grounded,
    })  # fmt: skip


def _with_proof(kit: Kit, answer: Answer) -> Answer:
    """The answer to a wish that needs a proven order first."""
    text = f"{answer.text} {say(kit, answer.language, 'common.need_identity')}"
    return answer.model_copy(update={"text": text, "asks": "identity"})


def wished_in(kit: Kit, part: Part) -> Scenario | None:
    """The scenario with a form for what the buyer says that they want, whatever the intent was
    taken for; none for an attack and for who asks for a person."""
    if part.intent.intent in ("attack", "human_agent"):
        return None
    text, language = part.reading.text, part.reading.language
    return next((s for s in kit.catalog.values() if s.form and wishes(s, text, language)), None)


def _kept_wish(kit: Kit, part: Part, memory: ThreadState) -> Scenario | None:
    """The wish that a proof was asked for, once there is one and nothing else is spoken of."""
    goes_on = memory.verified_order and part.intent.intent == memory.intent
    return kit.catalog[memory.wish] if memory.wish and goes_on else None


def _after(kit: Kit, memory: ThreadState, part: Part, answer: Answer) -> ThreadState:
    """What the next message may lean on: the intent, the product that was told of, a wish that
    waits for a proof."""
    wished = wished_in(kit, part) if answer.asks == "identity" else None
    intent = part.intent.intent
    goods = goods_of([citation.source for citation in answer.citations])
    kept = goods if intent in GOODS and goods else memory.product
    wish = wished.id if wished else memory.wish if answer.asks == "identity" else ""
    return memory.model_copy(update={"intent": intent, "product": kept, "wish": wish})


def together(answers: Sequence[Answer]) -> Answer:
    """Several answers as one; the same text stands once."""
    first = answers[0]
    if len(answers) == 1:
        return first
    cited = {citation.id: citation for one in answers for citation in one.citations}
    return first.model_copy(update={
        "text": "\n\n".join(dict.fromkeys(one.text for one in answers)),
        "citations": tuple(cited.values()),
        "actions": tuple(action for one in answers for action in one.actions),
        "approvals": tuple(card for one in answers for card in one.approvals),
        "handover": next((one.handover for one in answers if one.handover), None),
        "asks": next((one.asks for one in answers if one.asks), None),
        "grounded": all(one.grounded for one in answers),
        "details": {k: v for one in reversed(answers) for k, v in one.details.items()},
    })  # fmt: skip


async def remember(run: Run, reading: Reading, memory: ThreadState, order: str = "") -> ThreadState:
    """Keep order number, e-mail and postcode of this message, or the `order` that it speaks of;
    verify another order than the one that is proven."""
    found = reading.entities
    order_id = order or found.get("order_id", "") or memory.order_id
    email = found.get("email", "") or memory.email
    postcode = offered_postcode(reading.text, found) or memory.postcode
    customer = run.session.customer or ""
    before = verified = memory.verified_order or run.session.verified_order or ""
    if order_id and order_key(order_id) != order_key(verified):
        given = (email, postcode, customer)
        known = await _look_up(run, order_id, *given) if any(given) else _Known()
        verified = proven(known, *given)
    return memory.model_copy(update={
        "language": reading.language, "order_id": order_id, "email": email,
        "postcode": postcode, "verified_order": verified, "turns": memory.turns + 1,
        "market": found.get("market", "") or (memory.market if verified == before else ""),
    })  # fmt: skip


def verify(
    shop: ShopReader, order_id: str, email: str, postcode: str = "", customer: str = ""
) -> str:
    """The order's id when one of these proves it, see `proven`; outside a turn."""
    known = _known(shop, order_id, email, postcode, customer)
    return proven(_Known.model_validate(known), email, postcode, customer)


def proven(known: _Known, email: str, postcode: str, customer: str) -> str:
    """The order's id when it was placed with this e-mail, sent to this postcode, or belongs to
    this customer, for whom the shop vouches; else nothing.

    An unknown order and a wrong proof take the same road and give the same result.
    """
    matches = [
        _same(email.strip().casefold(), known.email.strip().casefold()),
        bool(postcode) and _same(postcode_key(postcode), postcode_key(known.postcode)),
        _same(customer, known.customer),
    ]
    return known.order if any(matches) else ""


async def _look_up(run: Run, order_id: str, *given: str) -> _Known:
    """What proves an order, as a recorded read."""
    asked: dict[str, JsonValue] = {"order_id": order_id}
    read = run.context.proving
    return _Known.model_validate(
        await run.look("identity", asked, lambda shop: _known(shop, order_id, *given, read=read))
    )


def _known(
    shop: ShopReader, order_id: str, *given: str, read: dict[str, Order] | None = None
) -> dict[str, JsonValue]:
    """The fields of `_Known`; all empty for an unknown order.

    The customer's e-mail stands in for one that the order lacks. It is looked up whenever the
    order itself proves nothing: all that fails is the same work. The order is left in `read`.
    """
    order = shop.order(order_id)
    if order and read is not None:
        read[order.id] = order
    known = _Known(
        order=order.id, email=order.email, customer=order.customer_id,
        postcode=order.ship_to.postcode if order.ship_to else "",
    ) if order else _Known()  # fmt: skip
    if not proven(known, *given):
        buyer = shop.customer(known.customer or _ANYBODY)
        email = known.email or (buyer.email if buyer and known.customer else "")
        known = known.model_copy(update={"email": email})
    return known.model_dump()


def _same(given: str, right: str) -> bool:
    """Equal and not empty, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), right.encode()) and bool(right)


def postcode_key(postcode: str) -> str:
    """One form for a postcode: letters and digits, any script's digits; of a US one the first
    five."""
    text = unicodedata.normalize("NFKC", postcode).strip()
    text = "".join(str(unicodedata.decimal(c, c)) for c in text)
    text = text[:5] if re.fullmatch(r"\d{5}-\d{4}", text) else text
    return "".join(c for c in text if c.isalnum()).casefold()


def attempted_order(
    text: str, given: Mapping[str, str], remembered: Callable[[], Mapping[str, object]]
) -> str:
    """The order that this message tries to prove, as `order_key`; empty when it offers nothing.

    `remembered` reads what the thread remembers, where it matters: most messages offer nothing.
    For counting tries before the turn is taken.
    """
    try:
        typed = {name: clean(value) for name, value in given.items()}
        said = clean(text)
        read = find_entities(said)
        found = (
            typed | read | {"postcode": offered_postcode(said, read) or typed.get("postcode", "")}
        )
    except InvalidInput:  # the turn will refuse it
        return ""
    if not any(found.get(name) for name in ("order_id", "email", "postcode")):
        return ""
    memory = remembered()
    order = order_key(found.get("order_id") or str(memory.get("order_id", "")))
    proof = any(found.get(name) or memory.get(name) for name in ("email", "postcode"))
    proven = order_key(str(memory.get("verified_order", "")))
    return order if proof and order != proven else ""


def proven_by(run: Run, memory: ThreadState) -> Run:
    """The run, its session bound to the order that the thread has proven, if it has."""
    return with_order(run, memory) if memory.verified_order else run


def with_order(run: Run, memory: ThreadState) -> Run:
    """The run, its session bound to the order that was proven."""
    session: Session = run.session.model_copy(
        update={"verified_order": memory.verified_order or None}
    )
    return run.bound_to(session)


def _identity(
    kit: Kit, scenario: Scenario, language: Language, memory: ThreadState
) -> Answer | None:
    """What to ask for when the scenario needs an order and none is proven."""
    needed = any(s.type == "order_id" and s.required for s in scenario.inputs.values())
    if not needed or memory.verified_order:
        return None
    tried = bool(memory.order_id and (memory.email or memory.postcode))
    key = "common.identity_failed" if tried else "common.need_identity"
    return Answer(text=say(kit, language, key), language=language, asks="identity")


def _plain(kit: Kit, language: str, key: str, intent: Intent | None) -> Answer:
    return Answer(
        text=say(kit, language, key), language=language, intent=intent.intent if intent else None
    )
