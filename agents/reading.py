"""Reading a message: clean it, tell its language, find entities, score what it wants."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

from pydantic import Field

from agents.classifier import MessageClassifier, Scores
from agents.entities import find_entities
from agents.places import find_place
from agents.run import Run
from agents.signs import signed
from tradewind.base import LANGUAGES, Language, Record
from tradewind.cards import mask_cards
from tradewind.errors import BackendError, InvalidInput
from tradewind.plan import BuyerIntent, Intent, Scenario

LONGEST = 8000
"""Characters of one message that are read; a longer one is asked to be shortened."""

_BY_NAME: dict[str, Language] = {language: language for language in LANGUAGES}

_BEFORE_AN_ORDER = frozenset(
    ("product_question", "stock_price", "delivery_estimate", "discount_coupon", "off_topic")
)
_NOT_BEFORE_ONE = _BEFORE_AN_ORDER | {"order_status"}
_NONE = frozenset[str]()
NEARLY = 0.8
"""Share of the likeliest intent's score from which another one that has a sign is taken instead
(chosen by us)."""


class Identify(Protocol):
    """Tells the language of a text; `spoken` is that of the conversation so far."""

    def __call__(self, text: str, spoken: str = "") -> tuple[str, float]: ...


class Reading(Record):
    """A message as understood; `scores` and `wishes` as the classifier gives them.

    `readable` is false for text without a letter or digit.
    """

    text: str
    language: Language
    entities: dict[str, str]
    scores: dict[str, float]
    wishes: dict[str, float] = Field(default_factory=dict)
    readable: bool = True


def clean(text: str) -> str:
    """The message without control characters and lone surrogates, NFC, blanks trimmed, card
    numbers masked: what comes after never sees one.

    Raises InvalidInput when it is longer than LONGEST.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = (
        text
        if text.isprintable()
        else "".join(
            c
            if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn")
            else _kept(c)
            for c in text
        )
    )
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > LONGEST:
        raise InvalidInput(
            f"the message has {len(text)} characters, {LONGEST} can be read.", "Shorten it."
        )
    return mask_cards(text)


def _kept(character: str) -> str:
    """Joiners that scripts and emoji need stay; other invisible characters become a blank."""
    return character if character in "\u200c\u200d" else " "


@dataclass(frozen=True)
class Reader:
    """Reads messages of one audience with its classifier."""

    identify: Identify
    classifier: MessageClassifier

    async def read(
        self, run: Run, text: str, usual: Language = "en", *, spoken: bool = False
    ) -> Reading:
        """Understand a cleaned message; `usual` is the language when the text shows none, `spoken`
        whether the conversation was in it so far."""
        return await self._read(run, text, self.language_of(text, usual, spoken=spoken))

    async def part(
        self, run: Run, whole: Reading, text: str, language: Language | None = None
    ) -> Reading:
        """Understand a part of a message, or another form of it, with the ids that it gives."""
        one = await self._read(run, text, language or whole.language)
        return one.model_copy(update={"entities": whole.entities | one.entities})

    async def _read(self, run: Run, text: str, language: Language) -> Reading:
        if not any(character.isalnum() for character in text):
            return Reading(text=text, language=language, entities={}, scores={}, readable=False)
        hidden = await self._hidden(run, text)
        scores: Scores = self.classifier.score(text, language, hidden)
        return Reading(
            text=text, language=language, entities=read_entities(text, language),
            scores=scores.by_label, wishes=scores.wishes,
        )  # fmt: skip

    async def _hidden(self, run: Run, text: str) -> list[float] | None:
        """The hidden states that the classifier reads. Where their model fails it goes on with
        the weights that were fitted for n-grams alone, and the run says so."""
        if not self.classifier.reads_hidden:
            return None
        try:
            return await run.features(text)
        except BackendError as error:
            run.go_without("reading", error)
            return None

    def language_of(self, text: str, usual: Language, *, spoken: bool = False) -> Language:
        found, _ = self.identify(text, usual if spoken else "")
        return _BY_NAME.get(found, usual)


def read_entities(text: str, language: str) -> dict[str, str]:
    """The entities of a cleaned message as written, the country also as `market`: its code."""
    entities = find_entities(text)
    place = find_place(text, language)
    return entities | {"country": place.name, "market": place.code} if place else entities


def buyer_intent(reading: Reading, scenarios: Iterable[Scenario]) -> Intent:
    """The most likely intent with its share of the total.

    A message that names an order or a parcel, or has a sign of a scenario about one ("where is my
    parcel"), is not about a purchase still to come; one with a sign of such a purchase ("if I
    order today") is about what the sign says, or none of these. Between two that are nearly as
    likely a sign decides.
    """
    known = {s.intent for s in scenarios if s.intent and signed(s, reading.text)}
    bought = bool(reading.entities.keys() & {"order_id", "tracking_no"}) or known - _BEFORE_AN_ORDER
    closed = _BEFORE_AN_ORDER if bought else _NOT_BEFORE_ONE - known if known else _NONE
    open_ = [name for name in reading.scores if name not in closed]
    total = sum(reading.scores.values()) or 1.0
    best = max(open_, key=reading.scores.__getitem__)
    sure = NEARLY * reading.scores[best]
    told = [name for name in known if name in open_ and reading.scores[name] >= sure]
    best = told[0] if len(known) == 1 and told else best
    return Intent(
        language=reading.language,
        intent=cast(BuyerIntent, best),
        confidence=round(reading.scores[best] / total, 4),
        entities=reading.entities,
    )
