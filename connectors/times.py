"""Points in time as sources write them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_TAIL = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-/.年]\s?(?P<month>\d{1,2})[-/.月]\s?(?P<day>\d{1,2})日?" + _TAIL
)
_YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})" + _TAIL
)
_NAMED = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y %H:%M:%S")


def parse_time(value: str | float) -> tuple[datetime, bool]:
    """Read a time: (aware UTC, whether the source named its zone).

    Takes ISO 8601, epoch seconds, milliseconds or microseconds, RFC 2822, and the common
    numeric dates. A time without zone is taken as UTC and flagged; the caller decides.
    Raises ValueError with the reason; 03/04/2025 is refused: nobody knows which is the day.
    """
    text = str(value).strip()
    if len(text) > 60:
        raise ValueError("is not a time")
    if re.fullmatch(r"\d{8,16}(\.\d+)?", text):
        return _sane(_of_digits(text), True)
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if found is not None:
        return _sane(*_of_match(found.groupdict()))
    return _sane(*_of_words(text))


def parse_day(value: str) -> date:
    """Read a calendar day. Raises ValueError with the reason."""
    return parse_time(value)[0].date()


def _of_digits(text: str) -> datetime:
    digits = text.partition(".")[0]
    if len(digits) == 8:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC)
    scale = {9: 1, 10: 1, 12: 1e3, 13: 1e3, 15: 1e6, 16: 1e6}.get(len(digits))
    if scale is None:
        raise ValueError("is not a time")
    return datetime.fromtimestamp(float(text) / scale, UTC)


def _of_match(parts: dict[str, str | None]) -> tuple[datetime, bool]:
    month, day = (parts.get("month"), parts.get("day")) if "month" in parts else _order(parts)
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    zone = _zone(parts["zone"])
    at = datetime(
        int(parts["year"] or 0), int(month or 0), int(day or 0),
        hour, int(parts["minute"] or 0), min(int(parts["second"] or 0), 59),
        tzinfo=zone or UTC,
    )  # fmt: skip
    return at, zone is not None


def _order(parts: dict[str, str | None]) -> tuple[str, str]:
    """Month and day of a date with the year last: dots mean day first, a value above 12 tells."""
    a, b = parts["a"] or "", parts["b"] or ""
    if parts["mark"] == "." or int(a) > 12 or a == b:
        return b, a
    if int(b) > 12:
        return a, b
    raise ValueError("may be day/month or month/day; write it as YYYY-MM-DD")


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    found = re.search(r"([+-])(\d{2}):?(\d{2})?", text)
    if found is None:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)


def _of_words(text: str) -> tuple[datetime, bool]:
    for form in _NAMED:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), False
        except ValueError:
            continue
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError) as error:
        raise ValueError("is not a time") from error
    return (at, True) if at.tzinfo else (at.replace(tzinfo=UTC), False)


def _sane(at: datetime, zoned: bool) -> tuple[datetime, bool]:
    if not 1990 <= at.year <= 2100:
        raise ValueError("is not a year of this shop (1990 to 2100)")
    return at.astimezone(UTC), zoned
