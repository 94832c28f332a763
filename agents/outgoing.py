"""The last look at what a person will read: no mark-up, no strange link, no code of an outsider.

Every answer passes here once it is final, whatever engine made it. What is taken out is noted in
its details. Most texts hold nothing of the kind, which is cheap to see.
"""

import re
from collections.abc import Iterable
from typing import cast

from pydantic import JsonValue

from agents.events import Answer, Citation
from agents.grounding.links import find_links
from agents.run import Run
from agents.vetting import is_own, own_hosts
from tradewind.errors import RunLimit
from tradewind.evidence import Claim

GONE = "[…]"
"""Stands where something was taken out."""

# None of these looks further than the next sign of its own kind: the work grows with the text.
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>?")
_PICTURE = re.compile(r"!+\[[^\[\]]*\](?:\([^()]*\)?|\[[^\[\]]*\])")
_BANG = re.compile(r"!+(?=\[)")
_NAMED_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*([^()\s]*)[^()]*\)|\]\(")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDES = re.compile("[\u202a-\u202e]")
_HIDDEN = re.compile("[\u200b\u2060\ufeff\u00ad\U000e0000-\U000e007f]")
_BRACKETS = re.compile(r"[<>\[\]]")
_DEFUSED = re.compile(r"\[[.:]\]")
_DOTS, _COLONS = re.compile(r"[.。．｡]"), re.compile(r"[:：]")
DEEPEST = 8
"""Times that a text is looked at before its brackets go."""


async def outgoing(run: Run, answer: Answer) -> Answer:
    """The answer as it may be read."""
    parts = [answer.text, *(text for c in answer.citations for text in (c.source, c.excerpt))]
    if not _suspicious("\x00".join(parts)):
        return answer
    hosts, taken = await _hosts(run, parts), list[str]()
    text = clean_text(answer.text, hosts, taken)
    citations = tuple(_citation(citation, hosts, taken) for citation in answer.citations)
    if not taken:
        return answer
    noted: list[JsonValue] = [*dict.fromkeys(taken)]
    return answer.model_copy(update={
        "text": text, "citations": citations,
        "details": answer.details | {"taken_out": noted},
    })  # fmt: skip


async def outgoing_claims(run: Run, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The sentences of a letter as they may be read."""
    texts = [claim.text for claim in claims]
    if not _suspicious("\x00".join(texts)):
        return claims
    hosts = await _hosts(run, texts)
    return tuple(
        claim.model_copy(update={"text": clean_text(claim.text, hosts, [])}) for claim in claims
    )


def shown(text: str) -> str:
    """A text that a person decides on: nothing is hidden from them, and nothing can be clicked,
    rendered or turned round."""
    if not _suspicious(text):
        return text
    text = _HIDDEN.sub("", _TURNED.sub("", text)).replace("<", "‹").replace(">", "›")
    for _ in range(DEEPEST):
        for link in dict.fromkeys(find_links(text)):
            if not _DEFUSED.search(link):
                text = text.replace(link, _COLONS.sub("[:]", _DOTS.sub("[.]", link)))
    return text


def clean_text(text: str, hosts: frozenset[str], taken: list[str]) -> str:
    """The text without mark-up, pictures, strange links and signs that turn it round; what was
    taken out is added to `taken`.

    What is left may come together to something new: it is looked at until nothing is taken. What
    is nested deeper than anybody writes loses its brackets.
    """
    for _ in range(DEEPEST):
        before, text = text, _cleaned(text, hosts, taken)
        if text == before:
            return text
    return _without_links(_drop(_BRACKETS, text, taken, " "), hosts, taken)


def _cleaned(text: str, hosts: frozenset[str], taken: list[str]) -> str:
    for pattern in (_HIDDEN, _OVERRIDES):
        text = _drop(pattern, text, taken, "")
    if len(_TURNED.findall(text)) % 2:
        text = _drop(_TURNED, text, taken, "")
    text = _drop(_PICTURE, text, taken, GONE)
    if "](" in text or "][" in text:
        text = _drop(_BANG, text, taken, "")
    text = _NAMED_LINK.sub(lambda match: _named(match, hosts), text)
    return _without_links(_drop(_TAG, text, taken, ""), hosts, taken)


def _named(match: re.Match[str], hosts: frozenset[str]) -> str:
    """A link with a name: as it is where it is the shop's, else its name and where it leads."""
    if match[2] is None:
        return "] ("
    return match[0] if is_own(match[2], hosts) else f"{match[1]} {match[2]}"


def _without_links(text: str, hosts: frozenset[str], taken: list[str]) -> str:
    for link in dict.fromkeys(find_links(text)):
        if not is_own(link, hosts):
            taken.append(link)
            text = text.replace(link, GONE)
    return text


def _drop(pattern: re.Pattern[str], text: str, taken: list[str], put: str) -> str:
    taken.extend(ascii(match[0]) if not match[0].isprintable() else match[0]
                 for match in pattern.finditer(text))  # fmt: skip
    return pattern.sub(put, text)


def _citation(citation: Citation, hosts: frozenset[str], taken: list[str]) -> Citation:
    return citation.model_copy(update={
        "source": clean_text(citation.source, hosts, taken),
        "excerpt": clean_text(citation.excerpt, hosts, taken),
    })  # fmt: skip


async def _hosts(run: Run, texts: Iterable[str]) -> frozenset[str]:
    """The shop's own hosts, looked up where a text holds a link at all. None is vouched for in a
    run that may take no further step."""
    if not any(find_links(text) for text in texts):
        return frozenset()
    try:
        found = await run.look("own_hosts", {}, lambda shop: cast(JsonValue, own_hosts(shop)))
    except RunLimit:
        return frozenset()
    return frozenset(cast(list[str], found))


def _suspicious(text: str) -> bool:
    """Whether a closer look is needed; a few microseconds."""
    return (
        "<" in text or "](" in text or "][" in text
        or (not text.isascii() and (_TURNED.search(text) or _HIDDEN.search(text)) is not None)
        or bool(find_links(text))
    )  # fmt: skip
