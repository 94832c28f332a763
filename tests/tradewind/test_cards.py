"""Card numbers are told from other long numbers, wherever and however they are written."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind import cards
from tradewind.cards import has_long_number, is_card, mask_cards, passes_luhn
from tradewind.effects import Vote

STARTS = ["4", "51", "55", "2221", "2720", "34", "37", "6011", "65", "3528", "36", "62", "2204"]
SIZES = {"34": 15, "37": 15, "36": 14}
AROUND = ["{}", "pay with {} now", "卡号{}请", "card:{}.", "I have 2 cards, {} and none"]


def a_card(start: str, rest: str) -> str:
    size = SIZES.get(start, 16)
    stem = (start + rest)[: size - 1]
    return next(stem + str(n) for n in range(10) if passes_luhn(stem + str(n)))


@st.composite
def written_cards(draw: st.DrawFn) -> tuple[str, str]:
    """A card's digits, and the same in any groups with any signs between, in any script."""
    start = draw(st.sampled_from(STARTS))
    digits = a_card(start, draw(st.text("0123456789", min_size=15, max_size=15)))
    between = draw(st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011"]))
    breaks = draw(st.sets(st.integers(1, len(digits) - 1)))
    told = "".join((between if n in breaks else "") + digit for n, digit in enumerate(digits))
    if draw(st.booleans()):
        told = told.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return digits, told


def leaves(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


@settings(derandomize=True, deadline=None)
@given(written_cards(), st.sampled_from(AROUND))
def test_no_card_gets_through(card: tuple[str, str], around: str):
    digits, told = card
    if re.fullmatch(r"\d{3}\D\d{7}\D\d{7}", told):
        return
    masked = mask_cards(around.format(told))
    assert digits[:-4] not in re.sub(r"\D", "", leaves(masked))
    assert f"•••• {digits[-4:]}" in masked


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=60))
def test_masking_again_changes_nothing(text: str):
    once = mask_cards(text)
    assert mask_cards(once) == once
    assert has_long_number(text) or once == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111 1111 1111 1111 12/29 123", "•••• 1111 12/29 •••"),
        ("4111111111111111, cvv: 987 please", "•••• 1111, cvv: ••• please"),
        ("安全码 123，卡 4111111111111111", "安全码 •••，卡 •••• 1111"),
        ("3782 822463 10005 CID 1234", "•••• 0005 CID •••"),
        ("4111111111111111 123", "•••• 1111 •••"),
        ("CVC 12/27 456 of 5500-0000-0000-0004", "CVC 12/27 ••• of •••• 0004"),
        ("12 4111 1111 1111 1111 and 20.50 EUR", "12 •••• 1111 and 20.50 EUR"),
    ],
)
def test_the_code_beside_a_card_goes_too(text: str, masked: str):
    assert mask_cards(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "402-1234567-1234567",  # a marketplace's order
        "9400 1102 0088 1234 5678 90",  # USPS
        "IMEI 356938035643809",
        "LP4111111111111111CN",
        "1741168800000",
        "2026-08-07 02:22",
        "cvv 123",
        "4111111111111112",
        "#W2611340 1Z999AA10123456784",
        "41111111111111111111111",
    ],
)
def test_other_numbers_stay(text: str):
    assert mask_cards(text) == text


def test_a_vote_keeps_no_card():
    given = {"by": "mia", "yes": True, "at": "2026-01-01T00:00:00Z", "arguments_hash": "h"}
    assert Vote.model_validate(given | {"reason": "to 4111111111111111"}).reason == "to •••• 1111"


def test_a_quick_look_that_sees_no_groups_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cards, "_LEFT_OUT", b"")
    with pytest.raises(AssertionError):
        test_no_card_gets_through()


def test_a_network_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cards, "_NETWORKS", cards._NETWORKS[1:])  # pyright: ignore[reportPrivateUsage]
    assert not is_card("4111111111111111")
    with pytest.raises(AssertionError):
        test_no_card_gets_through()
