"""What a run costs: by the price list, kept with its calls; unknown prices are told and bounded."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from agent_world import FailingChat, drafted, model, session_of
from limit_world import limited, used
from replay_world import Recorder

from agents.assistant import Assistant
from agents.compare import cost_of
from agents.costs import Listed, Price, Prices, read_prices
from agents.journal import Journal
from agents.kit import Kit
from agents.run import Road, Run
from models.address import is_own
from models.catalog import WeightCatalog
from models.scripted import ScriptedChat
from tradewind.errors import BackendTimeout, RunLimit, SpecError
from tradewind.ports.models import ChatMessage, ChatRequest, Completion
from tradewind.tool import ToolContext
from wiring.platform import PRICES, Platform

REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="u" * 30),), max_tokens=100)
TODAY = date(2026, 11, 23)
QUESTION = "How can I return a parcel?"


@pytest.fixture(scope="module")
def recorder(house: Platform, keyword_kit: Kit) -> Recorder:
    return Recorder(house.shop("sample"), keyword_kit)


def listed(read: float, written: float, *models: str) -> Listed:
    return Listed(input=read, output=written, models=models, source="a test", since=TODAY)


PRICED = Prices((listed(1, 10, "scripted"), listed(50, 200, "dearest")))
UNPRICED = Prices((listed(50, 200, "dearest"),))


def run_on(recorder: Recorder, path: Road) -> Run:
    context = ToolContext(session=session_of("merchant"), shop=recorder.shop.reader)
    return Run(Journal("run_costs"), path, context, lambda _: None)


def complete(run: Run) -> Completion:
    said = asyncio.run(run.complete("base", REQUEST))
    assert said is not None
    return said


def priced(chat: ScriptedChat, prices: Prices, cost_micros: int = 10**9) -> Road:
    return replace(limited(chat, cost_micros=cost_micros), prices=prices)


# ---- the list


def test_the_shipped_list_is_read_and_knows_our_own_models(house: Platform) -> None:
    prices = read_prices(PRICES)
    assert len(prices.rows) > 30
    for file in WeightCatalog.shipped().values():
        if file.file.endswith(".gguf"):
            assert prices.price(file.name) == prices.rows[0]
    assert prices.price("qwen2.5-coder-32b-instruct") is None
    found = prices.price("gpt-4o-mini-2024-07-18")
    assert found is not None
    assert (found.input, found.output) == (0.15, 0.6)
    assert house.road.prices == prices


def test_every_pattern_leads_to_its_own_row() -> None:
    """No row stands behind another that takes its names."""
    prices = read_prices(PRICES)
    for row in prices.rows:
        for pattern in row.models:
            assert prices.price(pattern.replace("*", "1").replace("[5678]", "6")) == row, pattern


@pytest.mark.parametrize(
    ("old", "new"),
    [('"USD"', '"EUR"'), ("input = 0\n", ""), ("output = 0", "output = -1"), ("since = ", "s = ")],
)
def test_a_list_that_lacks_something_names_its_file(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(PRICES.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(SpecError, match=r"prices\.toml"):
        read_prices(path)


def test_a_list_of_ones_own_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'currency = "USD"\n[[price]]\nmodels = ["gpt-4o", "ours"]\ninput = 7\noutput = 8\n'
        'source = "our contract"\nsince = 2026-11-01\n'
    )
    prices = read_prices(own, PRICES)
    assert [prices.price(name) for name in ("ours", "gpt-4o")] == [prices.rows[0]] * 2
    assert prices.price("gpt-4o-mini") != prices.rows[0]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("local:qwen", True), ("scripted:x", True), ("openai+http://127.0.0.1:8000/v1#m", True),
        ("openai+http://localhost/v1#m", True), ("openai+http://vllm:8000/v1#m", True),
        ("openai+http://10.1.2.3/v1#m", True), ("openai+http://[::1]/v1#m", True),
        ("openai+https://api.openai.com/v1#gpt-4o", False), ("openai+http://8.8.8.8/v1#m", False),
        ("openai+https://localhost.example.com/v1#m", False),
    ],
)  # fmt: skip
def test_models_on_own_machines_are_told_apart(url: str, own: bool) -> None:
    assert is_own(url) == own


def test_parts_of_a_millionth_are_rounded_up() -> None:
    assert Price(input=0.15, output=0.6).of(1, 1) == 1
    assert Price(input=0.15, output=0.6).of(1_000_000, 1_000_000) == 750_000
    assert Prices((), frozenset({"m"})).price("m") == Price(input=0, output=0)


# ---- runs


def test_a_call_keeps_what_it_cost(recorder: Recorder) -> None:
    run = run_on(recorder, priced(model(used(101), used(11)), PRICED))
    assert complete(run).usage.cost_micros == 110
    assert complete(run).usage.cost_micros == 20
    assert (run.journal.cost_micros, run.journal.cost_bound) == (130, 130)
    assert run.journal.unpriced == set()
    responses = [span.response for span in run.journal.spans]
    assert [r["usage"]["cost_micros"] for r in responses if isinstance(r, dict)] == [110, 20]  # pyright: ignore


def test_what_the_back_end_tells_stands(recorder: Recorder) -> None:
    run = run_on(recorder, priced(model(used(101, 7)), PRICED))
    assert complete(run).usage.cost_micros == 7


def test_a_back_end_that_counts_nothing_is_priced_by_bytes(recorder: Recorder) -> None:
    run = run_on(recorder, priced(model("b" * 60), PRICED))
    assert complete(run).usage.cost_micros == 10 + 20 * 10


def test_the_price_list_fills_the_limit(recorder: Recorder) -> None:
    run = run_on(recorder, priced(model(*[used(101)] * 9), PRICED, cost_micros=200))
    complete(run)
    complete(run)
    with pytest.raises(RunLimit, match="220 of 200 cost_micros"):
        complete(run)


def test_an_unknown_price_is_told_and_counts_as_the_dearest(recorder: Recorder) -> None:
    run = run_on(recorder, priced(model(*[used(101)] * 9), UNPRICED, cost_micros=5201))
    assert complete(run).usage.cost_micros is None
    assert (run.journal.cost_micros, run.journal.cost_bound) == (None, 100 * 50 + 200)
    assert run.journal.unpriced == {"scripted"}
    complete(run)
    with pytest.raises(RunLimit, match="10400 of 5201 cost_micros"):
        complete(run)


def test_a_call_that_failed_costs_nothing(recorder: Recorder) -> None:
    run = run_on(recorder, priced(FailingChat(BackendTimeout("slow.")), UNPRICED))
    with pytest.raises(BackendTimeout):
        complete(run)
    assert (run.journal.cost_bound, run.journal.unpriced) == (0, set())


def free_of_charge(recorder: Recorder) -> bool:
    """Whether a model of unknown price may be asked without end."""
    run = run_on(recorder, priced(model(*[used(101)] * 9), UNPRICED, cost_micros=5201))
    try:
        for _ in range(9):
            complete(run)
    except RunLimit:
        return False
    return True


def test_without_the_bound_a_model_of_unknown_price_has_no_limit(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not free_of_charge(recorder)
    monkeypatch.setattr(Prices, "dearest", Price(input=0, output=0))
    assert free_of_charge(recorder)


def test_a_turns_cost_is_in_its_row_and_replayed(recorder: Recorder) -> None:
    said = drafted(("You can return goods within 30 days of delivery.", [1]))
    for prices, told in ((PRICED, ""), (UNPRICED, "0 and what scripted asks")):
        house = Assistant(recorder.kit, priced(model(said), prices))
        kept = recorder.one("buyer", QUESTION, assistant=house)
        if prices is PRICED:
            assert kept.run.cost_micros
            assert kept.run.unpriced == ()
            assert cost_of(kept.run) == str(kept.run.cost_micros)
        else:
            assert (kept.run.cost_micros, kept.run.unpriced) == (None, ("scripted",))
            assert cost_of(kept.run).startswith(told)
        assert recorder.replay(kept).identical
