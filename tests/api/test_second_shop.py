"""A second shop: a merchant's export is read, and buyers are answered from it."""

import json
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import httpx
import pytest
from home_settings import offline
from visitors import Door, Event

from api.app import create_app
from tradewind.people import Tenant
from wiring.imports import files_below, import_files
from wiring.platform import Platform, open_platform
from wiring.settings import Settings

SECOND = Path(__file__).parents[1] / "connectors" / "fixtures" / "second"
ID = "second"
PROOF = {"order": "1001", "email": "bob.norman@hostmail.com"}


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Platform]:
    platform = open_platform(Settings.read(offline(tmp_path / "home")))
    yield platform
    platform.close()


def test_what_a_shop_says_of_itself_is_read_before_its_prices(
    bare: Platform, tmp_path: Path
) -> None:
    product = json.loads((SECOND / "product.json").read_text())
    shop = {
        "name": "Lale Dresses", "myshopify_domain": "lale.example", "currency": "TRY",
        "country_code": "TR", "iana_timezone": "Europe/Istanbul",
    }  # fmt: skip
    for name, told in (("a.json", product), ("b.json", {"shop": shop})):
        (tmp_path / name).write_text(json.dumps(told))
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    report = import_files(bare, Tenant(id="lale", name="lale"), files)
    assert [(one.file, one.updated) for one in report.files] == [("b.json", 1), ("a.json", 0)]
    tenant = bare.tenant("lale")
    assert (tenant.name, tenant.home, tenant.currency) == ("Lale Dresses", "TR", "TRY")
    assert tenant.timezone == "Europe/Istanbul"
    (kept,) = bare.database.shop("lale").products()
    assert {v.price.currency for v in kept.variants if v.price} == {"TRY"}
    again = import_files(bare, tenant, files)
    assert [one.unchanged for one in again.files] == [1, 1]


@pytest.mark.parametrize(
    ("field", "value"), [("country_code", "Ruritania"), ("iana_timezone", "Mars/Base")]
)
def test_a_country_or_a_zone_that_there_is_not_is_refused(
    bare: Platform, tmp_path: Path, field: str, value: str
) -> None:
    shop = {"name": "X", "myshopify_domain": "x.example", "currency": "USD", field: value}
    (tmp_path / "shop.json").write_text(json.dumps(shop))
    (read,) = import_files(bare, Tenant(id="x", name="x"), [tmp_path / "shop.json"]).files
    assert value in (read.error or "")
    assert bare.tenant("x") == Tenant(id="x", name="x")


# ---- with the real local model


@pytest.fixture(scope="module")
def visitor(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home = tmp_path_factory.mktemp("second") / "home"
    platform = open_platform(Settings.read({
        "TRADEWIND_HOME": str(home), "TRADEWIND_MODELS": str(model_folder),
    }))  # fmt: skip
    report = import_files(platform, Tenant(id=ID, name=ID), files_below([SECOND]))
    assert [one.error for one in report.files if one.error] == []
    yield Door(create_app(platform.doors(ID)), httpx.Cookies())
    platform.close()


def answer_to(visitor: Door, text: str, **proof: str) -> Event:
    thread = f"s{crc32(repr((text, proof)).encode())}"
    return visitor.say(text, threadId=thread, forwardedProps=proof)[-1]["result"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "told", "source"),
    [
        ("How much is the iPod Nano?", "$199.00", "product/632910392"),
        ("Was kostet der iPod Nano in Rot?", "199,00", "product/632910392"),
        ("빨간색 IPod Nano 재고 있어요?", "20", "product/632910392"),
    ],
)
def test_a_buyer_is_told_what_the_second_shop_has(
    visitor: Door, text: str, told: str, source: str
) -> None:
    answer = answer_to(visitor, text)
    assert told in answer["answer"]
    assert {one["source"] for one in answer["citations"]} == {source}
    assert answer["grounded"]


@pytest.mark.model
def test_an_order_is_told_to_who_proves_it_and_to_nobody_else(visitor: Door) -> None:
    proven = answer_to(visitor, "Where is my order?", **PROOF)
    assert {one["source"] for one in proven["citations"]} == {"order/#1001"}
    wrong = answer_to(visitor, "Where is my order?", order="1001", email="eve@example.com")
    missing = answer_to(visitor, "Where is my order?", order="9999", email="eve@example.com")
    assert wrong["citations"] == []
    assert wrong["answer"].replace("1001", "") == missing["answer"].replace("9999", "")


@pytest.mark.model
def test_what_no_record_tells_is_not_told(visitor: Door) -> None:
    for text in ("Is the iPod Nano waterproof?", "Can I send it back within 30 days?"):
        answer = answer_to(visitor, text)
        assert answer["handover"], answer["answer"]
        assert "yes" not in answer["answer"].casefold()
