"""What is said: reviewed replies, claims that hold, and the records that they lean on."""

from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from agents.events import Answer, Citation
from agents.grounding.verify import Problem, check_templates, strange_names
from agents.kit import Kit
from tradewind.base import Language
from tradewind.evidence import Claim, Evidence

_UNSPACED = frozenset(("zh", "ja"))
_ENDS = "。！？：；”」』）…"
"""Marks after which Chinese and Japanese leave no blank."""


def say(kit: Kit, language: str, key: str, **values: object) -> str:
    """A reply that needs no record, as one text."""
    return join(language, said_in(kit.replies.say(language, key, None, **values)))


def said_in(claims: Iterable[Claim] | None) -> list[str]:
    """The sentences of the claims."""
    return [claim.text for claim in claims or ()]


def join(language: str, sentences: Iterable[str]) -> str:
    """Sentences as one text: with blanks between them where the language sets its words apart."""
    told = ""
    for sentence in filter(None, sentences):
        close = language in _UNSPACED and told.endswith(tuple(_ENDS))
        told += sentence if close or not told else f" {sentence}"
    return told


def check_all(
    claims: Sequence[Claim], evidence: Sequence[Evidence], language: str
) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """The claims that the verifier takes, and the problems of the others."""
    problems = check_templates(claims, evidence, language)
    refused = {problem.sentence for problem in problems}
    return tuple(claim for claim in claims if claim.text not in refused), problems


def in_lines(
    kit: Kit, language: Language, said: Sequence[Claim], evidence: Sequence[Evidence],
    details: dict[str, JsonValue],
) -> Answer:  # fmt: skip
    """A merchant's view, a line for each sentence that the verifier takes; what it does not take
    stands in the details."""
    sound, problems = check_all(said, evidence, language)
    if not sound:
        return Answer(text=say(kit, language, "common.cannot_tell_merchant"), language=language)
    if problems:
        details |= {"left_out": [problem.model_dump() for problem in problems]}
    return Answer(
        text="\n".join(claim.text for claim in sound), language=language,
        citations=cite(sound, evidence), details=details,
    )  # fmt: skip


def cite(claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """The records that the claims lean on, in order of first use."""
    by_id = {item.id: item for item in evidence}
    used = dict.fromkeys(id for claim in claims for id in claim.evidence if id in by_id)
    return tuple(
        Citation(id=id, source=by_id[id].source, excerpt=_excerpt(by_id[id])) for id in used
    )


def _excerpt(item: Evidence) -> str:
    """A record's text, without names in it that say more than a name."""
    text = item.excerpt
    for name in strange_names(item):
        text = text.replace(name, "[…]")
    return text[:600]
