"""E-mails: one in a file (.eml), or many (.mbox), by the standard library's parser.

Nothing is fetched and no attachment is opened. A mail that would take too much is set aside before
it is parsed: the parser makes an object of every part.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses, parsedate_to_datetime

from connectors.fields import FieldError
from connectors.limits import MAIL_BYTES, MAIL_LINES_OF_PARTS, MAIL_NESTED, MAIL_TEXT
from connectors.mail_text import header_text, text_of
from connectors.quoted import newest
from connectors.reader import Context, MailReader, Reading, Row, settle
from connectors.words import language_of
from tradewind.base import digest
from tradewind.cards import mask_cards
from tradewind.commerce import Message
from tradewind.letters import Letter, LetterNote

_BEGINS = re.compile(rb"(?:\A|\n\r?\n)From [^\r\n]{3,300}\r?\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.M)
_NESTED = re.compile(rb"content-type\s*:\s*(?:multipart|message)/", re.I)
_PART = re.compile(rb"^--", re.M)
_ADDRESS = re.compile(r"[^\s@<>\"(),:;]{1,64}@[^\s@<>\"(),:;]{1,255}")
_REFERENCE = re.compile(r"<[^<>\s]{3,250}>")
_MACHINE = ("list-unsubscribe", "list-id", "x-autoreply", "x-auto-response-suppress")
_SENT = "sent"
"""Gmail's label of what the shop itself wrote, as Takeout writes it (`X-Gmail-Labels`)."""
MOST_REFERENCES = 20


def read_one(data: bytes, context: Context) -> Iterator[Row]:
    yield from settle(1, lambda: [_read(data)], context)


def read_many(data: bytes, context: Context) -> Iterator[Row]:
    """A mailbox, mail by mail; lines that begin with From are escaped as mboxrd does it."""
    begins = [(found.start(), found.end()) for found in _BEGINS.finditer(data)]
    ends = [start for start, _ in begins[1:]] + [len(data)]
    for number, ((_, start), end) in enumerate(zip(begins, ends, strict=True), start=1):
        mail = _ESCAPED.sub(rb"\1", data[start:end])
        yield from settle(number, lambda mail=mail: [_read(mail)], context)


def _read(data: bytes) -> Reading:
    """Raises FieldError for a mail that is too large, too deep, or tells no date."""
    _check(data)
    try:
        mail = message_from_bytes(data)
        said = text_of(mail)
    except RecursionError as error:
        raise FieldError("parts", "", "are nested too deep") from error
    at = _date(mail)
    text, quoted = newest(said.text)
    notes: list[LetterNote] = [*said.notes, *(["quoted_cut"] if quoted else [])]
    if _is_automatic(mail):
        notes.append("automatic")
    if len(text) > MAIL_TEXT:
        notes.append("cut")
    if not text:
        notes.append("no_text")
    text = mask_cards(text[:MAIL_TEXT])
    letter = _letter(mail, tuple(said.attachments), tuple(notes))
    key = [letter.ref, letter.address, at.isoformat(), text]  # a Message-ID alone may be borrowed
    message = Message(
        id=f"mail_{digest(key)[:16]}", at=at, sender="shop" if _is_ours(mail) else "buyer",
        language=language_of(text, ""), text=text, letter=letter,
    )  # fmt: skip
    return Reading(message, {"bytes": len(data), "ref": letter.ref})


def _check(data: bytes) -> None:
    if len(data) > MAIL_BYTES:
        raise FieldError("size", len(data), f"is more than the {MAIL_BYTES} bytes of a mail")
    if sum(1 for _ in _NESTED.finditer(data)) > MAIL_NESTED:
        raise FieldError("parts", "", f"hold more than {MAIL_NESTED} others")
    if sum(1 for _ in _PART.finditer(data)) > MAIL_LINES_OF_PARTS:
        raise FieldError("parts", "", f"are more than {MAIL_LINES_OF_PARTS}")


def _letter(mail: Mail, attachments: tuple[str, ...], notes: tuple[LetterNote, ...]) -> Letter:
    name, address = _sender(mail)
    before = f"{mail.get('References', '')} {mail.get('In-Reply-To', '')}"
    thread = tuple(dict.fromkeys(_REFERENCE.findall(before[:20_000])))
    own = _REFERENCE.search(str(mail.get("Message-ID", ""))[:1000])
    return Letter(
        channel="email", address=address, name=mask_cards(name),
        subject=mask_cards(header_text(mail, "Subject")), ref=own[0] if own else "",
        thread=thread[-MOST_REFERENCES:], attachments=attachments, notes=notes,
    )  # fmt: skip


def _sender(mail: Mail) -> tuple[str, str]:
    """Name and address of From; no address where there are several, or none that can be one."""
    lines = [str(line)[:2000] for line in mail.get_all("From", [])]
    found = [pair for pair in getaddresses(lines) if pair[1]]
    if len(lines) != 1 or len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]):
        return header_text(mail, "From").partition("<")[0].strip(' "'), ""
    name = header_text(mail, "From").partition("<")[0].strip(' "')
    return ("" if name == found[0][1] else name), found[0][1]


def _date(mail: Mail) -> datetime:
    """When it was written; where that cannot be read, when its last server took it."""
    received = str(next(iter(mail.get_all("Received", [])), "")).rpartition(";")[2]
    for told in (str(mail.get("Date", "")), received):
        try:
            at = parsedate_to_datetime(told.strip()[:100])
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        try:
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    raise FieldError("Date", mail.get("Date"), "is no date")


def _is_automatic(mail: Mail) -> bool:
    """A machine's or a list's (RFC 3834): nobody waits for an answer."""
    auto = str(mail.get("Auto-Submitted", "no")).strip().casefold()
    precedence = str(mail.get("Precedence", "")).strip().casefold()
    listed = any(name in mail for name in _MACHINE)
    return auto != "no" or precedence in ("bulk", "junk", "list", "auto_reply") or listed


def _is_ours(mail: Mail) -> bool:
    labels = header_text(mail, "X-Gmail-Labels").casefold().split(",")
    return _SENT in (label.strip() for label in labels)


EML = MailReader("mail_eml", read_one)
MBOX = MailReader("mail_mbox", read_many)
