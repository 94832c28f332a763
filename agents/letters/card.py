"""What a merchant reads of a draft: whose it is, what is left to them, then the text itself."""

from collections.abc import Iterator
from decimal import Decimal

from agents.events import Answer
from agents.kit import Kit
from agents.letters.records import TELLS_ORDER, Draft
from tradewind.evidence import Evidence, IdFact, NumberFact

KEY = "draft"
"""Where an answer's details hold the draft."""


def tell_draft(kit: Kit, language: str, draft: Draft) -> Answer:
    """The draft as an answer, and whole in the details."""
    lines = list(card_lines(kit, language, draft))
    return Answer(
        text="\n".join(lines) + (f"\n\n{draft.text}" if draft.text else ""), language=language,
        citations=draft.citations, details={KEY: draft.model_dump(mode="json")},
    )  # fmt: skip


def card_lines(kit: Kit, language: str, draft: Draft) -> Iterator[str]:
    """The lines above the text, each a reviewed sentence over the draft's own facts."""
    facts = _facts(draft)
    for key in _keys(draft):
        claims = kit.replies.say(language, f"draft.{key}", {"draft": facts}) or ()
        yield " ".join(claim.text for claim in claims)


def _keys(draft: Draft) -> Iterator[str]:
    if not draft.text:
        yield "automatic" if "automatic" in draft.notes else "nothing"
        return
    yield "here"
    yield draft.sender
    if draft.channel == "email" and draft.sender in ("matches", "differs", "several"):
        yield "claim"
    if draft.to and draft.sender in TELLS_ORDER:
        yield "to"
    if draft.open:
        yield "open"
    if draft.over:
        yield "over"


def _facts(draft: Draft) -> Evidence:
    return Evidence.of(
        "figure", f"message/{draft.message}", "A draft", "A draft", (
            *([IdFact(name="order", value=draft.order)] if draft.order else ()),
            NumberFact(name="open", value=Decimal(len(draft.open))),
            NumberFact(name="longest", value=Decimal(draft.longest)),
        ),
    )  # fmt: skip
