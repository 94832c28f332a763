"""Size charts out of products' HTML and our own form."""

import json

import pytest

from connectors.sizes import size_table
from tradewind.commerce import Product

TABLE = """<p>Soft.</p><table><thead><tr><th>Size</th><th>Chest (cm)</th><th>Chest (in)</th>
<th>EU</th></tr></thead><tbody><tr><td>S</td><td>86 &ndash; 94</td><td>34-37</td><td>44</td></tr>
<tr><td><b>M</b></td><td>94,5-102</td><td>37-40</td><td>48</td></tr></tbody></table>"""


def test_a_table_becomes_typed_rows() -> None:
    rows = size_table(TABLE)
    assert [(r.size, r.name, str(r.low), str(r.high), r.unit) for r in rows] == [
        ("S", "chest", "86", "94", "cm"), ("S", "eu", "44", "44", ""),
        ("M", "chest", "94.5", "102", "cm"), ("M", "eu", "48", "48", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("html", [
    "", "<p>Size M</p>", "<table><tr><td>Size</td><td>Colour</td></tr></table>",
    "<table><tr><th>Size</th><th>Chest (in)</th></tr><tr><td>S</td><td>34</td></tr></table>",
    "<table><tr><th>Chest (cm)</th></tr><tr><td>80</td></tr>", "<tr" * 20000, "<td>" * 20000,
])  # fmt: skip
def test_what_is_no_chart_gives_none(html: str) -> None:
    assert size_table(html) == ()


def test_a_shop_system_brings_its_charts(opened) -> None:
    shirt = {"id": 1, "title": "Shirt", "body_html": TABLE, "handle": "shirt", "variants": []}
    (product,) = opened(json.dumps({"products": [shirt]})).of(Product)
    assert {row.size for row in product.sizes} == {"S", "M"}


def test_a_product_without_a_chart_is_told_as_before() -> None:
    bare = Product(id="1", title="Cup")
    assert "sizes" not in bare.model_dump()
    charted = bare.model_copy(update={"sizes": size_table(TABLE)})
    assert Product.model_validate_json(charted.model_dump_json()) == charted
