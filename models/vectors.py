"""Small arithmetic of vectors."""

import math
from collections.abc import Iterable


def unit(values: Iterable[float]) -> list[float]:
    """The vector at length one; a zero vector stays as it is."""
    numbers = [float(value) for value in values]
    length = math.sqrt(math.fsum(value * value for value in numbers))
    return [value / length for value in numbers] if length else numbers
