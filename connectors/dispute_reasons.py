"""One category for a dispute from the processor's word and the network's code."""

from typing import get_args

from connectors.words import vocabulary
from tradewind.commerce import DisputeCategory

_VAGUE = frozenset({"", "general", "unrecognized"})


def category_of(reason: str, code: str) -> DisputeCategory:
    """The processor's reason where it says something, else the network's code, else the reason.

    A code of several categories (Mastercard 4853, 4834) is in no list: the reason decides.
    """
    tables = vocabulary("dispute_reasons")
    word = reason.strip().lower()
    by_reason = tables["reasons"].get(word, "")
    by_code = tables["codes"].get(code.strip(), "") or tables["codes"].get(reason.strip(), "")
    found = (by_code or by_reason) if word in _VAGUE or not by_reason else by_reason
    return next((name for name in get_args(DisputeCategory) if name == found), "unknown")
