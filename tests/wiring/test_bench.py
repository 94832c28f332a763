"""The benchmarks measure what they say: real imports, a baseline that answers, clear skips."""

import asyncio
import json
from pathlib import Path

import pytest
from fastapi import FastAPI

from connectors.open import open_source
from stores.open import open_database
from tradewind.commerce import Rejected
from tradewind.errors import BackendError, NotFound
from wiring.bench.asgi import post
from wiring.bench.baseline import five_steps
from wiring.bench.figure import Figure, Place
from wiring.bench.growth import SCANS, measure_growth, shop_rows
from wiring.bench.imports import peak_megabytes, write_products
from wiring.bench.limits import measure_limits
from wiring.bench.registry import BENCHES, wanted
from wiring.bench.replay import measure_replay
from wiring.bench.search import measure_matching


def test_names_of_figures_lead_to_their_benchmark() -> None:
    assert wanted(["planner_overhead", "buyer_overhead", "store"]) == ["overhead", "store"]
    assert wanted([]) == list(BENCHES)
    with pytest.raises(NotFound, match="fly"):
        wanted(["fly"])


def test_a_ratio_is_value_over_baseline() -> None:
    assert Figure.of("a", 3.0, "ms", baseline=12.0).ratio == 0.25
    assert Figure.of("a", 3.0, "ms").ratio is None


def test_without_weights_the_remedy_is_told(tmp_path: Path) -> None:
    place = Place(work=tmp_path, models=tmp_path / "none")
    (figure,) = measure_matching(place)
    assert figure.value is None
    assert "tradewind models pull" in figure.note


def test_the_generated_table_is_a_shopify_export_without_a_bad_row(tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    write_products(table, 50)
    source = open_source(table)
    rows = list(source.rows())
    assert source.kind == "shopify_products_csv"
    assert len(rows) == 50
    assert not [row for row in rows if isinstance(row, Rejected)]


def test_peak_memory_is_that_of_a_python_process() -> None:
    assert 20 < peak_megabytes() < 20_000


def test_the_baseline_answers_from_the_shop(home: Path, tmp_path: Path) -> None:
    pytest.importorskip("langgraph.checkpoint.sqlite")
    database = open_database(f"sqlite:///{home / 'tradewind.db'}", key=(home / "key").read_bytes())
    shop = database.shop("sample")
    order = shop.order("#W2611340")
    assert order is not None

    async def ask(app: FastAPI, email: str) -> str:
        body = {"thread": email, "text": "Where is #W2611340?", "order_id": "", "email": email}
        return json.loads(await post(app, "/chat", body))["answer"]

    async def main() -> None:
        async with five_steps(shop, tmp_path) as app:
            assert "#W2611340 is " in await ask(app, order.email)
            assert "Please tell me" in await ask(app, "other@example.com")
            with pytest.raises(BackendError, match="422"):
                await post(app, "/chat", {})

    asyncio.run(main())
    database.close()


def test_a_turn_is_measured_in_shops_of_each_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiring.bench.growth.BATCHES", 1)
    small, large = measure_growth(Place(work=tmp_path, models=tmp_path), (5, 40))
    assert (small.name, large.name) == ("buyer_5_orders", "buyer_40_orders")
    assert small.value == large.baseline == small.baseline
    assert len(list(shop_rows(3))) == 3 * (2 + SCANS)


def test_replay_is_measured_only_with_the_model(tmp_path: Path) -> None:
    (figure,) = measure_replay(Place(work=tmp_path, models=tmp_path / "none"))
    assert figure.value is None
    assert "tradewind models pull" in figure.note
    assert wanted(["replay_speed"]) == ["replay"]


def test_the_check_of_limits_costs_little_beside_a_step(tmp_path: Path) -> None:
    check, timed = measure_limits(Place(work=tmp_path, models=tmp_path))
    assert check.name == "limit_check"
    assert check.aim == 5.0
    assert check.value is not None
    assert timed.value is not None
    assert check.value < timed.value
