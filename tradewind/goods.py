"""Goods: products, what can be bought of them, and what each size measures."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue, SerializerFunctionWrapHandler, model_serializer

from tradewind.base import Money, Record

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


class Variant(Record):
    """One buyable form of a product. `stock` None: not told; `available` None: not told."""

    id: str
    sku: str = ""
    options: dict[str, str] = Field(default_factory=dict)
    price: Money | None = None
    stock: int | None = None
    available: bool | None = None
    barcode: str = ""
    weight_grams: int | None = None


class Product(Record):
    """`sizes`: its size chart, row by row, where it has one."""

    kind: Literal["product"] = "product"
    id: str
    title: str
    description: str = ""
    type: str = ""
    vendor: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    language: str = "en"
    url: str = ""
    images: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    sizes: tuple[Measure, ...] = ()

    @model_serializer(mode="wrap")
    def _told(self, handler: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        """Sizes are told only where there are some: a listing without is what it was before."""
        told: dict[str, JsonValue] = handler(self)
        return told if self.sizes else {k: v for k, v in told.items() if k != "sizes"}
