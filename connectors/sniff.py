"""What form a file has, by its first bytes, and how large that form may be."""

import codecs
import re
from typing import Literal

from connectors import limits
from tradewind.errors import InvalidInput

Form = Literal["pdf", "json", "html", "text", "eml", "mbox"]

# Formats that are known and not read: (first bytes, what it is, what to do).
_REFUSED = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
    (b"PK\x05\x06", "an empty ZIP archive", "Unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "Save the sheet as CSV."),
    (b"\x1f\x8b", "gzip data", "Unpack it first."),
    (b"BZh", "bzip2 data", "Unpack it first."),
    (b"\xfd7zXZ", "xz data", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "zstd data", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"\x89PNG", "a PNG picture", "Import text files only."),
    (b"\xff\xd8\xff", "a JPEG picture", "Import text files only."),
    (b"GIF8", "a GIF picture", "Import text files only."),
    (b"SQLite format 3", "an SQLite database", "Export it as CSV or JSON."),
    (b"\x7fELF", "a program", "Import text files only."),
)
_HTML = re.compile(
    rb"<(!doctype\s+html|html|head|body|article|section|main|div|h[1-6]|p|title|meta|!--)\b", re.I
)
_JSON = re.compile(rb"(\{\s*[\"}])|(\[\s*[\[{\]\"\d])")
_MBOX = re.compile(rb"From \S{1,300} [^\r\n]{10,60}\d{4}[^\r\n]{0,20}\r?\n[A-Za-z][\w-]{1,70}:")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,70}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_OF_MAIL = re.compile(rb"^(?:message-id|received|mime-version|delivered-to|date):", re.I | re.M)
_FROM = re.compile(rb"^from:", re.I | re.M)
_SIZES: dict[Form, tuple[int, str]] = {
    "pdf": (limits.PDF_BYTES, "a PDF"),
    "json": (limits.JSON_BYTES, "a JSON file"),
    "html": (limits.DOCUMENT_BYTES, "a document"),
    "text": (limits.TABLE_BYTES, "a table"),
    "eml": (limits.MAIL_BYTES, "a mail"),
    "mbox": (limits.TABLE_BYTES, "a mailbox"),
}


def form_of(head: bytes) -> Form:
    """The form that the first bytes show. Raises InvalidInput for empty and foreign files."""
    for magic, name, remedy in _REFUSED:
        if head.startswith(magic):
            raise InvalidInput(f"the file is {name}", remedy)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    bare = _bare(head)
    if not bare:
        raise InvalidInput("the file is empty", "Export it again.")
    if _JSON.match(bare):
        return "json"
    if _MBOX.match(bare):
        return "mbox"
    if _is_mail(bare):
        return "eml"
    return "html" if _HTML.match(bare) else "text"


def _is_mail(bare: bytes) -> bool:
    """Whether it begins with a mail's headers: From, and one that only mails have."""
    place, lines = 0, list[bytes]()
    while (line := _HEADER.match(bare, place)) is not None:
        lines.append(line[0])
        place = line.end()
    head = b"".join(lines)
    whole = place >= len(bare) or bare[place : place + 1] in (b"\r", b"\n") or len(bare) >= 3000
    return whole and bool(_FROM.search(head) or len(lines) > 8) and bool(_OF_MAIL.search(head))


def check_size(size: int, form: Form) -> None:
    """Raise InvalidInput when a file of this form is too large to be read in bounded memory."""
    limit, name = _SIZES[form]
    if size > limit:
        raise InvalidInput(
            f"the file has {size} bytes, more than the {limit} that {name} may have",
            "Export it in parts.",
        )


def _bare(head: bytes) -> bytes:
    """Without byte order mark, the zero bytes of UTF-16, and leading blanks."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            head = head[len(mark) :]
    return head.replace(b"\0", b"").lstrip()
