"""Card numbers never get in: in free text all but their last four digits are masked."""

import re
from collections.abc import Mapping
from functools import lru_cache

from pydantic import JsonValue

# 13-19 digits, single blanks, dots or dashes between; letters around mean some other id.
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z_])\d(?:[ .\u00a0\u2010-\u2015-]?\d){12,18}(?![0-9A-Za-z_])"
)
_LONG = re.compile(r"\d(?:[ .\u00a0\u2010-\u2015-]?\d){12}")
_WORDS = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[A-Z])")

# Fields that hold ids of things: a tracking number that passes Luhn stays as it is.
_ID_WORDS = frozenset(
    {"id", "ids", "number", "numbers", "no", "num", "sku", "barcode", "ean", "gtin", "upc", "isbn",
     "token", "tracking", "code", "codes", "url", "urls", "src", "href", "handle", "phone", "fax",
     "hash", "fingerprint", "reference", "references", "ref", "zip", "key", "gid", "ip",
     "authorization"}
)  # fmt: skip
_CARD_WORDS = frozenset({"card", "pan", "cc"})


def passes_luhn(digits: str) -> bool:
    """The check-digit rule of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask_cards(text: str) -> str:
    """The text with each card number cut to `****1234`."""
    return _CANDIDATE.sub(_masked, text) if _LONG.search(text) else text


def has_long_number(text: str) -> bool:
    """Whether the text may hold a card number: a quick look before the exact one."""
    return _LONG.search(text) is not None


def mask_value(key: str, value: JsonValue) -> JsonValue:
    """Mask free text below `key`, whatever its depth; values of id fields stay."""
    if isinstance(value, dict):
        return {name: mask_value(name, child) for name, child in value.items()}
    if isinstance(value, list):
        return [mask_value(key, child) for child in value]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if is_id_field(key):
        return value
    text = str(value)
    masked = mask_cards(text) if len(text) >= 13 else text
    return value if masked == text else masked


def mask_object(data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A JSON object without card numbers in its free text."""
    return {name: mask_value(name, child) for name, child in data.items()}


@lru_cache(maxsize=2_000)
def is_id_field(key: str) -> bool:
    """Whether a field by this name holds an id (`order_id`, `Lineitem sku`), not free text."""
    words = set(_WORDS.sub(" ", key).lower().split()) | set(re.split(r"[^a-z0-9]+", key.lower()))
    return not words & _CARD_WORDS and bool(words & _ID_WORDS)


def _masked(match: re.Match[str]) -> str:
    digits = "".join(str(int(char)) for char in match.group() if char.isdigit())
    if digits[0] not in "23456" or not passes_luhn(digits):
        return match.group()
    return f"****{digits[-4:]}"
