"""Questions that the records answer by themselves: a product's attributes, what it fits, its size
chart, its price, two products side by side, a sentence of the shop's rules.

No model decides here. What a record carries is quoted; where one thing that was asked is not
carried, nothing is told but that, and a person is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from agents.bearing import BESIDE, weigh
from agents.choosing import choose
from agents.conversation import GOODS, SURE, Part
from agents.events import Answer
from agents.kit import Kit
from agents.passages import content_words
from agents.questions import Asked, Matter
from agents.reception import NO_RECORD
from agents.run import Run
from agents.saying import check_all, cite
from agents.translating import translate
from agents.vetting import vet
from tradewind.base import Language
from tradewind.evidence import Claim, Evidence

OPEN = GOODS | {"off_topic", "payment_invoice", "discount_coupon", "delivery_estimate"}
"""Intents of messages that may ask for a record's facts."""
OF_SHOP = OPEN | {"return_refund", "cancel_order", "human_agent", "customs_duties", "order_status"}
CLOSED = frozenset(("attack", "human_agent"))
COMPARED = 3
_MATTERS = frozenset((
    "material", "size", "length", "width", "height", "weight", "capacity", "colour color",
    "warranty guarantee", "battery life", "compatible", "new", "used refurbished",
    "machine washable wash", "dishwasher safe", "waterproof water resistant", "noise cancelling",
))  # fmt: skip
"""Words of `data/goods.tsv` that are asked of goods and name none."""
_PLAIN = content_words("sell sells have has available stock price cost costs there product")
"""Words that ask for a product itself."""
_CHOSEN = content_words("color colour size material")
"""Words that a translation may put for an option's."""

Carried = tuple[Evidence, ...]


@dataclass(frozen=True)
class Question:
    """One question, with the products that it names and their English words; whether these words
    are a model's translation. `language` is that of the answer."""

    run: Run
    kit: Kit
    part: Part
    asked: Asked
    english: str
    language: Language
    products: Carried = ()
    translated: bool = False

    @property
    def spoken(self) -> str:
        return self.part.reading.language

    async def call(self, tool: str, **arguments: str | bool) -> Carried:
        told: dict[str, JsonValue] = {k: v for k, v in arguments.items() if v != ""}
        return (await self.run.call(tool, told)).evidence


async def answer_from_records(
    run: Run, kit: Kit, part: Part, language: Language, market: str, order: str
) -> Answer | None:
    """The answer in `language`, that no record holds it, or None where this is no such question.
    `market` and the proven `order` tell whose rules apply."""
    intent, spoken = part.intent.intent, part.reading.language
    unsure = part.intent.confidence < SURE and intent not in CLOSED
    rules = kit.questions.shop(part.text, spoken) if unsure or intent in OF_SHOP else ()
    if rules:
        return await _of_shop(run, kit, part, language, rules[0], market, order)
    if not (unsure or intent in OPEN) or "order_id" in part.reading.entities:
        return None
    asked = kit.questions.of(part.text, spoken)
    asks = _asks(asked)
    if not (asks or intent in GOODS):
        return None
    question = await _named(
        Question(run, kit, part, asked, await _english(run, kit, part), language)
    )
    if question is None:
        return None
    if not question.products:
        return _not_named(question) if await _is_missing(question) else None
    answer = await (_of_goods(question) if asks else _open(question))
    silent = answer is not None and answer.handover is not None
    return None if silent and any(item.language != "en" for item in question.products) else answer


async def _is_missing(question: Question) -> bool:
    """Whether the goods near to the question are told in English, and the title of none shares a
    word with it: what the lists and the translation do not find in records of another language is
    not known to be missing."""
    text, english = question.part.text, question.english
    near = await question.call("catalog.search", text=text, english=english)
    if any(item.language != "en" for item in near):
        return False
    for words in dict.fromkeys((text, english)):
        if words and await question.call("catalog.named", text=words, near=True):
            return False
    return True


def _not_named(question: Question) -> Answer | None:
    """That no such product is there, of a question on goods; which one is meant, where it points
    at one."""
    asked, intent = question.asked, question.part.intent.intent
    if "sell" in asked.kinds:
        return _say(question, "product.not_found", ())
    if question.kit.dialogue.leans(question.part.text, question.spoken):
        return None
    if intent in GOODS and asked.kinds & {"has", "price", "stock"}:
        return _say(question, "product.not_found", ())
    return _say(question, "common.cannot_tell", ()) if intent in GOODS else None


async def _open(question: Question) -> Answer | None:
    """A question that the lists do not know: the line of the record that answers it, or the offer
    where it names only options ("and in black?"). None where it asks for the product alone, or for
    an option and something else."""
    english = await _translated(question)
    asked = content_words(english) - content_words(question.products[0].title) - _PLAIN
    if not asked:
        return None
    options = await _options(question)
    listed = content_words(question.english) & options
    if asked <= options or (listed and asked <= _CHOSEN):
        return await _offered(question)
    return None if listed or asked & options else await _read(question)


async def _read(question: Question, *, judged: bool = False) -> Answer:
    """The line of the product's record that answers; that it is silent where none does. With
    `judged`, only as the reranker judges: where the lists sought a thing by name and found none, a
    line that shares other words with the question tells nothing of it."""
    english = await _translated(question)
    told = await question.call("catalog.offer", product_id=_id(question.products[0]))
    if not english or not told or len(question.products) > 1:
        return _silent(question)
    part, kit = question.part, question.kit
    borne = await choose(question.run, kit, "base", part.text, english, told[:1])
    if borne.passage is None or (judged and not borne.judged):
        return _silent(question)
    return await _quoted(question, [told[0].model_copy(update={"excerpt": borne.passage.text})])


async def _translated(question: Question) -> str:
    """The whole question in English; nothing where it cannot be had."""
    part = question.part
    if question.spoken == "en":
        return part.text
    return part.english or await translate(question.run, question.kit, part.text, question.spoken)


async def _borne_out(question: Question, told: Sequence[Evidence]) -> bool:
    """Whether what the lists found is near to an answer, as far as that can be judged: of English
    questions. Of others the right and the wrong were judged alike."""
    if question.spoken != "en":
        return True
    scores = await weigh(question.run, question.part.text, "", told)
    return not scores or max(scores) > BESIDE


def _asks(asked: Asked) -> bool:
    return bool(asked.goods or asked.things or asked.kinds - {"compare", "stock", "has"})


async def _english(run: Run, kit: Kit, part: Part) -> str:
    """The goods that are named, in English words."""
    text, language = part.text, part.reading.language
    if language == "en":
        return text
    named, rest = kit.names.find(text, language), text
    for word, _ in named:
        rest = rest.replace(word, " ")
    found = (*named, *kit.glossary.find(rest, language))
    known = [english for _, english in found if english not in _MATTERS]
    return f"{', '.join(known)} | {rest}" if known else ""


async def _named(question: Question) -> Question | None:
    """The question with the products that it names. What the lists do not know is translated once,
    of a question on goods; None where no words can be read."""
    several = "compare" in question.asked.kinds
    of_goods = question.part.intent.intent in GOODS or "sell" in question.asked.kinds
    english, translated = question.english, False
    found = await question.call("catalog.named", text=english, several=several) if english else ()
    if not found and question.spoken != "en" and not of_goods:
        return None
    if not found and question.spoken != "en":
        translated, english = True, await _translated(question)
        if not english:
            return None
        found = await question.call("catalog.named", text=english, several=several)
    if not found and question.spoken != "en" and of_goods:  # names stand as they are: iPod Nano
        found = await question.call("catalog.named", text=question.part.text, several=several)
        translated = translated and not found
    return Question(
        question.run, question.kit, question.part, question.asked, english, question.language,
        found[:COMPARED], translated,
    )  # fmt: skip


async def _of_goods(question: Question) -> Answer | None:
    asked = question.asked
    if "version" in asked.kinds and not await _is_sold(question):
        return _silent(question)
    if "compare" in asked.kinds and len(question.products) > 1:
        return await _compared(question)
    if "size" in asked.kinds or ("fit" in asked.kinds and asked.unit):
        return await _sized(question)
    if asked.things or "fit" in asked.kinds:
        return await _fitting(question)
    return await (_told(question, asked.goods) if asked.goods else _for_sale(question))


async def _for_sale(question: Question) -> Answer | None:
    """Price and stock where they are asked for. What only a translation names is not offered: a
    wrong word would be."""
    kinds = question.asked.kinds
    if "sell" in kinds and question.translated:
        return _say(question, "common.cannot_tell", ())
    return await _offered(question) if kinds & {"price", "sell"} else None


async def _is_sold(question: Question) -> bool:
    """Whether a version of the product that the question speaks of is among its options."""
    words = {word.strip(" ?.,;|").casefold() for word in question.english.split()}
    return bool(await _options(question) & words)


async def _options(question: Question) -> frozenset[str]:
    """What can be chosen of the first product, in small letters."""
    offers = await question.call("catalog.offer", product_id=_id(question.products[0]))
    options = [fact.value for item in offers for fact in item.facts if fact.name == "option"]
    return frozenset(
        v.strip().casefold() for text in options for v in str(text).partition(":")[2].split(",")
    )


async def _told(question: Question, matters: Sequence[Matter]) -> Answer:
    """What the records say of every matter; nothing where one of them is not carried."""
    told: list[Evidence] = []
    for product in question.products:
        for matter in matters:
            found = await question.call(
                "catalog.facts", product_id=_id(product), names=matter.names, words=matter.words
            )
            if not found:
                return await _read(question)
            told += found
    return await _found(question, told)


async def _compared(question: Question) -> Answer | None:
    """Field by field, of both records."""
    if question.asked.goods:
        return await _told(question, question.asked.goods)
    return await _offered(question) if "price" in question.asked.kinds else _silent(question)


async def _fitting(question: Question) -> Answer:
    """What the record names of the thing; a product that the question names may be the thing."""
    told: list[Evidence] = []
    things = [matter.words for matter in question.asked.things]
    for product in question.products:
        others = [p.title for p in question.products if p.id != product.id]
        for thing in things or others:
            told += await question.call("catalog.fits", product_id=_id(product), thing=thing)
    if not told:
        return await _read(question, judged=bool(things))
    if things and question.asked.goods and not await _carries(question):
        return _silent(question)
    return await _found(question, told)


async def _found(question: Question, told: Sequence[Evidence]) -> Answer:
    """What the lists found, where it is near to an answer; else what the record's lines tell."""
    if len(question.products) > 1 or await _borne_out(question, told):
        return await _quoted(question, told)
    return await _read(question)


async def _carries(question: Question) -> bool:
    return (await _told(question, question.asked.goods)).handover is None


async def _sized(question: Question) -> Answer:
    """The size for the buyer's measure, or the whole chart."""
    asked, language, product = question.asked, question.language, question.products[0]
    told = await question.call(
        "catalog.size_chart", product_id=_id(product), value=asked.value, unit=asked.unit
    )
    if not told and not asked.value:
        return await _told(question, (Matter(id="size", names="siz"),))
    claims: list[Claim] = []
    for item in told:
        key = next(f"product.size_{f.value}" for f in item.facts if f.name == "tells")
        claims += question.kit.replies.say(language, key, {"size": item}) or ()
    return _ended(question, claims, told) if claims else _silent(question)


async def _offered(question: Question) -> Answer:
    """Price and stock of every product, narrowed to the options that are named."""
    told: list[Evidence] = []
    claims: list[Claim] = []
    for product in question.products:
        text = f"{question.part.text} {question.english}"
        for item in await question.call("catalog.offer", product_id=_id(product), text=text):
            told.append(item)
            said = (
                question.kit.replies.say(question.language, key, {"product": item})
                for key in ("product.one_price", "product.price_span", "product.stock_only")
            )
            claims += next((found for found in said if found), ())
    return _ended(question, claims, told) if claims else _silent(question)


async def _of_shop(
    run: Run, kit: Kit, part: Part, language: Language, matter: Matter, market: str, order: str
) -> Answer | None:
    """The sentences of the shop's rules on it, in the wording that holds."""
    question = Question(run, kit, part, Asked(), "", language)
    found = await question.call(
        "policy.facts", words=matter.words, topic=matter.topic, market=market, order_id=order
    )
    if found:
        return await _quoted(question, found)
    english = await run.look(
        "rules", {}, lambda shop: all(p.language == "en" for p in shop.policies())
    )
    return _say(question, "common.cannot_tell", ()) if english else None


async def _quoted(question: Question, told: Sequence[Evidence]) -> Answer:
    """The records' own words, each record's together."""
    vetted = await vet(question.run, told)
    claims: list[Claim] = []
    for item in dict.fromkeys(item.id for item in vetted):
        record = next(one for one in vetted if one.id == item)
        claims += (
            question.kit.replies.say(
                question.language,
                f"quote.{record.kind}",
                {record.kind: record},
                passage=record.excerpt,
            )
            or ()
        )
    return _ended(question, claims, vetted)


def _ended(question: Question, claims: Sequence[Claim], told: Sequence[Evidence]) -> Answer:
    """The claims that the verifier takes; where one falls, nothing is told."""
    sound, problems = check_all(claims, told, question.language)
    if not sound or problems:
        return _silent(question)
    return Answer(
        text=" ".join(claim.text for claim in sound), language=question.language,
        citations=cite(sound, told),
    )  # fmt: skip


def _silent(question: Question) -> Answer:
    """That the product's record does not tell it."""
    return _say(question, "product.silent", question.products[:1])


def _say(question: Question, key: str, products: Carried) -> Answer:
    named = {"product": products[0]} if products else None
    claims = question.kit.replies.say(question.language, key, named) or ()
    return Answer(
        text=" ".join(claim.text for claim in claims), language=question.language,
        citations=cite(claims, products), handover=NO_RECORD,
    )  # fmt: skip


def _id(product: Evidence) -> str:
    return product.source.removeprefix("product/")
