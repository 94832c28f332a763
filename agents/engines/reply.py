"""The reply engine: find what was written to the shop, draft an answer to it; nothing is sent."""

import re
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from agents.entities import order_key
from agents.events import Answer
from agents.kit import Kit, Request
from agents.letters.card import tell_draft
from agents.letters.drafting import draft_reply, pasted
from agents.run import Run
from agents.saying import say
from tradewind.commerce import Message
from tradewind.errors import NotFound
from tradewind.plan import Scenario
from tradewind.ports.storage import ShopReader

REVIEWS = "service.reply_review"
"""The scenario of reviews; the other one is of what was written to the shop alone."""
LOOKED_AT = 200
"""The newest messages among which the one is looked for that a request means."""
SHORTEST = 3
"""Words, or signs where words are not set apart, of a text that somebody pasted."""
_HEAD = re.compile(r"^(?P<head>[^\n:：]{0,300})(?:[:：]|\n)\s*(?P<rest>.+)$", re.S)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


async def reply(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """A draft for the message that the request names, holds, or means; says where there is none."""
    public = scenario.id == REVIEWS
    head, rest = _parted(request.text)
    asked: dict[str, JsonValue] = {"said": head, "public": public, "order": _order(request, head)}
    named = await run.look("letter", asked, lambda shop: _meant(shop, asked, named=True))
    if named is None and rest:
        message = pasted(run, rest, "public" if public else "pasted")
        return tell_draft(kit, request.language, await draft_reply(run, kit, message))
    found = named or await run.look("newest", asked, lambda s: _meant(s, asked, named=False))
    if found is None:
        text = say(kit, request.language, "draft.nothing")
        return Answer(text=text, language=request.language)
    message = Message.model_validate(found)
    return tell_draft(kit, request.language, await draft_reply(run, kit, message))


async def reply_to(run: Run, kit: Kit, message_id: str) -> Answer:
    """A draft for one message. Raises NotFound."""
    asked: dict[str, JsonValue] = {"message": message_id}
    found = await run.look("letter", asked, lambda shop: _one(shop, message_id))
    if found is None:
        raise NotFound(f"there is no message {message_id}.", "List them: tradewind replies list.")
    draft = await draft_reply(run, kit, Message.model_validate(found))
    return tell_draft(kit, run.session.tenant.languages[0], draft)


def _one(shop: ShopReader, message_id: str) -> JsonValue:
    message = shop.message(message_id)
    return message.model_dump(mode="json") if message else None


def _parted(text: str) -> tuple[str, str]:
    """What was said to us, and the text pasted after it; empty where there is none."""
    match = _HEAD.match(text)
    if match is None:
        return text, ""
    rest = match["rest"].strip().strip("\"'«»„“”「」")
    size = len(rest) if _UNSPACED.search(rest) else len(rest.split())
    return (match["head"], rest) if size >= SHORTEST else (text, "")


def _order(request: Request, head: str) -> str:
    """The order by which the merchant names a message; one in the pasted text names none."""
    order = request.inputs.get("order_id", "")
    return order if order_key(order) in order_key(head) else ""


def _meant(shop: ShopReader, asked: dict[str, JsonValue], *, named: bool) -> JsonValue:
    """The newest message that the words name by its writer, id or order; without `named` the newest
    of all."""
    letters = list(_letters(shop.messages(LOOKED_AT), public=asked["public"] is True))
    said, order = str(asked["said"]).casefold(), order_key(str(asked["order"]))
    chosen = [m for m in letters if _is_named(m, said, order)] if named else letters
    return chosen[0].model_dump(mode="json") if chosen else None


def _letters(messages: Sequence[Message], *, public: bool) -> Iterator[Message]:
    for message in messages:
        letter = message.letter
        if letter and message.sender == "buyer" and (letter.channel == "review") == public:
            yield message


def _is_named(message: Message, said: str, order: str) -> bool:
    letter = message.letter
    names = (message.id, letter.name, letter.address) if letter else (message.id,)
    if any(len(name) > 1 and _stands(name.casefold(), said) for name in names):
        return True
    own = order_key(message.order_id)
    return bool(order) and (own == order or order in message.text.casefold())


def _stands(name: str, said: str) -> bool:
    """Whether the words hold a name whole."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
