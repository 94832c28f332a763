"""Whatever the bytes: a source, or InvalidInput in one line."""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors import limits
from connectors.open import kinds, open_source
from tradewind.errors import InvalidInput
from tradewind.ports.commerce import ShopSource

HEADERS = [
    b"Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty\n",
    b"Name,Email,Financial Status,Total,Created at,Lineitem name,Lineitem price,Currency\n",
    b"question;answer;language\n",
    b"at,sender,text\n",
    b"Date,Campaign,Impressions,Clicks,Cost\n",
    b"\xef\xbb\xbfhandle\ttitle\tvariant price\n",
]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["charge", "dispute", "Tracker", "list", "event", "usd", "2025-01-01T00:00Z"])
)
keys = st.sampled_from(
    [
        "object",
        "id",
        "data",
        "products",
        "product",
        "orders",
        "order",
        "customers",
        "title",
        "handle",
        "variants",
        "price",
        "amount",
        "currency",
        "charge",
        "metadata",
        "tracking_code",
        "tracking_details",
        "datetime",
        "status",
        "number",
        "track_info",
        "tracking",
        "providers",
        "events",
        "checkpoints",
        "tracking_number",
        "checkpoint_time",
        "order_number",
        "users",
        "total_price",
        "financial_status",
        "line_items",
        "customer",
        "fulfillments",
        "user_id",
        "order_id",
        "items",
        "evidence_due_by",
        "reason",
        "messages",
        "at",
        "sender",
        "text",
        "payment_history",
        "payment_method_details",
        "card",
        "interactions",
    ]
)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=25,
)


def opened_or_refused(path: Path) -> ShopSource | None:
    """The source; None for a refusal in one line."""
    try:
        return open_source(path)
    except InvalidInput as error:
        return check_one_line(error)


def check_one_line(error: InvalidInput) -> None:
    assert "\n" not in str(error)


def read_twice(data: bytes) -> None:
    """Open and read; the second time must give the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        source = opened_or_refused(path)
        if source is None:
            return
        rows = list(source.rows())
        assert source.kind in kinds()
        assert rows == list(open_source(path).rows()) == list(source.rows())
        for row in rows:
            row.model_dump_json()


@settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-16")))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe")
@example(b"{}")
@example(b"[]")
@example(b'{"a":"\\ud800"}')
def test_any_bytes(data: bytes):
    read_twice(data)


@settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.sampled_from(HEADERS), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(HEADERS[0], b'a,"open quote\n' * 3)
def test_any_bytes_below_a_header(header: bytes, data: bytes):
    read_twice(header + data)


@settings(
    derandomize=True, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
@given(documents)
def test_any_json(document: object):
    read_twice(json.dumps(document).encode())


def refused(opened, data: bytes | str) -> str:
    with pytest.raises(InvalidInput) as caught:
        opened(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_broken_files_are_refused_whole(opened):
    assert "empty" in refused(opened, b"")
    assert "empty" in refused(opened, b"\xef\xbb\xbf \n\n")
    assert "broken JSON" in refused(opened, '{"products": [{"id": 1, "title": "x"')
    assert "Kinds:" in refused(opened, "a,b,c\n1,2,3\n")
    assert "Kinds:" in refused(opened, "just some words\n")
    assert "quote is open" in refused(opened, 'question,answer\na,"b\nc,d\n')
    assert "control bytes" in refused(opened, bytes(range(32)) * 50)
    assert "NaN" in refused(opened, '{"products": [{"price": NaN}]}')


def test_bombs_are_refused(opened):
    assert "nested deeper" in refused(opened, "[" * 100_000 + "]" * 100_000)
    assert "nested deeper" in refused(opened, '{"a":' * 60 + "1" + "}" * 60)
    assert "broken JSON" in refused(opened, '{"a": ' + "9" * 10_000 + "}")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.csv", b"0" * 10_000_000)
    assert "ZIP" in refused(opened, archive.getvalue())
    assert "gzip" in refused(opened, gzip.compress(b"0" * 1_000_000))


def test_a_cell_without_end_is_refused(opened):
    assert "field" in refused(opened, "question,answer\na," + "x" * 200_000)


@pytest.mark.parametrize(
    ("start", "size"),
    [
        (b'{"products": [', limits.JSON_BYTES),
        (b"%PDF-1.7", limits.PDF_BYTES),
        (b"<html>", limits.DOCUMENT_BYTES),
        (b"Handle,Title\n", limits.TABLE_BYTES),
    ],
)
def test_sizes_are_checked_before_reading(tmp_path: Path, start: bytes, size: int):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size + 1)
    with pytest.raises(InvalidInput, match=f"more than the {size}"):
        open_source(path)


def test_kind_can_be_forced_and_must_fit(opened, tmp_path: Path):
    assert opened("Plain words of a rule.", kind="policy_markdown").kind == "policy_markdown"
    with pytest.raises(InvalidInput, match="lacks answer"):
        opened("question,reply text\na,b\n", kind="faq_csv")
    with pytest.raises(InvalidInput, match="does not exist"):
        opened("x", kind="nonsense")
    with pytest.raises(InvalidInput, match="no shopify_orders_json"):
        opened('{"products": []}', kind="shopify_orders_json")
    with pytest.raises(InvalidInput, match="not a file"):
        open_source(tmp_path)


def test_the_kind_never_comes_from_the_name(opened):
    assert opened("question,answer\na,b\n", "shopify_products.json").kind == "faq_csv"
