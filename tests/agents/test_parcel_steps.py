"""A parcel that stands still: why, who acts, by when; said by data, never guessed."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from agent_world import NOON
from hypothesis import given
from hypothesis import strategies as st
from lane_world import DAY, LaneShop, order, parcel

from agents.events import Answer
from agents.kit import Kit
from connectors.words import tracking_state, vocabulary
from models.language import identify
from tools.logistics import steps as tool
from tools.logistics.steps import Cause, Next, steps
from tradewind.base import LANGUAGES, Language
from tradewind.commerce import Policy, TrackingEvent, TrackingState
from wiring.platform import Platform

WORDS = [(word, vocabulary_name) for vocabulary_name in ("aftership", "seventeentrack")
         for word in vocabulary(vocabulary_name)["states"]]  # fmt: skip


@pytest.fixture
def shop(platform: Platform, kit: Kit) -> LaneShop:
    return LaneShop(platform, kit)


def asked(
    shop: LaneShop, state: TrackingState, word: str = "", carrier: str = "USPS",
    service: str = "Economy", text: str = "Where is my order?",
) -> Answer:  # fmt: skip
    """The buyer asks for a parcel whose last scan, five days ago, says this."""
    sent = parcel(1, NOON - 9 * DAY, order=order().id, carrier=carrier, state=state)
    told: tuple[tuple[int, TrackingState, str], ...] = ((8, "moving", ""), (5, state, word))
    scans = [
        TrackingEvent(id=f"scan/{n}", tracking_no=sent.tracking_no, at=NOON - days * DAY,
                      state=then, source_state=source, city="Seoul", country="KR")
        for n, (days, then, source) in enumerate(told)
    ]  # fmt: skip
    shop.put(order(), sent.model_copy(update={"service": service}), *scans)
    return shop.ask_of_order(text)


@pytest.mark.parametrize(
    ("state", "word", "said"),
    [
        ("exception", "Exception_007", "send us the right address"),
        ("exception", "Exception_012", "says that it is damaged"),
        ("exception", "Exception_006", "A charge has to be paid first"),
        ("exception", "Exception_Delayed", "nothing is needed from you now"),
        ("customs", "InTransit_CustomsRequiringInformation", "Papers are missing"),
        ("attempt_failed", "AttemptFail_002", "Nobody could take it in"),
        ("pickup", "AvailableForPickup_001", "collect it at the pick-up point"),
        ("returning", "Exception_010", "the shop has to settle this"),
        ("lost", "Exception_013", "the shop has to settle this"),
    ],
)
def test_what_comes_next_is_told(
    shop: LaneShop, state: TrackingState, word: str, said: str
) -> None:
    assert said in asked(shop, state, word).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_the_buyers_language(shop: LaneShop, language: Language) -> None:
    from test_where_and_when import WHERE

    answer = asked(shop, "exception", "Exception_007", text=WHERE[language][0])
    own = tomllib.loads(Path(f"prompts/replies/{language}.toml").read_text("utf-8"))["words"]
    assert own["cause"]["address"] in answer.text
    assert own["next"]["tell_address"] in answer.text
    assert identify(answer.text)[0] == language
    assert answer.handover == "order_status.exception"


def test_a_word_that_nobody_knows_says_no_cause(shop: LaneShop) -> None:
    text = asked(shop, "exception", "Exception_099").text
    assert "There is a problem with the delivery" in text
    assert "Next:" not in text
    assert "The carrier says" not in text


def test_an_older_scan_says_nothing_of_now(shop: LaneShop) -> None:
    """What was wrong before it went out is over."""
    sent = parcel(1, NOON - 9 * DAY, order=order().id)
    course: tuple[tuple[int, TrackingState, str], ...] = (
        (5, "exception", "Exception_007"), (1, "out_for_delivery", ""),
    )  # fmt: skip
    shop.put(order(), sent, *(
        TrackingEvent(id=f"o/{state}", tracking_no=sent.tracking_no, at=NOON - days * DAY,
                      state=state, source_state=word, city="Seoul")
        for days, state, word in course
    ))  # fmt: skip
    text = shop.ask_of_order("Where is my order?").text
    assert "is out for delivery" in text
    assert "Next:" not in text


@pytest.mark.parametrize(
    ("carrier", "service", "state", "day"),
    [
        ("USPS", "Ground Advantage", "attempt_failed", "November 30, 2026"),
        ("USPS", "Priority Mail Express", "attempt_failed", ""),
        ("USPS", "", "attempt_failed", ""),
        ("DPD", "Classic", "pickup", "November 22, 2026"),
        ("YunExpress", "Economy", "pickup", ""),
    ],
)
def test_how_long_it_is_kept_is_told_with_a_source_or_not_at_all(
    shop: LaneShop, carrier: str, service: str, state: TrackingState, day: str
) -> None:
    text = asked(shop, state, carrier=carrier, service=service).text
    assert ("The carrier keeps it until about" in text) is bool(day)
    assert day in text


def test_the_shops_own_rule_says_when_a_parcel_is_lost(shop: LaneShop) -> None:
    answer = asked(shop, "stale", "Expired_001")
    assert "a parcel without a scan for 30 days counts as lost" in answer.text
    assert any(c.source.startswith("policy/shipping") for c in answer.citations)
    assert answer.handover == "order_status.stale"


def test_without_a_rule_of_the_shop_none_is_told(shop: LaneShop) -> None:
    shop.put(Policy(id="shipping", topic="shipping", title="S", text="T"))
    assert "counts as lost" not in asked(shop, "stale", "Expired_001").text


def test_a_guessed_cause_is_caught(shop: LaneShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: a word that is new is taken for the nearest one."""
    honest = steps()
    words = {**honest.words, "Exception_099": "damaged"}
    monkeypatch.setattr(tool, "steps", lambda: honest.model_copy(update={"words": words}))
    with pytest.raises(AssertionError):
        test_a_word_that_nobody_knows_says_no_cause(shop)


def test_every_word_is_a_trackers_and_every_cause_has_its_sentence() -> None:
    assert set(steps().words) <= {word for word, _ in WORDS}
    english = tomllib.loads(Path("prompts/replies/en.toml").read_text("utf-8"))["words"]
    assert set(english["cause"]) == set(get_args(Cause))
    assert set(english["next"]) == set(get_args(Next))
    assert set(get_args(Cause)) <= set(steps().next)


@given(st.text(max_size=12).filter(lambda word: word.partition("_")[0] not in dict(WORDS)))
def test_words_that_no_tracker_uses_are_unknown(word: str) -> None:
    for name in ("aftership", "seventeentrack"):
        if word.lower() not in vocabulary(name)["states"]:
            assert tracking_state(name, word) == "unknown"
    if not {f"detail:{word}", word, word.lower()} & set(vocabulary("easypost")["states"]):
        assert tracking_state("easypost", f"detail:{word}", word) == "unknown"


def test_a_kept_parcels_day_is_counted_from_the_first_attempt(shop: LaneShop) -> None:
    sent = parcel(1, NOON - 9 * DAY, order=order().id, carrier="USPS", state="attempt_failed")
    shop.put(order(), sent, *(
        TrackingEvent(id=f"a/{n}", tracking_no=sent.tracking_no, at=NOON - n * DAY,
                      state="attempt_failed", city="Seoul")
        for n in (1, 3, 4)
    ))  # fmt: skip
    assert (
        f"{NOON - timedelta(days=4) + 15 * DAY:%B %-d, %Y}"
        in shop.ask_of_order("Where is my order?").text
    )
