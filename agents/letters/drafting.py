"""From a message to a draft: read, whose it is, answered in private or in public."""

from pydantic import JsonValue

from agents.entities import find_entities
from agents.kit import Kit
from agents.letters.places import Place
from agents.letters.private import answer_letter
from agents.letters.public import answer_review, tells_of, unsaid
from agents.letters.records import Draft, Sender
from agents.letters.sender import Known, find_sender
from agents.reading import LONGEST, Reading, clean
from agents.run import Run
from agents.saying import say
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import Message
from tradewind.letters import Letter
from tradewind.ports.storage import ShopReader

_BY_NAME: dict[str, Language] = {language: language for language in LANGUAGES}
SUBJECT_LONGEST = 200
PASTED = "pasted"
"""The id of a text that somebody pasted."""


async def draft_reply(run: Run, kit: Kit, message: Message) -> Draft:
    """A reply to the message in its writer's language; empty to a machine's."""
    letter = message.letter
    channel = letter.channel if letter else "email"
    place = kit.places.of(channel, letter.place if letter else "")
    reading = await _read(run, kit, message)
    named = _named(message)
    known = await find_sender(run, message, named)
    blank = _blank(message, reading, known, place)
    if "automatic" in blank.notes or (not reading.readable and channel != "review"):
        return blank
    if channel == "review":
        return await _public(run, kit, reading, message, blank, place)
    return await _private(run, kit, reading, known, blank, place)


async def _read(run: Run, kit: Kit, message: Message) -> Reading:
    usual = run.session.tenant.languages[0]
    text = clean(message.text[:LONGEST])
    subject = message.letter.subject if message.letter else ""
    return await kit.buyer_reader.read(
        run, text if any(c.isalnum() for c in text) else clean(subject), usual
    )


def _named(message: Message) -> str:
    """The order's number that the message gives, in its text or its subject."""
    subject = message.letter.subject if message.letter else ""
    found = find_entities(clean(message.text[:LONGEST])).get("order_id", "")
    return found or find_entities(clean(subject[:LONGEST])).get("order_id", "")


def _blank(message: Message, reading: Reading, known: Known, place: Place) -> Draft:
    letter = message.letter
    subject = letter.subject if letter else ""
    again = subject if subject[:3].casefold() == "re:" or not subject else f"Re: {subject}"
    return Draft(
        message=message.id, channel=place.channel, place=letter.place if letter else "",
        sender=known.sender, language=reading.language, order=known.order, to=known.to,
        subject="" if place.channel == "review" else again[:SUBJECT_LONGEST], text="", parts=(),
        citations=(), longest=place.longest, stars=letter.stars if letter else None,
        notes=letter.notes if letter else (), ref=letter.ref if letter else "",
        thread=letter.thread if letter else (), rule=place.note,
    )  # fmt: skip


async def _private(
    run: Run, kit: Kit, reading: Reading, known: Known, blank: Draft, place: Place
) -> Draft:
    language = reading.language
    body = await answer_letter(run, kit, reading, known)
    hello, bye = say(kit, language, "letter.hello"), say(kit, language, "letter.bye")
    ends = f"{bye}\n{run.session.tenant.name}"
    middle, over = list(body.paragraphs) or [say(kit, language, "letter.looking")], False
    while len(middle) > 1 and not place.holds("\n\n".join((hello, *middle, ends))):
        middle, over = middle[:-1], True
    return blank.model_copy(update={
        "text": "\n\n".join((hello, *middle, ends)), "parts": body.parts, "over": over,
        "citations": body.citations,
    })  # fmt: skip


async def _public(
    run: Run, kit: Kit, reading: Reading, message: Message, blank: Draft, place: Place
) -> Draft:
    """The last look: what tells of the writer or their order is left out whole."""
    made = await answer_review(run, kit, reading, message, blank.stars, place)
    asked: dict[str, JsonValue] = {"order": message.order_id}
    told = await run.look("private", asked, lambda shop: _private_values(shop, message.order_id))
    values = [str(value) for value in told] if isinstance(told, list) else []
    if tells_of(made.text, message, values):
        plain = unsaid(kit, reading.language)
        return blank.model_copy(update={"text": plain, "parts": made.parts, "over": True})
    return blank.model_copy(update={
        "text": made.text, "parts": made.parts, "citations": made.citations, "over": made.over,
    })  # fmt: skip


def _private_values(shop: ShopReader, order_id: str) -> JsonValue:
    """What the order's records hold that is nobody else's to know."""
    order = shop.order(order_id) if order_id else None
    if order is None:
        return []
    to = order.ship_to
    own = [order.id, order.email, *((to.name, to.line1, to.city, to.postcode) if to else ())]
    own += [shipment.tracking_no for shipment in shop.shipments_of(order.id)]
    return [value for value in own if value]


def pasted(run: Run, text: str, sender: Sender = "pasted", stars: int | None = None) -> Message:
    """A text that a person gave, as a message that nobody is known to have written."""
    public = Letter(channel="review", stars=stars) if sender == "public" else None
    return Message(id=PASTED, at=run.now(), sender="buyer", text=text, letter=public)
