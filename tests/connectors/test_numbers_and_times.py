"""Amounts and times as merchants' spreadsheets write them."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.numbers import parse_money, parse_number, style_of
from connectors.times import parse_time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"), ("12,50", "12.50"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"),
        ("1 234,56 €", "1234.56"), ("$1,234", "1234"), ("1'234.50", "1234.50"), ("-3.5", "-3.5"),
        ("(3.50)", "-3.50"), ("￥１２８", "128"), ("1,23,456.00", "123456.00"), ("R$ 10,00", "10"),
        ("EUR 5", "5"), ("5 USD", "5"), (".5", "0.5"), ("1.234.567", "1234567"), ("٣٫٥", "3.5"),
        ("1\u00a0234,5", "1234.5"), ("0.125", "0.125"),
    ],
)  # fmt: skip
def test_amounts_in_many_hands(text: str, value: str):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["abc", "", "1.2.3", "12%", "5 kg", "NaN", "inf", "1e5", "--1", "1,2,.3"]
)
def test_what_is_no_amount(text: str):
    with pytest.raises(ValueError, match=r".+"):
        parse_number(text)


def test_a_lone_dot_before_three_digits_is_read_by_the_files_style():
    assert parse_number("1.234", "comma") == 1234
    assert parse_number("1.234", "dot") == Decimal("1.234")
    with pytest.raises(ValueError, match="thousands or decimals"):
        parse_number("1.234")
    assert style_of(["1.234", "12,50", "9,99"]) == "comma"
    assert style_of(["1,234", "12.50"]) == "dot"
    assert style_of(["1,234"]) == "unknown"


def test_absurd_and_foreign_money():
    with pytest.raises(ValueError, match="larger"):
        parse_money("9" * 30, "USD")
    with pytest.raises(ValueError, match="three letters"):
        parse_money("1", "dollars")
    assert parse_money("1200", "jpy").minor == 1200
    assert parse_money("1.234", "KWD", "dot").minor == 1234


@settings(derandomize=True)
@given(st.decimals(0, 10**9, places=2), st.sampled_from([(",", "."), (".", ","), (" ", ",")]))
def test_any_grouping_gives_the_number_back(value: Decimal, marks: tuple[str, str]):
    group, decimal = marks
    text = f"{value:,.2f}".replace(",", "G").replace(".", decimal).replace("G", group)
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05T10:00:00Z", "2025-03-05T10:00:00+00:00", "2025-03-05 12:00:00 +0200",
        "2025-03-05T05:00:00-05:00", "2025-03-05 10:00:00 UTC", "1741168800", "1741168800000",
        "Wed, 05 Mar 2025 10:00:00 +0000", "2025-03-05T10:00:00.000Z",
    ],
)  # fmt: skip
def test_zoned_times_in_many_forms(text: str):
    assert parse_time(text) == (datetime(2025, 3, 5, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "text",
    ["2025-03-05 10:00", "2025/3/5 10:00:00", "05.03.2025 10:00", "2025年3月5日 10:00",
     "2025-03-05 10:00 AM"],
)  # fmt: skip
def test_times_without_zone_are_flagged(text: str):
    assert parse_time(text) == (datetime(2025, 3, 5, 10, tzinfo=UTC), False)


@pytest.mark.parametrize(
    "text", ["03/04/2025", "soon", "2025-13-01", "0001-01-01", "99999999999999999"]
)
def test_doubtful_times_are_refused(text: str):
    with pytest.raises(ValueError, match=r".+"):
        parse_time(text)


def test_a_day_above_twelve_tells():
    assert parse_time("03/25/2025")[0] == parse_time("25/03/2025")[0]


@settings(derandomize=True)
@given(st.text(max_size=40))
def test_no_text_breaks_the_parsers(text: str):
    for parse in (parse_number, parse_time):
        with suppress(ValueError):
            parse(text)
