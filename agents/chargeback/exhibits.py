"""A record as a page shows it: a title, its facts by name, who wrote it, what was written."""

import re
from collections.abc import Mapping

from agents.chargeback.facts import text_of
from agents.chargeback.rules import Rules
from agents.chargeback.translation import Translated
from packets.records import Exhibit, Translation, Upload
from prompts.replies import Replies
from tradewind.evidence import Evidence

_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+")
"""Signs of a heading, as policies have them in their files."""

_SUMMED_UP = frozenset(("dispute", "payment", "prior", "shipment", "refund", "return"))
"""Records whose text only sums up their facts, which are shown by name."""

_WRITERS = {"tracking": "the carrier"}


def exhibit_of(
    item: Evidence, rules: Rules, letters: Replies, translated: Mapping[str, Translated],
    *, field: str, strength: int, upload: Upload | None = None,
) -> Exhibit:  # fmt: skip
    """The exhibit of one record, or of a file with its pages: who wrote one is not known."""
    shown = {item.kind: item}
    title = letters.say("en", f"title.{item.kind}", shown, names=rules.names)
    rows = letters.say("en", f"shown.{item.kind}", shown, names=rules.names) or ()
    made = Exhibit.of(
        item, field=field, strength=strength, upload=upload,
        translation=_translation(translated.get(item.id)),
    )  # fmt: skip
    return made.model_copy(update={
        "title": ", ".join(claim.text for claim in title) if title else item.title,
        "rows": tuple(_row(claim.text) for claim in rows),
        "writer": _writer(item),
        "excerpt": _written(item) if rows else item.excerpt,
    })  # fmt: skip


def _row(text: str) -> tuple[str, str]:
    label, _, value = text.partition("|")
    return label, value


def _writer(item: Evidence) -> str:
    """Who wrote it, of those outside the shop and of messages."""
    if item.kind == "message":
        sender = text_of(item, "sender")
        return f"the {sender}" if sender in ("buyer", "shop") else ""
    return _WRITERS.get(item.kind, "") if item.trust == "untrusted" else ""


def _written(item: Evidence) -> str:
    """The record's own words, without what its facts say already."""
    if item.kind in _SUMMED_UP:
        return ""
    if item.kind == "tracking":
        _, _, said = item.excerpt.partition(f": {text_of(item, 'state')}. ")
        return said
    return _HEADING.sub("", item.excerpt) if item.kind == "policy" else item.excerpt


def _translation(made: Translated | None) -> Translation | None:
    return Translation(text=made.text, by=made.by) if made and made.text else None
