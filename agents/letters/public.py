"""A public reply to a review: by the stars alone thanks or sympathy, and at the most what the
listing itself says. Nothing of an order, of a person, of money, of fault."""

from collections.abc import Sequence

from agents.engines.answer import quote
from agents.events import Citation
from agents.grounding.links import find_links
from agents.grounding.mentions import find_mentions
from agents.grounding.offers import matters, offers
from agents.kit import Kit, Request
from agents.letters import records
from agents.letters.places import Place
from agents.letters.private import as_buyer
from agents.passages import best_passage
from agents.reading import Reading
from agents.run import Run
from agents.saying import check_all, cite, say
from agents.translating import translate
from agents.vetting import vet
from tradewind.base import Record
from tradewind.commerce import Message, Product
from tradewind.evidence import Claim, Evidence
from tradewind.ports.storage import ShopReader

SEARCH = "catalog.search"
_ASKS = ("?", "？", "؟")
_TYPED = frozenset(("money", "date", "clock", "id", "link"))
"""What stands in no public reply."""
_TONES = {5: "glad", 4: "glad", 3: "mixed", 2: "sorry", 1: "sorry", None: "plain"}


class Public(Record):
    """Sentences of a public reply, the most needed first; `over`: some were left out."""

    text: str
    parts: tuple[records.Part, ...]
    citations: tuple[Citation, ...]
    over: bool


async def answer_review(
    run: Run, kit: Kit, reading: Reading, message: Message, stars: int | None, place: Place
) -> Public:
    """The reply in the reviewer's language, as long as the place allows."""
    language = reading.language
    tone = f"review.{_TONES[stars]}"
    sentences = [claim.text for claim in kit.replies.say(language, tone) or ()]
    fact = await _of_listing(run, kit, reading, message)
    asked = any(mark in reading.text for mark in _ASKS)
    told = [" ".join(claim.text for claim in fact[0])] if fact[0] else []
    rest = [*sentences[1:], *told]
    kept = [sentences[0]]
    for text in rest:
        if place.holds(" ".join((*kept, text))):
            kept.append(text)
    answered = bool(told) and told[0] in kept
    part = records.Part(
        intent="product_question", asked=reading.text[:300], answered=answered,
        why="" if answered else "no_record",
    )  # fmt: skip
    return Public(
        text=" ".join(kept), parts=(part,) if asked else (),
        citations=cite(*fact) if answered else (), over=len(kept) <= len(rest),
    )  # fmt: skip


async def _of_listing(
    run: Run, kit: Kit, reading: Reading, message: Message
) -> tuple[tuple[Claim, ...], tuple[Evidence, ...]]:
    """The listing's own sentence that answers a question in the review; none where it asks none,
    names no product of the shop, or the sentence is not for everybody."""
    wanted = message.letter.product if message.letter else ""
    if not wanted or not any(mark in reading.text for mark in _ASKS):
        return (), ()
    title = str(await run.look("listing", {"product": wanted}, lambda s: _title(s, wanted)))
    if not title:
        return (), ()
    here, language = as_buyer(run, ""), reading.language
    english = "" if language == "en" else await translate(here, kit, reading.text, language)
    searched = await here.call(SEARCH, {"text": title, "language": "en"})
    found = [item for item in searched.evidence if item.title == title]
    evidence = await vet(here, found)
    passage = best_passage(english or reading.text, evidence)
    if passage is None:
        return (), ()
    request = Request(text=reading.text, language=language, english=english, inputs={})
    claims, _ = check_all(quote(kit, request, passage), evidence, language)
    return tuple(c for c in claims if for_everybody(c.text, language)), evidence


def _title(shop: ShopReader, wanted: str) -> str:
    """The title of the product that a review names by id, SKU, barcode or title."""
    found = shop.product(wanted)
    if found is not None:
        return found.title
    for product in shop.products():
        if wanted.casefold() in _names(product):
            return product.title
    return ""


def _names(product: Product) -> set[str]:
    names = {product.title, product.url.rstrip("/").rpartition("/")[2]}
    names |= {name for v in product.variants for name in (v.id, v.sku, v.barcode)}
    return {name.casefold() for name in names if name}


def for_everybody(text: str, language: str) -> bool:
    """Whether a sentence may stand in public: no amount, date, number of an order, link or offer,
    and nothing of orders, returns or money."""
    typed = any(mention.kind in _TYPED for mention in find_mentions(text, language))
    return not (typed or offers(text) or matters(text) or find_links(text))


def tells_of(text: str, message: Message, known: Sequence[str]) -> tuple[str, ...]:
    """What a public text tells of who wrote: their name, address, order, or another value `known`
    of their order. None of it may stand there."""
    letter = message.letter
    own = (letter.name, letter.address, letter.ref) if letter else ()
    folded = text.casefold()
    values = {value.strip() for value in (*own, message.order_id, *known)}
    return tuple(value for value in values if len(value) > 2 and value.casefold() in folded)


def unsaid(kit: Kit, language: str) -> str:
    """The barest public reply: thanks, and nothing else."""
    return say(kit, language, "review.plain")
