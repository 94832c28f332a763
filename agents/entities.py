"""Ids, amounts, dates and addresses found in a message, by rule.

The value is always a substring of the text, as written. A string of digits is an order number
only where its form is a marketplace's own, where a word or a sign says so, or where what stands
beside it leaves nothing else (`agents.bare_ids`); what could be two things is neither.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from agents.bare_ids import (
    announced_orders,
    announced_parcels,
    bare_order,
    names_marketplace_order,
)
from agents.entity_words import foreign
from agents.phones import phones
from agents.postcodes import announced_postcodes, postcodes, postcodes_in_addresses
from agents.spelled import Spelled, spell
from agents.sums import Sum, sums_by_charge, sums_with_currency

Span = tuple[int, int]
Found = Iterator[tuple[str, Span]]

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_URL = re.compile(r"https?://\S+|www\.\S+", re.I)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dispute_id", re.compile(
        r"(?<![A-Za-z0-9])(?:(?:dp|du|dis|case|chb|cb)_[A-Za-z0-9]{4,}|PP-[A-Z]-[A-Z]{3}-\d{6,12}|"
        r"PP-[A-Z]-[A-Z0-9]{3,}|PP-\d{3}-\d{3}-\d{3}-\d{3})"
    )),
    ("tracking_no", re.compile(
        r"(?<![A-Za-z0-9])(?:1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2}|LP\d{10,16}(?:[A-Z]{2})?|JD\d{16,18}|"
        r"JJD\d{16,20}|YT\d{13,16}|JT\d{13}|SF\d{12,15}|4PX\d{10,}[A-Z]{0,2}|EZ\d{10}|CNG?\d{12,}|UUS\d{10,}|H\d{15,}|"
        r"\d[A-Z]\d{11})(?![A-Za-z0-9])"
    )),
    ("order_id", re.compile(
        r"(?<![A-Za-z0-9])(?:#?W\d{7}|\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}|#[A-Za-z]{0,4}-?\d{3,16}|"
        r"#?[A-Z]{2,5}-\d{4}-\d{3,8}|[A-Z]{2,4}-\d{4,10}|\d{6}-\d{8}-\d{6,10}|\d{6,10}-\d{4}|20\d{6}-\d{5,8}|"
        r"2\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?=\d{0,7}[A-Z])[A-Z0-9]{4,8})(?![A-Za-z0-9-])"
    )),
)  # fmt: skip
_PARCEL_DIGITS = re.compile(r"(?<![\d#+-])(?:\d{12}|\d{14,15}|\d{20,22})(?!\d)")
_BEFORE = 32
"""Characters before digits in which a word says that they are no parcel's."""
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    r"\d{1,2}月\d{1,2}[日号]|\d{1,2}월\s?\d{1,2}일)(?!\d)"
)
_PERCENT = re.compile(r"(?<![\d#])\d{1,3}(?:[.,]\d+)?\s?[%％٪]")
_SIGN = re.compile(r"[\d@_]|PP-")
"""Every entity holds one of these, but for a sum in words; most sentences hold none."""

_FEW_WORDS, _FEW_SIGNS = 6, 60
"""Words and characters of a message that gives an order's number and its postcode, and asks nothing more."""


class _Taken:
    """Which characters an entity holds already."""

    def __init__(self, size: int) -> None:
        self._held = bytearray(size)
        self.spans: list[Span] = []

    def take(self, span: Span) -> bool:
        """Whether no earlier entity holds a part of the span; from now on this one does."""
        start, end = span
        if start == end or 1 in self._held[start:end]:
            return False
        self._held[start:end] = b"\x01" * (end - start)
        self.spans.append(span)
        return True


def find_entities(text: str) -> dict[str, str]:
    """The first value of each kind, as written: order_id, dispute_id, tracking_no, email, phone,
    postcode, amount, currency, percent, date."""
    found: dict[str, str] = {}
    for kind, value in iterate_entities(text):
        found.setdefault(kind, value)
    return found


def find_all(text: str, kind: str) -> tuple[str, ...]:
    """All values of one kind, in the order of the patterns, each once."""
    return tuple(dict.fromkeys(value for k, value in iterate_entities(text) if k == kind))


def offered_postcode(text: str, found: Mapping[str, str]) -> str:
    """The postcode that a message gives to prove who writes: one that a word announces, or one in
    a message of hardly more. In an address it says where something is to go and proves nothing.

    `found` are the message's entities.
    """
    postcode = found.get("postcode", "")
    few = len(text.split()) <= _FEW_WORDS and len(text) <= _FEW_SIGNS
    if not postcode or few:
        return postcode
    spelled = spell(text)
    announced = {spelled.written(*span) for span in announced_postcodes(spelled.plain)}
    return postcode if postcode in announced else ""


def iterate_entities(text: str) -> Iterator[tuple[str, str]]:
    """Every (kind, value) found; a span is given to one kind only."""
    spelled = spell(text)
    plain = spelled.plain
    if _SIGN.search(plain) is None:
        if not plain.isascii():
            yield from _written(spelled, _sums(sums_with_currency(plain), _Taken(len(plain))))
        return
    yield from _written(spelled, _all(plain))


def _all(plain: str) -> Found:
    """What is surer comes first, and keeps what it holds."""
    taken, kinds = _Taken(len(plain)), set[str]()
    for kind, span in _ids(plain, taken):
        kinds.add(kind)
        yield kind, span
    yield from _of("phone", phones(plain), taken)
    yield from _of("postcode", postcodes(plain), taken)
    yield from _of("date", (match.span() for match in _DATE.finditer(plain)), taken)
    yield from _of("percent", (match.span() for match in _PERCENT.finditer(plain)), taken)
    yield from _sums(sums_with_currency(plain), taken)
    has_order = "order_id" in kinds or names_marketplace_order(plain)
    places = postcodes_in_addresses(plain, has_order=has_order)
    yield from _of("postcode", places, taken)
    yield from _sums(sums_by_charge(plain), taken)
    bare = None if "order_id" in kinds else bare_order(plain, taken.spans)
    if bare:
        yield "order_id", bare


def _ids(plain: str, taken: _Taken) -> Found:
    """Ids and addresses that their form or a word tells."""
    if "@" in plain:
        yield from _of("email", (match.span() for match in _EMAIL.finditer(plain)), taken)
    if "://" in plain or "www." in plain.lower():
        for match in _URL.finditer(plain):
            taken.take(match.span())
    for kind, pattern in _FORMS:
        yield from _of(kind, (match.span() for match in pattern.finditer(plain)), taken)
    yield from _of("tracking_no", announced_parcels(plain), taken)
    yield from _of("order_id", announced_orders(plain), taken)
    yield from _of("tracking_no", _bare_parcels(plain), taken)


def _bare_parcels(plain: str) -> Iterator[Span]:
    for match in _PARCEL_DIGITS.finditer(plain):
        if not foreign().search(plain[max(0, match.start() - _BEFORE) : match.start()]):
            yield match.span()


def _of(kind: str, spans: Iterable[Span], taken: _Taken) -> Found:
    for span in spans:
        if taken.take(span):
            yield kind, span


def _sums(sums: Iterable[Sum], taken: _Taken) -> Found:
    for number, currency in sums:
        if taken.take(number):
            yield "amount", number
            if currency and taken.take(currency):
                yield "currency", currency


def _written(spelled: Spelled, found: Found) -> Iterator[tuple[str, str]]:
    for kind, span in found:
        yield kind, spelled.written(*span)


def id_spans(text: str, kind: str) -> list[tuple[int, int]]:
    """Where ids of a kind stand."""
    found: list[tuple[int, int]] = []
    for number in find_all(text, kind):
        for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(number)}(?![A-Za-z0-9])", text):
            found.append(match.span())
    return found


def iterate_ids(text: str) -> Iterator[tuple[str, str]]:
    """As `iterate_entities`, ids and e-mail addresses only, and of these only what its form or a
    word tells: a third of the time."""
    spelled = spell(text)
    if _SIGN.search(spelled.plain) is not None:
        yield from _written(spelled, _ids(spelled.plain, _Taken(len(spelled.plain))))


def order_key(order_id: str) -> str:
    """One form for an order number however it is written: no sign, no blanks, upper case."""
    return re.sub(r"[#\s]", "", spell(order_id).plain).upper()
