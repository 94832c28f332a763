"""The text of a mail, and the names of what came with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mail

from connectors.html_text import html_text
from connectors.limits import MAIL_HTML, MAIL_PARTS
from tradewind.letters import LetterNote

_CHARSETS = re.compile(
    r"us-ascii|ascii|utf-?8|utf-?16(?:le|be)?|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|"
    r"koi8-[ru]|gb2312|gbk|gb18030|big5(?:-hkscs)?|shift[_-]?jis|cp932|euc-(?:jp|kr)|"
    r"iso-2022-(?:jp|kr)|cp949",
    re.I,
)
"""Charsets that are decoded; others take quadratic time (punycode, idna) or are none."""
_PICTURE = re.compile(r"<img\b[^>]{0,2000}?\bsrc\s*=\s*[\"']?\s*(?:https?:)?//", re.I)
LONGEST_HEADER, LONGEST_NAME, MOST_NAMES = 2000, 120, 20


@dataclass
class MailText:
    """What is read of a mail's parts."""

    text: str = ""
    attachments: list[str] = field(default_factory=list[str])
    notes: list[LetterNote] = field(default_factory=list[LetterNote])


def text_of(mail: Mail) -> MailText:
    """Its plain text, else the text of its HTML; attachments by name."""
    said = MailText()
    plain, pages = list[str](), list[str]()
    for count, part in enumerate(_leaves(mail)):
        if count >= MAIL_PARTS:
            said.notes.append("many_parts")
            break
        kind = part.get_content_type()
        if _is_attached(part) or not kind.startswith("text/"):
            said.attachments += [_name_of(part)][: MOST_NAMES - len(said.attachments)]
        elif kind == "text/html":
            pages.append(_decoded(part)[:MAIL_HTML])
        elif kind == "text/plain":
            plain.append(_decoded(part)[:MAIL_HTML])
    said.text = "\n\n".join(text for text in map(str.strip, plain) if text)
    if not said.text and pages:
        said.text = "\n\n".join(map(html_text, pages))
        said.notes.append("html_only")
    if any(_PICTURE.search(page) for page in pages):
        said.notes.append("remote_pictures")
    return said


def header_text(mail: Mail, name: str) -> str:
    """A header as people read it, in one line: what it is made of cannot begin another header."""
    raw = str(mail.get(name, ""))[:LONGEST_HEADER]
    try:
        pieces = decode_header(raw)
    except HeaderParseError:
        pieces = [(raw, None)]
    told = "".join(
        piece if isinstance(piece, str) else _decode(piece, charset or "ascii")
        for piece, charset in pieces
    )
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())[:LONGEST_HEADER]


def _leaves(mail: Mail) -> Iterator[Mail]:
    """Parts that hold no other; what is inside a mail that came along is not looked at."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inside = part.get_payload()
            held = inside if isinstance(inside, list) else []
            waiting += [one for one in reversed(held) if isinstance(one, Mail)]
        else:
            yield part


def _is_attached(part: Mail) -> bool:
    told = str(part.get("Content-Disposition", "")).casefold()
    return told.startswith("attachment") or part.get_content_maintype() == "message"


def _name_of(part: Mail) -> str:
    """A file's name without its folders; else its kind."""
    told = (part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in told if c.isprintable())
    return clean.strip()[:LONGEST_NAME] or part.get_content_type()


def _decoded(part: Mail) -> str:
    held = part.get_payload(decode=True)
    if not isinstance(held, bytes):
        return ""
    return _decode(held, str(part.get_content_charset() or "utf-8"))


def _decode(held: bytes, charset: str) -> str:
    known = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        text = held.decode(known, "replace")
    except LookupError:
        text = held.decode("utf-8", "replace")
    return text.replace("\0", "").lstrip("\ufeff")
