"""What a buyer's message asks, seen in its conversation: several questions, a word that leans on
the last answer, a correction, thanks."""

from collections.abc import Sequence

from pydantic import JsonValue, TypeAdapter

from agents.dialogue import Social
from agents.entities import order_key
from agents.kit import Kit, ThreadState
from agents.passages import named_first, says_only
from agents.reading import Reading, buyer_intent
from agents.run import Run
from agents.translating import translate
from tradewind.base import Record
from tradewind.evidence import Evidence
from tradewind.plan import Intent
from tradewind.ports.storage import ShopReader

GOODS = frozenset(("product_question", "stock_price"))
"""Intents that are about one product."""
CARRIED = frozenset((
    *GOODS, "order_status", "delivery_estimate", "customs_duties", "return_refund", "cancel_order",
    "change_address", "damaged_or_wrong_item", "payment_invoice",
))  # fmt: skip
"""Intents that a message without one of its own goes on with."""
SURE, SURE_ALONE, SURE_OF_OTHER = 0.5, 0.8, 0.9
"""Share of the total from which a part of a message is taken for a question of its own, a clipped
question for another than the last one, and a message that names goods for one that is not about
them (chosen by us)."""
_OF_STOCK = frozenset(
    "price prices priced cost costs costing expensive cheap cheaper money euro euros dollar usd "
    "dollars left sold restock back sale total availability inventory color colour colors size "
    "colours sizes variant variants version versions option options come comes kind type".split()
)
"""English words that ask for price, stock and variants."""
_SEEKING = frozenset(
    "sell sells selling offer offers carry stock available looking another interested meant mean "
    "currently purchase anything like shop sorry wait actually wrong one ones rather "
    "apologize apologies say said correction mistake excuse".split()
)
"""English words that ask for goods or take a word back, and say nothing of which."""
MOST = 3
"""Questions of one message that are answered."""


_ORDERS = TypeAdapter(list[str])


class Part(Record):
    """One thing that is asked. `text` stands by itself; `english` is its English form."""

    reading: Reading
    intent: Intent
    text: str
    english: str = ""


class Heard(Record):
    """A message understood: what it asks, or the courtesy that it is, or the question back."""

    parts: tuple[Part, ...] = ()
    social: Social | None = None
    which_order: bool = False
    order_id: str = ""


async def understand(run: Run, kit: Kit, reading: Reading, memory: ThreadState) -> Heard:
    """What the message asks; `order_id` is another order that it speaks of."""
    said, language = reading.text, reading.language
    social = kit.dialogue.social(said, language) or kit.dialogue.social(said, memory.language)
    if social:
        return Heard(social=social)
    intent = buyer_intent(reading, kit.catalog.values())
    if "order_id" not in reading.entities and kit.dialogue.other_order(said, language):
        return await _other_order(run, kit, reading, intent, memory)
    parts = await _parts(run, kit, reading, memory)
    parts = parts or [await _whole(run, kit, reading, intent, memory)]
    return Heard(parts=tuple([await _about(run, kit, part, memory) for part in parts]))


async def _whole(run: Run, kit: Kit, reading: Reading, intent: Intent, memory: ThreadState) -> Part:
    """The message as one question. Where it names goods and the classifier is not sure of another
    wish, its English is read as well."""
    part = Part(reading=reading, intent=_carried(kit, reading, intent, memory), text=reading.text)
    part, language = await _sought(run, kit, part, memory), reading.language
    doubtful = part.intent.intent not in GOODS and part.intent.confidence < SURE_OF_OTHER
    if language == "en" or not doubtful or not kit.glossary.find(reading.text, language):
        return part
    english = part.english or await translate(run, kit, reading.text, language)
    told = await kit.buyer_reader.part(run, reading, english, "en")
    second = buyer_intent(told, kit.catalog.values())
    if second.intent not in GOODS or _share(told, GOODS) < SURE:
        return part.model_copy(update={"english": english})
    found = second.model_copy(update={"language": language})
    return part.model_copy(update={"english": english, "intent": found})


def _share(reading: Reading, intents: frozenset[str]) -> float:
    """What these intents have of the total."""
    total = sum(reading.scores.values()) or 1.0
    return sum(score for name, score in reading.scores.items() if name in intents) / total


async def _sought(run: Run, kit: Kit, part: Part, memory: ThreadState) -> Part:
    """A wish for goods, where the part names a product of the shop and no more: "do you have
    kettles?", or after another product "no, the kettle"."""
    language, intent = part.reading.language, part.intent
    goods = intent.intent in GOODS
    if intent.intent == "stock_price" or (not goods and intent.confidence >= SURE_OF_OTHER):
        return part
    clipped = memory.intent in GOODS and kit.dialogue.clipped(part.text, language)
    if not (clipped or kit.dialogue.seeks(part.text, language)):
        return part
    part = part.model_copy(update={"english": part.english or await _english(run, kit, part)})
    asked = (clipped if language == "en" else part.english) or part.text
    titles = [item.title for item in await _named(run, part, asked)]
    known = _SEEKING if goods else _SEEKING | kit.glossary.words(language)
    if not titles or not says_only(asked, titles, known):
        return part
    sought = intent.model_copy(update={"intent": "stock_price", "confidence": SURE_ALONE})
    return part.model_copy(update={"intent": sought})


async def _parts(run: Run, kit: Kit, reading: Reading, memory: ThreadState) -> list[Part]:
    """The questions of a message that asks for several things; none where it asks for one."""
    questions = kit.dialogue.questions(reading.text, reading.language)[:MOST]
    parts: list[Part] = []
    for text in questions:
        one = await kit.buyer_reader.part(run, reading, text)
        part = Part(reading=one, intent=buyer_intent(one, kit.catalog.values()), text=text)
        parts.append(await _sought(run, kit, part, memory))
    if any(part.intent.intent == "attack" for part in parts):
        return []
    sound = [part for part in parts if part.intent.confidence >= SURE]
    asked = [part for part in sound if part.intent.intent != "off_topic"]
    kinds = {part.intent.intent for part in asked}
    if len(asked) < 2 or (len(kinds) == 1 and not kinds <= GOODS):
        return []
    return asked


def _carried(kit: Kit, reading: Reading, intent: Intent, memory: ThreadState) -> Intent:
    """The intent of the last question, where the message has none of its own."""
    if memory.intent not in CARRIED:
        return intent
    text, language = reading.text, reading.language
    named = kit.dialogue.only_names(text, language)
    within = {intent.intent, memory.intent} <= GOODS
    sure = SURE if within else SURE_ALONE
    unsure = intent.confidence < sure or intent.intent == "off_topic"
    if not (named or (unsure and kit.dialogue.clipped(text, language))):
        return intent
    return intent.model_copy(update={"intent": memory.intent})


async def _about(run: Run, kit: Kit, part: Part, memory: ThreadState) -> Part:
    """The part with the product that it leans on, where it names none."""
    if not memory.product or memory.intent not in GOODS:
        return part
    leans = kit.dialogue.leans(part.text, part.reading.language)
    if part.intent.intent not in GOODS and not leans:
        return part
    english = part.english or await _english(run, kit, part)
    if not _stays(kit, part) and await _names_goods(run, part, english, leans=leans):
        return part.model_copy(update={"english": english})
    title = str(await run.look(
        "product", {"product": memory.product}, lambda shop: _title(shop, memory.product)
    ))  # fmt: skip
    text = f"{title}: {part.text}"
    one = await kit.buyer_reader.part(run, part.reading, text)
    intent = buyer_intent(one, kit.catalog.values())
    if not title or (part.intent.intent not in GOODS and intent.intent not in GOODS):
        return part.model_copy(update={"english": english})
    kept = part.intent if part.intent.intent in GOODS else intent
    told = f"{title}: {english}" if english else ""
    return part.model_copy(update={"text": text, "intent": kept, "english": told})


def _stays(kit: Kit, part: Part) -> bool:
    """Whether it asks of the last product, whatever else it names: "does it fit my laptop?", but
    not "no, the laptop" or "do you also have laptops, and what do they cost?"."""
    said, language = part.text, part.reading.language
    new = kit.dialogue.clipped(said, language) or kit.dialogue.seeks(said, language)
    return not new and kit.dialogue.puts_into(said, language)


async def _english(run: Run, kit: Kit, part: Part) -> str:
    return (
        ""
        if part.reading.language == "en"
        else await translate(run, kit, part.text, part.reading.language)
    )


async def _names_goods(run: Run, part: Part, english: str, *, leans: bool) -> bool:
    """Whether the words name a product of the shop. What nobody can read in the products' language
    is taken to do so, unless it leans."""
    found = await _search(run, part, english)
    if named_first(f"{part.text} {english}", found):
        return True
    read = bool(english) or any(item.language == part.reading.language for item in found)
    return not read and not leans


async def _named(run: Run, part: Part, asked: str) -> tuple[Evidence, ...]:
    """The products of the shop that the words name best."""
    return named_first(asked, await _search(run, part, part.english))


async def _search(run: Run, part: Part, english: str) -> Sequence[Evidence]:
    arguments: dict[str, JsonValue] = {
        "text": part.text, "language": part.reading.language, "english": english,
    }  # fmt: skip
    return (await run.call("catalog.search", arguments)).evidence


def _title(shop: ShopReader, product_id: str) -> JsonValue:
    product = shop.product(product_id)
    return product.title if product else ""


async def _other_order(
    run: Run, kit: Kit, reading: Reading, intent: Intent, memory: ThreadState
) -> Heard:
    """Another order of the same buyer, where the shop vouches for them and there is one more."""
    customer, known = run.session.customer or "", order_key(memory.order_id)
    told: JsonValue = []
    if customer:
        told = await run.look("orders", {"customer": customer}, lambda s: _orders(s, customer))
    others = [id_ for id_ in _ORDERS.validate_python(told) if order_key(id_) != known]
    if len(others) != 1:
        return Heard(which_order=True)
    asked = memory.intent if memory.intent in CARRIED - GOODS else "order_status"
    if intent.intent in CARRIED - GOODS and intent.confidence >= SURE_ALONE:
        asked = intent.intent
    part = Part(
        reading=reading, intent=intent.model_copy(update={"intent": asked}), text=reading.text
    )
    return Heard(parts=(part,), order_id=others[0])


def _orders(shop: ShopReader, customer: str) -> JsonValue:
    return [order.id for order in shop.orders_of(customer)]


def asks_more(kit: Kit, part: Part, told: str) -> bool:
    """Whether it may ask of the product more than price, stock and variants, by its English: a
    word that is none of those and stands not in what is `told` of it."""
    asked = part.english or part.text
    readable = part.english or part.reading.language == "en"
    return bool(readable) and not says_only(asked, [told], _SEEKING | _OF_STOCK)


def goods_of(sources: Sequence[str]) -> str:
    """The id of the product that an answer leans on first; empty where on none."""
    found = (source for source in sources if source.startswith("product/"))
    return next(found, "").removeprefix("product/")
