"""Own words and quoted ones: what people say themselves, and what they quote of somebody else.

A merchant pastes a review in quotation marks and asks for a reply: what the review demands is not
what the merchant asks for. A name of a few words in quotation marks is theirs.
"""

import re
import unicodedata
from functools import lru_cache

from agents.entities import iterate_entities
from tradewind.base import Record

NAME_WORDS, NAME_CHARACTERS, NAME_SIGNS = 3, 24, 8
"""What is still a name when it stands in quotation marks (chosen by us)."""

_MARK = re.compile('["“”„«»「」『』]')
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_END = re.compile(r"[.!?。！？]\s+|\n")
_APART = re.compile(r"```.*?(?:```|\Z)|^[ \t]*[>＞][^\n]*$", re.S | re.M)
"""Fenced blocks and quoted lines."""

_COLON = re.compile(r"[:：](?!//)")
_CAPITAL = r"[A-Z\u00c0-\u00de\u0410-\u042f]"
_KIND = r"(?i:campaign|campaña|campanha|campagn[ea]|kampagne|kampanya|кампани|produ[ck]t|\w*budget)"
_LEADS = re.compile(rf"(?<=[\w,;)] )(?!{_KIND}\w*[ -]){_CAPITAL}\w*[ -]+$")
"""A word with a capital that leads to a name and so belongs to it, unless it begins a sentence or
says what is named."""
_GOES_ON = re.compile(rf"[ -]+(?!{_KIND})(?:{_CAPITAL}|\d+(?![\d.,]*\s*[A-Z$€£¥%]))")
"""More of a name: a word with a capital, or a number that is no amount."""


class Quotation(Record):
    """What is quoted, and the part of the writer's own sentence that leads to it."""

    lead: str
    text: str


class Words(Record):
    """A message: what its writer says, and what they quote."""

    own: str
    quoted: tuple[Quotation, ...] = ()


@lru_cache(maxsize=64)
def read_words(text: str) -> Words:
    """Own and quoted words of a message.

    With more than one pair of marks all from the first to the last is quoted, since a quotation
    may hold marks of its own.
    """
    apart = tuple(
        Quotation(lead="", text=match[0].strip("`> ＞\n\t")) for match in _APART.finditer(text)
    )
    text = _APART.sub("\n", text)
    marks = [match.start() for match in _MARK.finditer(text)]
    if not marks or (len(marks) == 1 and not _opens(text, marks[0])):
        return Words(own=text, quoted=apart)
    start, end = marks[0], marks[-1] if len(marks) > 1 else len(text)
    inside = text[start + 1 : end]
    quoted = (Quotation(lead=_END.split(text[:start])[-1], text=inside), *apart)
    if len(marks) == 2 and _is_name(inside):
        return Words(own=text, quoted=quoted)
    return Words(own=f"{text[:start]}\n{text[end + 1 :]}", quoted=quoted)


def _is_name(text: str) -> bool:
    """An id alone is a name; a few words are, unless they hold an id or an amount."""
    held = [value for _, value in iterate_entities(text)]
    few = len(plain_words(text).split()) <= NAME_WORDS and len(text) <= NAME_CHARACTERS
    return held == [text.strip()] if held else few and len(_UNSPACED.findall(text)) <= NAME_SIGNS


def _opens(text: str, at: int) -> bool:
    """Whether a lone mark begins a quotation: after a blank, before a word."""
    return (at == 0 or text[at - 1].isspace()) and at + 1 < len(text) and text[at + 1].isalnum()


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same words, whatever stands between them."""
    return bool(plain_words(one)) and plain_words(one) == plain_words(other)


def holds_words(text: str, value: str) -> bool:
    """Whether the value's words stand in the text in a row, and are whole words there."""
    wanted, heard = plain_words(value), plain_words(text)
    return bool(wanted) and f" {wanted} " in f" {heard} "


def dictates(text: str, value: str) -> bool:
    """Whether the value is all that the text says, or all that it says after its first colon or in
    the lines after its first: no part of a message is left out."""
    colon = _COLON.search(text)
    tails = [text, text[colon.end() :] if colon else "", text.strip().partition("\n")[2]]
    return any(same_words(tail, value) for tail in tails)


def names_whole(text: str, value: str) -> bool:
    """Whether the text names the value as a whole: no word that belongs to the same name stands
    before or after it ("Summer" is not named by "campaign Summer Shoes")."""
    name = r"\W+".join(map(re.escape, value.split()))
    wanted = re.compile(rf"(?<!\w){name}(?!\w)", re.I)
    return bool(value.split()) and any(
        not _LEADS.search(text[: match.start()]) and not _GOES_ON.match(text[match.end() :])
        for match in wanted.finditer(text)
    )


def plain_words(text: str) -> str:
    """The words of a text, case and signs left out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
