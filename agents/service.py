"""The buyer's turn: plain coroutines over a run, no graph and no checkpoint.

Read, tell the intent, prove the buyer where an order is asked about, answer by the intent's
scenario. A buyer reads one order only: the one whose number and e-mail they gave together.
"""

import hmac

from agents.engines import carry_out
from agents.engines.answer import say
from agents.entities import order_key
from agents.events import Answer
from agents.kit import Kit, Request, ThreadState
from agents.reading import Reading, buyer_intent
from agents.run import Run
from tradewind.errors import BackendError
from tradewind.people import Session
from tradewind.plan import Intent, Scenario
from tradewind.ports.models import ChatMessage, ChatRequest
from tradewind.ports.storage import ShopReader


async def serve(run: Run, kit: Kit, text: str, memory: ThreadState) -> tuple[Answer, ThreadState]:
    """Answer one buyer message; gives the answer and what the thread now remembers."""
    reading = await kit.buyer_reader.read(run, text, memory.language)
    memory = remember(run.context.shop, reading, memory)
    if not reading.readable:
        return _plain(kit, reading.language, "common.empty", None), memory
    intent = buyer_intent(reading)
    scenario = kit.catalog.for_intent(intent.intent)
    if scenario is None:
        key = "common.refused" if intent.intent == "attack" else "common.off_topic"
        return _plain(kit, reading.language, key, intent), memory
    refusal = _identity(kit, scenario, reading, memory)
    if refusal is not None:
        return refusal.model_copy(update={"intent": intent.intent}), memory
    bound = with_order(run, memory)
    answer = await carry_out(
        bound, kit, scenario, await _request(bound, kit, scenario, reading, memory)
    )
    return answer.model_copy(update={"intent": intent.intent}), memory


def remember(shop: ShopReader, reading: Reading, memory: ThreadState) -> ThreadState:
    """Keep order number and e-mail of this message; verify when both are there."""
    order_id = reading.entities.get("order_id", "") or memory.order_id
    email = reading.entities.get("email", "") or memory.email
    verified = memory.verified_order
    if order_id and email and order_key(order_id) != order_key(verified):
        verified = verify(shop, order_id, email)
    return memory.model_copy(update={
        "language": reading.language, "order_id": order_id, "email": email,
        "verified_order": verified, "turns": memory.turns + 1,
    })  # fmt: skip


def verify(shop: ShopReader, order_id: str, email: str) -> str:
    """The order's id when the e-mail is the one it was placed with, else nothing.

    An unknown order and a wrong e-mail take the same road and give the same result.
    """
    order = shop.order(order_id)
    known = order.email if order else ""
    if order and not known:
        customer = shop.customer(order.customer_id)
        known = customer.email if customer else ""
    given, right = email.strip().casefold().encode(), known.strip().casefold().encode()
    matches = hmac.compare_digest(given, right)
    return order.id if order is not None and right and matches else ""


def with_order(run: Run, memory: ThreadState) -> Run:
    """The run, its session bound to the order that was proven."""
    session: Session = run.session.model_copy(
        update={"verified_order": memory.verified_order or None}
    )
    return run.bound_to(session)


def _identity(kit: Kit, scenario: Scenario, reading: Reading, memory: ThreadState) -> Answer | None:
    """What to ask for when the scenario needs an order and none is proven."""
    needed = any(s.type == "order_id" and s.required for s in scenario.inputs.values())
    if not needed or memory.verified_order:
        return None
    tried = bool(memory.order_id and memory.email)
    key = "common.identity_failed" if tried else "common.need_identity"
    return Answer(text=say(kit, reading.language, key), language=reading.language, asks="identity")


async def _request(
    run: Run, kit: Kit, scenario: Scenario, reading: Reading, memory: ThreadState
) -> Request:
    inputs = {"text": reading.text, **reading.entities, "order_id": memory.verified_order}
    wanted = {name: inputs.get(spec.type, "") for name, spec in scenario.inputs.items()}
    english = ""
    if reading.language != "en" and any(name.endswith(".search") for name in scenario.tools):
        english = await translate(run, kit, reading.text)
    return Request(
        text=reading.text, language=reading.language, english=english,
        inputs={name: value for name, value in wanted.items() if value},
    )  # fmt: skip


async def translate(run: Run, kit: Kit, text: str) -> str:
    """The message in English, for searching only; empty when no model can do it."""
    prompt = kit.prompts.render("service/translate@1")
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=text[:600]),
    )
    try:
        completion = await run.complete("base", ChatRequest(messages=messages, max_tokens=120))
    except BackendError:
        return ""
    return completion.text.strip() if completion and completion.finish == "stop" else ""


def _plain(kit: Kit, language: str, key: str, intent: Intent | None) -> Answer:
    return Answer(
        text=say(kit, language, key), language=language, intent=intent.intent if intent else None
    )
