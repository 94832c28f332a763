"""Staging and submitting evidence: what is proposed, and what the records forbid."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.grants import Wanted, make_rule
from agents.policy import read_policy, rule_on
from stores.open import SqlDatabase, open_database
from tools import collect_tools
from tools.disputes.filing import STAGE, SUBMIT
from tradewind.base import Money
from tradewind.commerce import Dispute, SourceRow
from tradewind.effects import Effect, EffectStatus, Rule
from tradewind.errors import InvalidInput, ToolRetry
from tradewind.people import Actor, Session, Tenant
from tradewind.tool import ToolContext, ToolResult
from wiring.platform import POLICY

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PACKET = "a" * 64
SESSION = Session(
    tenant=Tenant(id="s", name="s"), actor=Actor(id="a", audience="merchant"), thread="t"
)
OPEN = Dispute(
    id="dp_1", processor="stripe", amount=Money(minor=4000, currency="USD"),
    status="needs_response", state="needs_response", due_by=AT,
)  # fmt: skip
TOOLS = collect_tools()


class Past:
    """What was done before: one effect."""

    def __init__(self, tool: str, status: EffectStatus) -> None:
        self._tool, self._status = tool, status

    def about(self, target: str) -> Sequence[Effect]:
        return [Effect(
            id="ef_1", tenant="s", run="r", path="0", ordinal=0, tool=self._tool, level="write",
            arguments={}, arguments_hash="h", target=target, day=AT.date(), status=self._status,
            proposed_by="a", created_at=AT, updated_at=AT,
        )]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlDatabase]:
    opened = open_database(f"sqlite:///{tmp_path}/s.db")
    yield opened
    opened.close()


def ask(
    store: SqlDatabase, tool: str, past: Past | None = None, packet: str = PACKET, **told: Any
) -> ToolResult:
    record = OPEN.model_copy(update=told)
    store.shop("s").put([SourceRow(record=record, raw={}, source="f")])
    context = ToolContext(session=SESSION, shop=store.shop("s"), past=past)
    return TOOLS[tool](context, {"dispute_id": record.id, "packet": packet})


@pytest.mark.parametrize("tool", [STAGE, SUBMIT])
def test_what_is_proposed_is_the_packet_of_the_dispute(store: SqlDatabase, tool: str) -> None:
    proposal = ask(store, tool).proposal
    assert proposal is not None
    assert proposal.arguments == {"dispute_id": "dp_1", "packet": PACKET}
    assert proposal.target == "dispute/dp_1"
    assert (proposal.bound.count if proposal.bound else None) == (1 if tool == SUBMIT else None)
    assert "40.00" in proposal.evidence.excerpt


@pytest.mark.parametrize("tool", [STAGE, SUBMIT])
@pytest.mark.parametrize(("told", "why"), [
    ({"processor": "paypal"}, "at paypal"),
    ({"state": "under_review", "status": "under_review"}, "takes no evidence"),
    ({"answerable": False}, "takes no evidence"),
    ({"past_due": True}, "is over"),
    ({"submissions": 1}, "final"),
    ({"packet": "newest"}, "64 hexadecimal"),
])  # fmt: skip
def test_what_the_records_forbid_is_refused(
    store: SqlDatabase, tool: str, told: dict[str, Any], why: str
) -> None:
    result = ask(store, tool, **told)
    assert result.proposal is None
    assert why in result.note


@pytest.mark.parametrize("tool", [STAGE, SUBMIT])
@pytest.mark.parametrize("status", ["proposed", "sending", "unknown", "done"])
def test_after_a_submission_nothing_is_filed(
    store: SqlDatabase, tool: str, status: EffectStatus
) -> None:
    assert ask(store, tool, Past(SUBMIT, status)).proposal is None


@pytest.mark.parametrize("tool", [STAGE, SUBMIT])
def test_after_staging_or_what_came_to_nothing_it_goes_on(store: SqlDatabase, tool: str) -> None:
    for past in (Past(STAGE, "done"), Past(SUBMIT, "failed"), Past(SUBMIT, "rejected")):
        assert ask(store, tool, past).proposal is not None


def test_an_unknown_dispute_is_named(store: SqlDatabase) -> None:
    context = ToolContext(session=SESSION, shop=store.shop("s"))
    with pytest.raises(ToolRetry, match="dp_9"):
        TOOLS[SUBMIT](context, {"dispute_id": "dp_9", "packet": PACKET})


def test_no_rule_lets_it_be_submitted_without_a_person() -> None:
    policy = read_policy(POLICY)
    rules = [
        Rule(id="ru", tenant="s", tool=tool, mode="auto", granted_by="a", created_at=AT)
        for tool in (STAGE, SUBMIT)
    ]
    ruled = [rule_on(TOOLS[r.tool], "merchant", {}, None, [r], None, policy).verdict for r in rules]
    assert ruled == ["act", "ask"]
    wanted = Wanted(tool=SUBMIT, mode="auto", cap_count=1, expires_at=AT + timedelta(days=1))
    with pytest.raises(InvalidInput, match="never done alone"):
        make_rule(wanted, SESSION, AT, policy, TOOLS)


def test_a_policy_that_forgets_the_person_is_seen() -> None:
    """The bug: the shipped policy does not say that a person is always asked."""
    policy = read_policy(POLICY)
    loose = tuple(ask.model_copy(update={"always": False}) for ask in policy.ask)
    rule = Rule(id="ru", tenant="s", tool=SUBMIT, mode="auto", granted_by="a", created_at=AT)
    broken = policy.model_copy(update={"ask": loose})
    assert rule_on(TOOLS[SUBMIT], "merchant", {}, None, [rule], None, broken).verdict == "act"
