"""The holdout: arms by a keyed hash, orders by the visitor they name, intervals, what cannot be
told; and what a resolved conversation cost."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.measures import visitors
from agents.measures.costs import Meter, Sum, costs, people
from agents.measures.definitions import read_definitions
from agents.measures.intervals import difference, share
from agents.measures.visitors import arm_of, buyers, mark_of_visitor, named_visitor, uplift
from tradewind.base import Money
from tradewind.commerce import Order
from tradewind.measures import Arm, Measuring, Visit
from tradewind.ports.measures import Held, Spoken

DATA = Path(__file__).resolve().parents[2] / "data" / "measures"
RULES = read_definitions(DATA / "definitions.toml").conversion
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=40)
SECRET = b"a secret of these tests"
USD = "USD"
MINUTE = 60_000_000


def visits(arm: Arm, n: int, at: datetime = OLD, share: int = 50) -> list[Visit]:
    return [Visit(mark=f"{arm}{k}", arm=arm, share=share, at=at) for k in range(n)]


def sold(arm: Arm, n: int, at: datetime = OLD) -> list[tuple[str, datetime | None]]:
    return [(f"{arm}{k}", at) for k in range(n)]


def test_the_intervals_are_those_of_the_paper() -> None:
    """Newcombe 1998: 81 of 263, method 3; 56 of 70 less 48 of 80, method 10."""
    part = share(81, 263).part
    assert part is not None
    assert (round(part.low, 4), round(part.high, 4)) == (0.2553, 0.3662)
    between = difference(share(56, 70), share(48, 80))
    assert between is not None
    assert (round(between.low, 4), round(between.high, 4)) == (0.0524, 0.3339)


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_value(hits: int, of: int) -> None:
    hits = min(hits, of)
    part = share(hits, of).part
    assert part is not None
    assert 0 <= part.low <= part.value <= part.high <= 1
    between = difference(share(hits, of), share(of - hits, of))
    assert between is not None
    assert -1 <= between.low <= between.value <= between.high <= 1


def test_without_a_holdout_nothing_can_be_told() -> None:
    all = [*visits("shown", 500, share=0)]
    found = uplift(all, sold("shown", 400), 0, RULES, NOW)
    assert (found.verdict, found.difference, found.shown.bought.of) == ("no_holdout", None, 0)


def test_more_fewer_and_no_more_than_chance() -> None:
    all = [*visits("shown", 1000), *visits("holdout", 1000)]
    more = [*sold("shown", 120), *sold("holdout", 60)]
    assert uplift(all, more, 50, RULES, NOW).verdict == "more"
    fewer = [*sold("shown", 60), *sold("holdout", 120)]
    assert uplift(all, fewer, 50, RULES, NOW).verdict == "fewer"
    same = [*sold("shown", 62), *sold("holdout", 60)]
    assert uplift(all, same, 50, RULES, NOW).verdict == "cannot_tell"


def test_a_few_are_too_few() -> None:
    all = [*visits("shown", 1000), *visits("holdout", 99)]
    assert uplift(all, sold("shown", 500), 50, RULES, NOW).verdict == "too_few"
    rare = [*visits("shown", 1000), *visits("holdout", 1000)]
    bought = [*sold("shown", 50), *sold("holdout", 4)]
    assert uplift(rare, bought, 50, RULES, NOW).verdict == "too_few"


def test_only_orders_in_time_and_visitors_of_this_share_count() -> None:
    late = OLD + timedelta(days=RULES.order_days, seconds=1)
    all = [*visits("shown", 10), *visits("holdout", 10, share=20)]
    early = OLD - timedelta(seconds=1)
    bought = [("shown0", OLD), ("shown0", OLD), ("shown1", late), ("shown2", early),
              ("shown3", None)]  # fmt: skip
    found = uplift(all, bought, 50, RULES, NOW)
    assert (found.shown.bought.hits, found.shown.bought.of) == (1, 10)
    assert (found.holdout.bought.of, found.undated) == (0, 1)
    fresh = uplift(visits("shown", 3, at=NOW), [], 50, RULES, NOW)
    assert (fresh.waiting, fresh.shown.bought.of) == (3, 0)


def test_arms_are_as_many_as_the_share_says_and_nest() -> None:
    marks = [mark_of_visitor(SECRET, "s", f"twv_{n:032x}") for n in range(4000)]
    for holdout in (0, 10, 50):
        found = Counter(arm_of(mark, holdout) for mark in marks)
        assert abs(found["holdout"] / 4000 - holdout / 100) < 0.03
    few = {mark for mark in marks if arm_of(mark, 10) == "holdout"}
    assert few <= {mark for mark in marks if arm_of(mark, 50) == "holdout"}
    other = [mark_of_visitor(b"another", "s", f"twv_{n:032x}") for n in range(4000)]
    assert not set(marks) & set(other)


V1, V2 = "twv_" + "0a" * 16, "twv_" + "0b" * 16


@pytest.mark.parametrize(
    ("raw", "visitor"),
    [
        ('{"note_attributes": [{"name": "tradewind_visitor", "value": "<V1>"}]}', V1),
        ('{"note_attributes":[{"name":"tradewind_visitor","value":"<V1>"}]}', V1),
        ('{"Note Attributes": "tradewind_visitor: <V1>\\ngift: yes"}', V1),
        ('{"customAttributes": [{"key": "tradewind_visitor", "value": "<V1>"}]}', V1),
        ('{"note": "<V1>"}', ""),
        ('{"Note Attributes": "tradewind_visitor: <V1>ff"}', ""),
        ('{"Note Attributes": "tradewind_visitor: <V1>\\ntradewind_visitor: <V2>"}', ""),
    ],
)  # fmt: skip
def test_the_visitor_whom_an_order_names(raw: str, visitor: str) -> None:
    assert named_visitor(raw.replace("<V1>", V1).replace("<V2>", V2)) == visitor


def test_a_cancelled_order_is_no_sale() -> None:
    raw = '{"Note Attributes": "tradewind_visitor: <V1>"}'.replace("<V1>", V1)
    order = Order(id="#1", total=Money(minor=1, currency=USD), placed_at=OLD)
    gone = order.model_copy(update={"status": "cancelled"})
    mark = mark_of_visitor(SECRET, "s", V1)
    told = [(one.id, one.model_dump_json(), raw) for one in (order, gone)]
    assert list(buyers(told, SECRET, "s")) == [(mark, OLD)]


def test_the_bug_that_draws_by_the_visitors_own_id_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the key a visitor could choose the arm."""

    def unkeyed(_: bytes, __: str, visitor: str) -> str:
        return visitor.removeprefix("twv_")

    monkeypatch.setitem(globals(), "mark_of_visitor", unkeyed)
    with pytest.raises(AssertionError):
        test_arms_are_as_many_as_the_share_says_and_nest()


def test_the_bug_that_counts_each_order_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = visitors.share

    def twice(hits: int, of: int, confidence: float) -> object:
        return real(2 * hits, of, confidence)

    monkeypatch.setattr(visitors, "share", twice)
    with pytest.raises(AssertionError):
        test_only_orders_in_time_and_visitors_of_this_share_count()


def spoken(cost: int | None = 0, cpu: float | None = 3.6, unpriced: Sequence[str] = ()) -> Spoken:
    return Spoken("t", 5, "r", "b", "done", None, cost, tuple(unpriced), 100, cpu)


def metered(*runs: Spoken) -> Meter:
    meter = Meter(0)
    assert len(list(meter.watch(runs))) == len(runs)
    return meter


PRICED = Measuring(
    cpu_hour=Money(minor=100, currency=USD), wage_hour=Money(minor=3000, currency=USD)
)
HOLD = [Held("h", "opened", 0), Held("h", "taken", 0), Held("h", "replied", 4 * MINUTE),
        Held("h", "given_back", 6 * MINUTE)]  # fmt: skip


def test_all_parts_make_the_cost_of_each() -> None:
    found = costs(metered(spoken(500), spoken(500)), HOLD, PRICED, 2, 30)
    parts = [part.cost.micros for part in found.parts if part.cost]
    assert parts == [1000, 2000, 3_000_000]  # two runs; 7.2 CPU s of 1 USD an hour; 6 minutes of 30
    assert found.each == Sum(micros=1_501_500, currency=USD)
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("runs", "measuring", "resolved", "why"),
    [
        ([spoken()], Measuring(), 1, "computing: the price of a CPU hour is not told"),
        ([spoken(None, unpriced=["m1"])], PRICED, 1, "models: no price is known of m1"),
        ([spoken(cpu=None)], PRICED, 1, "computing: 1 of 1 runs have no CPU time"),
        ([spoken()], PRICED, 0, "each: nothing was resolved"),
        ([spoken()], PRICED.model_copy(update={"wage_hour": None}), 1,
         "people: the wage of an hour is not told"),
        ([spoken(9)], PRICED.model_copy(update={"wage_hour": Money(minor=9, currency="EUR")}), 1,
         "sum: EUR and USD are not added"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_never_nothing(
    runs: list[Spoken], measuring: Measuring, resolved: int, why: str
) -> None:
    found = costs(metered(*runs), HOLD, measuring, resolved, 30)
    assert found.each is None
    assert why in found.unknown


def test_a_persons_minutes() -> None:
    forgotten = [Held("h", "taken", 0), Held("h", "lapsed", 30 * MINUTE)]
    assert people(forgotten, PRICED.wage_hour, 30).units == 0
    assert "1 conversations" in people(forgotten, PRICED.wage_hour, 30).unknown
    long = [Held("h", "taken", 0), Held("h", "replied", 90 * MINUTE)]
    assert people(long, PRICED.wage_hour, 30).units == 30
    other = [Held("h", "taken", 0), Held("i", "replied", 5 * MINUTE)]
    assert people(other, PRICED.wage_hour, 30).units == 0
    nobody = people([], None, 30)
    assert (nobody.unknown, nobody.cost) == ("", Sum(micros=0, currency=USD))
