"""Whether a group's share is more than chance: Fisher's exact test, one-sided, with Holm's
correction over all groups that might have been named (Fisher 1935; Holm 1979)."""

import math
from collections.abc import Sequence


def tail(hit: int, size: int, all_hit: int, everyone: int) -> float:
    """The chance that a group of `size` drawn blindly from `everyone` has `hit` or more of the
    `all_hit`: the upper tail of the hypergeometric distribution."""
    most = min(size, all_hit)
    if hit <= max(0, size + all_hit - everyone):
        return 1.0
    whole = _log_ways(everyone, size)
    logs = [
        _log_ways(all_hit, k) + _log_ways(everyone - all_hit, size - k) - whole
        for k in range(hit, most + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, logs)))


def corrected(chances: Sequence[float], groups: int) -> list[float]:
    """Holm's adjusted chances, in the order given. `groups`: how many there are to be surprised by,
    also those that were not tested."""
    count = max(groups, len(chances))
    order = sorted(range(len(chances)), key=lambda n: chances[n])
    adjusted, worst = [1.0] * len(chances), 0.0
    for rank, n in enumerate(order):
        worst = max(worst, min(1.0, (count - rank) * chances[n]))
        adjusted[n] = worst
    return adjusted


def _log_ways(everyone: int, drawn: int) -> float:
    """The logarithm of how many ways there are to draw so many."""
    if not 0 <= drawn <= everyone:
        return -math.inf
    return (
        math.lgamma(everyone + 1) - math.lgamma(drawn + 1) - math.lgamma(everyone - drawn + 1)
    )  # fmt: skip
