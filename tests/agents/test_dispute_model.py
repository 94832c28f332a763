"""Calibration on a merchant's outcomes, the monitoring meter, and the files of the rulebook."""

import math
import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from dispute_world import CODES, NOW, RULES, dispute, order, parcel, payment, scan
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.chargeback.advice import advise
from agents.chargeback.calibration import Outcome, calibrate
from agents.chargeback.monitoring import Counts, read_meter
from agents.chargeback.rules import read_rules
from tradewind.errors import SpecError

MODEL = RULES.strength
FOLDER = Path(__file__).parents[2] / "data" / "disputes"


def outcomes(count: int, slope: float, intercept: float, seed: int = 7) -> list[Outcome]:
    """Outcomes of a merchant whose true odds are these of the shipped log-odds."""
    draw = random.Random(seed)
    told: list[Outcome] = []
    for i in range(count):
        x = draw.uniform(-3, 3)
        won = draw.random() < 1 / (1 + math.exp(-(slope * x + intercept)))
        told.append(Outcome(dispute=f"d{i}", log_odds=x, won=won))
    return told


# ---- calibration


def test_few_outcomes_leave_the_shipped_model() -> None:
    few = outcomes(MODEL.calibration.outcomes_least - 1, 1, 0)
    assert calibrate(few, MODEL).model == "shipped"
    assert calibrate([], MODEL).applied(1.5) == 1.5
    won = [o.model_copy(update={"won": True}) for o in outcomes(200, 1, 0)]
    assert calibrate(won, MODEL).model == "shipped"


@pytest.mark.parametrize(("slope", "intercept"), [(1, -1), (0.5, 0.8), (1.6, 0)])
def test_many_outcomes_find_the_merchants_own_odds(slope: float, intercept: float) -> None:
    fitted = calibrate(outcomes(5000, slope, intercept), MODEL)
    assert fitted.model == "calibrated"
    assert fitted.slope == pytest.approx(slope, abs=0.12)
    assert fitted.intercept == pytest.approx(intercept, abs=0.12)


def test_a_fit_is_nearer_to_what_happened_than_the_shipped_model() -> None:
    told, later = outcomes(120, 0.6, -0.9), outcomes(2000, 0.6, -0.9, seed=8)
    fitted = calibrate(told, MODEL)

    def brier(slope: float, intercept: float) -> float:
        return sum(
            (1 / (1 + math.exp(-(slope * o.log_odds + intercept))) - o.won) ** 2 for o in later
        ) / len(later)

    assert brier(fitted.slope, fitted.intercept) < brier(1, 0)


def test_the_same_dispute_counts_once() -> None:
    one = outcomes(40, 1, 0)
    assert calibrate(one * 5, MODEL) == calibrate(one, MODEL)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.floats(-20, 20), st.booleans()), max_size=120))
def test_a_fit_keeps_the_order_whatever_happened(told: list[tuple[float, bool]]) -> None:
    fitted = calibrate(
        [Outcome(dispute=f"d{i}", log_odds=x, won=w) for i, (x, w) in enumerate(told)], MODEL
    )
    assert fitted.slope >= 0
    assert math.isfinite(fitted.slope)
    assert math.isfinite(fitted.intercept)


def test_the_advice_says_whose_model_it_is() -> None:
    evidence = (dispute("product_not_received"), payment(), order(), parcel(), scan())
    shipped = advise(evidence, RULES, NOW)
    fitted = advise(evidence, RULES, NOW, calibrate(outcomes(500, 1, -4), MODEL))
    assert shipped is not None
    assert fitted is not None
    assert (shipped.strength.model, fitted.strength.model) == ("shipped", "calibrated")
    assert fitted.strength.outcomes == 500
    assert fitted.strength.probability < shipped.strength.probability
    assert (shipped.decision.act, fitted.decision.act) == ("fight", "accept")


# ---- meter


@pytest.mark.parametrize(
    ("disputes", "frauds", "settled", "state"),
    [
        (900, 600, 100000, "over"),
        (900, 599, 100000, "near"),
        (900, 600, 100001, "near"),
        (10, 5, 100, "safe"),
        (0, 0, 0, "safe"),
        (700, 450, 60000, "near"),
    ],
)
def test_vamp(disputes: int, frauds: int, settled: int, state: str) -> None:
    counts = Counts(network="visa", settled=settled, disputes=disputes, frauds=frauds)
    (meter,) = read_meter(counts, date(2026, 11, 23), RULES)
    assert meter.state == state


def test_a_limit_holds_from_its_day() -> None:
    counts = Counts(network="visa", settled=80000, disputes=1600)
    (before,) = read_meter(counts, date(2026, 3, 31), RULES)
    (after,) = read_meter(counts, date(2026, 4, 1), RULES)
    assert (before.state, after.state) == ("near", "over")
    assert before.limit > after.limit


@pytest.mark.parametrize(
    ("disputes", "state"), [(99, "near"), (100, "over"), (74, "safe"), (75, "near")]
)
def test_ecm_needs_count_and_ratio(disputes: int, state: str) -> None:
    counts = Counts(network="mastercard", settled=1000, disputes=disputes, frauds=999)
    (meter,) = read_meter(counts, date(2026, 11, 23), RULES)
    assert meter.state == state


# ---- codes


@pytest.mark.parametrize(
    ("network", "code", "reason", "category", "doubt"),
    [
        ("visa", "10.4", "general", "fraudulent", ""),
        ("visa", "10.4", "fraudulent", "fraudulent", ""),
        ("visa", "13.1", "fraudulent", "fraudulent", "differs"),
        ("mastercard", "4853", "product_unacceptable", "product_unacceptable", ""),
        ("mastercard", "4853", "general", "unknown", "ambiguous"),
        ("mastercard", "4853", "", "unknown", "ambiguous"),
        ("mastercard", "4853", "duplicate", "duplicate", "differs"),
        ("mastercard", "4834", "duplicate", "duplicate", ""),
        ("mastercard", "4834", "general", "general", ""),
        ("mastercard", "10.4", "general", "unknown", "unknown_code"),
        ("american express", "c08", "", "product_not_received", ""),
        ("diners", "UA02", "", "fraudulent", ""),
        ("paypal", "", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "product_not_received", ""),
        ("", "13.3", "", "product_unacceptable", ""),
        ("", "", "10.4", "fraudulent", ""),
        ("", "", "", "unknown", "nothing"),
        ("visa", "99.9", "fraudulent", "fraudulent", "unknown_code"),
        ("visa", "99.9", "unrecognized", "unknown", "unknown_code"),
    ],
)
def test_codes_and_words(network: str, code: str, reason: str, category: str, doubt: str) -> None:
    reading = RULES.codes.read(network, code, reason)
    assert (reading.category, reading.doubt) == (category, doubt)


def test_every_code_of_the_table_is_read_as_one_of_its_categories() -> None:
    for network, table in RULES.codes.codes.items():
        for code, row in table.items():
            for category in row.categories:
                reading = RULES.codes.read(network, code, category)
                assert (reading.category, reading.title) == (category, row.title)
            assert len(row.categories) == 1 or row.decided_by == "reason"
    assert set(RULES.codes.codes) == set(CODES)


# ---- checks


@pytest.mark.parametrize(
    ("network", "eci", "three_ds", "shift"),
    [
        ("visa", "05", "", True), ("visa", "5", "", True), ("visa", "06", "", True),
        ("visa", "07", "", False), ("visa", "02", "", False), ("amex", "05", "", True),
        ("mastercard", "02", "", True), ("mastercard", "01", "", True),
        ("mastercard", "07", "", True), ("mastercard", "00", "", False),
        ("mastercard", "04", "", False), ("mastercard", "06", "", False),
        ("mastercard", "N0", "", False), ("mastercard", "05", "", False),
        ("visa", "", "authenticated", True), ("visa", "", "failed", False),
        ("visa", "07", "authenticated", False), ("visa", "", "", False),
    ],
)  # fmt: skip
def test_liability(network: str, eci: str, three_ds: str, shift: bool) -> None:
    assert RULES.checks.shifted(network, eci, three_ds) is shift


@pytest.mark.parametrize(
    ("line1", "postcode", "told"),
    [
        ("pass", "pass", ("pass", "pass")), ("", "Y", ("pass", "pass")),
        ("", "n", ("fail", "fail")), ("A", "", ("pass", "fail")), ("", "Z", ("fail", "pass")),
        ("unavailable", "unchecked", ("unavailable", "unchecked")),
        ("", "", ("unchecked", "unchecked")), ("what", "", ("unchecked", "unchecked")),
    ],
)  # fmt: skip
def test_address_checks(line1: str, postcode: str, told: tuple[str, str]) -> None:
    checked = RULES.checks.address(line1, postcode)
    assert (checked.line1, checked.postcode) == told


# ---- files


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("rulebook.toml", '["liability_shift"]', '["magic"]', "magic"),
        ("rulebook.toml", 'stripe = "receipt"', 'stripe = "recipe"', "stripe"),
        ("strength.toml", "ce3_qualified = 3.5", "no_such = 3.5", "no_such"),
        ("strength.toml", "required = 0.7", "required = -0.7", "required"),
        ("strength.toml", "duplicate = 1.5", "", "duplicate"),
        ("codes.toml", 'confidence = "P"', 'confidence = "X"', "confidence"),
        ("checks.toml", "shift = true", 'shift = "perhaps"', "shift"),
        ("signs.toml", "[admitted]", "[admited]", "admitted"),
        ("delivery.toml", "version = 1", "", "version"),
        ("ce3.toml", "first_day = 120", "", "first_day"),
    ],
)
def test_a_fault_in_a_file_is_named(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    copy = tmp_path / "disputes"
    shutil.copytree(FOLDER, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_rules(copy)
