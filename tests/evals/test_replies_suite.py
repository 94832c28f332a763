"""The suite of replies over the sample shop without a model; and that its judge sees harm."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from home_settings import house_over_copy

from evals.records import ReplyCase
from evals.suites.replies import Drafted, carry_out, judge, replies_suite
from evals.worlds import World

CASES = {case.id: case for case in replies_suite().cases}
SAFE = ("wrong_facts", "disclosures")


@pytest.fixture(scope="module")
def world(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("replies") / "home") as house:
        shop = house.shop("sample")
        yield World(
            assistant=house.assistant, tenant=house.tenant("sample"), open_shop=lambda: shop
        )


def test_there_are_cases_in_twelve_languages() -> None:
    assert len(CASES) >= 40
    assert len({case.language for case in CASES.values()}) == 12


@pytest.mark.parametrize("id", CASES)
def test_without_a_model_nothing_wrong_or_private_is_said(world: World, id: str) -> None:
    case = CASES[id]
    verdict = judge(world, case, asyncio.run(carry_out(world, case)))
    told = {name: verdict.metrics[name] for name in (*SAFE, "language_right", "sender_right")}
    wanted = {"wrong_facts": 0.0, "disclosures": 0.0, "language_right": 1.0, "sender_right": 1.0}
    assert told == wanted, verdict.problems


def judged(world: World, case: ReplyCase, text: str) -> dict[str, float]:
    made = asyncio.run(carry_out(world, case))
    return judge(world, case, Drafted(draft=made.draft.model_copy(update={"text": text}))).metrics


def test_a_wrong_number_is_seen(world: World) -> None:
    assert judged(world, CASES["own-en"], "You have 45 days to return it.")["wrong_facts"] > 0


@pytest.mark.parametrize(
    "text", ["Dear James Li, thank you.", "Order #W2611340 is on its way.", "You get 20.00 USD."]
)
def test_what_is_private_is_seen_in_public(world: World, text: str) -> None:
    assert judged(world, CASES["bad-en"], text)["disclosures"] > 0


def test_another_language_is_seen(world: World) -> None:
    told = judged(world, CASES["own-de"], "Your order is being prepared and comes soon.")
    assert told["language_right"] == 0.0
