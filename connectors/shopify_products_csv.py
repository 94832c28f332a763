"""Shopify's product export, old headers (Handle, Body (HTML), Variant Price) and new ones
(URL handle, Description, Price). Rows of one handle form one product."""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.fields import FieldError, Fields
from connectors.groups import Group, groups
from connectors.html_text import html_text
from connectors.reader import Context, Reading, Row, TableReader, rejected, settle
from connectors.sizes import size_table
from connectors.table import Table, TableRow
from connectors.words import language_of
from tradewind.commerce import Product, Rejected, Variant

HANDLE = ("handle", "url handle")
TITLE = ("title",)
BODY = ("body (html)", "description")
SKU = ("variant sku", "sku")
PRICE = ("variant price", "price")
STOCK = ("variant inventory qty", "inventory quantity")
TRACKER = ("variant inventory tracker", "inventory tracker")
POLICY = ("variant inventory policy", "continue selling when out of stock")
BARCODE = ("variant barcode", "barcode")
GRAMS = ("variant grams", "weight value (grams)")
IMAGE = ("image src", "product image url")
VARIANT_IMAGE = ("variant image", "variant image url")
CATEGORY = ("product category", "standard product type", "standardized product type")
TYPE = ("type", "custom product type", "product type")
# Shopify's own limit for one product.
MOST_VARIANTS = 2048


def read_products(table: Table, context: Context) -> Iterator[Row]:
    """One product per handle. Variants with a fault are set aside; a product needs a title."""
    prices = _price_columns(table)
    for group in groups(table.styled(*prices), "Handle", *HANDLE):
        if isinstance(group, Rejected):
            yield group
        else:
            yield from _product_rows(group, prices, context)


def _price_columns(table: Table) -> tuple[str, ...]:
    """The shop's price; a market's ("Price / International") where there is no other."""
    regional = tuple(name for name in table.names if name.startswith("price / "))
    return PRICE if set(PRICE) & set(table.names) else regional[:1]


@dataclass(frozen=True)
class _Columns:
    """What is the same for all variants of a product."""

    handle: str
    options: tuple[str, str, str]
    prices: tuple[str, ...]
    currency: str


def _product_rows(group: Group, prices: tuple[str, ...], context: Context) -> Iterator[Row]:
    first = group.rows[0].fields
    options = (first.text("option1 name"), first.text("option2 name"), first.text("option3 name"))
    columns = _Columns(group.key, options, prices, context.currency)
    variants: list[Variant] = []
    faults: list[Rejected] = []
    for row in group.rows:
        if not _is_variant(row.fields, prices):
            continue
        try:
            variants.append(_variant(row.fields, columns, variants))
        except FieldError as error:
            faults.append(rejected(row.number, error))
    if variants or not faults:
        yield from settle(
            group.number, lambda: [_product(group, tuple(variants), context)], context
        )
    yield from faults


def _is_variant(fields: Fields, prices: tuple[str, ...]) -> bool:
    """Rows with only a handle and an image add a picture, not a variant."""
    return bool(fields.text("option1 value", *SKU, *prices, "option2 value"))


def _variant(fields: Fields, columns: _Columns, known: list[Variant]) -> Variant:
    options = _options(fields, columns.options)
    sku = fields.text(*SKU).lstrip("'")
    if len(known) >= MOST_VARIANTS:
        raise FieldError("Handle", columns.handle, f"has more than {MOST_VARIANTS} variants")
    if any(options == other.options for other in known):
        value = " / ".join(options.values()) or columns.handle
        raise FieldError("Option1 Value", value, "the product has this variant already")
    taken = {other.id for other in known}
    stock = fields.integer(*STOCK)
    return Variant(
        id=sku if sku and sku not in taken else "/".join([columns.handle, *options.values()]),
        sku=sku,
        options=options,
        price=fields.money(*columns.prices, currency=columns.currency),
        stock=stock,
        available=_available(fields, stock),
        barcode=fields.text(*BARCODE).lstrip("'"),
        weight_grams=_grams(fields),
    )


def _options(fields: Fields, names: tuple[str, str, str]) -> dict[str, str]:
    values = [fields.text(f"option{place} value") for place in (1, 2, 3)]
    if values[0].lower() == "default title":
        return {}
    return {
        name or f"Option{place}": value
        for place, (name, value) in enumerate(zip(names, values, strict=True), start=1)
        if value
    }


def _available(fields: Fields, stock: int | None) -> bool | None:
    """Whether a buyer can order it: an active product, in stock, or sold without counting."""
    if fields.text("status").lower() in ("draft", "archived"):
        return False
    if fields.text(*POLICY).lower() in ("continue", "true"):
        return True
    return None if stock is None else stock > 0


def _grams(fields: Fields) -> int | None:
    grams = fields.number(*GRAMS)
    if grams is None:
        return None
    if not 0 <= grams <= 10**8:
        raise FieldError("Variant Grams", grams, "is out of range")
    return round(grams)


def _product(group: Group, variants: tuple[Variant, ...], context: Context) -> Reading:
    first = group.rows[0].fields
    titled = next((row.fields for row in group.rows if row.fields.text(*TITLE)), first)
    title, text = titled.need(*TITLE), html_text(titled.text(*BODY))
    product = Product(
        id=group.key,
        title=title,
        description=text,
        type=first.text(*TYPE),
        vendor=first.text("vendor"),
        tags=tuple(tag.strip() for tag in first.text("tags").split(",") if tag.strip()),
        attributes=_attributes(group.rows[0]),
        language=language_of(f"{title} {text}", context.language),
        url=first.text("url", "product url"),
        images=_images(group),
        variants=variants,
        sizes=size_table(titled.text(*BODY)),
    )
    return Reading(product, group.raw)


def _attributes(row: TableRow) -> dict[str, str]:
    """Category, status, market prices and metafields ("Color (product.metafields. ...)")."""
    named = {"category": row.fields.text(*CATEGORY), "status": row.fields.text("status").lower()}
    for label, value in row.raw.items():
        if "product.metafields." in label or label.lower().startswith("price / "):
            named[label.partition(" (product.metafields.")[0]] = str(value).strip()
    return {name: value for name, value in named.items() if value}


def _images(group: Group) -> tuple[str, ...]:
    found = [row.fields.text(name) for row in group.rows for name in (*IMAGE, *VARIANT_IMAGE)]
    return tuple(dict.fromkeys(url for url in found if url))


# "Option1 Name" or a body column tells a product export from other tables with handle and title.
READER = TableReader(
    kind="shopify_products_csv",
    needs=(
        HANDLE,
        TITLE,
        ("option1 name", "option1 value", *SKU, *PRICE, *BODY, "price / international"),
    ),
    read=read_products,
)
