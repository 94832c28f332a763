"""Card numbers in source rows: masked in free text, while ids stay as they are."""

import re
from collections.abc import Mapping
from functools import lru_cache

from pydantic import JsonValue

from tradewind.cards import mask_cards

_WORDS = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[A-Z])")

# Fields that hold ids of things: a tracking number that passes Luhn stays as it is.
_ID_WORDS = frozenset(
    {"id", "ids", "number", "numbers", "no", "num", "sku", "barcode", "ean", "gtin", "upc", "isbn",
     "token", "tracking", "code", "codes", "url", "urls", "src", "href", "handle", "phone", "fax",
     "hash", "fingerprint", "reference", "references", "ref", "zip", "key", "gid", "ip",
     "authorization"}
)  # fmt: skip
_CARD_WORDS = frozenset({"card", "pan", "cc"})


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
