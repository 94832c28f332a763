"""Products as Shopify's REST API gives them, old versions and new."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import Fields
from connectors.html_text import html_text
from connectors.reader import Context, JsonReader, Outcome, Reading
from connectors.sizes import size_table
from connectors.words import language_of
from tradewind.base import Money
from tradewind.commerce import Product, Variant


def find_products(document: JsonValue) -> Sequence[JsonObject]:
    """Objects with a title, a list of variants and a body; listings and collections are others."""
    return mostly(objects_below(document, "products", "product"), _is_product)


def _is_product(item: JsonObject) -> bool:
    body = {"body_html", "product_type", "handle"} & item.keys()
    return (
        isinstance(item.get("variants"), list) and "title" in item and "id" in item and bool(body)
    )


def read_product(fields: Fields, context: Context) -> Iterator[Outcome]:
    """One product with all its variants."""
    title, text = fields.need("title"), html_text(fields.text("body_html"))
    names = [option.text("name") for option in fields.children("options")]
    product = Product(
        id=fields.need("id"),
        title=title,
        description=text,
        type=fields.text("product_type"),
        vendor=fields.text("vendor"),
        tags=_tags(fields),
        language=language_of(f"{title} {text}", context.language),
        images=tuple(image.text("src") for image in fields.children("images") if image.text("src")),
        variants=tuple(_variant(v, names, context) for v in fields.children("variants")),
        sizes=size_table(fields.text("body_html")),
    )
    yield Reading(product, fields.data, fields.time("updated_at"))


def _tags(fields: Fields) -> tuple[str, ...]:
    """A list in new versions, one text with commas in old ones."""
    return tuple(
        tag.strip() for text in fields.texts("tags") for tag in text.split(",") if tag.strip()
    )


def _variant(fields: Fields, names: list[str], context: Context) -> Variant:
    stock = fields.integer("inventory_quantity")
    return Variant(
        id=fields.need("id"),
        sku=fields.text("sku"),
        options=_options(fields, names),
        price=_price(fields, context),
        stock=stock,
        available=_available(fields, stock),
        barcode=fields.text("barcode"),
        weight_grams=fields.integer("grams", least=0),
    )


def _price(fields: Fields, context: Context) -> Money | None:
    """The shop's price; its currency stands only in `presentment_prices`, where there are any."""
    shown = fields.children("presentment_prices")
    currency = context.currency
    if len(shown) == 1:
        currency = shown[0].child("price").currency("currency_code", default=currency)
    return fields.money("price", currency=currency)


def _options(fields: Fields, names: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for place in (1, 2, 3):
        value = fields.text(f"option{place}")
        if value and value != "Default Title":
            name = names[place - 1] if place <= len(names) else ""
            options[name or f"Option{place}"] = value
    return options


def _available(fields: Fields, stock: int | None) -> bool | None:
    if fields.text("inventory_policy") == "continue" or "inventory_management" not in fields.data:
        return True if fields.text("inventory_policy") == "continue" else None
    if not fields.text("inventory_management"):
        return True
    return None if stock is None else stock > 0


READER = JsonReader("shopify_products_json", find_products, read_product)
