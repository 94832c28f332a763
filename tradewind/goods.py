"""Size charts of goods: what each size measures."""

from decimal import Decimal
from typing import Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from tradewind.base import Record

MeasureName = Literal["chest", "waist", "hips", "head", "height", "foot", "wrist", "weight", "eu"]
"""What is measured: of a body; of a pet its weight. "eu" is the European size, without unit."""


class Measure(Record):
    """What a size is for: a body's measure from `low` to `high`, both included. `size` is the word
    that the product's variants use; `unit` "cm", "kg" or none."""

    size: str
    name: MeasureName
    low: Decimal
    high: Decimal
    unit: Literal["cm", "kg", ""] = ""

    def takes(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


class Charted(Record):
    """What may have a size chart: `sizes`, row by row."""

    sizes: tuple[Measure, ...] = ()

    @model_serializer(mode="wrap")
    def _told(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Sizes are told only where there are some: a listing without is what it was before."""
        told: dict[str, object] = handler(self)
        return told if self.sizes else {k: v for k, v in told.items() if k != "sizes"}
