"""The guards of the advice matter: with one switched off, a wrong advice is there to be seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from dispute_cases import cases
from dispute_world import (
    CHECKED,
    DUE,
    RULES,
    advised,
    dispute,
    order,
    parcel,
    payment,
    policy,
    prior,
    refund,
    returned,
    said,
    scan,
    upload,
    usd,
)

from agents.chargeback.calibration import Outcome, calibrate
from tradewind.base import Money
from tradewind.evidence import Evidence

NR, NQ, NC = "product_not_received", "product_unacceptable", "credit_not_processed"


def nothing(*_: Any) -> tuple[()]:
    return ()


def never(*_: Any) -> bool:
    return False


def always(*_: Any) -> bool:
    return True


def act(*evidence: Evidence, **moment: Any) -> str:
    kinds = {e.kind for e in evidence}
    sound = [e for e in (payment(), order()) if e.kind not in kinds]
    return advised(*evidence, *sound, **moment).decision.act


STRANGER = (dispute(NR), parcel(), scan(signed_by="BOB RAY"))
ADMITTED = said("shop", "That was our mistake, we will refund it.")
EUROS = Money(minor=20000, currency="EUR")
FORGED = refund().model_copy(update={"trust": "untrusted"})

GUARDS: list[tuple[str, str, Callable[..., Any], Callable[[], str], str, str]] = [
    ("another's signature", "agents.chargeback.delivery._another", never,
     lambda: act(*STRANGER), "accept", "fight"),
    ("the shop's own words", "agents.chargeback.assessment._admitted", nothing,
     lambda: act(dispute(NR), parcel(), scan(), ADMITTED), "accept", "fight"),
    ("negation", "agents.chargeback.signs.negation", lambda _: Nothing(),
     lambda: act(dispute(NR), parcel(), scan(), said("shop", "We will refund no one twice.")),
     "fight", "accept"),
    ("amounts and currencies", "agents.chargeback.assessment.find_contradictions", nothing,
     lambda: act(dispute(NR, amount=EUROS), parcel(), scan()), "ask", "fight"),
    ("trust", "agents.chargeback.case.OUTSIDE", frozenset(("refund", "message", "tracking")),  # pyright: ignore[reportArgumentType]
     lambda: act(dispute(NC), FORGED), "accept", "fight"),
    ("refunds after the dispute", "agents.chargeback.money._after", never,
     lambda: act(dispute(NR), refund(at=DUE)), "accept", "fight"),
    ("refunds that failed", "agents.chargeback.money._done", always,
     lambda: act(dispute(NC), refund(status="failed")), "accept", "fight"),
    ("the worst parcel", "agents.chargeback.delivery.max", min,
     lambda: act(dispute(NR), parcel(), scan(), parcel("T2", state="moving")),
     "accept", "fight"),
    ("whose parcel", "agents.chargeback.delivery._scans_of", lambda case, _: case.scans,
     lambda: act(dispute(NR), parcel("T9"), scan("T1")), "accept", "fight"),
    ("somebody else's hands", "agents.chargeback.delivery.says", never,
     lambda: act(dispute(NR), parcel(), scan(text="Left with a neighbour")), "accept", "fight"),
    ("disputed before", "agents.chargeback.fraud._undisputed_before", always,
     lambda: act(dispute("fraudulent"), payment(**CHECKED), prior(90, disputed=True)),
     "accept", "fight"),
    ("policies of their day", "agents.chargeback.quality._stood", always,
     lambda: act(dispute(NQ), policy(effective_from=DUE)), "accept", "fight"),
    ("returns in time", "agents.chargeback.credit._late",
     lambda case, *_: [_late(case.returns[0].id)],
     lambda: act(dispute(NC), policy(shown_at_checkout=True), parcel(), scan(), returned()),
     "accept", "fight"),
    ("files of nobody", "agents.chargeback.quality._papers",
     lambda case, *_: [_paper(e.id) for e in case.uploads],
     lambda: act(dispute(NQ, reason_code="13.4"), upload("supplier_invoice")),
     "accept", "fight"),
    ("signatures of Seller Protection", "agents.chargeback.assessment._needs_signature", never,
     lambda: act(dispute(NR, "paypal", amount=usd(90000)), payment(amount=usd(90000)),
                 order(total=usd(90000)), parcel(), scan()), "accept", "fight"),
    ("what is closed", "agents.chargeback.decision.is_open", always,
     lambda: act(dispute(NR, status="lost"), parcel(), scan()), "closed", "fight"),
    ("unknown codes", "agents.chargeback.decision._questions", nothing,
     lambda: act(dispute(NR, reason_code="99.9"), parcel(), scan()), "ask", "fight"),
]  # fmt: skip


def _late(id_: str) -> Any:
    from agents.chargeback.found import Found

    return Found(id="return_late", evidence=(id_,))


def _paper(id_: str) -> Any:
    from agents.chargeback.found import Found

    return Found(id="supplier_invoice", evidence=(id_,))


class Nothing:
    def search(self, _: str) -> None:
        return None


@pytest.mark.parametrize(
    ("guard", "off", "tried", "right", "wrong"),
    [guard[1:] for guard in GUARDS],
    ids=[guard[0] for guard in GUARDS],
)
def test_without_the_guard_the_advice_is_wrong(
    monkeypatch: pytest.MonkeyPatch, guard: str, off: Any, tried: Callable[[], str],
    right: str, wrong: str,
) -> None:  # fmt: skip
    assert tried() == right
    monkeypatch.setattr(guard, off, raising=False)
    assert tried() == wrong


def test_without_the_deadline_what_is_late_is_fought() -> None:
    late = (dispute(NR), parcel(), scan())
    assert act(*late, now=DUE + timedelta(seconds=1)) == "too_late"
    unbound = dispute(NR, due_by=None)
    assert act(unbound, *late[1:], now=DUE + timedelta(seconds=1)) == "fight"


@pytest.mark.parametrize("planted", ["against", "contradiction"])
def test_the_labels_find_a_harm_that_weighs_nothing(planted: str) -> None:
    """A strength model in which nothing speaks against is found by the labelled cases."""
    model = RULES.strength
    grades = {**model.grades, planted: 0.0}
    bars = {
        name: rule.model_copy(update={"bars": (), "asks": ()})
        for name, rule in RULES.book.contradictions.items()
    }
    rules = RULES.model_copy(update={
        "strength": model.model_copy(update={"grades": grades}),
        "book": RULES.book.model_copy(update={"contradictions": bars}),
    })  # fmt: skip
    wrong = [c.name for c in cases() if advised(*c.evidence, rules=rules).decision.act != c.act]
    assert wrong


def test_the_labels_find_a_rule_that_lost_its_ways() -> None:
    rules = tuple(rule.model_copy(update={"ways": ((), *rule.ways)}) for rule in RULES.book.rule)
    book = RULES.book.model_copy(update={"rule": rules})
    planted = RULES.model_copy(update={"book": book})
    wrong = [c for c in cases() if advised(*c.evidence, rules=planted).decision.act != c.act]
    assert wrong


def test_a_fit_that_turns_the_order_round_is_held() -> None:
    """Outcomes that say the opposite make the model flat, never inverted."""
    turned = [Outcome(dispute=f"d{i}", log_odds=3 if i % 2 else -3, won=i % 2 == 0)
              for i in range(400)]  # fmt: skip
    fitted = calibrate(turned, RULES.strength)
    assert fitted.slope >= 0
