"""One form for what people write in many: order and tracking numbers, e-mail addresses, times."""

import unicodedata
from datetime import UTC, datetime, timedelta

from tradewind.errors import InvalidInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_INT64 = 1 << 63


def plain(text: str) -> str:
    """The text as a database can hold it: NUL and lone surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    )


def order_key(order_id: str) -> str:
    """`# w2611340`, `W2611340` and `＃Ｗ２６１１３４０` are one order."""
    return _folded(order_id).lstrip("#")


def tracking_key(tracking_no: str) -> str:
    """Carriers print numbers in groups: blanks, hyphens and letter case do not count."""
    return _folded(tracking_no).replace("-", "")


def email_key(email: str) -> str:
    return _folded(email)


def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", plain(text)).translate(_DIGITS)
    return plain("".join(text.split()).casefold())


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """The time of `micros`."""
    return _EPOCH + at * _MICROSECOND


def int64(value: int | None, what: str) -> int | None:
    """The value, if a 64-bit column can hold it. Raises InvalidInput with `what` it is."""
    if value is not None and not -_INT64 <= value < _INT64:
        raise InvalidInput(f"{what} {value} is too large.", "Correct the source row.")
    return value
