"""Nearness of a message to the examples that scenarios name."""

import math
from collections.abc import Mapping

from agents.classifier import count
from tradewind.catalog import Catalog


class Neighbours:
    """The scenarios' examples as n-gram vectors, counted once."""

    def __init__(self, catalog: Catalog) -> None:
        self._vectors = {
            scenario.id: [grams_of(text) for texts in scenario.examples.values() for text in texts]
            for scenario in catalog.values()
        }

    def nearness(self, grams: Mapping[int, float], scenario_id: str) -> float:
        """Cosine to the closest of the scenario's examples (0 to 1)."""
        return max(
            (
                sum(value * example.get(bucket, 0.0) for bucket, value in grams.items())
                for example in self._vectors[scenario_id]
            ),
            default=0.0,
        )


def grams_of(text: str) -> dict[int, float]:
    """Hashed character n-grams at unit length."""
    counts, _ = count(text)
    length = math.sqrt(sum(value * value for value in counts.values())) or 1.0
    return {bucket: value / length for bucket, value in counts.items()}
