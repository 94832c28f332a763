"""Numbers as people and spreadsheets write them: 1,234.56 and 1.234,56 and 1 234,56 €."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from connectors.limits import AMOUNT
from tradewind.base import Money

NumberStyle = Literal["dot", "comma", "unknown"]

_PLAIN = re.compile(r"\d{1,12}(\.\d{1,2})?")
# Currency marks beside a number; a percent sign or a unit makes it another thing than a price.
_MARK = (
    r"(?:[A-Z]{1,3}\$|[A-Z]{3}|[$€£¥₹₽₩₺₴₦₫฿₱₪₡₲₵₸₼₾元円원]|Rp\.?|RM|S/|R|kr\.?|zł|Kč|Ft|lei|"
    r"лв\.?|руб\.?|р\.?|TL|Fr\.?)"
)
_WRITTEN = re.compile(
    rf"(?P<sign>[-+(]?)\s*{_MARK}?\s*(?P<minus>-?)(?P<body>\d[\d.,' ]*|[.,]\d+)"
    rf"\s*{_MARK}?(?P<trail>[-)]?)"
)
_CURRENCY = re.compile(r"[A-Z]{3}")


def parse_number(text: str, style: NumberStyle = "unknown") -> Decimal:
    """Read a number; `style` names the file's decimal mark. Raises ValueError with the reason.

    "1.234" reads as 1234 where the file has decimal commas, as 1.234 where it has decimal
    dots, and is refused where nothing tells.
    """
    if _PLAIN.fullmatch(text) and style != "comma":
        return Decimal(text)
    found = _WRITTEN.fullmatch(_folded(text)) if len(text) <= 60 else None
    if found is None or (found["sign"] and found["minus"]):
        raise ValueError("is not a number")
    value = Decimal(_plain_body(found["body"].strip(), style))
    negative = "-" in (found["sign"], found["minus"], found["trail"]) or found["sign"] == "("
    return -value if negative else value


def style_of(samples: Iterable[str]) -> NumberStyle:
    """The decimal mark that the sampled cells show, by the cells that leave no doubt."""
    votes = Counter(mark for text in samples if (mark := _sure_mark(_folded(text))))
    if not votes or votes["."] == votes[","]:
        return "unknown"
    return "dot" if votes["."] > votes[","] else "comma"


def parse_money(text: str, currency: str, style: NumberStyle = "unknown") -> Money:
    """Read an amount of money. Raises ValueError for no number, no currency or absurd size."""
    value = parse_number(text, style)
    if abs(value) > AMOUNT:
        raise ValueError(f"is larger than {AMOUNT}")
    return Money.parse(value, parse_currency(currency))


def parse_currency(code: str) -> str:
    """An ISO 4217 code in capitals. Raises ValueError."""
    upper = code.strip().upper()
    if not _CURRENCY.fullmatch(upper):
        raise ValueError(f"currency {code[:20]!r} is not a code of three letters")
    return upper


def _folded(text: str) -> str:
    """ASCII digits, marks and blanks for full-width, Arabic and typographic ones."""
    marked = text.translate({0x066B: ".", 0x066C: ",", 0x2019: "'", 0x2212: "-"})
    folded = unicodedata.normalize("NFKC", marked).strip()
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
        for char in folded
    )


def _plain_body(body: str, style: NumberStyle) -> str:
    digits = body.replace(" ", "").replace("'", "")
    marks = {mark for mark in ",." if mark in digits}
    if len(marks) == 2:
        decimal = max(".,", key=digits.rfind)
        return _split(digits, decimal)
    if not marks:
        return digits
    (mark,) = marks
    if digits.count(mark) > 1:
        return _grouped(digits, mark)
    return (
        digits.replace(mark, ".") if _is_decimal(digits, mark, style) else digits.replace(mark, "")
    )


def _is_decimal(digits: str, mark: str, style: NumberStyle) -> bool:
    whole, _, rest = digits.partition(mark)
    if len(rest) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return True
    if style == "unknown" and mark == ".":
        raise ValueError("may be thousands or decimals; write it with two decimals")
    return mark == ("," if style == "comma" else ".")


def _split(digits: str, decimal: str) -> str:
    whole, _, rest = digits.rpartition(decimal)
    if decimal in whole:
        raise ValueError("is not a number")
    return f"{_grouped(whole, ',' if decimal == '.' else '.')}.{rest or '0'}"


def _grouped(digits: str, mark: str) -> str:
    """Join groups of three (or two, as in India). Raises ValueError for other groups."""
    first, *groups = digits.split(mark)
    sound = groups and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in groups)
    if not sound or not 1 <= len(first) <= 3:
        raise ValueError("is not a number")
    return first + "".join(groups)


def _sure_mark(text: str) -> str:
    digits = re.sub(r"[^\d.,]", "", text)
    found = re.search(r"([.,])(\d+)$", digits)
    if found is None or (len(found[2]) == 3 and len({".", ","} & set(digits)) == 1):
        return ""
    return found[1]
