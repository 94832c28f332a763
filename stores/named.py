"""Who comes up in a trace: e-mail addresses in any of its text, records by their ids.

Records are told by what our own code writes: the source of evidence, and the ids that tools are
asked for. A name that somebody typed is not known for a person's.
"""

import json
import re
from collections.abc import Iterator

from stores.keys import email_key, order_key, plain, tracking_key

Named = tuple[str, str]
"""A kind (email, order, customer, payment, refund, dispute, shipment, message) and the value's
one form."""

_DOMAIN = re.compile(rb"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LOCAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+'-"
_LONGEST_LOCAL = 64
"""Bytes before an address's sign that are looked at first (RFC 5321, 4.5.3.1.1)."""
_SOURCE = re.compile(
    rb'"source":"(order|customer|payment|refund|dispute|shipment|message)/((?:[^"\\]|\\.)+)"'
)
_ASKED = re.compile(rb'"(order|customer|dispute|payment)(?:_id)?":"((?:[^"\\]|\\.)+)"')
_BACKSLASH, _U = b"\\u"


def one_form(kind: str, value: str) -> str:
    """One form for a value however it is written."""
    if kind == "order":
        return order_key(value)
    if kind == "email":
        return email_key(value)
    return tracking_key(value) if kind == "tracking" else plain(value)


def emails_in(told: bytes) -> Iterator[str]:
    """E-mail addresses in a text or its JSON, in one form."""
    if b"@" not in told:
        return
    for found in _DOMAIN.finditer(told):
        at = found.start()
        start = _local_start(told, at)
        if start and told[start - 1] == _BACKSLASH:  # the letter of a JSON escape is none of it
            start += 5 if told[start] == _U else 1
        if start < at:
            yield email_key(told[start : found.end()].decode())


def named_in(told: bytes) -> set[Named]:
    """All e-mails and records that a text, or several JSON texts in lines, name."""
    found: set[Named] = {("email", email) for email in emails_in(told)}
    found.update(_record(*one) for one in {*_SOURCE.findall(told), *_ASKED.findall(told)})
    return {(kind, value) for kind, value in found if value}


def _local_start(told: bytes, at: int) -> int:
    """Where the part before an address's sign begins."""
    first = max(0, at - _LONGEST_LOCAL)
    left = len(told[first:at].rstrip(_LOCAL))
    return first + left if left or not first else len(told[:at].rstrip(_LOCAL))


def _record(kind: bytes, value: bytes) -> Named:
    name, text = kind.decode(), value.decode()
    return name, one_form(name, _read(text) if "\\" in text else text)


def _read(text: str) -> str:
    """A JSON string's text; what somebody typed is none and stays as it is."""
    try:
        return json.loads(f'"{text}"')
    except ValueError:
        return text
