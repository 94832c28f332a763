"""One category for a dispute from the processor's word and the network's code."""

from functools import cache
from pathlib import Path

from tradewind.commerce import DisputeCategory
from tradewind.disputes import DisputeCodes, read_codes

_CODES = Path(__file__).parents[1] / "data" / "disputes" / "codes.toml"


def category_of(reason: str, code: str, network: str = "") -> DisputeCategory:
    """The processor's reason where it says something, else the network's code.

    "unknown" where neither tells, and for a code of several categories (Mastercard 4853, 4834)
    whose reason does not choose.
    """
    return _codes().read(network, code, reason).category


@cache
def _codes() -> DisputeCodes:
    return read_codes(_CODES)
