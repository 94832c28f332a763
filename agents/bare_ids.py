"""Numbers of orders and parcels that only their surroundings tell: what announces them, what
stands right beside them, or that they stand alone. A number that could be several things, and
one of several numbers, is none."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from agents.entity_words import LETTER, MOST, any_of, compiled, entity_words, foreign
from agents.postcodes import street

Span = tuple[int, int]
_BEFORE, _AFTER = 40, 40
"""Characters beside a number that are looked at."""
_YEARS = range(1900, 2100)
_NUMBER = re.compile(
    rf"(?<![{LETTER}\d_#@+*=\"“”„«-])(?<!\d[.,:/ -])(?:\d{{4,8}}|\d{{10}}|\d{{16,19}})"
    rf"(?![{LETTER}\d_%=@])(?![.,:/-]\d|\s?%|\s\d)"
)
_ALONE_BEFORE = re.compile(r"(?:\A|\n|[^\w\s'’%&/-]|\s[-–—])\s*\Z")
_ALONE_AFTER = re.compile(r"\s*(?:\Z|\n|[^\w\s'’%&/(-]|\s[-–—])")
_END = re.compile(r"[.!?。！？\n]")
_LONG = 16
_LONG_NUMBER = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_SURE = 3
"""The rank of a number that another of the same length puts in no doubt."""
_YEAR_TEXTS = frozenset(map(str, _YEARS))
_HOUSE_AFTER = re.compile(r"\s(?:[A-Z][^\W\d_]+\s){1,3}")


@cache
def _announced() -> re.Pattern[str]:
    w = entity_words().order
    return compiled(
        rf"(?<![{LETTER}])(?:{any_of(w.announce)})(?:\s*(?:{w.number})(?![{LETTER}]))?"
        rf"\s?(?:\(|:|：|-)?\s?(?:(?:{w.link})(?![{LETTER}])\s?)?(?:(?:{w.number})\s?)?"
        rf"[:：#(\"“„«「]{{0,2}}\s?(?P<v>#?[A-Z]{{0,4}}-?(?:\d{{4,20}}(?:-\d{{1,4}})?|\d{{2,3}}-\d{{4,8}}))(?![\d{LETTER}%])(?![.,:/-]\d)"
    )


@cache
def _named_after() -> re.Pattern[str]:
    return compiled(
        rf"(?<![{LETTER}\d#])(?<!\d[.,:/-])(?P<v>\d{{4,20}}){entity_words().order.after}"
    )


@cache
def _acts() -> re.Pattern[str]:
    return compiled(rf"(?<![{LETTER}])(?:{entity_words().order.acts})")


@cache
def _parcel() -> re.Pattern[str]:
    words = entity_words().tracking.announce
    return compiled(
        rf"(?<![{LETTER}])(?:{words})(?:\s(?:no|nr|number|n[°º.])\.?)?\s?[:：#]?\s?(?:is|は|是|es|è|ist)?\s?"
        rf"(?P<v>(?=[A-Z-]{{0,6}}\d)[A-Z\d](?:[A-Z\d]|-(?=\d)){{8,24}})(?![\w-])"
    )


@cache
def _refers() -> re.Pattern[str]:
    return compiled(rf"(?<!\w)(?:{any_of(entity_words().order.refers)})\s?\Z")


@cache
def _followed() -> re.Pattern[str]:
    return compiled(any_of(entity_words().order.followed))


@cache
def _not_before() -> re.Pattern[str]:
    w = entity_words().order
    return compiled(
        rf"(?<![^\W\d_])(?:{w.not_before})[\s.:=°ºn]{{0,3}}\Z"
        rf"|(?<![^\W\d_]){w.street}\.?(?: [^\d,.;\n]{{1,24}})?\s\Z"
    )


@cache
def _not_after() -> re.Pattern[str]:
    return compiled(entity_words().order.not_after)


@cache
def _street() -> re.Pattern[str]:
    return compiled(rf"{entity_words().order.street}(?!\w)")


def announced_orders(plain: str) -> Iterator[Span]:
    for match in _announced().finditer(plain):
        if _not_after().match(plain, match.end()) is None:
            yield match.span("v")
    for match in _named_after().finditer(plain):
        yield match.span("v")


def names_marketplace_order(plain: str) -> bool:
    """Whether a number stands there that is as long as marketplaces' order numbers alone."""
    return _LONG_NUMBER.search(plain) is not None


def announced_parcels(plain: str) -> Iterator[Span]:
    for match in _parcel().finditer(plain):
        if sum(map(str.isdigit, match["v"])) >= 8:
            yield match.span("v")


def bare_order(plain: str, taken: list[Span]) -> Span | None:
    """The one bare number of the text that can only be an order's."""
    told: list[tuple[int, str, Span]] = []
    for match in islice(_NUMBER.finditer(plain), MOST):
        start, end = match.span()
        if not any(start < e and s < end for s, e in taken):
            rank = 0 if _is_other(plain, match) else _rank(plain, match)
            told.append((rank, match[0], match.span()))
    best = max((rank for rank, _, _ in told), default=0)
    spans = {value: span for rank, value, span in told if rank == best}
    if not best or len(spans) > 1:
        return None
    ((value, span),) = spans.items()
    alike = {other for _, other, _ in told if other != value and len(other) == len(value)}
    return None if best < _SURE and alike - _YEAR_TEXTS else span


def _is_other(plain: str, match: re.Match[str]) -> bool:
    """Whether what stands beside the number makes it something else."""
    start, end = match.span()
    if len(match[0]) == 4 and int(match[0]) in _YEARS:
        return True
    before = plain[max(0, start - _BEFORE) : start]
    if _not_before().search(before) or foreign().search(before):
        return True
    house = _HOUSE_AFTER.match(plain, end)
    if house and _street().match(plain, house.end()):
        return True
    return _not_after().match(plain, end) is not None


def _rank(plain: str, match: re.Match[str]) -> int:
    """How sure it is: 0 is not."""
    start, end = match.span()
    before, after = plain[max(0, start - _BEFORE) : start], plain[end : end + _AFTER]
    if len(match[0]) >= _LONG or _followed().match(after):
        return _SURE
    round_ = match[0].endswith("00")
    if _refers().search(before) and not round_:
        return 2
    if round_:
        return 0
    sentence = _END.split(before)[-1] + " " + _END.split(after)[0]
    alone = _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(after)
    if street().search(before):
        return 0
    return int(bool(alone or _acts().search(sentence)))
