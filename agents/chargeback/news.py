"""A message to a buyer about their parcel, before they ask: reviewed sentences over its record.

It says what the record carries and promises nothing. Each parcel's state is told once: `key` names
both.
"""

from agents.chargeback.facts import text_of
from agents.chargeback.parcels import Risky
from agents.grounding.verify import Problem, check_templates
from agents.saying import join, said_in
from prompts.replies import Replies
from tradewind.base import LANGUAGES, Language, Record
from tradewind.evidence import Claim, Evidence, IdFact
from tradewind.prevention import Risk

_OWN: frozenset[Risk] = frozenset(("late", "past_promise"))
"""Reasons with a sentence of their own; the others are told by the parcel's state."""


class News(Record):
    """A draft in the buyer's language. `key` is the parcel and what is told of it; `left_out` is
    what the record does not carry. `guessed`: the order tells no language, so it is English."""

    order: str
    key: str
    language: Language
    guessed: bool
    text: str
    claims: tuple[Claim, ...]
    left_out: tuple[Problem, ...] = ()


def write_news(parcel: Risky, record: Evidence, replies: Replies) -> News | None:
    """The message that the parcel's record allows; None where nothing can be said of it."""
    known: dict[str, Language] = {name: name for name in LANGUAGES}
    language = known.get(parcel.language, "en")
    tells = _tells(parcel)
    named = {"parcel": record}
    body = replies.say(language, f"news.{tells}", named)
    if body is None:
        return None
    said = (*(replies.say(language, "news.hello", named) or ()), *body,
            *(replies.say(language, "news.closing") or ()))  # fmt: skip
    problems = check_templates(said, (record,), language)
    refused = {problem.sentence for problem in problems}
    claims = tuple(claim for claim in said if claim.text not in refused)
    return News(
        order=parcel.order, key=f"{parcel.tracking_no or text_of(record, 'id')}/{tells}",
        language=language, guessed=language != parcel.language,
        text=join(language, said_in(claims)), claims=claims, left_out=problems,
    )  # fmt: skip


def reviewed(news: News) -> Evidence:
    """The draft as a record of the order: what vouches for its words when they are to be sent."""
    return Evidence.of(
        "figure", f"order/{news.order}", f"Draft about {news.key}", news.text,
        (IdFact(name="order", value=news.order), IdFact(name="reviewed", value=news.text),
         IdFact(name="reviewed", value=news.key)),
        language=news.language,
    )  # fmt: skip


def _tells(parcel: Risky) -> str:
    """What the message is about: the carrier's state where it is a reason, else that it is late or
    past the carrier's day, else how it stands."""
    first = parcel.reasons[0] if parcel.reasons else None
    if first == parcel.state:
        return parcel.state
    own = [reason for reason in parcel.reasons if reason in _OWN]
    return own[0] if own else parcel.state
