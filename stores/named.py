"""Who comes up in a trace: e-mail addresses in any of its text, records by their ids.

Records are told by what our own code writes: the source of evidence, and the ids that tools are
asked for. A name that somebody typed is not known for a person's.
"""

import json
import re
from collections.abc import Iterable, Iterator

from stores.keys import email_key, order_key, plain, tracking_key

Named = tuple[str, str]
"""A kind (email, order, customer, payment, dispute, shipment, message) and the value's one form."""

_DOMAIN = re.compile(r"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LOCAL = re.compile(r"[A-Za-z0-9._%+'-]+$")
_STRING = r'"((?:[^"\\]|\\.)*)"'
_SOURCE = re.compile(
    r'"source":"(order|customer|payment|dispute|shipment|message)/((?:[^"\\]|\\.)*)"'
)
_ASKED = re.compile(rf'"(order|customer|dispute|payment)(?:_id)?":{_STRING}')
_LONGEST = 80
"""Characters of an e-mail's first part that are looked at."""


def one_form(kind: str, value: str) -> str:
    """One form for a value however it is written."""
    if kind == "order":
        return order_key(value)
    if kind == "email":
        return email_key(value)
    return tracking_key(value) if kind == "tracking" else plain(value)


def emails_in(text: str) -> Iterator[str]:
    """E-mail addresses in a text or its JSON, in one form."""
    if "@" not in text:
        return
    for found in _DOMAIN.finditer(text):
        at = found.start()
        local = _LOCAL.search(text, max(0, at - _LONGEST), at)
        if local is None:
            continue
        start = local.start()
        if start and text[start - 1] == "\\":  # the letter of a JSON escape is none of it
            start += 5 if text[start] == "u" else 1
        if start < at:
            yield email_key(text[start : found.end()])


def named_in(texts: Iterable[str | None], records: bool = True) -> set[Named]:
    """All e-mails, and with `records` all records, that the JSON texts name."""
    found: set[Named] = set()
    for text in filter(None, texts):
        found.update(("email", email) for email in emails_in(text))
        if records:
            for pattern in (_SOURCE, _ASKED):
                found.update((kind, one_form(kind, _text(v))) for kind, v in pattern.findall(text))
    return {(kind, value) for kind, value in found if value}


def _text(value: str) -> str:
    return json.loads(f'"{value}"') if "\\" in value else value
