"""The catalogue: retail products with what `products.toml` tells of them, and their stock."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from .course import Dice
from .retail import Entry, Product, SizeRow, Variant

_SHOP = "https://tradewind-sample.example/products"


class ProductText(Entry):
    """What is written of a product. `warranty_months` goes into text and attributes alike;
    `sizes` holds a line a measure: "chest cm" = "S 86-94, M 94-102"."""

    vendor: str
    type: str
    tags: list[str]
    warranty_months: int
    description: str
    attributes: dict[str, str]
    sizes: dict[str, str] = Field(default_factory=dict)


def described(products: dict[str, Product], folder: Path, dice: Dice) -> dict[str, Product]:
    """All products with texts. Raises KeyError for a product that has none."""
    tables = tomllib.loads((folder / "products.toml").read_text(encoding="utf-8"))
    return {
        key: _described(product, ProductText.model_validate(tables[key]), dice)
        for key, product in products.items()
    }


def _described(product: Product, text: ProductText, dice: Dice) -> Product:
    handle = product.name.lower().replace(" ", "-")
    months = text.warranty_months
    return product.model_copy(update={
        "description": f"{text.description} The warranty is {months} months.",
        "vendor": text.vendor,
        "type": text.type,
        "tags": text.tags,
        "attributes": {**text.attributes, "warranty": f"{months} months"},
        "images": [f"images/{handle}.png"] if handle in PICTURED else [],
        "url": f"{_SHOP}/{handle}",
        "variants": {key: _stocked(variant, dice) for key, variant in product.variants.items()},
        "sizes": list(_sizes(text.sizes)) or None,
    })  # fmt: skip


def _sizes(charts: dict[str, str]) -> Iterator[SizeRow]:
    for told, rows in charts.items():
        name, _, unit = told.partition(" ")
        for row in rows.split(", "):
            size, _, span = row.rpartition(" ")
            low, _, high = span.partition("-")
            yield SizeRow(size=size, name=name, low=float(low), high=float(high or low), unit=unit)


def _stocked(variant: Variant, dice: Dice) -> Variant:
    pieces = dice.of("stock", variant.item_id).randint(2, 60) if variant.available else 0
    return variant.model_copy(update={"stock": pieces})


PICTURED = frozenset({
    "water-bottle", "t-shirt", "desk-lamp", "backpack", "wristwatch", "tea-kettle", "headphones",
    "notebook",
})  # fmt: skip
