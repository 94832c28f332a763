"""Shopify's product exports, CSV of both header generations and JSON."""

import csv
import io
import json

import pytest

from tradewind.base import Money
from tradewind.commerce import Product
from tradewind.errors import InvalidInput

OLD = """Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,Status
mug,Blue mug,"<p>A <b>fine</b> mug &amp; more</p><ul><li>350 ml</li></ul><script>x()</script>",ACME,Mugs,"gift, blue",Size,S,Color,Blue,MUG-S,300,5,deny,12.50,https://cdn.example/1.jpg,active
mug,,,,,,,L,,Blue,MUG-L,400,0,deny,"1,234.00",,
mug,,,,,,,,,,,,,,,https://cdn.example/2.jpg,
card,Gift card,,ACME,,,Title,Default Title,,,,,,,20,,draft
"""  # noqa: E501

NEW = """Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Price,Compare-at price,Inventory quantity,Continue selling when out of stock,Weight value (grams),Price / International,Product image URL
Blue mug,mug,<p>A fine mug</p>,ACME,Home > Mugs,Mugs,gift,TRUE,Active,MUG-S,'0123456789012,Size,S,12.50,15.00,5,DENY,300,13.00,https://cdn.example/1.jpg
,mug,,,,,,,,MUG-L,,,L,13.50,,-2,CONTINUE,400,14.00,
"""  # noqa: E501


def test_old_headers(opened):
    result = opened(OLD)
    assert (result.kind, result.rejected) == ("shopify_products_csv", ())
    mug, card = result.of(Product)
    assert mug.description == "A fine mug & more\n\n- 350 ml"
    assert mug.tags == ("gift", "blue")
    assert mug.images == ("https://cdn.example/1.jpg", "https://cdn.example/2.jpg")
    small, large = mug.variants
    assert small.options == {"Size": "S", "Color": "Blue"}
    assert (small.id, small.price, small.stock, small.available) == (
        "MUG-S", Money(minor=1250, currency="USD"), 5, True,
    )  # fmt: skip
    assert (large.price, large.available) == (Money(minor=123400, currency="USD"), False)
    assert card.variants[0].options == {}
    assert card.variants[0].available is False
    assert [row.row for row in result.rows] == [1, 4]
    assert len(result.rows[0].raw["rows"]) == 3  # pyright: ignore


def test_new_headers(opened):
    (mug,) = opened(NEW, currency="EUR").of(Product)
    assert (mug.id, mug.title, mug.description) == ("mug", "Blue mug", "A fine mug")
    assert mug.attributes["category"] == "Home > Mugs"
    assert mug.attributes["Price / International"] == "13.00"
    small, large = mug.variants
    assert (small.price, small.weight_grams) == (Money(minor=1250, currency="EUR"), 300)
    assert small.barcode == "0123456789012"
    assert (large.stock, large.available) == (-2, True)


def test_market_price_stands_in_where_there_is_no_other(opened):
    text = "Title,URL handle,SKU,Price / International\nMug,mug,M1,9.90\n"
    assert opened(text).of(Product)[0].variants[0].price == Money(minor=990, currency="USD")


def test_decimal_commas(opened):
    text = "Handle;Title;Variant SKU;Variant Price\na;A;1;12,50\nb;B;2;1.234\nc;C;3;1.234,50\n"
    prices = [product.variants[0].price for product in opened(text).of(Product)]
    assert [price.minor for price in prices if price] == [1250, 123400, 123450]


def test_bad_variants_are_set_aside_and_good_ones_land(opened):
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
        "a,A,Size,S,1,-5,1\na,,,M,2,abc,1\na,,,L,3,5.00,1\na,,,L,4,5.00,1\n"
        "b,B,Size,S,5,99999999999999999999,1\n,No handle,,,6,1.00,1\nc,,Size,S,7,1.00,1\n"
        "a,A again,Size,XL,8,1.00,1\nd,D,Size,S,9,2.00,1.5\ne,E,Size,S,10,2.00,1,extra\n"
    )
    result = opened(text)
    assert [(p.id, [v.id for v in p.variants]) for p in result.of(Product)] == [("a", ["3"])]
    assert [(bad.row, bad.field, bad.value) for bad in result.rejected] == [
        (1, "variant price", "-5"), (2, "variant price", "abc"), (4, "Option1 Value", "L"),
        (5, "variant price", "9" * 20), (6, "Handle", ""), (7, "title", ""), (8, "Handle", "a"),
        (9, "variant inventory qty", "1.5"), (10, "(columns)", "extra"),
    ]  # fmt: skip
    assert all(bad.reason for bad in result.rejected)


def test_line_ends_quoted_newlines_blank_rows_and_nul(opened):
    text = (
        'Handle,Title,Body (HTML),Variant Price\r\na,"A\r\nB","x\0y",1.00\r\n\r\n,,,\r\nb,B,,2\r\n'
    )
    a, b = opened(text).of(Product)
    assert (a.title.split(), a.description) == (["A", "B"], "xy")
    assert b.id == "b"
    assert opened(text.replace("\r\n", "\r")).of(Product)[1].id == "b"


def test_language_by_script(opened):
    (product,) = opened("Handle,Title,Variant Price\nmug,蓝色马克杯,1.00\n").of(Product)
    assert product.language == "zh"


PRODUCT = {
    "id": 632910392, "title": "Pod", "handle": "pod", "body_html": "<p>Small</p>",
    "vendor": "ACME", "product_type": "Players", "tags": "a, b", "options": [{"name": "Color"}],
    "images": [{"src": "http://cdn.example/p.png"}],
    "variants": [
        {"id": 1, "price": "199.00", "option1": "Pink", "sku": "P1", "inventory_quantity": 10,
         "inventory_management": "shopify", "inventory_policy": "deny", "grams": 200},
        {"id": 2, "price": "1200.50", "option1": "Red", "inventory_quantity": 0,
         "inventory_management": "shopify", "inventory_policy": "deny",
         "presentment_prices": [{"price": {"amount": "1200.50", "currency_code": "CAD"}}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: {"product": p}, lambda p: [p],
                                  lambda p: {"products": [p]}])  # fmt: skip
def test_json_in_each_wrapper(opened, wrap):
    result = opened(json.dumps(wrap(PRODUCT)))
    (product,) = result.of(Product)
    assert (result.kind, product.id, product.tags) == (
        "shopify_products_json",
        "632910392",
        ("a", "b"),
    )
    pink, red = product.variants
    assert (pink.options, pink.price, pink.available) == (
        {"Color": "Pink"}, Money(minor=19900, currency="USD"), True,
    )  # fmt: skip
    assert (red.price, red.available) == (Money(minor=120050, currency="CAD"), False)


def test_json_lines_and_faulty_objects(opened):
    bad = {**PRODUCT, "id": 5, "variants": [{"id": 1, "price": "free"}]}
    lines = "\n".join(json.dumps(item) for item in (PRODUCT, bad))
    result = opened(lines)
    assert len(result.rows) == 1
    assert result.rejected[0].field == "variants[0].price"
    mixed = opened(json.dumps({"products": [PRODUCT, PRODUCT, 5, None]}))
    assert [bad.row for bad in mixed.rejected] == [3, 4]


@pytest.mark.parametrize(
    "name", ["variants", "product_listings", "collection", "checkouts", "draft_orders"]
)
def test_other_shopify_objects_are_not_taken_for_products_or_orders(opened, name: str):
    item = {"id": 1, "title": "x", "total_price": "1.00", "financial_status": "paid",
            "abandoned_checkout_url": "u", "name": "#D1"}  # fmt: skip
    with pytest.raises(InvalidInput, match="Kinds:"):
        opened(json.dumps({name: [item]}))


def test_hundred_variants_in_one_product(opened):
    out = io.StringIO()
    csv.writer(out).writerows(
        [["Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price"]]
        + [["a", "A" if n == 0 else "", "Size", str(n), "1.00"] for n in range(100)]
    )
    (product,) = opened(out.getvalue()).of(Product)
    assert len({variant.id for variant in product.variants}) == 100
