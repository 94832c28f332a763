"""What a source said later stands, in whatever order it comes in."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop_records import new_tenant
from written_runs import AT

from stores import precedence
from stores.open import SqlDatabase
from tradewind.base import Money
from tradewind.commerce import (
    Dispute,
    DisputeStage,
    DisputeState,
    Payment,
    Refund,
    ShopRecord,
    SourceRow,
)  # fmt: skip
from tradewind.ports.storage import PutCount

USD = Money(minor=1000, currency="USD")


def said(record: ShopRecord, seconds: int | None) -> SourceRow:
    at = None if seconds is None else AT + timedelta(seconds=seconds)
    return SourceRow(record=record, raw={"s": seconds}, source="hook", at=at)


def moment(record: ShopRecord, second: int, microseconds: int) -> SourceRow:
    told = said(record, second)
    at = (AT + timedelta(seconds=second)).replace(microsecond=microseconds)
    return told.model_copy(update={"at": at})


def dispute(state: DisputeState, stage: DisputeStage = "chargeback", **told: object) -> Dispute:
    return Dispute.model_validate(
        {"id": "dp_1", "amount": USD, "state": state, "stage": stage, **told}
    )


def kept(database: SqlDatabase, tenant: str) -> Dispute:
    found = database.shop(tenant).dispute("dp_1")
    assert found is not None
    return found


def test_an_older_word_does_not_replace_a_newer(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    assert shop.put([said(dispute("under_review"), 20)]) == PutCount(accepted=1)
    assert shop.put([said(dispute("needs_response"), 10)]) == PutCount(unchanged=1)
    assert kept(database, tenant).state == "under_review"
    assert shop.put([said(dispute("needs_response"), 30)]) == PutCount(updated=1)


def test_what_is_decided_stays(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    shop.put([said(dispute("won"), 20)])
    for later in (said(dispute("under_review"), 30), said(dispute("needs_response"), None)):
        assert shop.put([later]) == PutCount(unchanged=1)
    assert shop.put([said(dispute("lost"), 40)]) == PutCount(updated=1)


def test_another_round_opens_it_again(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    shop.put([said(dispute("won"), 20), said(dispute("needs_response", "pre_arbitration"), 30)])
    assert (kept(database, tenant).stage, kept(database, tenant).state) == (
        "pre_arbitration", "needs_response",
    )  # fmt: skip
    shop.put([said(dispute("won"), 40)])
    assert kept(database, tenant).stage == "pre_arbitration"


def test_a_file_without_a_time_replaces_and_later_events_still_count(
    database: SqlDatabase, tenant: str
):
    shop = database.shop(tenant)
    shop.put([said(dispute("needs_response"), 20)])
    assert shop.put([said(dispute("under_review"), None)]) == PutCount(updated=1)
    assert shop.put([said(dispute("needs_response"), 10)]) == PutCount(unchanged=1)
    assert shop.put([said(dispute("won"), 30)]) == PutCount(updated=1)


def test_the_same_said_again_counts_as_said_then(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    first = said(dispute("needs_response"), 10)
    again = first.model_copy(update={"at": AT + timedelta(seconds=30)})
    shop.put([first])
    assert shop.put([again]) == PutCount(unchanged=1)
    assert shop.put([said(dispute("under_review"), 20)]) == PutCount(unchanged=1)


def test_within_a_second_evidence_and_then_the_moment_count(database: SqlDatabase, tenant: str):
    """Whatever their digests are: a look and a filing of ours fall into one second often."""
    shop = database.shop(tenant)
    for second in range(20):
        before = dispute("needs_response", has_evidence=False, reason_code=f"{second}")
        for later, told in enumerate((before, dispute("needs_response", has_evidence=True))):
            shop.put([moment(told, second, later * 400_000)])
        assert kept(database, tenant).has_evidence is True
        shop.put(
            [moment(dispute("needs_response", has_evidence=True, reason_code="b"), second, 500_000)]
        )
        assert shop.put([moment(before, second, 900_000)]) == PutCount(unchanged=1)
        assert kept(database, tenant).reason_code == "b"


def test_payments_and_refunds_too(database: SqlDatabase, tenant: str):
    shop = database.shop(tenant)
    shop.put([said(Payment(id="ch_1", amount=USD, refunded=USD), 20),
              said(Refund(id="re_1", amount=USD, status="failed"), 20)])  # fmt: skip
    older = [said(Payment(id="ch_1", amount=USD), 10),
             said(Refund(id="re_1", amount=USD, status="pending"), 10)]  # fmt: skip
    assert shop.put(older) == PutCount(unchanged=2)
    payment = shop.payment("ch_1")
    assert payment is not None
    assert payment.refunded == USD


STATES: tuple[DisputeState, ...] = ("needs_response", "under_review", "won", "lost", "closed")
STAGES: tuple[DisputeStage, ...] = (
    "inquiry", "chargeback", "pre_arbitration", "arbitration", "unknown",
)  # fmt: skip
EVENTS = st.lists(
    st.builds(
        lambda state, stage, sent, at: said(dispute(state, stage, submissions=sent), at),
        st.sampled_from(STATES), st.sampled_from(STAGES), st.integers(0, 1), st.integers(0, 3),
    ),
    min_size=2, max_size=5,
)  # fmt: skip


def end_of(database: SqlDatabase, events: list[SourceRow], *, at_once: bool) -> Dispute:
    tenant = new_tenant()
    for batch in [events] if at_once else [[event] for event in events]:
        database.shop(tenant).put(batch)
    return kept(database, tenant)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(events=EVENTS, data=st.data())
def test_any_order_ends_in_the_same_state(
    database: SqlDatabase, events: list[SourceRow], data: st.DataObject
):
    mixed = data.draw(st.permutations(events))
    ends = [end_of(database, some, at_once=once) for some in (events, mixed, [*mixed, *events])
            for once in (True, False)]  # fmt: skip
    assert all(end == ends[0] for end in ends)


def test_a_rule_that_takes_whatever_comes_last_is_found(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(precedence, "stands", lambda *_: True)
    events = [said(dispute("needs_response"), 10), said(dispute("under_review"), 20)]
    ends = {end_of(database, list(some), at_once=False).state for some in permutations(events)}
    assert len(ends) == 2
