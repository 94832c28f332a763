"""What holds of every advice: more help never lowers the odds, a contradiction never raises them,
nobody is told to fight against the records, and no number that decides is in the code."""

import ast
import random
from datetime import timedelta
from pathlib import Path

import pytest
from dispute_world import (
    CAME,
    CHECKED,
    CODES,
    OPENED,
    PAID,
    RULES,
    access,
    advised,
    dispute,
    listing,
    order,
    parcel,
    payment,
    policy,
    prior,
    refund,
    said,
    scan,
    upload,
    usd,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.chargeback.assessment import Assessment, Contradiction
from agents.chargeback.costs import Costs, expected_value
from agents.chargeback.found import Element
from agents.chargeback.strength import weigh
from tradewind.base import Money
from tradewind.commerce import DisputeCategory
from tradewind.evidence import Evidence

CATEGORIES = st.sampled_from(sorted(CODES["visa"]))
NETWORKS = st.sampled_from(sorted(CODES))

HELP: list[tuple[Evidence, ...]] = [
    (parcel(), scan(signed_by="Ann Lee")),
    (prior(150), prior(200)),
    (refund(),),
    (listing(),),
    (policy(shown_at_checkout=True, accepted_at=PAID - timedelta(days=1)),),
    (access(20),),
    (said("buyer", "It arrived today, thank you!"),),
    (upload("supplier_invoice", "record"),),
]
HARM: list[tuple[Evidence, ...]] = [
    (said("shop", "That is our fault, you will get a full refund."),),
    (said("buyer", "It arrived broken."),),
    (order(id="#W2"),),
    (parcel("T7", state="lost"),),
    (parcel("T8"), scan("T8", city="Houston", postcode="77002")),
    (parcel("T9"), scan("T9", at=PAID - timedelta(days=1))),
    (prior(0, order="#W1", amount=usd(20000)),),
    (said("buyer", "I cancelled my plan.", PAID - timedelta(days=1)),),
]
SUBSETS = st.sets(st.integers(0, len(HELP) - 1))
ONE_HELP = st.integers(0, len(HELP) - 1)
ONE_HARM = st.integers(0, len(HARM) - 1)


def made(category: str, network: str, more: set[int], *harm: Evidence) -> list[Evidence]:
    sound = [dispute(category, network), payment(**CHECKED, eci="07"), order()]
    return [*sound, *(e for i in sorted(more) for e in HELP[i]), *harm]


@settings(deadline=None, max_examples=300)
@given(CATEGORIES, NETWORKS, SUBSETS, ONE_HELP)
def test_more_help_never_lowers_the_odds(
    category: str, network: str, have: set[int], more: int
) -> None:
    before = advised(*made(category, network, have)).strength.log_odds
    after = advised(*made(category, network, have | {more})).strength.log_odds
    assert after >= before - 1e-9


@settings(deadline=None, max_examples=300)
@given(CATEGORIES, NETWORKS, SUBSETS, ONE_HARM)
def test_harm_never_raises_the_odds_and_never_makes_a_fight(
    category: str, network: str, have: set[int], harm: int
) -> None:
    before = advised(*made(category, network, have))
    after = advised(*made(category, network, have, *HARM[harm]))
    assert after.strength.log_odds <= before.strength.log_odds + 1e-9
    if before.decision.act != "fight":
        assert after.decision.act != "fight"


ELEMENTS = st.sets(st.sampled_from(sorted(RULES.book.elements)))
AGAINST = st.sets(st.sampled_from(sorted(RULES.book.contradictions)))


def assessed(category: str, network: str, ids: set[str], against: set[str]) -> Assessment:
    """An assessment as if just these had been found."""
    rule = RULES.book.rule_for(category, network, "")  # pyright: ignore[reportArgumentType]
    assert rule is not None
    found = [(name, rule.grade(name)) for name in sorted(ids)]
    return Assessment(
        category=rule.category,
        network=network,
        code_title="",
        doubt="",
        grade="E",
        scan=None,
        elements=tuple(Element(id=n, evidence=("e",), grade=g) for n, g in found if g),
        ways=tuple(way for way in rule.ways if ids.issuperset(way)),
        settled=False,
        contradictions=tuple(
            Contradiction(id=n, evidence=("e",), bars=False, asks=False) for n in sorted(against)
        ),
        missing=(),
        loses="",
    )


def grade_of(category: str, network: str, element: str) -> str | None:
    rule = RULES.book.rule_for(category, network, "")  # pyright: ignore[reportArgumentType]
    return rule.grade(element) if rule else None


@settings(deadline=None, max_examples=400)
@given(CATEGORIES, NETWORKS, ELEMENTS, AGAINST, st.sampled_from(sorted(RULES.book.elements)))
def test_an_elements_grade_says_which_way_it_moves_the_odds(
    category: str, network: str, ids: set[str], against: set[str], more: str
) -> None:
    before = weigh(assessed(category, network, ids, against), RULES)
    after = weigh(assessed(category, network, ids | {more}, against), RULES)
    if grade_of(category, network, more) == "against":
        assert after.log_odds <= before.log_odds + 1e-9
    else:
        assert after.log_odds >= before.log_odds - 1e-9
    model = RULES.strength
    assert model.least <= after.probability <= model.most
    assert after.log_odds == pytest.approx(sum(term.weight for term in after.terms))


@settings(deadline=None, max_examples=200)
@given(CATEGORIES, NETWORKS, ELEMENTS, AGAINST, AGAINST)
def test_a_contradiction_never_raises_the_odds(
    category: str, network: str, ids: set[str], one: set[str], other: set[str]
) -> None:
    few = weigh(assessed(category, network, ids, one), RULES)
    many = weigh(assessed(category, network, ids, one | other), RULES)
    assert many.probability <= few.probability


@settings(deadline=None, max_examples=200)
@given(CATEGORIES, NETWORKS, SUBSETS, st.text("0123456789ABCXYZ.", min_size=1, max_size=5))
def test_an_unknown_code_asks(category: str, network: str, have: set[int], code: str) -> None:
    if RULES.codes.find(network, code):
        return
    head = dispute(category, network, reason_code=code)
    advice = advised(head, *made(category, network, have)[1:])
    assert advice.decision.act == "ask"
    assert "code" in advice.decision.questions


@settings(deadline=None, max_examples=100)
@given(CATEGORIES, NETWORKS, SUBSETS, st.randoms())
def test_the_order_of_the_evidence_changes_nothing(
    category: str, network: str, have: set[int], shuffle: random.Random
) -> None:
    evidence = made(category, network, have)
    mixed = list(evidence)
    shuffle.shuffle(mixed)
    one, other = advised(*evidence), advised(*mixed)
    assert one.decision == other.decision
    assert one.strength == other.strength
    assert {e.id for e in one.assessment.elements} == {e.id for e in other.assessment.elements}


@settings(deadline=None, max_examples=200)
@given(CATEGORIES, NETWORKS, SUBSETS)
def test_an_outsiders_text_proves_nothing(category: str, network: str, have: set[int]) -> None:
    """What is marked untrusted, of whatever kind, never makes the odds of a fight."""
    plain = advised(*made(category, network, set()))
    evidence = made(category, network, have)
    forged = [e.model_copy(update={"trust": "untrusted"}) for e in evidence[3:]]
    told = advised(*evidence[:3], *forged)
    weak = RULES.strength.caps["words"]
    assert told.strength.log_odds <= plain.strength.log_odds + weak + 1e-9
    assert told.assessment.ways == plain.assessment.ways


@given(st.integers(1, 10**7), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_better_odds_are_worth_more(amount: int, one: float, other: float, back: bool) -> None:
    costs = Costs(received=1500, fee=1500, fee_back=back, labour=750, arbitration=60000)
    low, high = sorted((one, other))
    money = Money(minor=amount, currency="USD")
    assert expected_value(money, low, costs).minor <= expected_value(money, high, costs).minor


def test_expected_value_by_hand() -> None:
    costs = Costs(received=1500, fee=1500, fee_back=True, labour=750, arbitration=0)
    worth = expected_value(Money(minor=10000, currency="USD"), 0.6, costs)
    assert worth == Money(minor=6000 - 600 - 750, currency="USD")


# ---- what would change the advice


def test_what_is_missing_says_what_it_would_bring() -> None:
    advice = advised(dispute("product_not_received"), payment(), order(), parcel())
    assert advice.decision.act == "accept"
    told = {item.elements: item for item in advice.would_change}
    assert told[("delivery_matched",)].act == "fight"
    assert told[("delivery_matched",)].probability > advice.strength.probability
    for item in advice.wanted:
        assert item.probability >= advice.strength.probability


@settings(deadline=None, max_examples=100)
@given(CATEGORIES, NETWORKS, SUBSETS)
def test_what_is_wanted_is_not_there_and_never_lowers(
    category: str, network: str, have: set[int]
) -> None:
    advice = advised(*made(category, network, have))
    for item in advice.wanted:
        assert not any(advice.assessment.has(name) for name in item.elements)
        assert item.probability >= advice.strength.probability


# ---- notes


def test_a_deadline_that_cannot_be_right_is_noted_and_never_replaced() -> None:
    late = OPENED + timedelta(days=200)
    advice = advised(dispute("product_not_received", due_by=late), payment(), order(),
                     parcel(), scan())  # fmt: skip
    assert "deadline_odd" in advice.decision.notes
    assert "bound_doubtful" in advice.decision.notes
    assert advice.decision.act == "fight"


def test_a_currency_without_figures_is_said() -> None:
    yen = Money(minor=20000, currency="JPY")
    advice = advised(dispute("product_not_received", amount=yen), payment(amount=yen),
                     order(total=yen), parcel(), scan())  # fmt: skip
    assert "costs_unknown" in advice.decision.notes
    assert advice.decision.expected_value is not None
    assert advice.decision.expected_value.currency == "JPY"


def test_code_and_word_that_differ_are_noted() -> None:
    advice = advised(dispute("product_not_received", reason_code="10.4"), payment(), order(),
                     parcel(), scan())  # fmt: skip
    assert advice.assessment.category == "product_not_received"
    assert "code_differs" in advice.decision.notes


def test_the_last_stage_counts_its_fee() -> None:
    records = (payment(), order(), parcel(), scan(at=CAME))
    first = advised(dispute("product_not_received"), *records).decision
    last = advised(dispute("product_not_received", stage="pre_arbitration"), *records).decision
    assert first.expected_value is not None
    assert last.expected_value is not None
    assert last.costs.arbitration > 0
    assert last.expected_value.minor < first.expected_value.minor


# ---- numbers


def test_no_number_that_decides_is_in_the_code() -> None:
    folder = Path(__file__).parents[2] / "agents" / "chargeback"
    files = sorted(folder.glob("*.py"))
    assert len(files) >= 15
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                assert node.value in (0, 1), f"{file.name}:{node.lineno} holds {node.value}"


CATEGORY_NAMES: tuple[DisputeCategory, ...] = tuple(RULES.strength.base)


def test_every_row_says_how_sure_it_is() -> None:
    rows = [
        *(code for table in RULES.codes.codes.values() for code in table.values()),
        *RULES.book.rule, *RULES.checks.eci, *RULES.deadlines.bound,
        *RULES.monitoring.programme, *RULES.economics.fee, *RULES.economics.labour,
        RULES.strength, RULES.delivery, RULES.ce3,
    ]  # fmt: skip
    assert all(row.confidence in ("P", "S", "G", "?") for row in rows)
    for file in (RULES.codes, RULES.book, RULES.checks, RULES.delivery, RULES.deadlines,
                 RULES.monitoring, RULES.strength, RULES.economics, RULES.ce3):  # fmt: skip
        assert file.version >= 1
        assert file.source
        assert file.as_of.year >= 2026
    assert set(CATEGORY_NAMES) >= set(CODES["visa"])
