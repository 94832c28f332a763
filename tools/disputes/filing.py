"""What staging and submitting evidence have in common: whether a dispute still takes any."""

import re
from collections.abc import Callable, Sequence

from tools.disputes.find import found_dispute, needs_response
from tools.effects import refused, standing, told
from tradewind.commerce import Dispute
from tradewind.effects import Cap, Effect
from tradewind.evidence import IdFact, MoneyFact
from tradewind.tool import Proposal, ToolContext, ToolResult

STAGE, SUBMIT = "disputes.stage", "disputes.submit"
PROCESSORS = frozenset(("stripe",))
"""Where evidence can be filed."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
Say = Callable[[Dispute], str]


def propose(
    context: ToolContext, tool: str, dispute_id: str, packet: str, say: Say, once: bool
) -> ToolResult:
    """The proposal, or why the records forbid it. Raises ToolRetry for an unknown dispute."""
    dispute = found_dispute(context.shop, dispute_id)
    target = f"dispute/{dispute.id}"
    why = _refusal(context, dispute, target, packet)
    if why:
        return refused(why)
    return ToolResult(proposal=Proposal(
        arguments={"dispute_id": dispute.id, "packet": packet}, target=target,
        bound=Cap(tool=tool, target=target, count=1) if once else None,
        evidence=told(
            tool, dispute.id, say(dispute), IdFact(name="packet", value=packet),
            MoneyFact(name="amount", value=dispute.amount),
        ),
    ))  # fmt: skip


def _refusal(context: ToolContext, dispute: Dispute, target: str, packet: str) -> str:
    if not _DIGEST.fullmatch(packet):
        return "a packet is named by its SHA-256, 64 hexadecimal digits."
    if dispute.processor not in PROCESSORS:
        return (
            f"dispute {dispute.id} is at {dispute.processor or 'a processor unknown'}: file there."
        )
    if dispute.answerable is False or not needs_response(dispute):
        return f"dispute {dispute.id} takes no evidence: it is {dispute.status or dispute.state}."
    if dispute.past_due:
        return f"the day to answer dispute {dispute.id} is over."
    if dispute.submissions:
        return f"evidence for dispute {dispute.id} was submitted: that is final."
    return _submitted(standing(context, SUBMIT, target), dispute)


def _submitted(submissions: Sequence[Effect], dispute: Dispute) -> str:
    """Why a submission of ours leaves no room for another; empty where there is none."""
    if not submissions:
        return ""
    waits = all(effect.status in ("proposed", "approved") for effect in submissions)
    if waits:
        return f"a submission for dispute {dispute.id} waits for a decision: decide that first."
    return f"evidence for dispute {dispute.id} was submitted: that is final."
