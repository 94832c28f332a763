"""The scenario catalogue: complete, readable, and naming only what exists."""

import re
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from prompts.replies import Replies
from prompts.texts import Prompts
from tools import collect_tools
from tradewind.base import LANGUAGES
from tradewind.catalog import Catalog
from tradewind.commerce import OrderStatus, TrackingState
from tradewind.errors import NotFound, SpecError
from tradewind.evidence import EvidenceKind
from tradewind.plan import BuyerIntent, Scenario

ROOT = Path(__file__).parents[2]
CATALOG = Catalog.read(ROOT / "scenarios")
SCENARIOS = [pytest.param(scenario, id=scenario.id) for scenario in CATALOG.values()]
# What a fact in a reply's key can be: the closed values of the record's own type.
FACT_VALUES: dict[str, tuple[str, ...]] = {
    "shipment.state": get_args(TrackingState),
    "order.status": get_args(OrderStatus),
    "order.settled": ("cancelled", "refunded", "return_requested", "exchange_requested"),
    "figure.tells": ("route", "unshipped", "parcel", "late", "late_unknown", "nothing"),
    "rule.tells": ("known", "nothing"),
}


@pytest.fixture(scope="module")
def keys() -> frozenset[str]:
    return Replies.read(ROOT / "prompts" / "replies").keys()


def listed() -> set[str]:
    """The ids of the table in the messages' README."""
    readme = (ROOT / "data" / "messages" / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ((?:chargeback|service|ads|studio)\.\w+) \|", readme, re.M))


def filled(pattern: str) -> list[str]:
    """The keys that a pattern can name: `each:kind:key` and `{record.fact}` resolved."""
    key = pattern.rsplit(":", maxsplit=1)[-1]
    facts = re.findall(r"{(\w+\.\w+)}", key)
    found: list[str] = []
    for values in product(*(FACT_VALUES[fact] for fact in facts)):
        text = key
        for fact, value in zip(facts, values, strict=True):
            text = text.replace(f"{{{fact}}}", value)
        found.append(text)
    return found


NEWER = {"service.insights"}
"""Met by signs and examples until messages are labelled with them."""


def test_the_catalogue_holds_every_scenario_that_messages_are_labelled_with() -> None:
    assert listed() <= set(CATALOG)
    assert {id for id in set(CATALOG) - listed() if CATALOG[id].intent is None} == NEWER


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_replies_exist(scenario: Scenario, keys: frozenset[str]) -> None:
    for pattern in scenario.replies:
        assert set(filled(pattern)) & keys, f"{pattern} names no reply"
        if pattern.startswith("each:"):
            assert pattern.split(":")[1] in get_args(EvidenceKind)
    sayable = {key for pattern in scenario.replies for key in filled(pattern)}
    assert set(scenario.handover) <= keys & sayable


def test_every_state_of_an_order_or_parcel_has_its_reply(keys: frozenset[str]) -> None:
    scenario = CATALOG["service.order_status"]
    wanted = {key for pattern in scenario.replies for key in filled(pattern)}
    assert wanted <= keys


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_tools_evidence_and_prompts_exist(scenario: Scenario) -> None:
    tools = collect_tools()
    assert set(scenario.tools) <= tools.keys()
    assert set(scenario.evidence) <= set(get_args(EvidenceKind))
    if scenario.prompt:
        area, name, version = re.fullmatch(r"(\w+)/(\w+)@(\d+)", scenario.prompt).groups()  # pyright: ignore[reportOptionalMemberAccess]
        assert (ROOT / "prompts" / area / f"{name}.v{version}.md").is_file()
        Prompts.read(ROOT / "prompts").render(
            scenario.prompt, records=(), language="en", category="product_not_received"
        )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_buyer_is_given_only_tools_for_buyers(scenario: Scenario) -> None:
    if "buyer" in scenario.audiences:
        tools = collect_tools()
        assert all("buyer" in tools[name].audiences for name in scenario.tools)
    else:
        assert scenario.intent is None


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_scenario_has_examples_in_every_language(scenario: Scenario) -> None:
    assert set(scenario.examples) == set(LANGUAGES)
    assert len(scenario.examples["en"]) >= 2
    texts = [text for found in scenario.examples.values() for text in found]
    assert all(text == text.strip() and text for text in texts)
    assert len(texts) == len(set(texts))


def test_no_example_belongs_to_two_scenarios() -> None:
    owners: dict[str, str] = {}
    for scenario in CATALOG.values():
        for text in (text for found in scenario.examples.values() for text in found):
            assert owners.setdefault(text.casefold(), scenario.id) == scenario.id, text


def test_titles_are_short_and_differ() -> None:
    titles = [scenario.title for scenario in CATALOG.values()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 60


def test_what_goes_before_exists_and_never_turns_in_a_circle() -> None:
    def goes_before(id: str, seen: tuple[str, ...]) -> None:
        assert id not in seen, f"circle: {seen}"
        for earlier in CATALOG[id].after:
            goes_before(earlier, (*seen, id))

    for id in CATALOG:
        goes_before(id, ())


def test_each_shop_matter_of_a_buyer_has_a_scenario() -> None:
    for intent in set(get_args(BuyerIntent)) - {"off_topic", "attack"}:
        found = CATALOG.for_intent(intent)
        assert found is not None
        assert "buyer" in found.audiences


def test_an_unknown_scenario_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"ads\.fly"):
        CATALOG["ads.fly"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id = "ads.other"\ntitle = "T"\nagent = "ads"\nengine = "tune"\n', "ads.x"),
        ('id = "ads.x"\ntitle = "T"\nagent = "ads"\nengine = "fly"\n', "engine"),
        ('id = "ads.x"\ntitle = "T"\nagent = "ads"\nengine = "tune"\ncolor = 1\n', "color"),
        ("id = ", r"x\.toml"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "ads").mkdir()
    (tmp_path / "ads" / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=words):
        Catalog.read(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no scenario"):
        Catalog.read(tmp_path)
