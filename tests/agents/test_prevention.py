"""The weekly view read from counts: chance beside an exact oracle, causes, parcels, the meter."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from dispute_world import NOW, RULES, dispute, item, order, payment
from hypothesis import given
from hypothesis import strategies as st

from agents.chargeback import causes
from agents.chargeback.advice import advise
from agents.chargeback.causes import Causes, read_causes
from agents.chargeback.chance import corrected, tail
from agents.chargeback.monitoring import meter_of, read_counts
from agents.chargeback.parcels import Parcels, read_parcels
from agents.chargeback.prevention import read_view
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, NameFact, NumberFact, TimeFact

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def figure(count: str, **facts: Any) -> Evidence:
    """A count as the tools bring it."""
    told: list[Fact] = [NameFact(name="count", value=count)]
    for name, value in facts.items():
        if isinstance(value, bool):
            told.append(FlagFact(name=name, value=value))
        elif isinstance(value, int):
            told.append(NumberFact(name=name, value=Decimal(value)))
        elif isinstance(value, datetime):
            told.append(TimeFact(name=name, value=value))
        elif name in ("order", "id"):
            told.append(IdFact(name=name, value=value))
        else:
            told.append(NameFact(name=name, value=value))
    return Evidence.of("figure", f"figure/{count}/{facts}", count, "", tuple(told))


# ---- chance


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.data())
def test_the_tail_is_the_exact_one(everyone: int, size: int, all_hit: int, data: Any) -> None:
    size, all_hit = min(size, everyone), min(all_hit, everyone)
    hit = data.draw(st.integers(0, min(size, all_hit)))
    exact = sum(
        Fraction(math.comb(all_hit, k) * math.comb(everyone - all_hit, size - k),
                 math.comb(everyone, size))
        for k in range(hit, min(size, all_hit) + 1) if size - k <= everyone - all_hit
    )  # fmt: skip
    assert tail(hit, size, all_hit, everyone) == pytest.approx(float(exact), rel=1e-9, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(1, 40))
def test_a_correction_lowers_no_chance_and_keeps_their_order(
    chances: list[float], groups: int
) -> None:
    told = corrected(chances, groups)
    assert all(after >= before for before, after in zip(chances, told, strict=True))
    order = sorted(range(len(chances)), key=lambda n: chances[n])
    assert [told[n] for n in order] == sorted(told)


# ---- causes


def group(name: str, disputed: int, orders: int, all_disputed: int, all_orders: int) -> Evidence:
    return figure(
        "group", dimension="product", name=name, orders=orders, disputed=disputed,
        rest_orders=all_orders - orders, rest_disputed=all_disputed - disputed,
    )  # fmt: skip


def base(orders: int, disputed: int, groups: int) -> Evidence:
    return figure("base", days=180, orders=orders, disputed=disputed, groups=groups)


def test_a_group_far_over_the_others_is_named_with_its_counts() -> None:
    told = read_causes([base(2000, 60, 40), group("Boot", 25, 100, 60, 2000)], RULES)
    (cause,) = told.named
    assert (cause.disputed, cause.orders, cause.rest_disputed) == (25, 100, 35)
    assert cause.chance is not None
    assert cause.chance < 0.001


def test_the_same_share_in_few_orders_is_too_few_to_tell() -> None:
    told = read_causes([base(2000, 60, 40), group("Boot", 4, 16, 60, 2000)], RULES)
    assert [cause.verdict for cause in told.groups] == ["few"]


def test_more_disputes_in_a_group_never_take_its_name_away() -> None:
    verdicts = [
        read_causes([base(2000, 60, 40), group("B", n, 100, 60, 2000)], RULES).groups[0].verdict
        for n in range(5, 60)
    ]
    assert "more" in verdicts
    assert verdicts == sorted(verdicts, key=["chance", "more"].index)


def by_chance(seed: int) -> Causes:
    """Forty products, and disputes that fall on orders blindly."""
    draw = Random(seed)
    sold = [draw.randrange(40) for _ in range(4000)]
    hit = draw.sample(range(4000), 240)
    members = {n: [i for i, product in enumerate(sold) if product == n] for n in range(40)}
    disputed = set(hit)
    groups = [
        group(f"P{n}", len(disputed.intersection(ours)), len(ours), 240, 4000)
        for n, ours in members.items()
    ]
    return read_causes([base(4000, 240, 40), *groups], RULES)


SHOPS = range(60)


def test_blind_disputes_name_hardly_any_group() -> None:
    """Of 60 shops at most a few may name one: the error rate is one in twenty."""
    assert sum(bool(by_chance(seed).named) for seed in SHOPS) <= 8


def test_without_the_correction_blind_disputes_would_name_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted bug: each group is tested as if it were the only one."""

    def alone(chances: Sequence[float], groups: int) -> list[float]:
        return list(chances)

    monkeypatch.setattr(causes, "corrected", alone)
    assert sum(bool(by_chance(seed).named) for seed in SHOPS) > 30


def test_without_the_least_counts_two_disputes_would_be_a_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted bug: a group is tested however small."""
    evidence = [base(2000, 12, 5), group("Boot", 3, 4, 12, 2000)]
    assert not read_causes(evidence, RULES).named

    def always(*_: object) -> bool:
        return True

    monkeypatch.setattr(causes, "_is_enough", always)
    assert read_causes(evidence, RULES).named


# ---- parcels

STATES = ["moving", "customs", "lost", "exception", "stale", "pickup", "returning"]


@st.composite
def parcels(draw: st.DrawFn) -> Evidence:
    facts: dict[str, Any] = {
        "order": f"#W{draw(st.integers(0, 10**6))}", "state": draw(st.sampled_from(STATES)),
        "age": draw(st.integers(0, 60)),
    }  # fmt: skip
    if draw(st.booleans()):
        facts["usual"] = draw(st.integers(1, 40))
    if draw(st.booleans()):
        facts["wrote_at"] = AT
    if draw(st.booleans()):
        facts["estimated_at"] = AT + timedelta(days=draw(st.integers(-20, 20)))
    return figure("parcel", **facts)


def ranked(evidence: Sequence[Evidence]) -> list[str]:
    return [parcel.evidence for parcel in read_parcels(evidence, RULES, AT).risky]


@given(st.lists(parcels(), max_size=8, unique_by=lambda e: e.id), parcels())
def test_one_more_parcel_changes_no_others_place_among_the_others(
    known: list[Evidence], another: Evidence
) -> None:
    before = ranked(known)
    assert [id_ for id_ in ranked([*known, another]) if id_ in before] == before


@given(st.lists(parcels(), max_size=8, unique_by=lambda e: e.id), st.randoms())
def test_the_rank_is_no_matter_of_the_order_they_came_in(known: list[Evidence], luck: Any) -> None:
    shuffled = list(known)
    luck.shuffle(shuffled)
    assert ranked(shuffled) == ranked(known)


@given(parcels())
def test_no_parcel_is_late_where_nothing_tells_what_is_usual(one: Evidence) -> None:
    for parcel in read_parcels([one], RULES, AT).risky:
        assert ("late" in parcel.reasons) == (parcel.over is not None and parcel.over > 0)
        assert parcel.reasons


def test_a_parcel_within_its_days_has_no_reason() -> None:
    calm = figure("parcel", order="#W1", state="moving", age=3, usual=4)
    told = read_parcels([calm], RULES, AT)
    assert told == Parcels(open=1)


# ---- the meter


def month(network: str, settled: int, disputes: int, **more: Any) -> Evidence:
    facts = {"month": "2026-11", "frauds": 0, "fraud_unknown": 0, "ended": False} | more
    return figure("month", network=network, settled=settled, disputes=disputes, **facts)


def test_names_of_one_network_are_counted_together() -> None:
    (counts,) = read_counts([month("mc", 10, 1), month("mastercard", 90, 2)], RULES)
    assert (counts.network, counts.settled, counts.disputes) == ("mastercard", 100, 3)


@pytest.mark.parametrize(("disputes", "state"), [(100, "over"), (80, "near"), (10, "safe")])
def test_the_advice_tells_where_the_programme_stands(disputes: int, state: str) -> None:
    meter = meter_of([month("mastercard", 5000, disputes)], "mastercard", RULES)
    evidence = (dispute("general", "mastercard"), payment(), order())
    told = advise(evidence, RULES, NOW, meter=meter)
    assert told is not None
    assert [m.state for m in told.decision.meter] == [state]
    assert told.decision.monitoring == "counted"


def test_a_month_stands_beside_the_limit_of_its_own_time() -> None:
    old = month("visa", 100000, 1600, month="2026-03", ended=True)
    new = month("visa", 100000, 1600, month="2026-04", ended=True)
    told = {m.month: m.state for m in meter_of([old, new], "visa", RULES)}
    assert told == {"2026-03": "safe", "2026-04": "over"}


def test_a_month_without_settled_payments_has_no_rate() -> None:
    assert meter_of([month("visa", 0, 5)], "visa", RULES) == ()


def test_unknown_fraud_reports_make_the_count_a_floor() -> None:
    (visa,) = meter_of([month("visa", 1000, 5, fraud_unknown=900)], "visa", RULES)
    (mastercard,) = meter_of([month("mastercard", 1000, 5, fraud_unknown=900)], "mc", RULES)
    assert visa.floor
    assert not mastercard.floor


def weeks(*disputes: int) -> list[Evidence]:
    first = datetime(2026, 9, 28, tzinfo=UTC)
    return [
        item("order", f"w{n}").model_copy(update={"kind": "figure", "facts": (
            NameFact(name="count", value="week"), FlagFact(name="ended", value=True),
            TimeFact(name="from", value=first + timedelta(weeks=n)),
            NumberFact(name="disputes", value=Decimal(count)),
        )}) for n, count in enumerate(disputes)
    ]  # fmt: skip


@pytest.mark.parametrize(("told", "trend"), [
    ((1, 1, 9, 9), "more"), ((9, 9, 1, 1), "fewer"), ((5, 5, 5, 5), "chance"),
    ((0, 1, 1, 2), "few"),
])  # fmt: skip
def test_a_trend_is_told_where_it_is_more_than_chance(told: tuple[int, ...], trend: str) -> None:
    assert read_view(weeks(*told), RULES, AT).trend == trend


def test_an_empty_shop_has_an_empty_view() -> None:
    view = read_view([], RULES, AT)
    assert (view.counts, view.meters, view.causes, view.parcels) == ((), (), Causes(), Parcels())
