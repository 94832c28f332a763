"""Shares with their intervals: Wilson's, and Newcombe's hybrid score for the difference of two.

R. G. Newcombe, Statistics in Medicine 17 (1998): 857-872 method 3, 873-890 method 10.
"""

from math import sqrt
from statistics import NormalDist

from tradewind.base import Record


class Interval(Record):
    """A value with the ends of its interval."""

    value: float
    low: float
    high: float


class Share(Record):
    """`hits` of `of`; `part` is None where there is nothing to count."""

    hits: int
    of: int
    part: Interval | None = None


def share(hits: int, of: int, confidence: float = 0.95) -> Share:
    """With Wilson's interval, without continuity correction."""
    if of == 0:
        return Share(hits=hits, of=of)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, square = hits / of, z * z
    middle, spread = 2 * hits + square, z * sqrt(square + 4 * hits * (1 - p))
    low, high = ((middle + sign * spread) / (2 * (of + square)) for sign in (-1, 1))
    part = Interval(value=p, low=min(p, max(0.0, low)), high=max(p, min(1.0, high)))
    return Share(hits=hits, of=of, part=part)


def difference(one: Share, other: Share) -> Interval | None:
    """`one` less `other`; None where either has nothing to count."""
    a, b = one.part, other.part
    if a is None or b is None:
        return None
    between = a.value - b.value
    below = sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    above = sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Interval(value=between, low=between - below, high=between + above)
